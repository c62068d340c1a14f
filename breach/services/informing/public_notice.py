"""The public notice of a case (GDPR art. 34(3)(c)): written, approved by another, shown, and proven.

It stands on a page of its own between its days. Those who are told by it count once somebody has proven that
it was published; only the newest notice is worked on, and the ones before it stay readable.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import select

from breach.domain.danish_time import local
from breach.domain.errors import Conflict, FieldError, InvalidInput, StepRefused
from breach.domain.events import EventKind
from breach.domain.letters.elements import ElementFacts
from breach.domain.letters.form import Block, Letter, Section, parse, write
from breach.domain.numbers import looks_like_cpr
from breach.domain.states import CommunicationState
from breach.domain.values import trimmed
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import load, touch
from breach.services.checks import written
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.informing.inputs import LARGEST_PROOF
from breach.services.letters import typed
from breach.services.letters.contacts import contacts_of
from breach.services.letters.drafting import LetterReview, compare_letters, compose_letters, review_letter
from breach.services.letters.facts import letter_facts
from breach.services.letters.text import TextCheck
from breach.services.sending.receipts import complete_if_all_told
from breach.store.models import PublicNotice
from breach.texts import text

_TYPES = {b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How the files begin that can prove a notice, and their types."""
_ALL_ARE_TOLD = {
    "danish": re.compile(
        r"\balle\b[^.\n]{0,60}\b(?:er|har|bliver)\b[^.\n]{0,30}\b(?:underrettet|orienteret|besked|brev)\b",
        re.I,
    ),
    "english": re.compile(
        r"\b(?:all|everyone|everybody)\b[^.\n]{0,60}\b(?:have|has|are|is|were)\b[^.\n]{0,30}"
        r"\b(?:informed|told|notified|letter)\b",
        re.I,
    ),
}
"""A public notice may not say that all have been told: it is there because not all can be."""


def barred(ctx: Context, file: CaseFile, step: str) -> tuple[str, ...]:
    """Return the reasons, apart from roles, why this person cannot take a step with the public notice now."""
    notice = file.notice
    if step == "save_notice":
        is_needed = file.communication.state is not CommunicationState.NOT_REQUIRED
        return () if is_needed else ("nobody_to_tell",)
    if notice is None or notice.state == "withdrawn":
        return ("no_notice",)
    if step == "withdraw_notice":
        return ()
    if step == "approve_notice":
        return _barred_to_approve(ctx, file, notice)
    if notice.state != "approved":
        return ("notice_not_approved",)
    return ("notice_not_begun",) if local(ctx.now).date() < notice.shown_from else ()


def _barred_to_approve(ctx: Context, file: CaseFile, notice: PublicNotice) -> tuple[str, ...]:
    if notice.state != "drafted":
        return ("no_notice_waits",)
    if notice.written_by in ctx.actor.own_ids:
        return ("approver_differs_from_author",)
    return ("notice_is_complete",) if check_notice(file, notice).missing else ()


def _load(ctx: Context, reference: str, version: int, step: str) -> tuple[CaseFile, PublicNotice]:
    file = load(ctx, reference, version, step)
    reasons = barred(ctx, file, step)
    if reasons or file.notice is None:
        raise StepRefused(step, file.communication.state.value, reasons)
    return file, file.notice


def draft_of(file: CaseFile) -> dict[str, str]:
    """Return the text that a notice begins with, by language: the letter, addressed to everybody.

    It does not tell how many are affected, because a letter goes on to say that its reader is one of them.
    """
    facts = replace(letter_facts(file), subject_count=None)
    letters = compose_letters(facts, contacts_of(file.controller), file.case.reference, None)
    controller = {"da": file.controller.name_da, "en": file.controller.name_en}
    return {code: _to_everybody(letters[code].text, code, controller[code]) for code in ("da", "en")}


def _to_everybody(body: str, language: str, controller: str) -> str:
    letter = parse(body, language)
    of_letters = text("informing.notice.not_of_letters", language)
    sections = [one for one in letter.sections[1:] if one.heading != of_letters]
    greeting = Block((text("informing.notice.greeting", language),))
    title = text("informing.notice.title", language, controller=controller)
    return write(Letter(language, (Section(title, (greeting,)), *sections)))


def save(
    ctx: Context,
    reference: str,
    version: int,
    danish: str,
    english: str,
    places: str,
    shown_from: date,
    shown_to: date,
) -> PublicNotice:
    """Store a new version of the public notice; another person has to approve it before it is shown."""
    file = load(ctx, reference, version, "save_notice")
    if reasons := barred(ctx, file, "save_notice"):
        raise StepRefused("save_notice", file.communication.state.value, reasons)
    texts = {"danish": typed.normal(danish), "english": typed.normal(english)}
    errors = [*_faults(texts), *_wrong_days(ctx, shown_from, shown_to)]
    if errors:
        raise InvalidInput(errors)
    row = PublicNotice(
        id=new_id(ctx.now),
        controller_id=file.case.controller_id,
        case_id=file.case.id,
        number=file.notice.number + 1 if file.notice else 1,
        state="drafted",
        places=written("places", places, "places_missing"),
        shown_from=shown_from,
        shown_to=shown_to,
        written_by=ctx.person_id,
        written_at=ctx.now,
        **texts,
    )
    row.sha256 = _hash(row)
    ctx.session.add(row)
    _replace_draft(ctx, file)
    file.notice = row
    _append(ctx, file, row, EventKind.PUBLIC_NOTICE_SAVED)
    return row


def _replace_draft(ctx: Context, file: CaseFile) -> None:
    """End a draft that nobody approved; one that is shown stays until it is taken down."""
    before = file.notice
    if before is not None and before.state == "drafted":
        before.state, before.ended_by, before.ended_at = "withdrawn", ctx.person_id, ctx.now


def _hash(row: PublicNotice) -> str:
    days = (row.shown_from.isoformat(), row.shown_to.isoformat())
    said = json.dumps([row.danish, row.english, row.places, *days], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def _faults(texts: dict[str, str]) -> Iterator[FieldError]:
    """Yield what bars each text: what bars a letter, and that all have been told."""
    for field, language in (("danish", "da"), ("english", "en")):
        found = next(typed.faults(field, texts[field], language), None)
        if found is None and _ALL_ARE_TOLD[field].search(texts[field]):
            found = FieldError(field, "says_all_are_told")
        if found is not None:
            yield found


def _wrong_days(ctx: Context, shown_from: date, shown_to: date) -> Iterator[FieldError]:
    if shown_to < shown_from:
        yield FieldError("shown_to", "ends_before_it_begins")
    elif shown_to < local(ctx.now).date():
        yield FieldError("shown_to", "ends_in_the_past")


def check_notice(file: CaseFile, row: PublicNotice) -> TextCheck:
    """Return what the checks of a letter find in a public notice; it need not give the number of the case."""
    facts = ElementFacts(file.case.reference, contacts_of(file.controller))
    danish, english = (
        _without_reference(review_letter(body, language, facts))
        for language, body in (("da", row.danish), ("en", row.english))
    )
    return TextCheck(danish, english, compare_letters(row.danish, row.english), ())


def _without_reference(review: LetterReview) -> LetterReview:
    return replace(review, elements=tuple(one for one in review.elements if one.id != "N11"))


def approve(ctx: Context, reference: str, version: int, sha256: str) -> None:
    """Approve the notice that was read, as another person than its author; it is shown from its first day."""
    file, row = _load(ctx, reference, version, "approve_notice")
    if row.sha256 != sha256:
        raise Conflict("changed_meanwhile")
    _end_older(ctx, file, "approved")
    row.state = "approved"
    row.approved_by, row.approved_at, row.approved_sha256 = ctx.person_id, ctx.now, sha256
    _append(ctx, file, row, EventKind.PUBLIC_NOTICE_APPROVED)


def prove(
    ctx: Context, reference: str, version: int, proven_on: date, proof_address: str = "", file: str = ""
) -> None:
    """Store what shows that the notice was published; those who are told by it count from now on."""
    case_file, row = _load(ctx, reference, version, "prove_notice")
    address = trimmed(proof_address)
    body = _decoded(file) if file else b""
    if errors := list(_unfit(ctx, row, proven_on, address, body)):
        raise InvalidInput(errors)
    row.proof_address = address or None
    if body:
        place = ("public_notice", "proof_cell", row.id, body)
        row.proof_type = _type_of(body)
        row.proof_cell = ctx.keys.seal(ctx.session, "files", row.controller_id, row.case_id, *place)
    row.state, row.proven_on = "proven", proven_on
    row.proven_by, row.proven_at = ctx.person_id, ctx.now
    case_file.has_proof = True
    _append(ctx, case_file, row, EventKind.PUBLIC_NOTICE_PROVEN, proven_on=proven_on, address=address)
    if case_file.communication.state is CommunicationState.SENDING:
        complete_if_all_told(ctx, case_file.communication)


def _decoded(file: str) -> bytes:
    try:
        return base64.b64decode(file, validate=True)
    except (binascii.Error, ValueError):
        return b"?"


def _type_of(body: bytes) -> str:
    return next((kind for start, kind in _TYPES.items() if body.startswith(start)), "")


def _unfit(
    ctx: Context, row: PublicNotice, proven_on: date, address: str, body: bytes
) -> Iterator[FieldError]:
    if not row.shown_from <= proven_on <= local(ctx.now).date():
        yield FieldError("proven_on", "proven_on_unfit")
    if not address and not body:
        yield FieldError("proof_address", "proof_missing")
    if looks_like_cpr(address):
        yield FieldError("proof_address", "cpr_in_text")
    elif address and not _is_web_address(address):
        yield FieldError("proof_address", "proof_address_unfit")
    if len(body) > LARGEST_PROOF:
        yield FieldError("file", "proof_too_large", {"limit": LARGEST_PROOF // 1_000_000})
    elif body and not _type_of(body):
        yield FieldError("file", "proof_unreadable")


def _is_web_address(address: str) -> bool:
    try:
        found = urlsplit(address)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and "." in (found.hostname or "") and " " not in address


def withdraw(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Take the notice down; whoever was told by it alone has to be told again. Takes one person."""
    file, row = _load(ctx, reference, version, "withdraw_notice")
    reason = written("reason", reason)
    _end_older(ctx, file, "drafted", "approved", "proven")
    file.has_proof = False
    _append(ctx, file, row, EventKind.PUBLIC_NOTICE_WITHDRAWN, reason=reason)


def _end_older(ctx: Context, file: CaseFile, *states: str) -> None:
    """Take down the notices of the case that stand in one of the states."""
    wanted = select(PublicNotice).where(PublicNotice.case_id == file.case.id, PublicNotice.state.in_(states))
    for one in ctx.session.scalars(wanted).all():
        one.state, one.ended_by, one.ended_at = "withdrawn", ctx.person_id, ctx.now
    ctx.session.flush()


def _append(ctx: Context, file: CaseFile, row: PublicNotice, kind: EventKind, **more: object) -> None:
    """Append the audit event: which version, by its hash, from and to which day, and what was said."""
    touch(ctx, file.case)
    given = {name: value for name, value in more.items() if value}
    days = {"shown_from": row.shown_from, "shown_to": row.shown_to}
    append_to_case(
        ctx,
        file.case,
        kind,
        notice=str(row.id),
        number=row.number,
        sha256=row.sha256,
        version=file.case.version,
        **days,
        **given,
    )
