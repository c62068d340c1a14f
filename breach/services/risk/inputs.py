"""Input models of the steps of the risk assessment and the decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict

from breach.domain.errors import FieldError
from breach.domain.risk import FactsError, Outcome
from breach.domain.risk.facts import BOOLEAN_FACTS, COUNT_FACTS, ENUM_FACTS, FACTS_VERSION, SET_FACTS
from breach.domain.risk.reading import read_fact
from breach.domain.spans import Span
from breach.domain.states import CONSEQUENCES
from breach.domain.values import LONGEST_TEXT
from breach.services.cases.inputs import CONTAINED_AT, IN_ENGLISH
from breach.services.field_types import Choice, Choices, Count, FieldType, Flag, Text, Wrong
from breach.services.schema import (
    Input,
    Line,
    OptionalLine,
    OptionalParagraphs,
    Paragraphs,
    Part,
    StepInput,
)

OUTCOMES = tuple(outcome.value for outcome in Outcome)


@dataclass(frozen=True)
class Fact(FieldType):
    """A fact of the risk assessment: held to the vocabulary of the domain, kept as it was sent."""

    name: str

    def read(self, value: object, now: datetime) -> Any:
        try:
            read_fact(self.name, value)
        except FactsError as error:
            raise Wrong(error.problem, **error.values) from error
        return value

    def schema(self) -> dict[str, Any]:
        return _kind_of(self.name).schema()


def _kind_of(name: str) -> FieldType:
    """Return the type that describes the values of a fact."""
    if name in ENUM_FACTS:
        return Choice([str(one.value) for one in ENUM_FACTS[name]])
    if name in SET_FACTS:
        return Choices([str(one.value) for one in SET_FACTS[name]])
    if name in BOOLEAN_FACTS:
        return Flag()
    return Count() if name in COUNT_FACTS else Text(LONGEST_TEXT)


class FactsInput(Input):
    """The facts of the risk assessment; what is left out or null is not known yet."""

    model_config = ConfigDict(json_schema_extra={"required": ["data_categories"], "x-version": FACTS_VERSION})
    unknown_key: ClassVar[str] = "unknown_fact"

    data_categories: Annotated[Sequence[str], Fact("data_categories", missing="not_a_list")] = ()
    scenario: Annotated[str, Fact("scenario", missing="not_text")] = ""
    confidentiality: Annotated[str | None, Fact("confidentiality")] = None
    integrity: Annotated[str | None, Fact("integrity")] = None
    availability: Annotated[str | None, Fact("availability")] = None
    cause: Annotated[str | None, Fact("cause")] = None
    insight: Annotated[str | None, Fact("insight")] = None
    identifiability: Annotated[str | None, Fact("identifiability")] = None
    subject_count: Annotated[int | None, Fact("subject_count")] = None
    subject_groups: Annotated[Sequence[str] | None, Fact("subject_groups")] = None
    recipient_count: Annotated[int | None, Fact("recipient_count")] = None
    recipients_bound_by_secrecy: Annotated[bool | None, Fact("recipients_bound_by_secrecy")] = None
    return_or_deletion: Annotated[str | None, Fact("return_or_deletion")] = None
    recipient_relation: Annotated[str | None, Fact("recipient_relation")] = None
    recipient_opened: Annotated[str | None, Fact("recipient_opened")] = None
    deleted_at_once: Annotated[bool | None, Fact("deleted_at_once")] = None
    recipient_proof: Annotated[str | None, Fact("recipient_proof")] = None
    access_log: Annotated[str | None, Fact("access_log")] = None
    protection: Annotated[str | None, Fact("protection")] = None
    credentials_hashed: Annotated[bool | None, Fact("credentials_hashed")] = None
    backup: Annotated[str | None, Fact("backup")] = None
    service_impact: Annotated[str | None, Fact("service_impact")] = None
    altered_data_use: Annotated[str | None, Fact("altered_data_use")] = None
    undetected_days: Annotated[int | None, Fact("undetected_days")] = None
    already_public: Annotated[bool | None, Fact("already_public")] = None
    recipients_per_person: Annotated[int | None, Fact("recipients_per_person")] = None
    way: Annotated[str | None, Fact("way")] = None
    made_by: Annotated[str | None, Fact("made_by")] = None

    def missing(self) -> str:
        """Return the error code if the facts are not complete enough to be assessed, else ''."""
        if self.data_categories:
            return ""
        return "empty" if "data_categories" in self.model_fields_set else "missing"


class FactsStepInput(StepInput):
    """A step that takes the facts, all of them."""

    facts: Annotated[FactsInput, Part()]

    def faults(self, found: Sequence[FieldError]) -> Iterable[FieldError]:
        """Return the error that the kinds of data are missing, if the facts have no other error."""
        if not any(one.field.startswith("facts") for one in found) and (code := self.facts.missing()):
            yield FieldError("facts.data_categories", code)


class ProposalInput(StepInput):
    """What the case handler proposes, with the account of the breach where it is given."""

    outcome: Annotated[str, Choice(OUTCOMES)]
    reasoning: Paragraphs
    deviation_reason: OptionalParagraphs = None
    exemption_ground: OptionalLine = None
    exemption_evidence: OptionalParagraphs = None
    summary: OptionalParagraphs = None
    measures: OptionalParagraphs = None
    in_english: Annotated[bool | None, IN_ENGLISH] = None
    summary_en: OptionalParagraphs = None
    measures_en: OptionalParagraphs = None
    consequences: Annotated[tuple[str, ...] | None, Choices(CONSEQUENCES)] = None
    contained: Annotated[bool | None, Flag()] = None
    contained_at: Annotated[Span | None, CONTAINED_AT] = None


class DecideInput(StepInput):
    """The proposal that was read and is decided."""

    proposal_sha256: Line
    comment: OptionalParagraphs = None
