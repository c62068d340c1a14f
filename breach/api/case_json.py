"""A case as the API gives it: one of the list, and one with all that its next step needs."""

from datetime import datetime
from typing import Any

from breach.api.problems import language
from breach.domain.awareness import AwarenessCandidate
from breach.domain.clocks import is_late
from breach.domain.spans import Span
from breach.domain.states import WITHOUT_CLOCK, shown_state
from breach.services import actions
from breach.services.cases.awareness import open_candidates
from breach.services.cases.file import CaseFile
from breach.services.desk.case_page import CasePage, ReportShown
from breach.services.desk.offers import Offer
from breach.services.desk.queue import QueueRow
from breach.services.intake.titles import in_language
from breach.services.letters.fact_words import change_sentence
from breach.services.letters.text import check_text
from breach.store.models import AwarenessCorrection, Segment


def listed(row: QueueRow, now: datetime) -> dict[str, object]:
    """Return a case of the list; now: when it was read."""
    file = row.file
    return {
        "reference": file.case.reference,
        "title": in_language(file.case.title, language()),
        "state": file.case.state.value,
        **_clock(file, now),
        **_tracks(file),
        "handler": row.handler,
    }


def case(page: CasePage) -> dict[str, Any]:
    """Return a case with what its next step needs."""
    case = page.case
    return {
        "reference": case.reference,
        "title": in_language(case.title, language()),
        "state": case.state.value,
        "version": case.version,
        "handler": page.names.get(case.handler_id or 0),
        "received_at": case.received_at.isoformat(),
        "occurred": {
            "kind": case.occurred_kind.value,
            "from": _said(case.occurred_from),
            "to": _said(case.occurred_to),
        },
        "discovered_at": _said(case.discovered),
        "contained_at": _said(case.contained_when),
        **_awareness(page),
        "facts": case.facts,
        "reports": [_report(one) for one in page.reports],
        **_tracks(page),
        "proposal_sha256": page.decision.proposed_sha256 if page.decision else None,
        "outcome": page.decision.outcome if page.decision else None,
        **_letter(page),
        **_informing(page),
        "steps": [_step(offer) for offer in page.offers if actions.named(offer.step).asks is not None],
    }


def _awareness(page: CasePage) -> dict[str, Any]:
    """Return when the region became aware, what else could count, and the deadlines that run from it."""
    return {
        "aware_at": page.case.aware_at.isoformat(),
        "awareness_candidates": [_candidate(one) for one in open_candidates(page)],
        **_clock(page, page.read_at),
        "awareness_corrections": [_correction(page, row) for row in page.corrections],
    }


def _letter(page: CasePage) -> dict[str, Any]:
    """Return how the newest version of the letter stands."""
    return {
        "text_sha256": page.text.sha256 if page.text else None,
        "text_missing": list(check_text(page, page.text).missing) if page.text else [],
        "text_returned": _returned(page),
        "text_changed_facts": _changed_facts(page),
        "facts_sha256": page.standing.facts_sha256 if page.standing else None,
    }


def _informing(page: CasePage) -> dict[str, Any]:
    """Return how far the people affected are told."""
    return {
        "counts": {state.value: count for state, count in page.counts.items()},
        "recipients": page.recipients,
        "list_version": page.list_version,
        "round": page.communication.round,
        "round_audience": page.communication.goes_to.value,
        "round_recipients": page.addressed,
        "unprepared": page.unprepared,
        "told": page.told,
        "people_affected": _sum(page),
        "public_notice": _notice(page),
        "segments": [_segment(page, one) for one in page.segments],
    }


def _step(offer: Offer) -> dict[str, object]:
    return {"step": offer.step, "barred_by": list(offer.reasons)}


def _returned(page: CasePage) -> dict[str, object] | None:
    """Return who sent the newest letter back, when, and what is to be changed."""
    row = page.text
    if row is None or row.returned_at is None:
        return None
    by = page.names.get(row.returned_by or 0)
    return {"by": by, "at": row.returned_at.isoformat(), "comment": row.comment}


def _changed_facts(page: CasePage) -> list[dict[str, object]] | None:
    if page.standing is None or page.standing.changed is None:
        return None
    return [
        {"fact": one.name, "was": one.was, "now": one.now, "text": change_sentence(one, language())}
        for one in page.standing.changed
    ]


def _report(one: ReportShown) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "received_at": one.received_at.isoformat(),
        "anonymous": one.anonymous,
        "content": _as_said(one.content),
    }


def _clock(file: CaseFile, now: datetime) -> dict[str, object]:
    """Return the deadlines of a case: of the law and the region's own; null where they do not run."""
    ended = file.case.state in WITHOUT_CLOCK
    law = file.notifying_due_at
    target = file.informing_due_at
    return {
        "merged_into": file.merged_into,
        "due_at": None if ended else file.case.due_at.isoformat(),
        "late": law is not None and is_late(law, now),
        "informing_due_at": target.isoformat() if target else None,
    }


def _tracks(file: CaseFile) -> dict[str, str | None]:
    """Return where notification and informing stand; null where the case ended before they did."""
    authority = shown_state(file.case.state, file.authority.state)
    communication = shown_state(file.case.state, file.communication.state)
    return {
        "authority": authority.value if authority else None,
        "communication": communication.value if communication else None,
    }


def _said(span: Span | None) -> str | None:
    return span.written if span else None


def _candidate(one: AwarenessCandidate) -> dict[str, str]:
    return {"aware_from": one.source.value, "said": one.said.written, "aware_at": one.at.isoformat()}


def _as_said(value: Any) -> Any:
    """Return what a report says, each time as it was told: a day, or a moment with its offset."""
    if not isinstance(value, dict):
        return value
    if value.keys() == {"from", "to"} and all(isinstance(one, str) for one in value.values()):
        return Span(*(datetime.fromisoformat(value[end]) for end in ("from", "to"))).written
    return {name: _as_said(one) for name, one in value.items()}


def _correction(page: CasePage, row: AwarenessCorrection) -> dict[str, Any]:
    return {
        "state": row.state,
        "old_aware_at": row.old_aware_at.isoformat(),
        "new_aware_at": row.new_aware_at.isoformat(),
        "reason": row.reason,
        **_of_two(page, row),
    }


def _of_two(page: CasePage, row: AwarenessCorrection | Segment) -> dict[str, Any]:
    """Return who asked for something, and what the second person answered."""
    return {
        "asked_by": page.names.get(row.asked_by),
        "asked_at": row.asked_at.isoformat(),
        "decided_by": page.names.get(row.decided_by or 0),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "comment": row.comment,
    }


def _sum(page: CasePage) -> dict[str, int | None]:
    """Return how many are affected, and how each of them is told."""
    tally = page.tally
    return {
        "affected": tally.affected,
        "by_letter": tally.by_letter,
        "by_public_notice": tally.by_notice,
        "told_otherwise": tally.otherwise,
        "not_told": tally.not_told,
        "missing": tally.missing if tally.is_known else None,
        "surplus": tally.surplus,
    }


def _segment(page: CasePage, row: Segment) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "state": row.state,
        "name": row.name,
        "people": row.people,
        "why": row.why.value,
        "reason": row.reason,
        **_of_two(page, row),
    }


def _notice(page: CasePage) -> dict[str, Any] | None:
    """Return the newest version of the public notice, without its text."""
    row = page.notice
    if row is None:
        return None
    return {
        "id": str(row.id),
        "state": row.state,
        "sha256": row.sha256,
        "places": row.places,
        "shown_from": row.shown_from.isoformat(),
        "shown_to": row.shown_to.isoformat(),
        "proven_on": row.proven_on.isoformat() if row.proven_on else None,
        "proof_address": row.proof_address,
    }
