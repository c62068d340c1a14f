"""The case pages with forms alone: from taking a case to sending, and what goes wrong on the way."""

import html
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from breach.domain.danish_time import local
from breach.domain.states import CaseState, CommunicationState, Role
from breach.services.access.people import NewPerson, RoleAt, add_person
from breach.services.cases import steps as case_steps
from breach.services.demo import DEMO_PASSWORD
from breach.services.letters import account
from breach.services.risk import assessment, decision
from breach.texts import LANGUAGES, text
from breach.texts.formats import number
from breach.web.app import create_app
from tests.support.access import confirm_all
from tests.support.scenario import DONE, FACTS, HAPPENED, HIGH, IN_ENGLISH, Service, make_service
from tests.web.conftest import token_of

CONTAINED = {"contained_at-day": "3", "contained_at-month": "3", "contained_at-year": "2026"}

FORM_FACTS = {
    "data_categories": ["health", "national_id"],
    "subject_groups": ["patients"],
    "subject_count": "2",
    "confidentiality": "known_recipients",
    "cause": "internal_accidental",
    "insight": "full",
    "identifiability": "maximum",
}
CPR = "2512489996"
LIST = "/communication/recipients/list"
_HIDDEN = re.compile(r'<input type="hidden" name="(csrf_token|version|sha256|list_version)" value="([^"]*)"')
_ERRORS = re.compile(r'<a class="function-link" href="#[^"]*">([^<]*)</a>')


class Worker:
    """A person at the pages: reads a form, fills it in, sends it."""

    def __init__(
        self, app: Flask, username: str, reference: Callable[[], str], password: str = DEMO_PASSWORD
    ) -> None:
        self.client: FlaskClient = app.test_client()
        self._reference = reference
        fields = {"csrf_token": token_of(self.client), "username": username, "password": password}
        assert self.client.post("/login", data=fields).status_code == 303

    def see(self, path: str = "") -> str:
        answer = self.client.get(f"/cases/{self._reference()}{path}")
        assert answer.status_code == 200
        return answer.text

    def send(self, path: str, page: Any = None, **fields: object) -> TestResponse:
        """Send the form of `page`, by default the page with the form's own address."""
        main = self.see(path if page is None else page).split("<main", 1)[1]
        return self.client.post(
            f"/cases/{self._reference()}{path}", data={**dict(_HIDDEN.findall(main)), **fields}
        )


class People(dict[str, Worker]):
    """The persons of the desk, each logged in when first asked for."""

    def __init__(self, app: Flask, service: Service) -> None:
        super().__init__()
        self._app, self._service = app, service

    def __missing__(self, username: str) -> Worker:
        self[username] = Worker(self._app, username, lambda: self._service.reference)
        return self[username]


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service.runtime)


@pytest.fixture
def people(app: Flask, service: Service) -> People:
    service.open(aware_at=datetime.now(UTC) - timedelta(hours=3))
    return People(app, service)


def errors_of(answer: TestResponse) -> list[str]:
    assert answer.status_code == 422
    assert "<title>Fejl: " in answer.text
    summary = answer.text.split('data-module="error-summary"')[1]
    return [html.unescape(words) for words in _ERRORS.findall(summary)][:1]


def done(answer: TestResponse, name: str) -> None:
    assert (answer.status_code, answer.headers.get("Location", "").rpartition("message=")[2]) == (303, name)


def test_whole_walk_by_forms(service: Service, people: People) -> None:
    sara, bo, gry, frode = (people[name] for name in ("sagsbehandler", "beslutter", "godkender", "frigiver"))
    done(sara.send("/step/take"), "cases.step.take")
    done(sara.send("/risk", do="score", **FORM_FACTS), "risk.step.score")
    proposal = {"outcome": "notify_authority_and_data_subjects", "reasoning": "Helbred hos en fremmed."}
    account = {"summary": HAPPENED, "measures": DONE, **IN_ENGLISH, "in_english": "y"}
    without_english = {**account, "summary_en": ""}
    assert errors_of(sara.send("/decision/propose", page="/decision", **proposal, **without_english)) == [
        text("errors.english_missing", "da")
    ]
    proposal |= account
    done(sara.send("/decision/propose", page="/decision", **proposal), "risk.step.propose")
    assert "Du har selv foreslået beslutningen" in sara.see("/decision")
    done(bo.send("/decision/decide", page="/decision", choice="decide"), "risk.step.decide")
    now = local(datetime.now(UTC) - timedelta(hours=1))
    moment = {f"submitted_at-{part}": str(getattr(now, part)) for part in ("day", "month", "year")}
    done(
        sara.send("/step/submit-notification", **moment, at=f"{now:%H.%M}", receipt_number="DT-1"),
        "authority.step.submit_notification",
    )
    done(
        sara.send("/step/save-measures", **account, contained="y", **CONTAINED),
        "cases.step.save_measures",
    )
    done(sara.send("/step/draft-text"), "letters.step.draft_text")
    assert "Du har selv skrevet teksten" in sara.see("/communication/text")
    done(gry.send("/communication/text/approve", page="/communication/text"), "letters.step.approve_text")
    one = {"page": "/communication/recipients", "cpr": CPR, "name": "Prøve Person"}
    added = sara.send("/communication/recipients/one", **one)
    assert (added.status_code, "251248-xxxx" in added.text) == (200, True)
    done(sara.send("/step/ask-release"), "sending.step.ask_release")
    assert "Frigiv 1 brev?" in frode.see("/step/release")
    assert errors_of(frode.send("/step/release", typed_count="7")) == [
        "Antallet passer ikke. Klar til frigivelse: 1. Du skrev 7"
    ]
    unreadable = [text("errors.typed_count_unreadable", "da")]
    assert errors_of(frode.send("/step/release", typed_count="1,0")) == unreadable
    done(frode.send("/step/release", typed_count="1"), "sending.step.release")
    assert service.page().communication.state is CommunicationState.SENDING
    done(sara.send("/step/pause"), "sending.step.pause")
    done(frode.send("/step/resume"), "sending.step.resume")
    assert CPR not in sara.see("/communication/recipients") + sara.see("/log") + sara.see()


def test_decider_of_today_is_told_to_wait(service: Service, app: Flask) -> None:
    service.open()
    service.do("sagsbehandler", case_steps.take)
    service.do("sagsbehandler", assessment.score, FACTS)
    service.do("sagsbehandler", decision.propose, decision.Proposal(HIGH, "Helbred hos en fremmed."))
    roles = (RoleAt(Role.DECIDER, "nordjylland"),)
    with service.runtime.transaction() as ctx:
        add_person(ctx, NewPerson("bente", "Bente Prøve", "en lang sætning om vejret", roles))
    confirm_all(service.runtime)
    bente = Worker(app, "bente", lambda: service.reference, "en lang sætning om vejret")
    shown = html.unescape(bente.see("/decision"))
    assert text("errors.barred.role_is_new", "da") in shown
    proposal = service.page("beslutter").decision
    assert proposal is not None
    fields = {"choice": "decide", "sha256": proposal.proposed_sha256, "version": str(service.version())}
    refused = bente.send("/decision/decide", "/decision", **fields)
    assert refused.status_code == 409
    assert text("errors.barred.role_is_new", "da") in html.unescape(refused.text)


def test_dismissal_takes_two_persons(service: Service, people: People) -> None:
    sara, bo = people["sagsbehandler"], people["beslutter"]
    former = sara.client.get(f"/cases/{service.reference}/step/dismiss")  # where it was asked before
    assert former.location == f"/cases/{service.reference}/step/ask-dismissal"
    assert errors_of(sara.send("/step/ask-dismissal", reason=" ")) == ["Skriv hvorfor"]
    done(sara.send("/step/ask-dismissal", reason="Ingen personoplysninger."), "cases.step.ask_dismissal")
    assert "En anden end dig skal bekræfte" in sara.see("/step/dismiss")
    done(bo.send("/step/dismiss"), "cases.step.dismiss")
    assert service.page().case.state is CaseState.DISMISSED
    done(bo.send("/step/reopen", reason="Alligevel et brud."), "cases.step.reopen")
    assert service.page().case.state is CaseState.ASSESSING


def test_merge_and_split(service: Service, people: People) -> None:
    sara, target = people["sagsbehandler"], service.reference
    service.open()
    assert errors_of(sara.send("/step/merge", target_reference="BRUD-1999-000001")) == [
        "Sagsnummeret findes ikke. Tjek det"
    ]
    done(sara.send("/step/merge", target_reference=target), "cases.step.merge")
    assert target in sara.see()
    done(sara.send("/step/split"), "cases.step.split")
    assert service.page().case.state is CaseState.REPORTED


@pytest.mark.parametrize(
    ("path", "fields", "message"),
    [
        pytest.param("/risk", {**FORM_FACTS, "subject_count": "ti"}, "Skriv et helt tal", id="count"),
        pytest.param("/risk", {**FORM_FACTS, "subject_count": "-1"}, "Skriv et helt tal", id="negative"),
        pytest.param("/risk", {}, "Vælg mindst én slags oplysninger", id="no-kinds"),
        pytest.param("/risk", {**FORM_FACTS, "cause": "aliens"}, "Vælg en af mulighederne", id="value"),
        pytest.param(
            "/step/save-measures", {"measures": f"CPR {CPR}"}, 'Feltet "Det har vi gjort" ser', id="cpr"
        ),
        pytest.param(
            "/step/save-measures",
            {"measures": "a" * 4001},
            'Feltet "Det har vi gjort" må højst være 4.000 tegn. Du har brugt 4.001',
            id="long",
        ),
        pytest.param("/step/save-measures", {"summary": "a\x00b"}, "Feltet", id="control"),
        pytest.param("/step/submit-notification", {}, "Skriv både dag og klokkeslæt", id="no-moment"),
        pytest.param(
            "/step/submit-notification",
            {"submitted_at-day": "31", "submitted_at-month": "4", "submitted_at-year": "2026", "at": "10.00"},
            "31. april findes ikke",
            id="no-such-day",
        ),
        pytest.param(
            "/step/submit-notification",
            {"submitted_at-day": "1", "submitted_at-month": "1", "submitted_at-year": "2099", "at": "10.00"},
            "Tidspunktet for indsendelsen kan ikke ligge i fremtiden",
            id="future",
        ),
    ],
)
def test_wrong_input_stays_on_the_page(
    service: Service,
    people: People,
    path: str,
    fields: dict[str, object],
    message: str,
) -> None:
    service.do("sagsbehandler", case_steps.take)
    before = service.version()
    answer = people["sagsbehandler"].send(path, **{"do": "score", **fields})
    assert errors_of(answer)[0].startswith(message)
    assert service.version() == before


def test_changed_case_gives_the_typed_text_back(service: Service, people: People) -> None:
    sara = people["sagsbehandler"]
    main = sara.see("/step/save-measures").split("<main", 1)[1]
    service.do("sagsbehandler", account.save_measures, "Gemt imens", [], "Den andens tiltag", False)
    fields = {**dict(_HIDDEN.findall(main)), "measures": "Mine egne ord"}
    answer = sara.client.post(f"/cases/{service.reference}/step/save-measures", data=fields)
    assert answer.status_code == 409
    assert all(words in answer.text for words in ("Mine egne ord", "Den andens tiltag", "Sara Sagsbehandler"))
    assert service.page().case.measures == "Den andens tiltag"


def test_step_in_the_wrong_state_says_where_the_case_stands(service: Service, people: People) -> None:
    sara = people["sagsbehandler"]
    fields = dict(_HIDDEN.findall(sara.see("/step/save-measures").split("<main", 1)[1]))
    answer = sara.client.post(f"/cases/{service.reference}/step/conclude", data=fields)
    assert answer.status_code == 409
    assert "når sagens tilstand er: modtaget" in answer.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"navn\nA B\n", "Ingen kolonne hedder", id="columns"),
        pytest.param(b"\xff\xfecpr", "UTF-8", id="encoding"),
        pytest.param(f"cpr;navn\n{CPR};=1+1\n".encode(), "begynder med =", id="formula"),
        pytest.param(b"cpr;navn\n101701234;A B\n101701235;A B\n", "nullet forrest", id="zero"),
        pytest.param(b"", "Filen er tom", id="empty"),
        pytest.param(b"PK\x03\x04", "Regnearket", id="workbook"),
        pytest.param(b"cpr;navn\n1;2;3\n", "antallet af felter er 3", id="cells"),
        pytest.param(b"cpr;navn\n1;\n", "Filen har 2 fejl", id="two"),
        pytest.param(b"cpr;navn\n" + b"x;y\n" * 3000, "Filen har 3.000 fejl", id="many"),
    ],
)
def test_bad_list_says_what_is_wrong_as_any_form_and_adds_nobody(
    service: Service, people: People, data: bytes, message: str
) -> None:
    service.decided()
    file = (io.BytesIO(data), "liste.csv")
    answer = people["sagsbehandler"].send(LIST, page=LIST.rpartition("/")[0], file=file)
    [error] = errors_of(answer)
    assert message in error
    assert html.unescape(answer.text).count(error) == 2
    assert 'href="#file"' in answer.text
    assert CPR not in answer.text
    assert service.page().recipients == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("bad", "rows"), [(2, 2), (100, 100), (3000, 100)])
def test_first_hundred_faults_are_shown(
    service: Service, people: People, language: str, bad: int, rows: int
) -> None:
    service.decided()
    file = (io.BytesIO(b"cpr;navn\n" + b"x;y\n" * bad), "liste.csv")
    path = f"{LIST}?lang={language}"
    answer = people["sagsbehandler"].send(path, page=LIST.rpartition("/")[0], file=file)
    assert answer.text.count('<th scope="row" data-title=') == rows
    shown = text("errors.first_of_many", language, shown=100, n=number(3000, language))
    assert (shown in answer.text) == (bad > rows)
    assert len(answer.text) < 60_000


@pytest.mark.parametrize("file", [None, (io.BytesIO(b""), "")], ids=["none", "unnamed"])
def test_list_without_a_file_asks_for_one(service: Service, people: People, file: object) -> None:
    service.decided()
    fields = {} if file is None else {"file": file}
    answer = people["sagsbehandler"].send(LIST, page=LIST.rpartition("/")[0], **fields)
    assert errors_of(answer) == ["Vælg en fil"]


def test_preview_stores_nothing(service: Service, people: People) -> None:
    service.do("sagsbehandler", case_steps.take)
    before = service.version()
    answer = people["sagsbehandler"].send("/risk", do="preview", **FORM_FACTS)
    assert answer.status_code == 200
    assert "Det her er ikke gemt endnu." in answer.text
    assert (service.version(), service.page().assessment) == (before, None)


@pytest.mark.parametrize("language", ["da", "en"])
def test_tabs_in_both_languages(service: Service, people: People, language: str) -> None:
    service.do("sagsbehandler", case_steps.take)
    service.do("sagsbehandler", assessment.score, FACTS)
    for path in ("", "/facts", "/risk", "/decision", "/authority", "/communication", "/log"):
        page = people["sagsbehandler"].see(f"{path}?lang={language}")
        assert page.split("\n", 2)[1] == f'<html lang="{language}">'
        assert page.count("<h1") == 1
