"""Log-in and log-out of those who handle cases."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from breach.services.logins import Outcome
from breach.services.logins import log_in as try_log_in
from breach.web import kept
from breach.web.contact import current_contact
from breach.web.forms.login import LoginForm
from breach.web.i18n import PageFormats, t
from breach.web.sessions import ABSOLUTE, IDLE, begin_login, current_actor, end_login, runtime

bp = Blueprint("login", __name__)
FIRST_PAGE = "/cases"
FIRST_OF_ADMINISTRATOR = "/access"
_FORMAT = PageFormats()


def first_page() -> str:
    """Return where the person who is logged in begins: the queue, or access for who sees no case."""
    return FIRST_OF_ADMINISTRATOR if current_actor().only_administers else FIRST_PAGE


def known_address(wanted: str | None) -> str:
    """Return the address asked for if it is a page of ours, else where the person begins.

    Only the routing table decides; a look at the text of an address has been fooled too often.
    """
    if not wanted or not wanted.startswith("/"):
        return first_page()
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or "\\" in wanted or any(ord(sign) < 33 for sign in wanted):
        return first_page()
    routes = current_app.url_map.bind(request.host)
    try:
        endpoint, _ = routes.match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return first_page()
    return first_page() if endpoint in ("static", "login.log_in") else wanted


@bp.route("/login", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    """Show the form; a right pair leads to the page asked for."""
    if request.method == "GET" and current_actor().person_id is not None:
        return redirect(known_address(request.args.get("next")))
    form = LoginForm()
    if not form.validate_on_submit():
        return _page(form, kept.carried()), 422 if request.method == "POST" else 200
    outcome = try_log_in(runtime(), str(form.username.data), str(form.password.data))
    if outcome.person_id is None:
        form.others.append((form.username.id, _failure(outcome)))
        return _page(form, kept.carried()), 429 if outcome.wait_until else 422
    begin_login(outcome.person_id)
    target = known_address(request.args.get("next"))
    if (address := kept.address()) is not None:
        return _given_back(address, target)
    return redirect(target, 303)


def _page(form: LoginForm, carried: kept.Fields, action: str = "") -> str:
    limits = {"minutes": IDLE // timedelta(minutes=1), "hours": ABSOLUTE // timedelta(hours=1)}
    return render_template("login/form.html", form=form, carried=carried, action=action, **limits)


def log_in_first(fields: kept.Fields) -> str:
    """Return the log-in page for a form that came after the log-in had ended; it carries what was typed."""
    action = url_for("login.log_in", next=request.path)
    return _page(LoginForm(formdata=None), kept.to_carry(fields), action)


def _given_back(address: str, target: str) -> str:
    """Return the page on which a person finds what they had typed, ready to send; nothing is stored yet."""
    fields = kept.unpacked()
    return render_template(
        "login/back.html", action=address, target=target, fields=fields, written=kept.prose(fields)
    )


def _failure(outcome: Outcome) -> str:
    """Return one sentence for every cause, so that nobody learns which names exist."""
    if outcome.wait_until is None:
        return t("errors.login_failed")
    phone = _FORMAT.phone(current_contact().dpo_phone)
    return t("errors.login_wait", at=_FORMAT.clock_time(outcome.wait_until), phone=phone)


@bp.post("/logout")
def log_out() -> ResponseReturnValue:
    """End the session and have the browser forget what it kept of the pages."""
    end_login()
    answer = make_response(redirect(url_for("login.logged_out"), 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.get("/logged-out")
def logged_out() -> ResponseReturnValue:
    """Say that the person is logged out."""
    return render_template("login/out.html")
