"""The small steps of a case: one page each says what happens, asks what the guards ask, and does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, url_for
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
from breach.web import look
from breach.web.forms import cases as forms
from breach.web.i18n import t
from breach.web.sessions import require_fresh_login
from breach.web.views.cases import bp
from breach.web.views.casework import perform, read, show_step


@dataclass(frozen=True)
class SmallStep:
    """One step with a page of its own. `name` is the step in the table; `do` calls the service.

    saved: what the case holds of the form's fields; first: what else stands in the form at first
    fresh: whether it wants the password typed lately
    """

    name: str
    form: type[forms.StepForm]
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


def _submit(ctx: Context, reference: str, form: forms.SubmitForm) -> None:
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


def _exempt(ctx: Context, reference: str, form: forms.ExemptForm) -> None:
    release.exempt(ctx, reference, form.seen, form.ground.data or "", form.evidence.data or "")


def _plain(
    service: Callable[[Context, str, int], object],
) -> Callable[[Context, str, forms.StepForm], object]:
    return lambda ctx, reference, form: service(ctx, reference, form.seen)


def _reasoned(service: Callable[[Context, str, int, str], object]) -> Callable[[Context, str, Any], object]:
    return lambda ctx, reference, form: service(ctx, reference, form.seen, form.reason.data or "")


_AUTHORITY: dict[str, Any] = {"track": "authority", "to": "cases.authority"}
_AWARENESS: dict[str, Any] = {"track": "awareness", "to": "cases.authority"}
_COMMUNICATION: dict[str, Any] = {"track": "communication", "to": "cases.communication"}

STEPS: Mapping[str, SmallStep] = {
    "take": SmallStep("take", forms.StepForm, _plain(case_steps.take)),
    "take-over": SmallStep("take_over", forms.ReasonForm, _reasoned(handover.take_over)),
    "dismiss": SmallStep("dismiss", forms.ReasonForm, _reasoned(case_steps.ask_dismissal)),
    "confirm-dismissal": SmallStep("dismiss", forms.StepForm, _plain(case_steps.dismiss), final=True),
    "merge": SmallStep(
        "merge",
        forms.TargetForm,
        lambda ctx, reference, form: case_steps.merge(
            ctx, reference, form.seen, form.target_reference.data or ""
        ),
    ),
    "split": SmallStep("split", forms.StepForm, _plain(case_steps.split)),
    "measures": SmallStep("measures", forms.MeasuresForm, _save_measures, to="cases.facts", saved=_measures),
    "reassess": SmallStep("reassess", forms.StepForm, _plain(case_steps.reassess), to="cases.risk"),
    "conclude": SmallStep("conclude", forms.StepForm, _plain(case_steps.conclude)),
    "reopen": SmallStep("reopen", forms.ReasonForm, _reasoned(case_steps.reopen)),
    "submit": SmallStep("submit", forms.SubmitForm, _submit, **_AUTHORITY),
    "supplement": SmallStep(
        "supplement",
        forms.NoteForm,
        lambda ctx, reference, form: notification.supplement(ctx, reference, form.seen, form.note.data or ""),
        **_AUTHORITY,
    ),
    "complete": SmallStep("complete", forms.StepForm, _plain(notification.complete), **_AUTHORITY),
    "withdraw": SmallStep("withdraw", forms.ReasonForm, _reasoned(notification.withdraw), **_AUTHORITY),
    "ask-awareness": SmallStep(
        "ask_awareness", forms.AwarenessForm, _ask_awareness, first=_own_time, **_AWARENESS
    ),
    "answer-awareness": SmallStep("confirm_awareness", forms.AnswerForm, _answer_awareness, **_AWARENESS),
    "withdraw-awareness": SmallStep(
        "withdraw_awareness", forms.StepForm, _plain(awareness.withdraw), **_AWARENESS
    ),
    "draft": SmallStep(
        "draft", forms.StepForm, _plain(text.start_draft), track="communication", to="cases.letter"
    ),
    "rewrite": SmallStep(
        "rewrite", forms.StepForm, _plain(text.rewrite), track="communication", to="cases.letter"
    ),
    "exempt": SmallStep("exempt", forms.ExemptForm, _exempt, **_COMMUNICATION),
    "ask-release": SmallStep("ask_release", forms.StepForm, _plain(release.ask_release), **_COMMUNICATION),
    "withdraw-release": SmallStep(
        "withdraw_release", forms.StepForm, _plain(release.withdraw_release), **_COMMUNICATION
    ),
    "release": SmallStep(
        "release",
        forms.ReleaseForm,
        lambda ctx, reference, form: release.release(ctx, reference, form.seen, form.count()),
        final=True,
        fresh=True,
        **_COMMUNICATION,
    ),
    "pause": SmallStep("pause", forms.StepForm, _plain(release.pause), final=True, **_COMMUNICATION),
    "resume": SmallStep("resume", forms.StepForm, _plain(release.resume), **_COMMUNICATION),
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
    page = read(reference)
    form = small.form(data=_first_values(small, page))
    if not form.is_submitted():
        return _page(page, step, form)

    def again(status: int) -> ResponseReturnValue:
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


def _page(page: CasePage, step: str, form: forms.StepForm, status: int = 200) -> ResponseReturnValue:
    small, word = STEPS[step], _word(step)
    values = look.release_words(page)
    title = t(f"case.do.{word}.title", **values)
    return show_step(
        page,
        form,
        title,
        status,
        lead=t(f"case.do.{word}.lead", **values),
        button=t(f"case.do.{word}.button", **values),
        final=small.final,
        conditions=look.conditions(page) if step == "conclude" else [],
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
        return look.awareness(page)
    return look.awareness_asked(page) if step.endswith("-awareness") else []


def _notes(page: CasePage) -> list[str]:
    """Return what a person must know before the awareness is corrected."""
    found = []
    if page.aware_from:
        found.append(t("case.awareness.merged_counts", reference=page.aware_from))
    if page.authority.state in (AuthorityState.SUBMITTED, AuthorityState.COMPLETED):
        found.append(t("case.awareness.if_submitted"))
    return found


def _why_not(page: CasePage, step: str, small: SmallStep) -> list[look.Reason]:
    """Return why the step cannot be begun; asking for a dismissal is open to one alone."""
    if step == "measures":
        codes = () if page.case.is_open else ("wrong_state",)
        return look.reasons(page, "measures", look.with_right(page, "measures", codes))
    if step == "take-over" and not page.handler_left:
        codes = ("handler_is_here",) if page.case.is_open else ("wrong_state",)
        return look.reasons(page, "take_over", codes)
    if step == "split":
        codes = () if page.case.state is CaseState.MERGED else ("wrong_state",)
        return look.reasons(page, "split", look.with_right(page, "split", codes))
    barred = look.barred_by(page, small.track, small.name)
    if step == "dismiss":
        barred = look.with_right(page, step, tuple(code for code in barred if code != "is_seconded"))
    return look.reasons(page, small.name, barred, small.track)
