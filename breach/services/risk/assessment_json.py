"""An assessment as JSON with its sentences: one shape for the command line, the API and the pages."""

from breach import texts
from breach.domain.risk import DEFAULT_THRESHOLDS, Assessment, Change, Facts
from breach.domain.risk.practice import practice_on


def points(quarters: int) -> float | int:
    """Return quarters as points; quarters are exact in binary, and whole points show without a fraction."""
    return quarters // 4 if quarters % 4 == 0 else quarters / 4


def value_text(fact: str, value: object, language: str) -> str:
    """Return a value of a fact in words."""
    if isinstance(value, bool):
        return texts.text(f"risk.facts.answer.{'yes' if value else 'no'}", language)
    if isinstance(value, str):
        return texts.text(f"risk.facts.value.{fact}.{value}", language)
    if isinstance(value, list):
        return ", ".join(value_text(fact, item, language) for item in value)
    return texts.text("risk.facts.answer.not_known", language) if value is None else str(value)


def _difference(facts: Facts, change: Change) -> tuple[str, object]:
    if not isinstance(change.to, list):
        return "value", change.to
    held = {member.value for member in getattr(facts, change.fact)}
    if not held:
        return "value", change.to
    added = [value for value in change.to if value not in held]
    return ("added", added) if added else ("removed", sorted(held - set(change.to)))


def _count_text(fact: str, count: int, language: str) -> str:
    """Return for a number of persons at which rules turn all the numbers that they treat alike."""
    few, many = DEFAULT_THRESHOLDS.few, DEFAULT_THRESHOLDS.many
    if count <= few:
        return texts.text("risk.change.fewer", language, n=few)
    if fact == "subject_count" and count < many:
        return texts.text("risk.change.between", language, least=few + 1, most=many - 1)
    return texts.text("risk.change.more", language, n=count)


def change_text(facts: Facts, change: Change, language: str) -> str:
    """Return the sentence that says what one other fact would do to the outcome."""
    how, value = _difference(facts, change)
    return texts.text(
        f"risk.change.{how}",
        language,
        question=texts.text(f"risk.facts.question.{change.fact}", language),
        value=_count_text(change.fact, value, language)
        if isinstance(value, int) and not isinstance(value, bool)
        else value_text(change.fact, value, language),
        outcome=texts.text(f"risk.outcome.{change.outcome.value}", language),
    )


def _rules(assessment: Assessment, language: str) -> list[dict[str, str]]:
    doubtful = assessment.doubtful
    return [
        {
            "id": rule.id,
            "effect": rule.effect,
            "text": rule_text(rule.id, rule.id in doubtful, language),
            "source": texts.text(f"risk.source.{rule.id}", language),
        }
        for rule in assessment.rules
    ]


def rule_text(rule: str, is_doubtful: bool, language: str) -> str:
    """Return the sentence of a rule; of one that only the unknown makes fire, that it is not ruled out."""
    words = texts.text(f"risk.rule.{rule}", language)
    return texts.text("risk.not_ruled_out", language, rule=words) if is_doubtful else words


def _would_change(assessment: Assessment, language: str) -> list[dict[str, object]]:
    return [
        {
            "fact": change.fact,
            "to": change.to,
            "outcome": change.outcome.value,
            "text": change_text(assessment.facts, change, language),
        }
        for change in assessment.would_change
    ]


def _practice(facts: Facts, language: str) -> list[dict[str, str]]:
    return [
        {
            "id": note,
            "text": texts.text(f"risk.practice.{note}.text", language),
            "source": texts.text(f"risk.practice.{note}.source", language),
        }
        for note in practice_on(facts)
    ]


def assessment_to_json(assessment: Assessment, language: str, id: str | None = None) -> dict[str, object]:
    """Return the assessment as a JSON object; `id` as the caller knows it, `language` da or en.

    `practice` says where other authorities decided otherwise than the outcome, which follows Denmark.
    In `severity`, dpc, ei, cb and score are points; `band` is low, medium, high or "very high".
    """
    severity = assessment.severity
    return {
        "id": id,
        "outcome": assessment.outcome.value,
        "notify_authority": assessment.notify_authority,
        "communicate_to_data_subjects": assessment.communicate_to_data_subjects,
        "severity": {
            "dpc": severity.dpc,
            "ei": points(severity.ei),
            "cb": points(severity.cb),
            "score": points(severity.score),
            "band": severity.band.value,
        },
        "flags": list(assessment.flags),
        "rules": _rules(assessment, language),
        "practice": _practice(assessment.facts, language),
        "interval": {"best": assessment.best.value, "worst": assessment.worst.value},
        "unknown": list(assessment.unknown),
        "would_change": _would_change(assessment, language),
        "model": assessment.model,
    }
