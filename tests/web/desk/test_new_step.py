"""A new step is a row, a function of a service and words: it then stands on the pages and in the API."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from breach.api.openapi import document
from breach.domain.states import Role
from breach.services import actions
from breach.services.cases import action
from breach.services.cases.inputs import ReasonInput
from breach.texts import LANGUAGES, catalogue
from breach.web.app import create_app
from tests.support.reporting import token
from tests.support.scenario import Service, make_service
from tests.web.cases.test_walk import People, done

SERVICE = """
from breach.services.cases.loading import load, touch
from breach.services.checks import written

def wave(ctx, reference, version, reason):
    case = load(ctx, reference, version, "wave").case
    case.summary = written("reason", reason)
    touch(ctx, case)
"""
ROW = action.Action(
    track="case",
    room="waving",
    name="wave",
    service="waving.steps:wave",
    asks=ReasonInput,
    roles=(Role.DECIDER,),
)
WORDS = {"title": "Vink", "lead": "Der bliver vinket.", "button": "Vink nu", "done": "Der er vinket."}
API = "/api/v1/cases"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service with a case and one step more: nothing but its row, its function and its words is told."""
    package = tmp_path / "waving"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "steps.py").write_text(SERVICE, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(actions, "ACTIONS", (*actions.ACTIONS, ROW))
    for language in LANGUAGES:
        for word, said in WORDS.items():
            monkeypatch.setitem(catalogue(language), f"{ROW.key}.{word}", said)
    made = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    made.open()
    yield made
    made.runtime.close()


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service.runtime)


@pytest.fixture
def people(app: Flask, service: Service) -> People:
    return People(app, service)


def test_new_step_is_linked_from_the_page_of_the_case(service: Service, people: People) -> None:
    link = re.compile(
        rf'href="/cases/{service.reference}/step/wave">(<svg.*?</svg>)?{WORDS["button"]}<', re.DOTALL
    )
    assert link.search(people["beslutter"].see())
    handlers = people["sagsbehandler"].see()
    assert "/step/wave" not in handlers
    assert WORDS["button"] in handlers  # among what cannot be done now, and why


def test_new_step_has_a_page_that_takes_it(service: Service, people: People) -> None:
    page = people["beslutter"].see("/step/wave")
    assert WORDS["lead"] in page
    assert "<textarea" in page
    assert people["beslutter"].send("/step/wave", reason=" ").status_code == 422
    done(people["beslutter"].send("/step/wave", reason="Hej."), ROW.key)
    assert service.page().case.summary == "Hej."
    assert WORDS["done"] in people["beslutter"].see(f"?message={ROW.key}")


def test_new_step_is_barred_on_its_page_without_the_role(people: People) -> None:
    assert "<textarea" not in people["sagsbehandler"].see("/step/wave")


@pytest.mark.parametrize(("who", "status"), [("beslutter", 200), ("sagsbehandler", 403), ("fremmed", 404)])
def test_new_step_is_taken_by_the_api(app: Flask, service: Service, who: str, status: int) -> None:
    slug = "eksempel" if who == "fremmed" else "nordjylland"
    headers = {"Authorization": f"Bearer {token(service.runtime, who, slug)}"}
    body = {"version": service.version(), "reason": "Hej."}
    answer = app.test_client().post(f"{API}/{service.reference}/steps/wave", json=body, headers=headers)
    assert answer.status_code == status
    assert service.page().case.summary == ("Hej." if status == 200 else "")


def test_new_step_is_among_the_offers(app: Flask, service: Service) -> None:
    offered = {who: {o.step: o.reasons for o in service.page(who).offers} for who in ("beslutter", "revisor")}
    assert (offered["beslutter"]["wave"], offered["revisor"]["wave"]) == ((), ("no_right",))
    headers = {"Authorization": f"Bearer {token(service.runtime, 'beslutter')}"}
    shown = app.test_client().get(f"{API}/{service.reference}", headers=headers).get_json()
    assert {"step": "wave", "barred_by": []} in shown["steps"]


@pytest.mark.usefixtures("service")
def test_new_step_is_described() -> None:
    found = document()["paths"]["/cases/{reference}/steps/wave"]["post"]
    schema = found["requestBody"]["content"]["application/json"]["schema"]
    assert (found["operationId"], schema) == ("step_wave", {"$ref": "#/components/schemas/ReasonInput"})
