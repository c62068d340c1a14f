"""Loading notifiers: what is broken stops the start with a sentence that names it."""

import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from breach import config
from breach.domain.messages import Notifier
from breach.plugins import NOTIFIERS, PluginError, load_notifiers, load_simulator
from breach.runtime import build_runtime
from breach.texts import text
from notifiers.digital_post.simulator import serve
from notifiers.outbox import OutboxNotifier
from tests.support.scenario import environ


class Silent(OutboxNotifier):
    channel = ""


class Mute(OutboxNotifier):
    channel = "mute"
    receipts = None  # type: ignore[assignment]  # wrong on purpose


class Undecided(OutboxNotifier):
    channel = "undecided"
    deduplicates_uuid = "perhaps"  # type: ignore[assignment]  # wrong on purpose


class Old:
    """A notifier of the contract before this one: it drafts, and says nothing of its needs."""

    channel, deduplicates_uuid = "old", False

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "Old":
        return cls()

    def draft(self, *arguments: object) -> None: ...

    drafter = send = receipts = acknowledge = draft


class Needy(OutboxNotifier):
    channel = "needy"
    needs = {"cpr"}  # type: ignore[assignment]  # noqa: RUF012  # wrong on purpose
    suffix = ".xml"


class LongNamed(OutboxNotifier):
    channel = "x" * 41  # the store keeps 40


class Crashing(OutboxNotifier):
    channel = "crashing"

    def __init__(self, *arguments: object, **named: object) -> None:
        raise RuntimeError("no such printer")


class Post(OutboxNotifier):
    channel = "post"


@pytest.fixture(autouse=True)
def third_party() -> Iterator[None]:
    """A module with third-party notifiers, importable for the time of the test."""
    module = ModuleType("thirdparty")
    for found in (Silent, Mute, Undecided, Old, Needy, LongNamed, Crashing, Post):
        setattr(module, found.__name__, found)
    module.shapeless = object()  # type: ignore[attr-defined]  # a module made here
    sys.modules["thirdparty"] = module
    yield
    del sys.modules["thirdparty"]


def line(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, NOTIFIERS)


def test_installed_notifiers_load() -> None:
    loaded = load_notifiers({})
    assert sorted(loaded) == ["digital_post", "outbox"]
    assert all(isinstance(notifier, Notifier) for notifier in loaded.values())


def test_further_notifier_loads() -> None:
    assert list(load_notifiers({}, [line("post", "thirdparty:Post")])) == ["post"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        pytest.param(
            [line("gone", "no_such_module:X")],
            "The plugin gone cannot be loaded (ModuleNotFoundError: No module named 'no_such_module')."
            " Repair or uninstall it",
            id="not-importable",
        ),
        pytest.param(
            [line("nameless", "thirdparty:Silent")],
            "The plugin nameless does not name its channel",
            id="channel",
        ),
        pytest.param(
            [line("mute", "thirdparty:Mute")],
            "The plugin mute lacks receipts, which every notifier needs",
            id="method",
        ),
        pytest.param(
            [line("undecided", "thirdparty:Undecided")],
            "The plugin undecided lacks deduplicates_uuid, which every notifier needs",
            id="attribute",
        ),
        pytest.param(
            [line("old", "thirdparty:Old")],
            "The plugin old lacks needs (a frozenset of Need), suffix (1 to 8 small letters and digits),"
            " composer, which every notifier needs",
            id="old-contract",
        ),
        pytest.param(
            [line("older", "old_plugin:X")],
            "The plugin older is written for an earlier contract: it imports breach.domain.notifying,"
            " which is now breach.domain.messages. Change it as docs/plugins.md says, or uninstall it",
            id="old-import",
        ),
        pytest.param(
            [line("needy", "thirdparty:Needy")],
            "The plugin needy lacks needs (a frozenset of Need), suffix (1 to 8 small letters and digits),"
            " which every notifier needs",
            id="needs-and-suffix",
        ),
        pytest.param(
            [line("long", "thirdparty:LongNamed")],
            "The plugin long does not name its channel",
            id="channel-too-long",
        ),
        pytest.param(
            [line("odd", "thirdparty:shapeless")],
            "The plugin odd lacks from_settings, which every notifier needs",
            id="shapeless",
        ),
        pytest.param(
            [line("crashing", "thirdparty:Crashing")],
            "The plugin crashing cannot start (RuntimeError: no such printer). Repair or uninstall it",
            id="crash",
        ),
        pytest.param(
            [line("post", "thirdparty:Post"), line("mail", "thirdparty:Post")],
            "The plugins post and mail both claim the channel post. Uninstall one of them",
            id="doubled",
        ),
        pytest.param(
            [], "No plugin is installed under breach.notifiers. Install the package again", id="none"
        ),
    ],
)
def test_broken_plugin_stops_the_start(
    lines: list[EntryPoint], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old_plugin.py").write_text("from breach.domain.notifying import Draft\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError) as stopped:
        load_notifiers({}, lines)
    assert str(stopped.value) == sentence
    assert text(f"errors.{stopped.value.code}", "da", **stopped.value.values) != sentence


@pytest.mark.parametrize(
    ("settings", "code", "setting"),
    [
        pytest.param(
            {"profile": "production"}, "simulator_in_production", "URL", id="simulator-in-production"
        ),
        pytest.param(
            {"profile": "production", "digital_post_url": "https://localhost/"},
            "simulator_in_production",
            "URL",
            id="localhost-in-production",
        ),
        pytest.param(
            {"digital_post_url": "https://api.digitalpost.dk/apis/v1/"},
            "production_host_in_trial",
            "URL",
            id="production-in-trial",
        ),
        pytest.param({"digital_post_url": "http://example.org/"}, "address_not_https", "URL", id="http"),
        pytest.param({"digital_post_url": "ftp://127.0.0.1/"}, "address_unreadable", "URL", id="ftp"),
        pytest.param(
            {"profile": "production", "digital_post_url": "https://api.digitalpost.dk/apis/v1/"},
            "credentials_missing",
            "SYSTEM_ID",
            id="no-credentials",
        ),
        pytest.param(
            {"digital_post_deduplicates": "perhaps"}, "setting_not_allowed", "DEDUPLICATES", id="deduplicates"
        ),
        pytest.param({"digital_post_certificate": "a.pem"}, "certificate_without_key", "KEY", id="no-key"),
        pytest.param(
            {"digital_post_api_token_file": "/no/such/file"},
            "secret_unreadable",
            "API_TOKEN_FILE",
            id="no-file",
        ),
    ],
)
def test_unsafe_settings_stop_the_start(settings: dict[str, str], code: str, setting: str) -> None:
    with pytest.raises(PluginError) as stopped:
        load_notifiers(settings)
    assert stopped.value.code == f"plugin.{code}"
    assert stopped.value.values["setting"] == f"BREACH_DIGITAL_POST_{setting}"
    assert str(stopped.value).startswith("The plugin digital_post ")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({}, True, id="simulator"),
        pytest.param({"digital_post_deduplicates": "no"}, False, id="simulator-that-does-not"),
        pytest.param({"profile": "production"}, False, id="unconfirmed"),
        pytest.param({"profile": "production", "digital_post_deduplicates": "yes"}, True, id="confirmed"),
    ],
)
def test_repeat_is_safe_only_where_that_is_known(
    settings: dict[str, str], expected: bool, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("secret\n")
    real = {
        "digital_post_url": "https://api.digitalpost.dk/apis/v1",
        "digital_post_system_id": "a",
        "digital_post_api_token_file": str(token),
    }
    loaded = load_notifiers(settings | (real if "profile" in settings else {}))
    assert loaded["digital_post"].deduplicates_uuid is expected


def test_channel_that_no_plugin_has_stops_the_start(tmp_path: Path) -> None:
    settings = config.load(environ(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}", BREACH_CHANNEL="pigeon"))
    with pytest.raises(PluginError) as stopped:
        build_runtime(settings)
    assert str(stopped.value) == (
        "No plugin has the channel pigeon. Set BREACH_CHANNEL to one of: digital_post, outbox"
    )


def test_simulator_is_found_by_its_channel() -> None:
    found = [EntryPoint("digital_post", "notifiers.digital_post.simulator:serve", "breach.simulators")]
    assert load_simulator("digital_post", found) is serve
    with pytest.raises(PluginError, match="There is no simulator for the channel pigeon"):
        load_simulator("pigeon", found)
