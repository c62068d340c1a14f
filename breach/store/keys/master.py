"""The master keys: lines of a file that only its owner reads, never in the database or on a command line."""

import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from breach.domain.errors import StartRefused

_LINE = 8 + 1 + 64


class BadMasterKey(StartRefused):
    """The file of master keys cannot be used; the message says which and why, never what is in it."""


@dataclass(frozen=True)
class Cipher:
    """One key at hand with its number; it never shows itself."""

    key_id: int
    key: bytes = field(repr=False)
    aes: AESGCM = field(repr=False, compare=False)

    @classmethod
    def of(cls, key_id: int, key: bytes) -> "Cipher":
        return cls(key_id, key, AESGCM(key))


@dataclass(frozen=True)
class Master:
    """The master keys of the installation; the first of the file is active, the others still open."""

    keys: tuple[Cipher, ...]

    @property
    def active(self) -> Cipher:
        return self.keys[0]

    def by_id(self, key_id: int) -> Cipher:
        """Return the key of that number, or raise BadMasterKey when the file lacks it."""
        for key in self.keys:
            if key.key_id == key_id:
                return key
        raise BadMasterKey(f"the master key {key_id:08x} is not in the file, but something is wrapped by it")


def read(path: Path) -> Master:
    """Return the master keys of the file, or raise BadMasterKey.

    A line is a key's number (8 hexadecimal digits), a space, and 32 bytes as 64 hexadecimal digits.
    """
    try:
        mode = path.stat().st_mode
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadMasterKey(f"the master key file {path} cannot be read: {type(error).__name__}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadMasterKey(f"the master key file {path} is open to others; run: chmod 400 {path}")
    keys = tuple(_parse(path, number, line) for number, line in enumerate(lines, 1) if line.strip())
    if not keys or len({key.key_id for key in keys}) != len(keys):
        raise BadMasterKey(f"the master key file {path} holds no key, or one number twice")
    return Master(keys)


def create(path: Path) -> None:
    """Make the file with one new key, readable by its owner alone; a file that is there stays as it is."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, [_new_line()])


def add(path: Path) -> int:
    """Put a new key before the others and return its number; it is active from the next start on."""
    read(path)
    line = _new_line()
    _write(path, [line, *path.read_text("ascii").splitlines()])
    return int(line[:8], 16)


def remove(path: Path, key_id: int) -> None:
    """Take a key out of the file; the caller has made sure that nothing is wrapped by it."""
    read(path).by_id(key_id)
    lines = path.read_text("ascii").splitlines()
    _write(path, [line for line in lines if not line.startswith(f"{key_id:08x} ")])


def _new_line() -> str:
    # 31 bits: the number also stands in a signed column of the database
    return f"{secrets.randbits(31):08x} {secrets.token_hex(32)}"


def _write(path: Path, lines: list[str]) -> None:
    """Replace the file in one step that survives a loss of power."""
    waiting = path.with_name(f"{path.name}.new")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o400)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _parse(path: Path, number: int, line: str) -> Cipher:
    key_id, _, key = line.partition(" ")
    try:
        parsed = Cipher.of(int(key_id, 16), bytes.fromhex(key))
    except ValueError:  # its text would quote the key
        raise BadMasterKey(f"line {number} of the master key file {path} is not a key") from None
    if len(line) != _LINE:
        raise BadMasterKey(f"line {number} of the master key file {path} is not a key")
    return parsed
