"""The list of persons: each once, faults add nobody, sealed in the store, shown only with the right."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from breach.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from breach.domain.events import EventKind
from breach.domain.recipients.reading import read_text
from breach.domain.recipients.rows import ReadingChoices
from breach.domain.states import NoticeState
from breach.services.cases.file_loading import load_file
from breach.services.cases.loading import get_case
from breach.services.risk import assessment
from breach.services.sending import identity, recipients, release
from breach.services.sending.identity import (
    IDENTITY_READS,
    LIMITS,
    PURPOSES,
    SEARCHES,
    ListedRecipient,
    TooManyIdentityReads,
    log_identity_read,
)
from breach.store.keys.master import Cipher
from breach.store.models import AuditEvent, Recipient
from breach.store.verify.chain import verify
from tests.services.conftest import At
from tests.support.scenario import FACTS, Service, import_csv, people_csv
from tests.support.stages import PEOPLE, notices_of

CPR, NAME = "251248-9996", "Prøve Person"


def listed(service: Service) -> int:
    """Return how many are on the list."""
    return service.page().recipients


def test_person_is_on_the_list_once_however_written(at: At) -> None:
    service = at("decided")
    service.do("sagsbehandler", recipients.add_recipient, CPR, NAME)
    with pytest.raises(InvalidInput) as error:
        service.do("sagsbehandler", recipients.add_recipient, "2512489996", "En Anden")
    assert [(one.field, one.code) for one in error.value.errors] == [("cpr", "recipient_repeated")]
    assert listed(service) == 1


UNFIT = {
    "=1+1": "formula",
    "\uff0b45": "formula",
    "A\u202eB": "control",
    "A" * 201: "too_long",
    "\N{WOMAN}\u200d\N{ROCKET}" * 101: "too_long",
}


@pytest.mark.parametrize("name", UNFIT)
def test_name_is_refused_by_the_same_rule_alone_and_in_a_list(at: At, name: str) -> None:
    service = at("decided")
    result = service.do("sagsbehandler", import_csv, f"cpr;navn\n{CPR};{name}\n".encode())
    assert [fault.code for fault in result.faults] == [UNFIT[name]]
    with pytest.raises(InvalidInput) as error:
        service.do("sagsbehandler", recipients.add_recipient, CPR, name)
    assert [(one.field, one.code) for one in error.value.errors] == [("name", f"name_{UNFIT[name]}")]
    assert listed(service) == 0


@pytest.mark.parametrize("name", ["Åse \N{WOMAN}\u200d\N{ROCKET}", "A" * 200, "O'Hara-Østergård"])
def test_name_is_taken_by_the_same_rule_alone_and_in_a_list(at: At, name: str) -> None:
    service = at("decided")
    service.do("sagsbehandler", recipients.add_recipient, CPR, name)
    result = service.do("sagsbehandler", import_csv, f"cpr;navn\n{CPR};{name}\n".encode())
    assert (result.count, result.repeated) == (0, 1)


def test_same_file_again_adds_nobody(at: At) -> None:
    service = at("decided")
    first = service.do("sagsbehandler", import_csv, people_csv(4))
    again = service.do("sagsbehandler", import_csv, people_csv(6))
    assert (first.added, first.repeated) == (4, 0)
    assert (again.added, again.repeated) == (2, 4)
    assert listed(service) == 6


def during(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Let something happen while a list is being read."""

    def read(data: bytes, check: Any, choices: Any) -> Any:
        do()
        return read_text(data, check, choices)

    monkeypatch.setattr(recipients, "read_text", read)


def test_others_write_while_a_list_is_read(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    service = at("decided")
    during(monkeypatch, service.open)  # on SQLite it would wait, and fail, if the import held the lock
    reference = service.reference
    version = service.version()
    actor = service.actors["sagsbehandler"]
    result = recipients.import_file(service.runtime, actor, reference, version, people_csv(5))
    assert (result.added, result.repeated, result.faults) == (5, 0, ())
    service.reference = reference
    assert listed(service) == 5
    [line] = [line for line in service.page().log if line.kind.startswith("recipients.")]
    assert line.kind == "recipients.imported"
    with service.runtime.sessions() as session:
        assert verify(session, service.runtime.settings.anchor_file) is None


def test_case_that_changes_meanwhile_gets_nobody(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    service = at("decided")
    version = service.version()
    during(
        monkeypatch,
        lambda: service.do("sagsbehandler", assessment.revise_facts, {**FACTS, "subject_count": 4}),
    )
    with pytest.raises(Conflict):
        recipients.import_file(
            service.runtime, service.actors["sagsbehandler"], service.reference, version, people_csv(5)
        )
    assert listed(service) == 0


def test_list_sealed_under_a_key_that_is_gone_gets_nobody(at: At) -> None:
    service = at("decided")
    with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        list_keys = recipients.open_list(ctx, service.reference, service.version())
    stale = replace(list_keys, people=replace(list_keys.people, cipher=Cipher.of(999, bytes(32))))
    prepared = recipients.prepare(stale, people_csv(5))
    with pytest.raises(Conflict):
        service.do("sagsbehandler", recipients.import_list, prepared)
    assert listed(service) == 0


def test_list_whose_event_cannot_be_recorded_gets_nobody(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    service = at("decided")
    version = service.version()

    def fails(*_: object, **__: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(recipients, "append_to_case", fails)
    with pytest.raises(OSError, match="no room"):
        recipients.import_file(
            service.runtime, service.actors["sagsbehandler"], service.reference, version, people_csv(5)
        )
    assert listed(service) == 0


@pytest.mark.parametrize("who", ["beslutter", "revisor"])
def test_import_without_the_right_is_refused_before_the_file_is_read(
    at: At, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    service = at("decided")
    during(monkeypatch, lambda: pytest.fail("it was read"))
    with pytest.raises(Forbidden):
        recipients.import_file(
            service.runtime, service.actors[who], service.reference, service.version(), people_csv(1)
        )


FAULTY = {
    "number": ("cpr;navn\n251248-9996;Prøve Person\n991399-0000;Prøve\n", {(3, "cpr")}),
    "rounded": ("cpr;navn\n2512489996;Prøve Person\n2,51E+09;Prøve\n", {(0, "rounded")}),
    "no name": ("cpr;navn\n2512489996;\n", {(2, "name_missing")}),
    "formula": ("cpr;navn\n2512489996;=1+1\n", {(2, "formula")}),
    "column": ("cpr\n2512489996\n", {(1, "no_name_column")}),
    "empty": ("", {(0, "empty_file")}),
    "nobody": ("cpr;navn\n", {(0, "no_rows")}),
    "all at once": ("cpr;navn\n1;A\n2;\n", {(2, "cpr"), (3, "cpr"), (3, "name_missing")}),
}


@pytest.mark.parametrize("name", FAULTY)
def test_import_with_one_fault_stores_nobody(at: At, name: str) -> None:
    data, faults = FAULTY[name]
    service = at("decided")
    result = service.do("sagsbehandler", import_csv, data.encode())
    assert (result.added, result.repeated) == (0, 0)
    assert {(fault.row, fault.code) for fault in result.faults} == faults
    assert listed(service) == 0
    assert not [line for line in service.page().log if line.kind.startswith("recipients.")]


def test_store_holds_neither_number_nor_name(at: At) -> None:
    service = at("decided")
    service.do("sagsbehandler", recipients.add_recipient, CPR, NAME)
    with service.runtime.transaction() as ctx:
        row = ctx.session.scalars(select(Recipient)).one()
    held = row.cell + row.finger
    assert not [part for part in (b"251248-9996", b"2512489996", NAME.encode()) if part in held]


def ids_of(service: Service, who: str = "beslutter") -> list[UUID]:
    """Return the persons of the list as it is shown, having seen that it names nobody."""
    with service.runtime.transaction(service.actors[who]) as ctx:
        rows = identity.list_recipients(ctx, load_file(ctx, service.reference).communication.id)
    assert [(row.number, row.cpr, row.name) for row in rows] == [(at, "", "") for at in range(1, PEOPLE + 1)]
    return [row.id for row in rows]


def identify(service: Service, who: str, person: UUID, purpose: str = "request") -> identity.ListedRecipient:
    with service.runtime.transaction(service.actors[who]) as ctx:
        return identity.reveal(ctx, service.reference, person, purpose)


def reads_in(service: Service) -> list[AuditEvent]:
    with service.runtime.transaction() as ctx:
        return list(
            ctx.session.scalars(select(AuditEvent).where(AuditEvent.kind == EventKind.RECIPIENT_READ))
        )


@pytest.mark.parametrize("purpose", PURPOSES)
def test_holder_of_the_right_sees_one_person_and_why_is_on_record(at: At, purpose: str) -> None:
    service = at("listed")
    person = ids_of(service)[1]
    shown = identify(service, "beslutter", person, purpose)
    assert shown.name in {f"Prøve Person {number}" for number in range(PEOPLE)}
    assert (shown.id, shown.number, shown.cpr[4:]) == (person, 2, "90-xxxx")
    [event] = reads_in(service)
    said = {"reference": service.reference, "recipient": str(person), "purpose": purpose}
    assert json.loads(event.body)["data"] == said
    assert event.actor_id == service.actors["beslutter"].person_id
    assert shown.name not in event.body.decode()
    with service.runtime.sessions() as session:
        assert verify(session, service.runtime.settings.anchor_file) is None


def test_letter_says_how_far_it_is_beside_its_person(at: At) -> None:
    service = at("released")
    with service.runtime.transaction(service.actors["beslutter"]) as ctx:
        rows = identity.list_recipients(ctx, load_file(ctx, service.reference).communication.id)
        one = identity.masked_one(ctx, service.reference, rows[0].id)
    assert {row.state for row in rows} == {one.state} == {NoticeState.QUEUED}


@pytest.mark.parametrize("username", ["sagsbehandler", "godkender", "frigiver", "revisor"])
def test_identity_is_not_shown_without_the_right(kept_at: At, username: str) -> None:
    service = kept_at("listed")
    person = ids_of(service, username)[0]
    with pytest.raises(Forbidden):
        identify(service, username, person)
    with pytest.raises(Forbidden), service.runtime.transaction(service.actors[username]) as ctx:
        identity.masked_one(ctx, service.reference, person)


def find(service: Service, username: str, cpr: str, purpose: str = "request") -> ListedRecipient | None:
    """Look for a person by number."""
    with service.runtime.transaction(service.actors[username]) as ctx:
        return identity.find(ctx, service.reference, cpr, purpose)


def test_person_is_found_by_number_on_this_list_alone(at: At) -> None:
    service = at("listed")
    found = find(service, "beslutter", "020190-1000")
    assert found is not None
    assert (found.name, found.cpr) == ("Prøve Person 1", "020190-xxxx")
    assert found.id in ids_of(service)
    assert find(service, "beslutter", CPR) is None
    service.decided()
    assert find(service, "beslutter", "020190-1000") is None
    with service.runtime.sessions() as session:
        kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.kind.in_(IDENTITY_READS))).all()
    assert sorted(kinds) == [
        EventKind.RECIPIENT_FOUND,
        EventKind.RECIPIENT_SOUGHT,
        EventKind.RECIPIENT_SOUGHT,
    ]


def test_identity_reads_in_vain_count_too(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    service = at("listed")
    monkeypatch.setattr(identity, "LIMITS", ((2, HOUR), (300, DAY)))
    assert find(service, "beslutter", CPR) is None
    assert identify(service, "beslutter", ids_of(service)[0]).name
    with pytest.raises(TooManyIdentityReads):
        find(service, "beslutter", CPR)


def test_twenty_numbers_a_day_may_be_sought_and_looks_go_on(at: At) -> None:
    service = at("listed")
    assert (20, timedelta(hours=24)) == SEARCHES
    now = service.runtime.clock()
    for number in range(20):
        found = "020190-1000" if number % 2 else CPR
        with service.runtime.transaction(service.actors["beslutter"], now=now + number * MINUTE) as ctx:
            identity.find(ctx, service.reference, found, "request")
    for later, is_open in ((20 * MINUTE, False), (DAY - SECOND, False), (DAY + SECOND, True)):
        with service.runtime.transaction(service.actors["beslutter"], now=now + later) as ctx:
            assert identity.reveal(ctx, service.reference, ids_of(service)[0], "request").name
            if is_open:
                assert identity.find(ctx, service.reference, CPR, "request") is None
            else:
                with pytest.raises(TooManyIdentityReads) as error:
                    identity.find(ctx, service.reference, CPR, "request")
                assert error.value.until == now + DAY


@pytest.mark.parametrize("username", ["sagsbehandler", "godkender", "frigiver", "revisor"])
def test_identity_is_not_searched_without_the_right(kept_at: At, username: str) -> None:
    service = kept_at("listed")
    with pytest.raises(Forbidden):
        find(service, username, "020190-1000")
    assert find(service, "beslutter", "020190-1000") is not None


@pytest.mark.parametrize("username", ["fremmed", "administrator"])
def test_recipient_list_does_not_exist_for_a_stranger(kept_at: At, username: str) -> None:
    service = kept_at("listed")
    person = ids_of(service)[0]
    with pytest.raises(NotFound):
        identify(service, username, person)


def test_purpose_that_is_none_shows_nobody(kept_at: At) -> None:
    service = kept_at("listed")
    person = ids_of(service)[0]
    before = len(reads_in(service))
    with pytest.raises(InvalidInput) as error:
        identify(service, "beslutter", person, "curiosity")
    assert [(one.field, one.code) for one in error.value.errors] == [("purpose", "purpose_missing")]
    assert len(reads_in(service)) == before


def test_person_of_another_case_is_not_on_the_list(at: At) -> None:
    service = at("listed")
    person = ids_of(service)[0]
    first = service.reference
    service.decided()
    assert service.reference != first
    with pytest.raises(NotFound):
        identify(service, "beslutter", person)
    assert reads_in(service) == []


def reads_before(service: Service, *ago: timedelta, who: str = "beslutter") -> datetime:
    """Let somebody have looked so long ago; return now."""
    now = service.runtime.clock()
    actor = service.actors[who]
    for span in ago:
        with service.runtime.transaction(actor, now=now - span) as ctx:
            log_identity_read(ctx, get_case(ctx, service.reference), uuid4(), "request")
    return now


def spread(count: int, first: timedelta, apart: timedelta) -> list[timedelta]:
    """Return how long ago so many looks were, the earliest first."""
    return [first + apart * at for at in reversed(range(count))]


HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
PER_HOUR, PER_DAY = (most for most, _ in LIMITS)


@pytest.mark.parametrize(
    ("ago", "opens"),
    [
        pytest.param(spread(PER_HOUR - 1, SECOND, SECOND), None, id="one-left-this-hour"),
        pytest.param(spread(PER_HOUR, SECOND, SECOND), HOUR - PER_HOUR * SECOND, id="hour-full"),
        pytest.param([HOUR, *spread(PER_HOUR - 1, SECOND, SECOND)], None, id="the-first-is-an-hour-old"),
        pytest.param(spread(PER_DAY - 1, 2 * MINUTE, 4 * MINUTE), None, id="one-left-today"),
        pytest.param(
            spread(PER_DAY, 2 * MINUTE, 4 * MINUTE), DAY - (2 + 4 * (PER_DAY - 1)) * MINUTE, id="day-full"
        ),
    ],
)
def test_sixty_an_hour_and_three_hundred_a_day(at: At, ago: list[timedelta], opens: timedelta | None) -> None:
    assert (PER_HOUR, PER_DAY) == (60, 300)
    service = at("listed")
    now = reads_before(service, *ago)
    person = ids_of(service)[0]
    with service.runtime.transaction(service.actors["beslutter"], now=now) as ctx:
        if opens is None:
            assert identity.reveal(ctx, service.reference, person, "request").name
        else:
            with pytest.raises(TooManyIdentityReads) as error:
                identity.reveal(ctx, service.reference, person, "request")
            assert error.value.until == now + opens
    assert len(reads_in(service)) == len(ago) + (opens is None)


def test_identity_reads_of_another_do_not_count(at: At) -> None:
    service = at("listed")
    both = replace(service.actors["godkender"], roles=service.actors["beslutter"].roles)
    service.actors["godkender"] = both
    reads_before(service, *spread(PER_HOUR, SECOND, SECOND), who="godkender")
    assert identify(service, "beslutter", ids_of(service)[0]).name
    with pytest.raises(TooManyIdentityReads):
        identify(service, "godkender", ids_of(service)[0])


def test_identity_limit_holds_for_two_last_reads_at_once(at: At) -> None:
    service = at("listed")
    reads_before(service, *spread(PER_HOUR - 1, SECOND, SECOND))
    person = ids_of(service)[0]
    together = Barrier(2)

    def one(_: int) -> bool:
        together.wait()
        try:
            return bool(identify(service, "beslutter", person).name)
        except TooManyIdentityReads:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(2))) == [False, True]


@pytest.mark.parametrize("number", ["0101701ABC", "700170-1254"])
def test_replacement_number_goes_to_a_person_and_to_no_channel(at: At, number: str) -> None:
    service = at("approved")
    service.do("sagsbehandler", recipients.add_recipient, number, NAME)
    result = service.do("sagsbehandler", import_csv, f"cpr;navn\n{CPR};A\n{number};B\n".encode())
    assert (result.added, result.repeated, result.replacements) == (1, 1, 1)
    service.do("sagsbehandler", release.ask_release, service.page().list_version)
    service.do("frigiver", release.release, 2)
    states = sorted((one.state.value, one.code or "") for one in notices_of(service))
    assert states == [("needs_person", "replacement_number"), ("queued", "")]


def test_file_goes_on_without_its_faulty_rows_when_told_to(at: At) -> None:
    service = at("decided")
    data = people_csv(4) + f"\n{CPR};A\n251248 9996;A\n1;B\n101701234;C\n".encode()
    actor = service.actors["sagsbehandler"]
    for choices, added, skipped in (
        (ReadingChoices(), 0, 0),
        (ReadingChoices(skips_faulty=True), 5, 2),
        (ReadingChoices(skips_faulty=True, adds_zero=True), 1, 1),
    ):
        result = recipients.import_file(
            service.runtime, actor, service.reference, service.version(), data, choices
        )
        assert (result.added, result.skipped) == (added, skipped)
    assert result.found.doubles == 1
    assert listed(service) == 6
