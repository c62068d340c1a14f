"""`POST /reports` files a report; `GET /reports/{reference}` tells where it stands."""

import re

from flask import Blueprint, Response, jsonify, request, url_for

from breach.api.problems import Refused
from breach.api.request import Sender, read_json, runtime, sender
from breach.domain.network import network
from breach.services.context import NOBODY, Actor
from breach.services.intake import access_codes, filing
from breach.services.intake.report import ReportInput, parse_report

KEY = re.compile("[!-~]{8,80}")
UUID_KEY = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
STATUS_HEADER = "Breach-Status-Code"
REPEATED_HEADER = "Idempotent-Replayed"


def add_routes(bp: Blueprint) -> None:
    """Give the blueprint the addresses of reports."""
    bp.add_url_rule("/reports", "file_report", file_report, methods=["POST"])
    bp.add_url_rule("/reports/<reference>", "report_status", report_status)


def file_report() -> tuple[Response, int]:
    """File a report once, however often it is sent; with `?validate=true` only say whether it could be."""
    only_check = _only_check()
    body = read_json()
    actor, slug, token = _sender()
    report = parse_report(body, runtime().clock())
    if only_check:
        with runtime().reading() as ctx:
            filing.receiver_of(ctx, slug, report)
        return jsonify({"valid": True}), 200
    submission = filing.submission_key("api", *_key_of(_known_by(report, actor, token)))
    filing_receipt = filing.submit(runtime(), report, slug, submission, "api", actor)
    answer = jsonify(
        {
            "reference": filing_receipt.reference,
            "received_at": filing_receipt.received_at.isoformat(),
            "status_code": access_codes.grouped(filing_receipt.status_code),
            "status_url": url_for("api.report_status", reference=filing_receipt.reference),
        }
    )
    answer.headers["Location"] = url_for("api.report_status", reference=filing_receipt.reference)
    answer.headers[REPEATED_HEADER] = "true" if filing_receipt.repeated else "false"
    return answer, 202


def _key_of(token: str) -> tuple[str, str]:
    """Return by what senders are told apart, and the key: of a sender without a token a UUID and the network.

    Otherwise strangers could meet each other's keys, and learn from a conflict what somebody else has sent.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not (KEY if token else UUID_KEY).fullmatch(key):
        raise Refused(400, "idempotency_key_missing" if token else "idempotency_key_uuid")
    return (token, key) if token else (network(request.remote_addr or ""), key.lower())


def _known_by(report: ReportInput, actor: Actor, token: str) -> str:
    """Return by what a sender's keys are told from others'; an anonymous report keeps no person's token."""
    return "" if report.anonymous and actor.person_id is not None else token


def _only_check() -> bool:
    """Tell whether the report is only to be checked: what is neither yes nor no must not file a case."""
    asked = request.args.getlist("validate") or ["false"]
    if asked not in (["true"], ["false"]):
        raise Refused(400, "parameter_true_false", name="validate")
    return asked == ["true"]


def _sender() -> Sender:
    """Return who sends; without a token nothing needs to be looked up."""
    if "Authorization" not in request.headers:
        return NOBODY, None, ""
    with runtime().reading() as ctx:
        return sender(ctx)


def report_status(reference: str) -> Response:
    """Say where the report stands to the holder of its code: `received`, `assessing` or `closed`."""
    with runtime().reading() as ctx:
        found = filing.status(ctx, reference, request.headers.get(STATUS_HEADER, ""))
    return jsonify(
        {"reference": found.reference, "received_at": found.received_at.isoformat(), "state": found.state}
    )
