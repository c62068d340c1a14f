"""The claims that must hold before a case is closed."""

from dataclasses import dataclass

from breach.services.desk.case_page import CasePage
from breach.web.cases.step_words import barred_by, reason
from breach.web.parts.language import t
from workflows import authority as authority_table
from workflows import communication as communication_table


@dataclass(frozen=True)
class Condition:
    """One of the claims that must hold before a case is closed."""

    met: bool
    words: str
    href: str
    link: str


def conditions(page: CasePage) -> list[Condition]:
    """Return the conditions of closing, met or with the way to meet them."""
    found = {
        "authority_settled": page.authority.state in authority_table.SETTLED,
        "communication_settled": page.communication.state in communication_table.SETTLED,
        "adds_up": page.tally.adds_up,
        "is_contained": page.case.contained_at is not None,
        "has_measures": bool(page.case.measures.strip()),
        "awareness_settled": "awareness_settled" not in barred_by(page, "conclude"),
    }
    return [_condition(page, code, is_met) for code, is_met in found.items()]


def _condition(page: CasePage, code: str, is_met: bool) -> Condition:
    """Return one condition; where the sum does not add up it says what is missing."""
    why = reason(page, "conclude", _guard_of_sum(page) if code == "adds_up" else code, "case")
    if is_met:
        return Condition(True, t(f"cases.condition.{code}"), "", why.link)
    words = why.words if code == "adds_up" else t(f"cases.condition.{code}")
    return Condition(False, words, why.href, why.link)


def _guard_of_sum(page: CasePage) -> str:
    """Return the guard that says what does not add up in the sum of the people affected."""
    if not page.tally.is_known:
        return "affected_is_known"
    return "count_covers_everybody" if page.tally.surplus else "nobody_is_missing"
