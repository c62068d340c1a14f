"""Versions of the letter: build, save, check, approve, reopen."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from breach.documents.filled import filled
from breach.documents.pdf import LetterHead, letter_pdf
from breach.domain.danish_time import local
from breach.domain.errors import Conflict, FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.letters.compare import Difference
from breach.domain.letters.elements import ElementFacts
from breach.domain.letters.form import Letter, parse
from breach.domain.messages import Need
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import load, touch
from breach.services.checks import written
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.letters import typed
from breach.services.letters.claims import NO_CLAIMS, Claims, compare_claims
from breach.services.letters.communication_step import fire
from breach.services.letters.contacts import contacts_of
from breach.services.letters.drafting import (
    LetterReview,
    LetterText,
    compare_letters,
    compose_letter,
    compose_letters,
    review_letter,
)
from breach.services.letters.facts import (
    facts_of_save,
    facts_to_keep,
    is_current,
    letter_facts,
    outdated_of,
)
from breach.services.letters.outdated import Outdated
from breach.store.models import Communication, Controller, NoticeText
from breach.texts import LANGUAGES, has, text
from workflows.communication import CommunicationGuardFacts


@dataclass(frozen=True)
class TextCheck:
    """What the checks find in both letters, side by side.

    english: None where the letter is sent in Danish alone
    """

    danish: LetterReview
    english: LetterReview | None
    differences: tuple[Difference, ...]
    outdated: tuple[Outdated, ...]
    claims: Claims = NO_CLAIMS

    @property
    def missing(self) -> tuple[str, ...]:
        """Everything that bars approval: missing elements, differing facts, unknown placeholders."""
        found = list[str]()
        for language, review in self.reviews.items():
            found += [f"{language}:{one.id}" for one in review.elements if not one.present]
            found += [f"{language}:{{{name}}}" for name in review.unknown_placeholders]
            found += [f"{language}:cpr"] if review.holds_cpr else []
        found += [f"differs:{difference.fact}" for difference in self.differences]
        return tuple(found + [f"claims:{question}" for question in self.claims.differing])

    @property
    def confirmable(self) -> tuple[str, ...]:
        """The missing elements that the approver may find in the text: all but the number of the case."""
        elements = (code for code in self.missing if re.fullmatch(r"(da|en):N[0-9]+", code))
        return tuple(code for code in elements if not code.endswith(":N11"))

    @property
    def reviews(self) -> Mapping[str, LetterReview]:
        """What is found in each language in which the letter is sent."""
        return {"da": self.danish, **({"en": self.english} if self.english else {})}

    @property
    def needs_reason(self) -> bool:
        """Whether one of the letters is so hard to read that approving it takes a reason."""
        return any(review.needs_reason for review in self.reviews.values())


def _store_text(
    ctx: Context,
    file: CaseFile,
    danish: str,
    english: str,
    facts: dict[str, Any] | None,
    *,
    is_draft: bool,
    **body: object,
) -> NoticeText:
    case = file.case
    communication = file.communication
    last = file.text
    row = NoticeText(
        id=new_id(ctx.now),
        controller_id=case.controller_id,
        case_id=case.id,
        communication_id=communication.id,
        number=last.number + 1 if last else 1,
        danish=danish,
        english=english,
        sha256=hashlib.sha256(f"{danish}\0{english}".encode()).hexdigest(),
        written_by=ctx.person_id,
        written_at=ctx.now,
        facts=facts,
        is_draft=is_draft,
    )
    ctx.session.add(row)
    communication.text_id = row.id
    file.text_before, file.text = last, row
    touch(ctx, case)
    kind = EventKind.COMMUNICATION_TEXT_SAVED
    append_to_case(ctx, case, kind, number=row.number, sha256=row.sha256, **body)
    return row


def compose_texts(file: CaseFile) -> dict[str, LetterText]:
    """Return the letter by language as the facts make it now; stores nothing."""
    return compose_letters(letter_facts(file), contacts_of(file.controller), file.case.reference, None)


def start_letter(ctx: Context, reference: str, version: int, edits: str = "") -> NoticeText:
    """Draft the letter from the facts, or go on with the one that was written by hand.

    edits: what becomes of a letter that somebody corrected: a value of EDITS; raises InvalidInput where one
    was corrected and nobody said
    """
    file = load(ctx, reference, version, "draft_text")
    last = file.text
    if not edits and last is not None and not last.is_as_drafted:
        raise InvalidInput([FieldError("edits", "edits_undecided")])
    fire(ctx, file, "draft", CommunicationGuardFacts(actor_id=ctx.person_id))
    if edits == "keep" and last is not None:
        return _store_text(ctx, file, last.danish, last.english, last.facts, is_draft=False)
    letters = compose_texts(file)
    english = letters["en"].text if "en" in letters else ""
    return _store_text(ctx, file, letters["da"].text, english, facts_to_keep(file), is_draft=True)


def save_text(
    ctx: Context, reference: str, version: int, danish: str, english: str = "", facts_sha256: str = ""
) -> NoticeText:
    """Store a new version of the letter; an approved one has to be opened for rewriting first.

    english: stays empty where the letter is sent in Danish alone

    facts_sha256: the facts that the writer has brought it up to date with; without it the new version stands
    on the facts of the one before
    """
    file = load(ctx, reference, version, "save_text")
    values = {"danish": typed.normal(danish), "english": typed.normal(english)}
    languages = {"danish": "da", "english": "en"}
    wanted = values if file.case.in_english else {"danish": values["danish"]}
    found = [list(typed.faults(field, value, languages[field])) for field, value in wanted.items()]
    if values.keys() != wanted.keys() and values["english"]:
        found.append([FieldError("english", "english_unwanted")])
    if errors := [one for each in found for one in each[:1]]:
        raise InvalidInput(errors)
    facts = facts_of_save(file, facts_sha256)
    said: dict[str, Any] = {"facts_sha256": facts_sha256} if facts_sha256 else {}
    return _store_text(ctx, file, values["danish"], values["english"], facts, is_draft=False, **said)


def check_text(file: CaseFile, row: NoticeText) -> TextCheck:
    """Return what the checks find in a version of the letter."""
    facts = ElementFacts(file.case.reference, contacts_of(file.controller))
    is_in_english = bool(row.english) or file.case.in_english
    return TextCheck(
        danish=review_letter(row.danish, "da", facts),
        english=review_letter(row.english, "en", facts) if is_in_english else None,
        differences=compare_letters(row.danish, row.english) if is_in_english else (),
        claims=_claims(row, facts) if is_in_english else NO_CLAIMS,
        outdated=outdated_of(file, row),
    )


def _claims(row: NoticeText, facts: ElementFacts) -> Claims:
    danish = parse(row.danish, "da")
    english = parse(row.english, "en")
    return compare_claims(danish, english, facts.contacts, facts.reference)


def examples(file: CaseFile) -> dict[str, dict[str, str]]:
    """Return by language and element a line that holds it: as a draft has it, else an invented one."""
    known = ElementFacts(file.case.reference, contacts_of(file.controller))
    facts = letter_facts(file)
    found = {}
    for language in LANGUAGES:
        draft = compose_letter(facts, known.contacts, known.reference, None, language)
        held = review_letter(draft.text, language, known).elements
        found[language] = {one.id: one.sentence or _invented(one.id, language) for one in held}
    return found


def _invented(element: str, language: str) -> str:
    """Return an example of what nobody told of the case: the account, or what was done."""
    key = f"letters.example.{element}"
    return text(key, language) if has(key, language) else ""


def approve_text(
    ctx: Context,
    reference: str,
    version: int,
    sha256: str,
    hard_to_read_reason: str = "",
    confirmed: Sequence[str] = (),
    confirmed_reason: str = "",
) -> None:
    """Approve the text that was read, as another person than its author.

    confirmed: missing elements that the approver finds in the text, as in `TextCheck.confirmable`; they take
    a reason, which is kept with the version. Raises Conflict when the text was changed since it was read.
    """
    file = load(ctx, reference, version, "approve_text")
    row = file.text
    if row is None or row.sha256 != sha256:
        raise Conflict("changed_meanwhile")
    check = check_text(file, row)
    if hard_to_read_reason:
        written("hard_to_read_reason", hard_to_read_reason)
    found = _confirmed(check, confirmed, confirmed_reason)
    facts = CommunicationGuardFacts(
        actor_id=ctx.person_id,
        missing_elements=tuple(code for code in check.missing if code not in found),
        is_hard_to_read=check.needs_reason,
        hard_to_read_reason=hard_to_read_reason,
        author_id=row.written_by,
        text_is_current=is_current(file),
        text_is_returned=row.returned_by is not None,
    )
    fire(ctx, file, "approve", facts, sha256=sha256, **_said_of(found))
    row.approved_by, row.approved_at, row.approved_sha256 = ctx.person_id, ctx.now, sha256
    row.hard_to_read_reason = hard_to_read_reason.strip() or None
    row.confirmed = found or None
    ctx.session.flush()


def _confirmed(check: TextCheck, codes: Sequence[str], reason: str) -> dict[str, str]:
    """Return the reason by the element that it confirms; raise InvalidInput for one that needs none."""
    if strange := sorted(set(codes) - set(check.confirmable)):
        raise InvalidInput([FieldError("confirmed", "unknown_value", {"value": strange[0]})])
    why = written("confirmed_reason", reason) if codes or reason else ""
    return dict.fromkeys(codes, why)


def _said_of(confirmed: Mapping[str, str]) -> dict[str, object]:
    reason = next(iter(confirmed.values()), "")
    return {"confirmed": sorted(confirmed), "reason": reason} if confirmed else {}


def as_read(reference: str, row: NoticeText, day: date | None = None) -> dict[str, Letter]:
    """Return a version of the letter by language as its readers get it, on the day of its release."""
    typed_texts = {"da": row.danish, "en": row.english}
    shown = {code: filled(body, code, reference, day) for code, body in typed_texts.items() if body}
    return {code: parse(body, code) for code, body in shown.items()}


def sent_on(communication: Communication) -> date | None:
    """Return the Danish day of the release, which is the date of the letter; None before it."""
    return local(communication.released_at).date() if communication.released_at else None


def render_letter(controller: Controller, reference: str, row: NoticeText, day: date | None = None) -> bytes:
    """Return the letter of a case as PDF; the same text and day of release give the same bytes."""
    address = (controller.address, f"CVR {controller.cvr}", controller.phone, controller.email)
    head = LetterHead(controller.name_da, controller.name_en, address, reference)
    return letter_pdf(row.danish, row.english, head, day)


def rewrite(ctx: Context, reference: str, version: int) -> None:
    """Open an approved text again; its approval no longer counts."""
    file = load(ctx, reference, version, "rewrite")
    communication = fire(ctx, file, "rewrite", CommunicationGuardFacts(actor_id=ctx.person_id))
    communication.pdf = None
    row = file.text
    if row is not None:
        _store_text(ctx, file, row.danish, row.english, row.facts, is_draft=row.is_as_drafted)


def wants_pdf(ctx: Context, channel: str) -> bool:
    return Need.PDF in ctx.notifiers[channel].needs
