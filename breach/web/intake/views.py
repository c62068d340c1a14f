"""The report form: six steps kept in a sealed draft, a page to check the answers, and the receipt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoPage

from breach.domain.danish_time import local
from breach.domain.errors import NotFound
from breach.domain.numbers import looks_like_cpr
from breach.services.access.controllers import valid_controllers
from breach.services.context import NOBODY, Context
from breach.services.intake import access_codes, drafts, filing
from breach.web.frame.contact import contact_of, contacts
from breach.web.frame.sessions import current_actor, runtime
from breach.web.intake.choices import kept, known
from breach.web.intake.form_to_report import MOMENTS, Forms, forms_of, read_report, shown_value
from breach.web.intake.forms import STEPS, Content, Regions, is_anonymous, kind_of, make_form
from breach.web.parts.forms import BaseForm, Required, TextField
from breach.web.parts.language import PageFormats, current_language, say, t

bp = Blueprint("report", __name__)
NAMES = tuple(STEPS)
COOKIE_SECONDS = 30 * 60
"""A shared machine forgets the draft after half an hour; its code opens it again."""


class ResumeForm(BaseForm):
    """The code of a draft."""

    draft = TextField("report.label.draft", validators=[Required("errors.draft_missing")])


class StatusForm(BaseForm):
    """What the reporter kept of the receipt."""

    reference = TextField("report.label.reference", validators=[Required()])
    status_word = TextField("report.label.status_word", validators=[Required()])


@dataclass(frozen=True)
class Work:
    """The draft at hand: its code, what was typed, the regions to choose from, and whether it was sent."""

    code: str
    draft: drafts.Draft | None
    content: Content
    regions: Regions

    @property
    def is_sent(self) -> bool:
        return self.draft is not None and "sent" in self.draft.content


def _cookie() -> str:
    return "__Host-breach-draft" if current_app.config["SESSION_COOKIE_SECURE"] else "breach-draft"


def _load(ctx: Context) -> Work:
    code = request.cookies.get(_cookie(), "")
    draft = drafts.find(ctx, code)
    content: Content = draft.content["steps"] if draft else {}
    return Work(code if draft else "", draft, content, _regions(ctx))


def _regions(ctx: Context) -> Regions:
    """Return who takes reports; a person logged in with rights in one region alone has it as their own."""
    english = current_language() == "en"
    valid = valid_controllers(ctx.session, ctx.now)
    own = [row.slug for row in valid if (row.id,) == current_actor().controllers]
    return Regions(
        tuple((row.slug, row.name_en if english else row.name_da) for row in valid), next(iter(own), None)
    )


def _here() -> Work:
    with runtime().reading(NOBODY) as ctx:
        return _load(ctx)


def _keep(answer: Response, code: str) -> Response:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(
        _cookie(), code, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax", path="/"
    )
    return answer


def _forget(answer: Response) -> Response:
    answer.delete_cookie(
        _cookie(), secure=bool(current_app.config["SESSION_COOKIE_SECURE"]), httponly=True, samesite="Lax"
    )
    return answer


@bp.before_request
def somebody_receives() -> ResponseReturnValue | None:
    """Take no report, and no draft of one, while the installation has no controller to give it to."""
    if contacts() or request.endpoint in ("report.status", "report.receipt"):
        return None
    return render_template("intake/closed.html"), 503


@bp.get("/report", defaults={"step": "who"})
@bp.get("/report/<any(who,what,when,people,done,contact):step>")
def show(step: str) -> ResponseReturnValue:
    """Show a step with what the draft holds."""
    work = _here()
    if work.is_sent:
        return redirect(url_for("report.receipt"))
    if step != "who" and not kind_of(work.content):
        return redirect(url_for("report.show"))
    return _page(step, work, make_form(step, work.content, work.regions))


def _page(step: str, work: Work, form: Any, status: int = 200) -> Response:
    place = NAMES.index(step)
    page = render_template(
        f"intake/{step}.html",
        form=form,
        work=work,
        step=step,
        at=place + 1,
        of=len(NAMES),
        kind=kind_of(work.content),
        anonymous=is_anonymous(work.content),
        back=url_for("report.show", step=NAMES[place - 1]) if place else url_for("start.index"),
        code=access_codes.grouped(work.code) if work.code else "",
        idle_minutes=COOKIE_SECONDS // 60,
        cpr_fields=doubtful_fields(form),
    )
    answer = make_response(page, status)
    return _keep(answer, work.code) if work.code else answer


def doubtful_fields(form: BaseForm) -> list[str]:
    """Return the names of the fields whose text looks like it holds a CPR number: the page warns of them."""
    return [str(field.name) for field in form if isinstance(field, TextField) and looks_like_cpr(field.data)]


@bp.post("/report", defaults={"step": "who"})
@bp.post("/report/<any(who,what,when,people,done,contact):step>")
def answer_step(step: str) -> ResponseReturnValue:
    """Store what was typed, whatever it is, then go on or say what is wrong."""
    with runtime().transaction(NOBODY) as ctx:
        work = _load(ctx)
        if work.is_sent:
            return redirect(url_for("report.receipt"))
        work = _stored(ctx, work, step)
        now = ctx.now
    if step != "who" and not kind_of(work.content):
        return _keep(make_response(redirect(url_for("report.show"))), work.code)
    if request.form.get("go") == "later":
        return _keep(make_response(redirect(url_for("report.saved"))), work.code)
    forms = forms_of(work.content, work.regions)
    read_report(work.content, forms, now)
    if forms[step].errors:
        return _page(step, work, _again(step, work, forms), 422)
    target = _next(step, request.args.get("til") == "check")
    return _keep(make_response(redirect(target)), work.code)


def _again(step: str, work: Work, forms: Forms) -> Any:
    """Return the form of the page, with its token, carrying the errors that were found."""
    form = make_form(step, work.content, work.regions, request.form)
    for field in forms[step]:
        form[field.name].errors = field.errors
        for told in ("asked", "wrong_parts"):
            if hasattr(field, told):
                setattr(form[field.name], told, getattr(field, told))
    return form


def _stored(ctx: Context, work: Work, step: str) -> Work:
    content = {**work.content, step: known(step, request.form.to_dict(flat=False))}
    content[step] = kept(step, content)
    code = work.code or drafts.begin(ctx, {"steps": content})
    drafts.save(ctx, code, {"steps": content})
    return Work(code, drafts.find(ctx, code), content, work.regions)


def _next(step: str, to_check: bool) -> str:
    place = NAMES.index(step) + 1
    if to_check or place == len(NAMES):
        return url_for("report.check")
    return url_for("report.show", step=NAMES[place])


@bp.get("/report/saved")
def saved() -> ResponseReturnValue:
    """Show the code that opens the draft again."""
    work = _here()
    if work.draft is None:
        return redirect(url_for("report.resume"))
    return render_template(
        "intake/saved.html", code=access_codes.grouped(work.code), until=work.draft.expires_at
    )


@bp.route("/report/resume", methods=["GET", "POST"])
def resume() -> ResponseReturnValue:
    """Open a draft by its code."""
    form = ResumeForm()
    if form.validate_on_submit():
        code = access_codes.normalised(form.draft.data)
        with runtime().reading(NOBODY) as ctx:
            found = drafts.find(ctx, code)
        if found is not None:
            return _keep(make_response(redirect(url_for("report.check"))), code)
        form.draft.errors = [t("errors.draft_unknown")]
    return render_template("intake/resume.html", form=form), 422 if form.errors else 200


@bp.get("/report/new")
def new() -> ResponseReturnValue:
    """Begin another report: this browser lets go of the draft it had."""
    return _forget(make_response(redirect(url_for("report.show"))))


@bp.get("/report/check")
def check() -> ResponseReturnValue:
    """Show all answers, each with a link to change it."""
    work = _here()
    if work.is_sent:
        return redirect(url_for("report.receipt"))
    if not kind_of(work.content):
        return redirect(url_for("report.show"))
    return _keep(make_response(_check_page(work, told=False)), work.code)


def _check_page(work: Work, told: bool) -> str:
    """Return the check page; `told`: with the errors that keep the report from being sent."""
    form = BaseForm()
    forms = forms_of(work.content, work.regions)
    if told:
        read_report(work.content, forms, runtime().clock())
    sections = [(step, _rows(step, form)) for step, form in forms.items() if not _is_empty(step, work)]
    form.others = [(f"answer-{field.name}", str(field.errors[0])) for field in _wrong(forms)] if told else []
    doubtful = [name for one in forms.values() for name in doubtful_fields(one)]
    return render_template("intake/check.html", form=form, sections=sections, cpr_fields=doubtful)


def _is_empty(step: str, work: Work) -> bool:
    return step == "contact" and is_anonymous(work.content)


def _wrong(forms: Forms) -> list[Any]:
    return [field for form in forms.values() for field in form if field.errors and field.name != "csrf_token"]


def _rows(step: str, form: Any) -> list[tuple[str, Any, str, str]]:
    """Return (field, answer, question, address of its step) for what a page of answers shows."""
    rows = []
    for field in form:
        if field.name.endswith(("_clock", "_fold", "csrf_token")):
            continue
        rows.append(
            (field.name, _shown(form, field), say(field.label.text), url_for("report.show", step=step))
        )
    return rows


def _shown(form: Any, field: Any) -> str:
    if field.name in MOMENTS:
        day = "" if field.data is None else PageFormats().date_long(field.data)
        clock = form[f"{field.name}_clock"]._value()
        if clock:
            clock = t("common.time.at", time=clock)
        return f"{day} {clock}".strip() or ".".join(part for part in field.parts.values() if part)
    value = shown_value(field)
    return "; ".join(say(one) for one in value) if isinstance(value, list) else value or ""


@bp.post("/report/check")
def send() -> ResponseReturnValue:
    """File the report once; a second press, now or in an hour, leads to the same receipt."""
    work = _here()
    if work.draft is None:
        return redirect(url_for("report.resume"))
    if not work.is_sent:
        forms = forms_of(work.content, work.regions)
        report = read_report(work.content, forms, runtime().clock())
        if report is None:
            return _keep(make_response(_check_page(work, told=True), 422), work.code)
        receipt = filing.submit(runtime(), report, None, _submission(work.draft), "page", current_actor())
        _mark_sent(work, receipt, report.controller)
    return _keep(make_response(redirect(url_for("report.receipt"))), work.code)


def _submission(draft: drafts.Draft) -> str:
    return filing.submission_key("page", "", str(draft.id))


def _mark_sent(work: Work, receipt: filing.Receipt, controller: str | None) -> None:
    """Keep of the draft only what its receipt needs; what was written stands in the case from now on."""
    told = {
        "reference": receipt.reference,
        "received_at": receipt.received_at.isoformat(),
        "status_code": receipt.status_code,
        "kind": kind_of(work.content),
        "anonymous": is_anonymous(work.content),
        "controller": controller,
    }
    with runtime().transaction(NOBODY) as ctx:
        drafts.save(ctx, work.code, {"steps": {}, "sent": told}, sent=True)


@bp.get("/report/receipt")
def receipt() -> ResponseReturnValue:
    """Show the receipt; `?vis=print` shows it alone for paper."""
    work = _here()
    if work.draft is None or not work.is_sent:
        raise NoPage()
    sent = work.draft.content["sent"]
    return render_template(
        "intake/receipt.html", **_receipt_words(sent), on_paper=request.args.get("vis") == "print"
    )


def _receipt_words(sent: dict[str, Any]) -> dict[str, Any]:
    received_at = datetime.fromisoformat(sent["received_at"])
    working = local(received_at).weekday() < 5 and local(received_at).hour < 15
    return {
        "reference": sent["reference"],
        "received_at": received_at,
        "status_code": access_codes.grouped(sent["status_code"]),
        "kind": sent["kind"],
        "anonymous": sent["anonymous"],
        "read_when": "today" if working else "next_weekday",
        "phone": contact_of(sent.get("controller")).dpo_phone,
    }


@bp.route("/status", methods=["GET", "POST"])
def status() -> ResponseReturnValue:
    """Say where a report stands; a wrong number and a wrong code get the same answer."""
    form, found = StatusForm(), None
    if form.validate_on_submit():
        with runtime().reading(NOBODY) as ctx:
            try:
                found = filing.status(ctx, form.reference.data, form.status_word.data)
            except NotFound:
                form.reference.errors = [t("errors.code_mismatch")]
    return render_template("intake/status.html", form=form, found=found), 422 if form.errors else 200
