"""When the controller became aware: the time that counts, where it comes from, and what was corrected."""

from datetime import datetime

from breach.domain.awareness import AwarenessCandidate
from breach.domain.clocks import notification_due
from breach.domain.states import AuthorityState
from breach.services.cases.awareness import open_candidates
from breach.services.cases.deadline import candidates_of
from breach.services.desk.case_page import CasePage
from breach.store.models import AwarenessCorrection, BreachCase
from breach.web.cases import frame
from breach.web.parts.language import t
from breach.web.parts.words import FORMAT, by

Rows = list[tuple[str, str]]


def awareness(page: CasePage) -> Rows:
    """Return the time from which the 72 hours run, where it comes from, and the deadline."""
    rows = [
        (t("cases.row.aware"), aware_at(page)),
        (t("cases.awareness.source"), _source(page)),
    ]
    if page.aware_from:
        rows.append((t("cases.awareness.own"), FORMAT.datetime_long(page.case.own_aware_at)))
    if frame.ended_words(page.case.state, page.merged_into):
        return rows
    return [*rows, (t("cases.row.due"), FORMAT.datetime_long(page.case.due_at))]


def aware_at(page: CasePage) -> str:
    """Return when the controller became aware; of a day also from when on it is counted."""
    one = None if page.aware_from else _first(page.case)
    return _said(one) if one else FORMAT.datetime_long(page.case.aware_at)


def _source(page: CasePage) -> str:
    if page.aware_from:
        return t("cases.awareness.from_merged", reference=page.aware_from)
    row = next((row for row in page.corrections if row.state == "confirmed"), None)
    if row is None:
        return _first_source(page.case)
    asker, decider = (page.names.get(one or 0, "") for one in (row.asked_by, row.decided_by))
    return t("cases.awareness.from_correction", asker=asker, decider=decider)


def _first_source(case: BreachCase) -> str:
    """Return where the time comes from that the case was opened with."""
    one = _first(case)
    return t(f"cases.awareness.from_{one.source.value if one else 'report'}")


def _first(case: BreachCase) -> AwarenessCandidate | None:
    """Return which of the times of the report the case's own awareness is, if it is one of them."""
    return next((one for one in candidates_of(case) if one.at == case.own_aware_at), None)


def offered_times(page: CasePage) -> list[tuple[str, str]]:
    """Return the times of the report among which a person says which counts, the earliest first."""
    return [
        (one.source.value, t(f"cases.awareness.offered_{one.source.value}", at=_said(one)))
        for one in open_candidates(page)
    ]


def _said(one: AwarenessCandidate) -> str:
    said = FORMAT.day_or_moment(one.said)
    if not one.said.is_day:
        return said
    return t("cases.awareness.of_a_day", day=said, clock=FORMAT.clock_time(one.at))


def awareness_asked(page: CasePage) -> Rows:
    """Return the correction that waits, and what it would do to the deadline."""
    row = page.correction
    if row is None:
        return []
    then = notification_due(_counting(page, row))
    due = [
        (t("cases.awareness.due_now"), FORMAT.datetime_long(page.case.due_at)),
        (t("cases.awareness.due_then"), FORMAT.datetime_long(then)),
    ]
    return [
        (t("cases.awareness.own"), FORMAT.datetime_long(row.old_aware_at)),
        (t("cases.awareness.wanted"), FORMAT.datetime_long(row.new_aware_at)),
        *(due if page.case.is_open else ()),
        (t("cases.field.reason"), row.reason),
        (t("cases.awareness.asked"), by(page, row.asked_by, row.asked_at)),
    ]


def notes(page: CasePage) -> list[str]:
    """Return what a person must know before the awareness is corrected."""
    found = []
    if page.aware_from:
        found.append(t("cases.awareness.merged_counts", reference=page.aware_from))
    if page.authority.state in (AuthorityState.SUBMITTED, AuthorityState.COMPLETED):
        found.append(t("cases.awareness.if_submitted"))
    return found


def _counting(page: CasePage, row: AwarenessCorrection) -> datetime:
    """Return the awareness that would count: a case merged into this one may be earlier still."""
    return min(row.new_aware_at, page.earliest_merged[1]) if page.earliest_merged else row.new_aware_at


def corrections(page: CasePage) -> list[tuple[str, ...]]:
    """Return every correction that was asked for, the newest first: who, what, why, and the answer."""
    return [
        (
            t("cases.by", name=page.names.get(row.asked_by, ""), at=FORMAT.datetime_short(row.asked_at)),
            t(
                "cases.awareness.change",
                before=FORMAT.datetime_short(row.old_aware_at),
                after=FORMAT.datetime_short(row.new_aware_at),
            ),
            row.reason,
            _answer(page, row),
        )
        for row in page.corrections
    ]


def _answer(page: CasePage, row: AwarenessCorrection) -> str:
    at = FORMAT.datetime_short(row.decided_at) if row.decided_at else ""
    words = t(f"cases.awareness.state.{row.state}", name=page.names.get(row.decided_by or 0, ""), at=at)
    return f"{words}: {row.comment}" if row.comment else words
