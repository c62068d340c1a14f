"""What no page of ours asks for: an address with a strange value, a text or a form that is too large."""

import html
import re
from pathlib import Path

import pytest

from breach.texts import LANGUAGES, text
from breach.web.app import create_app
from tests.support.scenario import make_service
from tests.web.cases.test_walk import LIST, People


@pytest.fixture
def people(tmp_path: Path) -> People:
    service = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    service.open()
    return People(create_app(service.runtime), service)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("who", "path", "field"),
    [
        ("sagsbehandler", "/cases?tab=all&after=zorro", "after"),
        ("sagsbehandler", "/cases?tab=all&state=zorro", "state"),
        ("sagsbehandler", "/register?state=zorro", "state"),
        ("revisor", "/access/changes?after=zorro", "after"),
    ],
)
def test_address_with_a_strange_value_names_it_and_leads_to_the_list(
    people: People, who: str, path: str, field: str, language: str
) -> None:
    client = people[who].client
    answer = client.get(f"{path}&lang={language}")
    shown = html.unescape(answer.text)
    assert answer.status_code == 422
    assert text("errors.page.address", language, field=field) in shown
    assert "zorro" not in shown.split("<main", 1)[1].split("</main>")[0]
    way = re.search(r'<a class="button button-primary[^>]*href="([^"]*)"', answer.text)
    assert way is not None
    assert way[1] == path.partition("?")[0]
    assert client.get(way[1]).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("fields", "name", "values"),
    [
        pytest.param({"reason": "a" * 1_100_000}, "too_much", {"limit": "1 MB"}, id="text"),
        pytest.param({"reason": ["a"] * 600}, "too_many_fields", {"most": 500}, id="fields"),
    ],
)
def test_form_that_is_too_large_says_what_of_it(
    people: People, fields: dict[str, object], name: str, values: dict[str, object], language: str
) -> None:
    path = f"/step/take-over?lang={language}"
    answer = people["sagsbehandler"].send(path, page="", **fields)
    assert answer.status_code == 413
    shown = html.unescape(answer.text)
    assert text(f"errors.page.{name}_title", language) in shown
    assert text(f"errors.page.{name}", language, **values) in shown
    assert text("errors.page.too_large_title", language) not in shown


def test_file_that_is_too_large_is_called_a_file(people: People) -> None:
    address = f"/cases/BRUD-2026-000001{LIST}"
    body = b"--x\r\n" + b"a" * 50_100_000
    answer = people["sagsbehandler"].client.post(
        address, data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert text("errors.page.too_large_title", "da") in html.unescape(answer.text)
