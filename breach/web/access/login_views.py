"""Log-in and log-out of those who handle cases."""

from datetime import timedelta
from math import ceil
from urllib.parse import urlsplit

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from breach.services.access import passwords
from breach.services.access.login_sessions import ABSOLUTE, FRESH, IDLE
from breach.services.access.passwords import Outcome
from breach.texts import has
from breach.web.access.login_forms import ConfirmForm, LoginForm
from breach.web.frame import typed_back
from breach.web.frame.contact import current_contact
from breach.web.frame.limits import source
from breach.web.frame.sessions import (
    begin_login,
    confirm_login,
    current_actor,
    current_login,
    end_login,
    runtime,
)
from breach.web.parts.language import PageFormats, t

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
    if parts.scheme or parts.netloc or "//" in parts.path:
        return first_page()
    if "\\" in wanted or any(ord(sign) < 33 for sign in wanted):
        return first_page()
    routes = current_app.url_map.bind(request.host)
    try:
        endpoint, _ = routes.match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return first_page()
    return first_page() if endpoint in ("static", "login.log_in", "login.confirm") else wanted


@bp.route("/login", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    """Show the form; a right pair leads to the page asked for."""
    if request.method == "GET" and current_actor().person_id is not None:
        return redirect(known_address(request.args.get("next")))
    form = LoginForm()
    if not form.validate_on_submit():
        return _page(form, typed_back.carried()), 422 if request.method == "POST" else 200
    network = source(runtime())
    outcome = passwords.log_in(runtime(), str(form.username.data), str(form.password.data), network)
    if outcome.person_id is None:
        form.others.append((form.username.id, _failure(outcome)))
        return _failed(_page(form, typed_back.carried()), outcome)
    begin_login(outcome.person_id)
    target = known_address(request.args.get("next"))
    if (address := typed_back.address()) is not None:
        return _given_back(address, target)
    return redirect(target, 303)


def _page(form: LoginForm, carried: typed_back.Fields, action: str = "") -> str:
    limits = {"minutes": IDLE // timedelta(minutes=1), "hours": ABSOLUTE // timedelta(hours=1)}
    return render_template("access/login_form.html", form=form, carried=carried, action=action, **limits)


def log_in_first(fields: typed_back.Fields) -> str:
    """Return the log-in page for a form that came after the log-in had ended; it carries what was typed."""
    action = url_for("login.log_in", next=request.path)
    return _page(LoginForm(formdata=None), typed_back.to_carry(fields), action)


@bp.route("/login/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """Ask those logged in for their password again; a right one leads to the page asked for."""
    target = known_address(request.args.get("next"))
    login = current_login()
    if login is None:
        return _ended(target)
    if request.method == "GET" and runtime().clock() < login.fresh_until:
        return redirect(target)
    form = ConfirmForm()
    username = passwords.username_of(runtime(), login.actor.person_id or 0)
    if not form.validate_on_submit():
        return _confirm_page(form, username, typed_back.carried()), 422 if request.method == "POST" else 200
    outcome = passwords.confirm(runtime(), username, str(form.password.data), source(runtime()))
    if outcome.person_id is None:
        form.others.append((form.password.id, _failure(outcome, "errors.confirm_failed")))
        return _failed(_confirm_page(form, username, typed_back.carried()), outcome)
    if not confirm_login():
        return _ended(target)
    if (address := typed_back.address()) is not None:
        return _given_back(address, target, "confirmed")
    return redirect(target, 303)


def _confirm_page(form: ConfirmForm, username: str, carried: typed_back.Fields, action: str = "") -> str:
    minutes = FRESH // timedelta(minutes=1)
    values = {"form": form, "username": username, "carried": carried, "action": action, "minutes": minutes}
    return render_template("access/login_confirm.html", **values)


def confirm_first(fields: typed_back.Fields) -> str:
    """Return the page that asks for the password before a form is taken; it carries what was typed."""
    username = passwords.username_of(runtime(), current_actor().person_id or 0)
    action = url_for("login.confirm", next=request.path)
    return _confirm_page(ConfirmForm(formdata=None), username, typed_back.to_carry(fields), action)


def _ended(target: str) -> ResponseReturnValue:
    """Lead somebody whose log-in ended meanwhile to a new one, with the form that was carried."""
    action = url_for("login.log_in", next=target)
    if request.method == "GET":
        return redirect(action)
    return _page(LoginForm(formdata=None), typed_back.carried(), action), 400


def _given_back(address: str, target: str, why: str = "back") -> str:
    """Return the page on which a person finds what they had typed, ready to send; nothing is stored yet."""
    fields = typed_back.unpacked()
    values = {
        "title": t(f"access.login.{why}_title"),
        "lead": t(f"access.login.{why}_lead"),
        "written": typed_back.prose(fields),
    }
    values |= {"doing": _doing(address, fields), "send": t(f"access.login.{why}_send")}
    return render_template("access/login_back.html", action=address, target=target, fields=fields, **values)


def _doing(address: str, fields: typed_back.Fields) -> str:
    """Return what the form does, where nothing that was typed tells it: no button sends what is not named."""
    key = f"access.login.doing.{typed_back.purpose(address)}"
    return t(key, n=dict(fields).get("typed_count", "")) if has(key) else ""


def _failed(page: str, outcome: Outcome) -> ResponseReturnValue:
    """Return the page of a failed try, with the seconds to wait where there are some."""
    if outcome.wait_until is None:
        return page, 422
    wait = outcome.wait_until - runtime().clock()
    return page, 429, {"Retry-After": str(max(1, ceil(wait.total_seconds())))}


def _failure(outcome: Outcome, key: str = "errors.login_failed") -> str:
    """Return one sentence for every cause, so that nobody learns which names exist."""
    if outcome.wait_until is None:
        return t(key)
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
    return render_template("access/login_out.html")
