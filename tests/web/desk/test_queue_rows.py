"""One line of the queue: the clock that runs and what is next, for every state that a case can show."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from flask import Flask

from breach.domain.states import AuthorityState, CaseState, CommunicationState, NoticeState
from breach.services.cases.file import CaseFile
from breach.services.desk.next_step import NextStep
from breach.services.desk.queue import QueueRow
from breach.store.models import AuthorityTrack, BreachCase, Communication
from breach.web.desk.queue_words import queue_row
from workflows import case as case_table

A, C, S = AuthorityState, CommunicationState, CaseState
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def row(
    state: CaseState, authority: AuthorityState, letter: CommunicationState, *steps: NextStep
) -> QueueRow:
    """A case due in two days, whose people should have been told an hour ago."""
    due = NOW + timedelta(days=2)
    informing = NOW - timedelta(hours=1)
    case = BreachCase(reference="BRUD-2026-000001", title="Titel", state=state, due_at=due, handler_id=1)
    case.is_open = state not in case_table.CLOSED
    file = object.__new__(CaseFile)
    file.case = case
    file.authority = AuthorityTrack(state=authority)
    file.communication = Communication(state=letter, due_at=informing)
    file.decision = None
    file.handler_is_gone = False
    file.counts = {NoticeState.QUEUED: 1}
    file.release = file.released = None
    file.merged_into = "BRUD-2026-000002" if state is S.MERGED else None
    return QueueRow(file=file, place=due, handler="Sara", next=steps)


ON_MY_OWN = [NextStep("submit_notification", True), NextStep("draft_text", True), NextStep("score", True)]
NEXT = [
    (ON_MY_OWN, ["Anmeld til Datatilsynet", "Skriv brevet"]),
    ([NextStep("decide", False), NextStep("score", True)], ["Vurdér risikoen"]),
    ([NextStep("decide", False, 1)], ["Venter på beslutningstager: Træf beslutning"]),
    ([NextStep("score", False)], ["Venter på Sara: Vurdér risikoen"]),
    (
        [NextStep("score", True, sent_back=True)],
        ["Vurdér risikoen (forslaget er sendt tilbage)"],
    ),
    ([], ["Følg udsendelsen"]),
]


@pytest.mark.parametrize(("steps", "wanted"), NEXT)
def test_queue_says_what_is_next_and_for_whom(app: Flask, steps: list[NextStep], wanted: list[str]) -> None:
    with app.test_request_context():
        said = [
            words for words, _ in queue_row(row(S.RESPONDING, A.DUE, C.SENDING, *steps), NOW)["next_words"]
        ]
    assert said == wanted


@pytest.mark.parametrize(
    ("state", "authority", "letter", "law", "own"),
    [
        (S.RESPONDING, A.DUE, C.SENDING, "on_time", "overdue"),
        (S.RESPONDING, A.DUE, C.NOT_REQUIRED, "on_time", "Underretning er ikke påkrævet"),
        (S.RESPONDING, A.SUBMITTED, C.SENDING, "Anmeldt (kan suppleres)", "overdue"),
        (S.CONCLUDED, A.COMPLETED, C.COMPLETED, "", ""),
        (S.REPORTED, A.DUE, C.NOT_REQUIRED, "on_time", "Ikke besluttet"),
        (S.DISMISSED, A.DUE, C.NOT_REQUIRED, "Ikke et brud", "Ikke et brud"),
        (S.MERGED, A.DUE, C.DRAFTING, "Se BRUD-2026-000002", "Se BRUD-2026-000002"),
        (S.MERGED, A.SUBMITTED, C.COMPLETED, "Anmeldt (kan suppleres)", ""),
    ],
)
def test_line_shows_the_deadline_of_the_law_and_the_own_target_apart(
    app: Flask, state: CaseState, authority: AuthorityState, letter: CommunicationState, law: str, own: str
) -> None:
    with app.test_request_context():
        shown = queue_row(row(state, authority, letter), NOW)
    for clock, wanted in ((shown["law"], law), (shown["own"], own)):
        is_running = wanted in ("on_time", "overdue")
        assert bool(clock["due"]) is is_running
        assert not wanted or wanted == clock["state" if is_running else "words"]


def test_queue_has_a_line_for_every_state(app: Flask) -> None:
    with app.test_request_context():
        for state, authority, letter in product(S, A, C):
            shown = queue_row(row(state, authority, letter), NOW)
            assert all(words for words, _ in shown["next_words"])
            assert shown["law"]["words"]
            assert shown["own"]["words"]
