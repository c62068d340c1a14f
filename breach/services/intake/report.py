"""What a reporter files: one schema for the form and the API, read strictly into a ReportInput."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from breach.domain import telephone
from breach.domain.danish_time import local
from breach.domain.errors import FieldError
from breach.domain.spans import Span
from breach.domain.states import CONSEQUENCES, OccurredKind, ReporterKind
from breach.domain.values import LONGEST_LINE, LONGEST_TEXT
from breach.services import schema
from breach.services.checks import cvr_digits, cvr_problem, email_problem
from breach.services.field_types import Choice, Choices, Count, Flag, Text, When
from breach.services.intake import report_facts as facts
from breach.services.schema import Input, Part, read

TEXT_LIMIT = LONGEST_TEXT
SHORT_LIMIT = 2000
LONGEST_PHONE = 60
ABOUT = timedelta(days=1)  # how far an approximate time may be off before it is held against another
DISCOVERIES = ("own_detection", "processor", "affected_person", "outsider", "press", "other")
OTHERS_NOTIFIED = ("authority", "police", "csirt", "persons", "none")


def _conditions(found: dict[str, Any]) -> None:
    """Add to the schema what only several fields together can break."""
    processor, _ = found["properties"]["processor"]["anyOf"]
    found["allOf"] = [
        {
            "if": {"required": ["kind"], "properties": {"kind": {"const": "processor"}}},
            "then": {"required": ["processor"], "properties": {"processor": processor}},
            "else": {"properties": {"processor": {"type": "null"}}},
        },
        {
            "if": {"required": ["anonymous"], "properties": {"anonymous": {"const": True}}},
            "then": {"properties": {"kind": {"const": "citizen"}}},
            "else": {"required": ["contact"], "properties": {"contact": _reachable()}},
        },
    ]


def _reachable() -> dict[str, Any]:
    given = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "anyOf": [{"required": [name], "properties": {name: given}} for name in ("phone", "email")],
    }


Name = Annotated[str | None, Text(LONGEST_LINE)]
Note = Annotated[str | None, Text(SHORT_LIMIT, lines=True)]
Phone = Annotated[str | None, Text(LONGEST_PHONE, check=telephone.problem)]
Email = Annotated[str | None, Text(254, check=email_problem)]


class ContactInput(Input):
    """Whom to call. Phone or e-mail is needed, unless a citizen files anonymously."""

    name: Name = None
    phone: Phone = None
    email: Email = None


class OccurredInput(Input):
    """When the breach happened, and how well that is known; a period may have no end yet."""

    kind: Annotated[str, Choice([kind.value for kind in OccurredKind], missing="when_missing")]
    start: Annotated[
        Span | None,
        When("date_in_future", days=True, about="A time with its offset, or a date in Danish time."),
    ] = Field(None, alias="from")
    end: Annotated[
        Span | None,
        When("date_in_future", days=True, about="Only for a period; left out while the breach goes on."),
    ] = Field(None, alias="to")

    @property
    def last(self) -> Span | None:
        """The last time that is meant; None while a period goes on or none is known."""
        return self.end or (None if self.kind == "period" else self.start)


class AffectedInput(Input):
    """What was affected, and how; what is left out is not known."""

    data_categories: Annotated[tuple[str, ...] | None, Choices(facts.DATA_CATEGORIES)] = None
    subject_groups: Annotated[tuple[str, ...] | None, Choices(facts.SUBJECT_GROUPS)] = None
    subject_count: Annotated[
        int | None, Count(about="People affected. An estimate is fine; left out means not known.")
    ] = None
    count_is_estimate: Annotated[bool | None, Flag()] = None
    record_count: Annotated[int | None, Count()] = None
    protected_address: Annotated[
        str | None, Choice(("yes", "no", "unknown"), about="Anyone with a protected address?")
    ] = None
    confidentiality: Annotated[str | None, Choice(facts.CONFIDENTIALITY)] = None
    integrity: Annotated[str | None, Choice(facts.INTEGRITY)] = None
    availability: Annotated[str | None, Choice(facts.AVAILABILITY)] = None
    cause: Annotated[str | None, Choice(facts.CAUSES)] = None
    return_or_deletion: Annotated[
        str | None, Choice(facts.RETURNS, about="What is known from unauthorised recipients.")
    ] = None
    recipient_relation: Annotated[
        str | None, Choice(facts.RELATIONS, about="Who the recipients are; of several the last that fits.")
    ] = None
    recipient_opened: Annotated[
        str | None, Choice(facts.OPENED, about="Whether the recipients opened what they got.")
    ] = None
    deleted_at_once: Annotated[bool | None, Flag(about="The recipients deleted or returned it at once.")] = (
        None
    )


class SubProcessorInput(Input):
    """A processor of the processor (GDPR art. 28(2))."""

    name: Name = None
    country: Annotated[str | None, Text(LONGEST_LINE, about="Country where it processes.")] = None


class DpoInput(Input):
    """The data protection officer of the processor."""

    name: Name = None
    phone: Phone = None
    email: Email = None


class ProcessorInput(Input):
    """Needed when kind is processor, refused otherwise (GDPR art. 33(2), art. 28(3)(f))."""

    name: Annotated[str, Text(LONGEST_LINE, missing="processor_name_missing", about="Name of the processor.")]
    cvr: Annotated[
        str | None,
        Text(
            20,
            plain=cvr_digits,
            check=cvr_problem,
            too_long="cvr_length",
            about="Danish CVR number, 8 digits; blanks, dashes and DK before them are left out.",
        ),
    ] = None
    contract: Annotated[str | None, Text(LONGEST_LINE, about="Contract or system.")] = None
    own_reference: Annotated[str | None, Text(80, about="The processor's own case number.")] = None
    activity: Annotated[str | None, Text(SHORT_LIMIT, lines=True, about="Processing activity.")] = None
    aware_at: Annotated[
        Span,
        When(
            "processor_aware_in_future",
            missing="processor_aware_missing",
            about="When the processor became aware (GDPR art. 33(2)).",
        ),
    ]
    ongoing: Annotated[bool | None, Flag()] = None
    dpo: Annotated[DpoInput | None, Part()] = None
    sub_processor: Annotated[SubProcessorInput | None, Part()] = None
    controllers: Annotated[
        str,
        Choice(
            ("this_region", "several"),
            missing="controllers_missing",
            about="Which controllers are affected.",
        ),
    ]
    other_controllers: Note = None
    place_of_data: Name = None
    third_country: Annotated[str | None, Text(LONGEST_LINE, about="Third country involved, if any.")] = None
    consequences: Annotated[
        tuple[str, ...] | None,
        Choices(CONSEQUENCES, about="Likely consequences for the people affected."),
    ] = None
    consequences_text: Note = None
    evidence: Annotated[str | None, Text(SHORT_LIMIT, lines=True, about="Logs kept and other evidence.")] = (
        None
    )
    measures_planned: Note = None
    notified_others: Annotated[tuple[str, ...] | None, Choices(OTHERS_NOTIFIED)] = None
    authorised_to_notify: Annotated[
        bool | None, Flag(about="May notify Datatilsynet for the controller.")
    ] = None
    next_update_at: Annotated[
        Span | None, When("update_too_far", days=True, planned=True, about="When the next update comes.")
    ] = None


class ReportInput(Input):
    """What a reporter files, from the form, the API or a file."""

    model_config = ConfigDict(title="Report of a personal data breach", json_schema_extra=_conditions)

    kind: Annotated[
        str,
        Choice([kind.value for kind in ReporterKind], missing="kind_missing", about="Who files the report."),
    ]
    controller: Annotated[
        str | None,
        Text(
            40,
            about="Short name of the controller that the report is for. Needed where the installation has "
            "several, unless the token is of one; then no other can be named.",
        ),
    ] = None
    what: Annotated[
        str,
        Text(
            TEXT_LIMIT,
            lines=True,
            too_long="text_too_long",
            missing="what_missing",
            about="What happened. No names, no CPR numbers.",
        ),
    ]
    about_self: Annotated[bool | None, Flag(about="A citizen: the reporter's own data are affected.")] = None
    unit: Annotated[str | None, Text(LONGEST_LINE, about="Staff: unit and function.")] = None
    occurred: Annotated[OccurredInput, Part(missing="when_missing")]
    discovered_at: Annotated[Span | None, When("discovered_in_future", days=True)] = None
    discovered_how: Annotated[str | None, Choice(DISCOVERIES)] = None
    affected: Annotated[AffectedInput | None, Part()] = None
    called_at: Annotated[
        Span | None,
        When(
            "called_in_future",
            about="When a call came in that this report writes down. The 72 hours run from it.",
        ),
    ] = None
    containment: Annotated[
        str | None,
        Text(SHORT_LIMIT, lines=True, about="What has been done to stop or limit the breach."),
    ] = None
    anonymous: Annotated[bool | None, Flag(about="Only for a citizen.")] = None
    contact: Annotated[ContactInput | None, Part()] = None
    processor: Annotated[ProcessorInput | None, Part()] = None

    def faults(self, is_wrong: Sequence[FieldError]) -> Iterator[FieldError]:
        """Return what only several fields together can break."""
        yield from _reporter_faults(self)
        yield from _contact_faults(self, is_wrong)
        if self.occurred:
            yield from _time_faults(self.occurred)
            yield from _order_faults(self, self.occurred)

    @property
    def reporter(self) -> ReporterKind:
        """Who files the report."""
        return ReporterKind(self.kind)

    @property
    def body(self) -> dict[str, Any]:
        """The report as it is stored: what was given, times in UTC, personal data included."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The facts, as stored on the case."""
        return facts.from_report(vars(self.affected) if self.affected else {})


def parse_report(value: object, now: datetime) -> ReportInput:
    """Return the report, or raise InvalidInput with every problem at once, each by the path of its field."""
    return read(ReportInput, value, now)


def _reporter_faults(report: ReportInput) -> Iterator[FieldError]:
    """Hold what may be said against who says it."""
    if report.anonymous and report.kind not in (None, "citizen"):
        yield FieldError("anonymous", "anonymous_citizens_only")
    if report.kind == "processor" and report.processor is None:
        yield FieldError("processor.name", "processor_name_missing")
    if report.kind not in (None, "processor") and report.processor is not None:
        yield FieldError("processor", "processor_only")


def _contact_faults(report: ReportInput, is_wrong: Sequence[FieldError]) -> Iterator[FieldError]:
    """Ask for a telephone number or an e-mail address, and for none of one who stays anonymous."""
    contact = report.contact or ContactInput.model_construct()
    if report.anonymous and (contact.name or contact.phone or contact.email):
        yield FieldError("contact", "anonymous_with_contact")
    is_told = any(one.field.startswith("contact") for one in is_wrong)
    if not report.anonymous and not is_told and not (contact.phone or contact.email):
        yield FieldError("contact", "contact_missing")


def _time_faults(occurred: OccurredInput) -> Iterator[FieldError]:
    """Hold the times of the breach against how well they are said to be known, and against each other."""
    kind, start, end = occurred.kind, occurred.start, occurred.end
    if kind in ("exact", "approximate", "period") and start is None:
        yield FieldError("occurred.from", "date_incomplete")
    if kind == "unknown" and (start or end):
        yield FieldError("occurred.from", "time_not_known")
    if kind in ("exact", "approximate") and end:
        yield FieldError("occurred.to", "end_only_for_period")
    if start and end and end.end < start.start:
        same_day = local(end.end).date() == local(start.start).date()
        yield FieldError("occurred.to", "end_clock_before_start" if same_day else "end_before_start")


def _order_faults(report: ReportInput, occurred: OccurredInput) -> Iterator[FieldError]:
    """Hold that what follows on a breach does not come before it."""
    if occurred.start is None:
        return
    start = occurred.start.start - (ABOUT if occurred.kind == "approximate" else timedelta())
    aware_at = report.processor.aware_at if report.processor else None
    if aware_at and aware_at.end < start:
        yield FieldError("processor.aware_at", "aware_before_start")
    if report.discovered_at and report.discovered_at.end < start:
        yield FieldError("discovered_at", "discovered_before_start")
    if report.called_at and report.called_at.end < start:
        yield FieldError("called_at", "called_before_start")


def json_schema() -> dict[str, Any]:
    """Return the schema of a report (JSON Schema 2020-12), made from the model that reads it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema.json_schema(ReportInput)}
