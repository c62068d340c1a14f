"""The dataansvarlig whose name, address and telephone stand on the public pages."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, g
from sqlalchemy import select

from breach.services.context import Runtime
from breach.store.models import Controller
from breach.web.i18n import current_language
from breach.web.sessions import reading

KEPT_FOR = timedelta(minutes=1)  # a changed telephone number shows within this time


@dataclass(frozen=True)
class Contact:
    """How to reach the controller; the words that differ by language are pairs."""

    names: tuple[str, str]
    cvr: str
    address: str
    phone: str
    email: str
    dpo_name: str
    dpo_phone: str

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.names[current_language() == "en"]


UNKNOWN = Contact(("Dataansvarlig", "Controller"), "", "", "", "", "", "")


def _read(runtime: Runtime) -> Contact:
    today = runtime.clock().date()
    with reading(runtime) as database:
        chosen = select(Controller).where(Controller.valid_from <= today).order_by(Controller.id)
        for row in database.scalars(chosen):
            if row.valid_to is None or row.valid_to >= today:
                return Contact(
                    (row.name_da, row.name_en),
                    row.cvr,
                    row.address,
                    row.phone,
                    row.email,
                    row.dpo_name,
                    row.dpo_phone,
                )
    return UNKNOWN


def current_contact() -> Contact:
    """Return the first controller that is valid today; kept for a minute, as every page shows it."""
    if "contact" not in g:
        runtime: Runtime = current_app.extensions["breach"]
        kept = current_app.extensions.get("breach.contact")
        if kept is None or abs(runtime.clock() - kept[0]) > KEPT_FOR:
            kept = current_app.extensions["breach.contact"] = (runtime.clock(), _read(runtime))
        g.contact = kept[1]
    found: Contact = g.contact
    return found
