"""Breaches that an authority decided or ruled on, as facts read from its published text.

Each is (reference, facts, notify, tell): whether the authority was to be notified and the persons told;
None where the text does not rule on it. Nothing here is law: one case proves no rule.
"""

from collections.abc import Mapping
from typing import NamedTuple

Json = dict[str, object]


class Decided(NamedTuple):
    """One case: where to find it, its facts, and what was ruled."""

    reference: str
    facts: Json
    notify: bool
    tell: bool | None


KEPT = {"integrity": "none", "availability": "none", "protection": "none"}
MISTAKE = KEPT | {"cause": "internal_accidental", "identifiability": "maximum"}
BY_OTHERS = MISTAKE | {"cause": "external_accidental"}
ON_PURPOSE = MISTAKE | {"cause": "internal_deliberate"}
ATTACK = MISTAKE | {"cause": "external_deliberate"}
ONE = {"recipient_count": 1, "recipients_bound_by_secrecy": False}


def _of(
    groups: str, data: str, insight: str | None, base: Mapping[str, object], reach: str | None, **more: object
) -> Json:
    """Return facts; groups, data: as words with blanks between them."""
    told = {"subject_groups": groups.split(), "data_categories": data.split()}
    return {**base, **told, "insight": insight, "confidentiality": reach, **more}


def _sent(groups: str, data: str, insight: str, base: Mapping[str, object] = MISTAKE, **more: object) -> Json:
    """Return facts of what one known, wrong recipient got."""
    return _of(groups, data, insight, {**base, **ONE}, "known_recipients", **more)


DENMARK = (
    Decided(
        "Datatilsynet 2019-441-1578, those without a protected address",
        _of(
            "customers",
            "identity contact customer_relation",
            "general",
            MISTAKE,
            "exposed",
            subject_count=250000,
            access_log="partial",
        ),
        True,
        None,
    ),
    Decided(
        "Datatilsynet 2021-31-4596",
        _sent(
            "customers",
            "contact customer_relation",
            "general",
            integrity="recoverable",
            identifiability="significant",
            subject_count=2,
        ),
        True,
        None,
    ),
    Decided(
        "Datatilsynet 2021-441-9356",
        _of(
            "employees",
            "identity national_id financial health trade_union employment",
            "full",
            MISTAKE,
            "exposed",
            subject_count=477,
        ),
        True,
        None,
    ),
    Decided(
        "Datatilsynet 2021-442-13805",
        _sent("citizens", "identity national_id financial", "full", subject_count=1),
        True,
        True,
    ),
    Decided(
        "Datatilsynet, Civilstyrelsen reported to the police 2021",
        _of("unknown", "unknown", "full", MISTAKE | {"cause": None}, "unknown_recipients"),
        True,
        None,
    ),
    Decided(
        "Datatilsynet 2020-441-6990",
        _of(
            "employees",
            "identity national_id payment religion health employment",
            "full",
            ATTACK,
            "published",
            subject_count=1525,
        ),
        True,
        True,
    ),
    Decided(
        "Datatilsynet 2022-442-21566",
        _of(
            "employees protected_address",
            "identity national_id contact protected_address",
            "general",
            MISTAKE,
            "known_recipients",
            subject_count=2029,
            recipient_count=6,
            recipient_relation="colleague",
        ),
        True,
        None,
    ),
    Decided(
        "Datatilsynet 2024-442-4149",
        _of(
            "citizens children",
            "identity contact national_id education health",
            "full",
            MISTAKE,
            "exposed",
            subject_count=3750000,
            access_log="partial",
        ),
        True,
        None,
    ),
    Decided(
        "Datatilsynet, Vejen Kommune reported to the police 2023",
        _of("children students", "identity education social_matters", "some", ATTACK, "unknown_recipients"),
        True,
        None,
    ),
    Decided(
        "Datatilsynet 2020-442-8099",
        _sent(
            "vulnerable citizens",
            "contact communications",
            "some",
            subject_count=7,
            identifiability="significant",
            recipient_relation="interested",
        ),
        True,
        None,
    ),
    Decided(
        "Datatilsynet 2021-442-11601",
        _of("children students", "national_id education", "general", MISTAKE, "exposed", subject_count=12915),
        True,
        None,
    ),
    Decided(
        "Datatilsynet 2019-441-3399",
        _sent(
            "customers",
            "location identity",
            "some",
            subject_count=1,
            return_or_deletion="none",
            recipient_relation="interested",
        ),
        True,
        None,
    ),
    Decided(
        "Datatilsynet 2020-431-0061 no. 1",
        _of("children students", "identity education", "general", MISTAKE, "published"),
        True,
        None,
    ),
)

POLAND = (
    Decided(
        "UODO DKN.5131.1.2024",
        _sent(
            "customers",
            "identity contact date_of_birth national_id official_document payment financial",
            "full",
            BY_OTHERS,
            recipients_bound_by_secrecy=True,
            return_or_deletion="confirmed",
            recipient_relation="organisation",
            recipient_opened="glanced",
            recipient_proof="written",
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.28.2023",
        _sent(
            "customers",
            "identity contact national_id official_document payment",
            "some",
            subject_count=1,
            return_or_deletion="confirmed",
            recipient_relation="stranger",
            recipient_opened="glanced",
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.16.2021",
        _of(
            "customers",
            "identity contact national_id payment",
            "some",
            BY_OTHERS,
            "unknown_recipients",
            subject_count=2,
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.3.2021",
        _sent(
            "customers",
            "identity contact national_id insurance",
            "general",
            BY_OTHERS,
            subject_count=1,
            return_or_deletion="confirmed",
            recipient_relation="stranger",
            recipient_opened="unopened",
            recipient_proof="written",
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.33.2023",
        _of(
            "vulnerable",
            "identity criminal health",
            "full",
            ON_PURPOSE,
            "published",
            subject_count=1,
            already_public=False,
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.34.2021",
        _sent("patients", "identity contact national_id health", "full", subject_count=1),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.43.2022",
        _of("customers", "identity contact national_id", "general", ATTACK, "exfiltrated"),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.49.2021",
        _of(
            "residents",
            "identity contact national_id criminal",
            "full",
            ON_PURPOSE,
            "known_recipients",
            subject_count=1,
            recipients_bound_by_secrecy=False,
            recipient_relation="interested",
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.6.2020",
        _sent(
            "students",
            "identity photo_video education official_document national_id",
            "general",
            recipient_count=26,
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.7.2020",
        _sent(
            "customers",
            "identity contact other",
            "general",
            BY_OTHERS,
            subject_count=259,
            return_or_deletion="confirmed",
            recipient_relation="stranger",
            recipient_proof="written",
        ),
        True,
        False,
    ),
    Decided(
        "UODO DKN.5131.27.2022",
        _of(
            "citizens",
            "other identity national_id contact",
            "general",
            MISTAKE,
            "published",
            already_public=False,
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5131.1.2021",
        _of(
            "customers employees",
            "identity contact date_of_birth national_id official_document payment",
            "some",
            ATTACK | {"availability": None},
            None,
            integrity="recoverable",
            backup="restored",
            subject_count=200,
            access_log="none",
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5101.25.2020",
        _of(
            "citizens patients",
            "contact health",
            "full",
            ON_PURPOSE | {"identifiability": "significant"},
            "unknown_recipients",
        ),
        True,
        True,
    ),
    Decided(
        "UODO DKN.5130.2215.2020",
        _of(
            "customers",
            "identity contact national_id official_document customer_relation",
            "general",
            ATTACK,
            "exfiltrated",
            subject_count=120428,
        ),
        True,
        True,
    ),
)

OTHERS = (
    Decided(
        "Datatilsynet (NO) 20/03046",
        _of(
            "customers",
            "behaviour customer_relation",
            "some",
            ATTACK | {"identifiability": "significant"},
            "unknown_recipients",
        ),
        True,
        None,
    ),
    Decided(
        "Datainspektionen (SE) DI-2019-9432",
        _of(
            "vulnerable research_participants",
            "identity contact national_id health sex_life criminal",
            "full",
            MISTAKE,
            "exposed",
        ),
        True,
        None,
    ),
    Decided(
        "IMY (SE), page on telling the persons: a stolen base of customers",
        _of("customers", "identity contact customer_relation", None, ATTACK, "exfiltrated"),
        True,
        True,
    ),
    Decided(
        "Garante (IT) 10057346",
        _sent(
            "patients",
            "identity date_of_birth health",
            "full",
            subject_count=2,
            return_or_deletion="confirmed",
            deleted_at_once=True,
            recipient_relation="stranger",
            recipient_opened="glanced",
            recipient_proof="written",
        ),
        True,
        None,
    ),
    Decided(
        "Garante (IT) 9861356",
        _sent(
            "patients vulnerable research_participants",
            "contact health",
            "full",
            subject_count=19,
            recipient_count=19,
            identifiability="significant",
            return_or_deletion="requested",
            recipient_relation="same_list",
        ),
        True,
        None,
    ),
    Decided(
        "HDPA (GR) 35/2023",
        _sent(
            "customers",
            "financial identity behaviour",
            "full",
            subject_count=1,
            return_or_deletion="none",
            recipient_relation="interested",
        ),
        True,
        None,
    ),
    Decided(
        "HDPA (GR) 4/2023",
        _sent(
            "customers",
            "financial identity",
            "full",
            subject_count=1,
            return_or_deletion="none",
            recipient_relation="interested",
        ),
        True,
        True,
    ),
    Decided(
        "HDPA (GR) 55/2021",
        _sent("citizens vulnerable", "identity contact national_id health", "some", subject_count=1),
        True,
        None,
    ),
    Decided(
        "HDPA (GR) 6/2022",
        _of(
            "customers",
            "financial identity",
            "some",
            {**MISTAKE, **ONE},
            "unknown_recipients",
            subject_count=2,
            return_or_deletion="none",
        ),
        True,
        True,
    ),
    Decided(
        "HDPA (GR) 18/2024",
        _of("citizens", "identity contact official_document", "general", MISTAKE, "unknown_recipients"),
        True,
        True,
    ),
    Decided(
        "AEPD (ES) PS/00179/2020",
        _of("customers", "identity contact payment", "full", ATTACK, "exfiltrated", subject_count=489000),
        True,
        True,
    ),
    Decided(
        "AEPD (ES) E/08452/2019",
        _of(
            "children relatives",
            "identity national_id payment financial health education",
            "full",
            MISTAKE,
            "published",
        ),
        True,
        None,
    ),
    Decided(
        "AEPD (ES) EXP202213638",
        _of(
            "customers",
            "identity contact date_of_birth national_id family payment",
            "some",
            ATTACK,
            "exfiltrated",
            subject_count=24315,
        ),
        True,
        True,
    ),
    Decided(
        "CNIL (FR) SAN-2020-015",
        _of("patients", "identity date_of_birth health", "full", MISTAKE, "exposed", subject_count=5300),
        True,
        None,
    ),
    Decided(
        "APD/GBA (BE) 52/2024",
        _sent(
            "customers",
            "identity contact date_of_birth family national_id",
            "general",
            return_or_deletion="confirmed",
            recipient_relation="stranger",
            recipient_opened="unopened",
            deleted_at_once=True,
            recipient_proof="written",
        ),
        False,
        False,
    ),
    Decided(
        "APD/GBA (BE) 101/2022",
        _sent(
            "customers",
            "communications contact",
            "full",
            MISTAKE | {"availability": "days", "cause": None},
            subject_count=1,
        ),
        True,
        None,
    ),
    Decided(
        "APD/GBA (BE) 64/2025",
        _of(
            "employees patients",
            "health",
            "full",
            ON_PURPOSE,
            "known_recipients",
            subject_count=1,
            recipient_count=1,
            return_or_deletion="none",
            recipient_relation="interested",
        ),
        True,
        None,
    ),
    Decided(
        "AP (NL), PVV Overijssel, 16 June 2020",
        _sent(
            "citizens",
            "contact political",
            "some",
            subject_count=101,
            recipient_count=101,
            identifiability="significant",
            recipient_relation="same_list",
        ),
        True,
        True,
    ),
    Decided(
        "DPC (IE) IN-19-9-5",
        _of(
            "customers",
            "financial identity",
            "full",
            MISTAKE | {"integrity": "recoverable"},
            "known_recipients",
            altered_data_use="decisions",
        ),
        True,
        True,
    ),
    Decided(
        "DPC (IE), case study: paper documents while moving premises",
        _of(
            "patients children",
            "identity health",
            "full",
            BY_OTHERS | {"availability": "permanent"},
            "unknown_recipients",
            backup="none",
            subject_count=2000,
        ),
        True,
        True,
    ),
    Decided(
        "DPC (IE), case study: disclosure due to misdirected e-mail",
        _sent("patients employees", "identity health", "full", protection="doubtful"),
        True,
        True,
    ),
    Decided(
        "ICO (UK), example 1: papers not redacted",
        _sent(
            "children vulnerable protected_address",
            "identity contact family protected_address social_matters",
            "full",
            recipient_count=2,
            recipient_relation="interested",
        ),
        True,
        True,
    ),
    Decided(
        "ICO (UK), Birthlink, 24 June 2025",
        _of(
            "vulnerable citizens",
            "identity family communications photo_video",
            "full",
            ON_PURPOSE | {"availability": "permanent"},
            "none",
            backup="none",
            subject_count=4800,
        ),
        True,
        True,
    ),
    Decided(
        "ICO (UK), Southend-on-Sea, 17 October 2024",
        _of(
            "employees",
            "identity contact employment financial health ethnic_origin",
            "full",
            MISTAKE,
            "published",
        ),
        True,
        None,
    ),
    Decided(
        "NAIH (HU) NAIH-2894-3/2021",
        _of(
            "patients",
            "identity health",
            "full",
            MISTAKE,
            "known_recipients",
            subject_count=1153,
            recipients_bound_by_secrecy=True,
            recipient_relation="public_body",
            recipient_opened="read",
        ),
        True,
        True,
    ),
    Decided(
        "NAIH (HU) NAIH/2020/66/21",
        _of(
            "customers",
            "identity contact official_document customer_relation",
            "general",
            BY_OTHERS,
            "published",
            subject_count=781,
        ),
        True,
        True,
    ),
    Decided(
        "IDPC (MT) CDP/DBN/31/2020",
        _of(
            "citizens",
            "identity contact date_of_birth political",
            "full",
            MISTAKE,
            "published",
            subject_count=335000,
        ),
        True,
        True,
    ),
    Decided(
        "Commissioner (CY) 11.17.001.008.001",
        _of(
            "customers",
            "insurance identity",
            "general",
            MISTAKE | {"availability": "permanent"},
            "none",
            backup="none",
            subject_count=1,
        ),
        True,
        None,
    ),
    Decided(
        "ANSPDCP (RO), Medstar",
        _sent("patients", "identity contact national_id health", "full", subject_count=1),
        True,
        True,
    ),
    Decided(
        "DSB (AT) 2023-0.603.142",
        _of(
            "employees",
            "employment financial identity",
            "full",
            {"cause": "external_deliberate", "protection": "none", "identifiability": "maximum"},
            None,
            subject_count=55,
        ),
        True,
        None,
    ),
)

CASES = DENMARK + POLAND + OTHERS
