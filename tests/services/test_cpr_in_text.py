"""No text field takes what looks like a CPR number, however it is written, unless it is listed with a reason.

The fields are found where inputs are defined, so that a new one cannot be forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField

from breach.domain.danish_time import local
from breach.domain.errors import InvalidInput
from breach.domain.risk.facts import COUNT_FACTS
from breach.domain.states import Role
from breach.services import actions
from breach.services.access import controllers, people
from breach.services.context import Context
from breach.services.field_types import FieldType, Text
from breach.services.intake.report import ReportInput
from breach.services.risk.inputs import Fact
from breach.services.schema import Input, leaves_of, read
from breach.web.access import forms, login_forms
from breach.web.desk.step_views import form_of
from breach.web.informing import forms as informing_forms
from breach.web.intake import code_views as code_pages
from breach.web.intake import forms as intake_forms
from breach.web.intake import views as report_pages
from breach.web.parts.forms import BaseForm
from breach.web.risk import forms as risk_forms
from breach.web.sending import forms as sending_forms
from tests.services.cases.test_handover import left, wanted, with_ida
from tests.services.conftest import At
from tests.services.steps import LISTED
from tests.services.test_steps import events_of
from tests.support.scenario import FACTS, HIGH, Service, make_service
from tests.support.spellings import SPELLINGS
from tests.support.stages import earlier, notice_text, text_hash


def text_fields(model: type[Input]) -> Iterator[str]:
    """Yield the path of every text field of an input, those of its parts too."""
    yield from (path for path, kind in leaves_of(model) if _is_text(kind))


def _is_text(kind: FieldType) -> bool:
    return isinstance(kind, Text) or (isinstance(kind, Fact) and kind.name == "scenario")


def typed_fields(form: type[BaseForm]) -> list[str]:
    """Return the names of the fields of a form into which text is typed."""
    unbound: dict[str, Any] = {name: getattr(form, name) for name in dir(form)}
    kinds = {name: getattr(one, "field_class", object) for name, one in unbound.items()}
    typed = {name: kind for name, kind in kinds.items() if issubclass(kind, StringField)}
    return [name for name, kind in typed.items() if not issubclass(kind, HiddenField)]


@dataclass(frozen=True)
class Place:
    """Where a step of the API can be taken, by whom, and what it needs beside the field that is tried."""

    stage: str
    who: str = "sagsbehandler"
    beside: dict[str, Any] = field(default_factory=dict)


SENT = {"submitted_at": "", "receipt_number": "DT-1"}
PROPOSAL = {"outcome": HIGH, "reasoning": "Helbred."}
EXEMPTION = {**PROPOSAL, "exemption_ground": "risk_removed", "exemption_evidence": "Slettet."}
MEASURES = {"summary": "Kort", "measures": "To ser.", "contained": False}
AWARE = {"aware_at": ""}
_DAYS = {"shown_from": "2026-03-09", "shown_to": "2199-03-09"}
PLACES: dict[str, Place] = {
    "take": Place("reported"),
    "take_over": Place("left", "ida"),
    "hand_over": Place("two_handlers", beside={"to": "ida"}),
    "ask_for_case": Place("two_handlers", "ida"),
    "keep_case": Place("wanted"),
    "ask_dismissal": Place("assessing"),
    "refuse_dismissal": Place("dismissal_asked"),
    "merge": Place("two"),
    "revise": Place("assessing", beside={"facts": FACTS}),
    "score": Place("assessing", beside={"facts": FACTS}),
    "propose": Place("scored", beside={**EXEMPTION, "in_english": False}),
    "send_back": Place("proposed", "beslutter"),
    "decide": Place("proposed", "beslutter", {"proposal_sha256": ""}),
    "save_measures": Place(
        "assessing", beside={"summary": "Kort", "measures": "To ser.", "contained": False}
    ),
    "reopen": Place("dismissed"),
    "submit_notification": Place("reported", beside=SENT),
    "supplement": Place("submitted"),
    "withdraw_notification": Place("submitted"),
    "ask_awareness": Place("assessing", beside=AWARE),
    "confirm_awareness": Place("correction_asked", "beslutter"),
    "refuse_awareness": Place("correction_asked", "beslutter"),
    "save_text": Place("drafting", beside={"danish": "Kære dig", "english": "Dear you"}),
    "approve_text": Place("drafting", "godkender", {"sha256": "", "confirmed": []}),
    "send_back_text": Place("drafting", "godkender", {"sha256": "", "comment": "Ret."}),
    "save_notice": Place("by_notice", beside={"danish": "", "english": "", "places": "Forsiden", **_DAYS}),
    "approve_notice": Place("notice_drafted", "godkender"),
    "prove_notice": Place("notice_approved", beside={"proven_on": "", "proof_address": ""}),
    "withdraw_notice": Place("notice_approved"),
    "ask_segment": Place(
        "decided",
        beside={"whom": "some", "people": 1, "why": "no_high_risk", "name": "Døde", "reason": "Slået op."},
    ),
    "confirm_segment": Place("exemption_asked", "beslutter"),
    "refuse_segment": Place("exemption_asked", "beslutter", {"segment": ""}),
    "withdraw_segment": Place("exemption_asked"),
    "correct_recipient": Place(
        "listed", beside={"cpr": LISTED, "new_cpr": "2512489996", "name": "Prøve Person", "reason": "Fordi"}
    ),
    "remove_recipient": Place("listed", beside={"cpr": LISTED, "reason": "Fordi"}),
    "add_recipient": Place("decided", beside={"cpr": "2512489996", "name": "Prøve Person"}),
}
MAY_HOLD: dict[str, str] = {
    "approve_notice.sha256": "it is compared with a hash and never stored",
    "confirm_segment.segment": "it is compared with ids and never stored",
    "refuse_segment.segment": "it is compared with ids and never stored",
    "withdraw_segment.segment": "it is compared with ids and never stored",
    "hand_over.to": "it is compared with usernames and never stored",
    "add_recipient.cpr": "it is the recipient's number, and stored sealed",
    "correct_recipient.cpr": "it is the number looked for, and kept nowhere",
    "correct_recipient.new_cpr": "it is the recipient's number, and stored sealed",
    "remove_recipient.cpr": "it is the number looked for, and kept nowhere",
    "decide.proposal_sha256": "it is compared with a hash and never stored",
    "save_text.facts_sha256": "it is compared with a hash and never stored",
    "approve_text.sha256": "it is compared with a hash and never stored",
    "send_back_text.sha256": "it is compared with a hash and never stored",
}
ASKED = {one.name: one.asks for one in actions.offered() if one.asks is not None}
STEP_FIELDS = [f"{name}.{one}" for name, asks in ASKED.items() for one in text_fields(asks)]
REFUSING = [one for one in STEP_FIELDS if one not in MAY_HOLD]
REPORT_MAY_HOLD = {"controller": "it is looked up and never stored unless a region is called so"}
PAGES_MAY_HOLD: dict[type[BaseForm], dict[str, str]] = {
    sending_forms.FindForm: {"cpr": "it is the number looked for, and kept nowhere"},
    sending_forms.RemovalForm: {"cpr": "it is the number looked for, and kept nowhere"},
    sending_forms.CorrectOneForm: {"new_cpr": "it is the recipient's number, and stored sealed"},
    sending_forms.CorrectionForm: {
        "cpr": "it is the number looked for, and kept nowhere",
        "new_cpr": "it is the recipient's number, and stored sealed",
    },
    sending_forms.RecipientForm: {"cpr": "it is the recipient's number, and stored sealed"},
    sending_forms.ReleaseForm: {"typed_count": "it is read as a count"},
    informing_forms.SegmentForm: {"people": "it is read as a count"},
    risk_forms.FactsForm: dict.fromkeys(COUNT_FACTS, "it is read as a count"),
    forms.AskForm: {"username": "it is looked up and never stored"},
    login_forms.LoginForm: {
        "username": "it is looked up and never stored",
        "password": "it is compared with a hash and never stored",
    },
    login_forms.ConfirmForm: {"password": "it is compared with a hash and never stored"},
    code_pages.ResumeForm: {"draft": "it is looked up and never stored"},
    code_pages.StatusForm: dict.fromkeys(("reference", "status_word"), "it is looked up and never stored"),
}


def _place(at: At, kept_at: At, step: str) -> Service:
    place = PLACES[step]
    with_others = {"left": left, "two_handlers": with_ida, "wanted": wanted}
    if place.stage in with_others:
        return with_others[place.stage](at("assessing"))
    return kept_at(place.stage)


def _body(service: Service, step: str, name: str, written: str) -> dict[str, Any]:
    """Return what the API would be sent, with the number in one field."""
    beside = dict(PLACES[step].beside)
    if "proposal_sha256" in beside:
        proposal = service.page("beslutter").decision
        beside["proposal_sha256"] = proposal.proposed_sha256 if proposal else ""
    if "sha256" in beside:
        beside["sha256"] = text_hash(service)
    if step == "save_notice":
        beside["danish"], beside["english"] = notice_text(service)
    if "proven_on" in beside:
        beside["proven_on"] = local(service.runtime.clock()).date().isoformat()
    if "segment" in beside:
        beside["segment"] = str(service.page().asked_segments[0].id)
    if "submitted_at" in beside:
        beside["submitted_at"] = service.runtime.clock().isoformat()
    if "aware_at" in beside:
        beside["aware_at"] = earlier(service).isoformat()
    if name == "facts.scenario":
        return {"facts": {**FACTS, "scenario": f"Gælder {written}."}}
    return beside | {name: f"Gælder {written}."}


def _take(service: Service, step: str, body: dict[str, Any]) -> None:
    with service.runtime.transaction(service.actors[PLACES[step].who]) as ctx:
        asked = read(ASKED[step], body, ctx.now).given()
        actions.of_api()[step].do(ctx, service.reference, asked.pop("version"), **asked)


def _refusal(service: Service, step: str, name: str, written: str) -> InvalidInput:
    body = {"version": service.version(), **_body(service, step, name, written)}
    with pytest.raises(InvalidInput) as refused:
        _take(service, step, body)
    return refused.value


@pytest.mark.parametrize("path", REFUSING)
def test_cpr_number_in_a_text_is_taken_by_no_step(at: At, kept_at: At, path: str) -> None:
    step, _, name = path.partition(".")
    service = _place(at, kept_at, step)
    before = service.version(), events_of(service)
    for written in SPELLINGS.values():
        error = _refusal(service, step, name, written)
        assert [one.field for one in error.errors] == [name.removeprefix("facts.")], written
        assert written not in str(error)
    assert (service.version(), events_of(service)) == before


def test_tables_name_no_field_that_is_gone() -> None:
    assert set(MAY_HOLD) <= set(STEP_FIELDS)
    assert set(REPORT_MAY_HOLD) <= set(text_fields(ReportInput))
    assert {path.partition(".")[0] for path in STEP_FIELDS} == set(PLACES)
    for form, listed in PAGES_MAY_HOLD.items():
        assert set(listed) <= set(typed_fields(form))


def _forms(of: type[BaseForm] = BaseForm) -> Iterator[type[BaseForm]]:
    for form in of.__subclasses__():
        yield form
        yield from _forms(form)


def _ours() -> list[type[BaseForm]]:
    made = {form_of(one.asks) for one in actions.offered() if one.asks and not one.page}
    return [form for form in {*_forms(), *made} if form.__module__.startswith("breach.")]


@pytest.mark.parametrize("form", sorted(_ours(), key=str), ids=lambda form: form.__qualname__)
def test_cpr_number_that_a_page_takes_is_warned_of_or_refused_by_a_step(form: type[BaseForm]) -> None:
    refused = {path.partition(".")[2] for path in REFUSING}
    warned = issubclass(form, intake_forms.StepForm)
    open_fields = set(typed_fields(form)) - refused - set(PAGES_MAY_HOLD.get(form, ()))
    assert warned or open_fields == set()


REPORT_FIELDS = [(step, name) for step, form in intake_forms.STEPS.items() for name in typed_fields(form)]


@pytest.mark.parametrize(("step", "name"), REPORT_FIELDS)
def test_cpr_number_is_warned_of_in_every_text_of_a_report(step: str, name: str) -> None:
    app = Flask("warns")
    app.secret_key = "x"
    with app.test_request_context():
        for written in SPELLINGS.values():
            form = intake_forms.STEPS[step](formdata=MultiDict({name: f"Om {written}"}), meta={"csrf": False})
            assert report_pages.doubtful_fields(form) == [name], written


def test_report_texts_of_the_api_are_those_of_the_pages() -> None:
    asked = {path.replace(".", "_") for path in text_fields(ReportInput)} - set(REPORT_MAY_HOLD)
    assert asked <= {name for _, name in REPORT_FIELDS}


AUDITOR = people.RoleAt(Role.AUDITOR, "nordjylland")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("host")
    made = make_service(home, f"sqlite:///{home / 'breach.db'}")
    yield made
    made.runtime.close()


def _say(ctx: Context, name: str, written: str) -> None:
    if name == "slug":
        controllers.add_controller(ctx, written, controllers.Details())
    details: dict[str, Any] = {name: written}
    controllers.change_controller(ctx, "nordjylland", controllers.Details(**details))


@pytest.mark.parametrize("name", controllers.LINES)
def test_cpr_number_is_taken_by_no_line_of_a_controller(host: Service, name: str) -> None:
    for written in SPELLINGS.values():
        with host.runtime.transaction() as ctx, pytest.raises(InvalidInput) as refused:
            _say(ctx, name, written)
        assert name in [one.field for one in refused.value.errors], written


@pytest.mark.parametrize("name", ["username", "name"])
def test_cpr_number_is_taken_by_no_name_of_a_person(host: Service, name: str) -> None:
    for written in SPELLINGS.values():
        said = {"username": "ida", "name": "Ida Prøve"} | {name: f"n-{written}"}
        new = people.NewPerson(said["username"], said["name"], "", (AUDITOR,))
        with host.runtime.transaction() as ctx, pytest.raises(InvalidInput) as refused:
            people.add_person(ctx, new)
        assert [one.field for one in refused.value.errors] == [name], written
