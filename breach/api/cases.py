"""The API of cases, by a personal token: the same steps and rights as on the pages."""

import re

from flask import Blueprint, Response, jsonify, request

from breach.api import case_json
from breach.api.problems import Refused, bad_list, language
from breach.api.request import as_person, read_body, read_json, runtime
from breach.domain.errors import NotFound
from breach.domain.recipients.rows import LARGEST_LIST, ReadingChoices
from breach.domain.recipients.text_file import CHARSETS
from breach.services import actions
from breach.services.desk import case_page
from breach.services.desk.queue import QueueFilter, queue
from breach.services.schema import read
from breach.services.sending import recipients

LIST_TYPES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
VERSION = re.compile("[0-9]{1,9}")


def add_routes(bp: Blueprint) -> None:
    """Give the blueprint the addresses of cases."""
    bp.add_url_rule("/cases", "list_cases", list_cases)
    bp.add_url_rule("/cases/<reference>", "show_case", show_case)
    bp.add_url_rule("/cases/<reference>/recipients", "import_list", import_list, methods=["POST"])
    bp.add_url_rule("/cases/<reference>/steps/<step>", "take_step", take_step, methods=["POST"])


def list_cases() -> Response:
    """List cases by the deadline of the law, a page at a time: `tab`, `state`, `search`, `after`."""
    asked = request.args
    with runtime().reading(as_person()) as ctx:
        filters = QueueFilter(asked.get("state", ""), asked.get("search", ""), language())
        page = queue(ctx, asked.get("tab", "all"), filters, asked.get("after") or None)
        rows = [case_json.listed(row, ctx.now) for row in page.rows]
    return jsonify({"cases": rows, "next": page.next_cursor, "counts": page.counts})


def show_case(reference: str) -> Response:
    """Show a case with what its next step needs: version, hashes to confirm, and the steps on offer."""
    with runtime().transaction(as_person()) as ctx:
        return jsonify(case_json.case(case_page.case_page(ctx, reference, history=False)))


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
        return jsonify(case_json.case(case_page.case_page(ctx, reference, history=False)))


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
        case = case_json.case(case_page.case_page(ctx, reference, history=False))
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
