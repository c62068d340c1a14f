"""What a reporter files: one schema for the form and the API, read strictly into a ReportInput."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from breach.domain.danish_time import local
from breach.domain.errors import FieldError, InvalidInput
from breach.domain.states import CONSEQUENCES, OccurredKind, ReporterKind
from breach.domain.values import LONGEST_LINE, LONGEST_TEXT
from breach.services.checks import cvr_problem, email_problem, phone_problem
from breach.services.fields import (
    Block,
    Choice,
    Choices,
    Count,
    Flag,
    Node,
    Reading,
    Span,
    Text,
    When,
    Wrong,
)
from breach.services.intake import report_facts as facts

TEXT_LIMIT = LONGEST_TEXT
SHORT_LIMIT = 2000
ABOUT = timedelta(days=1)  # how far an approximate time may be off before it is held against another
DISCOVERIES = ("own_detection", "processor", "affected_person", "outsider", "press", "other")
OTHERS_TOLD = ("authority", "police", "csirt", "persons", "none")


@dataclass(frozen=True)
class Occurred:
    """When the breach happened, and how well that is known; a period may have no end yet."""

    kind: OccurredKind
    from_at: datetime | None = None
    to_at: datetime | None = None


@dataclass(frozen=True)
class ReportInput:
    """A report that holds to the schema. `body` is its normalised form, personal data included."""

    kind: ReporterKind
    anonymous: bool
    occurred: Occurred
    processor_aware_at: datetime | None
    facts: dict[str, Any]
    controller: str | None
    body: dict[str, Any] = field(repr=False)


def _line(about: str = "", limit: int = LONGEST_LINE) -> Text:
    return Text(limit, about=about)


def _lines(about: str = "", limit: int = SHORT_LIMIT) -> Text:
    return Text(limit, lines=True, about=about)


CONTACT = Block(
    {"name": _line(), "phone": Text(30, check=phone_problem), "email": Text(254, check=email_problem)},
    about="Whom to call. Phone or e-mail is needed, unless a citizen files anonymously.",
)
OCCURRED = Block(
    {
        "kind": Choice([kind.value for kind in OccurredKind]),
        "from": When("date_in_future", days=True, about="A time with its offset, or a date in Danish time."),
        "to": When(
            "date_in_future", days=True, about="Only for a period; left out while the breach goes on."
        ),
    },
    required={"kind": "when_missing"},
)
AFFECTED = Block(
    {
        "data_categories": Choices(facts.DATA_CATEGORIES),
        "subject_groups": Choices(facts.SUBJECT_GROUPS),
        "subject_count": Count(about="People affected. An estimate is fine; left out means not known."),
        "count_is_estimate": Flag(),
        "record_count": Count(),
        "protected_address": Choice(("yes", "no", "unknown"), about="Anyone with a protected address?"),
        "confidentiality": Choice(facts.CONFIDENTIALITY),
        "integrity": Choice(facts.INTEGRITY),
        "availability": Choice(facts.AVAILABILITY),
        "cause": Choice(facts.CAUSES),
        "return_or_deletion": Choice(facts.RETURNS, about="What is known from unauthorised recipients."),
    }
)
SUB_PROCESSOR = Block({"name": _line(), "country": _line("Country where it processes.")})
DPO = Block(
    {"name": _line(), "phone": Text(30, check=phone_problem), "email": Text(254, check=email_problem)}
)
PROCESSOR = Block(
    {
        "name": _line("Name of the processor."),
        "cvr": Text(8, check=cvr_problem, too_long="cvr_length", about="Danish CVR number, 8 digits."),
        "contract": _line("Contract or system."),
        "own_reference": _line("The processor's own case number.", 80),
        "activity": _lines("Processing activity."),
        "aware_at": When(
            "processor_aware_in_future", about="When the processor became aware (GDPR art. 33(2))."
        ),
        "ongoing": Flag(),
        "dpo": DPO,
        "sub_processor": SUB_PROCESSOR,
        "controllers": Choice(("this_region", "several"), about="Which controllers are affected."),
        "other_controllers": _lines(),
        "place_of_data": _line(),
        "third_country": _line("Third country involved, if any."),
        "consequences": Choices(CONSEQUENCES, about="Likely consequences for the people affected."),
        "consequences_text": _lines(),
        "evidence": _lines("Logs kept and other evidence."),
        "measures_planned": _lines(),
        "notified_others": Choices(OTHERS_TOLD),
        "authorised_to_notify": Flag("May notify Datatilsynet for the controller."),
        "next_update_at": When(
            "update_too_far", days=True, planned=True, about="When the next update comes."
        ),
    },
    required={
        "name": "processor_name_missing",
        "aware_at": "processor_aware_missing",
        "controllers": "controllers_missing",
    },
    about="Needed when kind is processor, refused otherwise (GDPR art. 33(2), art. 28(3)(f)).",
)
REPORT = Block(
    {
        "kind": Choice([kind.value for kind in ReporterKind], about="Who files the report."),
        "controller": Text(
            40,
            about="Short name of the controller that the report is for. Needed where the installation has "
            "several, unless the token is of one; then no other can be named.",
        ),
        "what": Text(
            TEXT_LIMIT, lines=True, too_long="text_too_long", about="What happened. No names, no CPR numbers."
        ),
        "about_self": Flag("A citizen: the reporter's own data are affected."),
        "unit": _line("Staff: unit and function."),
        "occurred": OCCURRED,
        "discovered_at": When("discovered_in_future", days=True),
        "discovered_how": Choice(DISCOVERIES),
        "affected": AFFECTED,
        "containment": _lines("What has been done to stop or limit the breach."),
        "anonymous": Flag("Only for a citizen."),
        "contact": CONTACT,
        "processor": PROCESSOR,
    },
    required={"kind": "kind_missing", "what": "what_missing", "occurred": "when_missing"},
)


def parse_report(value: object, now: datetime) -> ReportInput:
    """Return the report, or raise InvalidInput with every problem at once, each by the path of its field."""
    reading = Reading(now)
    try:
        read = REPORT.read(value, "", reading)
    except Wrong as wrong:
        raise InvalidInput([FieldError("body", wrong.code, wrong.values)]) from None
    _together(read, reading)
    if reading.problems:
        told = _once(reading.problems)
        raise InvalidInput(told, len(told) + reading.count - len(reading.problems))
    occurred = read["occurred"]
    processor = read["processor"] or {}
    kind = OccurredKind(occurred["kind"])
    start, end = occurred["from"], occurred["to"]
    last = end or (start if start is not None and kind is not OccurredKind.PERIOD else None)
    return ReportInput(
        kind=ReporterKind(read["kind"]),
        anonymous=bool(read["anonymous"]),
        occurred=Occurred(kind, start and start.start, last and min(last.end, max(now, last.start))),
        processor_aware_at=processor["aware_at"].start if processor else None,
        facts=facts.from_report(read),
        controller=read["controller"],
        body=_plain(read),
    )


def _once(problems: list[FieldError]) -> list[FieldError]:
    """Keep the first problem of each field: the second is mostly an echo of it."""
    return list({problem.field: problem for problem in reversed(problems)}.values())[::-1]


def _together(read: dict[str, Any], reading: Reading) -> None:
    """Check what only several fields together can break."""
    _check_reporter(read, reading)
    occurred = read["occurred"]
    if occurred is not None:
        _check_times(read, occurred, reading)


def _check_reporter(read: dict[str, Any], reading: Reading) -> None:
    kind, anonymous = read["kind"], bool(read["anonymous"])
    contact = read["contact"] or {}
    if anonymous and kind not in (None, "citizen"):
        reading.wrong("anonymous", "anonymous_citizens_only")
    if anonymous and any(contact.values()):
        reading.wrong("contact", "anonymous_with_contact")
    told = any(problem.field.startswith("contact") for problem in reading.problems)
    if not anonymous and not told and not (contact.get("phone") or contact.get("email")):
        reading.wrong("contact", "contact_missing")
    if kind == "processor" and read["processor"] is None:
        reading.wrong("processor.name", "processor_name_missing")
    if kind not in (None, "processor") and read["processor"] is not None:
        reading.wrong("processor", "processor_only")


def _check_times(read: dict[str, Any], occurred: dict[str, Any], reading: Reading) -> None:
    kind, start, end = occurred["kind"], occurred["from"], occurred["to"]
    if kind in ("exact", "approximate", "period") and start is None:
        reading.wrong("occurred.from", "date_incomplete")
    if kind == "unknown" and (start or end):
        reading.wrong("occurred.from", "time_not_known")
    if kind in ("exact", "approximate") and end:
        reading.wrong("occurred.to", "end_only_for_period")
    if start and end and end.end < start.start:
        same_day = local(end.end).date() == local(start.start).date()
        reading.wrong("occurred.to", "end_clock_before_start" if same_day else "end_before_start")
    if start is not None:
        _check_after(read, start.start - (ABOUT if kind == "approximate" else timedelta()), reading)


def _check_after(read: dict[str, Any], start: datetime, reading: Reading) -> None:
    """Check that what follows on a breach does not come before it."""
    aware_at, discovered_at = (read["processor"] or {}).get("aware_at"), read["discovered_at"]
    if aware_at is not None and aware_at.end < start:
        reading.wrong("processor.aware_at", "aware_before_start")
    if discovered_at is not None and discovered_at.end < start:
        reading.wrong("discovered_at", "discovered_before_start")


def _plain(value: object) -> Any:
    """Return what was read as JSON: only what was given, times in UTC."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, Span):
        return {"from": value.start.isoformat(), "to": value.end.isoformat()}
    return list(value) if isinstance(value, tuple) else value


def json_schema() -> dict[str, Any]:
    """Return the schema of a report (JSON Schema 2020-12), made from the definition that reads it."""
    found = REPORT.schema()
    processor_told = {"required": ["processor"], "properties": {"processor": PROCESSOR.schema()}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report of a personal data breach",
        **found,
        "allOf": [
            {
                "if": {"required": ["kind"], "properties": {"kind": {"const": "processor"}}},
                "then": processor_told,
                "else": {"properties": {"processor": {"type": "null"}}},
            },
            {
                "if": {"required": ["anonymous"], "properties": {"anonymous": {"const": True}}},
                "then": {"properties": {"kind": {"const": "citizen"}}},
                "else": {"required": ["contact"], "properties": {"contact": _reachable()}},
            },
        ],
    }


def _reachable() -> dict[str, Any]:
    given = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "anyOf": [{"required": [name], "properties": {name: given}} for name in ("phone", "email")],
    }


def fields_of(block: Block, path: str = "") -> dict[str, Node]:
    """Return every field of the block by its path, those of blocks within it too."""
    found: dict[str, Node] = {}
    for name, node in block.fields.items():
        here = f"{path}.{name}" if path else name
        found[here] = node
        if isinstance(node, Block):
            found |= fields_of(node, here)
    return found
