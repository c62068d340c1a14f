"""The API of cases, by a personal token: the same steps and rights as on the pages."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from breach.api.problems import Refused, bad_list, language
from breach.api.request import as_person, read_body, read_json, runtime
from breach.domain.errors import NotFound
from breach.domain.recipients.rows import LARGEST_LIST, ReadingChoices
from breach.domain.recipients.text_file import CHARSETS
from breach.services import actions
from breach.services.desk import case_page
from breach.services.desk.offers import Offer
from breach.services.desk.queue import QueueFilter, QueueRow, queue
from breach.services.intake.titles import in_language
from breach.services.letters.fact_words import change_sentence
from breach.services.schema import read
from breach.services.sending import recipients
from breach.store.models import AwarenessCorrection

LIST_TYPES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
VERSION = re.compile("[0-9]{1,9}")


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
        rows = [_listed(row) for row in page.rows]
    return jsonify({"cases": rows, "next": page.next_cursor, "counts": page.counts})


def show_case(reference: str) -> Response:
    """Show a case with what its next step needs: version, hashes to confirm, and the steps on offer."""
    with runtime().transaction(as_person()) as ctx:
        return jsonify(_case(case_page.case_page(ctx, reference, history=False)))


def take_step(reference: str, step: str) -> Response:
    """Take one step of a case and return the case after it; a name of earlier versions is taken too."""
    wanted = actions.of_api().get(step)
    if wanted is None or wanted.asks is None:
        raise NotFound("step")
    actor = as_person()
    body = read_json()
    with runtime().transaction(actor) as ctx:
        asked = read(wanted.asks, body, ctx.now).given()
        wanted.do(ctx, reference, asked.pop("version"), **asked)
        ctx.session.flush()
        return jsonify(_case(case_page.case_page(ctx, reference, history=False)))


def import_list(reference: str) -> Response:
    """Import a list of recipients (CSV or XLSX); a fault bars all unless its row is skipped."""
    actor = as_person()
    version = request.args.get("version", "")
    if not VERSION.fullmatch(version):
        raise Refused(400, "version_missing")
    choices = _reading_choices()
    with runtime().transaction(actor) as ctx:  # a long body is read for those who may import it, here and now
        recipients.open_list(ctx, reference, int(version))
    request.max_content_length = LARGEST_LIST
    found = recipients.import_file(runtime(), actor, reference, int(version), read_body(), choices)
    if found.faults:
        return bad_list(found.faults, found.count)
    with runtime().transaction(actor) as ctx:
        case = _case(case_page.case_page(ctx, reference, history=False))
    counts = {"doubles": found.found.doubles, "skipped": found.skipped, "replacements": found.replacements}
    read_as = {"encoding": found.found.encoding}
    return jsonify({"added": found.added, "repeated": found.repeated, **counts, **read_as, "case": case})


def _reading_choices() -> ReadingChoices:
    """Return what the program says of its list; raise Refused for another type or an unknown encoding."""
    charset = request.mimetype_params.get("charset", "").lower()
    if request.mimetype not in LIST_TYPES or (charset and charset not in CHARSETS):
        raise Refused(415, "csv_only")
    adds_zero = request.args.get("adds_zero") == "true"
    skips_faulty = request.args.get("skips_faulty") == "true"
    return ReadingChoices(adds_zero=adds_zero, skips_faulty=skips_faulty, charset=charset)


def _listed(row: QueueRow) -> dict[str, object]:
    file = row.file
    return {
        "reference": file.case.reference,
        "title": in_language(file.case.title, language()),
        "state": file.case.state.value,
        "due_at": file.case.due_at.isoformat(),
        "authority": file.authority.state.value,
        "communication": file.communication.state.value,
        "handler": row.handler,
    }


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
        "list_version": page.list_version,
        "round": page.communication.round,
        "round_audience": page.communication.goes_to.value,
        "round_recipients": page.addressed,
        "told": page.told,
        "steps": [_step(offer) for offer in page.offers if actions.named(offer.step).asks is not None],
    }


def _step(offer: Offer) -> dict[str, object]:
    return {"step": offer.step, "barred_by": list(offer.reasons)}


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
