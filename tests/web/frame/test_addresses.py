"""Addresses and names as people type them: slashes at the end, small letters, other dashes, capitals."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from breach.services.context import Runtime
from breach.services.ids import case_number
from breach.services.intake.access_codes import grouped, new_code, normalised
from breach.web.app import create_app
from tests.support.scenario import make_service
from tests.web.cases.test_walk import People
from tests.web.conftest import USERNAME, log_in


@pytest.mark.parametrize(
    "path", ["/report/", "/status/", "/login/", "/privatliv/", "/report/resume/", "/readyz/"]
)
def test_address_with_a_slash_at_its_end_is_that_page(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == visitor.get(path.rstrip("/")).status_code
    assert answer.status_code in (200, 302, 503)


def test_nul_in_an_address_is_no_page(visitor: FlaskClient) -> None:
    log_in(visitor)
    for path in ("/cases/%00", "/cases/BRUD-2026-000001%00/log", "/api/v1/reports/%00"):
        assert visitor.get(path).status_code == 404
    for path in ("/cases?q=%00", "/?a%00=1", "/api/v1/cases?state=%00"):
        assert visitor.get(path).status_code == 422


@pytest.mark.parametrize(
    "typed", ["brud-2026-000001", "BRUD–2026–000001", "Brud%202026%20000001", "BRUD-2026-1."]
)
def test_case_is_found_however_its_number_is_written(tmp_path: Path, typed: str) -> None:
    service = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    service.open()
    people = People(create_app(service.runtime), service)
    for page in ("", "/", "/log", "/log/"):
        answer = people["sagsbehandler"].client.get(f"/cases/{typed}{page}")
        assert answer.status_code == 200
        assert "BRUD-2026-000001" in answer.text


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("BRUD-2026-000004", "BRUD-2026-000004"),
        (" brud‑2026‑000004. ", "BRUD-2026-000004"),
        ("BRUD 2026 000004", "BRUD-2026-000004"),
        ("BRUD\u00ad-2026-4", "BRUD-2026-000004"),
        ("BRUD2026-1234567", "BRUD-2026-1234567"),
        ("SAG-2026-000004", ""),
        ("BRUD-2026-000004\0", ""),
        ("", ""),
    ],
)
def test_case_number_is_read(typed: str, number: str) -> None:
    assert case_number(typed) == number


@pytest.mark.parametrize("typed", [USERNAME.upper(), USERNAME.title(), f" {USERNAME} "])
def test_user_name_is_taken_in_capitals(visitor: FlaskClient, runtime: Runtime, typed: str) -> None:
    assert log_in(visitor, username=typed).status_code == 303


def test_code_is_read_however_it_is_written() -> None:
    code = new_code()
    shown = grouped(code)
    spelled = [shown.replace("-", dash) for dash in ("–", "—", "‑", "−", " ", "\u00a0", ".", "_", "\u200b-")]
    for typed in [
        *spelled,
        f"{shown}.",
        f'"{shown.lower()}"',
        f" {shown}\n",
        code.replace("0", "Ø").replace("1", "l"),
    ]:
        assert normalised(typed) == code
