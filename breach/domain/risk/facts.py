"""What is known of a personal data breach: the input of the risk assessment. `reading.py` reads it strictly.

A fact that is None is not known yet, and counts as the worst it could be. The values of each
enumeration stand in order from the least to the most harmful; the rules rely on that order.

The vocabulary only grows: facts of an older version are read as before, and what they lack is not known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum

FACTS_VERSION = 3
"""Version of the vocabulary. 3 added what makes a recipient trusted, the log, and the use of wrong data."""


class Ordered(Enum):
    """A vocabulary whose members know their place: `rank` counts from 0 in the order written."""

    rank: int
    value: str

    # Members are single objects; Enum takes the hash of their names, a call for each look in a set.
    __hash__ = object.__hash__

    def __init__(self, _word: str) -> None:
        self.rank = len(type(self).__members__)


class Confidentiality(Ordered):
    """How far unauthorised persons got; lost and stolen things are `unknown_recipients`."""

    NONE = "none"
    UNINTELLIGIBLE_ONLY = "unintelligible_only"
    EXPOSED = "exposed"
    KNOWN_RECIPIENTS = "known_recipients"
    UNKNOWN_RECIPIENTS = "unknown_recipients"
    EXFILTRATED = "exfiltrated"
    PUBLISHED = "published"


class Integrity(Ordered):
    """Unauthorised or accidental alteration, and whether it can be put right."""

    NONE = "none"
    RECOVERABLE = "recoverable"
    UNRECOVERABLE = "unrecoverable"


class Availability(Ordered):
    """How long the data, or the service built on them, were or will be out of reach."""

    NONE = "none"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    PERMANENT = "permanent"


class Cause(Ordered):
    """Who, and on purpose or not; neither of the two deliberate kinds is worse than the other."""

    INTERNAL_ACCIDENTAL = "internal_accidental"
    EXTERNAL_ACCIDENTAL = "external_accidental"
    INTERNAL_DELIBERATE = "internal_deliberate"
    EXTERNAL_DELIBERATE = "external_deliberate"


class DataCategory(Ordered):
    """Kinds of personal data; `national_id` is the CPR number."""

    IDENTITY = "identity"
    CONTACT = "contact"
    DATE_OF_BIRTH = "date_of_birth"
    NATIONAL_ID = "national_id"
    OFFICIAL_DOCUMENT = "official_document"
    CREDENTIALS = "credentials"
    PAYMENT = "payment"
    FINANCIAL = "financial"
    EMPLOYMENT = "employment"
    EDUCATION = "education"
    CUSTOMER_RELATION = "customer_relation"
    INSURANCE = "insurance"
    LOCATION = "location"
    BEHAVIOUR = "behaviour"
    FAMILY = "family"
    PHOTO_VIDEO = "photo_video"
    COMMUNICATIONS = "communications"
    PROTECTED_ADDRESS = "protected_address"
    SOCIAL_MATTERS = "social_matters"
    HEALTH = "health"
    EMPLOYMENT_HEALTH = "employment_health"
    GENETIC = "genetic"
    BIOMETRIC = "biometric"
    ETHNIC_ORIGIN = "ethnic_origin"
    POLITICAL = "political"
    RELIGION = "religion"
    TRADE_UNION = "trade_union"
    SEX_LIFE = "sex_life"
    CRIMINAL = "criminal"
    OTHER = "other"
    UNKNOWN = "unknown"


class Insight(Ordered):
    """How much the data tell of a person in their most telling category."""

    NONE = "none"
    GENERAL = "general"
    SOME = "some"
    FULL = "full"


class Identifiability(Ordered):
    """ENISA's ease of identification: 0.25, 0.5, 0.75 and 1."""

    NEGLIGIBLE = "negligible"
    LIMITED = "limited"
    SIGNIFICANT = "significant"
    MAXIMUM = "maximum"


class SubjectGroup(Ordered):
    """Who the data subjects are."""

    PATIENTS = "patients"
    CITIZENS = "citizens"
    RESIDENTS = "residents"
    RELATIVES = "relatives"
    EMPLOYEES = "employees"
    APPLICANTS = "applicants"
    CUSTOMERS = "customers"
    USERS = "users"
    STUDENTS = "students"
    CHILDREN = "children"
    VULNERABLE = "vulnerable"
    PROTECTED_ADDRESS = "protected_address"
    RESEARCH_PARTICIPANTS = "research_participants"
    DECEASED = "deceased"
    OTHER = "other"
    UNKNOWN = "unknown"


class ReturnOrDeletion(Ordered):
    """What is known from the unauthorised recipients."""

    CONFIRMED = "confirmed"
    REQUESTED = "requested"
    NONE = "none"
    REFUSED = "refused"


class RecipientRelation(Ordered):
    """Who the unauthorised recipients are to the controller; where they are several, the last that fits.

    `public_body` is another authority, hospital or doctor; `same_list` are the people affected themselves,
    who see each other's data; `interested` wants the data for something: a party, a neighbour, the press.
    """

    COLLEAGUE = "colleague"
    PROCESSOR = "processor"
    PUBLIC_BODY = "public_body"
    ORGANISATION = "organisation"
    SAME_LIST = "same_list"
    STRANGER = "stranger"
    INTERESTED = "interested"


class RecipientOpened(Ordered):
    """Whether the unauthorised recipients opened what they got."""

    UNOPENED = "unopened"
    GLANCED = "glanced"
    READ = "read"


class RecipientProof(Ordered):
    """What shows that it is as the recipients say.

    `technical` is seen by the controller itself: its log, its own mail system, the letter back with its seal.
    """

    TECHNICAL = "technical"
    WRITTEN = "written"
    ORAL = "oral"
    NONE = "none"


class AccessLog(Ordered):
    """Whether a log shows that nobody looked; `partial` is short, or holds only some of the ways in."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NONE = "none"


class AlteredDataUse(Ordered):
    """What wrong data may have been used for; `decisions` are care, medicine, money, or a case."""

    NONE = "none"
    OTHER = "other"
    DECISIONS = "decisions"


class Protection(Ordered):
    """State of the encryption of what was reached or lost."""

    INTACT = "intact"
    DOUBTFUL = "doubtful"
    NONE = "none"


class Backup(Ordered):
    """Whether the data are, or can be, back."""

    RESTORED = "restored"
    AVAILABLE = "available"
    PARTIAL = "partial"
    NONE = "none"


class ServiceImpact(Ordered):
    """What lost availability or integrity did to the data subjects."""

    NONE = "none"
    MINOR = "minor"
    MODERATE = "moderate"
    CARE_DELAYED = "care_delayed"
    CARE_ENDANGERED = "care_endangered"


class Way(Ordered):
    """How it came about, as the reader of a letter would tell it; no rule of risk reads it.

    `recipients_saw_each_other`: everybody in To or Cc; `deceived`: phishing and the like.
    """

    SENT_TO_WRONG_RECIPIENT = "sent_to_wrong_recipient"
    RECIPIENTS_SAW_EACH_OTHER = "recipients_saw_each_other"
    LOOKED_UP_WITHOUT_NEED = "looked_up_without_need"
    SEEN_OR_OVERHEARD = "seen_or_overheard"
    DEVICE_LOST = "device_lost"
    DEVICE_STOLEN = "device_stolen"
    PAPERS_LEFT_OR_LOST = "papers_left_or_lost"
    PUT_ON_WEBSITE = "put_on_website"
    OPEN_ON_INTERNET = "open_on_internet"
    ACCESS_TOO_WIDE = "access_too_wide"
    BREAK_IN = "break_in"
    RANSOMWARE = "ransomware"
    DECEIVED = "deceived"
    WRONG_DATA = "wrong_data"
    DATA_MISSING = "data_missing"
    OTHER = "other"


class MadeBy(Ordered):
    """Who made the mistake or did it, as seen from the people affected; no rule of risk reads it.

    `nobody_known` is a finding: the controller looked into it and does not know.
    """

    OWN_STAFF = "own_staff"
    SUPPLIER = "supplier"
    OUTSIDER = "outsider"
    TECHNICAL_FAULT = "technical_fault"
    NOBODY_KNOWN = "nobody_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one breach; None and an empty set of groups mean "not known yet".

    scenario: free text, never read by the rules and never shown by repr
    *_count: persons, 0 or more; undetected_days: whole days, 0 or more
    recipients_per_person: how many unauthorised persons got the data of each one affected
    """

    data_categories: frozenset[DataCategory]
    scenario: str | None = None
    confidentiality: Confidentiality | None = None
    integrity: Integrity | None = None
    availability: Availability | None = None
    cause: Cause | None = None
    insight: Insight | None = None
    identifiability: Identifiability | None = None
    subject_count: int | None = None
    subject_groups: frozenset[SubjectGroup] = frozenset()
    recipient_count: int | None = None
    recipients_bound_by_secrecy: bool | None = None
    return_or_deletion: ReturnOrDeletion | None = None
    recipient_relation: RecipientRelation | None = None
    recipient_opened: RecipientOpened | None = None
    deleted_at_once: bool | None = None
    recipient_proof: RecipientProof | None = None
    access_log: AccessLog | None = None
    protection: Protection | None = None
    credentials_hashed: bool | None = None
    backup: Backup | None = None
    service_impact: ServiceImpact | None = None
    altered_data_use: AlteredDataUse | None = None
    undetected_days: int | None = None
    already_public: bool | None = None
    recipients_per_person: int | None = None
    way: Way | None = None
    made_by: MadeBy | None = None

    def __repr__(self) -> str:
        return "Facts(...)"


ENUM_FACTS: Mapping[str, type[Ordered]] = {
    "confidentiality": Confidentiality,
    "integrity": Integrity,
    "availability": Availability,
    "cause": Cause,
    "insight": Insight,
    "identifiability": Identifiability,
    "return_or_deletion": ReturnOrDeletion,
    "recipient_relation": RecipientRelation,
    "recipient_opened": RecipientOpened,
    "recipient_proof": RecipientProof,
    "access_log": AccessLog,
    "protection": Protection,
    "backup": Backup,
    "service_impact": ServiceImpact,
    "altered_data_use": AlteredDataUse,
    "way": Way,
    "made_by": MadeBy,
}
BOOLEAN_FACTS = ("recipients_bound_by_secrecy", "deleted_at_once", "credentials_hashed", "already_public")
COUNT_FACTS = ("subject_count", "recipient_count", "recipients_per_person", "undetected_days")
TOLD_FACTS = frozenset({"recipients_per_person", "way", "made_by"})
"""Facts that the letters tell and no rule reads: the assessment does not miss them."""
SET_FACTS: Mapping[str, type[Ordered]] = {"data_categories": DataCategory, "subject_groups": SubjectGroup}
FACT_NAMES = tuple(item.name for item in fields(Facts) if item.name != "scenario")

_KNOWN = ("unintelligible_only", "exposed", "known_recipients")
_REACHED = tuple(str(one.value) for one in Confidentiality if one is not Confidentiality.NONE)
ASKED_WHERE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "recipient_count": ("confidentiality", _REACHED),
    "recipients_bound_by_secrecy": ("confidentiality", _REACHED),
    "protection": ("confidentiality", _REACHED),
    "recipient_relation": ("confidentiality", _KNOWN),
    "recipient_opened": ("confidentiality", _KNOWN),
    "deleted_at_once": ("confidentiality", _KNOWN),
    "recipient_proof": ("confidentiality", _KNOWN),
    "access_log": ("confidentiality", ("unintelligible_only", "exposed")),
    "altered_data_use": ("integrity", ("recoverable", "unrecoverable")),
}
"""Facts that matter only for some answers to another: that one, and those answers besides "not known"."""


ASKED_OF_DATA: Mapping[str, DataCategory] = {"credentials_hashed": DataCategory.CREDENTIALS}
"""Facts that matter only where one kind of data is among those affected, or it is not known which are."""
ASKED_OF_LOSS = frozenset({"backup", "service_impact"})
"""Facts that matter unless it is known that data were neither changed nor away."""


def is_asked(name: str, answers: Mapping[str, object]) -> bool:
    """Tell whether a fact can matter, given the other answers as in JSON."""
    if name in ASKED_OF_DATA:
        kinds = answers.get("data_categories")
        known = kinds if isinstance(kinds, list | tuple) else ()
        return not known or not {ASKED_OF_DATA[name].value, "unknown"}.isdisjoint(known)
    if name in ASKED_OF_LOSS:
        return not answers.get("integrity") == answers.get("availability") == "none"
    if name not in ASKED_WHERE:
        return True
    other, values = ASKED_WHERE[name]
    return answers.get(other) in (None, *values)
