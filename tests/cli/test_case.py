"""`breach case list`: a late case is said to be late, one that was dismissed or merged has no deadline."""

from datetime import UTC, datetime, timedelta

import pytest

from breach.cli.case import row_of
from breach.domain.states import AuthorityState, CaseState, CommunicationState
from breach.store.models import BreachCase
from workflows.case import CLOSED

DUE = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "authority", "due_at", "late"),
    [
        (CaseState.REPORTED, AuthorityState.DUE, DUE.isoformat(), True),
        (CaseState.RESPONDING, AuthorityState.SUBMITTED, DUE.isoformat(), False),
        (CaseState.DISMISSED, AuthorityState.DUE, None, False),
        (CaseState.MERGED, AuthorityState.DUE, None, False),
    ],
)
def test_list_says_what_is_late(
    state: CaseState, authority: AuthorityState, due_at: str | None, late: bool
) -> None:
    case = BreachCase(reference="BRUD-2026-000001", title="Titel", state=state, received_at=DUE, due_at=DUE)
    case.is_open = state not in CLOSED
    found = row_of(case, "nordjylland", authority, CommunicationState.NOT_REQUIRED, DUE)
    before = row_of(case, "nordjylland", authority, CommunicationState.DUE, DUE - timedelta(seconds=1))
    assert (found["due_at"], found["late"], before["late"]) == (due_at, late, False)
