"""The controllers (dataansvarlige) whose names, addresses and telephones stand on the pages."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, g

from breach.services.access.controllers import valid_controllers
from breach.services.context import Runtime
from breach.store.models import Controller
from breach.web.frame.sessions import current_actor, runtime
from breach.web.parts.language import current_language

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
    id: int = 0
    slug: str = ""

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.names[current_language() == "en"]


UNKNOWN = Contact(("Dataansvarlig", "Controller"), "", "", "", "", "", "")


def _contact(row: Controller) -> Contact:
    return Contact(
        (row.name_da, row.name_en),
        row.cvr,
        row.address,
        row.phone,
        row.email,
        row.dpo_name,
        row.dpo_phone,
        row.id,
        row.slug,
    )


def _read(runtime: Runtime) -> tuple[Contact, ...]:
    with runtime.reading() as context:
        return tuple(map(_contact, valid_controllers(context.session, context.now)))


def contacts() -> tuple[Contact, ...]:
    """Return the controllers that are valid today, the installation's first first.

    Kept for a minute, as every page shows one; that there is none is not kept, so the first shows at once.
    """
    if "contacts" not in g:
        service = runtime()
        kept = current_app.extensions.get("breach.contacts")
        if kept is None or not kept[1] or abs(service.clock() - kept[0]) > KEPT_FOR:
            kept = current_app.extensions["breach.contacts"] = (service.clock(), _read(service))
        g.contacts = kept[1]
    found: tuple[Contact, ...] = g.contacts
    return found


def current_contact() -> Contact:
    """Return the controller whose page this is: of a person logged in their own, else the first."""
    own = {controller_id for controller_id, _ in current_actor().roles}
    mine = [one for one in contacts() if one.id in own]
    return next(iter([*mine, *contacts()]), UNKNOWN)


def contact_of(slug: str | None) -> Contact:
    """Return the controller of a slug; without one, or when it is no longer valid, that of the page."""
    return next((one for one in contacts() if one.slug == slug), current_contact())
