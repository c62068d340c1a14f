"""`breach controller` and `breach person`: from an empty folder to a log-in and a case."""

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from breach import cli, config
from breach.runtime import build_runtime
from breach.store.models import AuditEvent, BreachCase, Controller, Person
from breach.web.app import create_app
from tests.web.conftest import log_in
from tests.web.intake.test_report import Reporter, to_check

PASSWORD = "rejer og tre gamle cykler"
WEST = {
    "name": "Region Vestprøve",
    "name-en": "The West Region",
    "cvr": "12345674",
    "address": "Prøvevej 2, 8000 Aarhus C",
    "phone": "70 00 00 02",
    "email": "region@vest.example",
    "dpo-name": "Viggo Prøve",
    "dpo-phone": "70 00 00 03",
}
Run = Callable[..., tuple[int, str, str]]


def options(**other: str | None) -> list[str]:
    said = {**WEST, **{name.replace("_", "-"): value for name, value in other.items()}}
    return [word for name, value in said.items() if value is not None for word in (f"--{name}", value)]


def use(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the settings name a folder."""
    for name in [name for name in os.environ if name.startswith("BREACH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BREACH_HOME", str(home))
    monkeypatch.setenv("BREACH_PROFILE", "test")
    return home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the settings name."""
    return use(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a region and a person, for tests that change nothing."""
    return tmp_path_factory.mktemp("people")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with words on its standard input; returns status, output and error."""

    def running(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as stop:
            cli.main(arguments)
        return (int(stop.value.code or 0), *capsys.readouterr())

    return running


@pytest.fixture
def run(home: Path, call: Run) -> Run:
    """The same, after `breach init` in an empty folder."""
    assert call("init")[0] == 0
    return call


@pytest.fixture
def run_shared(shared_home: Path, call: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same in the folder that all share, filled by the first to come."""
    use(shared_home, monkeypatch)
    if not (shared_home / "breach.db").exists():
        assert call("init")[0] == 0
        add_west(call)
        add_vera(call)
    return call


def add_west(run: Run) -> None:
    assert run("controller", "add", "vest", *options())[0] == 0


def add_vera(run: Run, *roles: str) -> tuple[int, str, str]:
    wanted = [word for role in roles or ("case_handler@vest",) for word in ("--role", role)]
    arguments = ("person", "add", "vera.vest", "--name", "Vera Vest", *wanted, "--password-stdin")
    return run(*arguments, stdin=PASSWORD + "\n")


def counts() -> list[int | None]:
    runtime = build_runtime(config.load(os.environ))
    with runtime.transaction() as ctx:
        tables = (Controller, Person, AuditEvent)
        found = [ctx.session.scalar(select(func.count()).select_from(table)) for table in tables]
    runtime.close()
    return found


def test_empty_installation_comes_to_a_case_of_its_own_region(run: Run) -> None:
    runtime = build_runtime(config.load(os.environ))
    app = create_app(runtime)
    assert app.test_client().get("/report").status_code == 503
    add_west(run)
    assert add_vera(run) == (0, "vera.vest added\n", "")
    staff = app.test_client()
    assert log_in(staff, PASSWORD, "vera.vest").status_code == 303
    reporter = Reporter(app.test_client())
    to_check(reporter, {"kind": "citizen"})
    assert reporter.goes("/report/check") == "/report/receipt"
    assert "70\u00a000\u00a000\u00a003" in reporter.page("/report/receipt").get_text()
    queue = staff.get("/cases?tab=untaken").text
    assert "BRUD-" in queue
    assert "Region Vestprøve" in queue
    with runtime.transaction() as ctx:
        owner = ctx.session.scalars(select(BreachCase.controller_id)).one()
        assert ctx.session.get_one(Controller, owner).slug == "vest"
    runtime.close()
    assert run("audit", "verify")[0] == 0


def test_new_installation_says_what_comes_next_until_it_is_done(run: Run) -> None:
    assert "next: breach controller add SLUG" in run("init")[2]
    add_west(run)
    assert run("init")[2] == ""


def test_controller_added_is_listed_and_changed(run: Run) -> None:
    add_west(run)
    add_vera(run, "decider@vest", "recipients_identity@vest")
    (region,) = json.loads(run("controller", "list", "--json")[1])
    assert (region["slug"], region["cvr"], region["dpo_name"]) == ("vest", "12345674", "Viggo Prøve")
    assert run("controller", "change", "vest", "--dpo-name", "Ny Prøve") == (
        0,
        "vest changed: dpo_name\n",
        "",
    )
    assert run("controller", "list")[1].startswith("vest             12345674  Region Vestprøve, from 20")
    changed = run("person", "role", "vera.vest", "--take", "decider@vest", "--give", "releaser@vest")
    assert changed == (0, "vera.vest: recipients_identity@vest, releaser@vest\n", "")
    (person,) = json.loads(run("person", "list", "--json")[1])
    assert person["roles"] == ["recipients_identity@vest", "releaser@vest"]
    assert (person["username"], person["name"], person["disabled_at"]) == ("vera.vest", "Vera Vest", None)
    assert run("person", "disable", "vera.vest")[1].startswith("vera.vest disabled; ended: 0 sessions")
    assert "disabled 20" in run("person", "list")[1]
    assert run("person", "enable", "vera.vest") == (0, "vera.vest enabled\n", "")
    assert json.loads(run("person", "list", "--json")[1])[0]["roles"] == person["roles"]
    assert run("person", "password", "vera.vest", "--password-stdin", stdin="tre nye cykler i gården")[0] == 0


WAITS = "{role}@vest waits for an administrator of vest; nothing is given yet\n"


def test_role_of_the_host_waits_once_two_administer(run: Run) -> None:
    add_west(run)
    for name in ("ada", "arne"):
        words = ("--name", "Prøve Navn", "--role", "administrator@vest", "--password-stdin")
        assert run("person", "add", name, *words, stdin=PASSWORD) == (0, f"{name} added\n", "")
    assert add_vera(run) == (0, "vera.vest added\n" + WAITS.format(role="case_handler"), "")
    given = run("person", "role", "vera.vest", "--give", "decider@vest")
    waits = WAITS.format(role="case_handler") + WAITS.format(role="decider")
    assert given == (0, "vera.vest: no role\n" + waits, "")
    vera = json.loads(run("person", "list", "--json")[1])[-1]
    assert (vera["roles"], vera["waiting"]) == ([], ["case_handler@vest", "decider@vest"])
    assert "case_handler@vest (waits), decider@vest (waits)" in run("person", "list")[1]
    left = run("person", "role", "vera.vest", "--take", "decider@vest")
    assert left == (0, "vera.vest: no role\n" + WAITS.format(role="case_handler"), "")
    assert run("person", "disable", "ada")[0] == 0
    assert run("person", "enable", "ada") == (0, "ada enabled\n", "")  # one beside her: she is founded again
    assert run("audit", "verify")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        pytest.param(
            ["controller", "add", "øst", *options()],
            "",
            "slug: The short name is",
            id="slug-of-other-letters",
        ),
        pytest.param(["controller", "add", "ost", *options(cvr="12345675")], "", "cvr: The CVR", id="cvr"),
        pytest.param(
            ["controller", "add", "ost", *options(dpo_phone=None)],
            "",
            "dpo_phone: It is missing",
            id="missing",
        ),
        pytest.param(
            ["controller", "add", "ost", *options(valid_to="tomorrow")], "", "--valid-to", id="no-such-day"
        ),
        pytest.param(["controller", "change", "ost"], "", "controller: We do not know", id="no-controller"),
        pytest.param(["controller", "change", "vest"], "", "controller: There is nothing", id="no-change"),
        pytest.param(
            ["person", "add", "vera", "--name", "Vera", "--role", "boss@vest", "--password-stdin"],
            PASSWORD,
            "role: There is no such role",
            id="role",
        ),
        pytest.param(
            ["person", "add", "vera", "--name", "Vera", "--role", "decider@vest", "--password-stdin"],
            "kort",
            "password: The password must have 15 to 128 characters",
            id="short-password",
        ),
        pytest.param(
            ["person", "add", "vera", "--name", "Vera", "--role", "decider@vest", "--password-stdin"],
            f"{PASSWORD}\n{PASSWORD}\n",
            "password: The password must be one line",
            id="two-lines",
        ),
        pytest.param(
            ["person", "add", "vera", "--name", "Vera", "--role", "decider@vest"],
            PASSWORD,
            "password: there is no terminal",
            id="no-terminal",
        ),
        pytest.param(["person", "add", "vera", "--name", "Vera"], "", "--role", id="no-role"),
        pytest.param(
            ["person", "role", "vera.vest", "--give", "auditor@vest"],
            "",
            "role: One person cannot be both auditor and case_handler for vest",
            id="clash",
        ),
        pytest.param(["person", "disable", "ingen"], "", "username: Nobody has", id="nobody"),
        pytest.param(["person", "enable", "vera.vest"], "", "username: The person is not", id="not-disabled"),
    ],
)
def test_bad_input_exits_2_with_one_line_and_stores_nothing(
    run_shared: Run, arguments: list[str], stdin: str, said: str
) -> None:
    before = counts()
    status, out, err = run_shared(*arguments, stdin=stdin)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert err.startswith("breach: ")
    assert PASSWORD not in err
    assert counts() == before


def test_command_without_a_database_says_what_to_run(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["person", "list"])
    assert stop.value.code == 1
    assert "run: breach init" in capsys.readouterr().err
    assert list(home.iterdir()) == []


def at_a_terminal(answers: list[str]) -> tuple[int, str]:
    """Return status and screen of `breach person add` with the answers typed at a terminal."""
    primary, secondary = pty.openpty()
    role = ("--name", "Tove Terminal", "--role", "decider@vest")
    command = [sys.executable, "-c", "from breach.cli import main; main()", "person", "add", "tove", *role]
    streams: dict[str, Any] = {"stdin": secondary, "stdout": secondary, "stderr": secondary}
    with subprocess.Popen(command, **streams, start_new_session=True) as process:
        os.close(secondary)
        screen = ""
        for answer in answers:
            while not screen.endswith(": "):
                screen += os.read(primary, 1000).decode()
            os.write(primary, f"{answer}\n".encode())
            screen += "\n"
        try:
            while more := os.read(primary, 1000):
                screen += more.decode()
        except OSError:  # how Linux says that nobody is left at the other end
            pass
    os.close(primary)
    return process.returncode, screen


@pytest.mark.parametrize(
    ("again", "status", "said"),
    [
        pytest.param(PASSWORD, 0, "tove added", id="same"),
        pytest.param("noget helt andet end det", 2, "the two are not the same", id="other"),
    ],
)
def test_password_at_a_terminal_is_asked_for_twice_and_not_shown(
    run: Run, again: str, status: int, said: str
) -> None:
    add_west(run)
    left, screen = at_a_terminal([PASSWORD, again])
    assert left == status
    assert said in screen
    assert PASSWORD not in screen
