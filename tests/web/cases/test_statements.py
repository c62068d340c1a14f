"""What the pages and steps of a case ask of the database: few statements, and none of them twice."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, before_render_template, template_rendered
from sqlalchemy import Engine

from breach.domain.danish_time import local
from breach.domain.spans import Span
from breach.domain.states import CaseState, NoticeState
from breach.services.actions import ACTIONS, named
from breach.services.cases import awareness
from breach.services.cases import steps as case_steps
from breach.services.cases.file_loading import load_file
from breach.services.ids import new_id
from breach.store.models import Notice, Report
from breach.web.app import create_app
from tests.services.conftest import At
from tests.services.conftest import at as at
from tests.services.conftest import stages as stages
from tests.services.steps import LISTED, STEPS
from tests.support.reporting import token
from tests.support.scenario import HIGH, Service
from tests.support.stages import PEOPLE, earlier, other
from tests.support.statements import Heard, heard
from tests.web.cases.test_walk import FORM_FACTS, People
from tests.web.conftest import TABS

CONTAINED = {"contained_at-day": "3", "contained_at-month": "3", "contained_at-year": "2026"}

CASE_PAGE, TAB, STEP = 12, 15, 20
"""How many statements each may take, the look-up of the log-in and the log of the look among them."""
STEP_PAGES = {
    one.name: f"/step/{one.address}" for one in ACTIONS if one.asks and not one.page and one.track != "notice"
}
SHARED_PAGES = (*TABS, "/communication/preview.pdf", "/awareness/answer")
PAGES = (*SHARED_PAGES, *STEP_PAGES.values())
AT = ("reported", "merged", "correction_asked", "proposed", "drafting", "listed", "asked", "concluded")
WHO = ("sagsbehandler", "beslutter", "godkender", "frigiver", "revisor")


def engine_of(service: Service) -> Engine:
    found: Engine = service.runtime.sessions.kw["bind"]
    return found


def add_report(service: Service) -> None:
    """Keep a report with the case that the service works on, as if it had come by the form."""
    with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        case = load_file(ctx, service.reference).case
        key = new_id(ctx.now)
        plain = json.dumps({"what": "Et brev", "contact": {}}).encode()
        place = ("contact", case.controller_id, case.id, "report", "cell", key)
        ctx.session.add(
            Report(
                id=key,
                controller_id=case.controller_id,
                case_id=case.id,
                submission_id=key.hex,
                body_sha256="a" * 64,
                kind=case.source,
                channel="web",
                received_at=ctx.now,
                status_code_hash=key.hex * 2,
                cell=ctx.keys.seal(ctx.session, *place, plain),
            )
        )


def fill(service: Service) -> Service:
    """Give a released case all that pages show: reports, merged cases, corrections, letters that wait."""
    first = service.reference
    add_report(service)
    service.do("sagsbehandler", awareness.ask, earlier(service), "Vagten vidste det før.")
    for _ in range(3):
        service.open(aware_at=service.runtime.clock() - timedelta(hours=1))
        add_report(service)
        service.do("sagsbehandler", awareness.ask, earlier(service), "Vagten vidste det før.")
        service.do("sagsbehandler", case_steps.merge, first)
    service.reference = first
    with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        load_file(ctx, first).case.state = CaseState.RESPONDING  # as if it was decided on again
        waiting, printing, *_ = ctx.session.query(Notice).order_by(Notice.id)
        waiting.state, printing.state = NoticeState.NEEDS_PERSON, NoticeState.PRINTING
    return service


def too_much(found: Heard, most: int) -> bool:
    return len(found) > most or bool(found.repeated)


def what_pages_ask(service: Service, who: str, paths: tuple[str, ...]) -> dict[str, Any]:
    """Return the pages that ask too much: how often, and what they ask twice."""
    person = People(create_app(service.runtime), service)[who]
    bad = {}
    for path in paths:
        with heard(engine_of(service)) as found:
            answer = person.client.get(f"/cases/{service.reference}{path}")
        # A case without a letter has no print; a step that nobody asked for leads to where it is asked.
        assert answer.status_code in (200, 302, 404), path
        if too_much(found, TAB if path else CASE_PAGE):
            bad[path] = (len(found), found.repeated)
    return bad


def pages_of(service: Service, who: str) -> tuple[str, ...]:
    """Return every page for the handler, and for another the tabs and the steps that are theirs now.

    A step that is nobody's now has one page for all: the reasons why not.
    """
    if who == "sagsbehandler":
        return PAGES
    theirs = {offer.step for offer in service.page(who).offers if offer.is_open}
    return (*SHARED_PAGES, *(path for name, path in STEP_PAGES.items() if name in theirs))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("stage", AT)
def test_pages_ask_little_and_nothing_twice(at: At, stage: str, who: str) -> None:
    service = at(stage)
    assert what_pages_ask(service, who, pages_of(service, who)) == {}


@pytest.mark.parametrize("who", WHO)
def test_pages_of_a_case_with_everything_ask_no_more(at: At, who: str) -> None:
    service = fill(at("released"))
    assert what_pages_ask(service, who, pages_of(service, who)) == {}


def test_pages_about_one_person_ask_little(at: At) -> None:
    service = fill(at("released"))
    with service.runtime.transaction() as ctx:
        notice = ctx.session.query(Notice).order_by(Notice.id).first()
    assert notice is not None
    paths = (
        f"/communication/recipients/{notice.recipient_id}",
        "/communication/recipients/find",
        f"/communication/notice/{notice.id}/recipient",
        f"/communication/notice/{notice.id}/cancel",
    )
    assert what_pages_ask(service, "beslutter", paths) == {}


_AWARE = {"aware_at-day": "1", "aware_at-month": "3", "aware_at-year": "2026", "at": "10.07"}
_SENT = {"submitted_at-day": "1", "submitted_at-month": "3", "submitted_at-year": "2026", "at": "10.07"}
_PROPOSAL = {"outcome": HIGH, "reasoning": "Helbred hos en fremmed."}
_LIST, _TEXT = "/communication/recipients", "/communication/text"
SENT: dict[str, tuple[str, str, str, str, Mapping[str, Any]]] = {
    "score": ("assessing", "sagsbehandler", "/risk", "/risk", {"do": "score", **FORM_FACTS}),
    "revise": ("scored", "sagsbehandler", "/facts/revise", "/facts/revise", FORM_FACTS),
    "propose": ("scored", "sagsbehandler", "/decision/propose", "/decision", _PROPOSAL),
    "decide": ("proposed", "beslutter", "/decision/decide", "/decision", {"choice": "decide"}),
    "send_back": (
        "proposed",
        "beslutter",
        "/decision/decide",
        "/decision",
        {"choice": "send_back", "comment": "Skriv hvorfor."},
    ),
    "save_text": ("drafting", "sagsbehandler", _TEXT, _TEXT, {"danish": "Kære", "english": "Dear"}),
    "approve_text": ("drafting", "godkender", f"{_TEXT}/approve", _TEXT, {}),
    "send_back_text": ("drafting", "godkender", f"{_TEXT}/send-back", _TEXT, {"comment": "Skriv hvornår."}),
    "add_recipient": (
        "decided",
        "sagsbehandler",
        f"{_LIST}/one",
        _LIST,
        {"cpr": "2512489996", "name": "Prøve Person"},
    ),
}
"""Steps that stand on a larger page: stage, person, address, page, and what is typed."""


def hash_of_notice(service: Service) -> str:
    """Return the hash of the public notice that waits for approval."""
    notice = service.page().notice
    assert notice is not None
    return notice.sha256


def today(part: str) -> Callable[[Service], str]:
    """Return what gives one part of the Danish day of today."""
    return lambda service: str(getattr(local(service.runtime.clock()).date(), part))


_PARTS = ("day", "month", "year")
_PROVEN = {f"proven_on-{part}": today(part) for part in _PARTS}
_DAYS = {f"{name}-{part}": today(part) for name in ("shown_from", "shown_to") for part in _PARTS} | {
    "places": "Forsiden"
}


def segment_of(service: Service) -> str:
    """Return the id of the segment that waits for an answer."""
    return str(service.page().asked_segments[0].id)


_REASON = {"reason": "Fordi."}


def _today(part: str) -> Callable[[Service], str]:
    return lambda service: str(getattr(local(service.runtime.clock()), part))


_POSTED = {f"posted_on-{part}": _today(part) for part in ("day", "month", "year")}
TYPED: dict[str, tuple[str, str, Mapping[str, Any]]] = {
    "take": ("reported", "sagsbehandler", {}),
    "ask_dismissal": ("assessing", "sagsbehandler", _REASON),
    "dismiss": ("dismissal_asked", "beslutter", {}),
    "merge": ("two", "sagsbehandler", {"target_reference": other}),
    "split": ("merged", "sagsbehandler", {}),
    "ask_awareness": ("assessing", "sagsbehandler", {**_AWARE, **_REASON}),
    "confirm_awareness": ("correction_asked", "beslutter", {"answer": "confirm_awareness"}),
    "refuse_awareness": (
        "correction_asked",
        "beslutter",
        {"answer": "refuse_awareness", "comment": "Nej, for loggen siger andet."},
    ),
    "withdraw_awareness": ("correction_asked", "sagsbehandler", {}),
    "save_measures": (
        "assessing",
        "sagsbehandler",
        {
            "measures": "To ser nu på det.",
            "contained": "y",
            **CONTAINED,
        },
    ),
    "reassess": ("new_facts", "sagsbehandler", {}),
    "conclude": ("settled", "sagsbehandler", {}),
    "reopen": ("dismissed", "sagsbehandler", _REASON),
    "supplement": ("submitted", "sagsbehandler", {"note": "Antallet er nu kendt."}),
    "complete_notification": ("submitted", "sagsbehandler", {}),
    "withdraw_notification": ("submitted", "sagsbehandler", _REASON),
    "draft_text": ("decided", "sagsbehandler", {}),
    "rewrite": ("approved", "godkender", {}),
    "approve_notice": ("notice_drafted", "godkender", {"sha256": hash_of_notice}),
    "prove_notice": ("notice_approved", "sagsbehandler", {"proof_address": "https://a.example/b", **_PROVEN}),
    "withdraw_notice": ("notice_approved", "sagsbehandler", _REASON),
    "save_notice": (
        "notice_drafted",
        "sagsbehandler",
        {"danish": "# Til dig", "english": "# To you", **_DAYS},
    ),
    "ask_segment": ("decided", "sagsbehandler", {"whom": "all", "why": "risk_removed", **_REASON}),
    "confirm_segment": ("exemption_asked", "beslutter", {"segment": segment_of}),
    "refuse_segment": ("exemption_asked", "beslutter", {"segment": segment_of, "comment": "Nej."}),
    "withdraw_segment": ("exemption_asked", "sagsbehandler", {"segment": segment_of}),
    "complete_informing": ("accounted_for", "sagsbehandler", {}),
    "correct_recipient": (
        "listed",
        "sagsbehandler",
        {"cpr": LISTED, "new_cpr": "2512489996", "name": "Prøve Person", **_REASON},
    ),
    "remove_recipient": ("listed", "sagsbehandler", {"cpr": LISTED, **_REASON}),
    "send_on_paper": ("undelivered", "sagsbehandler", {}),
    "post_letters": ("on_paper", "sagsbehandler", _POSTED),
    "ask_release": ("listed", "sagsbehandler", {}),
    "withdraw_release": ("asked", "sagsbehandler", {}),
    "release": ("asked", "frigiver", {"typed_count": PEOPLE}),
    "pause": ("released", "beslutter", {}),
    "open_round": ("told", "sagsbehandler", {"audience": "all"}),
    "resume": ("paused", "frigiver", {}),
}
"""Steps with a page of their own: stage, person, and what is typed."""


def _address(name: str) -> str:
    is_answer = name in ("confirm_awareness", "refuse_awareness")
    return "/awareness/answer" if is_answer else f"/step/{named(name).address}"


SENT |= {
    name: (stage, who, _address(name), _address(name), said) for name, (stage, who, said) in TYPED.items()
}


@pytest.mark.parametrize("name", SENT)
def test_step_by_its_page_asks_little_and_nothing_twice(at: At, name: str) -> None:
    stage, who, path, page, said = SENT[name]
    service = at(stage)
    person = People(create_app(service.runtime), service)[who]
    fields = {one: value(service) if callable(value) else value for one, value in said.items()}
    person.see(page)
    with listening(person, service) as found:
        answer = person.send(path, page, **fields)
    shows = name == "add_recipient"  # the answer is the page of the list, with what was typed
    assert answer.status_code == (200 if shows else 303), answer.text
    if shows:
        return
    assert (too_much(found[-1], STEP), len(found[-1]), found[-1].repeated) == (False, len(found[-1]), [])


@contextmanager
def listening(person: Any, service: Service) -> Iterator[list[Heard]]:
    """Give what each request of the person within the block says."""
    asked, call = [], person.client.open

    def open_and_hear(*args: Any, **kwargs: Any) -> Any:
        with heard(engine_of(service)) as found:
            answer = call(*args, **kwargs)
        asked.append(found)
        return answer

    person.client.open = open_and_hear
    yield asked
    person.client.open = call


_CALLED = {
    "revise_facts": "revise",
    "start_letter": "draft_text",
    "submit": "submit_notification",
    "complete": "complete_notification",
    "withdraw": "withdraw_notification",
}
"""Steps that the table of the services calls by their function."""
BY_API = sorted(STEPS.keys() - {"import_csv"})


def body_of(service: Service, name: str, version: int) -> dict[str, Any]:
    """Return what the API is sent for a step of the table."""
    arguments = STEPS[name].arguments(service)
    asks = named(_CALLED.get(name, name)).asks
    assert asks is not None
    fields = [one for one in asks.model_fields if one != "version"]
    said = asdict(arguments[0]) if is_dataclass(arguments[0:1] and arguments[0]) else {}
    shown = said or dict(zip(fields, arguments, strict=False))
    return {"version": version, **{one: _json(value) for one, value in shown.items()}}


def _json(value: Any) -> Any:
    if isinstance(value, Span):
        return value.written
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("name", BY_API)
def test_step_by_the_api_asks_little_and_nothing_twice(at: At, name: str) -> None:
    service = at(STEPS[name].stage)
    headers = {"Authorization": f"Bearer {token(service.runtime, STEPS[name].who)}"}
    client = create_app(service.runtime).test_client()
    body = body_of(service, name, service.version())
    path = f"/api/v1/cases/{service.reference}/steps/{_CALLED.get(name, name)}"
    with heard(engine_of(service)) as found:
        answer = client.post(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert (len(found) <= STEP, len(found), found.repeated) == (True, len(found), [])


def test_case_by_the_api_asks_little_and_nothing_twice(at: At) -> None:
    service = fill(at("released"))
    headers = {"Authorization": f"Bearer {token(service.runtime, 'sagsbehandler')}"}
    client = create_app(service.runtime).test_client()
    with heard(engine_of(service)) as found:
        answer = client.get(f"/api/v1/cases/{service.reference}", headers=headers)
    assert answer.status_code == 200
    assert (len(found) <= CASE_PAGE, len(found), found.repeated) == (True, len(found), [])


@contextmanager
def rendering(app: Flask, service: Service) -> Iterator[list[int]]:
    """Give how many statements were said while each template was rendered."""
    counts: list[int] = []
    before: list[int] = []
    with heard(engine_of(service)) as found:

        def begin(*_: Any, **__: Any) -> None:
            before.append(len(found))

        def end(*_: Any, **__: Any) -> None:
            counts.append(len(found) - before.pop())

        with before_render_template.connected_to(begin, app), template_rendered.connected_to(end, app):
            yield counts


@pytest.mark.parametrize("who", WHO)
def test_nothing_is_asked_once_the_page_is_being_written(at: At, who: str) -> None:
    service = fill(at("released"))
    app = create_app(service.runtime)
    person = People(app, service)[who]
    with rendering(app, service) as counts:
        for path in pages_of(service, who):
            person.client.get(f"/cases/{service.reference}{path}")
    assert len(counts) == len(pages_of(service, who)) - 1  # the print of the letter is no template
    assert set(counts) == {0}
