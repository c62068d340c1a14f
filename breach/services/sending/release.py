"""The communication to the data subjects: text, approval by another, release by two, stop and resume."""

import hashlib

from sqlalchemy import select

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.states import ExemptionGround
from breach.services.cases.file import communication_of, recipient_count, release_of, text_of
from breach.services.cases.loading import load
from breach.services.checks import written
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.letters.communication_step import fire
from breach.services.letters.facts import is_current
from breach.services.letters.text import render_letter, wants_pdf
from breach.services.sending.batches import queue_notices
from breach.store.models import Communication, Recipient, Release
from workflows.communication import CommunicationView


def exempt(ctx: Context, reference: str, version: int, ground: str, evidence: str) -> None:
    """Record one ground of Art. 34(3) with its evidence: nobody is written to one by one."""
    case = load(ctx, reference, version, "exempt")
    if ground not in {one.value for one in ExemptionGround}:
        raise InvalidInput([FieldError("ground", "ground_missing")])
    evidence = written("evidence", evidence, "evidence_missing")
    view = CommunicationView(actor_id=ctx.person_id, ground=ground, evidence=evidence)
    told = fire(ctx, case, "exempt", view, ground=ground, evidence=evidence)
    told.exemption_ground = ExemptionGround(ground)
    told.exemption_evidence = evidence


def ask_release(ctx: Context, reference: str, version: int) -> Release:
    """Freeze the list and the letter and ask a second person to release them."""
    case = load(ctx, reference, version, "ask_release")
    told = communication_of(ctx, case)
    count = recipient_count(ctx, told)
    row = text_of(ctx, told)
    current = is_current(ctx, case, row)
    view = CommunicationView(actor_id=ctx.person_id, recipients=count, text_is_current=current)
    told.channel = ctx.settings.channel  # as it is set now: the case may be older than the setting
    fire(ctx, case, "ask_release", view, count=count, channel=told.channel)
    if told.pdf is None and row is not None and wants_pdf(ctx, told.channel):
        told.pdf = render_letter(ctx, case, row)  # approved while another channel was set
    order = Release(
        id=new_id(ctx.now),
        controller_id=case.controller_id,
        case_id=case.id,
        communication_id=told.id,
        frozen_count=count,
        first_sha256=frozen_hash(ctx, told, row.sha256 if row else ""),
        first_by=ctx.person_id,
        first_at=ctx.now,
    )
    ctx.session.add(order)
    ctx.session.flush()
    return order


def withdraw_release(ctx: Context, reference: str, version: int) -> None:
    """Take back the order to send before a second person has released it."""
    case = load(ctx, reference, version, "withdraw_release")
    told = fire(ctx, case, "withdraw_release", CommunicationView(actor_id=ctx.person_id))
    order = release_of(ctx, told)
    if order is not None:
        order.state = "withdrawn"
        ctx.session.flush()


def release(ctx: Context, reference: str, version: int, typed_count: int) -> None:
    """Release as the second person, with the count typed by hand; notices and jobs are stored at once."""
    case = load(ctx, reference, version, "release")
    told = communication_of(ctx, case)
    order = release_of(ctx, told)
    row = text_of(ctx, told)
    now_sha256 = frozen_hash(ctx, told, row.sha256 if row else "")
    if order is not None and typed_count != order.frozen_count:
        values = {"ready": order.frozen_count, "typed": typed_count}
        raise InvalidInput([FieldError("typed_count", "count_mismatch", values)])
    view = CommunicationView(
        actor_id=ctx.person_id,
        asked_by=order.first_by if order else None,
        typed_count=typed_count,
        frozen_count=order.frozen_count if order else None,
        list_is_unchanged=order is not None and order.first_sha256 == now_sha256,
        text_is_current=is_current(ctx, case, row),
    )
    told = fire(ctx, case, "release", view, count=typed_count, sha256=now_sha256)
    if order is not None:
        order.state, order.typed_count = "released", typed_count
        order.second_by, order.second_at, order.second_sha256 = ctx.person_id, ctx.now, now_sha256
    told.released_at = ctx.now
    ctx.session.flush()
    queue_notices(ctx, told)


def pause(ctx: Context, reference: str, version: int) -> None:
    """Stop sending at once; one person is enough."""
    case = load(ctx, reference, version, "pause")
    fire(ctx, case, "pause", CommunicationView(actor_id=ctx.person_id))


def resume(ctx: Context, reference: str, version: int) -> None:
    """Send on; the batches that wait are queued by the sweeper."""
    case = load(ctx, reference, version, "resume")
    fire(ctx, case, "resume", CommunicationView(actor_id=ctx.person_id))


def frozen_hash(ctx: Context, told: Communication, text_sha256: str) -> str:
    """Return the hash of what two persons release: the approved text, the letter and the whole list."""
    sums = hashlib.sha256(f"{told.id}|{text_sha256}|{told.channel}|".encode())
    sums.update(hashlib.sha256(told.pdf or b"").digest())
    fingers = ctx.session.scalars(
        select(Recipient.finger).where(Recipient.communication_id == told.id).order_by(Recipient.finger)
    )
    for finger in fingers:
        sums.update(finger)
    return sums.hexdigest()
