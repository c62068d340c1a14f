"""The report form, one class a step. Labels are `intake.label.*`, hints `intake.hint.*`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, Field

from breach.services.intake.report import ReportInput
from breach.web.parts.forms import BaseForm, OneOf, Required
from breach.web.parts.language import t
from breach.web.parts.made_fields import UNSAID, field_of, fills
from breach.web.parts.moments import ClockTimeField, FoldField

ANSWERS = {"yes": "common.yes", "no": "common.no", "unknown": "common.not_known"}
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


def _field(path: str, *validators: object, key: str = "", hint: bool = False, **kwargs: Any) -> Any:
    """Return the field for a field of the report; key: of its label and hint, where that is not its path."""
    key = key or path.replace(".", "_")
    hinted = f"intake.hint.{key}" if hint else ""
    mark = fills(ReportInput, path)
    return field_of(mark, f"intake.label.{key}", *validators, description=hinted, **kwargs)


def _fact(name: str, *validators: object, hint: str = "", **kwargs: Any) -> Any:
    """Return the field for what was affected that is a fact of the risk assessment as well."""

    def words(value: str) -> str:
        return "common.not_known" if value == "unknown" else f"risk.facts.value.{name}.{value}"

    mark = fills(ReportInput, f"affected.{name}")
    label = f"risk.facts.question.{name}"
    return field_of(mark, label, *validators, description=hint, words=words, **kwargs)


def _tick(path: str, *, hint: bool = False) -> BooleanField:
    key = path.replace(".", "_")
    hinted = f"intake.hint.{key}" if hint else ""
    return BooleanField(f"intake.label.{key}", description=hinted, validators=[fills(ReportInput, path)])


def _under(start: str) -> Callable[[str], str]:
    """Return what gives the text key of a choice."""
    return lambda value: f"{start}.{value}"


def _breach_day(path: str, key: str) -> Any:
    return _field(path, key=key, incomplete="errors.date_incomplete")


def _clock() -> ClockTimeField:
    return ClockTimeField("intake.label.clock", description="common.time.hint")


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
    """A step.

    only_for: the kinds of reporter that see a field, all others see it not
    unread: fields of choices that were not made; nobody sees them, so they are neither read nor checked
    """

    only_for: Mapping[str, frozenset[str]] = {}
    unread: frozenset[str] = frozenset()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in NOT_OPTIONAL & set(self._fields):
            self[name].flags.plain_label = True

    def answered(self) -> Iterator[Field]:
        """Yield the fields that are read."""
        return (field for field in self if field.name not in self.unread)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field that is read, and that no time of day stands without its date."""
        super().validate(extra_validators)
        for field in self:
            clock = self._fields.get(f"{field.name}_clock")
            if clock is not None and clock.raw and not any(field.parts.values()):
                field.errors = [t("errors.clock_without_date")]
        for name in self.unread & set(self._fields):
            self[name].errors = []
        return not self.errors

    def keep_fields_of(self, kind: str) -> None:
        """Take away the fields that this kind of reporter is not asked."""
        for name, kinds in self.only_for.items():
            if kind not in kinds:
                del self[name]


STAFF = frozenset({"staff", "processor"})
PROCESSOR = frozenset({"processor"})


class WhoForm(StepForm):
    """Step 1: who reports."""

    as_processor = BooleanField("intake.label.as_processor", description="intake.hint.as_processor")
    processor_name = _field("processor.name")
    processor_cvr = _field("processor.cvr")
    processor_contract = _field("processor.contract")
    processor_own_reference = _field("processor.own_reference")
    processor_controllers = _field("processor.controllers", words=_under("intake.controllers"))
    processor_other_controllers = _field("processor.other_controllers")
    kind = OneOf(
        "intake.label.kind",
        description="intake.hint.kind",
        choices=[(kind, f"intake.kind.{kind}") for kind in ("citizen", "staff", "other")],
        validators=[fills(ReportInput, "kind")],
    )
    anonymous = _tick("anonymous", hint=True)
    unit = _field("unit")
    controller = OneOf(
        "intake.label.controller",
        choices=[],
        validators=[fills(ReportInput, "controller"), Required("errors.region_missing")],
    )


class WhatForm(StepForm):
    """Step 2: what happened."""

    what = _field("what", Required("errors.what_missing"), hint=True)
    about_self = _field("about_self")
    affected_confidentiality = _fact("confidentiality", more=[UNSAID])
    affected_integrity = _fact("integrity", more=[UNSAID])
    affected_availability = _fact("availability", more=[UNSAID])
    affected_cause = _fact("cause", more=[UNSAID])
    processor_activity = _field("processor.activity")
    processor_place_of_data = _field("processor.place_of_data")
    processor_third_country = _field("processor.third_country")
    processor_sub_processor_name = _field("processor.sub_processor.name")
    processor_sub_processor_country = _field("processor.sub_processor.country")

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

    occurred_kind = _field(
        "occurred.kind", Required("errors.when_missing"), hint=True, words=_under("intake.occurred")
    )
    exact = _breach_day("occurred.from", "day")
    exact_clock = _clock()
    exact_fold = _fold()
    approximate = _breach_day("occurred.from", "day")
    approximate_clock = _clock()
    approximate_fold = _fold()
    start = _breach_day("occurred.from", "start")
    start_clock = _clock()
    start_fold = _fold()
    end = _field("occurred.to", key="end", hint=True)
    end_clock = _clock()
    end_fold = _fold()
    aware = _field("processor.aware_at", hint=True)
    aware_clock = _clock()
    aware_fold = _fold()
    processor_ongoing = _field("processor.ongoing")
    discovered = _field("discovered_at")
    discovered_clock = _clock()
    discovered_fold = _fold()
    discovered_how = _field("discovered_how", words=_under("intake.discovered"))
    called = _field("called_at")
    called_clock = _clock()
    called_fold = _fold()

    only_for = {  # noqa: RUF012  a table, never changed
        **dict.fromkeys(("aware", "aware_clock", "aware_fold", "processor_ongoing"), PROCESSOR),
        **dict.fromkeys(("discovered", "discovered_clock", "discovered_fold", "discovered_how"), STAFF),
    }


class PeopleForm(StepForm):
    """Step 4: whom and which data it is about."""

    affected_data_categories = _fact("data_categories", Required("errors.data_kinds_missing"))
    affected_subject_groups = _fact("subject_groups")
    affected_subject_count = _fact("subject_count", hint="intake.hint.count")
    affected_count_is_estimate = _tick("affected.count_is_estimate")
    affected_record_count = _field("affected.record_count")
    affected_protected_address = _field("affected.protected_address", hint=True, words=ANSWERS.__getitem__)

    only_for = {  # noqa: RUF012  a table, never changed
        "affected_subject_groups": frozenset({"staff", "processor", "other"}),
        "affected_record_count": PROCESSOR,
    }

    def keep_fields_of(self, kind: str) -> None:
        """Give citizens the short list of kinds of data."""
        super().keep_fields_of(kind)
        if kind == "citizen":
            offered = [
                (value, f"risk.facts.value.data_categories.{value}") for value in (*CITIZENS_KINDS, "other")
            ]
            self.affected_data_categories.choices = [*offered, ("unknown", "common.not_known")]


ABOUT_RECIPIENTS = ("recipient_relation", "recipient_opened", "deleted_at_once")
"""Facts asked in step 5 only where the answers of step 2 make them matter."""


class DoneForm(StepForm):
    """Step 5: what has been done about it."""

    containment = _field("containment", hint=True)
    affected_return_or_deletion = _fact("return_or_deletion", more=[UNSAID])
    affected_recipient_relation = _fact(
        "recipient_relation", hint="risk.hint.recipient_relation", more=[UNSAID]
    )
    affected_recipient_opened = _fact("recipient_opened", more=[UNSAID])
    affected_deleted_at_once = _fact("deleted_at_once")
    processor_consequences = _field("processor.consequences", words=_under("intake.consequence"))
    processor_consequences_text = _field("processor.consequences_text")
    processor_evidence = _field("processor.evidence", hint=True)
    processor_measures_planned = _field("processor.measures_planned")
    processor_notified_others = _field("processor.notified_others", words=_under("intake.told"))
    processor_authorised_to_notify = _field("processor.authorised_to_notify")
    update = _field("processor.next_update_at")
    update_clock = _clock()
    update_fold = _fold()

    only_for = {  # noqa: RUF012  a table, never changed
        "affected_return_or_deletion": STAFF,
        **{f"affected_{name}": STAFF for name in ABOUT_RECIPIENTS},
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

    contact_name = _field("contact.name")
    contact_phone = _field("contact.phone")
    contact_email = _field("contact.email")
    processor_dpo_name = _field("processor.dpo.name")
    processor_dpo_phone = _field("processor.dpo.phone")
    processor_dpo_email = _field("processor.dpo.email")

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
class ControllerChoices:
    """The controllers that take reports, as (short name, name), and the short name of the reporter's own.

    takes_calls: whether the reporter is logged in with a role, and so may write down a call
    """

    offered: tuple[tuple[str, str], ...]
    own: str | None = None
    takes_calls: bool = False


def kind_of(content: Content) -> str:
    """Return the kind of reporter that step 1 says; an empty string while it says none."""
    who = content.get("who", {})
    if who.get("as_processor"):
        return "processor"
    return (who.get("kind") or [""])[0]


def is_anonymous(content: Content) -> bool:
    """Tell whether a citizen chose to say nothing of who they are."""
    return kind_of(content) == "citizen" and bool(content.get("who", {}).get("anonymous"))
