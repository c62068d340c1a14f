"""Who is to be told: typed in one by one, or imported as a list."""

from flask import request
from flask.typing import ResponseReturnValue

from breach.domain.errors import Conflict, InvalidInput, StepRefused
from breach.domain.states import Role
from breach.services import recipients as service
from breach.services.cases import get_case
from breach.services.pages import CasePage
from breach.services.recipients import ImportResult
from breach.web import look
from breach.web.forms.cases import ImportForm, RecipientForm, StepForm
from breach.web.sessions import current_actor
from breach.web.views.cases import bp
from breach.web.views.casework import ask, conflict, perform, read, show


@bp.get("/<reference>/communication/recipients")
def recipients(reference: str) -> ResponseReturnValue:
    """Show the list, masked unless the person may see and asks to see who they are."""
    return _page(read(reference), reveal=request.args.get("reveal") == "1")


def _page(
    page: CasePage,
    form: StepForm | None = None,
    *,
    status: int = 200,
    reveal: bool = False,
    imported: ImportResult | None = None,
) -> ResponseReturnValue:
    actor, version = current_actor(), {"version": str(page.case.version)}
    may_reveal = actor.has(page.case.controller_id, Role.RECIPIENTS_IDENTITY)
    rows = ask(lambda ctx: service.list_recipients(ctx, get_case(ctx, page.case.reference), reveal=reveal))
    return show(
        "cases/recipients.html",
        page,
        tab="communication",
        primary=None,
        status=status,
        one=form if isinstance(form, RecipientForm) else RecipientForm(formdata=None, data=version),
        many=form if isinstance(form, ImportForm) else ImportForm(formdata=None, data=version),
        rows=look.recipient_rows(rows),
        masked=not reveal,
        may_reveal=may_reveal,
        is_open=look.list_is_open(page),
        may_add=look.list_is_open(page) and look.has_role(page, *service.WRITERS),
        imported=imported,
        **({"form": form} if form is not None else {}),
    )


@bp.post("/<reference>/communication/recipients/one")
def add_recipient(reference: str) -> ResponseReturnValue:
    """Put one person on the list."""
    form = RecipientForm()

    def again(status: int) -> ResponseReturnValue:
        return _page(read(reference), form, status=status)

    return perform(
        reference,
        form,
        lambda ctx: service.add_recipient(
            ctx, reference, form.seen, form.cpr.data or "", form.name.data or ""
        ),
        done="work.one",
        to="cases.recipients",
        again=again,
    )


@bp.post("/<reference>/communication/recipients/list")
def import_recipients(reference: str) -> ResponseReturnValue:
    """Import a list; the answer shows every bad row, so this page comes without a redirect."""
    form = ImportForm()
    upload = request.files.get("file")
    data = upload.read() if upload else b""
    try:
        found = ask(lambda ctx: service.import_csv(ctx, reference, form.seen, data))
    except InvalidInput as error:
        form.take_errors(error)
        return _page(read(reference), form, status=422)
    except Conflict:
        return conflict(reference, form)
    except StepRefused as refused:
        return conflict(reference, form, refused=refused)
    return _page(read(reference), imported=found, status=422 if found.faults else 200)
