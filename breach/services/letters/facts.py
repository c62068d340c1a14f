"""The facts a letter is built from, and whether a saved letter still stands on the facts of today."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from breach.domain.danish_time import local
from breach.domain.errors import Conflict, FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.letters.basis import ChangedFact, basis_of, changed_facts, written_by_hand
from breach.domain.letters.facts import LetterFacts
from breach.domain.numbers import looks_like_cpr
from breach.domain.states import AuthorityState, OccurredKind
from breach.services.cases.file import authority_of
from breach.services.context import Context
from breach.services.letters.contacts import contacts_of
from breach.services.letters.outdated import Outdated, outdated
from breach.store.audit.canonical import plain, spelled
from breach.store.models import AuditEvent, BreachCase, Controller, NoticeText


def letter_facts(ctx: Context, case: BreachCase) -> LetterFacts:
    """Return what the letter is made of: the facts of the case, as they stand now."""
    facts = case.facts
    told_authority = authority_of(ctx, case).state in (AuthorityState.SUBMITTED, AuthorityState.COMPLETED)
    return LetterFacts(
        confidentiality=facts.get("confidentiality"),
        integrity=facts.get("integrity"),
        availability=facts.get("availability"),
        cause=facts.get("cause"),
        data_categories=_known(facts.get("data_categories")),
        subject_groups=_known(facts.get("subject_groups")),
        return_or_deletion=facts.get("return_or_deletion"),
        subject_count=facts.get("subject_count"),
        recipient_count=facts.get("recipient_count"),
        began_on=_day(case.occurred_from_at),
        ended_on=_day(case.occurred_to_at),
        day_is_about=case.occurred_kind is OccurredKind.APPROXIMATE,
        discovered_on=_day(case.aware_at),
        contained=case.contained_at is not None,
        authority_notified=told_authority,
        consequences=tuple(case.consequences),
    )


def _known(values: list[str] | None) -> tuple[str, ...] | None:
    """Return the values; None where nothing is told of them, or only that it is unknown."""
    return None if not values or values == ["unknown"] else tuple(values)


def _day(value: datetime | None) -> date | None:
    return local(value).date() if value else None


def facts_now(ctx: Context, case: BreachCase) -> dict[str, Any]:
    """Return the facts and contacts that a letter written now stands on, as JSON holds them."""
    controller = ctx.session.get_one(Controller, case.controller_id)
    found = plain(basis_of(letter_facts(ctx, case), contacts_of(controller)))
    assert isinstance(found, dict)
    return found


def facts_to_keep(ctx: Context, case: BreachCase) -> dict[str, Any]:
    """Return the facts of now, to be stored with a letter.

    Raises InvalidInput where one that a person typed seems to hold a CPR number.
    """
    if any(looks_like_cpr(words) for words in written_by_hand(letter_facts(ctx, case))):
        raise InvalidInput([FieldError("facts", "cpr_in_text")])
    return facts_now(ctx, case)


def facts_hash(facts: dict[str, Any]) -> str:
    """Return the SHA-256 by which somebody says which facts a letter was brought up to date with."""
    return sha256(spelled(facts)).hexdigest()


@dataclass(frozen=True)
class Standing:
    """How a version of the letter stands to the facts of the case now.

    changed: the facts that are others now; None where the version is older than the keeping of facts
    facts_sha256: the hash of the facts now
    """

    changed: tuple[ChangedFact, ...] | None
    facts_sha256: str


def standing_of(ctx: Context, case: BreachCase, row: NoticeText) -> Standing:
    """Return how a version of the letter stands to the facts of the case now."""
    now = facts_now(ctx, case)
    return Standing(None if row.facts is None else changed_facts(row.facts, now), facts_hash(now))


def is_current(ctx: Context, case: BreachCase, row: NoticeText | None) -> bool:
    """Tell whether the letter stands on the facts of now; one whose facts were not kept, by its sentences."""
    if row is None:
        return True
    changed = standing_of(ctx, case, row).changed
    return not (outdated_of(ctx, case, row) if changed is None else changed)


def facts_of_save(
    ctx: Context, case: BreachCase, before: NoticeText | None, facts_sha256: str
) -> dict[str, Any] | None:
    """Return the facts that a version saved by a person stands on: those of the version before it.

    facts_sha256: the facts that the person says it was brought up to date with, "" for none; raises Conflict
    unless they are those of now
    """
    if not facts_sha256:
        return before.facts if before else None
    now = facts_to_keep(ctx, case)
    if facts_hash(now) != facts_sha256:
        raise Conflict("changed_meanwhile")
    return now


def outdated_of(ctx: Context, case: BreachCase, row: NoticeText) -> tuple[Outdated, ...]:
    """Return what a version of the letter says otherwise than the case does now, in both languages."""
    facts, former = letter_facts(ctx, case), _days_of_discovery(ctx, case)
    letters = (("da", row.danish), ("en", row.english))
    return tuple(one for language, body in letters for one in outdated(body, language, facts, former))


def _days_of_discovery(ctx: Context, case: BreachCase) -> frozenset[date]:
    """Return every day that the awareness of the case has fallen on: by a correction or a merge it moves."""
    wanted = select(AuditEvent.body).where(
        AuditEvent.case_id == case.id,
        AuditEvent.kind.in_((EventKind.CASE_OPENED, EventKind.CASE_DEADLINE_MOVED)),
    )
    told = (json.loads(body)["data"]["aware_at"] for body in ctx.session.scalars(wanted))
    return frozenset(local(datetime.fromisoformat(at)).date() for at in told)
