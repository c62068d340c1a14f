"""Who stands in for a person who handles cases: named for some days, seen, and ended early."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.errors import InvalidInput
from breach.services.cases.handler import deputies as service
from breach.services.context import Context
from breach.web.access.forms import DeputyForm
from breach.web.cases.perform import in_transaction, read_only
from breach.web.frame.sessions import require_login

bp = Blueprint("deputies", __name__, url_prefix="/deputy")
bp.before_request(require_login)


@bp.route("", methods=["GET", "POST"])
def mine() -> ResponseReturnValue:
    """List the deputies of the person, and name one."""
    form = DeputyForm()
    form.to.choices = read_only(service.possible_deputies)
    if request.method == "GET":
        return _page(form, 200)
    if not form.validate():
        return _page(form, 422)

    days = [day for day in (form.from_day.data, form.to_day.data) if day is not None]

    def do(ctx: Context) -> None:
        service.name_deputy(ctx, str(form.to.data), days[0], days[-1])

    try:
        in_transaction(do)
    except InvalidInput as error:
        form.take_errors(error)
        return _page(form, 422)
    return redirect(url_for(".mine", message="access.deputy_named"), 303)


@bp.post("/<uuid:deputy_id>/end")
def end(deputy_id: UUID) -> ResponseReturnValue:
    """End that somebody stands in."""
    in_transaction(lambda ctx: service.end_deputy(ctx, deputy_id))
    return redirect(url_for(".mine", message="access.deputy_ended"), 303)


def _page(form: DeputyForm, status: int) -> ResponseReturnValue:
    values: dict[str, Any] = {"form": form, "rows": read_only(service.own_deputies)}
    return render_template("access/deputy.html", **values), status
