"""Settings, read once from the environment and then frozen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from breach.domain.errors import StartRefused

PREFIX = "BREACH_"
PROFILES = ("demo", "test", "production")
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"\.?{_LABEL}(\.{_LABEL})*")
"""A host name; a dot before it stands for all names below it."""


class BadSetting(StartRefused):
    """A setting cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything an installation can set. `docs/operations.md` lists them."""

    home: Path
    database_url: str
    master_key_file: Path
    profile: str = "demo"
    host: str = "127.0.0.1"
    port: int = 8000
    public_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    behind_proxy: bool = False
    channel: str = "outbox"
    simulator_port: int = 8001
    reports_per_minute: int = 10
    receipt_deadline_hours: int = 24
    new_role_hours: int = 24
    limits: bool = True
    plugin_settings: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def secure(self) -> bool:
        """Cookies are marked Secure everywhere but on a demonstration or test machine."""
        return self.profile == "production"

    @property
    def limited(self) -> bool:
        """One source may do only so much in a minute (`docs/limits.md`); test machines ask a lot at once."""
        return self.limits and self.profile != "test"

    def new_since(self, now: datetime) -> datetime:
        """Return from when on a role is new: its person cannot yet say yes to another's work."""
        return now - timedelta(hours=self.new_role_hours)

    @property
    def anchor_file(self) -> Path:
        return self.home / "anchor.log"


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    raw = environ.get(PREFIX + name, str(default))
    if not raw.isascii() or not raw.isdigit():
        raise BadSetting(f"{PREFIX}{name} must be a whole number, not {raw!r}")
    return int(raw)


def _switch(environ: Mapping[str, str], name: str) -> bool:
    raw = environ.get(PREFIX + name, "0") or "0"
    if raw not in ("0", "1"):
        raise BadSetting(f"{PREFIX}{name} must be 0 or 1, not {raw!r}")
    return raw == "1"


def _hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the public host names in small letters; raise BadSetting for what no request can carry."""
    raw = environ.get(PREFIX + "PUBLIC_HOSTS", "127.0.0.1,localhost")
    found = tuple(_host(part.strip()) for part in raw.split(",") if part.strip())
    if not found:
        raise BadSetting(f"{PREFIX}PUBLIC_HOSTS names no host; set the name in the address of the pages")
    return found


def _host(written: str) -> str:
    name = written.lower().strip("[]").removesuffix(".")
    if _is_address(name):
        return name
    dot = "." if name.startswith(".") else ""
    try:
        ascii_name = dot + name.removeprefix(".").encode("idna").decode("ascii")
    except UnicodeError:
        ascii_name = ""
    if not _HOST.fullmatch(ascii_name):
        raise BadSetting(
            f"{PREFIX}PUBLIC_HOSTS must be host names alone, without https:// and port, comma between them: "
            f"brud.example.dk, not {written!r}"
        )
    return ascii_name


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _listening(environ: Mapping[str, str]) -> str:
    """Return the address or name to listen at; raise BadSetting where it holds more."""
    raw = environ.get(PREFIX + "HOST", "127.0.0.1").strip().strip("[]")
    if not _is_address(raw) and not _HOST.fullmatch(raw.lower()):
        raise BadSetting(
            f"{PREFIX}HOST must be an address or name of this machine, such as 127.0.0.1 or ::1, "
            f"not {raw!r}; the port is {PREFIX}PORT"
        )
    return raw


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    number = _number(environ, name, default)
    if not 1 <= number <= 65535:
        raise BadSetting(f"{PREFIX}{name} must be a port from 1 to 65535, not {number}")
    return number


def _at_least_one(environ: Mapping[str, str], name: str, default: int) -> int:
    number = _number(environ, name, default)
    if number < 1:
        raise BadSetting(f"{PREFIX}{name} must be 1 or more, not {number}")
    return number


def _limits(environ: Mapping[str, str], profile: str) -> bool:
    raw = environ.get(PREFIX + "LIMITS", "on")
    if raw not in ("on", "off"):
        raise BadSetting(f"{PREFIX}LIMITS must be on or off, not {raw!r}")
    if raw == "off" and profile == "production":
        raise BadSetting(f"{PREFIX}LIMITS=off is for trials; production keeps its limits")
    return raw == "on"


def load(environ: Mapping[str, str]) -> Settings:
    """Return the settings, or raise BadSetting with one clear sentence."""
    home = Path(environ.get(PREFIX + "HOME", "var")).resolve()
    profile = environ.get(PREFIX + "PROFILE", "demo")
    if profile not in PROFILES:
        raise BadSetting(f"{PREFIX}PROFILE must be one of {', '.join(PROFILES)}, not {profile!r}")
    channel = environ.get(PREFIX + "CHANNEL", "outbox")
    if profile == "production" and channel == "outbox":
        raise BadSetting(
            f"{PREFIX}CHANNEL=outbox is for trials; production needs a channel that reaches people"
        )
    simulator_port = _port(environ, "SIMULATOR_PORT", 8001)
    return Settings(
        home=home,
        database_url=environ.get(PREFIX + "DATABASE_URL", f"sqlite:///{home / 'breach.db'}"),
        master_key_file=Path(environ.get(PREFIX + "MASTER_KEY_FILE", str(home / "master.key"))),
        profile=profile,
        host=_listening(environ),
        port=_port(environ, "PORT", 8000),
        public_hosts=_hosts(environ),
        behind_proxy=_switch(environ, "BEHIND_PROXY"),
        channel=channel,
        simulator_port=simulator_port,
        reports_per_minute=_at_least_one(environ, "REPORTS_PER_MINUTE", 10),
        receipt_deadline_hours=_number(environ, "RECEIPT_DEADLINE_HOURS", 24),
        new_role_hours=_number(environ, "NEW_ROLE_HOURS", 24),
        limits=_limits(environ, profile),
        plugin_settings={
            "home": str(home),
            "digital_post_url": f"http://127.0.0.1:{simulator_port}/apis/v1/",
            **{
                name[len(PREFIX) :].lower(): value
                for name, value in environ.items()
                if name.startswith(PREFIX)
            },
        },
    )
