"""Files a report: opens its case in one transaction; a repeated submission returns the same receipt."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from breach.domain.errors import Conflict, FieldError, InvalidInput, NotFound
from breach.domain.events import EventKind
from breach.domain.states import CaseState, OccurredKind
from breach.services.access.controllers import valid_controllers
from breach.services.audit import append_to_case
from breach.services.cases.opening import OpenCase, open_case
from breach.services.context import NOBODY, Actor, Context, Runtime
from breach.services.ids import case_number, new_id
from breach.services.intake import access_codes
from breach.services.intake.report import ReportInput
from breach.services.intake.titles import title_of
from breach.store.models import BreachCase, Controller, Report

CHANNELS = ("page", "api", "phone", "command")


@dataclass(frozen=True)
class FilingReceipt:
    """What the reporter keeps. The status code is stored hashed, and sealed in a sent draft for minutes."""

    reference: str
    received_at: datetime
    status_code: str = field(repr=False)
    repeated: bool


@dataclass(frozen=True)
class Status:
    """What a reporter with the status code sees of the case."""

    reference: str
    received_at: datetime
    state: str


def controller_of(ctx: Context, slug: str | None) -> Controller:
    """Return the named controller, or the only one; raise InvalidInput for an unknown or an unsaid one."""
    valid = valid_controllers(ctx.session, ctx.now)
    found = [row for row in valid if slug in (None, row.slug)]
    if not found:
        raise InvalidInput([FieldError("controller", "controller_unknown")])
    if len(found) > 1:
        slugs = ", ".join(row.slug for row in found)
        raise InvalidInput([FieldError("controller", "controller_missing", {"slugs": slugs})])
    return found[0]


def receiver_of(ctx: Context, sender_slug: str | None, report: ReportInput) -> Controller:
    """Return the controller that gets the report; a sender who is tied to one reaches no other."""
    if sender_slug is not None and report.controller not in (None, sender_slug):
        raise InvalidInput([FieldError("controller", "controller_unknown")])
    return controller_of(ctx, sender_slug or report.controller)


def submission_key(channel: str, sender: str, given: str) -> str:
    """Return the submission's key for finding repeats, which differs between senders."""
    return sha256("\x1f".join((channel, sender, given)).encode()).hexdigest()


def submit(
    runtime: Runtime,
    report: ReportInput,
    slug: str | None,
    submission_id: str,
    channel: str,
    actor: Actor,
    closing: Callable[[Context, FilingReceipt], None] = lambda ctx, filing_receipt: None,
) -> FilingReceipt:
    """File the report in its own transaction; the same report sent twice at once gives one receipt.

    closing: runs in the same transaction after the filing; what it raises undoes the filing
    The receipt is returned after the commit, so what it says is on disk.
    """

    def once() -> FilingReceipt:
        with runtime.transaction(actor) as ctx:
            filing_receipt = file_report(ctx, report, slug, submission_id, channel)
            closing(ctx, filing_receipt)
            return filing_receipt

    try:
        return once()
    except IntegrityError:
        return once()  # the other one was first: this finds it, or fails for good


def file_report(
    ctx: Context, report: ReportInput, controller_slug: str | None, submission_id: str, channel: str
) -> FilingReceipt:
    """Open a case for the report and return its receipt; the same submission again returns the same.

    submission_id: up to 80 characters, unique for the controller; channel: one of CHANNELS.
    Nobody acts when the report is anonymous, whoever is logged in or sends a token.
    Raises Conflict("idempotency_reuse") when the same submission comes with another content, and
    Conflict("idempotency_old") when the key that made its code is no longer kept.
    """
    if report.anonymous:
        ctx = replace(ctx, actor=NOBODY)
    controller = receiver_of(ctx, controller_slug, report)
    body = json.dumps(report.body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    earlier = ctx.session.scalar(
        select(Report).where(Report.controller_id == controller.id, Report.submission_id == submission_id)
    )
    if earlier is not None:
        return _same(ctx, earlier, sha256(body).hexdigest())
    code = _codes(ctx, controller.id, submission_id)[0]
    case = open_case(ctx, controller, _opening(ctx, report))
    _store(ctx, case, report, body, submission_id, channel, code)
    return FilingReceipt(case.reference, case.received_at, code, repeated=False)


def _codes(ctx: Context, controller_id: int, submission_id: str) -> list[str]:
    """Return the status code of a submission under each master key, that of the active one first."""
    keys = ctx.keys.derived_by_any("report-status-code")
    return [access_codes.derived_code(key, str(controller_id), submission_id) for key in keys]


def _same(ctx: Context, earlier: Report, body_sha256: str) -> FilingReceipt:
    """Return the receipt again with the code that opens; raise Conflict where its master key is gone."""
    if earlier.body_sha256 != body_sha256:
        raise Conflict("idempotency_reuse")
    codes = _codes(ctx, earlier.controller_id, earlier.submission_id)
    code = next((one for one in codes if access_codes.code_hash(one) == earlier.status_code_hash), None)
    if code is None:
        raise Conflict("idempotency_old")
    case = ctx.session.get_one(BreachCase, earlier.case_id)
    return FilingReceipt(case.reference, earlier.received_at, code, repeated=True)


def _opening(ctx: Context, report: ReportInput) -> OpenCase:
    """Return the case to open: received now, by the server's clock, at any hour."""
    return OpenCase(
        title=title_of(report),
        source=report.reporter,
        received_at=ctx.now,
        occurred_kind=OccurredKind(report.occurred.kind),
        facts=report.facts,
        occurred_from=report.occurred.start,
        occurred_to=report.occurred.last,
        discovered=report.discovered_at,
        called=report.called_at,
    )


def _store(
    ctx: Context,
    case: BreachCase,
    report: ReportInput,
    body: bytes,
    submission_id: str,
    channel: str,
    code: str,
) -> None:
    row_id = new_id(ctx.now)
    cell = ctx.keys.seal(ctx.session, "contact", case.controller_id, case.id, "report", "cell", row_id, body)
    ctx.session.add(
        Report(
            id=row_id,
            controller_id=case.controller_id,
            case_id=case.id,
            submission_id=submission_id,
            body_sha256=sha256(body).hexdigest(),
            kind=report.reporter,
            anonymous=bool(report.anonymous),
            channel=channel,
            received_at=ctx.now,
            status_code_hash=access_codes.code_hash(code),
            processor_aware_at=report.processor and report.processor.aware_at.start,
            cell=cell,
        )
    )
    ctx.session.flush()
    append_to_case(
        ctx, case, EventKind.REPORT_RECEIVED, report=str(row_id), source=report.kind, channel=channel
    )


def status(ctx: Context, reference: str, code: str) -> Status:
    """Return the case's state for a reporter; raise NotFound for a wrong reference or code alike."""
    report = ctx.session.scalar(select(Report).where(Report.status_code_hash == access_codes.code_hash(code)))
    case = ctx.session.get(BreachCase, report.case_id) if report else None
    if report is None or case is None or case.reference != case_number(reference):
        raise NotFound("report")
    return Status(case.reference, report.received_at, plain_state(_end_of(ctx, case).state))


def _end_of(ctx: Context, case: BreachCase) -> BreachCase:
    """Return the case in which this one ended up by merges: its reporters see where that one stands."""
    while case.merged_into_id is not None:
        case = ctx.session.get_one(BreachCase, case.merged_into_id)
    return case


def plain_state(state: CaseState) -> str:
    """Return `received`, `assessing` or `closed`: a reporter is not told how the case is judged."""
    if state is CaseState.REPORTED:
        return "received"
    return "closed" if state in (CaseState.CONCLUDED, CaseState.DISMISSED) else "assessing"
