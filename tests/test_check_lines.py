"""Lines that do too much are found, and told with their place, the reason and the remedy."""

from pathlib import Path

import pytest

from tools import check_lines

HERE = Path("x.py")


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        pytest.param("a, b = f(), g()", True, id="two-calls"),
        pytest.param("a, b = 1, g()", True, id="one-call"),
        pytest.param("a, b = [f(x) for x in y], 2", True, id="a-call-inside"),
        pytest.param("[a, b] = [f(), 2]", True, id="as-lists"),
        pytest.param("self.a, self.b = a, f(b)", True, id="attributes"),
        pytest.param("a, b = b, a", False, id="swap"),
        pytest.param("a, b = f()", False, id="unpacking-one-value"),
        pytest.param("self.a, self.b = a, b", False, id="names"),
        pytest.param("a, b = (f(x) for x in y)", False, id="comprehension"),
        pytest.param("a = f(), g()", False, id="a-tuple"),
        pytest.param("a = 1 if x else 2 if y else 3", True, id="condition-in-the-other-side"),
        pytest.param("a = f(1 if x else 2) if y else 3", True, id="condition-in-a-call"),
        pytest.param("a = (1 if x else 2) + (3 if y else 4)", False, id="conditions-side-by-side"),
    ],
)
def test_line_of_python_that_does_two_things_is_found(source: str, is_found: bool) -> None:
    assert bool(list(check_lines.in_python(HERE, source))) is is_found


@pytest.mark.parametrize(("length", "is_found"), [(120, False), (121, True)])
def test_line_of_a_template_past_120_characters_is_found(length: int, is_found: bool) -> None:
    assert bool(list(check_lines.in_template(Path("x.html"), "x\n" + "y" * length))) is is_found


def test_findings_are_printed_with_their_place_and_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("templates", "breach"):
        (tmp_path / folder).mkdir()
    (tmp_path / "templates" / "x.html").write_text("\n" + "y" * 130, encoding="utf-8")
    (tmp_path / "breach" / "x.py").write_text("a, b = f(), g()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert check_lines.main() == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["templates/x.html:2:", "breach/x.py:1:"]
    assert all("one tag" in line or "line of its own" in line for line in lines)


def test_documents_print_nothing_when_nothing_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "x.html").write_text("<p>x</p>\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert (check_lines.main(), capsys.readouterr().out) == (0, "")
