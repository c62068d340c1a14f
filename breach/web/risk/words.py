"""An assessment in words, with its place in the matrix."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from breach.services.desk.case_page import CasePage
from breach.services.risk import assessment
from breach.services.risk.assessment_json import assessment_to_json
from breach.texts import has
from breach.web.parts.language import current_language, t
from breach.web.parts.words import case_title
from breach.web.risk.fact_words import fact_question

Result = dict[str, Any]


def result_of(found: Mapping[str, Any], reference: str) -> Result:
    """Return the assessment of facts in the language of the page, with its place in the matrix."""
    assessed = assessment.preview(dict(found))
    answer: Result = assessment_to_json(assessed, current_language(), reference)
    return answer | {"matrix": assessed.matrix._asdict()}


def stored_result(page: CasePage) -> Result | None:
    """Return the newest assessment: its sentences in the language of the page while the model is the same."""
    made = page.assessment
    if made is None:
        return None
    fresh = result_of(made.facts, page.case.reference)
    if fresh["model"] == made.model:
        return fresh
    return {**made.result, "matrix": fresh["matrix"], "practice": fresh["practice"]}


def rules(result: Result) -> list[tuple[str, str, str]]:
    """Return the rules that fired: what, to what effect, and where it is written."""
    return [
        (
            f"{rule['id']}: {rule['text']}",
            t(f"risk.effect.{rule['effect']}") if has(f"risk.effect.{rule['effect']}") else rule["effect"],
            rule["source"],
        )
        for rule in result["rules"]
    ]


def unknowns(result: Result) -> list[str]:
    """Return the facts not known yet, the one that narrows most first."""
    names = list(result["unknown"])
    return [
        f"{fact_question(name)} {t('risk.narrows_most')}"
        if at == 0 and len(names) > 1
        else fact_question(name)
        for at, name in enumerate(names)
    ]


def facts_changed_since_proposal(page: CasePage) -> int:
    """Return how many facts were changed since the assessment that the proposal stands on."""
    if page.decision is None or page.decision.state != "proposed" or page.assessment is None:
        return 0
    old, new = page.assessment.facts, page.case.facts
    return sum(old.get(name) != new.get(name) for name in old.keys() | new.keys())


def similar(page: CasePage) -> list[tuple[tuple[str, str], str]]:
    """Return earlier cases like this one, each with its address, and what was decided.

    They are of the same controller as the case, so whoever sees the case may see them.
    """
    return [
        (
            (f"{one.reference} {case_title(one.title)}", url_for("cases.show", reference=one.reference)),
            t(f"risk.outcome.{one.outcome}"),
        )
        for one in page.similar
    ]
