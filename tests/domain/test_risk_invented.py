"""Cases of a region's everyday, each with the answer of an experienced adviser, written before it was run."""

import pytest

from breach.domain.risk import assess, parse_facts

NO, AUTHORITY, BOTH = (False, False), (True, False), (True, True)

FEW = {"subject_count": 1, "recipient_count": 1}
UNHARMED = {"integrity": "none", "availability": "none", "service_impact": "none"}
MISTAKE = UNHARMED | {"cause": "internal_accidental", "protection": "none", "identifiability": "maximum"}
SENT = MISTAKE | FEW | {"confidentiality": "known_recipients", "already_public": False}
LETTER = SENT | {"data_categories": ["identity", "health"], "subject_groups": ["patients"], "insight": "full"}
BACK = {"return_or_deletion": "confirmed", "recipients_bound_by_secrecy": False}
BOUND = BACK | {"recipients_bound_by_secrecy": True}
COLLEAGUE = BOUND | {"recipient_relation": "colleague", "recipient_opened": "read"}
HOSPITAL = BOUND | {"recipient_relation": "public_body", "recipient_proof": "written"}
STRANGER = BACK | {"recipient_relation": "stranger", "recipient_opened": "read", "recipient_proof": "written"}
PAY_SLIP = LETTER | {
    "data_categories": ["identity", "national_id", "financial"],
    "subject_groups": ["employees"],
}
DEED = LETTER | {
    "data_categories": ["identity", "contact", "national_id", "family"],
    "subject_groups": ["citizens"],
    "insight": "general",
}
UNOPENED = STRANGER | {"recipient_opened": "unopened", "deleted_at_once": True}
APPOINTMENT = LETTER | {
    "data_categories": ["identity", "contact", "national_id", "health"],
    "insight": "general",
}
COPY = SENT | {
    "data_categories": ["contact"],
    "subject_groups": ["employees"],
    "subject_count": 12,
    "recipient_count": 12,
    "insight": "general",
    "recipients_bound_by_secrecy": False,
    "recipient_relation": "same_list",
}
FOLDER = MISTAKE | {
    "data_categories": ["identity", "employment_health"],
    "subject_groups": ["employees"],
    "subject_count": 400,
    "confidentiality": "exposed",
    "insight": "full",
    "recipients_bound_by_secrecy": True,
}
CHANGED = MISTAKE | {
    "data_categories": ["identity", "health"],
    "subject_groups": ["patients"],
    "subject_count": 60,
    "confidentiality": "none",
    "integrity": "recoverable",
    "insight": "full",
}

TRUST = {
    "discharge letter to a colleague who deletes it at once": (
        LETTER | COLLEAGUE | {"deleted_at_once": True, "recipient_proof": "oral"},
        NO,
    ),
    "the same, deleted after a week": (
        LETTER | COLLEAGUE | {"deleted_at_once": False, "recipient_proof": "oral"},
        AUTHORITY,
    ),
    "the same, to a colleague who was married to the patient": (
        LETTER
        | COLLEAGUE
        | {"recipients_bound_by_secrecy": False, "recipient_relation": "interested", "deleted_at_once": True},
        BOTH,
    ),
    "300 CPR numbers to a colleague who deletes them at once": (
        DEED | COLLEAGUE | {"subject_count": 300, "deleted_at_once": True, "recipient_proof": "technical"},
        NO,
    ),
    "chart to another hospital, sent back unopened": (
        LETTER | HOSPITAL | {"recipient_opened": "unopened"},
        NO,
    ),
    "chart to another hospital, read there and deleted": (
        LETTER | HOSPITAL | {"recipient_opened": "read"},
        AUTHORITY,
    ),
    "sealed letter with test results back from the neighbour": (
        LETTER | UNOPENED | {"recipient_proof": "technical", "deleted_at_once": False},
        NO,
    ),
    "the same letter, opened by the neighbour": (LETTER | STRANGER, BOTH),
    "the same letter, unopened by the neighbour's own word": (LETTER | UNOPENED, BOTH),
    "pay slip with CPR number to a stranger who deletes it": (
        PAY_SLIP | STRANGER | {"deleted_at_once": True},
        BOTH,
    ),
    "pay slip with CPR number to a municipality that deletes it": (
        PAY_SLIP | HOSPITAL | {"recipient_opened": "read"},
        AUTHORITY,
    ),
    "pay slip with CPR number to a pension company that deletes it": (
        PAY_SLIP | HOSPITAL | {"recipient_relation": "organisation"},
        BOTH,
    ),
    "appointment with CPR number to a stranger who has not answered": (
        APPOINTMENT | STRANGER | {"return_or_deletion": "requested"},
        BOTH,
    ),
    "the same, returned": (APPOINTMENT | STRANGER, AUTHORITY),
    "deed with CPR number, unopened and deleted at once": (DEED | UNOPENED, NO),
    "the same, only said on the telephone": (DEED | UNOPENED | {"recipient_proof": "oral"}, AUTHORITY),
    "the same, to the other party of the case": (
        DEED | UNOPENED | {"recipient_relation": "interested"},
        AUTHORITY,
    ),
    "the same, with the protected address of a child": (
        DEED
        | UNOPENED
        | {"data_categories": ["identity", "protected_address"], "subject_groups": ["children"]},
        BOTH,
    ),
    "envelope gone in the internal mail, found sealed": (
        LETTER
        | BOUND
        | {"confidentiality": "exposed", "recipient_opened": "unopened", "recipient_proof": "technical"},
        NO,
    ),
}
IN_COPY = {
    "twelve colleagues on a course in copy": (COPY, NO),
    "the same, and one refuses to delete": (COPY | {"return_or_deletion": "refused"}, NO),
    "forty citizens at a hearing in copy": (
        COPY | {"subject_groups": ["citizens"], "subject_count": 40, "recipient_count": 40},
        AUTHORITY,
    ),
    "twelve members of a patients' association in copy": (COPY | {"subject_groups": ["patients"]}, AUTHORITY),
    "twelve patients of a pain clinic in copy": (
        COPY | {"data_categories": ["contact", "health"], "subject_groups": ["patients"], "insight": "some"},
        BOTH,
    ),
    "one citizen's address to a former partner": (
        COPY | FEW | {"subject_groups": ["citizens"], "recipient_relation": "interested"},
        AUTHORITY,
    ),
}
OPEN = {
    "folder of sickness absence open for three days, log complete": (FOLDER | {"access_log": "complete"}, NO),
    "the same, with a log of two weeks out of thirty": (FOLDER | {"access_log": "partial"}, BOTH),
    "charts open to staff bound by secrecy, no log": (
        FOLDER
        | {
            "data_categories": ["national_id", "health"],
            "subject_groups": ["patients"],
            "access_log": "none",
        },
        BOTH,
    ),
    "passwords in clear, readable by 146 staff": (
        FOLDER | {"data_categories": ["credentials"], "insight": "general", "credentials_hashed": False},
        BOTH,
    ),
    "CPR number in an open e-mail to the right authority": (
        MISTAKE
        | FEW
        | {"data_categories": ["identity", "national_id"], "subject_groups": ["citizens"]}
        | {"confidentiality": "exposed", "insight": "general"},
        AUTHORITY,
    ),
}
WRONG_OR_GONE = {
    "prescriptions mixed up by an update, nobody harmed yet": (
        CHANGED | {"backup": "available", "service_impact": "minor", "altered_data_use": "decisions"},
        BOTH,
    ),
    "the same, and nobody can tell what was right": (
        CHANGED | {"integrity": "unrecoverable", "backup": "none", "altered_data_use": "decisions"},
        BOTH,
    ),
    "the same, found before anyone used them": (
        CHANGED | {"backup": "available", "service_impact": "minor", "altered_data_use": "none"},
        AUTHORITY,
    ),
    "wrong blood type, put right within the hour": (
        CHANGED | {"backup": "restored", "altered_data_use": "none", "subject_count": 1},
        NO,
    ),
    "one paper lost for good, the patient signs again": (
        CHANGED
        | {"integrity": "none", "availability": "permanent", "backup": "none", "service_impact": "minor"}
        | {"insight": "general", "subject_count": 1},
        AUTHORITY,
    ),
}
INVENTED = TRUST | IN_COPY | OPEN | WRONG_OR_GONE


@pytest.mark.parametrize("name", INVENTED)
def test_invented_case_comes_out_as_an_adviser_would_have_it(name: str) -> None:
    facts, expected = INVENTED[name]
    found = assess(parse_facts(facts))
    assert (found.notify_authority, found.communicate_to_data_subjects) == expected
