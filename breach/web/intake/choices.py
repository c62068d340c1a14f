"""Choices of the report form that open fields, and what becomes of the fields of choices not made."""

from collections.abc import Mapping
from functools import cache

from werkzeug.datastructures import MultiDict
from wtforms import Field

from breach.domain.risk.facts import is_asked
from breach.domain.values import MOST_RAW
from breach.web.intake.forms import (
    ABOUT_RECIPIENTS,
    STEPS,
    Content,
    ControllerChoices,
    StepForm,
    WhoForm,
    is_anonymous,
    kind_of,
)
from breach.web.parts.forms import ManyOf, TextField
from breach.web.parts.made_fields import NOT_KNOWN
from breach.web.parts.moments import PARTS, DatePartsField

LONGEST_CHOICE = 100
"""Characters that a draft keeps of a choice, a date or a time: more is none of them."""


def _moments(*names: str) -> frozenset[str]:
    return frozenset(f"{name}{part}" for name in names for part in ("", "_clock", "_fold"))


OPENED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "who": {
        "": frozenset({"kind"}),
        "processor": frozenset(name for name in vars(WhoForm) if name.startswith("processor_")),
        "citizen": frozenset({"kind", "anonymous"}),
        "staff": frozenset({"kind", "unit"}),
        "other": frozenset({"kind"}),
    },
    "when": {
        "": frozenset(),
        "exact": _moments("exact"),
        "approximate": _moments("approximate"),
        "period": _moments("start", "end"),
        "unknown": frozenset(),
    },
}
"""The fields that each choice of a step opens; what is said under no choice stands first."""


def _choice(step: str, content: Content) -> str:
    """Return what was chosen in a step where choices open fields."""
    if step == "who":
        return kind_of(content)
    return (content.get(step, {}).get("occurred_kind") or [""])[0]


def _said(step: str, name: str, content: Content) -> str | None:
    """Return the answer to a question of a step; None where there is none, or it is not known."""
    answer = (content.get(step, {}).get(name) or [NOT_KNOWN])[0]
    return None if answer == NOT_KNOWN else answer


def unchosen(step: str, content: Content) -> frozenset[str]:
    """Return the fields of choices that were not made: they are not read, and not shown as answers."""
    if step == "contact" and is_anonymous(content):
        return frozenset({"contact_name", "contact_phone", "contact_email"})
    if step == "done":
        said = {"confidentiality": _said("what", "affected_confidentiality", content)}
        spared = {name for name in ABOUT_RECIPIENTS if not is_asked(name, said)}
        if said["confidentiality"] == "none":  # nobody got anything that could be given back
            spared.add("return_or_deletion")
        return frozenset(f"affected_{name}" for name in spared)
    opened = OPENED.get(step, {})
    every = frozenset[str]().union(*opened.values())
    return every - opened.get(_choice(step, content), opened.get("", frozenset()))


def form_of(step: str, content: Content, controllers: ControllerChoices) -> StepForm:
    """Return the form of a step with what the draft holds: it asks what this reporter is asked."""
    form = typed_form(step, content.get(step, {}))
    form.unread = unchosen(step, content)
    if step == "who":
        _offer(form, controllers)
    else:
        form.keep_fields_of(kind_of(content))
    if step == "when" and not controllers.takes_calls:
        del form["called"], form["called_clock"], form["called_fold"]
    return form


def typed_form(step: str, typed: Mapping[str, list[str]]) -> StepForm:
    """Return the form of a step with what was typed, all its fields among them."""
    values = MultiDict([(name, value) for name, some in typed.items() for value in some])
    return STEPS[step](formdata=values, meta={"csrf": False})  # the app checks the token of every request


def _offer(form: StepForm, controllers: ControllerChoices) -> None:
    """Ask for the region where there are several; only a reporter's own is chosen beforehand."""
    if len(controllers.offered) < 2:
        del form["controller"]
        return
    form["controller"].choices = list(controllers.offered)
    if form["controller"].data is None:
        form["controller"].data = controllers.own


def known(step: str, typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return what was typed into the fields of a step, each cut to little more than it could ever hold."""
    return {
        name: [value[:longest] for value in typed[name][:most]]
        for name, (most, longest) in _room(step).items()
        if name in typed
    }


@cache
def _room(step: str) -> Mapping[str, tuple[int, int]]:
    """Return how many values, and characters of each, a draft keeps: by the names that browsers send."""
    found: dict[str, tuple[int, int]] = {}
    for field in STEPS[step](formdata=None, meta={"csrf": False}):
        most = len(field.choices) if isinstance(field, ManyOf) else 1
        limit = field.limit.limit if isinstance(field, TextField) else LONGEST_CHOICE
        found |= dict.fromkeys(_names(field), (most, MOST_RAW * limit + 1))
    return found


def _names(field: Field) -> list[str]:
    """Return the names under which a browser sends a field: a date has three boxes."""
    if isinstance(field, DatePartsField):
        return [f"{field.name}-{part}" for part in PARTS]
    return [str(field.name)]


def kept(step: str, content: Content) -> dict[str, list[str]]:
    """Return what a draft keeps of a step: nothing of choices not made, but all while none is made."""
    typed = content[step]
    if _choice(step, content) not in OPENED.get(step, {}) or not _choice(step, content):
        return typed
    dropped = unchosen(step, content)
    return {name: values for name, values in typed.items() if name.partition("-")[0] not in dropped}
