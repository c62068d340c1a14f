"""The public notice by its pages: written, approved, shown to everybody without log-in, proven by a file."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from breach.domain.danish_time import local
from breach.web.app import create_app
from tests.support.scenario import Service
from tests.support.stages import Stages, notice_text
from tests.web.cases.test_walk import People
from tests.web.conftest import token_of

HASH = re.compile(r'name="sha256" value="([0-9a-f]{64})"')
LINK = re.compile(r'href="(/notices/[0-9a-f-]{36})"')


@pytest.fixture
def at(tmp_path: Path) -> Callable[[str], Service]:
    return Stages(tmp_path).at


def parts(name: str, day: date) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def write(people: People, service: Service, **more: str) -> int:
    danish, english = notice_text(service)
    today = local(service.runtime.clock()).date()
    days = parts("shown_from", today) | parts("shown_to", today + timedelta(days=90))
    fields = {"danish": danish, "english": english, "places": "Forsiden", **days, **more}
    return int(people["sagsbehandler"].send("/step/save-notice", "/step/save-notice", **fields).status_code)


def test_notice_goes_from_the_draft_to_its_page_and_its_proof(at: Callable[[str], Service]) -> None:
    service = at("by_notice")
    app = create_app(service.runtime)
    people = People(app, service)
    visitor = app.test_client()
    handler = people["sagsbehandler"]
    assert "Til dig, der kan være berørt" in html.unescape(handler.see("/step/save-notice"))
    assert LINK.search(visitor.get("/").text) is None
    assert "Der er ingen meddelelser lige nu." in visitor.get("/notices").text
    assert write(people, service) == 303
    sha256 = re.search(
        r'name="sha256" value="([0-9a-f]{64})"', people["godkender"].see("/step/approve-notice")
    )
    assert sha256 is not None
    sent = people["godkender"].send("/step/approve-notice", "/step/approve-notice", sha256=sha256[1])
    assert sent.status_code == 303
    found = LINK.search(visitor.get("/").text)
    assert found is not None
    page = html.unescape(visitor.get(found[1]).text)
    assert "<h1>Brud på persondatasikkerheden hos Region Nordjylland</h1>" in page
    assert service.reference not in page
    assert "og du er en af dem" not in page
    assert "Personal data breach at" in visitor.get(f"{found[1]}?lang=en").text
    assert visitor.get(f"{found[1]}/press").mimetype == "text/plain"
    today = local(service.runtime.clock()).date()
    fields = {"csrf_token": token_of(handler.client, "/cases"), "version": str(service.version())}
    body = {**fields, **parts("proven_on", today), "file": (BytesIO(b"%PDF-1.4\nklip"), "klip.pdf")}
    path = f"/cases/{service.reference}/step/prove-notice"
    assert handler.client.post(path, data=body, content_type="multipart/form-data").status_code == 303
    tab = html.unescape(handler.see("/communication"))
    assert "3 ved offentlig meddelelse" in tab
    proof = re.search(r'href="(/cases/[^"]+/proof)"', tab)
    assert proof is not None
    assert handler.client.get(proof[1]).data == b"%PDF-1.4\nklip"
    assert visitor.get(proof[1]).status_code == 302


def test_notice_with_a_fault_comes_back_as_it_was_typed(at: Callable[[str], Service]) -> None:
    service = at("by_notice")
    people = People(create_app(service.runtime), service)
    assert write(people, service, places="251248-9996") == 422
    assert write(people, service, **{"shown_to-day": ""}) == 422
    assert service.page().notice is None


def test_notice_of_nobody_is_not_found(at: Callable[[str], Service]) -> None:
    service = at("notice_drafted")
    visitor = create_app(service.runtime).test_client()
    notice = service.page().notice
    assert notice is not None
    for key in (notice.id, "01948f3e-7c00-7000-8000-000000000001"):
        assert visitor.get(f"/notices/{key}").status_code == 404
