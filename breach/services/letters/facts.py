"""The facts a letter is built from, and whether a saved letter still agrees with them."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from breach.domain.danish_time import local
from breach.domain.errors import Conflict, FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.letters.basis import ChangedFact, basis_of, changed_facts, written_by_hand
from breach.domain.letters.facts import Bilingual, LetterFacts
from breach.domain.numbers import looks_like_cpr
from breach.domain.states import AuthorityState, OccurredKind
from breach.services.cases.file import CaseFile
from breach.services.letters.contacts import contacts_of
from breach.services.letters.outdated import Outdated, outdated
from breach.store.audit.canonical import plain, spelled
from breach.store.models import BreachCase, NoticeText


def letter_facts(file: CaseFile) -> LetterFacts:
    """Return the case's current facts for building a letter."""
    case, facts = file.case, file.case.facts
    authority_knows = file.authority.state in (AuthorityState.SUBMITTED, AuthorityState.COMPLETED)
    return LetterFacts(
        confidentiality=facts.get("confidentiality"),
        integrity=facts.get("integrity"),
        availability=facts.get("availability"),
        cause=facts.get("cause"),
        data_categories=_known(facts.get("data_categories")),
        subject_groups=_known(facts.get("subject_groups")),
        return_or_deletion=facts.get("return_or_deletion"),
        protection=facts.get("protection"),
        access_log=facts.get("access_log"),
        service_impact=facts.get("service_impact"),
        subject_count=facts.get("subject_count"),
        recipient_count=facts.get("recipient_count"),
        recipients_per_person=facts.get("recipients_per_person"),
        way=facts.get("way"),
        made_by=facts.get("made_by"),
        began_on=_day(case.occurred_from_at),
        ended_on=_day(case.occurred_to_at),
        day_is_about=case.occurred_kind is OccurredKind.APPROXIMATE,
        discovered_on=_discovered_on(case),
        aware_on=_day(case.aware_at),
        contained=case.contained_at is not None,
        authority_notified=authority_knows,
        consequences=tuple(case.consequences),
        what_happened=_told(case.summary, case.summary_en),
        measures_done=_entries(case.measures, case.measures_en or ""),
        in_english=case.in_english,
    )


def _discovered_on(case: BreachCase) -> date | None:
    """Return the day on which the breach was discovered; None where we were aware before that day."""
    found = case.discovered
    return found.day if found and found.day <= local(case.aware_at).date() else None


def _told(danish: str, english: str | None) -> Bilingual | None:
    """Return what the handler wrote of the case, in the languages in which it is written."""
    return Bilingual(danish, english or "") if danish or english else None


def _entries(danish: str, english: str) -> tuple[Bilingual, ...]:
    """Return an entry for each line that was written, or one for all where the languages differ in lines."""
    lines = [[line for line in words.splitlines() if line.strip()] for words in (danish, english)]
    if not all(lines) or len(lines[0]) == len(lines[1]):
        return tuple(Bilingual(*pair) for pair in zip_longest(*lines, fillvalue=""))
    return (Bilingual(danish, english),)


def _known(values: list[str] | None) -> tuple[str, ...] | None:
    """Return the values; None where nothing is told of them, or only that it is unknown."""
    return None if not values or values == ["unknown"] else tuple(values)


def _day(value: datetime | None) -> date | None:
    return local(value).date() if value else None


def facts_now(file: CaseFile) -> dict[str, Any]:
    """Return the current facts and contacts of a letter as JSON values."""
    found = plain(basis_of(letter_facts(file), contacts_of(file.controller)))
    assert isinstance(found, dict)
    return found


def facts_to_keep(file: CaseFile) -> dict[str, Any]:
    """Return the current facts, to be stored with a letter.

    Raises InvalidInput where one that a person typed seems to hold a CPR number.
    """
    if any(looks_like_cpr(words) for words in written_by_hand(letter_facts(file))):
        raise InvalidInput([FieldError("facts", "cpr_in_text")])
    return facts_now(file)


def facts_hash(facts: dict[str, Any]) -> str:
    """Return the SHA-256 of the facts that somebody confirms a letter was updated to."""
    return sha256(spelled(facts)).hexdigest()


@dataclass(frozen=True)
class Standing:
    """Whether a version of the letter agrees with the current facts, and what changed.

    changed: the facts that are others now; None where the version is older than the keeping of facts
    facts_sha256: the hash of the facts now
    """

    changed: tuple[ChangedFact, ...] | None
    facts_sha256: str


def standing_of(file: CaseFile, row: NoticeText) -> Standing:
    """Compare a version of the letter with the current facts of the case."""
    now = facts_now(file)
    return Standing(None if row.facts is None else changed_facts(row.facts, now), facts_hash(now))


def is_current(file: CaseFile) -> bool:
    """Tell whether the newest letter, if there is one, was written from the facts of now.

    One whose facts were not kept is judged by its sentences.
    """
    if file.text is None:
        return True
    changed = standing_of(file, file.text).changed
    return not (outdated_of(file, file.text) if changed is None else changed)


def facts_of_save(file: CaseFile, facts_sha256: str) -> dict[str, Any] | None:
    """Return the facts to store with an edited version: those of the version before it.

    facts_sha256: the facts that the person says it was brought up to date with, "" for none; raises Conflict
    unless they are those of now
    """
    if not facts_sha256:
        return file.text.facts if file.text else None
    now = facts_to_keep(file)
    if facts_hash(now) != facts_sha256:
        raise Conflict("changed_meanwhile")
    return now


def outdated_of(file: CaseFile, row: NoticeText) -> tuple[Outdated, ...]:
    """Return the sentences of both languages that contradict the case's current facts."""
    facts = letter_facts(file)
    former = _days_of_awareness(file)
    letters = (("da", row.danish), ("en", row.english))
    return tuple(one for language, body in letters for one in outdated(body, language, facts, former))


def _days_of_awareness(file: CaseFile) -> frozenset[date]:
    """Return every day that `aware_at` has had, including before corrections and merges."""
    moved = (EventKind.CASE_OPENED, EventKind.CASE_DEADLINE_MOVED)
    moments = (body["aware_at"] for kind, body in file.clock_events if kind in moved)
    return frozenset(local(datetime.fromisoformat(at)).date() for at in moments)
