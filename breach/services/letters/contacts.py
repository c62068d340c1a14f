"""Whom a letter names: the controller and its officer as they are set, and the numbers of authorities."""

from breach.domain.letters.contacts import (
    AdviceNumbers,
    AuthorityContact,
    ControllerContact,
    DpoContact,
    LetterContacts,
)
from breach.store.models import Controller
from breach.texts import text

DATATILSYNET = AuthorityContact(
    "Carl Jacobsens Vej 35, 2500 Valby", "33 19 32 00", "dt@datatilsynet.dk", "datatilsynet.dk"
)
"""Source: datatilsynet.dk, contact page."""
ADVICE = AdviceNumbers(identity_theft="33 98 00 98", police="114")
"""Source: sikkerdigital.dk (hotline for identity theft); 114 is the police. Check before go-live."""


def contacts_of(controller: Controller) -> LetterContacts:
    """Return whom the letter names, from the controller's settings."""
    return LetterContacts(
        ControllerContact(
            controller.name_da,
            controller.name_en,
            controller.address,
            controller.cvr,
            controller.phone,
            controller.email,
        ),
        DpoContact(
            controller.dpo_phone,
            text("common.hours", "da"),
            text("common.hours", "en"),
            controller.dpo_name,
        ),
        DATATILSYNET,
        ADVICE,
    )
