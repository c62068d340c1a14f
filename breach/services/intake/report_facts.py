"""Converts a report to facts of the risk assessment; what was not answered is unknown."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from breach.domain.risk.facts import (
    Availability,
    Cause,
    Confidentiality,
    DataCategory,
    Integrity,
    RecipientOpened,
    RecipientRelation,
    ReturnOrDeletion,
    SubjectGroup,
)
from breach.domain.risk.reading import facts_to_json, parse_facts


def _words(kind: type[Enum]) -> tuple[str, ...]:
    return tuple(str(member.value) for member in kind)


DATA_CATEGORIES = _words(DataCategory)
SUBJECT_GROUPS = _words(SubjectGroup)
CONFIDENTIALITY = _words(Confidentiality)
INTEGRITY = _words(Integrity)
AVAILABILITY = _words(Availability)
CAUSES = _words(Cause)
RETURNS = _words(ReturnOrDeletion)
RELATIONS = _words(RecipientRelation)
OPENED = _words(RecipientOpened)
TAKEN_OVER = (
    "subject_count",
    "confidentiality",
    "integrity",
    "availability",
    "cause",
    "return_or_deletion",
    "recipient_relation",
    "recipient_opened",
    "deleted_at_once",
)
"""Fields of `affected` that are facts under the same name."""


def from_report(affected: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts, as stored on the case, of what a report says was affected.

    Free text is left out: it may name people, and the rules never read it.
    """
    found = {name: affected.get(name) for name in TAKEN_OVER}
    found["data_categories"] = list(affected.get("data_categories") or ("unknown",))
    groups = list(affected.get("subject_groups") or ())
    if affected.get("protected_address") == "yes" and "protected_address" not in groups:
        groups.append("protected_address")
    found["subject_groups"] = groups
    return dict(facts_to_json(parse_facts(found)))
