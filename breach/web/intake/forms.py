"""The report form, one class a step. Labels are `report.label.*`, hints `report.hint.*`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from breach.domain.states import CONSEQUENCES
from breach.domain.values import LONGEST_LINE
from breach.services.intake import report_facts as facts
from breach.services.intake.report import DISCOVERIES, OTHERS_TOLD, SHORT_LIMIT, TEXT_LIMIT
from breach.web.parts.forms import BaseForm, Limit, LongTextField, ManyOf, OneOf, Required, TextField
from breach.web.parts.language import t
from breach.web.parts.moments import ClockTimeField, DatePartsField, FoldField

NOT_KNOWN = "not_known"
YES_NO = [("yes", "common.yes"), ("no", "common.no"), (NOT_KNOWN, "common.not_known")]
CITIZENS_KINDS = (
    "identity",
    "contact",
    "national_id",
    "health",
    "social_matters",
    "financial",
    "photo_video",
)
"""What a citizen chooses among; staff and processors see every kind."""


def _line(name: str, *validators: object, hint: bool = False, limit: int = LONGEST_LINE) -> TextField:
    return TextField(
        f"report.label.{name}",
        description=f"report.hint.{name}" if hint else "",
        validators=[*validators, Limit(limit)],
    )


def _lines(name: str, *, hint: bool = False) -> LongTextField:
    hinted = f"report.hint.{name}" if hint else ""
    return LongTextField(f"report.label.{name}", description=hinted, validators=[Limit(SHORT_LIMIT)])


def _fact(name: str, values: Sequence[str]) -> OneOf:
    choices = [(value, f"facts.value.{name}.{value}") for value in values]
    return OneOf(f"facts.question.{name}", choices=[*choices, (NOT_KNOWN, "common.not_known")])


def _kinds(name: str, values: Sequence[str], *validators: object) -> ManyOf:
    choices = [(value, f"facts.value.{name}.{value}") for value in values if value != "unknown"]
    return ManyOf(
        f"facts.question.{name}", choices=[*choices, ("unknown", "common.not_known")], validators=validators
    )


def _day(name: str, *, hint: bool = False) -> DatePartsField:
    return DatePartsField(f"report.label.{name}", description=f"report.hint.{name}" if hint else "")


def _breach_day(name: str) -> DatePartsField:
    return DatePartsField(f"report.label.{name}", incomplete="errors.date_incomplete")


def _clock() -> ClockTimeField:
    return ClockTimeField("report.label.clock", description="common.time.hint")


def _fold() -> FoldField:
    return FoldField("common.time.which")


NOT_OPTIONAL = frozenset(
    {
        "kind",
        "controller",
        "processor_name",
        "processor_controllers",
        "what",
        "occurred_kind",
        "exact",
        "approximate",
        "start",
        "aware",
        "aware_clock",
        "affected_data_categories",
        "contact_phone",
        "contact_email",
    }
)
"""Fields that somebody has to fill in: their labels do not say "optional"."""


class StepForm(BaseForm):
    """A step; `only_for` names the kinds of reporter that see a field, all others see it not."""

    only_for: Mapping[str, frozenset[str]] = {}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in NOT_OPTIONAL & set(self._fields):
            self[name].flags.plain_label = True

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that no time of day stands without its date: it would say nothing."""
        fine = bool(super().validate(extra_validators))
        for field in self:
            clock = self._fields.get(f"{field.name}_clock")
            if clock is not None and clock.raw and not any(field.parts.values()):
                field.errors, fine = [t("errors.clock_without_date")], False
        return fine

    def keep_fields_of(self, kind: str) -> None:
        """Take away the fields that this kind of reporter is not asked."""
        for name, kinds in self.only_for.items():
            if kind not in kinds:
                del self[name]


STAFF = frozenset({"staff", "processor"})
PROCESSOR = frozenset({"processor"})


class WhoForm(StepForm):
    """Step 1: who reports."""

    as_processor = BooleanField("report.label.as_processor", description="report.hint.as_processor")
    processor_name = _line("processor_name")
    processor_cvr = _line("processor_cvr", limit=20)
    processor_contract = _line("processor_contract")
    processor_own_reference = _line("processor_own_reference", limit=80)
    processor_controllers = OneOf(
        "report.label.processor_controllers",
        choices=[(value, f"report.controllers.{value}") for value in ("this_region", "several")],
    )
    processor_other_controllers = _lines("processor_other_controllers")
    kind = OneOf(
        "report.label.kind",
        description="report.hint.kind",
        choices=[(kind, f"report.kind.{kind}") for kind in ("citizen", "staff", "other")],
    )
    anonymous = BooleanField("report.label.anonymous", description="report.hint.anonymous")
    unit = _line("unit")
    controller = OneOf("report.label.controller", choices=[], validators=[Required("errors.region_missing")])


class WhatForm(StepForm):
    """Step 2: what happened."""

    what = LongTextField(
        "report.label.what",
        description="report.hint.what",
        validators=[Required("errors.what_missing"), Limit(TEXT_LIMIT, "errors.text_too_long")],
    )
    about_self = OneOf("report.label.about_self", choices=YES_NO)
    affected_confidentiality = _fact("confidentiality", facts.CONFIDENTIALITY)
    affected_integrity = _fact("integrity", facts.INTEGRITY)
    affected_availability = _fact("availability", facts.AVAILABILITY)
    affected_cause = _fact("cause", facts.CAUSES)
    processor_activity = _lines("processor_activity")
    processor_place_of_data = _line("processor_place_of_data")
    processor_third_country = _line("processor_third_country")
    processor_sub_processor_name = _line("processor_sub_processor_name")
    processor_sub_processor_country = _line("processor_sub_processor_country")

    only_for = {  # noqa: RUF012  a table, never changed
        "about_self": frozenset({"citizen"}),
        **{f"affected_{name}": STAFF for name in ("confidentiality", "integrity", "availability", "cause")},
        **dict.fromkeys(
            (
                "processor_activity",
                "processor_place_of_data",
                "processor_third_country",
                "processor_sub_processor_name",
                "processor_sub_processor_country",
            ),
            PROCESSOR,
        ),
    }


class WhenForm(StepForm):
    """Step 3: when it happened, was found, and became known to a processor."""

    occurred_kind = OneOf(
        "report.label.occurred_kind",
        description="report.hint.occurred_kind",
        choices=[(kind, f"report.occurred.{kind}") for kind in ("exact", "approximate", "period", "unknown")],
        validators=[Required("errors.when_missing")],
    )
    exact, exact_clock, exact_fold = _breach_day("day"), _clock(), _fold()
    approximate, approximate_clock, approximate_fold = _breach_day("day"), _clock(), _fold()
    start, start_clock, start_fold = _breach_day("start"), _clock(), _fold()
    end, end_clock, end_fold = _day("end", hint=True), _clock(), _fold()
    aware, aware_clock, aware_fold = _day("processor_aware_at", hint=True), _clock(), _fold()
    processor_ongoing = OneOf("report.label.processor_ongoing", choices=YES_NO)
    discovered, discovered_clock, discovered_fold = _day("discovered_at"), _clock(), _fold()
    discovered_how = OneOf(
        "report.label.discovered_how",
        choices=[(value, f"report.discovered.{value}") for value in DISCOVERIES],
    )

    only_for = {  # noqa: RUF012  a table, never changed
        **dict.fromkeys(("aware", "aware_clock", "aware_fold", "processor_ongoing"), PROCESSOR),
        **dict.fromkeys(("discovered", "discovered_clock", "discovered_fold", "discovered_how"), STAFF),
    }


class PeopleForm(StepForm):
    """Step 4: whom and which data it is about."""

    affected_data_categories = _kinds(
        "data_categories", facts.DATA_CATEGORIES, Required("errors.data_kinds_missing")
    )
    affected_subject_groups = _kinds("subject_groups", facts.SUBJECT_GROUPS)
    affected_subject_count = TextField(
        "facts.question.subject_count", description="report.hint.count", validators=[Limit(20)]
    )
    affected_count_is_estimate = BooleanField("report.label.affected_count_is_estimate")
    affected_record_count = TextField("report.label.affected_record_count", validators=[Limit(20)])
    affected_protected_address = OneOf(
        "report.label.affected_protected_address",
        description="report.hint.affected_protected_address",
        choices=[("yes", "common.yes"), ("no", "common.no"), ("unknown", "common.not_known")],
    )

    only_for = {  # noqa: RUF012  a table, never changed
        "affected_subject_groups": frozenset({"staff", "processor", "other"}),
        "affected_record_count": PROCESSOR,
    }

    def keep_fields_of(self, kind: str) -> None:
        """Give citizens the short list of kinds of data."""
        super().keep_fields_of(kind)
        if kind == "citizen":
            offered = [
                (value, f"facts.value.data_categories.{value}") for value in (*CITIZENS_KINDS, "other")
            ]
            self.affected_data_categories.choices = [*offered, ("unknown", "common.not_known")]


class DoneForm(StepForm):
    """Step 5: what has been done about it."""

    containment = _lines("containment", hint=True)
    affected_return_or_deletion = _fact("return_or_deletion", facts.RETURNS)
    processor_consequences = ManyOf(
        "report.label.processor_consequences",
        choices=[(value, f"report.consequence.{value}") for value in CONSEQUENCES],
    )
    processor_consequences_text = _lines("processor_consequences_text")
    processor_evidence = _lines("processor_evidence", hint=True)
    processor_measures_planned = _lines("processor_measures_planned")
    processor_notified_others = ManyOf(
        "report.label.processor_notified_others",
        choices=[(value, f"report.told.{value}") for value in OTHERS_TOLD],
    )
    processor_authorised_to_notify = OneOf("report.label.processor_authorised_to_notify", choices=YES_NO)
    update, update_clock, update_fold = _day("processor_next_update_at"), _clock(), _fold()

    only_for = {  # noqa: RUF012  a table, never changed
        "affected_return_or_deletion": STAFF,
        **dict.fromkeys(
            (
                "processor_consequences",
                "processor_consequences_text",
                "processor_evidence",
                "processor_measures_planned",
                "processor_notified_others",
                "processor_authorised_to_notify",
                "update",
                "update_clock",
                "update_fold",
            ),
            PROCESSOR,
        ),
    }


class ContactForm(StepForm):
    """Step 6: whom to call."""

    contact_name = _line("contact_name")
    contact_phone = _line("contact_phone", limit=30)
    contact_email = _line("contact_email", limit=254)
    processor_dpo_name = _line("processor_dpo_name")
    processor_dpo_phone = _line("processor_dpo_phone", limit=30)
    processor_dpo_email = _line("processor_dpo_email", limit=254)

    only_for = dict.fromkeys(("processor_dpo_name", "processor_dpo_phone", "processor_dpo_email"), PROCESSOR)


STEPS: Mapping[str, type[StepForm]] = {
    "who": WhoForm,
    "what": WhatForm,
    "when": WhenForm,
    "people": PeopleForm,
    "done": DoneForm,
    "contact": ContactForm,
}

Content = dict[str, dict[str, list[str]]]
"""A draft: step -> field -> what was typed, exactly as the browser sent it."""


@dataclass(frozen=True)
class Regions:
    """The controllers that take reports, as (short name, name), and the short name of the reporter's own."""

    offered: tuple[tuple[str, str], ...]
    own: str | None = None


def kind_of(content: Content) -> str:
    """Return the kind of reporter that step 1 says; an empty string while it says none."""
    who = content.get("who", {})
    if who.get("as_processor"):
        return "processor"
    return (who.get("kind") or [""])[0]


def is_anonymous(content: Content) -> bool:
    """Tell whether a citizen chose to say nothing of who they are."""
    return kind_of(content) == "citizen" and bool(content.get("who", {}).get("anonymous"))


def make_form(step: str, content: Content, regions: Regions, typed: Any = None) -> Any:
    """Return the form of a step with what was typed now, else with what the draft holds."""
    if typed is not None:
        form = STEPS[step](formdata=typed)
    else:
        form = STEPS[step](formdata=_typed(content, step), meta={"csrf": False})
    if step == "who":
        _offer(form, regions)
    else:
        form.keep_fields_of(kind_of(content))
    return form


def _typed(content: Content, step: str) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, values in content.get(step, {}).items() for value in values])


def _offer(form: StepForm, regions: Regions) -> None:
    """Ask for the region where there are several; only a reporter's own is chosen beforehand."""
    if len(regions.offered) < 2:
        del form["controller"]
        return
    form["controller"].choices = list(regions.offered)
    if form["controller"].data is None:
        form["controller"].data = regions.own
