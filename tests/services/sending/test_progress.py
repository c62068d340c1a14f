"""Whether the figures of a sending may still change by themselves, and who may see them."""

from pathlib import Path

import pytest

from breach.domain.errors import NotFound
from breach.domain.states import CommunicationState as C
from breach.domain.states import NoticeState as N
from breach.services.sending.progress import Progress, progress
from tests.support.scenario import make_service


@pytest.mark.parametrize(
    ("state", "counts", "moves"),
    [
        pytest.param(C.RELEASING, {N.APPROVED: 3}, False, id="not-released"),
        pytest.param(C.SENDING, {}, True, id="just-released"),
        pytest.param(C.SENDING, {N.QUEUED: 1, N.DELIVERED: 2}, True, id="in-the-queue"),
        pytest.param(C.SENDING, {N.SUBMITTED: 1, N.NEEDS_PERSON: 2}, True, id="receipt-awaited"),
        pytest.param(C.SENDING, {N.NEEDS_LETTER: 1, N.DELIVERED: 2, N.CANCELLED: 1}, False, id="all-stuck"),
        pytest.param(C.SENDING, {N.DELIVERED: 2, N.POSTED: 1}, True, id="about-to-complete"),
        pytest.param(C.PAUSED, {N.QUEUED: 3}, False, id="paused"),
        pytest.param(C.PAUSED, {N.QUEUED: 3, N.UNKNOWN: 1}, True, id="paused-with-one-on-its-way"),
        pytest.param(C.COMPLETED, {N.DELIVERED: 3}, False, id="completed"),
    ],
)
def test_progress_moves(state: C, counts: dict[N, int], moves: bool) -> None:
    assert Progress("BRUD-2026-000001", state, 3, counts, adds_up=True).moves is moves


def test_progress_counts_what_is_told_and_what_waits(tmp_path: Path, database_url: str) -> None:
    service = make_service(tmp_path, database_url)
    service.released(3)
    with service.runtime.transaction(service.actors["revisor"]) as ctx:
        found = progress(ctx, service.reference)
    assert (found.state, found.recipients, found.told, found.waiting) == (C.SENDING, 3, 0, 0)
    with service.runtime.transaction(service.actors["fremmed"]) as ctx, pytest.raises(NotFound):
        progress(ctx, service.reference)
    service.runtime.close()
