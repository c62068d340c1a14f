"""The EDPB's cases, Annex B of 9/2022 and cases of Danish practice, each with what it demands."""

import pytest

from breach.domain.risk import assess, parse_facts

NO, AUTHORITY, BOTH = (False, False), (True, False), (True, True)
DEPENDS = (True, None)  # the guideline lets the persons depend on more than the facts given

PLAIN = {"integrity": "none", "availability": "none", "service_impact": "none", "insight": "general"}
MISTAKE = PLAIN | {"cause": "internal_accidental", "protection": "none", "identifiability": "maximum"}
ATTACK = PLAIN | {"cause": "external_deliberate", "protection": "none", "identifiability": "maximum"}

LISTED = [
    pytest.param(
        {
            "data_categories": ["contact", "customer_relation", "employment", "identity"],
            "confidentiality": "unintelligible_only",
            "integrity": "recoverable",
            "availability": "hours",
            "cause": "external_deliberate",
            "subject_count": 40,
            "subject_groups": ["customers", "employees"],
            "protection": "intact",
            "identifiability": "negligible",
            "backup": "restored",
            "service_impact": "none",
            "insight": "general",
            "undetected_days": 0,
        },
        NO,
        id="edpb-01-ransomware-proper-backup-no-exfiltration",
    ),
    pytest.param(
        {
            "data_categories": ["contact", "customer_relation", "employment", "identity"],
            "confidentiality": "none",
            "integrity": "recoverable",
            "availability": "days",
            "cause": "external_deliberate",
            "subject_count": 40,
            "subject_groups": ["customers", "employees"],
            "protection": "none",
            "identifiability": "maximum",
            "backup": "none",
            "service_impact": "minor",
            "insight": "general",
            "undetected_days": 0,
        },
        AUTHORITY,
        id="edpb-02-ransomware-without-proper-backup",
    ),
    pytest.param(
        {
            "data_categories": ["contact", "identity", "official_document", "payment"],
            "confidentiality": "exfiltrated",
            "integrity": "unrecoverable",
            "availability": "permanent",
            "cause": "external_deliberate",
            "subject_count": 5000,
            "subject_groups": ["customers", "employees"],
            "protection": "none",
            "identifiability": "maximum",
            "backup": "none",
            "service_impact": "moderate",
            "insight": "full",
            "undetected_days": 0,
        },
        BOTH,
        id="edpb-04-ransomware-without-backup-with-exfiltration",
    ),
    pytest.param(
        {
            "data_categories": ["credentials"],
            "confidentiality": "exfiltrated",
            "integrity": "none",
            "availability": "none",
            "cause": "external_deliberate",
            "subject_count": 1200,
            "subject_groups": ["users"],
            "protection": "intact",
            "credentials_hashed": True,
            "identifiability": "negligible",
            "service_impact": "none",
            "insight": "general",
            "undetected_days": 0,
        },
        NO,
        id="edpb-06-exfiltration-of-hashed-passwords-from-a-website",
    ),
    pytest.param(
        {
            "data_categories": ["credentials", "financial", "identity", "national_id"],
            "confidentiality": "exfiltrated",
            "integrity": "none",
            "availability": "none",
            "cause": "external_deliberate",
            "subject_count": 100000,
            "subject_groups": ["customers"],
            "protection": "none",
            "credentials_hashed": False,
            "identifiability": "maximum",
            "service_impact": "none",
            "insight": "full",
            "undetected_days": 0,
        },
        BOTH,
        id="edpb-07-credential-stuffing-on-a-banking-website",
    ),
    pytest.param(
        {
            "data_categories": ["contact", "identity", "insurance"],
            "confidentiality": "known_recipients",
            "integrity": "none",
            "availability": "none",
            "cause": "internal_accidental",
            "subject_count": 24,
            "subject_groups": ["customers"],
            "protection": "none",
            "identifiability": "maximum",
            "recipient_count": 1,
            "recipients_bound_by_secrecy": True,
            "return_or_deletion": "confirmed",
            "service_impact": "none",
            "insight": "general",
            "undetected_days": 0,
        },
        NO,
        id="edpb-09-accidental-transmission-to-a-trusted-third-party",
    ),
    pytest.param(
        {
            "data_categories": ["contact", "date_of_birth", "identity"],
            "confidentiality": "unknown_recipients",
            "integrity": "none",
            "availability": "none",
            "cause": "external_deliberate",
            "subject_count": 100000,
            "subject_groups": ["customers"],
            "protection": "none",
            "identifiability": "maximum",
            "backup": "restored",
            "service_impact": "none",
            "insight": "some",
            "undetected_days": 0,
        },
        BOTH,
        id="edpb-11-stolen-material-storing-non-encrypted-personal-data",
    ),
    pytest.param(
        {
            "data_categories": ["health", "identity"],
            "confidentiality": "unknown_recipients",
            "integrity": "none",
            "availability": "permanent",
            "cause": "external_deliberate",
            "subject_groups": ["patients", "vulnerable"],
            "protection": "none",
            "identifiability": "maximum",
            "backup": "none",
            "service_impact": "none",
            "insight": "full",
            "undetected_days": 0,
        },
        BOTH,
        id="edpb-12-stolen-paper-files-with-sensitive-data",
    ),
    pytest.param(
        {
            "data_categories": ["contact", "customer_relation", "identity"],
            "confidentiality": "known_recipients",
            "integrity": "none",
            "availability": "none",
            "cause": "internal_accidental",
            "subject_count": 2,
            "subject_groups": ["customers"],
            "protection": "none",
            "identifiability": "maximum",
            "recipient_count": 2,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "confirmed",
            "service_impact": "none",
            "insight": "general",
            "undetected_days": 0,
        },
        NO,
        id="edpb-13-postal-mail-mistake-two-parcels-swapped",
    ),
    pytest.param(
        {
            "data_categories": ["identity", "contact"],
            "confidentiality": "unintelligible_only",
            "integrity": "none",
            "availability": "none",
            "cause": "external_deliberate",
            "insight": "general",
            "identifiability": "negligible",
            "protection": "intact",
            "backup": "available",
            "service_impact": "none",
        },
        NO,
        id="9-2022-i-stolen-usb-key-with-an-encrypted-archive-backup",
    ),
    pytest.param(
        {
            "data_categories": ["identity", "contact"],
            "confidentiality": "exfiltrated",
            "integrity": "none",
            "availability": "none",
            "cause": "external_deliberate",
            "protection": "none",
        },
        DEPENDS,
        id="9-2022-ii-online-service-personal-data-exfiltrated-in-a-cyber-attack",
    ),
    pytest.param(
        {
            "data_categories": ["identity", "contact", "customer_relation"],
            "confidentiality": "none",
            "integrity": "none",
            "availability": "permanent",
            "cause": "external_deliberate",
            "backup": "none",
            "protection": "none",
        },
        DEPENDS,
        id="9-2022-iv-ransomware-no-backup-data-cannot-be-restored-only-encryption",
    ),
    pytest.param(
        {
            "data_categories": ["identity", "contact", "financial"],
            "confidentiality": "known_recipients",
            "integrity": "none",
            "availability": "none",
            "cause": "internal_accidental",
            "insight": "some",
            "identifiability": "maximum",
            "recipient_count": 1,
            "recipients_bound_by_secrecy": False,
            "protection": "none",
        },
        DEPENDS,
        id="9-2022-v-bank-customer-gets-another-customers-monthly-statement-perhap",
    ),
    pytest.param(
        {
            "data_categories": ["identity", "credentials", "customer_relation"],
            "confidentiality": "published",
            "integrity": "none",
            "availability": "none",
            "cause": "external_deliberate",
            "credentials_hashed": False,
            "identifiability": "maximum",
            "protection": "none",
        },
        BOTH,
        id="9-2022-vi-marketplace-user-names-passwords-and-purchase-history-publis",
    ),
    pytest.param(
        {
            "data_categories": ["identity", "contact"],
            "confidentiality": "exposed",
            "integrity": "none",
            "availability": "none",
            "cause": "internal_accidental",
            "protection": "none",
        },
        DEPENDS,
        id="9-2022-vii-hosting-company-processor-a-code-error-lets-any-user-see-an",
    ),
    pytest.param(
        {
            "data_categories": ["identity", "education"],
            "confidentiality": "unknown_recipients",
            "integrity": "none",
            "availability": "none",
            "cause": "internal_accidental",
            "recipient_count": 1000,
            "recipients_bound_by_secrecy": False,
            "subject_groups": ["students"],
            "protection": "none",
        },
        DEPENDS,
        id="9-2022-ix-personal-data-of-many-students-mailed-to-the-wrong-list-of-o",
    ),
    pytest.param(
        {
            "data_categories": ["contact", "health"],
            "confidentiality": "known_recipients",
            "integrity": "none",
            "availability": "none",
            "cause": "internal_accidental",
            "insight": "some",
            "identifiability": "significant",
            "recipient_count": 60,
            "subject_count": 60,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "requested",
            "protection": "none",
        },
        DEPENDS,
        id="9-2022-x-direct-marketing-e-mail-with-all-recipients-in-to-or-cc-maili",
    ),
]

FURTHER = [
    pytest.param(
        ATTACK
        | {
            "data_categories": ["identity", "contact", "national_id", "health", "employment"],
            "confidentiality": "none",
            "integrity": "recoverable",
            "availability": "days",
            "backup": "restored",
            "service_impact": "care_delayed",
            "subject_groups": ["patients", "employees"],
            "subject_count": 5000,
            "insight": "full",
        },
        BOTH,
        id="edpb-03-hospital-ransomware",
    ),
    pytest.param(
        ATTACK
        | {
            "data_categories": ["identity", "contact", "employment", "education"],
            "confidentiality": "exfiltrated",
            "subject_groups": ["applicants"],
            "subject_count": 213,
        },
        BOTH,
        id="edpb-05-job-applications-exfiltrated",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "contact", "customer_relation"],
            "confidentiality": "known_recipients",
            "cause": "internal_deliberate",
            "subject_groups": ["customers"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "none",
        },
        AUTHORITY,
        id="edpb-08-ex-employee-copies-business-contacts",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "contact", "customer_relation"],
            "confidentiality": "exfiltrated",
            "cause": "internal_deliberate",
            "subject_groups": ["customers"],
        },
        AUTHORITY,
        id="edpb-08-exfiltrated-of-unknown-number",
    ),
    pytest.param(
        ATTACK
        | {
            "data_categories": ["identity", "date_of_birth", "education"],
            "confidentiality": "unintelligible_only",
            "protection": "intact",
            "availability": "hours",
            "backup": "restored",
            "subject_groups": ["children"],
            "subject_count": 40,
        },
        NO,
        id="edpb-10-encrypted-tablets-of-a-day-care",
    ),
    pytest.param(
        ATTACK
        | {
            "data_categories": ["identity", "date_of_birth", "family"],
            "confidentiality": "unknown_recipients",
            "protection": "intact",
            "backup": "available",
            "subject_groups": ["children"],
        },
        NO,
        id="edpb-10-the-theft-told-as-unknown-recipients",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "contact", "national_id", "employment"],
            "confidentiality": "known_recipients",
            "subject_count": 60000,
            "subject_groups": ["citizens"],
            "recipient_count": 60000,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "requested",
        },
        BOTH,
        id="edpb-14-job-seekers-numbers-mailed",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "contact", "health"],
            "confidentiality": "known_recipients",
            "subject_count": 15,
            "subject_groups": ["customers"],
            "recipient_count": 15,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "requested",
        },
        NO,
        id="edpb-15-course-list-with-food-allergies",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "contact", "date_of_birth", "insurance"],
            "confidentiality": "known_recipients",
            "subject_count": 1,
            "subject_groups": ["customers"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "requested",
        },
        AUTHORITY,
        id="edpb-16-two-insurance-letters-in-one-envelope",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "contact", "insurance"],
            "confidentiality": "known_recipients",
            "subject_count": 1,
            "subject_groups": ["customers"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "none",
            "insight": "full",
        },
        AUTHORITY,
        id="edpb-16-told-as-telling-more",
    ),
    pytest.param(
        ATTACK
        | {
            "data_categories": ["identity", "contact", "customer_relation"],
            "confidentiality": "exfiltrated",
            "subject_count": 1,
            "subject_groups": ["customers"],
            "integrity": "recoverable",
            "backup": "available",
        },
        BOTH,
        id="edpb-17-call-centre-identity-theft",
    ),
    pytest.param(
        ATTACK
        | {
            "data_categories": ["contact", "customer_relation", "financial"],
            "confidentiality": "unknown_recipients",
            "subject_count": 1,
            "subject_groups": ["customers"],
        },
        BOTH,
        id="edpb-17-told-as-unknown-recipient",
    ),
    pytest.param(
        ATTACK
        | {
            "data_categories": ["identity", "financial", "employment", "communications"],
            "confidentiality": "exfiltrated",
            "subject_count": 99,
            "subject_groups": ["employees"],
        },
        BOTH,
        id="edpb-18-mail-forwarded-by-an-attacker",
    ),
    pytest.param(
        {}
        | {
            "data_categories": ["identity", "contact"],
            "confidentiality": "none",
            "integrity": "none",
            "availability": "minutes",
            "cause": "internal_accidental",
            "service_impact": "none",
        },
        NO,
        id="9-2022-iii-power-cut-of-minutes",
    ),
    pytest.param(
        ATTACK
        | {
            "data_categories": ["identity", "health"],
            "confidentiality": "none",
            "availability": "days",
            "service_impact": "care_delayed",
            "subject_groups": ["patients"],
            "backup": "available",
            "insight": "full",
        },
        BOTH,
        id="9-2022-viii-hospital-records-gone-30-hours",
    ),
    pytest.param(
        ATTACK
        | {
            "data_categories": ["identity", "health"],
            "confidentiality": "none",
            "availability": "hours",
            "service_impact": "moderate",
            "subject_groups": ["patients"],
            "backup": "available",
        },
        BOTH,
        id="9-2022-viii-told-as-hours-and-moderate",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "contact", "family"],
            "confidentiality": "known_recipients",
            "subject_count": 1,
            "subject_groups": ["children"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "requested",
        },
        BOTH,
        id="guldborgsund-childs-whereabouts-to-one-father",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "protected_address"],
            "confidentiality": "known_recipients",
            "subject_count": 1,
            "subject_groups": ["protected_address"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "confirmed",
        },
        BOTH,
        id="familieretshuset-protected-address",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "health"],
            "confidentiality": "known_recipients",
            "cause": "internal_deliberate",
            "subject_count": 1230,
            "subject_groups": ["patients"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": True,
            "return_or_deletion": "none",
            "undetected_days": 1800,
        },
        BOTH,
        id="doctor-looks-up-in-patient-records",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["health"],
            "confidentiality": "known_recipients",
            "cause": "internal_deliberate",
            "subject_count": 1,
            "subject_groups": ["patients"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": True,
            "return_or_deletion": "confirmed",
            "insight": "none",
        },
        BOTH,
        id="one-look-up-even-when-bound-and-confirmed",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["health", "national_id"],
            "confidentiality": "published",
            "subject_count": 3915,
            "subject_groups": ["patients"],
            "insight": "full",
            "undetected_days": 3600,
        },
        BOTH,
        id="hidden-chart-data-online",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["health", "national_id"],
            "confidentiality": "exposed",
            "subject_count": 800000,
            "subject_groups": ["patients"],
            "recipients_bound_by_secrecy": True,
            "insight": "full",
            "undetected_days": 2555,
        },
        BOTH,
        id="staff-could-reach-800000-records",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "health", "communications"],
            "confidentiality": "exposed",
            "subject_count": 500000,
            "subject_groups": ["patients"],
            "insight": "some",
        },
        BOTH,
        id="portal-flaw-shows-bookings-and-letters",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "national_id"],
            "confidentiality": "unknown_recipients",
            "subject_count": 1,
            "subject_groups": ["citizens"],
        },
        BOTH,
        id="letter-with-cpr-lost-in-the-post",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "national_id"],
            "confidentiality": "known_recipients",
            "subject_count": 1,
            "subject_groups": ["citizens"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "confirmed",
        },
        AUTHORITY,
        id="cpr-of-one-to-one-wrong-citizen",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "national_id"],
            "confidentiality": "known_recipients",
            "subject_count": 1,
            "subject_groups": ["citizens"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": True,
            "return_or_deletion": "confirmed",
        },
        NO,
        id="cpr-of-one-to-a-bound-colleague-who-deletes",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "national_id"],
            "confidentiality": "known_recipients",
            "subject_count": 200,
            "subject_groups": ["citizens"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": True,
            "return_or_deletion": "confirmed",
        },
        AUTHORITY,
        id="cpr-of-200-to-a-bound-region-that-deletes",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "health"],
            "confidentiality": "known_recipients",
            "subject_count": 1,
            "subject_groups": ["patients"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": True,
            "return_or_deletion": "confirmed",
            "insight": "full",
        },
        AUTHORITY,
        id="record-to-the-wrong-doctor-who-deletes",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "health"],
            "confidentiality": "known_recipients",
            "subject_count": 1,
            "subject_groups": ["patients"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "confirmed",
            "insight": "full",
        },
        BOTH,
        id="record-to-the-wrong-citizen",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["health"],
            "confidentiality": "none",
            "integrity": "recoverable",
            "service_impact": "care_endangered",
            "subject_count": 3,
            "subject_groups": ["patients"],
        },
        BOTH,
        id="wrong-dose-shown-and-care-endangered",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["health"],
            "confidentiality": "known_recipients",
            "identifiability": "negligible",
            "subject_count": 300,
            "subject_groups": ["research_participants"],
            "insight": "full",
        },
        NO,
        id="test-results-under-a-code-without-key",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "employment"],
            "confidentiality": "published",
            "subject_groups": ["employees"],
            "already_public": True,
        },
        NO,
        id="names-already-lawfully-public",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["contact"],
            "confidentiality": "known_recipients",
            "subject_count": 300,
            "subject_groups": ["users"],
            "recipient_count": 300,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "requested",
        },
        AUTHORITY,
        id="ordinary-newsletter-with-many-in-copy",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "employment"],
            "confidentiality": "published",
            "insight": "some",
            "identifiability": "significant",
            "subject_count": 9483,
            "subject_groups": ["employees", "vulnerable"],
        },
        BOTH,
        id="police-officers-named-in-a-published-sheet",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity"],
            "confidentiality": "unknown_recipients",
            "insight": "full",
            "subject_count": 14,
            "subject_groups": ["vulnerable"],
        },
        BOTH,
        id="list-of-a-crisis-centre-lost",
    ),
    pytest.param(
        ATTACK
        | {
            "data_categories": ["identity", "contact", "communications", "family"],
            "confidentiality": "known_recipients",
            "insight": "full",
            "subject_count": 1,
            "subject_groups": ["users"],
            "recipient_count": 1,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "refused",
        },
        BOTH,
        id="mailbox-read-by-an-intruder-who-is-known",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["communications", "identity"],
            "confidentiality": "published",
            "insight": "full",
            "subject_count": 500,
            "subject_groups": ["users"],
        },
        BOTH,
        id="private-messages-published-by-mistake",
    ),
    *(
        pytest.param(
            PLAIN
            | {
                "data_categories": ["health", "identity", "national_id"],
                "confidentiality": "none",
                "cause": "internal_accidental",
                "insight": "full",
                "identifiability": "maximum",
                "subject_count": 3000,
                "subject_groups": ["patients"],
                "backup": "restored",
                "service_impact": "minor",
            }
            | more,
            expected,
            id=name,
        )
        for name, more, expected in (
            ("records-down-for-minutes-little-felt", {"availability": "minutes"}, NO),
            ("records-down-for-hours-little-felt", {"availability": "hours"}, AUTHORITY),
            (
                "records-down-for-hours-care-delayed",
                {"availability": "hours", "service_impact": "care_delayed"},
                BOTH,
            ),
            (
                "ransomware-restored-the-same-day",
                {"integrity": "recoverable", "availability": "hours", "cause": "external_deliberate"},
                AUTHORITY,
            ),
            (
                "result-on-the-wrong-chart-put-right",
                {"integrity": "recoverable", "subject_count": 1},
                AUTHORITY,
            ),
            (
                "research-data-out-of-reach-for-days",
                {
                    "availability": "days",
                    "service_impact": "none",
                    "subject_groups": ["research_participants"],
                },
                AUTHORITY,
            ),
            (
                "flooded-with-requests-backup-not-asked",
                {
                    "availability": "hours",
                    "cause": "external_deliberate",
                    "service_impact": "none",
                    "backup": None,
                },
                AUTHORITY,
            ),
            ("records-lost-for-good", {"availability": "permanent", "backup": "none"}, BOTH),
        )
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["identity", "credentials"],
            "confidentiality": "unknown_recipients",
            "protection": "intact",
            "subject_count": 20,
            "subject_groups": ["employees"],
            "credentials_hashed": False,
            "backup": "restored",
        },
        NO,
        id="encrypted-laptop-with-log-ins-lost",
    ),
    pytest.param(
        PLAIN
        | {
            "data_categories": ["identity", "contact", "customer_relation"],
            "confidentiality": "none",
            "availability": "minutes",
            "cause": "external_accidental",
            "identifiability": "maximum",
            "subject_groups": ["customers"],
            "backup": "restored",
            "service_impact": "minor",
        },
        NO,
        id="power-cut-at-a-call-centre-some-had-to-call-again",
    ),
    pytest.param(
        MISTAKE
        | {
            "data_categories": ["contact"],
            "confidentiality": "known_recipients",
            "insight": "none",
            "identifiability": "significant",
            "subject_count": 20,
            "subject_groups": ["customers"],
            "recipient_count": 20,
            "recipients_bound_by_secrecy": False,
            "return_or_deletion": "none",
        },
        NO,
        id="ordinary-newsletter-with-twenty-in-copy",
    ),
    pytest.param({} | {"data_categories": ["identity"]}, BOTH, id="nothing-known-but-the-data"),
]


@pytest.mark.parametrize(("facts", "expected"), [*LISTED, *FURTHER])
def test_real_case_comes_out_as_the_guidance_has_it(
    facts: dict[str, object], expected: tuple[bool, bool | None]
) -> None:
    assessment = assess(parse_facts(facts))
    authority, persons = expected
    shown = assessment.communicate_to_data_subjects
    assert (assessment.notify_authority, shown if persons is not None else None) == (authority, persons)
