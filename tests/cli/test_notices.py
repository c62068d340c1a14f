"""`breach notices draft`: the messages of a case as files, found by its number alone."""

from pathlib import Path

import pytest

from breach.domain.errors import FieldError
from breach.domain.messages import ComposedMessage, MessageRefused
from breach.services.context import Context
from breach.services.sending.messages import messages_of
from breach.store.models import BreachCase
from tests.cli.test_cli import exit_of
from tests.support.scenario import environ, import_csv, make_service, people_csv


@pytest.fixture
def reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case with an approved letter and two on its list, in an installation of two regions."""
    service = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}").approved()
    service.do("sagsbehandler", import_csv, people_csv(2))
    service.runtime.close()
    for name, value in environ(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}").items():
        if name.startswith("BREACH_"):
            monkeypatch.setenv(name, value)
    return service.reference


def test_messages_are_files_for_the_owner_alone(
    reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "letters"
    assert exit_of(["notices", "draft", reference.lower(), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"2 messages written to {out}\n"
    files = sorted(out.iterdir())
    assert [path.suffix for path in files] == [".xml", ".xml"]
    assert {path.stat().st_mode & 0o777 for path in [out, *files]} == {0o700, 0o600}
    assert all(reference.encode() in path.read_bytes() for path in files)


def test_messages_count_one_as_one(
    reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breach.cli.notices.messages_of", lambda ctx, case: list(messages_of(ctx, case))[:1])
    assert exit_of(["notices", "draft", reference, "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"1 message written to {tmp_path}\n"


def test_messages_not_composed_are_counted_with_the_reason(
    reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def two_of_three(ctx: Context, case: BreachCase) -> list[ComposedMessage | MessageRefused]:
        refused = [MessageRefused(FieldError("addressee", code)) for code in ("lacks.phone", "odd.code")]
        return [*refused, *list(messages_of(ctx, case))[:1], refused[0]]

    monkeypatch.setattr("breach.cli.notices.messages_of", two_of_three)
    assert exit_of(["notices", "draft", reference, "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr()
    assert shown.out == f"1 message written to {tmp_path / 'out'}\n"
    assert shown.err == (
        "2 without a message: The channel needs a telephone number, and the recipient has none. Send the"
        " letter on paper\n1 without a message: odd.code\n"
    )


def test_number_that_no_case_has_writes_nothing(
    reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "letters"
    assert exit_of(["notices", "draft", "BRUD-1999-000001", "--out", str(out)]) == 1
    assert capsys.readouterr().err == (
        "breach: There is no case BRUD-1999-000001. breach case list shows the numbers\n"
    )
    assert not out.exists()
