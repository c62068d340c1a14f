"""Queued with UUID and hash, claimed before contact, settled after; doubt leaves only with proof."""

from base64 import b64encode
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from breach.domain.messages import Need, SendOutcome, Sent
from breach.domain.states import CommunicationState, NoticeState
from breach.jobs.sending import prepare_release
from breach.services.context import Runtime
from breach.services.sending import batches, claims, messages, release
from breach.services.sending import sweep as sending_sweep
from breach.store.models import (
    Communication,
    Controller,
    Notice,
    NoticeAttempt,
    Recipient,
    Release,
    SendBatch,
)
from tests.services.conftest import At
from tests.support.jobs import end_jobs, jobs_of
from tests.support.scenario import Service
from tests.support.stages import PEOPLE, notices_of


def batches_of(service: Service) -> list[SendBatch]:
    """Return the batches of the release."""
    with service.runtime.transaction() as ctx:
        return list(ctx.session.scalars(select(SendBatch).order_by(SendBatch.number)))


def claim(service: Service) -> list[claims.Claimed]:
    """Claim the first handful of the first batch."""
    with service.runtime.transaction() as ctx:
        batch = ctx.session.scalars(select(SendBatch).order_by(SendBatch.number)).first()
        assert batch is not None
        return claims.claim(ctx, batch.id, "worker-1")


def settle(service: Service, answers: list[tuple[claims.Claimed, Sent]]) -> bool:
    """Settle in a transaction of its own."""
    with service.runtime.transaction() as ctx:
        return claims.settle(ctx, answers)


def states(service: Service) -> list[NoticeState]:
    """Return the state of each notice."""
    return [notice.state for notice in notices_of(service)]


def sweep(service: Service, later: timedelta, **settings: Any) -> int:
    """Sweep at a later time."""
    runtime: Runtime = replace(service.runtime, settings=replace(service.runtime.settings, **settings))
    with runtime.transaction(now=runtime.clock() + later) as ctx:
        return sending_sweep.sweep(ctx, timedelta(minutes=5))


def test_released_notices_have_uuid_hash_batch_and_job(at: At) -> None:
    service = at("asked")
    assert jobs_of(service.runtime) == []
    service.do("frigiver", release.release, PEOPLE)
    notices = notices_of(service)
    (batch,) = batches_of(service)
    assert [notice.state for notice in notices] == [NoticeState.QUEUED] * PEOPLE
    assert len({notice.message_uuid for notice in notices}) == PEOPLE
    assert len({notice.message_sha256 for notice in notices}) == PEOPLE
    assert all(len(notice.message_sha256 or "") == 64 for notice in notices)
    assert all(notice.queued_at is not None and notice.submitted_at is None for notice in notices)
    (job,) = jobs_of(service.runtime)
    assert job["workflow_uuid"] == f"send/{batch.id}/1"


def test_release_that_fails_leaves_neither_notices_nor_jobs(at: At) -> None:
    service = at("asked")
    version = service.version()
    releaser = service.actors["frigiver"]
    with suppress(ZeroDivisionError), service.runtime.transaction(releaser) as ctx:
        release.release(ctx, service.reference, version, PEOPLE)
        assert len(ctx.session.scalars(select(Notice)).all()) == PEOPLE
        raise ZeroDivisionError
    assert notices_of(service) == []
    assert batches_of(service) == []
    assert jobs_of(service.runtime) == []
    assert service.page().communication.state is CommunicationState.RELEASING


def test_batches_do_not_reach_into_one_another(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 1)
    service = at("asked")
    service.do("frigiver", release.release, PEOPLE)
    slices = [(batch.first_notice_id, batch.last_notice_id) for batch in batches_of(service)]
    assert slices == [(notice.id, notice.id) for notice in notices_of(service)]


def test_claim_stores_the_attempt_and_the_doubt_before_contact(at: At) -> None:
    service = at("released")
    claimed = claim(service)
    assert states(service) == [NoticeState.UNKNOWN] * PEOPLE
    hashes = {str(notice.message_uuid): notice.message_sha256 for notice in notices_of(service)}
    assert {one.composed.message_uuid: one.composed.sha256 for one in claimed} == hashes
    with service.runtime.transaction() as ctx:
        attempts = ctx.session.scalars(select(NoticeAttempt)).all()
        assert {attempt.notice_id for attempt in attempts} == {one.notice_id for one in claimed}
        assert {(a.number, a.worker, a.outcome) for a in attempts} == {(1, "worker-1", None)}
    assert claim(service) == []


def test_claim_takes_a_handful_and_not_more(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "HANDFUL", 2)
    service = at("released")
    assert [len(claim(service)) for _ in range(3)] == [2, 1, 0]
    assert batches_of(service)[0].state == "done"


def test_claim_takes_nothing_while_paused(at: At) -> None:
    service = at("paused")
    assert claim(service) == []
    assert states(service) == [NoticeState.QUEUED] * PEOPLE
    assert batches_of(service)[0].state == "waiting"


OUTCOMES = {
    SendOutcome.ACCEPTED: (NoticeState.SUBMITTED, True, CommunicationState.SENDING),
    SendOutcome.REJECTED: (NoticeState.REJECTED, True, CommunicationState.SENDING),
    SendOutcome.UNKNOWN: (NoticeState.UNKNOWN, True, CommunicationState.SENDING),
    SendOutcome.NOT_SENT: (NoticeState.QUEUED, False, CommunicationState.SENDING),
    SendOutcome.CHANNEL_STOPPED: (NoticeState.QUEUED, False, CommunicationState.PAUSED),
}


@pytest.mark.parametrize("outcome", SendOutcome, ids=lambda outcome: outcome.value)
def test_claim_is_settled_by_each_outcome_its_own_way(at: At, outcome: SendOutcome) -> None:
    service = at("released")
    after, goes_on, campaign = OUTCOMES[outcome]
    assert settle(service, [(one, Sent(outcome, "code")) for one in claim(service)]) is goes_on
    assert states(service) == [after] * PEOPLE
    assert service.page().communication.state is campaign
    submitted = [notice.submitted_at is not None for notice in notices_of(service)]
    assert submitted == [outcome is SendOutcome.ACCEPTED] * PEOPLE
    with service.runtime.transaction() as ctx:
        for attempt in ctx.session.scalars(select(NoticeAttempt)):
            assert (attempt.outcome, attempt.code) == (outcome.value, "code")
            assert attempt.ended_at is not None


def test_returned_notice_goes_out_again_with_the_same_bytes(at: At) -> None:
    service = at("released")
    first = claim(service)
    settle(service, [(one, Sent(SendOutcome.NOT_SENT)) for one in first])
    again = claim(service)
    assert [(one.composed.message_uuid, one.composed.body) for one in again] == [
        (one.composed.message_uuid, one.composed.body) for one in first
    ]
    with service.runtime.transaction() as ctx:
        numbers = ctx.session.scalars(select(NoticeAttempt.number)).all()
    assert sorted(numbers) == [1] * PEOPLE + [2] * PEOPLE


AS_EVER = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<memo:Message xmlns:memo="https://DigitalPost.dk/MeMo-1" memoVersion="1.2">'
    "<memo:MessageHeader><memo:messageType>DIGITALPOST</memo:messageType>"
    "<memo:messageUUID>{uuid}</memo:messageUUID><memo:messageID>{reference}</memo:messageID>"
    "<memo:label>Vigtig besked om dine oplysninger</memo:label>"
    "<memo:Sender><memo:senderID>{cvr}</memo:senderID><memo:idType>CVR</memo:idType>"
    "<memo:label>{region}</memo:label></memo:Sender>"
    "<memo:Recipient><memo:recipientID>{cpr}</memo:recipientID><memo:idType>CPR</memo:idType>"
    "</memo:Recipient></memo:MessageHeader>"
    "<memo:MessageBody><memo:createdDateTime>{at:%Y-%m-%dT%H:%M:%SZ}</memo:createdDateTime>"
    "<memo:MainDocument><memo:File><memo:encodingFormat>application/pdf</memo:encodingFormat>"
    "<memo:filename>brev.pdf</memo:filename><memo:language>da</memo:language>"
    "<memo:content>{pdf}</memo:content></memo:File></memo:MainDocument></memo:MessageBody>"
    "</memo:Message>"
)
"""A message of the first version, written out: what was queued by it has the hash of these bytes."""


def test_notice_queued_by_an_earlier_version_goes_out_with_its_bytes(at: At) -> None:
    service = at("released")
    first = claim(service)[0]
    with service.runtime.transaction() as ctx:
        notice = ctx.session.get_one(Notice, first.notice_id)
        communication = ctx.session.get_one(Communication, notice.communication_id)
        controller = ctx.session.get_one(Controller, notice.controller_id)
        (person,) = messages.addressees(ctx, [ctx.session.get_one(Recipient, notice.recipient_id)])
        expected = AS_EVER.format(
            uuid=notice.message_uuid,
            reference=service.reference,
            cvr=controller.cvr,
            region=controller.name_da,
            cpr=person.cpr,
            at=communication.released_at,
            pdf=b64encode(communication.pdf or b"").decode(),
        ).encode()
    assert (first.composed.body, notice.message_sha256) == (expected, sha256(expected).hexdigest())


def test_repeat_whose_bytes_differ_stops_for_a_person(at: At) -> None:
    service = at("released")
    with service.runtime.transaction() as ctx:
        controller = service.actors["frigiver"].controllers[0]
        ctx.session.get_one(Controller, controller).name_da = "Region Omdøbt"
    assert claim(service) == []
    changed = {(notice.state, notice.code) for notice in notices_of(service)}
    assert changed == {(NoticeState.NEEDS_PERSON, "bytes_changed")}


def test_channel_that_wants_more_than_when_it_was_queued_stops_for_a_person(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = at("released")
    channel = service.runtime.notifiers["digital_post"]
    monkeypatch.setattr(channel, "needs", channel.needs | {Need.EMAIL})
    assert claim(service) == []
    changed = {(notice.state, notice.code) for notice in notices_of(service)}
    assert changed == {(NoticeState.NEEDS_PERSON, "lacks.email")}


@pytest.mark.parametrize(
    ("repeats_are_harmless", "after"), [(True, NoticeState.QUEUED), (False, NoticeState.UNKNOWN)]
)
def test_sweep_returns_doubt_only_where_a_repeat_is_harmless(
    at: At, monkeypatch: pytest.MonkeyPatch, repeats_are_harmless: bool, after: NoticeState
) -> None:
    service = at("released")
    claim(service)
    channel = service.runtime.notifiers["digital_post"]
    monkeypatch.setattr(channel, "deduplicates_uuid", repeats_are_harmless)
    sweep(service, timedelta(minutes=4))
    assert states(service) == [NoticeState.UNKNOWN] * PEOPLE
    sweep(service, timedelta(minutes=6))
    assert states(service) == [after] * PEOPLE


LATER = timedelta(minutes=6)
"""When a batch that nobody touched is looked at again."""


def touch(service: Service) -> None:
    """Let every batch have been touched just now, however long ago its service was made."""
    with service.runtime.transaction() as ctx:
        ctx.session.execute(update(SendBatch).values(touched_at=ctx.now))


@pytest.mark.parametrize("status", ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"])
def test_sweep_queues_a_batch_whose_job_ended_before_it_was_done(at: At, status: str) -> None:
    service = at("released")
    end_jobs(service.runtime, status)
    touch(service)
    assert [sweep(service, later) for later in (timedelta(minutes=4), LATER)] == [0, 1]
    (batch,) = batches_of(service)
    assert batch.epoch == 2
    ids = {job["workflow_uuid"] for job in jobs_of(service.runtime)}
    assert ids == {f"send/{batch.id}/{number}" for number in (1, 2)}


@pytest.mark.parametrize("status", ["ENQUEUED", "PENDING"])
def test_sweep_leaves_a_batch_whose_job_waits_or_runs(at: At, status: str) -> None:
    service = at("released")
    claim(service)
    end_jobs(service.runtime, status)
    assert [sweep(service, LATER * number) for number in range(1, 4)] == [0, 0, 0]
    assert [(batch.epoch, batch.worker) for batch in batches_of(service)] == [(1, "worker-1")]
    assert len(jobs_of(service.runtime)) == 1


def test_sweep_holds_few_batches_in_hand_and_one_that_fails_holds_nobody_up(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", 1)
    monkeypatch.setattr(sending_sweep, "MAX_BATCHES_QUEUED", 1)
    service = at("asked")
    service.do("frigiver", release.release, PEOPLE)
    with service.runtime.transaction() as ctx:
        order = ctx.session.scalars(select(Release.id)).one()
    prepare_release(service.runtime, order)
    end_jobs(service.runtime)
    touch(service)
    for number in range(1, PEOPLE + 1):
        assert [sweep(service, LATER * number) for _ in range(3)] == [1, 0, 0]
        end_jobs(service.runtime, "ERROR")
    assert [batch.epoch for batch in batches_of(service)] == [2] * PEOPLE


def test_sweep_queues_nothing_of_a_paused_campaign(at: At) -> None:
    service = at("paused")
    end_jobs(service.runtime)
    assert sweep(service, LATER) == 0


@pytest.mark.parametrize(("hours", "after"), [(23, "before"), (25, "handed over")])
def test_notice_past_the_deadline_of_its_receipt_needs_a_person(at: At, hours: int, after: str) -> None:
    service = at("released")
    settle(service, [(one, Sent(SendOutcome.ACCEPTED)) for one in claim(service)])
    sweep(service, timedelta(hours=hours))
    wanted = {"before": NoticeState.SUBMITTED, "handed over": NoticeState.NEEDS_PERSON}[after]
    assert states(service) == [wanted] * PEOPLE
    codes = {notice.code for notice in notices_of(service)}
    assert codes == ({"receipt_deadline"} if after == "handed over" else {None})


def test_deadline_runs_from_the_contact_and_not_from_the_release(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = at("released")
    monkeypatch.setattr(service.runtime.notifiers["digital_post"], "deduplicates_uuid", False)
    later = service.runtime.clock() + timedelta(days=3)
    (batch,) = batches_of(service)
    with service.runtime.transaction(now=later) as ctx:
        assert len(claims.claim(ctx, batch.id, "worker-1")) == PEOPLE
    sweep(service, timedelta(days=3, minutes=1))
    assert states(service) == [NoticeState.UNKNOWN] * PEOPLE
    sweep(service, timedelta(days=4, minutes=1))
    assert states(service) == [NoticeState.NEEDS_PERSON] * PEOPLE


def test_hash_of_a_release_covers_the_list(at: At) -> None:
    service = at("asked")
    with service.runtime.transaction() as ctx:
        communication = ctx.session.scalars(select(Communication)).one()
        assert release.frozen_hash(ctx, communication, "a") == release.frozen_hash(ctx, communication, "a")
        assert release.frozen_hash(ctx, communication, "a") != release.frozen_hash(ctx, communication, "b")


def test_batch_given_up_waits_again(at: At) -> None:
    service = at("released")
    settle(service, [(one, Sent(SendOutcome.NOT_SENT)) for one in claim(service)])
    batch_id: UUID = batches_of(service)[0].id
    with service.runtime.transaction() as ctx:
        batches.give_up_batch(ctx, batch_id)
    assert [(b.state, b.worker) for b in batches_of(service)] == [("waiting", None)]
