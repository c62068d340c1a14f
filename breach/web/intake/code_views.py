"""The pages that ask for a code: of a draft, to go on with it; of a report, to see where it stands."""

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from breach.domain.errors import NotFound
from breach.services.context import NOBODY
from breach.services.intake import access_codes, drafts, filing
from breach.web.frame.sessions import runtime
from breach.web.intake.held_drafts import held, hold, new_name
from breach.web.intake.views import bp as bp
from breach.web.parts.forms import BaseForm, Required, TextField
from breach.web.parts.language import t


class ResumeForm(BaseForm):
    """The code of a draft."""

    draft = TextField("intake.label.draft", validators=[Required("errors.draft_missing")])


class StatusForm(BaseForm):
    """What the reporter kept of the receipt."""

    reference = TextField("intake.label.reference", validators=[Required()])
    status_word = TextField("intake.label.status_word", validators=[Required()])


@bp.route("/report/resume", methods=["GET", "POST"])
def resume() -> ResponseReturnValue:
    """Open a draft by its code; one that was sent is not opened, as its receipt is for who sent it."""
    form = ResumeForm()
    if form.validate_on_submit():
        code = access_codes.normalised(form.draft.data)
        with runtime().reading(NOBODY) as ctx:
            found = drafts.find(ctx, code)
        if found is not None and "sent" not in found.content:
            names = [name for name, known in held().items() if known == code]
            name = next(iter(names), "") or new_name()
            return hold(make_response(redirect(url_for("report.check", name=name))), name, code)
        form.draft.errors = [t("errors.draft_sent" if found else "errors.draft_unknown")]
    return render_template("intake/resume.html", form=form), 422 if form.errors else 200


@bp.route("/status", methods=["GET", "POST"])
def status() -> ResponseReturnValue:
    """Say where a report stands; a wrong number and a wrong code get the same answer."""
    form = StatusForm()
    found = None
    if form.validate_on_submit():
        with runtime().reading(NOBODY) as ctx:
            try:
                found = filing.status(ctx, form.reference.data, form.status_word.data)
            except NotFound:
                form.reference.errors = [t("errors.code_mismatch")]
    return render_template("intake/status.html", form=form, found=found), 422 if form.errors else 200
