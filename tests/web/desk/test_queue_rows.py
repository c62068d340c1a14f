"""One line of the queue: the clock that runs and what is next, for every state that a case can show."""

from datetime import UTC, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask

from breach.domain.states import AuthorityState, CaseState, CommunicationState
from breach.services.cases.file import CaseFile
from breach.services.desk.next_step import NextStep
from breach.services.desk.queue import QueueRow
from breach.web.desk.queue_words import queue_row
from workflows import communication as communication_table

A, C, S = AuthorityState, CommunicationState, CaseState
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def row(
    state: CaseState, authority: AuthorityState, letter: CommunicationState, *steps: NextStep
) -> QueueRow:
    """A case due in two days, whose people should have been told an hour ago."""
    due = NOW + timedelta(days=2)
    informing = NOW - timedelta(hours=1)
    case = SimpleNamespace(
        reference="BRUD-2026-000001", title="Titel", state=state, due_at=due, handler_id=1, is_open=True
    )
    file = SimpleNamespace(
        case=case,
        authority=SimpleNamespace(state=authority),
        communication=SimpleNamespace(state=letter, due_at=informing),
        decision=None,
        handler_left=False,
        handler_is_gone=False,
    )
    first = informing if letter not in communication_table.SETTLED else due
    return QueueRow(file=cast(CaseFile, file), next_due_at=first, handler="Sara", next=steps)


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
    ("authority", "letter", "state", "due"),
    [
        (A.DUE, C.SENDING, "overdue", "underretning, frist "),
        (A.DUE, C.NOT_REQUIRED, "on_time", "frist "),
        (A.SUBMITTED, C.SENDING, "overdue", "underretning, frist "),
        (A.NOT_REQUIRED, C.DUE, "overdue", "underretning, frist "),
        (A.SUBMITTED, C.COMPLETED, "done", ""),
        (A.COMPLETED, C.NOT_REQUIRED, "done", ""),
    ],
)
def test_clock_of_a_line_is_the_one_that_runs(
    app: Flask, authority: AuthorityState, letter: CommunicationState, state: str, due: str
) -> None:
    with app.test_request_context():
        clock = queue_row(row(S.RESPONDING, authority, letter), NOW)["clock"]
    assert clock["state"] == state
    assert clock["due"].startswith(due)
    assert bool(clock["due"]) is bool(due)


def test_queue_has_a_line_for_every_state(app: Flask) -> None:
    with app.test_request_context():
        for state, authority, letter in product(S, A, C):
            shown = queue_row(row(state, authority, letter), NOW)
            assert all(words for words, _ in shown["next_words"])
            assert shown["clock"]["words"]
