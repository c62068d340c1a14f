"""The report form: six steps kept in a sealed draft with an address of its own, and a page to check them."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.numbers import looks_like_cpr
from breach.services.access.controllers import valid_controllers
from breach.services.context import NOBODY, Context
from breach.services.intake import access_codes, drafts, filing
from breach.services.intake.report import ReportInput
from breach.web.frame import limits
from breach.web.frame.contact import contacts
from breach.web.frame.sessions import current_actor, runtime
from breach.web.intake.choices import form_of, kept, known, typed_form
from breach.web.intake.form_to_report import Forms, check_page, forms_of, read_report
from breach.web.intake.forms import STEPS, Content, ControllerChoices, is_anonymous, kind_of
from breach.web.intake.held_drafts import COOKIE_SECONDS, NOT_SAVED_YET, held, hold, is_name, let_go, new_name
from breach.web.intake.receipt_views import gone
from breach.web.intake.shown_answers import digest, packed, unpacked, with_controller
from breach.web.intake.typed_words import differences, given, rows_of, sections_of
from breach.web.parts.forms import BaseForm, TextField
from breach.web.parts.language import current_language
from breach.web.parts.query import parameter

bp = Blueprint("report", __name__)
NAMES = tuple(STEPS)
DRAFT = "/report/<string(length=16):name>"
LONGEST_TYPED_CODE = 100
"""Characters that are looked at of a draft code, blanks and dashes among them."""


@dataclass(frozen=True)
class Work:
    """The draft at hand: its name and code, what was typed, and the regions to choose from.

    is_held: whether this browser holds it; code: empty while nothing of it is saved
    """

    name: str
    is_held: bool
    code: str
    draft: drafts.Draft | None
    content: Content
    controllers: ControllerChoices

    @property
    def is_sent(self) -> bool:
        return self.draft is not None and "sent" in self.draft.content


def _load(ctx: Context, name: str, *, lock: bool = False) -> Work:
    code = _code_of(name)
    draft = drafts.find(ctx, code, lock=lock)
    content: Content = draft.content["steps"] if draft else {}
    is_held = draft is not None or code == NOT_SAVED_YET
    return Work(
        name=name,
        is_held=is_held,
        code=code if draft else "",
        draft=draft,
        content=content,
        controllers=_controllers(ctx),
    )


def _code_of(name: str) -> str:
    """Return the code of a draft: the one that this browser holds, else the one in the form that was sent.

    The form has it too: who was away for longer than the browser holds a draft goes on with all of it.
    """
    kept = held().get(name, "")
    typed = access_codes.normalised(request.form.get("draft", "")[:LONGEST_TYPED_CODE])
    return typed if kept in ("", NOT_SAVED_YET) and typed else kept


def _controllers(ctx: Context) -> ControllerChoices:
    """Return who takes reports; a person logged in with rights in one region alone has it as their own."""
    english = current_language() == "en"
    valid = valid_controllers(ctx.session, ctx.now)
    own = [row.slug for row in valid if (row.id,) == current_actor().controllers]
    return ControllerChoices(
        tuple((row.slug, row.name_en if english else row.name_da) for row in valid),
        next(iter(own), None),
        takes_calls=bool(current_actor().roles),
    )


def _here(name: str) -> Work:
    with runtime().reading(NOBODY) as ctx:
        return _load(ctx, name)


def _to(address: str, work: Work) -> Response:
    """Lead on to a page of the draft, which the browser holds for another half hour."""
    return hold(make_response(redirect(address)), work.name, work.code)


def _address(step: str, name: str) -> str:
    return url_for("report.show", step=step, name=name)


def _to_receipt(name: str) -> ResponseReturnValue:
    return redirect(url_for("receipt.show", name=name))


@bp.before_request
def somebody_receives() -> ResponseReturnValue | None:
    """Take no report, and no draft of one, while the installation has no controller to give it to."""
    if contacts() or request.endpoint == "report.status":
        return None
    return render_template("intake/closed.html"), 503


@bp.before_request
def only_names_of_drafts() -> ResponseReturnValue | None:
    """Answer an address whose name is none of ours as that of a draft that is gone."""
    name = (request.view_args or {}).get("name")
    return None if name is None or is_name(name) else gone()


@bp.get("/report")
@bp.get("/report/new")
@bp.get("/report/who")
def start() -> ResponseReturnValue:
    """Begin a report, always a new one: no other page of this browser knows its name."""
    name = new_name()
    return hold(make_response(redirect(_address("who", name))), name)


@bp.post("/report")
def start_typed() -> ResponseReturnValue:
    """Begin a report with the first step typed already."""
    return answer_step(new_name(), "who")


@bp.get("/report/<any(what,when,people,done,contact,check,saved,receipt):page>")
def before(page: str) -> ResponseReturnValue:
    """Help those who come by an address of before drafts had names."""
    return gone()


@bp.get(f"{DRAFT}/<any(who,what,when,people,done,contact):step>")
def show(name: str, step: str) -> ResponseReturnValue:
    """Show a step with what the draft holds."""
    work = _here(name)
    if not work.is_held:
        return gone()
    if work.is_sent:
        return _to_receipt(name)
    if step != "who" and not kind_of(work.content):
        return redirect(_address("who", name))
    return _page(step, work, form_of(step, work.content, work.controllers))


def _page(step: str, work: Work, form: Any, status: int = 200) -> Response:
    place = NAMES.index(step)
    page = render_template(
        f"intake/steps/{step}.html",
        form=form,
        work=work,
        step=step,
        at=place + 1,
        of=len(NAMES),
        kind=kind_of(work.content),
        anonymous=is_anonymous(work.content),
        back=_address(NAMES[place - 1], work.name) if place else url_for("start.index"),
        code=access_codes.grouped(work.code) if work.code else "",
        draft=work.code.lower(),
        idle_minutes=COOKIE_SECONDS // 60,
        cpr_fields=doubtful_fields(form),
    )
    return hold(make_response(page, status), work.name, work.code)


def doubtful_fields(form: BaseForm) -> list[str]:
    """Return the names of the fields whose text looks like it holds a CPR number: the page warns of them."""
    return [str(field.name) for field in form if isinstance(field, TextField) and looks_like_cpr(field.data)]


@bp.post(f"{DRAFT}/<any(who,what,when,people,done,contact):step>")
def answer_step(name: str, step: str) -> ResponseReturnValue:
    """Store what was typed, whatever it is, then go on or say what is wrong."""
    with runtime().transaction(NOBODY) as ctx:
        work = _load(ctx, name, lock=True)
        if not work.is_sent:
            work = _stored(ctx, work, step)
        now = ctx.now
    if work.is_sent:
        return _too_late(step, work)
    if step != "who" and not kind_of(work.content):
        return _to(_address("who", name), work)
    if request.form.get("go") == "later":
        return _to(url_for("report.saved", name=name), work)
    form = form_of(step, work.content, work.controllers)
    check_page(work.content, form, now)
    if form.errors:
        return _page(step, work, form, 422)
    return _to(_next(step, name, parameter("to") == "check"), work)


def _too_late(step: str, work: Work) -> ResponseReturnValue:
    """Show what was typed into a report that was sent meanwhile, from another page."""
    form = typed_form(step, request.form.to_dict(flat=False))
    rows = [(question, answer) for _, answer, question, _ in rows_of(step, form, work.name) if answer]
    return render_template("intake/too_late.html", name=work.name, rows=rows), 409


def _stored(ctx: Context, work: Work, step: str) -> Work:
    content = {**work.content, step: known(step, request.form.to_dict(flat=False))}
    content[step] = kept(step, content)
    code = work.code or _begin(ctx, content)
    drafts.save(ctx, code, {"steps": content})
    return replace(work, code=code, draft=drafts.find(ctx, code), content=content)


def _begin(ctx: Context, content: Content) -> str:
    """Begin a draft, which counts for its network as a report does."""
    limits.count(limits.DRAFTS)
    return drafts.begin(ctx, {"steps": content})


def _next(step: str, name: str, to_check: bool) -> str:
    place = NAMES.index(step) + 1
    if to_check or place == len(NAMES):
        return url_for("report.check", name=name)
    return _address(NAMES[place], name)


@bp.get(f"{DRAFT}/saved")
def saved(name: str) -> ResponseReturnValue:
    """Show the code that opens the draft again."""
    work = _here(name)
    if work.draft is None:
        return gone()
    if work.is_sent:
        return _to_receipt(name)
    return render_template(
        "intake/saved.html",
        name=name,
        code=access_codes.grouped(work.code),
        draft=work.code.lower(),
        until=work.draft.expires_at,
    )


@bp.post(f"{DRAFT}/delete")
def discard(name: str) -> ResponseReturnValue:
    """Delete the draft with all that was typed, and make the browser forget it."""
    with runtime().transaction(NOBODY) as ctx:
        drafts.discard(ctx, _code_of(name))
    answer = make_response(redirect(url_for("start.index", message="intake.deleted"), 303))
    return let_go(answer, [name])


@bp.get(f"{DRAFT}/check")
def check(name: str) -> ResponseReturnValue:
    """Show all answers, each with a link to change it."""
    work = _here(name)
    if not work.is_held:
        return gone()
    if work.is_sent:
        return _to_receipt(name)
    if not kind_of(work.content):
        return redirect(_address("who", name))
    return hold(make_response(_check_page(work, with_errors=False)), name, work.code)


def _check_page(work: Work, with_errors: bool) -> str:
    """Return the check page; `told`: with the errors that keep the report from being sent."""
    form = BaseForm()
    forms = forms_of(work.content, work.controllers)
    if with_errors:
        read_report(work.content, forms, runtime().clock())
    form.others = (
        [(f"answer-{field.name}", str(field.errors[0])) for field in _wrong(forms)] if with_errors else []
    )
    doubtful = [name for one in forms.values() for name in doubtful_fields(one)]
    return render_template(
        "intake/check.html",
        form=form,
        name=work.name,
        sections=sections_of(work.content, forms, work.name),
        shown=packed(with_controller(work.content, work.controllers), _key()),
        code=access_codes.grouped(work.code) if work.code else "",
        draft=work.code.lower(),
        until=work.draft.expires_at if work.draft else None,
        idle_minutes=COOKIE_SECONDS // 60,
        cpr_fields=doubtful,
    )


def _key() -> bytes:
    return runtime().keys.derive("web/shown-answers")


def _wrong(forms: Forms) -> list[Any]:
    return [
        field
        for form in forms.values()
        for field in form.answered()
        if field.errors and field.name != "csrf_token"
    ]


@bp.post(f"{DRAFT}/check")
def send(name: str) -> ResponseReturnValue:
    """File the report once, and only what the page showed; a second press leads to the same receipt."""
    work = _here(name)
    shown = unpacked(request.form.get("shown", ""), _key())
    if (refusal := _refusal(work, shown)) is not None:
        return refusal
    report = read_report(work.content, forms_of(work.content, work.controllers), runtime().clock())
    if report is None:
        return hold(make_response(_check_page(work, with_errors=True), 422), name, work.code)
    try:
        _file(work, report)
    except drafts.DraftChanged:  # by another page, between the look above and the filing
        return _refusal(_here(name), shown) or _to_receipt(name)
    return _to_receipt(name)


def _file(work: Work, report: ReportInput) -> None:
    """File the report and close its draft in one transaction; raise DraftChanged if it is another by now."""
    if (draft := work.draft) is None:
        raise drafts.DraftChanged()

    def closing(ctx: Context, filing_receipt: filing.FilingReceipt) -> None:
        drafts.close(ctx, work.code, draft, _left_of(work, report, filing_receipt))

    key = filing.submission_key("page", "", str(draft.id))
    channel = "phone" if report.called_at else "page"
    filing.submit(runtime(), report, None, key, channel, current_actor(), closing)


def _left_of(work: Work, report: ReportInput, filing_receipt: filing.FilingReceipt) -> dict[str, Any]:
    """Return what a sent draft keeps for its receipt; the rest stands in the case from now on."""
    return {
        "reference": filing_receipt.reference,
        "received_at": filing_receipt.received_at.isoformat(),
        "status_code": filing_receipt.status_code,
        "kind": kind_of(work.content),
        "anonymous": is_anonymous(work.content),
        "controller": report.controller,
        "digest": digest(work.content, work.controllers),
    }


def _refusal(work: Work, shown: Content | None) -> ResponseReturnValue | None:
    """Return the page that answers instead of sending, or None where the draft is what the page showed."""
    if work.draft is None:
        return gone(given(shown, work.controllers, work.name))
    same = shown is not None and digest(shown, work.controllers) == _digest_of(work)
    if work.is_sent and (same or shown is None):
        return _to_receipt(work.name)
    return None if same else _conflict(work, shown)


def _digest_of(work: Work) -> str:
    """Return the digest of what the draft holds, or of what was sent of it."""
    if work.draft is not None and work.is_sent:
        return str(work.draft.content["sent"]["digest"])
    return digest(work.content, work.controllers)


def _conflict(work: Work, shown: Content | None) -> ResponseReturnValue:
    """Show what the page showed beside what is kept now; neither is sent, and neither is lost."""
    page = render_template(
        "intake/conflict.html",
        name=work.name,
        is_sent=work.is_sent,
        shown=packed(shown, _key()) if shown else "",
        sections=given(shown, work.controllers, work.name),
        differences=[] if work.is_sent else differences(shown, work.content, work.controllers),
    )
    return page, 409


@bp.post(f"{DRAFT}/apart")
def keep_apart(name: str) -> ResponseReturnValue:
    """Make what a check page showed a draft of its own, beside what the draft holds now."""
    shown = unpacked(request.form.get("shown", ""), _key())
    if shown is None:
        return gone()
    with runtime().transaction(NOBODY) as ctx:
        code = _begin(ctx, shown)
    other = new_name()
    return hold(make_response(redirect(url_for("report.check", name=other))), other, code)
