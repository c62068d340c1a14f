"""The questions of the risk assessment as a form, made from the vocabulary of the facts."""

from collections.abc import Mapping
from typing import Any

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.risk.facts import BOOLEAN_FACTS, COUNT_FACTS, ENUM_FACTS, SET_FACTS, is_asked
from breach.web.parts.counts import whole_number
from breach.web.parts.forms import ManyOf, OneOf, TextField
from breach.web.parts.step_form import Plain, StepForm

NOT_KNOWN = "not_known"
_YES_NO: Mapping[Any, str] = {True: "yes", False: "no"}
GROUPS: Mapping[str, tuple[str, ...]] = {
    "data": ("data_categories", "insight", "identifiability"),
    "people": ("subject_groups", "subject_count"),
    "access": (
        "confidentiality",
        "recipient_count",
        "recipients_per_person",
        "recipients_bound_by_secrecy",
        "return_or_deletion",
        "recipient_relation",
        "recipient_opened",
        "deleted_at_once",
        "recipient_proof",
        "access_log",
        "protection",
        "credentials_hashed",
        "already_public",
    ),
    "effect": ("integrity", "availability", "backup", "service_impact", "altered_data_use"),
    "cause": ("way", "made_by", "cause", "undetected_days"),
}

HINTS: Mapping[str, str] = {
    "recipients_bound_by_secrecy": "risk.hint.recipients_bound_by_secrecy",
    "recipient_relation": "risk.hint.recipient_relation",
    "recipient_proof": "risk.hint.recipient_proof",
    "access_log": "risk.hint.access_log",
    "altered_data_use": "risk.hint.altered_data_use",
    **dict.fromkeys(COUNT_FACTS, "risk.hint.count"),
}
"""The text under the question about a fact."""


def question_key(name: str) -> str:
    """Return the text key of the question about a fact."""
    return f"risk.facts.question.{name}"


def value_key(name: str, value: object) -> str:
    """Return the text key of a value of a fact."""
    if isinstance(value, bool):
        return "common.yes" if value else "common.no"
    if value is None or value == "unknown":
        return "common.not_known"
    return f"risk.facts.value.{name}.{value}"


class FactsForm(StepForm):
    """All facts; what is left out, or said to be not known yet, is unknown."""

    def facts(self, scenario: str | None = None) -> dict[str, Any]:
        """Return the facts as the risk model reads them; raise InvalidInput for a count that is no number."""
        found: dict[str, Any] = {name: list(self[name].data or ()) for name in SET_FACTS}
        found |= {name: _known(self[name].data) for name in ENUM_FACTS}
        found |= {name: {"yes": True, "no": False}.get(self[name].data or "") for name in BOOLEAN_FACTS}
        found |= {name: whole_number(self[name].data) for name in COUNT_FACTS}
        wrong = [
            FieldError(name, "whole_number")
            for name in COUNT_FACTS
            if (self[name].data or "").strip() and found[name] is None
        ]
        if not found["data_categories"]:
            wrong.append(FieldError("data_categories", "data_kinds_missing"))
        if wrong:
            raise InvalidInput(wrong)
        if scenario:
            found["scenario"] = scenario
        return {n: value for n, value in found.items() if value not in (None, []) and is_asked(n, found)}


def _known(value: str | None) -> str | None:
    return None if value == NOT_KNOWN else value


def answers(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored facts as the form shows them."""
    shown: dict[str, Any] = {name: list(facts.get(name, ())) for name in SET_FACTS}
    shown |= {name: facts.get(name) or NOT_KNOWN for name in ENUM_FACTS}
    shown |= {name: _YES_NO.get(facts.get(name), NOT_KNOWN) for name in BOOLEAN_FACTS}
    shown |= {name: "" if facts.get(name) is None else str(facts[name]) for name in COUNT_FACTS}
    return shown


def _add_fields() -> None:
    """Give the form a field for every fact, in the order of the groups."""
    for name in (name for names in GROUPS.values() for name in names):
        hint = HINTS.get(name, "")
        if name in ENUM_FACTS:
            values = [(str(item.value), value_key(name, item.value)) for item in ENUM_FACTS[name]]
            values.append((NOT_KNOWN, "common.not_known"))
            field = OneOf(question_key(name), choices=values, description=hint, validators=[Plain()])
        elif name in SET_FACTS:
            values = [(str(item.value), value_key(name, item.value)) for item in SET_FACTS[name]]
            field = ManyOf(question_key(name), choices=values, validators=[Plain()])
        elif name in BOOLEAN_FACTS:
            answer = [("yes", "common.yes"), ("no", "common.no"), (NOT_KNOWN, "common.not_known")]
            field = OneOf(question_key(name), choices=answer, description=hint, validators=[Plain()])
        else:
            field = TextField(question_key(name), description=hint, validators=[Plain()])
        setattr(FactsForm, name, field)


_add_fields()
