"""The API described by itself: OpenAPI 3.1, and the schema of a report that the form holds to as well."""

from typing import Any

from flask import Blueprint, Response, jsonify

from breach.api.reports import REPEATED_HEADER, STATUS_HEADER
from breach.services import actions
from breach.services.cases import action as cases_action
from breach.services.intake.report import ReportInput, json_schema
from breach.services.schema import openapi_schemas

CITIZEN: dict[str, Any] = {
    "kind": "citizen",
    "controller": "nordjylland",
    "what": "I received a letter with another patient's appointment.",
    "occurred": {"kind": "exact", "from": "2026-03-02"},
    "affected": {"data_categories": ["identity", "health"], "subject_count": 1},
    "contact": {"phone": "+45 70 00 00 03"},
}
PROCESSOR: dict[str, Any] = {
    "kind": "processor",
    "controller": "nordjylland",
    "what": "A backup of the booking system was open to the internet.",
    "occurred": {"kind": "period", "from": "2026-02-20T08:00+01:00", "to": "2026-03-02T22:15+01:00"},
    "affected": {
        "data_categories": ["identity", "contact", "national_id"],
        "subject_groups": ["patients"],
        "subject_count": 800,
        "count_is_estimate": True,
        "confidentiality": "exposed",
    },
    "containment": "Access was closed at 22.15.",
    "contact": {"name": "Ida Prøve", "phone": "+45 70 00 00 01", "email": "vagt@eksempel.example"},
    "processor": {
        "name": "Eksempel Drift A/S",
        "cvr": "29190941",
        "aware_at": "2026-03-02T21:40+01:00",
        "controllers": "this_region",
        "consequences": ["identity_theft"],
        "authorised_to_notify": False,
    },
}
ANONYMOUS: dict[str, Any] = {
    "kind": "citizen",
    "controller": "nordjylland",
    "anonymous": True,
    "what": "Papers with names lie in an open bin behind the hospital.",
    "occurred": {"kind": "unknown"},
}
EXAMPLES = {"citizen": CITIZEN, "processor": PROCESSOR, "anonymous": ANONYMOUS}
LIST = "cpr;navn\n2512489996;Prøve Person\n"
FILING_RECEIPT = {
    "reference": "BRUD-2026-000001",
    "received_at": "2026-03-03T13:30:00+00:00",
    "status_code": "7Q2M-4KXT-91CD-E5VW-ZB3H-8N6P-GA",
    "status_url": "/api/v1/reports/BRUD-2026-000001",
}
_TEXT = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}


def add_routes(bp: Blueprint) -> None:
    """Give the blueprint the addresses of its own description."""
    bp.add_url_rule("/openapi.json", "openapi", openapi)
    bp.add_url_rule("/report.schema.json", "report_schema", report_schema)


def report_schema() -> Response:
    """Return the JSON Schema of a report, made from the definition that reads it."""
    answer = jsonify(json_schema())
    answer.mimetype = "application/schema+json"
    return answer


def openapi() -> Response:
    """Return the description of the API."""
    return jsonify(document())


_REPORTS = (
    "What was reported, with every answer given; times as they were told, `2026-08-12` where only a day was."
    " Empty for who is neither case handler nor decider."
)


_MISSING = (
    "What bars the letter from approval: by language the elements that it lacks (`da:N1`; all but N11 can be "
    "named in `confirmed` of `approve_text`), `differs:` a fact and `claims:` a question that the languages "
    "tell otherwise."
)
_RETURNED = "Who sent the newest letter back, when, and what is to be changed; null where nobody did."
_DUE = "When Datatilsynet must be notified (GDPR art. 33(1)). null: the case was dismissed or merged."
_ENDED = "null: the case was dismissed or merged before it was done."
_LATE = "Whether that moment has passed and Datatilsynet is not notified."
_TARGET = "By when the region wants people informed, its own target. null: it does not run."
_CANDIDATES = "Times from which the 72 hours may run; `take` says which counts. Empty once it is taken."
_AS_TOLD = "As it was told: `2026-08-12` where only the day is known."


_CHANGED = (
    "Facts that are others now than when the letter was written; they bar its approval and release."
    " null: there is no letter, or it is older than the keeping of facts."
)
_FACTS = (
    "Of the facts as they are now; `save_text` takes it from who has brought the letter up to date with them."
)


_UNPREPARED = "Letters of the round that are released and not made yet; `counts` has those that are."
_LIST_VERSION = "Of the list of recipients; `ask_release` takes it from who has seen that list."


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document as JSON would hold it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Breach Desk",
            "version": "1",
            "description": "Files reports of personal data breaches and takes the steps of their cases.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": {
            "/reports": {"post": _filing()},
            "/reports/{reference}": {"get": _status()},
            "/report.schema.json": {
                "get": _plain("The JSON Schema of a report", {"type": "object"}, "schema")
            },
            "/cases": {"get": _listing()},
            "/cases/{reference}": {"get": _showing()},
            "/cases/{reference}/recipients": {"post": _importing()},
            **{
                f"/cases/{{reference}}/steps/{name}": {"post": _step(name, action)}
                for name, action in actions.of_api().items()
            },
        },
        "components": _components(),
    }


_ERROR = {"type": "object", "properties": dict.fromkeys(("field", "code", "message"), _TEXT)}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "type": _TEXT,
        "title": {"type": "string", "description": "The code of the error, for programs."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "errors": {"type": "array", "items": _ERROR, "description": "The first 100."},
        "error_count": {"type": "integer", "description": "How many errors there are."},
    },
}
_RECEIPT: dict[str, Any] = {
    "type": "object",
    "required": list(FILING_RECEIPT),
    "properties": {"reference": _TEXT, "received_at": _TIME, "status_code": _TEXT, "status_url": _TEXT},
}
_CHANGED_FACT = {"type": "object", "properties": {"fact": _TEXT, "was": {}, "now": {}, "text": _TEXT}}
_TOLD = {"type": ["string", "null"], "description": _AS_TOLD}
_TRACK = {"type": ["string", "null"], "description": _ENDED}
_DUE_AT = {"type": ["string", "null"], "format": "date-time"}
_NUMBERS = (
    *("affected", "by_letter", "by_public_notice", "told_otherwise", "not_told"),
    *("missing", "surplus"),
)
_SUM = {name: {"type": ["integer", "null"], "minimum": 0} for name in _NUMBERS}
_SUM_ADDS_UP = (
    "How those affected are told. The case closes once `missing` and `surplus` are 0; null: not known."
)
_NO_LETTER = "People who get no letter, with the reason and how far its two persons have come."
_NEWEST_NOTICE = "The newest version of the public notice, without its text."
_CASE: dict[str, Any] = {
    "type": "object",
    "required": ["reference", "state", "version", "steps", "reports"],
    "properties": {
        "merged_into": {"type": ["string", "null"]},
        "due_at": {**_DUE_AT, "description": _DUE},
        "authority": _TRACK,
        "communication": _TRACK,
        "late": {"type": "boolean", "description": _LATE},
        "informing_due_at": {**_DUE_AT, "description": _TARGET},
        "occurred": {"type": "object", "properties": {"kind": _TEXT, "from": _TOLD, "to": _TOLD}},
        "discovered_at": _TOLD,
        "contained_at": _TOLD,
        "awareness_candidates": {"type": "array", "items": {"type": "object"}, "description": _CANDIDATES},
        "reports": {"type": "array", "items": {"type": "object"}, "description": _REPORTS},
        "text_missing": {"type": "array", "items": _TEXT, "description": _MISSING},
        "text_returned": {
            "type": ["object", "null"],
            "properties": {"by": {"type": ["string", "null"]}, "at": _TIME, "comment": _TEXT},
            "description": _RETURNED,
        },
        "text_changed_facts": {
            "type": ["array", "null"],
            "items": _CHANGED_FACT,
            "description": _CHANGED,
        },
        "facts_sha256": {"type": ["string", "null"], "description": _FACTS},
        "list_version": {"type": "integer", "description": _LIST_VERSION},
        "unprepared": {"type": "integer", "description": _UNPREPARED},
        "people_affected": {"type": "object", "properties": _SUM, "description": _SUM_ADDS_UP},
        "segments": {"type": "array", "items": {"type": "object"}, "description": _NO_LETTER},
        "public_notice": {"type": ["object", "null"], "description": _NEWEST_NOTICE},
    },
}


def _components() -> dict[str, Any]:
    steps = (action.asks for action in actions.offered() if action.asks)
    asked = openapi_schemas([ReportInput, *steps])
    return {
        "schemas": {"Receipt": _RECEIPT, "Problem": _PROBLEM, "Case": _CASE, **asked},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    }


def _of(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(
    about: str, schema: dict[str, Any], kind: str = "application/json", **more: object
) -> dict[str, Any]:
    return {"description": about, "content": {kind: {"schema": schema, **more}}}


def _problems(*codes: int) -> dict[str, Any]:
    sentences = {
        400: "Broken JSON, another encoding than UTF-8, a key that stands twice, or no Idempotency-Key",
        401: "The token does not hold",
        403: "The person lacks the right",
        404: "Not found",
        409: "Changed meanwhile, not possible now, or the key was used for another report",
        413: "Too large: a body may have 1 MB, a list of recipients 50 MB",
        415: "Not the content type that is asked for, or packed otherwise than by gzip",
        422: "The content breaks rules; every error is listed",
        429: "Too many from one network, or too many numbers asked for; Retry-After says when to try again",
        503: "The database is busy or cannot store anything; Retry-After says when to try again",
    }
    kind = "application/problem+json"
    return {str(code): _answer(sentences[code], _of("Problem"), kind) for code in codes}


def _plain(about: str, schema: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"summary": about, "operationId": kind, "responses": {"200": _answer(about, schema)}}


def _filing() -> dict[str, Any]:
    examples = {name: {"value": value} for name, value in EXAMPLES.items()}
    key = {"type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"}
    about_key = "Needed to file: a UUID. A sender with a token may use any 8 to 80 printable characters."
    flag = {"type": "string", "enum": ["true", "false"]}
    repeated = {REPEATED_HEADER: {"schema": flag, "description": "true: it was filed before"}}
    filing_receipt = _answer("Filed: the receipt, after the commit", _of("Receipt"), example=FILING_RECEIPT)
    return {
        "summary": "File a report with a controller: the token's, else the one it names, else the only one",
        "operationId": "fileReport",
        "security": [{}, {"token": []}],
        "parameters": [
            {"name": "Idempotency-Key", "in": "header", "schema": key, "description": about_key},
            {"name": "validate", "in": "query", "schema": flag, "description": "true: only check."},
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _of(ReportInput.__name__), "examples": examples}},
        },
        "responses": {
            "202": {**filing_receipt, "headers": repeated},
            "200": _answer("It could be filed", {"type": "object", "properties": {"valid": {"const": True}}}),
            **_problems(400, 401, 409, 413, 415, 422, 429, 503),
        },
    }


def _reference() -> dict[str, Any]:
    return {"name": "reference", "in": "path", "required": True, "schema": _TEXT}


def _status() -> dict[str, Any]:
    code = {"name": STATUS_HEADER, "in": "header", "required": True, "schema": _TEXT}
    state = {"enum": ["received", "assessing", "closed"]}
    found = {"type": "object", "properties": {"reference": _TEXT, "received_at": _TIME, "state": state}}
    return {
        "summary": "Where the report stands",
        "operationId": "reportStatus",
        "parameters": [_reference(), code],
        "responses": {"200": _answer("The state", found), **_problems(404, 429, 503)},
    }


def _listing() -> dict[str, Any]:
    names = ("tab", "state", "search", "after")
    return {
        "summary": "Cases by the deadline to Datatilsynet",
        "operationId": "listCases",
        "security": [{"token": []}],
        "parameters": [{"name": name, "in": "query", "schema": _TEXT} for name in names],
        "responses": {"200": _answer("A page of cases", {"type": "object"}), **_problems(401, 422, 503)},
    }


def _showing() -> dict[str, Any]:
    return {
        "summary": "One case, and the steps on offer",
        "operationId": "showCase",
        "security": [{"token": []}],
        "parameters": [_reference()],
        "responses": {"200": _answer("The case", _of("Case")), **_problems(401, 404, 503)},
    }


def _choice(name: str) -> dict[str, Any]:
    """Return a parameter that is `true` where a person has said yes to it for the whole list."""
    return {"name": name, "in": "query", "schema": {"type": "string", "enum": ["true", "false"]}}


def _importing() -> dict[str, Any]:
    count = {"type": "integer", "minimum": 0}
    counts = dict.fromkeys(("added", "repeated", "doubles", "skipped", "replacements"), count)
    done = {"type": "object", "properties": {**counts, "encoding": _TEXT, "case": _of("Case")}}
    version = {"name": "version", "in": "query", "required": True, "schema": count}
    return {
        "summary": "Put the persons of a list on the case's list: all of them, or none if one row is wrong",
        "operationId": "importRecipients",
        "security": [{"token": []}],
        "parameters": [_reference(), version, _choice("adds_zero"), _choice("skips_faulty")],
        "requestBody": {"required": True, "content": {"text/csv": {"schema": _TEXT, "example": LIST}}},
        "responses": {
            "200": _answer("How many were added, and the case after it", done),
            **_problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
        },
    }


def _step(name: str, action: cases_action.Action) -> dict[str, Any]:
    """Describe a step under its name, or under a name of earlier versions."""
    asks = action.asks.__name__ if action.asks else ""
    content: dict[str, Any] = {"schema": _of(asks)}
    if action.example:
        content["example"] = action.example
    found = {
        "summary": action.about or f"Take the step {action.name}",
        "operationId": f"step_{name}",
        "security": [{"token": []}],
        "parameters": [_reference()],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "200": _answer("The case after the step", _of("Case")),
            **_problems(400, 401, 403, 404, 409, 415, 422, 429, 503),
        },
    }
    return found if name == action.name else {**found, "deprecated": True}
