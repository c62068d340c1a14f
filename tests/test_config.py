"""Settings are read once; what cannot be used is refused with its name."""

from pathlib import Path

import pytest

from breach.cli import serve
from breach.config import BadSetting, load


def test_settings_left_out_make_a_local_demonstration() -> None:
    settings = load({})
    assert (settings.profile, settings.host, settings.port, settings.channel) == (
        "demo",
        "127.0.0.1",
        8000,
        "outbox",
    )
    assert settings.database_url == f"sqlite:///{Path('var').resolve() / 'breach.db'}"
    assert not settings.secure


def test_home_is_where_everything_lies(tmp_path: Path) -> None:
    settings = load({"BREACH_HOME": str(tmp_path)})
    assert settings.master_key_file == tmp_path / "master.key"
    assert settings.anchor_file == tmp_path / "anchor.log"
    assert settings.plugin_settings["home"] == str(tmp_path)


def test_production_is_secure_and_its_hosts_are_named() -> None:
    settings = load(
        {
            "BREACH_PROFILE": "production",
            "BREACH_CHANNEL": "digital_post",
            "BREACH_PUBLIC_HOSTS": "brud.rn.dk, ,api.rn.dk",
            "BREACH_BEHIND_PROXY": "1",
        }
    )
    assert settings.secure
    assert settings.behind_proxy
    assert settings.public_hosts == ("brud.rn.dk", "api.rn.dk")


WRONG = [
    ({"BREACH_PROFILE": "live"}, "BREACH_PROFILE"),
    ({"BREACH_PROFILE": "production"}, "BREACH_CHANNEL"),
    ({"BREACH_PORT": "80a"}, "BREACH_PORT"),
    ({"BREACH_PORT": "-1"}, "BREACH_PORT"),
    ({"BREACH_SIMULATOR_PORT": "٨"}, "BREACH_SIMULATOR_PORT"),
    ({"BREACH_RECEIPT_DEADLINE_HOURS": ""}, "BREACH_RECEIPT_DEADLINE_HOURS"),
]


@pytest.mark.parametrize(("environ", "name"), WRONG, ids=[f"{n}-{i}" for i, (_, n) in enumerate(WRONG)])
def test_setting_that_cannot_be_used_is_named(environ: dict[str, str], name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        load(environ)


def test_settings_of_a_channel_are_passed_on_but_never_shown() -> None:
    settings = load({"BREACH_DIGITAL_POST_SECRET": "hemmelig", "OTHER": "x"})
    assert settings.plugin_settings["digital_post_secret"] == "hemmelig"
    assert "other" not in settings.plugin_settings
    assert "hemmelig" not in repr(settings)


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("Brud.RN.dk", ("brud.rn.dk",)),
        ("brud.rn.dk., [::1], ::1,192.0.2.7", ("brud.rn.dk", "::1", "::1", "192.0.2.7")),
        (".rn.dk", (".rn.dk",)),
        ("brud.æble.dk", ("brud.xn--ble-xla.dk",)),
    ],
)
def test_public_hosts_are_read_without_regard_to_case(written: str, hosts: tuple[str, ...]) -> None:
    assert load({"BREACH_PUBLIC_HOSTS": written}).public_hosts == hosts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[
            ("PUBLIC_HOSTS", value)
            for value in (
                "https://brud.rn.dk",
                "brud.rn.dk:443",
                "brud.rn.dk/report",
                "*",
                "*.rn.dk",
                "brud rn dk",
                "brud.rn.dk;api.rn.dk",
                " , ",
                "",
                "a..b",
                "[::1]:8000",
            )
        ],
        ("HOST", "http://127.0.0.1"),
        ("HOST", "127.0.0.1:8000"),
        ("HOST", ""),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("BEHIND_PROXY", "yes"),
        ("REPORTS_PER_MINUTE", "0"),
    ],
)
def test_setting_that_cannot_work_stops_the_start_with_a_sentence(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"BREACH_{name} (must|names)"):
        load({f"BREACH_{name}": value})


@pytest.mark.parametrize(
    ("host", "bound"), [("::1", "[::1]:8000"), ("[::1]", "[::1]:8000"), ("127.0.0.1", "127.0.0.1:8000")]
)
def test_server_listens_at_an_address_of_either_version(host: str, bound: str) -> None:
    assert serve._bound(load({"BREACH_HOST": host})) == bound
