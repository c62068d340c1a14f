"""The list of recipients: add one, import a file, show or find one."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.errors import Conflict, StepRefused
from breach.domain.states import Role
from breach.services.actions import roles_of
from breach.services.context import Context
from breach.services.desk.case_page import CasePage
from breach.services.sending import identity
from breach.services.sending import recipients as service
from breach.services.sending.identity import ListedRecipient, require_right
from breach.services.sending.recipients import ImportResult
from breach.web.cases import step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import conflict, in_transaction, perform, read_only, read_with, show
from breach.web.frame.sessions import current_actor, needs_fresh_login, runtime
from breach.web.informing import words as informing_words
from breach.web.parts.language import PageFormats, t
from breach.web.parts.step_form import StepForm
from breach.web.sending import recipient_words, words
from breach.web.sending.forms import FindForm, ImportForm, PurposeForm, RecipientForm


@bp.get("/<reference>/communication/recipients")
def recipients(reference: str) -> ResponseReturnValue:
    """Show the list; who the persons are is not on it."""
    return _page(*read_with(reference, _listed))


def _listed(ctx: Context, page: CasePage) -> list[ListedRecipient]:
    return identity.list_recipients(ctx, page.communication.id)


@bp.route("/<reference>/communication/recipients/<uuid:recipient_id>", methods=["GET", "POST"])
@needs_fresh_login
def recipient(reference: str, recipient_id: UUID) -> ResponseReturnValue:
    """Ask what a look at one person is for; the form alone shows who it is: no address or bookmark does."""
    page, found = read_with(reference, lambda ctx, _: identity.masked_one(ctx, reference, recipient_id))
    form = PurposeForm()
    title = _title(found)
    to = url_for("cases.recipients", reference=reference)
    if not form.validate_on_submit():
        return whose(page, title, recipient_words.listed_recipient(found), to, form)
    person = in_transaction(lambda ctx: identity.reveal(ctx, reference, recipient_id, form.purpose.data))
    return whose(page, title, recipient_words.listed_recipient(person), to, person=person)


@bp.route("/<reference>/communication/recipients/find", methods=["GET", "POST"])
@needs_fresh_login
def find_recipient(reference: str) -> ResponseReturnValue:
    """Tell who calls whether a letter goes to them, and how far it is: by the CPR number, in no address."""
    page, _ = read_with(reference, lambda ctx, page: require_right(ctx, page.case))
    form = FindForm()
    title = t("sending.find_recipient")
    to = url_for("cases.recipients", reference=reference)
    if not form.validate_on_submit():
        return whose(page, title, [], to, form)
    person = in_transaction(lambda ctx: identity.find(ctx, reference, form.cpr.data or "", form.purpose.data))
    if person is None:
        return whose(page, title, [], to)
    return whose(page, _title(person), recipient_words.listed_recipient(person), to, person=person)


def _title(row: ListedRecipient) -> str:
    return t("sending.person_title", n=PageFormats().number(row.number))


def whose(
    page: CasePage,
    title: str,
    rows: list[tuple[str, str]],
    back: str,
    form: PurposeForm | None = None,
    *,
    person: ListedRecipient | None = None,
) -> ResponseReturnValue:
    """Return the page that asks what a look is for by a form, or without one shows what there is.

    person: somebody on the list, who can be corrected or removed from there
    """
    asked = {} if form is None else {"form": form}
    status = 422 if form is not None and form.errors else 200
    values: dict[str, Any] = {"title": title, "crumbs": [(title, "")], "rows": rows, "back": back, **asked}
    changes = [] if person is None else corrections(page)
    shown = {"changes": changes, "person": person, **values}
    return show("sending/recipient.html", page, tab=None, status=status, **shown)


def corrections(page: CasePage) -> list[str]:
    """Return which of the steps that correct the list the reader may take now."""
    wanted = ("correct_recipient", "remove_recipient")
    return [offer.step for offer in page.offers if offer.step in wanted and offer.is_open]


def _page(
    page: CasePage,
    rows: list[ListedRecipient],
    form: StepForm | None = None,
    *,
    status: int = 200,
    imported: ImportResult | None = None,
    typed: tuple[UUID, list[tuple[str, str]]] | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    version = {"version": str(page.case.version)}
    may_see_identity = actor.has(page.case.controller_id, Role.RECIPIENTS_IDENTITY)
    return show(
        "sending/recipients.html",
        page,
        words=recipient_words,
        tab="communication",
        status=status,
        one=form if isinstance(form, RecipientForm) else RecipientForm(formdata=None, data=version),
        many=form if isinstance(form, ImportForm) else ImportForm(formdata=None, data=version),
        rows=recipient_words.recipient_rows(page, rows)
        if may_see_identity
        else recipient_words.recipient_states(rows),
        may_see_identity=may_see_identity,
        is_open=words.list_is_open(page),
        may_add=words.list_is_open(page) and step_words.has_role(page, *roles_of("add_recipient")),
        imported=imported,
        typed=typed,
        changes=corrections(page),
        notes=informing_words.remedies(page) if page.recipients else [],
        **({"form": form} if form is not None else {}),
    )


@bp.post("/<reference>/communication/recipients/one")
def add_recipient(reference: str) -> ResponseReturnValue:
    """Put one person on the list; the answer shows what was typed, so this page comes without a redirect."""
    form = RecipientForm()

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _page(page, read_only(lambda ctx: _listed(ctx, page)), form, status=status)

    added: list[UUID] = []

    def do(ctx: Context) -> None:
        added.append(service.add_recipient(ctx, reference, form.seen, **form.asked()))

    def then() -> ResponseReturnValue:
        typed = recipient_words.typed(form.name.data or "", form.cpr.data or "")
        return _page(*read_with(reference, _listed), typed=(added[0], typed))

    return perform(reference, form, "add_recipient", again, do=do, then=then)


@bp.post("/<reference>/communication/recipients/list")
def import_recipients(reference: str) -> ResponseReturnValue:
    """Import a list; the answer shows the bad rows, so this page comes without a redirect."""
    form = ImportForm()
    upload = request.files.get("file")
    is_chosen = upload is not None and bool(upload.filename)
    data = upload.read() if upload else b""
    try:
        if "faults" in request.form:
            return _faults(reference, form, data)
        found = service.import_file(runtime(), current_actor(), reference, form.seen, data, form.choices)
    except Conflict:
        return conflict(reference, form)
    except StepRefused as refused:
        return conflict(reference, form, refused=refused)
    if not found.faults:
        return _page(*read_with(reference, _listed), imported=found)
    form.offer_columns(found.found.heads)
    form.file.errors = [recipient_words.bad_list(found) if is_chosen else t("errors.list_missing")]
    return _page(*read_with(reference, _listed), form, status=422, imported=found)


def _faults(reference: str, form: ImportForm, data: bytes) -> ResponseReturnValue:
    """Return the rows of the file that have faults, as a file; nobody is put on the list."""
    found = service.look_at_file(runtime(), current_actor(), reference, form.seen, data, form.choices)
    answer = Response(recipient_words.fault_file(found), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=t("sending.fault_file"))
    return answer
