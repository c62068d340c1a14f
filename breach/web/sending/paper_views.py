"""The list of the letters to be posted: who they go to, as a file, for a purpose that is logged."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from breach.services.sending import by_hand as service
from breach.services.sending.identity import require_right
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import in_transaction, read_with, show
from breach.web.frame.sessions import needs_fresh_login
from breach.web.parts.language import t
from breach.web.sending import notice_words
from breach.web.sending.forms import PurposeForm


@bp.route("/<reference>/communication/paper", methods=["GET", "POST"])
@needs_fresh_login
def paper_list(reference: str) -> ResponseReturnValue:
    """Ask what the list is for, and answer with the file; no other address gives it."""
    page, _ = read_with(reference, lambda ctx, page: require_right(ctx, page.case))
    form = PurposeForm()
    count = service.to_be_posted(page)
    if not count or not form.validate_on_submit():
        title = t("sending.paper_title")
        values = {"form": form, "count": count, "most": service.MOST_ON_A_LIST}
        back = url_for("cases.communication", reference=reference)
        crumbs = [(title, "")]
        status = 422 if form.errors else 200
        return show(
            "sending/paper.html",
            page,
            tab=None,
            status=status,
            title=title,
            crumbs=crumbs,
            back=back,
            **values,
        )
    letters = in_transaction(lambda ctx: service.letters_for_the_post(ctx, reference, form.purpose.data))
    answer = Response(notice_words.paper_file(letters), mimetype="text/csv")
    name = t("sending.paper_file", reference=reference)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
