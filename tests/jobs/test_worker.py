"""What a worker keeps and forgets, and how it reads a long list of receipts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from breach.domain.messages import DeliveryReceipt, NotifierUnavailable
from breach.domain.states import CommunicationState, NoticeState
from breach.jobs import worker as jobs
from breach.jobs.worker import Worker
from breach.services.context import Context, Runtime
from breach.services.sending import release
from breach.services.sending.receipts import store_delivery_receipts
from breach.store.models import SendBatch, WorkerBeat
from tests.browser.desk import deliver, simulator
from tests.support.jobs import end_jobs, hold_jobs, jobs_of
from tests.support.processes import killed_at_the_end, start_worker
from tests.support.scenario import Service, environ, make_service
from tests.support.stages import notices_of
from tests.support.waiting import wait_until

PEOPLE = 5


@pytest.fixture
def surroundings(database_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a service whose channel is the simulator."""
    with simulator(tmp_path / "simulator") as post:
        yield environ(tmp_path, database_url, BREACH_SIMULATOR_PORT=str(post.server_address[1]))


@pytest.fixture
def service(surroundings: dict[str, str], database_url: str, tmp_path: Path) -> Iterator[Service]:
    """A released campaign."""
    port = surroundings["BREACH_SIMULATOR_PORT"]
    made = make_service(tmp_path, database_url, BREACH_SIMULATOR_PORT=port)
    yield made.released(PEOPLE)
    made.runtime.close()


def worker_of(runtime: Runtime) -> Worker:
    """A worker that was not started."""
    return Worker(runtime, runtime.sessions.kw["bind"], "test", dead_after=60, retry_after=60)


def waiting(service: Service) -> list[DeliveryReceipt]:
    """Return the receipts that wait at their source."""
    return list(service.runtime.notifiers["digital_post"].receipts())


def states(service: Service) -> list[NoticeState]:
    """Return the state of each notice."""
    return [notice.state for notice in notices_of(service)]


def test_long_list_of_receipts_is_read_in_parts(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[int] = []

    def noted(ctx: Context, some: Sequence[DeliveryReceipt]) -> None:
        parts.append(len(some))
        store_delivery_receipts(ctx, some)

    monkeypatch.setattr(jobs, "READ", 2)
    monkeypatch.setattr(jobs, "store_delivery_receipts", noted)
    deliver(service)
    assert parts == [2, 2, 1]
    assert states(service) == [NoticeState.DELIVERED] * PEOPLE
    assert waiting(service) == []


def test_receipts_read_before_the_channel_went_away_are_kept(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "read_delivery_receipts", lambda _: 0)
    deliver(service)
    monkeypatch.undo()
    channel = service.runtime.notifiers["digital_post"]
    found = waiting(service)

    def broken() -> Iterator[DeliveryReceipt]:
        yield from found[:3]
        raise NotifierUnavailable("digital_post", "gone")

    with monkeypatch.context() as patch:
        patch.setattr(channel, "receipts", broken)
        assert worker_of(service.runtime).read_delivery_receipts() == 3
    assert states(service).count(NoticeState.DELIVERED) == 3
    assert worker_of(service.runtime).read_delivery_receipts() == PEOPLE - 3
    assert waiting(service) == []


@pytest.mark.parametrize("when", ["paused", "killed"])
def test_communication_is_completed_though_nothing_is_left_to_read(
    service: Service, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "complete_where_all_told", lambda _: None)  # killed before it came to that
        if when == "paused":
            patch.setattr(Worker, "read_delivery_receipts", lambda _: 0)
        deliver(service)
    if when == "paused":
        service.do("frigiver", release.pause)
        assert worker_of(service.runtime).read_delivery_receipts() == PEOPLE
        service.do("frigiver", release.resume)
    assert states(service) == [NoticeState.DELIVERED] * PEOPLE
    assert service.page().communication.state is CommunicationState.SENDING
    worker_of(service.runtime).sweep()
    assert service.page().communication.state is CommunicationState.COMPLETED


@pytest.mark.parametrize("error", [NotifierUnavailable("odd", "gone"), RuntimeError("a plugin's own")])
def test_channel_that_fails_at_once_keeps_no_other_from_being_read(
    service: Service, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Odd:
        channel, deduplicates_uuid = "odd", False

        def receipts(self) -> list[DeliveryReceipt]:
            raise error

    with monkeypatch.context() as patch:
        patch.setattr(Worker, "read_delivery_receipts", lambda _: 0)
        deliver(service)
    notifiers: Any = {"odd": Odd(), **service.runtime.notifiers}
    assert worker_of(replace(service.runtime, notifiers=notifiers)).read_delivery_receipts() == PEOPLE


def test_job_of_a_worker_of_whom_nothing_else_is_known_is_taken_over(
    service: Service, surroundings: dict[str, str]
) -> None:
    hold_jobs(service.runtime, "long gone")
    assert service.runtime.jobs.holders() == {"long gone"}
    found = partial(states, service)
    shown = [NoticeState.DELIVERED] * PEOPLE
    with killed_at_the_end(start_worker(surroundings, "heir")) as heir:
        wait_until(lambda: found() == shown, "nobody took over", found, alive=heir)


def test_ended_jobs_and_dead_workers_are_forgotten_after_a_day_and_what_waits_is_not(
    service: Service,
) -> None:
    runtime = service.runtime
    now = service.runtime.clock()
    with runtime.transaction() as ctx:
        batch = ctx.session.scalars(select(SendBatch)).one()
        for hours in (1, 25):
            ctx.session.add(WorkerBeat(worker=f"{hours} h", beat_at=now - timedelta(hours=hours)))
            ctx.jobs.enqueue(ctx.session, "send_batch", f"{hours} h", str(batch.id))
    for hours in (1, 25):
        end_jobs(runtime, "SUCCESS", now - timedelta(hours=hours), f"{hours} h")
    worker_of(runtime).tidy()
    with runtime.transaction() as ctx:
        assert ctx.session.scalars(select(WorkerBeat.worker)).all() == ["1 h"]
    left = sorted(job["workflow_uuid"] for job in jobs_of(runtime))
    assert left == ["1 h", f"send/{batch.id}/1"]
    assert runtime.jobs.unfinished(left) == {f"send/{batch.id}/1"}
