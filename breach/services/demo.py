"""The demonstration: two regions that cannot see each other's cases, and invented people and reports."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from breach.domain.passwords import DEMO_PASSWORD as DEMO_PASSWORD
from breach.domain.states import Role
from breach.services.access import role_requests
from breach.services.access.announcements import mark_seen
from breach.services.access.controllers import Details, add_controller, controller_by_slug, known_controller
from breach.services.access.passwords import is_password
from breach.services.access.people import NewPerson, RoleAt, actor_of, add_person
from breach.services.context import Context
from breach.store.models import AccessChange, Person

NORTH = Details(
    name_da="Region Nordjylland",
    name_en="The North Denmark Region",
    cvr="29190941",
    address="Niels Bohrs Vej 30, 9220 Aalborg Øst",
    phone="70 00 00 02",
    email="region@nord.example",
    dpo_name="Dagny Prøve",
    dpo_phone="70 00 00 03",
    valid_from=date(2007, 1, 1),
)
"""A real region: its names, CVR number and postal address. Telephones, e-mail and adviser are invented."""

EXAMPLE = Details(
    name_da="Region Eksempel",
    name_en="The Example Region",
    cvr="12345674",
    address="Prøvevej 1, 4180 Sorø",
    phone="70 00 00 00",
    email="region@eksempel.example",
    dpo_name="Ida Prøve",
    dpo_phone="70 00 00 01",
    valid_from=date(2007, 1, 1),
)


def _of(slug: str, username: str, name: str, *roles: Role) -> NewPerson:
    return NewPerson(username, name, DEMO_PASSWORD, tuple(RoleAt(role, slug) for role in roles))


REGIONS = {"nordjylland": NORTH, "eksempel": EXAMPLE}
PEOPLE = (
    _of("nordjylland", "sagsbehandler", "Sara Sagsbehandler", Role.CASE_HANDLER),
    _of("nordjylland", "beslutter", "Bo Beslutter", Role.DECIDER, Role.RECIPIENTS_IDENTITY),
    _of("nordjylland", "godkender", "Gry Godkender", Role.APPROVER),
    _of("nordjylland", "frigiver", "Frode Frigiver", Role.RELEASER),
    _of("nordjylland", "revisor", "Rie Revisor", Role.AUDITOR),
    _of("eksempel", "fremmed", "Finn Fremmed", Role.CASE_HANDLER, Role.DECIDER, Role.APPROVER),
    # Last: once a region has two administrators, a role of anybody else waits for one of them.
    _of("nordjylland", "administrator", "Ann Administrator", Role.ADMINISTRATOR),
    _of("nordjylland", "administrator2", "Adam Administrator", Role.ADMINISTRATOR),
)


def seed_people(ctx: Context) -> bool:
    """Store the two demonstration regions and their people; return whether there was anything to do."""
    if controller_by_slug(ctx, "nordjylland") is not None:
        return False
    earlier = replace(ctx, now=ctx.now - timedelta(days=30))  # their roles are not new any more
    for slug, details in REGIONS.items():
        add_controller(earlier, slug, details)
    made = {new.username: add_person(earlier, new) for new in PEOPLE}
    announced = earlier.session.scalars(select(AccessChange.id)).all()
    mark_seen(replace(earlier, actor=actor_of(made["revisor"])), announced)
    return True


def public_log_in(ctx: Context) -> str | None:
    """Return a name of the demonstration that its published password still opens, if there is one."""
    wanted = select(Person).where(Person.username.in_([one.username for one in PEOPLE]))
    for person in ctx.session.scalars(wanted.where(Person.disabled_at.is_(None)).order_by(Person.id)):
        if is_password(person, DEMO_PASSWORD):
            return person.username
    return None


def ask_for_a_role(ctx: Context) -> None:
    """Have an administrator of the demonstration ask for a role, so that the other has one to answer."""
    people = {one.username: one for one in ctx.session.scalars(select(Person))}
    controller = known_controller(ctx, "nordjylland")
    asking = replace(ctx, actor=actor_of(people["administrator"]))
    role_requests.ask(asking, "sagsbehandler", Role.RECIPIENTS_IDENTITY.value, controller.id)


def demonstration_reports(now: datetime) -> list[tuple[str, dict[str, object]]]:
    """Return the demonstration's reports, each with the slug of its region; all of them are invented."""
    found = now - timedelta(hours=30)
    return [
        (
            "nordjylland",
            {
                "kind": "staff",
                "what": "Et brev om en patients behandling blev sendt til en forkert person med Digital Post."
                " Modtageren ringede til afsnittet og sagde det.",
                "unit": "Ortopædkirurgi, lægesekretær",
                "occurred": {"kind": "exact", "from": (now - timedelta(days=3)).isoformat()},
                "discovered_at": found.isoformat(),
                "discovered_how": "outsider",
                "affected": {
                    "data_categories": ["identity", "contact", "national_id", "health"],
                    "subject_groups": ["patients"],
                    "subject_count": 1,
                    "confidentiality": "known_recipients",
                    "integrity": "none",
                    "availability": "none",
                    "cause": "internal_accidental",
                    "return_or_deletion": "requested",
                },
                "containment": "Modtageren er bedt om at slette brevet.",
                "contact": {"name": "Mette Prøve", "phone": "70 00 00 04"},
            },
        ),
        (
            "eksempel",
            {
                "kind": "citizen",
                "what": "Jeg kunne se en andens booking, da jeg loggede ind.",
                "occurred": {"kind": "unknown"},
                "anonymous": True,
            },
        ),
    ]
