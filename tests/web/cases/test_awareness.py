"""Correcting the awareness by forms alone: Danish times, what goes wrong, and what each person is shown."""

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from breach.domain.danish_time import local
from breach.domain.states import CommunicationState
from breach.services.authority import notification
from breach.services.cases import steps as case_steps
from breach.services.letters import text
from breach.texts.formats import date_long
from breach.web.app import create_app
from tests.support.scenario import Service, make_service
from tests.web.cases.test_walk import People, done, errors_of

ASK, ANSWER = "/step/ask-awareness", "/awareness/answer"
WHY = "Vagten fik det at vide først."


def when(at: datetime) -> dict[str, str]:
    """Return the fields of a moment as a Dane types them."""
    there = local(at)
    parts = {f"aware_at-{part}": str(getattr(there, part)) for part in ("day", "month", "year")}
    return {**parts, "at": f"{there:%H.%M}", "reason": WHY}


def typed(day: str, clock: str, reason: str = WHY) -> dict[str, str]:
    """Return the fields as typed, the day as 31.12.2025."""
    parts = zip(("day", "month", "year"), day.split("."), strict=True)
    return {**{f"aware_at-{part}": words for part, words in parts}, "at": clock, "reason": reason}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    made.open(aware_at=datetime.now(UTC) - timedelta(hours=3))
    return made


@pytest.fixture
def people(service: Service) -> People:
    return People(create_app(service.runtime), service)


def words_of(page: str) -> str:
    """Return the words of a page between its marks."""
    return " ".join(html.unescape(page.split("<main", 1)[1]).split())


def test_awareness_is_corrected_by_two_persons(service: Service, people: People) -> None:
    sara, bo = people["sagsbehandler"], people["beslutter"]
    wanted = (service.page().case.own_aware_at - timedelta(hours=30)).replace(second=0, microsecond=0)
    assert "Ret tidspunktet" in sara.see("/authority")
    done(sara.send(ASK, **when(wanted)), "cases.step.ask_awareness")
    assert service.page().case.aware_at != wanted
    assert "Du har selv bedt om rettelsen, så en anden skal svare. Det kan: Bo" in words_of(
        sara.see("/authority")
    )
    assert "Venter på en anden person" in sara.see()
    for page in (bo.see(), bo.see("/authority")):
        assert f'href="/cases/{service.reference}{ANSWER}"' in page
    assert WHY in bo.see(ANSWER)
    done(bo.send(ANSWER, answer="confirm_awareness", comment="Set i loggen."), "cases.step.confirm_awareness")
    assert service.page().case.own_aware_at == service.page().case.aware_at == wanted
    shown = words_of(sara.see("/authority"))
    assert "Rettet. Ønsket af Sara Sagsbehandler, bekræftet af Bo Beslutter" in shown
    assert WHY in shown
    assert "Set i loggen." in shown
    log = words_of(sara.see("/log"))
    assert "Tidspunktet, hvor vi blev bekendt med bruddet, blev rettet" in log
    assert WHY in log
    assert "Fristen flyttede sig" in log


def test_refusal_says_why_and_a_withdrawal_leaves_the_time(service: Service, people: People) -> None:
    sara, bo = people["sagsbehandler"], people["beslutter"]
    own = service.page().case.own_aware_at
    done(sara.send(ASK, **when(own - timedelta(hours=1))), "cases.step.ask_awareness")
    answer = bo.send(ANSWER, answer="refuse_awareness", comment=" ")
    assert errors_of(answer) == ["Skriv, hvorfor du afviser rettelsen"]
    assert errors_of(bo.send(ANSWER)) == ["Vælg, om du bekræfter eller afviser"]
    done(bo.send(ANSWER, answer="refuse_awareness", comment="Nej."), "cases.step.refuse_awareness")
    assert "Afvist af Bo Beslutter" in sara.see("/authority")
    done(sara.send(ASK, **when(own - timedelta(hours=2))), "cases.step.ask_awareness")
    done(sara.send("/step/withdraw-awareness"), "cases.step.withdraw_awareness")
    assert service.page().case.own_aware_at == own


WRONG = [
    pytest.param(typed("29.3.2026", "2.30"), "Kl. 2.30 findes ikke den 29. marts 2026", id="skipped-hour"),
    pytest.param(typed("26.10.2025", "2.30"), "Kl. 2.30 var der to gange", id="doubled-hour"),
    pytest.param(typed("31.4.2026", "2.30"), "31. april", id="no-such-day"),
    pytest.param(typed("1.3.2026", "25.10"), "klokkeslæt", id="no-such-time"),
    pytest.param(typed("1.3.2026", ""), "Skriv både dag og klokkeslæt", id="no-time"),
    pytest.param(typed("..", "10.00"), "Skriv både dag og klokkeslæt", id="no-day"),
    pytest.param(
        typed("1.1.2199", "10.00"),
        "Tidspunktet, hvor vi blev bekendt med bruddet, kan ikke ligge i fremtiden",
        id="future",
    ),
    pytest.param(typed("1.1.0001", "10.00"), "Tidspunktet ligger for langt tilbage", id="long-ago"),
    pytest.param(typed("1.1.0001", "0.10"), "Tidspunktet ligger for langt tilbage", id="first-hour"),
    pytest.param(typed("1.3.2026", "10.00", " "), "Skriv hvorfor", id="no-reason"),
    pytest.param(typed("1.3.2026", "10.00", "Af 251248-9996"), "CPR-nummer", id="cpr"),
    pytest.param(typed("1.3.2026", "10.00", "x" * 4001), "4.000", id="too-long"),
]


@pytest.mark.parametrize(("fields", "words"), WRONG)
def test_wrong_answer_is_told_once_and_stays_typed(
    service: Service, people: People, fields: dict[str, str], words: str
) -> None:
    version = service.version()
    answer = people["sagsbehandler"].send(ASK, **fields)
    assert words in "".join(errors_of(answer))
    assert service.version() == version
    for value in (fields["aware_at-year"], fields["at"], fields["reason"].strip()):
        assert value in html.unescape(answer.text)


@pytest.mark.parametrize(("fold", "hour"), [("summer", 0), ("winter", 1)])
def test_doubled_hour_is_asked_for_and_taken(service: Service, people: People, fold: str, hour: int) -> None:
    sara = people["sagsbehandler"]
    twice = typed("26.10.2025", "2.30")
    assert 'name="fold"' in sara.send(ASK, **twice).text
    done(sara.send(ASK, **twice, fold=fold), "cases.step.ask_awareness")
    row = service.page().correction
    assert row is not None
    assert row.new_aware_at == datetime(2025, 10, 26, hour, 30, tzinfo=UTC)


def test_form_begins_with_the_time_that_stands(service: Service, people: People) -> None:
    service.open(aware_at=datetime(2026, 3, 3, 13, 5, 7, tzinfo=UTC))
    page = people["sagsbehandler"].see(ASK)
    for value in ('value="3"', 'value="2026"', 'value="14.05"'):
        assert value in page
    assert errors_of(people["sagsbehandler"].send(ASK, **when(service.page().case.own_aware_at))) == [
        "Det tidspunkt gælder allerede. Skriv et andet"
    ]


def test_conflict_keeps_what_was_typed(service: Service, people: People) -> None:
    sara, bo = people["sagsbehandler"], people["beslutter"]
    fields = typed("1.3.2026", "10.07")
    done(bo.send(ASK, **typed("2.3.2026", "9.00")), "cases.step.ask_awareness")
    answer = sara.send(ASK, page=ANSWER, version=service.version(), **fields)
    assert answer.status_code == 409
    for value in ("1.3.2026", "10.07", WHY):
        assert value in answer.text
    assert "En rettelse venter allerede på svar." in answer.text


def test_answer_to_another_page_than_the_present_is_a_conflict(service: Service, people: People) -> None:
    sara, bo = people["sagsbehandler"], people["beslutter"]
    own = service.page().case.own_aware_at
    done(sara.send(ASK, **when(own - timedelta(hours=1))), "cases.step.ask_awareness")
    seen = service.version()
    done(sara.send("/step/withdraw-awareness"), "cases.step.withdraw_awareness")
    done(sara.send(ASK, **when(own - timedelta(hours=40))), "cases.step.ask_awareness")
    answer = bo.send(ANSWER, answer="confirm_awareness", version=str(seen))
    assert answer.status_code == 409
    assert service.page().case.own_aware_at == own


def test_awareness_pages_speak_of_a_supplement_once_datatilsynet_is_notified(
    service: Service, people: People
) -> None:
    sara, bo = people["sagsbehandler"], people["beslutter"]
    assert "artikel 33, stk. 4" not in sara.see(ASK)
    service.do("sagsbehandler", notification.submit, service.runtime.clock(), "a" * 40)
    assert "sende et supplement med det rigtige tidspunkt" in words_of(sara.see(ASK))
    done(
        sara.send(ASK, **when(service.page().case.own_aware_at - timedelta(hours=80))),
        "cases.step.ask_awareness",
    )
    assert "sende et supplement med det rigtige tidspunkt" in words_of(bo.see(ANSWER))
    assert "Fristen er flyttet" not in sara.see("/authority")
    done(bo.send(ANSWER, answer="confirm_awareness"), "cases.step.confirm_awareness")
    assert "Fristen er flyttet" in sara.see("/authority")
    done(sara.send("/step/supplement", note="Det rigtige tidspunkt."), "authority.step.supplement")
    assert "Fristen er flyttet" not in sara.see("/authority")


def test_target_says_which_case_its_time_comes_from(service: Service, people: People) -> None:
    sara, early = people["sagsbehandler"], service.reference
    target = service.open()
    service.reference = early
    service.do("sagsbehandler", case_steps.merge, target)
    service.reference = target
    assert f"Sagen {early}, som er lagt ind under denne" in sara.see("/authority")
    assert f"Fristen løber lige nu fra tidspunktet i sagen {early}" in sara.see(ASK)


def test_queue_names_the_next_step_for_the_second_person_only(service: Service, people: People) -> None:
    sara, bo = people["sagsbehandler"], people["beslutter"]
    done(
        sara.send(ASK, **when(service.page().case.own_aware_at - timedelta(hours=1))),
        "cases.step.ask_awareness",
    )
    task = "Svar på rettelse af tidspunktet"
    assert task in bo.client.get("/cases?tab=waiting").text
    assert task not in sara.client.get("/cases?tab=all").text


def test_letter_with_the_old_day_says_so_and_where_the_way_on_is(service: Service, people: People) -> None:
    service.approved()
    wanted = (service.page().case.own_aware_at - timedelta(days=40)).replace(second=0, microsecond=0)
    was, now = (date_long(at, "da") for at in (service.page().case.aware_at, wanted))
    done(people["sagsbehandler"].send(ASK, **when(wanted)), "cases.step.ask_awareness")
    gry = people["godkender"]
    changed = "Sagen er ændret, siden brevet blev skrevet"
    assert changed not in gry.see("/communication/text")
    done(people["beslutter"].send(ANSWER, answer="confirm_awareness"), "cases.step.confirm_awareness")
    found = f"Dagen, vi blev bekendt med bruddet</th><td>{was}</td><td>{now}</td>"
    said = (f'<q lang="da">Vi blev klar over det den {day}.</q>' for day in (was, now))
    shown = "".join(line.strip() for line in gry.see("/communication/text").splitlines())
    assert found in re.sub(r"(<td)[^>]*", r"\1", shown)
    assert "Brevet siger:{}<br>Sagen siger nu:{}".format(*said) in shown
    barred = gry.see("/communication").split('class="case-barred"', 1)[1]
    way_on = f'passer med sagen. <a href="/cases/{service.reference}/communication/text">'
    assert way_on in barred
    service.do("sagsbehandler", text.rewrite)
    assert f"{changed}. Ret brevet, så det passer med sagen." in gry.see("/communication/text")
    answer = gry.send("/communication/text/approve", page="/communication/text")
    assert answer.status_code == 409
    assert service.page().communication.state is CommunicationState.DRAFTING
