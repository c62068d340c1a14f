"""One line of the queue: the clock that runs and what is next, for every state that a case can show."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from flask import Flask

from breach.domain.states import AuthorityState, CaseState, CommunicationState
from breach.services.desk.queue import QueueRow
from breach.texts import text
from breach.web.desk.queue_words import queue_row
from workflows import communication as communication_table

A, C, S = AuthorityState, CommunicationState, CaseState
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def row(state: CaseState, authority: AuthorityState, letter: CommunicationState, **more: bool) -> QueueRow:
    """A case due in two days, whose people should have been told an hour ago."""
    due = NOW + timedelta(days=2)
    informing = NOW - timedelta(hours=1)
    first = informing if letter not in communication_table.SETTLED else due
    flags = {"correction_waits": False, "handler_left": False, **more}
    return QueueRow(
        "BRUD-2026-000001", "Titel", state, due, authority, letter, informing, first, "Sara", None, **flags
    )


NEXT = [
    (row(S.REPORTED, A.DUE, C.NOT_REQUIRED), ["reported"]),
    (row(S.PROPOSED, A.SUBMITTED, C.NOT_REQUIRED), ["proposed"]),
    (row(S.RESPONDING, A.DUE, C.NOT_REQUIRED), ["notify"]),
    (row(S.RESPONDING, A.DUE, C.DUE), ["notify", "draft"]),
    (row(S.RESPONDING, A.DUE, C.DRAFTING), ["notify", "approve"]),
    (row(S.RESPONDING, A.SUBMITTED, C.APPROVED), ["list"]),
    (row(S.RESPONDING, A.SUBMITTED, C.RELEASING), ["release"]),
    (row(S.RESPONDING, A.SUBMITTED, C.SENDING), ["follow"]),
    (row(S.RESPONDING, A.SUBMITTED, C.PAUSED), ["resume"]),
    (row(S.RESPONDING, A.SUBMITTED, C.COMPLETED), ["complete"]),
    (row(S.RESPONDING, A.COMPLETED, C.COMPLETED), ["conclude"]),
    (row(S.RESPONDING, A.WITHDRAWN, C.NOT_REQUIRED), ["conclude"]),
    (row(S.RESPONDING, A.NOT_REQUIRED, C.EXEMPTED), ["conclude"]),
    (row(S.CONCLUDED, A.COMPLETED, C.COMPLETED), ["concluded"]),
    (row(S.RESPONDING, A.DUE, C.DUE, correction_waits=True), ["answer_awareness"]),
    (row(S.RESPONDING, A.DUE, C.DUE, handler_left=True), ["take_over"]),
]


@pytest.mark.parametrize(("case", "wanted"), NEXT)
def test_queue_says_what_is_next(app: Flask, case: QueueRow, wanted: list[str]) -> None:
    with app.test_request_context():
        said = queue_row(case, NOW)["next_words"]
    assert said == [text(f"desk.next.{one}", "da") for one in wanted]


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
            assert all(shown["next_words"])
            assert shown["clock"]["words"]
