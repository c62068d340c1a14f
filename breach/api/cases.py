"""The steps of a case by a personal token: what the pages can do, the API can do with the same rights."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from breach.api.problems import Refused, bad_list, language
from breach.api.request import as_person, read_json, runtime
from breach.domain.errors import NotFound
from breach.domain.recipient_list import LARGEST_LIST
from breach.services.authority import notification
from breach.services.authority.inputs import SubmissionInput, SupplementInput
from breach.services.cases import awareness, handover
from breach.services.cases import steps as case_steps
from breach.services.cases.inputs import (
    AwarenessInput,
    CommentInput,
    MeasuresInput,
    MergeInput,
    OptionalCommentInput,
    ReasonInput,
)
from breach.services.context import Context
from breach.services.desk import case_page
from breach.services.desk.queue import QueueFilter, queue
from breach.services.intake.titles import in_language
from breach.services.letters import text
from breach.services.letters.fact_words import change_sentence
from breach.services.letters.inputs import ApprovalInput, LetterInput
from breach.services.risk import assessment, decision
from breach.services.risk.inputs import DecideInput, FactsStepInput, ProposalInput
from breach.services.schema import StepInput, read
from breach.services.sending import recipients, release
from breach.services.sending.inputs import ExemptionInput, RecipientInput, ReleaseInput
from breach.store.models import AwarenessCorrection

VERSION = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Step:
    """A step: the service that takes it, what it asks, and what it does."""

    service: Callable[..., object]
    asks: type[StepInput] = StepInput
    about: str = ""


def _propose(ctx: Context, reference: str, version: int, **asked: Any) -> None:
    decision.propose(ctx, reference, version, decision.Proposal(**asked))


def _measures(ctx: Context, reference: str, version: int, **asked: Any) -> None:
    asked["consequences"] = list(asked.get("consequences", ()))
    case_steps.save_measures(ctx, reference, version, **asked)


STEPS: Mapping[str, Step] = {
    "take": Step(case_steps.take),
    "take_over": Step(
        handover.take_over,
        ReasonInput,
        "Become the handler in place of one who may not log in, or handle cases, any more",
    ),
    "ask_dismissal": Step(case_steps.ask_dismissal, ReasonInput),
    "dismiss": Step(case_steps.dismiss),
    "merge": Step(case_steps.merge, MergeInput),
    "split": Step(case_steps.split),
    "revise": Step(assessment.revise_facts, FactsStepInput),
    "score": Step(assessment.score, FactsStepInput),
    "propose": Step(_propose, ProposalInput),
    "send_back": Step(decision.send_back, CommentInput),
    "decide": Step(decision.decide, DecideInput),
    "reassess": Step(case_steps.reassess),
    "save_measures": Step(_measures, MeasuresInput),
    "conclude": Step(case_steps.conclude),
    "reopen": Step(case_steps.reopen, ReasonInput),
    "submit_to_authority": Step(notification.submit, SubmissionInput),
    "supplement": Step(notification.supplement, SupplementInput),
    "complete_authority": Step(notification.complete),
    "withdraw_authority": Step(notification.withdraw, ReasonInput),
    "ask_awareness": Step(
        awareness.ask,
        AwarenessInput,
        "Ask that the awareness, where the 72 hours begin, be corrected; another person has to confirm",
    ),
    "confirm_awareness": Step(
        awareness.confirm,
        OptionalCommentInput,
        "Confirm the correction that waits, as another person than who asked; the deadline moves",
    ),
    "refuse_awareness": Step(awareness.refuse, CommentInput, "Refuse the correction that waits, and say why"),
    "withdraw_awareness": Step(awareness.withdraw, about="Take back the correction that one asked for"),
    "draft_text": Step(text.start_draft),
    "save_text": Step(
        text.save_text,
        LetterInput,
        "Store a new version of the letter; `facts_sha256` says that it fits the case as it is now",
    ),
    "approve_text": Step(text.approve_text, ApprovalInput),
    "rewrite": Step(text.rewrite),
    "exempt": Step(release.exempt, ExemptionInput),
    "add_recipient": Step(recipients.add_recipient, RecipientInput),
    "ask_release": Step(release.ask_release),
    "withdraw_release": Step(release.withdraw_release),
    "release": Step(release.release, ReleaseInput),
    "pause": Step(release.pause),
    "resume": Step(release.resume),
}

OFFERED_AS: Mapping[tuple[str, str], str] = {
    ("authority", "submit"): "submit_to_authority",
    ("authority", "complete"): "complete_authority",
    ("authority", "withdraw"): "withdraw_authority",
    ("communication", "draft"): "draft_text",
    ("communication", "approve"): "approve_text",
}
"""Steps whose name in their table says too little without the table; the others are called as there."""


def add_routes(bp: Blueprint) -> None:
    """Give the blueprint the addresses of cases."""
    bp.add_url_rule("/cases", "list_cases", list_cases)
    bp.add_url_rule("/cases/<reference>", "show_case", show_case)
    bp.add_url_rule("/cases/<reference>/recipients", "import_list", import_list, methods=["POST"])
    bp.add_url_rule("/cases/<reference>/steps/<step>", "take_step", take_step, methods=["POST"])


def list_cases() -> Response:
    """List cases by time left, a page at a time: `tab`, `state`, `search`, `after`; titles as asked for."""
    asked = request.args
    with runtime().reading(as_person()) as ctx:
        filters = QueueFilter(asked.get("state", ""), asked.get("search", ""), language())
        page = queue(ctx, asked.get("tab", "all"), filters, asked.get("after") or None)
        rows = [
            {
                "reference": row.reference,
                "title": in_language(row.title, language()),
                "state": row.state.value,
                "due_at": row.due_at.isoformat(),
                "authority": row.authority.value,
                "communication": row.communication.value,
                "handler": row.handler,
            }
            for row in page.rows
        ]
    return jsonify({"cases": rows, "next": page.next_cursor, "counts": page.counts})


def show_case(reference: str) -> Response:
    """Show a case with what its next step needs: version, hashes to confirm, and the steps on offer."""
    with runtime().transaction(as_person()) as ctx:
        return jsonify(_case(case_page.case_page(ctx, reference)))


def take_step(reference: str, step: str) -> Response:
    """Take one step of a case and return the case after it."""
    wanted = STEPS.get(step)
    if wanted is None:
        raise NotFound("step")
    actor, body = as_person(), read_json()
    with runtime().transaction(actor) as ctx:
        asked = read(wanted.asks, body, ctx.now).given()
        wanted.service(ctx, reference, asked.pop("version"), **asked)
        ctx.session.flush()
        return jsonify(_case(case_page.case_page(ctx, reference)))


def import_list(reference: str) -> Response:
    """Put everyone of a CSV list on the case's list; one fault and nobody is; the first are told."""
    request.max_content_length = LARGEST_LIST
    actor, version = as_person(), request.args.get("version", "")
    if not VERSION.fullmatch(version):
        raise Refused(400, "version_missing")
    if request.mimetype != "text/csv":
        raise Refused(415, "csv_only")
    found = recipients.import_csv(runtime(), actor, reference, int(version), request.get_data())
    if found.faults:
        return bad_list(found.faults, found.count)
    with runtime().transaction(actor) as ctx:
        case = _case(case_page.case_page(ctx, reference))
    return jsonify({"added": found.added, "repeated": found.repeated, "case": case})


def _case(page: case_page.CasePage) -> dict[str, Any]:
    case = page.case
    return {
        "reference": case.reference,
        "title": in_language(case.title, language()),
        "state": case.state.value,
        "version": case.version,
        "handler": page.names.get(case.handler_id or 0),
        "received_at": case.received_at.isoformat(),
        "aware_at": case.aware_at.isoformat(),
        "due_at": case.due_at.isoformat(),
        "awareness_corrections": [_correction(page, row) for row in page.corrections],
        "facts": case.facts,
        "reports": [_report(one) for one in page.reports],
        "authority": page.authority.state.value,
        "communication": page.communication.state.value,
        "proposal_sha256": page.decision.proposed_sha256 if page.decision else None,
        "outcome": page.decision.outcome if page.decision else None,
        "text_sha256": page.text.sha256 if page.text else None,
        "text_changed_facts": _changed_facts(page),
        "facts_sha256": page.standing.facts_sha256 if page.standing else None,
        "counts": {state.value: count for state, count in page.counts.items()},
        "recipients": page.recipients,
        "told": page.told,
        "steps": [
            {"step": OFFERED_AS.get((offer.track, offer.step), offer.step), "barred_by": list(offer.reasons)}
            for offer in page.offers
        ],
    }


def _changed_facts(page: case_page.CasePage) -> list[dict[str, object]] | None:
    if page.standing is None or page.standing.changed is None:
        return None
    return [
        {"fact": one.name, "was": one.was, "now": one.now, "text": change_sentence(one, language())}
        for one in page.standing.changed
    ]


def _report(one: case_page.ReportShown) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "received_at": one.received_at.isoformat(),
        "anonymous": one.anonymous,
        "content": one.content,
    }


def _correction(page: case_page.CasePage, row: AwarenessCorrection) -> dict[str, Any]:
    return {
        "state": row.state,
        "old_aware_at": row.old_aware_at.isoformat(),
        "new_aware_at": row.new_aware_at.isoformat(),
        "reason": row.reason,
        "asked_by": page.names.get(row.asked_by),
        "asked_at": row.asked_at.isoformat(),
        "decided_by": page.names.get(row.decided_by or 0),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "comment": row.comment,
    }
