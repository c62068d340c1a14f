"""The form of a report has the fields of its model, and a page builds the form of one step."""

from typing import Any

import pytest

from breach.domain.states import CONSEQUENCES
from breach.services.field_types import Text
from breach.services.intake.report import ReportInput
from breach.services.schema import leaves_of
from breach.web.intake import forms
from breach.web.intake.choices import unchosen
from breach.web.parts.made_fields import Fills
from tests.web.intake.test_report import Reporter, reporter

__all__ = ["reporter"]  # the fixture

KINDS = dict(leaves_of(ReportInput))
TYPED_WITH_BLANKS = {"processor.cvr"}


def fields() -> list[tuple[str, Any]]:
    """Return (path in the report, field as it is declared) of every field that fills one."""
    declared = [(one, getattr(step, one)) for step in forms.STEPS.values() for one in dir(step)]
    bound = [(name, field) for name, field in declared if hasattr(field, "field_class")]
    marks = [(field, field.kwargs.get("validators") or ()) for _, field in bound]
    return [(one.path, field) for field, some in marks for one in some if isinstance(one, Fills)]


def test_form_asks_for_every_field_of_the_report_and_no_other() -> None:
    assert {path for path, _ in fields()} == set(KINDS)


def test_form_has_the_limits_of_the_model() -> None:
    limits = {
        path: one.limit
        for path, field in fields()
        for one in field.kwargs["validators"]
        if hasattr(one, "limit") and path not in TYPED_WITH_BLANKS
    }
    texts = {path: kind.limit for path, kind in KINDS.items() if isinstance(kind, Text)}
    assert {path: limits[path] for path in texts if path in limits} == {
        path: limit for path, limit in texts.items() if path not in TYPED_WITH_BLANKS | {"controller"}
    }


def test_form_has_the_choices_of_the_model() -> None:
    offered = dict(fields())["processor.consequences"].kwargs["choices"]
    assert [value for value, _ in offered] == list(CONSEQUENCES)


@pytest.mark.parametrize(
    ("reach", "is_asked"),
    [
        ("known_recipients", True),
        ("exposed", True),
        ("not_known", True),
        ("published", False),
        ("none", False),
    ],
)
def test_recipients_are_asked_about_only_where_they_can_matter(reach: str, is_asked: bool) -> None:
    left_out = unchosen("done", {"what": {"affected_confidentiality": [reach]}})
    names = {f"affected_{name}" for name in forms.ABOUT_RECIPIENTS}
    returned = {"affected_return_or_deletion"} if reach == "none" else set()
    assert left_out == (set() if is_asked else names | returned)


def test_page_builds_the_form_of_its_own_step(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    reporter.goes("/report", kind="citizen")
    reporter.send("/report/what")
    built = []
    before = forms.StepForm.__init__

    def counted(form: forms.StepForm, *args: object, **kwargs: object) -> None:
        built.append(type(form))
        before(form, *args, **kwargs)

    address = reporter.address("/report/what")
    token = reporter.page("/report/what").select_one("main form input[name=csrf_token]")
    assert token is not None
    monkeypatch.setattr(forms.StepForm, "__init__", counted)
    for what, status in (("", 422), ("Et brev kom forkert.", 302)):
        built.clear()
        answer = reporter.client.post(address, data={"csrf_token": str(token["value"]), "what": what})
        assert (answer.status_code, built) == (status, [forms.WhatForm])
