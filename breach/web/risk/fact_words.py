"""The facts in words, and what the register holds beside them."""

from collections.abc import Mapping
from typing import Any

from breach.domain.risk.facts import is_asked
from breach.services.desk.case_page import CasePage
from breach.services.risk.assessment_json import value_text
from breach.web.cases.step_words import may_write_measures, step_href
from breach.web.letters import account_words
from breach.web.parts.language import current_language, t
from breach.web.risk.forms import GROUPS


def fact_question(name: str) -> str:
    """Return the question about a fact."""
    return t(f"risk.facts.question.{name}")


def facts(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every fact that can matter with its value in words; what is not known says so."""
    language = current_language()
    return [
        (fact_question(name), value_text(name, found.get(name) or _nothing(found.get(name)), language))
        for names in GROUPS.values()
        for name in names
        if name in found or is_asked(name, found)
    ]


def _nothing(value: object) -> object:
    return value if value in (False, 0) and value is not None else None


def unknown_facts(page: CasePage) -> list[str]:
    """Return the questions that nobody has answered yet."""
    return [
        fact_question(name)
        for names in GROUPS.values()
        for name in names
        if page.case.facts.get(name) in (None, [], ["unknown"]) and is_asked(name, page.case.facts)
    ]


def measures(page: CasePage) -> list[tuple[str, ...]]:
    """Return what the register holds beside the facts, each with the way to change it."""
    case = page.case
    href = step_href(page, "save_measures") if may_write_measures(page) else ""
    chosen = ", ".join(t(f"cases.consequence.{one}") for one in case.consequences)
    return [
        (t("cases.field.summary"), case.summary, href),
        (t("cases.field.measures"), case.measures, href),
        *_in_english(page, href),
        (t("cases.field.consequences"), chosen, href),
        (t("cases.field.contained"), account_words.contained(page), href),
    ]


def _in_english(page: CasePage, href: str) -> list[tuple[str, ...]]:
    """Return the account in English, or that the letter is sent in Danish alone."""
    case = page.case
    if not case.in_english:
        return [(t("cases.field.in_english"), t("common.no"), href)]
    return [
        (t(f"cases.field.{name}"), getattr(case, name) or "", href) for name in ("summary_en", "measures_en")
    ]
