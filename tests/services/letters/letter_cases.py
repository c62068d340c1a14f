"""Contacts and facts that the tests of letters share. All people are invented."""

from dataclasses import replace
from datetime import date

from breach.domain.letters.contacts import (
    AdviceNumbers,
    AuthorityContact,
    ControllerContact,
    DpoContact,
    LetterContacts,
)
from breach.domain.letters.elements import ElementFacts
from breach.domain.letters.facts import Bilingual, LetterFacts

REFERENCE = "BRUD-2026-000001"
WRITTEN = date(2026, 3, 6)
CONTACTS = LetterContacts(
    ControllerContact(
        "Region Nordjylland",
        "The North Denmark Region",
        "Niels Bohrs Vej 30, 9220 Aalborg Øst",
        "29190941",
        "97648000",
        "region@rn.dk",
    ),
    DpoContact("+45 61 55 55 55", "hverdage kl. 9-14", "weekdays 9-14", "Kirsten Prøve"),
    AuthorityContact(
        "Carl Jacobsens Vej 35, 2500 Valby", "33193200", "dt@datatilsynet.dk", "datatilsynet.dk"
    ),
    AdviceNumbers("33980098", "114"),
)
ELEMENT_FACTS = ElementFacts(REFERENCE, CONTACTS)

SENT = Bilingual(
    "En medarbejder sendte et brev om dig til en anden patient.",
    "A member of staff sent a letter about you to another patient.",
)
COPIED = Bilingual("Kriminelle kopierede en liste hos os.", "Criminals copied a list of ours.")
WRONG_LETTER = LetterFacts(
    what_happened=SENT,
    way="sent_to_wrong_recipient",
    made_by="own_staff",
    confidentiality="known_recipients",
    cause="internal_accidental",
    data_categories=("identity", "contact", "national_id", "health"),
    return_or_deletion="confirmed",
    recipient_count=1,
    subject_count=1,
    began_on=date(2026, 3, 3),
    ended_on=date(2026, 3, 3),
    discovered_on=date(2026, 3, 5),
    contained=True,
    authority_notified=True,
    consequences=("identity_theft", "reputation"),
)
ABOUT = replace(WRONG_LETTER, day_is_about=True)
STOLEN_LIST = LetterFacts(
    what_happened=COPIED,
    subject_count_is_estimate=True,
    confidentiality="exfiltrated",
    cause="external_deliberate",
    data_categories=("identity", "contact", "national_id"),
    subject_count=214000,
    began_on=date(2026, 5, 11),
    ended_on=date(2026, 5, 14),
    discovered_on=date(2026, 5, 14),
    next_message_by=date(2026, 6, 12),
    contained=True,
    authority_notified=True,
    police_notified=True,
)
