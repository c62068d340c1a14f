"""The steps of a case by a personal token: what the pages can do, the API can do with the same rights."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from breach.api.answers import Refused, bad_list, language
from breach.api.asking import as_person, read_json, runtime
from breach.domain.errors import FieldError, InvalidInput, NotFound
from breach.domain.risk import FactsError, parse_facts
from breach.services import (
    authority,
    awareness,
    cases,
    communication,
    decisions,
    handover,
    pages,
    recipients,
    risk,
)
from breach.services.context import Context
from breach.services.fact_words import change_sentence
from breach.services.fields import Block, Choice, Choices, Count, Flag, Node, Reading, Text, When, Wrong
from breach.services.queue import QueueFilter, queue
from breach.services.titles import in_language
from breach.store.models import AwarenessCorrection

LARGEST_LIST = 50_000_000
"""Bytes of a list of recipients, as on the page that imports one: 1.5 million rows of about 30 bytes fit."""
VERSION = re.compile("[0-9]{1,9}")
LONG = Text(4000, lines=True)
LETTER = Text(20_000, lines=True)
LINE = Text(200)


@dataclass(frozen=True)
class FactsObject:
    """The facts of the risk assessment, which the service reads again: here they are told by their path."""

    def read(self, value: object, path: str, reading: Reading) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Wrong("wrong_type", kind="object")
        try:
            parse_facts(value)
        except FactsError as error:
            reading.wrong(f"{path}.{error.field[:60]}", error.problem, **error.values)
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "object"}


@dataclass(frozen=True)
class Step:
    """A step: the service that takes it, what it asks beside the version of the case, and what it does."""

    service: Callable[..., object]
    asks: Mapping[str, Node]
    optional: frozenset[str] = frozenset()
    about: str = ""

    @property
    def block(self) -> Block:
        """The schema of the body."""
        needed = {name: "required" for name in ("version", *self.asks) if name not in self.optional}
        return Block({"version": Count(wrong="version_invalid"), **self.asks}, needed)


def _submit(ctx: Context, reference: str, version: int, **asked: Any) -> None:
    authority.submit(ctx, reference, version, asked.pop("submitted_at").start, **asked)


def _ask_awareness(ctx: Context, reference: str, version: int, **asked: Any) -> None:
    awareness.ask(ctx, reference, version, asked["aware_at"].start, asked["reason"])


def _propose(ctx: Context, reference: str, version: int, **asked: Any) -> None:
    decisions.propose(ctx, reference, version, decisions.Proposal(**asked))


def _measures(ctx: Context, reference: str, version: int, **asked: Any) -> None:
    asked["consequences"] = list(asked.get("consequences", ()))
    cases.save_measures(ctx, reference, version, **asked)


OUTCOMES = ("register_only", "notify_authority", "notify_authority_and_data_subjects")
STEPS: Mapping[str, Step] = {
    "take": Step(cases.take, {}),
    "take_over": Step(
        handover.take_over,
        {"reason": LONG},
        about="Become the handler in place of one who may not log in, or handle cases, any more",
    ),
    "ask_dismissal": Step(cases.ask_dismissal, {"reason": LONG}),
    "dismiss": Step(cases.dismiss, {}),
    "merge": Step(cases.merge, {"target_reference": LINE}),
    "split": Step(cases.split, {}),
    "revise": Step(risk.revise_facts, {"facts": FactsObject()}),
    "score": Step(risk.score, {"facts": FactsObject()}),
    "propose": Step(
        _propose,
        {
            "outcome": Choice(OUTCOMES),
            "reasoning": LONG,
            "deviation_reason": LONG,
            "exemption_ground": LINE,
            "exemption_evidence": LONG,
        },
        frozenset({"deviation_reason", "exemption_ground", "exemption_evidence"}),
    ),
    "send_back": Step(decisions.send_back, {"comment": LONG}),
    "decide": Step(decisions.decide, {"proposal_sha256": LINE, "comment": LONG}, frozenset({"comment"})),
    "reassess": Step(cases.reassess, {}),
    "save_measures": Step(
        _measures,
        {
            "summary": LONG,
            "consequences": Choices(cases.CONSEQUENCES),
            "measures": LONG,
            "contained": Flag(),
        },
        frozenset({"consequences"}),
    ),
    "conclude": Step(cases.conclude, {}),
    "reopen": Step(cases.reopen, {"reason": LONG}),
    "submit_to_authority": Step(
        _submit,
        {"submitted_at": When("submitted_in_future"), "receipt_number": LINE, "late_reason": LONG},
        frozenset({"late_reason"}),
    ),
    "supplement": Step(authority.supplement, {"note": LONG}),
    "complete_authority": Step(authority.complete, {}),
    "withdraw_authority": Step(authority.withdraw, {"reason": LONG}),
    "ask_awareness": Step(
        _ask_awareness,
        {
            "aware_at": When("aware_in_future", about="When the controller became aware of the breach."),
            "reason": LONG,
        },
        about="Ask that the awareness, where the 72 hours begin, be corrected; another person has to confirm",
    ),
    "confirm_awareness": Step(
        awareness.confirm,
        {"comment": LONG},
        frozenset({"comment"}),
        about="Confirm the correction that waits, as another person than who asked; the deadline moves",
    ),
    "refuse_awareness": Step(
        awareness.refuse, {"comment": LONG}, about="Refuse the correction that waits, and say why"
    ),
    "withdraw_awareness": Step(awareness.withdraw, {}, about="Take back the correction that one asked for"),
    "draft_text": Step(communication.start_draft, {}),
    "save_text": Step(
        communication.save_text,
        {"danish": LETTER, "english": LETTER, "facts_sha256": LINE},
        frozenset({"facts_sha256"}),
        about="Store a new version of the letter; `facts_sha256` says that it fits the case as it is now",
    ),
    "approve_text": Step(
        communication.approve_text,
        {"sha256": LINE, "hard_to_read_reason": LONG},
        frozenset({"hard_to_read_reason"}),
    ),
    "rewrite": Step(communication.rewrite, {}),
    "exempt": Step(communication.exempt, {"ground": LINE, "evidence": LONG}),
    "add_recipient": Step(recipients.add_recipient, {"cpr": LINE, "name": LINE}),
    "ask_release": Step(communication.ask_release, {}),
    "withdraw_release": Step(communication.withdraw_release, {}),
    "release": Step(communication.release, {"typed_count": Count(wrong="typed_count_invalid")}),
    "pause": Step(communication.pause, {}),
    "resume": Step(communication.resume, {}),
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
        return jsonify(_case(pages.case_page(ctx, reference)))


def take_step(reference: str, step: str) -> Response:
    """Take one step of a case and return the case after it."""
    wanted = STEPS.get(step)
    if wanted is None:
        raise NotFound("step")
    actor, body = as_person(), read_json()
    with runtime().transaction(actor) as ctx:
        asked = _asked(wanted, body, Reading(ctx.now))
        wanted.service(ctx, reference, asked.pop("version"), **asked)
        ctx.session.flush()
        return jsonify(_case(pages.case_page(ctx, reference)))


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
        case = _case(pages.case_page(ctx, reference))
    return jsonify({"added": found.added, "repeated": found.repeated, "case": case})


def _asked(step: Step, body: object, reading: Reading) -> dict[str, Any]:
    try:
        read = step.block.read(body, "", reading)
    except Wrong as wrong:
        raise InvalidInput([FieldError("body", wrong.code, wrong.values)]) from None
    if reading.problems:
        raise InvalidInput(reading.problems, reading.count)
    return {name: value for name, value in read.items() if value is not None}


def _case(page: pages.CasePage) -> dict[str, Any]:
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


def _changed_facts(page: pages.CasePage) -> list[dict[str, object]] | None:
    if page.standing is None or page.standing.changed is None:
        return None
    return [
        {"fact": one.name, "was": one.was, "now": one.now, "text": change_sentence(one, language())}
        for one in page.standing.changed
    ]


def _report(one: pages.ReportShown) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "received_at": one.received_at.isoformat(),
        "anonymous": one.anonymous,
        "content": one.content,
    }


def _correction(page: pages.CasePage, row: AwarenessCorrection) -> dict[str, Any]:
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
