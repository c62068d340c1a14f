"""The small steps of a case: one page each says what happens, asks what the guards ask, and does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.states import AuthorityState, CaseState
from breach.services.authority import notification
from breach.services.cases import awareness, handover
from breach.services.cases import steps as case_steps
from breach.services.context import Context
from breach.services.desk.case_page import CasePage
from breach.services.letters import text
from breach.services.sending import release
from breach.texts.formats import local
from breach.web.authority import forms as authority_forms
from breach.web.cases import awareness_words, closing_words, forms, step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import perform, read, show_step
from breach.web.frame.sessions import require_fresh_login
from breach.web.parts import step_form
from breach.web.parts.language import t
from breach.web.sending import forms as sending_forms


@dataclass(frozen=True)
class SmallStep:
    """One step with a page of its own. `name` is the step in the table; `do` calls the service.

    saved: what the case holds of the form's fields; first: what else stands in the form at first
    fresh: whether it wants the password typed lately
    """

    name: str
    form: type[step_form.StepForm]
    do: Callable[[Context, str, Any], object]
    track: str = "case"
    to: str = "cases.show"
    final: bool = False
    fresh: bool = False
    saved: Callable[[CasePage], Mapping[str, Any]] | None = None
    first: Callable[[CasePage], Mapping[str, Any]] | None = None


def _measures(page: CasePage) -> dict[str, Any]:
    case = page.case
    return {
        "summary": case.summary,
        "consequences": list(case.consequences),
        "measures": case.measures,
        "contained": case.contained_at is not None,
    }


def _save_measures(ctx: Context, reference: str, form: forms.MeasuresForm) -> None:
    case_steps.save_measures(
        ctx,
        reference,
        form.seen,
        form.summary.data or "",
        list(form.consequences.data or ()),
        form.measures.data or "",
        bool(form.contained.data),
    )


def _submit(ctx: Context, reference: str, form: authority_forms.SubmitForm) -> None:
    receipt, late = form.receipt_number.data or "", form.late_reason.data or ""
    notification.submit(ctx, reference, form.seen, form.submitted(), receipt, late)


def _ask_awareness(ctx: Context, reference: str, form: forms.AwarenessForm) -> None:
    awareness.ask(ctx, reference, form.seen, form.asked(), form.reason.data or "")


def _answer_awareness(ctx: Context, reference: str, form: forms.AnswerForm) -> None:
    answer = awareness.confirm if form.answer.data == "confirm_awareness" else awareness.refuse
    answer(ctx, reference, form.seen, form.comment.data or "")


def _own_time(page: CasePage) -> dict[str, Any]:
    own = local(page.case.own_aware_at)
    return {"aware_at": own.date(), "at": own.time()}


def _exempt(ctx: Context, reference: str, form: sending_forms.ExemptForm) -> None:
    release.exempt(ctx, reference, form.seen, form.ground.data or "", form.evidence.data or "")


def _plain(
    service: Callable[[Context, str, int], object],
) -> Callable[[Context, str, step_form.StepForm], object]:
    return lambda ctx, reference, form: service(ctx, reference, form.seen)


def _reasoned(service: Callable[[Context, str, int, str], object]) -> Callable[[Context, str, Any], object]:
    return lambda ctx, reference, form: service(ctx, reference, form.seen, form.reason.data or "")


_AUTHORITY: dict[str, Any] = {"track": "authority", "to": "cases.authority"}
_AWARENESS: dict[str, Any] = {"track": "awareness", "to": "cases.authority"}
_COMMUNICATION: dict[str, Any] = {"track": "communication", "to": "cases.communication"}

STEPS: Mapping[str, SmallStep] = {
    "take": SmallStep("take", step_form.StepForm, _plain(case_steps.take)),
    "take-over": SmallStep("take_over", step_form.ReasonForm, _reasoned(handover.take_over)),
    "dismiss": SmallStep("dismiss", step_form.ReasonForm, _reasoned(case_steps.ask_dismissal)),
    "confirm-dismissal": SmallStep("dismiss", step_form.StepForm, _plain(case_steps.dismiss), final=True),
    "merge": SmallStep(
        "merge",
        forms.TargetForm,
        lambda ctx, reference, form: case_steps.merge(
            ctx, reference, form.seen, form.target_reference.data or ""
        ),
    ),
    "split": SmallStep("split", step_form.StepForm, _plain(case_steps.split)),
    "measures": SmallStep("measures", forms.MeasuresForm, _save_measures, to="cases.facts", saved=_measures),
    "reassess": SmallStep("reassess", step_form.StepForm, _plain(case_steps.reassess), to="cases.risk"),
    "conclude": SmallStep("conclude", step_form.StepForm, _plain(case_steps.conclude)),
    "reopen": SmallStep("reopen", step_form.ReasonForm, _reasoned(case_steps.reopen)),
    "submit": SmallStep("submit", authority_forms.SubmitForm, _submit, **_AUTHORITY),
    "supplement": SmallStep(
        "supplement",
        authority_forms.NoteForm,
        lambda ctx, reference, form: notification.supplement(ctx, reference, form.seen, form.note.data or ""),
        **_AUTHORITY,
    ),
    "complete": SmallStep("complete", step_form.StepForm, _plain(notification.complete), **_AUTHORITY),
    "withdraw": SmallStep("withdraw", step_form.ReasonForm, _reasoned(notification.withdraw), **_AUTHORITY),
    "ask-awareness": SmallStep(
        "ask_awareness", forms.AwarenessForm, _ask_awareness, first=_own_time, **_AWARENESS
    ),
    "answer-awareness": SmallStep("confirm_awareness", forms.AnswerForm, _answer_awareness, **_AWARENESS),
    "withdraw-awareness": SmallStep(
        "withdraw_awareness", step_form.StepForm, _plain(awareness.withdraw), **_AWARENESS
    ),
    "draft": SmallStep(
        "draft", step_form.StepForm, _plain(text.start_draft), track="communication", to="cases.letter"
    ),
    "rewrite": SmallStep(
        "rewrite", step_form.StepForm, _plain(text.rewrite), track="communication", to="cases.letter"
    ),
    "exempt": SmallStep("exempt", sending_forms.ExemptForm, _exempt, **_COMMUNICATION),
    "ask-release": SmallStep(
        "ask_release", step_form.StepForm, _plain(release.ask_release), **_COMMUNICATION
    ),
    "withdraw-release": SmallStep(
        "withdraw_release", step_form.StepForm, _plain(release.withdraw_release), **_COMMUNICATION
    ),
    "release": SmallStep(
        "release",
        sending_forms.ReleaseForm,
        lambda ctx, reference, form: release.release(ctx, reference, form.seen, form.count()),
        final=True,
        fresh=True,
        **_COMMUNICATION,
    ),
    "pause": SmallStep("pause", step_form.StepForm, _plain(release.pause), final=True, **_COMMUNICATION),
    "resume": SmallStep("resume", step_form.StepForm, _plain(release.resume), **_COMMUNICATION),
}
"""Every small step by the last part of its address."""


@bp.route("/<reference>/step/<step>", methods=["GET", "POST"])
def step(reference: str, step: str) -> ResponseReturnValue:
    """Show the page of a small step, or do the step."""
    if step not in STEPS:
        abort(404)
    small = STEPS[step]
    if small.fresh and (answer := require_fresh_login()) is not None:
        return answer
    if request.method == "GET":
        page = read(reference)
        return _page(page, step, small.form(data=_first_values(small, page)))
    form = small.form()

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _page(page, step, form, status)

    return perform(
        reference,
        form,
        lambda ctx: small.do(ctx, reference, form),
        done=f"case.{_word(step)}",
        to=small.to,
        again=again,
        saved=small.saved,
    )


def _word(step: str) -> str:
    return step.replace("-", "_")


def _first_values(small: SmallStep, page: CasePage) -> dict[str, Any]:
    filled = small.saved or small.first
    return {"version": str(page.case.version), **(filled(page) if filled else {})}


def _page(page: CasePage, step: str, form: step_form.StepForm, status: int = 200) -> ResponseReturnValue:
    small, word = STEPS[step], _word(step)
    values = step_words.release_words(page)
    title = t(f"case.do.{word}.title", **values)
    return show_step(
        page,
        form,
        title,
        status,
        lead=t(f"case.do.{word}.lead", **values),
        button=t(f"case.do.{word}.button", **values),
        final=small.final,
        conditions=closing_words.conditions(page) if step == "conclude" else [],
        rows=_told(page, step),
        reasons=_why_not(page, step, small),
        notes=_notes(page) if step in ("ask-awareness", "answer-awareness") else [],
        back=url_for(small.to, reference=page.case.reference),
    )


def _told(page: CasePage, step: str) -> list[tuple[str, str]]:
    """Return what the page says of the case beside its form."""
    if step == "confirm-dismissal":
        return [(t("case.field.reason"), page.case.dismissal_reason or "")]
    if step == "ask-awareness":
        return awareness_words.awareness(page)
    return awareness_words.awareness_asked(page) if step.endswith("-awareness") else []


def _notes(page: CasePage) -> list[str]:
    """Return what a person must know before the awareness is corrected."""
    found = []
    if page.aware_from:
        found.append(t("case.awareness.merged_counts", reference=page.aware_from))
    if page.authority.state in (AuthorityState.SUBMITTED, AuthorityState.COMPLETED):
        found.append(t("case.awareness.if_submitted"))
    return found


def _why_not(page: CasePage, step: str, small: SmallStep) -> list[step_words.Reason]:
    """Return why the step cannot be begun; asking for a dismissal is open to one alone."""
    if step == "measures":
        codes = () if page.case.is_open else ("wrong_state",)
        return step_words.reasons(page, "measures", step_words.with_right(page, "measures", codes))
    if step == "take-over" and not page.handler_left:
        codes = ("handler_is_here",) if page.case.is_open else ("wrong_state",)
        return step_words.reasons(page, "take_over", codes)
    if step == "split":
        codes = () if page.case.state is CaseState.MERGED else ("wrong_state",)
        return step_words.reasons(page, "split", step_words.with_right(page, "split", codes))
    barred = step_words.barred_by(page, small.track, small.name)
    if step == "dismiss":
        barred = step_words.with_right(page, step, tuple(code for code in barred if code != "is_seconded"))
    return step_words.reasons(page, small.name, barred, small.track)
