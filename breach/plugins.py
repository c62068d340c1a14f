"""Finds the notifiers, and the simulators for trials, by entry point; one that is broken stops the start."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Protocol, cast

from breach.domain.errors import DomainError
from breach.domain.messages import Need, Notifier, NotifierMisconfigured, is_channel, is_suffix
from breach.domain.publishing import Publisher
from breach.texts import MissingText, text

NOTIFIERS, PUBLISHERS, SIMULATORS = "breach.notifiers", "breach.publishers", "breach.simulators"
METHODS = ("composer", "send", "receipts", "acknowledge")
OLD_CONTRACT = "breach.domain.notifying"
"""What plugins imported before channels declared their needs."""


class PluginError(DomainError):
    """A plugin cannot be loaded, which stops the start; `str` is the English sentence that names it."""

    def __str__(self) -> str:
        try:
            return text(f"errors.{self.code}", "en", **self.values)
        except MissingText:  # a third-party notifier may raise its own codes
            return f"{self.values.get('name', '')}: {self.code}"


class Simulator(Protocol):
    """Serves the far end of a channel on loopback until it is interrupted."""

    def __call__(
        self, *, port: int, home: Path, options: Mapping[str, object], ready: Callable[[str], None]
    ) -> None:
        """Serve; call `ready` with the base address once the port is open."""


def _found(group: str) -> list[EntryPoint]:
    # An editable install beside old metadata lists the same line twice: that is one plugin. Two distributions
    # that offer the same name are two plugins, and doubled.
    lines = {
        (entry.name, entry.value, entry.dist.name if entry.dist else ""): entry
        for entry in entry_points(group=group)
    }
    return [lines[line] for line in sorted(lines)]


def _load(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except ModuleNotFoundError as error:
        code = "plugin.old_contract" if error.name == OLD_CONTRACT else "plugin.not_loaded"
        raise PluginError(code, name=entry.name, reason=_reason(error)) from error
    except Exception as error:  # a plugin may fail in any way while it is imported
        raise PluginError("plugin.not_loaded", name=entry.name, reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _check_shape(name: str, made: object) -> Notifier:
    channel = getattr(made, "channel", None)
    if not isinstance(channel, str) or not is_channel(channel):
        raise PluginError("plugin.no_channel", name=name)
    if lacking := ", ".join(_lacking(made)):
        raise PluginError("plugin.no_method", name=name, method=lacking)
    return cast(Notifier, made)


def _lacking(made: object) -> Iterator[str]:
    """Yield the names of the contract that the notifier lacks, or has with a value of another kind."""
    if not isinstance(getattr(made, "deduplicates_uuid", None), bool):
        yield "deduplicates_uuid"
    needs = getattr(made, "needs", None)
    if not isinstance(needs, frozenset) or not all(isinstance(need, Need) for need in needs):
        yield "needs (a frozenset of Need)"
    suffix = getattr(made, "suffix", None)
    if not isinstance(suffix, str) or not is_suffix(suffix):
        yield "suffix (1 to 8 small letters and digits)"
    yield from (method for method in METHODS if not callable(getattr(made, method, None)))


def _make(entry: EntryPoint, settings: Mapping[str, str]) -> Notifier:
    make = getattr(_load(entry), "from_settings", None)
    if not callable(make):
        raise PluginError("plugin.no_method", name=entry.name, method="from_settings")
    try:
        made: object = make(settings)
    except NotifierMisconfigured as error:
        values = {**error.values, "setting": f"BREACH_{str(error.values.get('setting', '')).upper()}"}
        raise PluginError(f"plugin.{error.code}", **{**values, "name": entry.name}) from error
    except Exception as error:  # the start stops whatever went wrong, with the plugin's name
        raise PluginError("plugin.not_made", name=entry.name, reason=_reason(error)) from error
    return _check_shape(entry.name, made)


def load_notifiers(
    settings: Mapping[str, str], found: Iterable[EntryPoint] | None = None
) -> Mapping[str, Notifier]:
    """Return every notifier by its channel, or raise PluginError for the first that cannot be used.

    settings: the `BREACH_*` variables in small letters without the prefix (`Settings.plugin_settings`).
    found: the entry points to load; by default those of the installed distributions.
    """
    loaded: dict[str, Notifier] = {}
    owners: dict[str, str] = {}
    for entry in _found(NOTIFIERS) if found is None else found:
        notifier = _make(entry, settings)
        if notifier.channel in loaded:
            other = owners[notifier.channel]
            raise PluginError("plugin.doubled", name=entry.name, other=other, channel=notifier.channel)
        loaded[notifier.channel], owners[notifier.channel] = notifier, entry.name
    if not loaded:
        raise PluginError("plugin.none", name=NOTIFIERS)
    return loaded


def check_channel(channel: str, notifiers: Mapping[str, Notifier]) -> None:
    """Raise PluginError unless a notifier has the channel; without this the first release finds out."""
    if channel not in notifiers:
        raise PluginError("plugin.channel_unknown", name=channel, known=", ".join(sorted(notifiers)))


def load_simulator(channel: str, found: Iterable[EntryPoint] | None = None) -> Simulator:
    """Return the simulator of a channel; raise PluginError when there is none or it does not load."""
    for entry in _found(SIMULATORS) if found is None else found:
        if entry.name == channel:
            return cast(Simulator, _load(entry))
    raise PluginError("plugin.no_simulator", name=channel)


@cache
def load_publisher(channel: str = "public_notice") -> Publisher:
    """Return the publisher of a channel; raise PluginError when there is none or it does not load."""
    for entry in _found(PUBLISHERS):
        if entry.name == channel:
            return cast(Publisher, cast(Callable[[], object], _load(entry))())
    raise PluginError("plugin.none", name=PUBLISHERS)
