"""The letters of a long list are made part by part: what the release takes does not grow with the list."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from breach.domain.errors import StepRefused
from breach.domain.states import CommunicationState, NoticeState
from breach.jobs.sending import prepare_release
from breach.services.cases.file_loading import load_file
from breach.services.sending import batches, claims, corrections, receipts, release
from breach.services.sending.identity import listed_with
from breach.services.sending.progress import Progress, progress_of
from breach.services.sending.sweep import sweep
from breach.store.models import Notice, Release, SendBatch
from breach.store.verify.chain import verify
from tests.services.conftest import At
from tests.support.jobs import end_jobs, jobs_of
from tests.support.scenario import Service, import_csv, people_csv
from tests.support.stages import PEOPLE, notices_of
from tests.support.statements import heard

PART = 2


@pytest.fixture
def begun(at: At, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A release of three, of whom the first part is two."""
    monkeypatch.setattr(batches, "BATCH", PART)
    service = at("asked")
    service.do("frigiver", release.release, PEOPLE)
    return service


def order_of(service: Service) -> Release:
    """Return the order that was carried out."""
    with service.runtime.transaction() as ctx:
        return ctx.session.scalars(select(Release).where(Release.state == "released")).one()


def prepare(service: Service) -> None:
    """Run the job."""
    prepare_release(service.runtime, order_of(service).id)


def progress(service: Service) -> Progress:
    """Return the progress that the page shows."""
    with service.runtime.transaction(service.actors["frigiver"]) as ctx:
        return progress_of(load_file(ctx, service.reference))


def test_release_stores_the_order_and_the_first_letters_and_a_job_makes_the_rest(begun: Service) -> None:
    order = order_of(begun)
    assert (order.unprepared, len(notices_of(begun))) == (PEOPLE - PART, PART)
    names = {str(job["workflow_uuid"]) for job in jobs_of(begun.runtime)}
    assert f"prepare/{order.id}/1" in names
    shown = progress(begun)
    assert (shown.state, shown.recipients, shown.unprepared) == (CommunicationState.SENDING, PEOPLE, 1)
    assert (shown.moves, shown.counts) == (True, {NoticeState.QUEUED: PART})
    prepare(begun)
    assert (order_of(begun).unprepared, progress(begun).unprepared) == (0, 0)
    notices = notices_of(begun)
    assert len({one.recipient_id for one in notices}) == len(notices) == PEOPLE
    with begun.runtime.transaction() as ctx:
        rows = ctx.session.scalars(select(SendBatch).order_by(SendBatch.number)).all()
    assert [row.number for row in rows] == [1, 2]
    with begun.runtime.sessions() as session:
        assert verify(session, begun.runtime.settings.anchor_file) is None


def test_job_that_is_run_again_makes_nobody_two_letters(begun: Service) -> None:
    prepare(begun)
    prepare(begun)
    assert len(notices_of(begun)) == PEOPLE


def test_two_workers_go_on_behind_each_other(begun: Service) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: prepare(begun), range(2)))
    assert len({one.recipient_id for one in notices_of(begun)}) == len(notices_of(begun)) == PEOPLE


def test_short_list_needs_no_job(at: At) -> None:
    service = at("asked")
    service.do("frigiver", release.release, PEOPLE)
    assert order_of(service).unprepared == 0
    assert all(str(job["workflow_uuid"]).startswith("send/") for job in jobs_of(service.runtime))


def test_stopped_sending_claims_no_letter_though_they_are_still_made(begun: Service) -> None:
    begun.do("frigiver", release.pause)
    assert progress(begun).moves
    prepare(begun)
    assert [one.state for one in notices_of(begun)] == [NoticeState.QUEUED] * PEOPLE
    with begun.runtime.transaction() as ctx:
        for batch in ctx.session.scalars(select(SendBatch)).all():
            assert claims.claim(ctx, batch.id, "w") == []


def test_round_is_not_over_while_letters_are_not_made(begun: Service) -> None:
    with begun.runtime.transaction() as ctx:
        for one in ctx.session.scalars(select(Notice)):
            one.state = NoticeState.DELIVERED
        ctx.session.flush()
        receipts.complete_where_all_told(ctx)
    assert begun.page().communication.state is CommunicationState.SENDING
    with pytest.raises(StepRefused) as error:
        begun.do("sagsbehandler", release.open_round, "all")
    assert "nothing_on_the_way" in error.value.reasons


def test_person_removed_meanwhile_gets_no_letter(begun: Service) -> None:
    last = {"010190-1000", "020190-1000", "030190-1000"}
    written = {one.recipient_id for one in notices_of(begun)}
    for cpr in sorted(last):
        with begun.runtime.transaction(begun.actors["beslutter"]) as ctx:
            found = listed_with(ctx, load_file(ctx, begun.reference).communication, _digits(cpr))
        assert found is not None
        if found.id not in written:
            begun.do("sagsbehandler", corrections.remove_recipient, cpr, "En fremmed.")
    prepare(begun)
    assert (order_of(begun).unprepared, len(notices_of(begun)), begun.page().recipients) == (0, PART, PART)


def _digits(cpr: str) -> str:
    return cpr.replace("-", "")


def test_sweep_queues_the_job_again_where_it_broke_off(begun: Service) -> None:
    def swept() -> set[str]:
        with begun.runtime.transaction() as ctx:
            sweep(ctx, timedelta(minutes=5))
        return {str(job["workflow_uuid"]) for job in jobs_of(begun.runtime) if "prepare" in job["name"]}

    order = order_of(begun)
    assert swept() == {f"prepare/{order.id}/1"}
    end_jobs(begun.runtime, status="ERROR", like="prepare/%")
    assert swept() == {f"prepare/{order.id}/1", f"prepare/{order.id}/2"}
    prepare(begun)
    end_jobs(begun.runtime, like="prepare/%")
    assert swept() == {f"prepare/{order.id}/1", f"prepare/{order.id}/2"}


def counted(service: Service, do: Callable[[], Any]) -> int:
    """Return how many statements are said."""
    with heard(service.runtime.sessions.kw["bind"]) as found:
        do()
    return len(found)


def released(at: At, people: int) -> tuple[int, int]:
    """Return how many statements a release of so many takes, and one part of the job."""
    service = at("approved")
    service.do("sagsbehandler", import_csv, people_csv(people))
    service.do("sagsbehandler", release.ask_release, service.page().list_version)
    version = service.version()

    def carry_out() -> None:
        with service.runtime.transaction(service.actors["frigiver"]) as ctx:
            release.release(ctx, service.reference, version, people)

    def one_part() -> None:
        with service.runtime.transaction() as ctx:
            batches.prepare_next(ctx, order_of(service).id)

    return counted(service, carry_out), counted(service, one_part)


def test_statements_do_not_grow_with_the_list(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 20)
    assert released(at, 60) == released(at, 400)
