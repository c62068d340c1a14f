"""The communication to the data subjects: text, approval by another, release by two, stop and resume."""

import hashlib
from dataclasses import dataclass
from typing import Any

from breach.documents.pdf import LetterHead, letter_pdf
from breach.domain.errors import Conflict, FieldError, InvalidInput
from breach.domain.letters.compare import Difference
from breach.domain.letters.elements import ElementFacts
from breach.domain.states import ExemptionGround, Role
from breach.services import views
from breach.services.cases import load, load_to_second, touch, written
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.letter_facts import (
    contacts_of,
    facts_of_save,
    facts_to_keep,
    is_current,
    letter_facts,
    outdated_of,
)
from breach.services.letters import LetterDraft, LetterReview, compare_letters, draft_letters, review_letter
from breach.services.opening import record
from breach.services.outdated import Outdated
from breach.services.records import communication_of, recipient_count, release_of, text_of
from breach.services.sending import frozen_hash, queue_notices
from breach.store.models import BreachCase, Communication, Controller, NoticeText, Release
from breach.texts.formats import local
from workflows.communication import CommunicationFlow, CommunicationView

TEXT_LIMIT = 20_000
WRITERS = (Role.CASE_HANDLER, Role.APPROVER)


@dataclass(frozen=True)
class TextCheck:
    """What the checks find in both letters, side by side."""

    danish: LetterReview
    english: LetterReview
    differences: tuple[Difference, ...]
    outdated: tuple[Outdated, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Everything that bars approval: missing elements, differing facts, unknown placeholders."""
        found = [f"da:{c.id}" for c in self.danish.elements if not c.present]
        found += [f"en:{c.id}" for c in self.english.elements if not c.present]
        for language, review in (("da", self.danish), ("en", self.english)):
            found += [f"{language}:{{{name}}}" for name in review.unknown_placeholders]
            found += [f"{language}:cpr"] if review.holds_cpr else []
        return tuple(found + [f"differs:{difference.fact}" for difference in self.differences])


def _fire(
    ctx: Context, case: BreachCase, step: str, view: CommunicationView, **body: object
) -> Communication:
    told = communication_of(ctx, case)
    before = told.state
    told.state = CommunicationFlow(told.state, view).fire(step)
    touch(ctx, case)
    record(ctx, case, f"communication.{step}", before=before.value, after=told.state.value, **body)
    return told


def _store_text(
    ctx: Context,
    case: BreachCase,
    danish: str,
    english: str,
    facts: dict[str, Any] | None,
    **body: object,
) -> NoticeText:
    told = communication_of(ctx, case)
    last = text_of(ctx, told)
    row = NoticeText(
        id=new_id(ctx.now),
        controller_id=case.controller_id,
        case_id=case.id,
        communication_id=told.id,
        number=last.number + 1 if last else 1,
        danish=danish,
        english=english,
        sha256=hashlib.sha256(f"{danish}\0{english}".encode()).hexdigest(),
        written_by=ctx.person_id,
        written_at=ctx.now,
        facts=facts,
    )
    ctx.session.add(row)
    told.text_id = row.id
    touch(ctx, case)
    record(ctx, case, "communication.text_saved", number=row.number, sha256=row.sha256, **body)
    return row


def draft_texts(ctx: Context, case: BreachCase) -> dict[str, LetterDraft]:
    """Return the Danish and the English letter as the facts make them now; stores nothing."""
    controller = ctx.session.get_one(Controller, case.controller_id)
    today = local(ctx.now).date()
    return draft_letters(letter_facts(ctx, case), contacts_of(controller), case.reference, today)


def start_draft(ctx: Context, reference: str, version: int) -> NoticeText:
    """Draft the letter in both languages from the facts."""
    case = load(ctx, reference, version, *WRITERS)
    _fire(ctx, case, "draft", CommunicationView(actor_id=ctx.person_id))
    drafts = draft_texts(ctx, case)
    return _store_text(ctx, case, drafts["da"].text, drafts["en"].text, facts_to_keep(ctx, case))


def save_text(
    ctx: Context, reference: str, version: int, danish: str, english: str, facts_sha256: str = ""
) -> NoticeText:
    """Store a new version of the letter; an approved one has to be opened for rewriting first.

    facts_sha256: the facts that the writer has brought it up to date with; without it the new version stands
    on the facts of the one before
    """
    case = load(ctx, reference, version, *WRITERS)
    told = communication_of(ctx, case)
    flow = CommunicationFlow(told.state, CommunicationView())
    if not flow.starts("approve"):
        flow.fire("approve")
    errors = []
    values = {"danish": _normal(danish), "english": _normal(english)}
    for field, value in values.items():
        if not value:
            errors.append(FieldError(field, "letter_missing"))
        if len(value) > TEXT_LIMIT:
            errors.append(FieldError(field, "too_long", {"limit": TEXT_LIMIT, "n": len(value)}))
        if views.holds_cpr(value):
            errors.append(FieldError(field, "cpr_in_text"))
    if errors:
        raise InvalidInput(errors)
    facts = facts_of_save(ctx, case, text_of(ctx, told), facts_sha256)
    said = {"facts_sha256": facts_sha256} if facts_sha256 else {}
    return _store_text(ctx, case, values["danish"], values["english"], facts, **said)


def _normal(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def check_text(ctx: Context, case: BreachCase, row: NoticeText) -> TextCheck:
    """Return what the checks find in a version of the letter."""
    controller = ctx.session.get_one(Controller, case.controller_id)
    facts = ElementFacts(case.reference, contacts_of(controller))
    return TextCheck(
        review_letter(row.danish, "da", facts),
        review_letter(row.english, "en", facts),
        compare_letters(row.danish, row.english),
        outdated_of(ctx, case, row),
    )


def approve_text(
    ctx: Context, reference: str, version: int, sha256: str, hard_to_read_reason: str = ""
) -> None:
    """Approve the text that was read, as another person than its author, and print it once.

    Raises Conflict when the text was changed since it was read.
    """
    case = load_to_second(ctx, reference, version, "approve", Role.APPROVER)
    told = communication_of(ctx, case)
    row = text_of(ctx, told)
    if row is None or row.sha256 != sha256:
        raise Conflict("changed_meanwhile")
    check = check_text(ctx, case, row)
    if hard_to_read_reason:
        written("hard_to_read_reason", hard_to_read_reason)
    view = CommunicationView(
        actor_id=ctx.person_id,
        missing_elements=check.missing,
        is_hard_to_read=check.danish.needs_reason or check.english.needs_reason,
        hard_to_read_reason=hard_to_read_reason,
        author_id=row.written_by,
        text_is_current=is_current(ctx, case, row),
    )
    _fire(ctx, case, "approve", view, sha256=sha256)
    row.approved_by, row.approved_at, row.approved_sha256 = ctx.person_id, ctx.now, sha256
    row.hard_to_read_reason = hard_to_read_reason.strip() or None
    told.pdf = render_letter(ctx, case, row)
    ctx.session.flush()


def render_letter(ctx: Context, case: BreachCase, row: NoticeText) -> bytes:
    """Return the letter as PDF; the same text gives the same bytes."""
    controller = ctx.session.get_one(Controller, case.controller_id)
    address = (controller.address, f"CVR {controller.cvr}", controller.phone, controller.email)
    head = LetterHead(controller.name_da, controller.name_en, address, case.reference)
    return letter_pdf(row.danish, row.english, head)


def rewrite(ctx: Context, reference: str, version: int) -> None:
    """Open an approved text again; its approval no longer counts."""
    case = load(ctx, reference, version, *WRITERS)
    told = _fire(ctx, case, "rewrite", CommunicationView(actor_id=ctx.person_id))
    row = text_of(ctx, told)
    told.pdf = None
    if row is not None:
        _store_text(ctx, case, row.danish, row.english, row.facts)


def exempt(ctx: Context, reference: str, version: int, ground: str, evidence: str) -> None:
    """Record one ground of Art. 34(3) with its evidence: nobody is written to one by one."""
    case = load(ctx, reference, version, Role.DECIDER)
    if ground not in {one.value for one in ExemptionGround}:
        raise InvalidInput([FieldError("ground", "ground_missing")])
    evidence = written("evidence", evidence, "evidence_missing")
    view = CommunicationView(actor_id=ctx.person_id, ground=ground, evidence=evidence)
    told = _fire(ctx, case, "exempt", view, ground=ground, evidence=evidence)
    told.exemption_ground, told.exemption_evidence = ExemptionGround(ground), evidence


def ask_release(ctx: Context, reference: str, version: int) -> Release:
    """Freeze the list and the letter and ask a second person to release them."""
    case = load(ctx, reference, version, Role.CASE_HANDLER, Role.RELEASER)
    told = communication_of(ctx, case)
    count, row = recipient_count(ctx, told), text_of(ctx, told)
    current = is_current(ctx, case, row)
    view = CommunicationView(actor_id=ctx.person_id, recipients=count, text_is_current=current)
    told.channel = ctx.settings.channel  # as it is set now: the case may be older than the setting
    _fire(ctx, case, "ask_release", view, count=count, channel=told.channel)
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
    case = load(ctx, reference, version, Role.CASE_HANDLER, Role.RELEASER)
    told = _fire(ctx, case, "withdraw_release", CommunicationView(actor_id=ctx.person_id))
    order = release_of(ctx, told)
    if order is not None:
        order.state = "withdrawn"
        ctx.session.flush()


def release(ctx: Context, reference: str, version: int, typed_count: int) -> None:
    """Release as the second person, with the count typed by hand; notices and jobs are stored at once."""
    case = load_to_second(ctx, reference, version, "release", Role.RELEASER)
    told = communication_of(ctx, case)
    order, row = release_of(ctx, told), text_of(ctx, told)
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
    told = _fire(ctx, case, "release", view, count=typed_count, sha256=now_sha256)
    if order is not None:
        order.state, order.typed_count = "released", typed_count
        order.second_by, order.second_at, order.second_sha256 = ctx.person_id, ctx.now, now_sha256
    told.released_at = ctx.now
    ctx.session.flush()
    queue_notices(ctx, told)


def pause(ctx: Context, reference: str, version: int) -> None:
    """Stop sending at once; one person is enough."""
    case = load(ctx, reference, version, Role.CASE_HANDLER, Role.RELEASER, Role.APPROVER, Role.DECIDER)
    _fire(ctx, case, "pause", CommunicationView(actor_id=ctx.person_id))


def resume(ctx: Context, reference: str, version: int) -> None:
    """Send on; the batches that wait are queued by the sweeper."""
    case = load_to_second(ctx, reference, version, "resume", Role.RELEASER)
    _fire(ctx, case, "resume", CommunicationView(actor_id=ctx.person_id))
