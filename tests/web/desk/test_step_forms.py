"""The form of a step has the limits, choices and needs of what the step asks, and repeats none."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField

from breach.services import actions
from breach.services.authority.inputs import SubmissionInput, SupplementInput
from breach.services.cases.inputs import (
    AwarenessInput,
    HandoverInput,
    MeasuresInput,
    MergeInput,
    OptionalCommentInput,
    ReasonInput,
    TakeInput,
)
from breach.services.field_types import Choice, Choices, Count, Flag, Text
from breach.services.informing.inputs import (
    NoticeApprovalInput,
    NoticeEndInput,
    NoticeInput,
    NoticeProofInput,
    SegmentAnswerInput,
    SegmentChoiceInput,
    SegmentConfirmInput,
    SegmentInput,
)
from breach.services.letters.inputs import ApprovalInput, DraftInput, LetterInput, ReturnInput
from breach.services.risk.inputs import DecideInput, ProposalInput
from breach.services.schema import StepInput, fields_of
from breach.services.sending.inputs import (
    AskReleaseInput,
    CorrectionInput,
    PaperInput,
    PostingInput,
    RecipientInput,
    ReleaseInput,
    RemovalInput,
    RoundInput,
)
from breach.web.authority.forms import SubmitForm
from breach.web.cases.forms import (
    AnswerForm,
    AwarenessForm,
    HandoverForm,
    MeasuresForm,
    TakeForm,
    TargetForm,
)
from breach.web.desk.step_views import form_of
from breach.web.informing.forms import (
    NoticeApprovalForm,
    NoticeForm,
    NoticeProofForm,
    SegmentAnswerForm,
    SegmentChoiceForm,
    SegmentConfirmForm,
    SegmentForm,
)
from breach.web.letters.forms import ApproveForm, DraftForm, LetterForm, ReturnForm
from breach.web.parts.made_fields import Fills, filled_by
from breach.web.parts.made_forms import made_form
from breach.web.parts.step_form import StepForm
from breach.web.risk.decision_forms import DecideForm, ProposalForm
from breach.web.sending.forms import (
    AskReleaseForm,
    CorrectionForm,
    PostingForm,
    RecipientForm,
    ReleaseForm,
    RemovalForm,
)

ROOT = Path(__file__).parents[3]
ROOMS = ("authority", "cases", "informing", "letters", "risk", "sending")
FORMS: dict[type[StepForm], type[StepInput]] = {
    AnswerForm: OptionalCommentInput,
    ApproveForm: ApprovalInput,
    AwarenessForm: AwarenessInput,
    DecideForm: DecideInput,
    DraftForm: DraftInput,
    LetterForm: LetterInput,
    ReturnForm: ReturnInput,
    MeasuresForm: MeasuresInput,
    ProposalForm: ProposalInput,
    AskReleaseForm: AskReleaseInput,
    CorrectionForm: CorrectionInput,
    PostingForm: PostingInput,
    RemovalForm: RemovalInput,
    RecipientForm: RecipientInput,
    ReleaseForm: ReleaseInput,
    SubmitForm: SubmissionInput,
    HandoverForm: HandoverInput,
    TargetForm: MergeInput,
    NoticeApprovalForm: NoticeApprovalInput,
    NoticeForm: NoticeInput,
    NoticeProofForm: NoticeProofInput,
    made_form(NoticeEndInput): NoticeEndInput,
    SegmentAnswerForm: SegmentAnswerInput,
    SegmentChoiceForm: SegmentChoiceInput,
    SegmentConfirmForm: SegmentConfirmInput,
    SegmentForm: SegmentInput,
    TakeForm: TakeInput,
    made_form(ReasonInput): ReasonInput,
    made_form(SupplementInput): SupplementInput,
    made_form(RoundInput): RoundInput,
    made_form(PaperInput): PaperInput,
}
"""Each form with typed or chosen fields, and what its step asks."""
MAY_BE_EMPTY = {"summary", "measures", "receipt_number"}
"""What a program must send and a page may leave empty."""
TOLD_LATER = {"aware_at", "submitted_at", "posted_on"}
"""Times: what is missing of them is told once the form is read, at one of the fields of a moment."""
OF_PAGES = {
    *("to", "version", "at", "fold", "answer", "choice", "up_to_date", "segment"),
    *("shown_from", "shown_to", "proven_on", "file"),
}
"""Fields that only a page has."""


def shown(form: type[StepForm]) -> Iterator[tuple[Field, Fills | None]]:
    """Yield every field that a page shows, with what it fills."""
    made = form(formdata=MultiDict(), meta={"csrf": False})
    return ((field, filled_by(field)) for field in made if not isinstance(field, HiddenField))


def offered(field: Any) -> list[str]:
    return [str(one.value) for one in field.iter_choices() if one.value]


@pytest.fixture
def asking() -> Iterator[None]:
    app = Flask("asks")
    app.secret_key = "x"
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_form_is_made_from_what_its_step_asks(form: type[StepForm]) -> None:
    known = fields_of(FORMS[form])
    filled = [(field, mark) for field, mark in shown(form) if mark is not None]
    assert {field.name for field, mark in shown(form) if mark is None} <= OF_PAGES
    for field, mark in filled:
        assert mark.path == field.name
        assert mark.kind in known[mark.path].metadata


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_limits_choices_and_needs_are_those_of_the_model(form: type[StepForm]) -> None:
    for field, mark in shown(form):
        if mark is None:
            continue
        if isinstance(mark.kind, Text) and hasattr(field, "limit"):
            assert field.limit.limit == mark.kind.limit
        if isinstance(mark.kind, Choice | Choices):
            assert offered(field) == list(mark.kind.options)
        told_elsewhere = field.name in MAY_BE_EMPTY | TOLD_LATER or isinstance(mark.kind, Flag)
        assert bool(field.flags.required) == (mark.needed and not told_elsewhere)


def test_every_step_with_a_small_page_has_a_form() -> None:
    small = {one.asks for one in actions.offered() if one.asks and not one.page}
    assert {form_of(asks) for asks in small} <= {StepForm, *FORMS}


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_of_forms_writes_a_limit(room: str) -> None:
    for path in (ROOT / "breach" / "web" / room).glob("*forms.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
        assert not {one for one in names if one == "Limit" or one.startswith("LONGEST_")}


class CountedInput(StepInput):
    """A step that asks a number."""

    times: Annotated[int, Count()]


def test_a_field_that_is_not_plain_wants_a_form() -> None:
    with pytest.raises(TypeError, match=r"CountedInput\.times is no plain field"):
        made_form(CountedInput)
