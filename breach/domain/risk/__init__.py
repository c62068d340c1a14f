"""The risk assessment: facts in, an outcome with its reasons out (GDPR Art. 33 and 34)."""

from breach.domain.risk.assessment import DEFAULT_THRESHOLDS, MODEL_VERSION, Assessment, assess
from breach.domain.risk.changes import Change
from breach.domain.risk.encoding import Thresholds
from breach.domain.risk.facts import Facts
from breach.domain.risk.reading import FactsError, facts_to_json, parse_facts
from breach.domain.risk.rules import Outcome
from breach.domain.risk.severity import Band, Severity
from breach.domain.risk.verdict import FiredRule

__all__ = [
    "DEFAULT_THRESHOLDS",
    "MODEL_VERSION",
    "Assessment",
    "Band",
    "Change",
    "Facts",
    "FactsError",
    "FiredRule",
    "Outcome",
    "Severity",
    "Thresholds",
    "assess",
    "facts_to_json",
    "parse_facts",
]
