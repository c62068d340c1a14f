"""A demonstration: two regions, strangers to each other, with their people. All of it is invented."""

from datetime import date, datetime, timedelta

from breach.domain.states import Role
from breach.services.context import Context
from breach.services.people import NewPerson, add_controller, add_person, controller_by_slug
from breach.store.models import Controller

DEMO_PASSWORD = "brud-og-to-personer"
"""For demonstrations only; a production profile refuses to start with it."""


def _north() -> Controller:
    """Return the North Denmark Region, as its policy on the rights of data subjects names it."""
    return Controller(
        slug="nordjylland",
        name_da="Region Nordjylland",
        name_en="The North Denmark Region",
        cvr="29190941",
        address="Niels Bohrs Vej 30, 9220 Aalborg Øst",
        phone="97 64 80 00",
        email="region@rn.dk",
        dpo_name="Karin Bruhn Termannsen",
        dpo_phone="61 55 55 55",
        valid_from=date(2007, 1, 1),
    )


def _example() -> Controller:
    return Controller(
        slug="eksempel",
        name_da="Region Eksempel",
        name_en="The Example Region",
        cvr="12345674",
        address="Prøvevej 1, 4180 Sorø",
        phone="70 00 00 00",
        email="region@example.dk",
        dpo_name="Ida Prøve",
        dpo_phone="70 00 00 01",
        valid_from=date(2007, 1, 1),
    )


PEOPLE = {
    "nordjylland": (
        NewPerson("sagsbehandler", "Sara Sagsbehandler", DEMO_PASSWORD, (Role.CASE_HANDLER,)),
        NewPerson("beslutter", "Bo Beslutter", DEMO_PASSWORD, (Role.DECIDER, Role.RECIPIENTS_IDENTITY)),
        NewPerson("godkender", "Gry Godkender", DEMO_PASSWORD, (Role.APPROVER,)),
        NewPerson("frigiver", "Frode Frigiver", DEMO_PASSWORD, (Role.RELEASER,)),
        NewPerson("revisor", "Rie Revisor", DEMO_PASSWORD, (Role.AUDITOR,)),
        NewPerson("administrator", "Ann Administrator", DEMO_PASSWORD, (Role.ADMINISTRATOR,)),
    ),
    "eksempel": (
        NewPerson("fremmed", "Finn Fremmed", DEMO_PASSWORD, (Role.CASE_HANDLER, Role.DECIDER, Role.APPROVER)),
    ),
}


def seed_people(ctx: Context) -> bool:
    """Store the two demonstration regions and their people; return whether there was anything to do."""
    if controller_by_slug(ctx, "nordjylland") is not None:
        return False
    for controller in (_north(), _example()):
        stored = add_controller(ctx, controller)
        for new in PEOPLE[stored.slug]:
            add_person(ctx, stored, new)
    return True


def demonstration_reports(now: datetime) -> list[tuple[str, dict[str, object]]]:
    """Return the reports of the demonstration with the region that each goes to: all of it is invented."""
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
                "contact": {"name": "Mette Prøve", "phone": "97 64 80 01"},
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
