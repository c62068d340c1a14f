"""Settings, read once from the environment and then frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from breach.domain.errors import StartRefused

PREFIX = "BREACH_"
PROFILES = ("demo", "test", "production")


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
    hosts = environ.get(PREFIX + "PUBLIC_HOSTS", "127.0.0.1,localhost")
    simulator_port = _number(environ, "SIMULATOR_PORT", 8001)
    return Settings(
        home=home,
        database_url=environ.get(PREFIX + "DATABASE_URL", f"sqlite:///{home / 'breach.db'}"),
        master_key_file=Path(environ.get(PREFIX + "MASTER_KEY_FILE", str(home / "master.key"))),
        profile=profile,
        host=environ.get(PREFIX + "HOST", "127.0.0.1"),
        port=_number(environ, "PORT", 8000),
        public_hosts=tuple(part.strip() for part in hosts.split(",") if part.strip()),
        behind_proxy=environ.get(PREFIX + "BEHIND_PROXY", "") == "1",
        channel=channel,
        simulator_port=simulator_port,
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
