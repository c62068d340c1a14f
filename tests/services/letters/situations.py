"""Situations of real work, with what their letter says and must not say, in Danish. All of it is invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DAYS = {"happened_on": "2026-03-03", "discovered_on": "2026-03-04", "aware_on": "2026-03-05"}
NAMED = ["identity", "contact"]
RECORD = ["identity", "national_id", "health"]


@dataclass(frozen=True)
class Situation:
    """A name, the facts in JSON, and words that stand in the Danish letter or must not."""

    name: str
    given: Mapping[str, Any]
    says: tuple[str, ...]
    never: tuple[str, ...] = ()


def situation(
    name: str, given: Mapping[str, Any], says: tuple[str, ...], never: tuple[str, ...] = ()
) -> Situation:
    return Situation(name, {**DAYS, **given}, says, never)


WRONG_PERSON = {
    "way": "sent_to_wrong_recipient",
    "made_by": "own_staff",
    "cause": "internal_accidental",
    "confidentiality": "known_recipients",
    "data_categories": RECORD,
}
SNOOP = {
    "way": "looked_up_without_need",
    "made_by": "own_staff",
    "cause": "internal_deliberate",
    "confidentiality": "known_recipients",
    "data_categories": ["identity", "health"],
}
SERVER = {
    "way": "open_on_internet",
    "made_by": "supplier",
    "cause": "external_accidental",
    "confidentiality": "exposed",
    "data_categories": ["identity", "contact", "national_id"],
    "subject_count": 12000,
    "contained": True,
}
LAPTOP = {
    "way": "device_stolen",
    "made_by": "outsider",
    "cause": "external_deliberate",
    "confidentiality": "unknown_recipients",
    "data_categories": RECORD,
    "police_notified": True,
}
RANSOM = {
    "way": "ransomware",
    "made_by": "outsider",
    "cause": "external_deliberate",
    "data_categories": RECORD,
    "contained": True,
}
DOUBT = ("Vi har ikke set tegn", "låne", "slettet")
"""What must not stand in a letter where nobody can do anything with the data."""

SITUATIONS = (
    situation(
        "a letter to one wrong person",
        {**WRONG_PERSON, "subject_count": 1, "recipient_count": 1, "return_or_deletion": "confirmed"},
        (
            "blev sendt til en forkert modtager",
            "En medarbejder hos os lavede en fejl",
            "Én person har fået oplysninger om dig",
            "Fejlen er vores, og vi beklager den.",
            "at oplysningerne er slettet eller leveret tilbage",
            "kreditadvarsel",
        ),
        ("personer", "De, der", "skulle være sikre på"),
    ),
    situation(
        "18,856 letters sent to one wrong person each",
        {**WRONG_PERSON, "subject_count": 18856, "recipient_count": 18856, "recipients_per_person": 1},
        ("Én person har fået oplysninger om dig", "18.856 personer er berørt, og du er en af dem."),
        ("18.856 personer har fået", "Omkring", "Ca."),
    ),
    situation(
        "18,856 letters, and nobody told how many got each",
        {**WRONG_PERSON, "subject_count": 18856, "recipient_count": 18856},
        ("Vi ved, hvem der har fået oplysningerne.", "18.856 personer er berørt"),
        ("Én person", "18.856 personer har"),
    ),
    situation(
        "one letter about forty people to one person",
        {**WRONG_PERSON, "subject_count": 40, "recipient_count": 1},
        ("Én person har fået oplysninger om dig", "40 personer er berørt"),
        ("Omkring 40",),
    ),
    situation(
        "a mis-sent letter about an estimated number of people",
        {**WRONG_PERSON, "subject_count": 40, "subject_count_is_estimate": True},
        ("Omkring 40 personer er berørt",),
    ),
    situation(
        "a mis-sent letter of a supplier",
        {**WRONG_PERSON, "made_by": "supplier", "recipients_per_person": 3},
        (
            "hos en leverandør, der arbejder for os",
            "3 personer har fået oplysninger om dig",
            "Vi har også ansvaret",
        ),
        ("medarbejder hos os", "Fejlen er vores"),
    ),
    situation(
        "a mis-sent letter whose recipient says no",
        {**WRONG_PERSON, "recipients_per_person": 1, "return_or_deletion": "refused"},
        ("men vi har fået nej", "Der er en risiko for misbrug"),
        ("risikoen for misbrug er lav", "arbejder videre"),
    ),
    situation(
        "a mis-sent letter whose recipient has not answered",
        {**WRONG_PERSON, "recipients_per_person": 1, "return_or_deletion": "requested"},
        ("vi venter på svar",),
        ("Vi skriver til dig igen",),
    ),
    situation(
        "an e-mail with everybody in Cc",
        {
            "way": "recipients_saw_each_other",
            "made_by": "own_staff",
            "cause": "internal_accidental",
            "confidentiality": "known_recipients",
            "data_categories": ["contact"],
            "subject_count": 63,
            "recipients_per_person": 62,
        },
        (
            "alle, der fik den, kunne se de andre modtagere",
            "62 personer kunne se det.",
            "63 personer er berørt",
        ),
        ("låne", "slettet", "sundhed.dk"),
    ),
    situation(
        "nosy look-ups by an employee",
        {**SNOOP, "recipients_per_person": 1, "return_or_deletion": "none"},
        ("Det var en medarbejder hos os", "Vi ved, hvem personen er.", "sundhed.dk", "Det må ikke ske."),
        ("slettet", "låne", "lavede en fejl", "bank"),
    ),
    situation(
        "nosy look-ups by three employees",
        {**SNOOP, "recipients_per_person": 3},
        ("# Medarbejdere har set", "Det var medarbejdere hos os", "3 personer har fået kendskab"),
        ("Én person", "slettet", "en medarbejder"),
    ),
    situation(
        "an employee looked up by mistake",
        {**SNOOP, "cause": "internal_accidental", "recipients_per_person": 1},
        ("lavede en fejl", "Fejlen er vores"),
        ("gjorde det", "Det må ikke ske"),
    ),
    situation(
        "a supplier's open server, no sign of misuse",
        SERVER,
        (
            "lå på internettet",
            "hos en leverandør",
            "Vi har ikke set tegn på",
            "Vi kan ikke udelukke misbrug, men vi har ikke set tegn",
            "Det er stoppet nu.",
        ),
        ("medarbejder", "er taget en kopi"),
    ),
    situation(
        "a supplier's open server whose log is whole",
        {**SERVER, "access_log": "complete"},
        ("loggen viser, at ingen gjorde det",),
        ("ikke set tegn",),
    ),
    situation(
        "a supplier's open server without a log",
        {**SERVER, "access_log": "none"},
        ("Vi kan ikke se, om nogen gjorde det.", "Vi kan ikke udelukke misbrug"),
        ("ikke set tegn", "er lav"),
    ),
    situation(
        "a stolen laptop, encrypted",
        {**LAPTOP, "protection": "intact"},
        (
            "er blevet stjålet",
            "låst med en kode (kryptering)",
            "Vi regner ikke med",
            "Vi har meldt det til politiet.",
        ),
        ("fået oplysninger", "låne", "har set oplysningerne"),
    ),
    situation(
        "a stolen laptop, not encrypted",
        {**LAPTOP, "protection": "none"},
        ("Vi ved ikke, om nogen har set oplysningerne.", "Vi kan ikke udelukke misbrug", "kreditadvarsel"),
        ("har haft adgang", "har fået oplysninger"),
    ),
    situation(
        "a stolen laptop whose code may be known",
        {**LAPTOP, "protection": "doubtful"},
        ("koden kan være kendt af andre",),
        ("Vi regner ikke med",),
    ),
    situation(
        "a lost USB stick",
        {
            "way": "device_lost",
            "made_by": "own_staff",
            "cause": "internal_accidental",
            "confidentiality": "unknown_recipients",
            "protection": "none",
            "data_categories": ["identity", "health"],
        },
        ("er blevet væk", "Vi ved ikke, om nogen har set oplysningerne."),
        ("stjålet", "har haft adgang", "Det er stoppet"),
    ),
    situation(
        "a lost telephone, encrypted, for us by a supplier",
        {
            "way": "device_lost",
            "made_by": "supplier",
            "cause": "external_accidental",
            "confidentiality": "unintelligible_only",
            "data_categories": NAMED,
        },
        ("låst med en kode", "hos en leverandør", "Har du spørgsmål, eller er du utryg"),
        ("misbrug. ", "opkald"),
    ),
    situation(
        "paper left in a room, nobody known to have read it",
        {
            "way": "papers_left_or_lost",
            "made_by": "own_staff",
            "cause": "internal_accidental",
            "confidentiality": "exposed",
            "data_categories": RECORD,
        },
        ("Papirer med oplysninger om dig lå et sted", "Vi har ikke set tegn på"),
        ("internet", "Det er stoppet"),
    ),
    situation(
        "papers found by one who gave them back",
        {
            "way": "papers_left_or_lost",
            "made_by": "own_staff",
            "cause": "internal_accidental",
            "confidentiality": "known_recipients",
            "recipients_per_person": 1,
            "return_or_deletion": "confirmed",
            "data_categories": RECORD,
        },
        ("Én person har fået", "leveret tilbage", "risikoen for misbrug er mindre"),
    ),
    situation(
        "a talk overheard in a waiting room",
        {
            "way": "seen_or_overheard",
            "made_by": "own_staff",
            "cause": "internal_accidental",
            "confidentiality": "known_recipients",
            "recipients_per_person": 2,
            "return_or_deletion": "requested",
            "data_categories": ["health"],
        },
        ("Andre har set eller hørt", "2 personer har fået kendskab til oplysninger om dig"),
        ("slettet", "kreditadvarsel"),
    ),
    situation(
        "ransomware without loss and without access",
        {**RANSOM, "confidentiality": "none", "availability": "hours", "service_impact": "none"},
        ("låste det", "Ingen uvedkommende har set oplysningerne.", "i nogle timer", "ikke haft betydning"),
        ("Der er taget en kopi", "låne", "med vilje"),
    ),
    situation(
        "ransomware with a copy taken",
        {**RANSOM, "confidentiality": "exfiltrated", "availability": "days"},
        ("Dit CPR-nummer er blevet stjålet", "Der er taget en kopi", "reel risiko", "i nogle dage"),
        ("Vi ved ikke, hvem",),
    ),
    situation(
        "ransomware with data gone for good and care delayed",
        {**RANSOM, "confidentiality": "none", "availability": "permanent", "service_impact": "care_delayed"},
        (
            "Vi kan ikke få oplysningerne tilbage.",
            "Din behandling kan være blevet forsinket.",
            "om din behandling",
        ),
        ("i nogle",),
    ),
    situation(
        "wrong data in a record, put right",
        {
            "way": "wrong_data",
            "made_by": "own_staff",
            "cause": "internal_accidental",
            "integrity": "recoverable",
            "confidentiality": "none",
            "data_categories": ["health"],
        },
        ("stået forkerte oplysninger", "kan rettes", "betydet noget for din behandling"),
        ("misbrug", "låne", "Vi ved endnu ikke"),
    ),
    situation(
        "a wrong medicine list that endangered care",
        {
            "way": "wrong_data",
            "made_by": "technical_fault",
            "integrity": "recoverable",
            "data_categories": ["health"],
            "service_impact": "care_endangered",
        },
        ("Grunden er en teknisk fejl", "sikkerheden i din behandling", "behandling eller medicin, så ring"),
        ("misbrug. ", "medarbejder", "om andre har set"),
    ),
    situation(
        "wrong data that cannot be restored",
        {
            "way": "wrong_data",
            "made_by": "supplier",
            "integrity": "unrecoverable",
            "data_categories": ["employment"],
        },
        ("Vi kan ikke få de rigtige oplysninger tilbage.", "din sag hos os"),
        ("behandling",),
    ),
    situation(
        "a publication on a web page",
        {
            "way": "put_on_website",
            "made_by": "own_staff",
            "cause": "internal_accidental",
            "confidentiality": "published",
            "data_categories": ["identity", "national_id"],
            "contained": True,
        },
        ("lagt på en hjemmeside, som alle kan se", "fordi alle kunne se", "Det er stoppet nu."),
        ("Alle kunne se oplysningerne.",),
    ),
    situation(
        "access too wide, no sign of misuse",
        {
            "way": "access_too_wide",
            "made_by": "technical_fault",
            "confidentiality": "exposed",
            "access_log": "partial",
            "data_categories": ["identity", "health"],
            "contained": True,
        },
        ("Flere end nødvendigt", "Vi kan ikke se, om nogen gjorde det.", "sundhed.dk"),
        ("medarbejder", "kreditadvarsel", "slettet"),
    ),
    situation(
        "access too wide, the log whole",
        {
            "way": "access_too_wide",
            "made_by": "own_staff",
            "cause": "internal_accidental",
            "confidentiality": "exposed",
            "access_log": "complete",
            "data_categories": ["identity", "health"],
        },
        ("loggen viser, at ingen gjorde det", "Vi regner ikke med misbrug"),
    ),
    situation(
        "a mailbox opened by phishing",
        {
            "way": "deceived",
            "made_by": "outsider",
            "cause": "external_deliberate",
            "confidentiality": "unknown_recipients",
            "data_categories": ["communications", "contact"],
        },
        ("Svindlere narrede sig til adgang", "falske opkald", "Giv aldrig koder"),
        ("låne", "er taget en kopi"),
    ),
    situation(
        "a list stolen in a break-in",
        {
            "way": "break_in",
            "made_by": "outsider",
            "cause": "external_deliberate",
            "confidentiality": "exfiltrated",
            "data_categories": ["identity", "contact", "national_id"],
            "subject_count": 214000,
            "subject_count_is_estimate": True,
            "police_notified": True,
            "next_message_by": "2026-06-12",
        },
        ("Omkring 214.000 personer", "Vi skriver til dig igen senest den 12. juni 2026.", "kreditadvarsel"),
        ("når vi ved mere",),
    ),
    situation(
        "stolen passwords",
        {
            "way": "break_in",
            "cause": "external_deliberate",
            "confidentiality": "exfiltrated",
            "data_categories": ["credentials", "contact"],
        },
        ("Skift din adgangskode nu.", "prøve at logge ind som dig"),
        ("kreditadvarsel",),
    ),
    situation(
        "card details stolen at a supplier",
        {
            "way": "break_in",
            "made_by": "supplier",
            "cause": "external_deliberate",
            "confidentiality": "exfiltrated",
            "data_categories": ["payment"],
        },
        ("spærret dit kort", "hos en leverandør", "hvis nogen bruger dit kort"),
    ),
    situation(
        "a protected address sent to a wrong person",
        {**WRONG_PERSON, "data_categories": ["protected_address"], "recipients_per_person": 1},
        ("Er din adresse beskyttet, så ring til os i dag", "hvor du bor"),
        ("låne",),
    ),
    situation(
        "people with protected address among those affected",
        {**SERVER, "subject_groups": ["citizens", "protected_address"]},
        ("Er din adresse beskyttet, så ring til os i dag",),
    ),
    situation(
        "a child's record sent to another relative",
        {**WRONG_PERSON, "subject_groups": ["children"], "recipients_per_person": 1},
        ("Til dig, som brevet handler om", "Én person har fået"),
        ("Kære patient",),
    ),
    situation(
        "relatives of a patient",
        {**WRONG_PERSON, "subject_groups": ["relatives"], "data_categories": ["family"]},
        ("Kære pårørende", "Oplysninger om din familie"),
    ),
    situation(
        "own staff, sickness absence",
        {
            **WRONG_PERSON,
            "subject_groups": ["employees"],
            "data_categories": ["identity", "employment_health"],
            "consequences": ["social"],
        },
        ("Kære medarbejder", "familie, venner eller kolleger"),
        ("ubehageligt",),
    ),
    situation(
        "patients alone",
        {**WRONG_PERSON, "subject_groups": ["patients"]},
        ("Kære patient",),
    ),
    situation(
        "a system down for some minutes",
        {
            "way": "data_missing",
            "made_by": "technical_fault",
            "confidentiality": "none",
            "availability": "minutes",
            "data_categories": ["health"],
        },
        ("en periode, hvor vi manglede", "i nogle minutter", "ventet længere"),
        ("misbrug. ", "medarbejder"),
    ),
    situation(
        "records lost for good",
        {
            "way": "data_missing",
            "made_by": "supplier",
            "availability": "permanent",
            "data_categories": ["health"],
        },
        ("er gået tabt", "spørge dig om noget"),
        ("i en periode", "misbrug. "),
    ),
    situation(
        "nobody known to have done it",
        {
            "way": "put_on_website",
            "made_by": "nobody_known",
            "cause": "internal_deliberate",
            "confidentiality": "published",
            "data_categories": ["photo_video"],
        },
        ("Vi ved ikke, hvem der gjorde det.",),
        ("medarbejder", "leverandør"),
    ),
    situation(
        "an account by the handler with its day, and a reason",
        {
            **WRONG_PERSON,
            "what_happened": {
                "da": "Den 3. marts 2026 sendte vi et brev om din operation til en anden patient.",
                "en": "On 3 March 2026 we sent a letter about your operation to another patient.",
            },
            "measures_done": [
                {"da": "Vi hentede brevet samme dag.", "en": "We fetched the letter the same day."},
            ],
            "recipients_per_person": 1,
            "late_because": "finding_people",
        },
        (
            "# Hvad er der sket?\n\nDen 3. marts 2026 sendte vi et brev om din operation",
            "- Vi hentede brevet samme dag.",
            "Vi skriver først nu, fordi vi skulle være sikre på, hvem oplysningerne handler om.",
        ),
        ("Det skete den", "blev sendt til en forkert", "lavede en fejl"),
    ),
    situation(
        "a period, discovered long after",
        {
            **SNOOP,
            "happened_on": None,
            "began_on": "2023-01-02",
            "ended_on": "2026-02-27",
            "recipients_per_person": 1,
        },
        (
            "mellem den 2. januar 2023 og den 27. februar 2026",
            "Det blev opdaget den 4. marts 2026.",
            "Vi blev klar over det den 5. marts 2026.",
        ),
    ),
    situation(
        "discovered and known on the same day",
        {**SERVER, "aware_on": "2026-03-04"},
        ("Det blev opdaget den 4. marts 2026.",),
        ("Vi blev klar over det",),
    ),
    situation(
        "known, and discovery not told",
        {**SERVER, "discovered_on": None, "aware_on": "2026-03-05"},
        ("Vi blev klar over det den 5. marts 2026.",),
        ("opdaget",),
    ),
    situation(
        "hardly anything known yet",
        {"happened_on": None, "discovered_on": None, "aware_on": None},
        ("Vi ved endnu ikke, hvornår det skete.", "Vi ved endnu ikke, om andre har set oplysningerne."),
        ("medarbejder", "leverandør", "opdaget", "Hvad har vi gjort?", "så det ikke sker igen"),
    ),
)
