"""What a letter is made of, and whether a letter that is written still says what the case says."""

from datetime import date, datetime

from breach.domain.events import EventKind
from breach.domain.letters.facts import LetterFacts
from breach.domain.states import AuthorityState, OccurredKind
from breach.services.cases.file import CaseFile
from breach.services.letters.outdated import Outdated, outdated
from breach.store.models import NoticeText
from breach.texts.formats import local


def letter_facts(file: CaseFile) -> LetterFacts:
    """Return what the letter is made of: the facts of the case, as they stand now."""
    case, facts = file.case, file.case.facts
    told_authority = file.authority.state in (AuthorityState.SUBMITTED, AuthorityState.COMPLETED)
    return LetterFacts(
        confidentiality=facts.get("confidentiality"),
        integrity=facts.get("integrity"),
        availability=facts.get("availability"),
        cause=facts.get("cause"),
        data_categories=tuple(facts.get("data_categories") or ()) or None,
        subject_groups=tuple(facts.get("subject_groups") or ()) or None,
        return_or_deletion=facts.get("return_or_deletion"),
        subject_count=facts.get("subject_count"),
        recipient_count=facts.get("recipient_count"),
        began_on=_day(case.occurred_from_at),
        ended_on=_day(case.occurred_to_at),
        day_is_about=case.occurred_kind is OccurredKind.APPROXIMATE,
        discovered_on=_day(case.aware_at),
        contained=True if case.contained_at else None,
        authority_notified=told_authority,
        consequences=tuple(case.consequences),
    )


def _day(value: datetime | None) -> date | None:
    return local(value).date() if value else None


def outdated_of(file: CaseFile, row: NoticeText) -> tuple[Outdated, ...]:
    """Return what a version of the letter says otherwise than the case does now, in both languages."""
    facts, former = letter_facts(file), _days_of_discovery(file)
    letters = (("da", row.danish), ("en", row.english))
    return tuple(one for language, body in letters for one in outdated(body, language, facts, former))


def is_current(file: CaseFile) -> bool:
    """Tell whether the newest letter, if there is one, says nothing otherwise than the case does now."""
    return file.text is None or not outdated_of(file, file.text)


def _days_of_discovery(file: CaseFile) -> frozenset[date]:
    """Return every day that the awareness of the case has fallen on: by a correction or a merge it moves."""
    moved = (EventKind.CASE_OPENED, EventKind.CASE_DEADLINE_MOVED)
    told = (body["aware_at"] for kind, body in file.clock_events if kind in moved)
    return frozenset(local(datetime.fromisoformat(at)).date() for at in told)
