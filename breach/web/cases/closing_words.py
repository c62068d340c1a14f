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
        "is_contained": page.case.contained_at is not None,
        "has_measures": bool(page.case.measures.strip()),
        "awareness_settled": "awareness_settled" not in barred_by(page, "conclude"),
    }
    answer = []
    for code, met in found.items():
        why = reason(page, "conclude", code, "case")
        words = t(f"case.condition.{code}")
        answer.append(Condition(met, words, "" if met else why.href, why.link))
    return answer
