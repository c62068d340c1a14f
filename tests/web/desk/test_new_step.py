"""A new step is a row, a function of a service and words: it then stands on the pages and in the API."""

import html
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask

from breach.api.openapi import document
from breach.domain.states import Role
from breach.services import actions
from breach.services.cases import action
from breach.services.cases.inputs import ReasonInput
from breach.texts import LANGUAGES, catalogue, text
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

def greet(ctx, reference, version, call, story, hand):
    case = load(ctx, reference, version, "greet").case
    case.summary = f"{call}, {story}, {hand}"
    touch(ctx, case)
"""
INPUTS = """
from typing import Annotated

from breach.services.field_types import Choice, Text
from breach.services.schema import Line, StepInput

class GreetInput(StepInput):
    call: Line
    story: Annotated[str, Text(50, lines=True)]
    hand: Annotated[str, Choice(("left", "right"))]
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
FIELDS = {
    "cases.field.call": "Tilråb",
    "cases.field.story": "Historie",
    "cases.field.hand": "Hvilken hånd?",
    "cases.hand.left": "Den venstre",
    "cases.hand.right": "Den højre",
}
"""The words of the second step's input, which is new."""
GREETING = {"call": "Hej", "story": "Vi ses.", "hand": "right"}
API = "/api/v1/cases"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service with a case and two steps more, told by nothing but rows, functions, inputs and words."""
    package = tmp_path / "waving"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "steps.py").write_text(SERVICE, "utf-8")
    (package / "inputs.py").write_text(INPUTS, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    asks = import_module("waving.inputs").GreetInput
    greet = replace(ROW, name="greet", service="waving.steps:greet", asks=asks)
    monkeypatch.setattr(actions, "ACTIONS", (*actions.ACTIONS, ROW, greet))
    of_steps = {f"{row.key}.{word}": said for row in (ROW, greet) for word, said in WORDS.items()}
    for language in LANGUAGES:
        for key, said in (of_steps | FIELDS).items():
            monkeypatch.setitem(catalogue(language), key, said)
    made = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    made.open()
    yield made
    made.runtime.close()
    for module in ("waving", "waving.inputs", "waving.steps"):
        sys.modules.pop(module, None)  # the next test has a package of its own


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


def test_a_new_input_has_its_fields_on_the_page(people: People) -> None:
    page = people["beslutter"].see("/step/greet")
    assert re.search(r'<input[^>]* name="call" type="text"', page)
    assert re.search(
        r'data-maxlength="50"[^<]*<label[^>]*>Historie</label>.*?<textarea[^>]* name="story"', page, re.S
    )
    assert re.findall(r'type="radio"[^>]* name="hand"\s+value="(\w+)"', page) == ["left", "right"]
    assert [words for words in FIELDS.values() if words not in html.unescape(page)] == []


@pytest.mark.parametrize(
    ("typed", "key", "values"),
    [
        ({"story": "x" * 51}, "errors.too_long", {"label": "Historie", "limit": "50", "n": "51"}),
        ({"call": ""}, "errors.required", {"label": "Tilråb"}),
        ({"hand": "third"}, "errors.choice_unknown", {"label": "Hvilken hånd?"}),
        ({"hand": ""}, "errors.required", {"label": "Hvilken hånd?"}),
    ],
    ids=["too-long", "empty", "unknown", "unchosen"],
)
def test_a_new_input_is_held_to_its_model(
    service: Service, people: People, typed: dict[str, str], key: str, values: dict[str, str]
) -> None:
    before = service.version()
    answer = people["beslutter"].send("/step/greet", **GREETING | typed)
    assert answer.status_code == 422
    assert text(key, "da", **values) in html.unescape(answer.text)
    assert service.version() == before


def test_a_new_input_is_taken_without_a_form_of_its_own(service: Service, people: People) -> None:
    done(people["beslutter"].send("/step/greet", **GREETING), "waving.step.greet")
    assert service.page().case.summary == "Hej, Vi ses., right"
