"""The application factory of the pages: wires settings, safety, words, views and errors."""

from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from flask import Blueprint, Flask, url_for
from jinja2 import BaseLoader, PackageLoader, StrictUndefined, select_autoescape
from werkzeug.middleware.proxy_fix import ProxyFix

from breach.services.context import Runtime
from breach.texts import catalogue, has
from breach.web import errors
from breach.web.frame import addresses, limits, refusals, security
from breach.web.frame.contact import contacts, current_contact
from breach.web.frame.sessions import Visits, current_actor, current_login
from breach.web.parts import language
from breach.web.parts.forms import UNSEEN_IN_SCRIPTS, problems
from breach.web.parts.query import own_address, own_path, parameter

STATIC = Path(__file__).parent / "static"
#: Every module here gives its addresses to a blueprint `bp`: its own, or that of the pages of a case.
VIEWS: tuple[str, ...] = (
    "breach.web.info.start",
    "breach.web.access.login_views",
    "breach.web.access.login_session_views",
    "breach.web.access.time_left_view",
    "breach.web.info.views",
    "breach.web.info.health",
    "breach.web.intake.views",
    "breach.web.intake.code_views",
    "breach.web.intake.receipt_views",
    "breach.web.desk.queue_views",
    "breach.web.desk.case_views",
    "breach.web.desk.step_views",
    "breach.web.authority.awareness_views",
    "breach.web.risk.views",
    "breach.web.risk.decision_views",
    "breach.web.authority.views",
    "breach.web.letters.views",
    "breach.web.sending.views",
    "breach.web.sending.recipient_views",
    "breach.web.sending.correction_views",
    "breach.web.sending.paper_views",
    "breach.web.sending.notice_views",
    "breach.web.informing.notice_views",
    "breach.web.register.views",
    "breach.web.access.views",
    "breach.web.access.deputy_views",
    "breach.api",
)


class Desk(Flask):
    """Flask with the templates of the package, where a missing value is an error."""

    jinja_options = {  # noqa: RUF012 -- Flask declares it so
        "undefined": StrictUndefined,
        "autoescape": select_autoescape(("html", "xml"), default_for_string=True),
        "trim_blocks": True,
        "lstrip_blocks": True,
    }

    def create_global_jinja_loader(self) -> BaseLoader:  # type: ignore[override]  # Flask names its own kind
        """Return the one place templates come from."""
        return PackageLoader("templates", "")

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        """Escape pages, XML and anything without a name."""
        return filename is None or filename.endswith((".html", ".xml"))


@cache
def _content_hash(path: str) -> str:
    """Return the start of the file's SHA-256, or nothing for a file that is not there."""
    file = STATIC / path
    return sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else ""


def asset(path: str) -> str:
    """Return the address of a static file with the hash of its content: browsers may keep it for ever."""
    version = _content_hash(path)
    return url_for("static", filename=path, v=version) if version else url_for("static", filename=path)


def done_message() -> str:
    """Return the words of `?message=` after a change: of `<topic>.done.<name>` or `<step>.done`, or none.

    It stands in the address because a visitor has no store of flashed messages; only our own texts can show.
    """
    wanted = parameter("message")
    topic, _, name = wanted.rpartition(".")
    keys = (f"{topic or 'common'}.done.{name}", f"{wanted}.done")
    found = next((key for key in keys if has(key) and "{" not in catalogue("da")[key]), "")
    return language.t(found) if found else ""


def create_app(runtime: Runtime) -> Flask:
    """Return the web application of a runtime."""
    app = Desk("breach.web", static_folder=str(STATIC), template_folder=None)
    app.extensions["breach"] = runtime
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = None  # `security.harden` says how long
    addresses.init_app(app)
    security.init_app(app, runtime)
    app.session_interface = Visits(runtime, security.page_key(runtime))
    language.init_app(app)
    limits.init_app(app, runtime)
    refusals.init_app(app, runtime)
    errors.init_app(app)
    app.jinja_env.globals.update(
        parameter=parameter,
        own_path=own_path,
        own_address=own_address,
        asset=asset,
        problems=problems,
        actor=current_actor,
        log_in=current_login,
        contact=current_contact,
        contacts=contacts,
        is_loopback=not runtime.settings.secure,
        done_message=done_message,
        now=language.now_utc,
        unseen=UNSEEN_IN_SCRIPTS,
    )
    for blueprint in dict.fromkeys([_blueprint(module) for module in VIEWS]):
        app.register_blueprint(blueprint)
    if runtime.settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]  # as Flask's docs say
    return app


def _blueprint(module: str) -> Blueprint:
    blueprint = import_module(module).bp
    if not isinstance(blueprint, Blueprint):
        raise TypeError(f"{module} has no blueprint named bp")
    return blueprint
