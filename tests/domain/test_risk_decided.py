"""How far the assessment agrees with what authorities decided."""

import pytest

from breach.domain.risk import assess, parse_facts
from tests.domain.decided_cases import CASES, Decided

DIFFERS: dict[str, str] = {}
"""Cases that come out otherwise, by their reference, each with its reason (docs/decisions/risk-model.md)."""


def agrees(case: Decided) -> bool:
    found = assess(parse_facts(case.facts))
    told = found.communicate_to_data_subjects
    return found.notify_authority is case.notify and case.tell in (None, told)


@pytest.mark.parametrize("case", CASES, ids=[case.reference for case in CASES])
def test_decided_case_comes_out_as_decided(case: Decided) -> None:
    assert agrees(case) is (case.reference not in DIFFERS)


def test_agreement_is_measured_on_cases_of_both_answers() -> None:
    """Each duty counted by itself, so that an assessment that always says yes is not taken for a good one."""
    assert len({case.reference for case in CASES}) == 57
    assert [sum(case.tell is answer for case in CASES) for answer in (True, False)] == [31, 2]
    assert sum(not case.notify for case in CASES) == 1


NEW = ("recipient_relation", "recipient_opened", "deleted_at_once", "recipient_proof", "access_log")


@pytest.mark.parametrize("case", CASES, ids=[case.reference for case in CASES])
def test_no_duty_is_missed_where_the_newer_facts_are_not_known(case: Decided) -> None:
    told_before = {name: value for name, value in case.facts.items() if name not in NEW}
    found = assess(parse_facts(told_before))
    assert found.notify_authority or not case.notify
    assert found.communicate_to_data_subjects or not case.tell
