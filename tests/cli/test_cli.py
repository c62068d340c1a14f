import json
import sys
from pathlib import Path

import click
import pytest

from breach import bench as bench_package
from breach import cli
from breach.domain.errors import Conflict, DomainError, FieldError, InvalidInput, StepRefused


def exit_of(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert isinstance(stop.value.code, int)
    return stop.value.code


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """A command that raises what the test puts into the list."""
    raised: list[BaseException] = []

    @click.command("failing")
    def command() -> None:
        raise raised[0]

    monkeypatch.setattr(cli.group, "get_command", lambda ctx, name: command)
    return raised


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_commands_listed_load_and_have_a_help_line(name: str) -> None:
    command = cli.group.get_command(click.Context(cli.group), name.replace("_", "-"))
    assert command is not None
    assert command.get_short_help_str()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["nope"], "No such command 'nope'", id="unknown-command"),
        pytest.param(["bench"], "Missing argument 'NAME'", id="missing-argument"),
        pytest.param(["bench", "nope"], "no measurement 'nope'", id="unknown-measurement"),
        pytest.param(["--nope"], "--nope", id="unknown-option"),
    ],
)
def test_wrong_use_exits_2_with_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_of(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("breach: ")
    assert said in err
    assert err.count("\n") == 1


def test_command_left_out_shows_the_help_and_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of([]) == 2
    assert "Commands:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        pytest.param(
            InvalidInput([FieldError("cpr", "no_words_for_this"), FieldError("when", "nor_for_this")]),
            2,
            "breach: cpr: no_words_for_this; when: nor_for_this\n",
            id="invalid-input",
        ),
        pytest.param(DomainError("no_words_for_this"), 1, "breach: no_words_for_this\n", id="domain"),
        pytest.param(click.UsageError("two\nlines"), 2, "breach: two lines\n", id="usage-on-one-line"),
        pytest.param(KeyboardInterrupt(), 130, "\nbreach: stopped\n", id="interrupted"),
    ],
)
def test_error_becomes_one_line_and_a_status(
    failing: list[BaseException],
    error: BaseException,
    status: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing.append(error)
    assert exit_of(["failing"]) == status
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(
    "error",
    [Conflict("conflict"), StepRefused("decide", "reported", ["has_facts"])],
    ids=["conflict", "step"],
)
def test_refusal_exits_1_with_one_line(
    failing: list[BaseException], error: DomainError, capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(error)
    assert exit_of(["failing"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.fixture
def measurement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = "measured_for_this_test"
    result = {
        "what": "sums",
        "figure": 1200.0,
        "unit": "sums/s",
        "baseline": 2400.0,
        "ratio": 0.5,
        "rows": 10,
    }
    (tmp_path / f"{name}.py").write_text(f"def run():\n    return {result!r}\n", encoding="utf-8")
    monkeypatch.setattr(bench_package, "__path__", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, f"breach.bench.{name}", raising=False)
    return name


def test_bench_prints_figure_baseline_and_ratio(measurement: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of(["bench", measurement]) == 0
    assert capsys.readouterr().out == (
        f"{measurement}: sums: 1,200 sums/s; baseline 2,400; ratio 0.5 (rows=10)\n"
    )


def test_bench_all_prints_json_lines(measurement: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of(["bench", "all", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "name": measurement,
        "what": "sums",
        "figure": 1200.0,
        "unit": "sums/s",
        "baseline": 2400.0,
        "ratio": 0.5,
        "rows": 10,
    }
