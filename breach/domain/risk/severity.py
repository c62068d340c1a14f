"""ENISA's severity of a personal data breach, in exact quarters.

Source: ENISA, Recommendations for a methodology of the assessment of severity of personal data
breaches, v1.0, 2013: SE = DPC x EI + CB. "Quarters" are integers; 4 quarters are one point.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

QUARTER = Decimal("0.25")


class Context(Enum):
    """ENISA's four kinds of data with their base score (data processing context)."""

    SIMPLE = 1
    BEHAVIOURAL = 2
    FINANCIAL = 3
    SENSITIVE = 4


class Band(Enum):
    """How grave the consequences are for the persons."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very high"


BANDS = tuple(Band)

# What insight (none, general, some, full) makes of each kind of data. ENISA's steps: sensitive,
# financial and behavioural data come down to 1 where they tell nothing real; simple data rise to 2
# where they let status be guessed. Simple data that tell more belong to the kind that they tell of.
_BY_INSIGHT: dict[Context, tuple[int, int, int, int]] = {
    Context.SIMPLE: (1, 1, 2, 2),
    Context.BEHAVIOURAL: (1, 2, 3, 4),
    Context.FINANCIAL: (1, 2, 3, 4),
    Context.SENSITIVE: (1, 2, 3, 4),
}


def dpc(context: Context, step: int = 0) -> int:
    """Return the data processing context, 1 to 4: the base moved by whole steps (-3 to 3), clamped."""
    if not -3 <= step <= 3:
        raise ValueError(f"step out of range: {step}")
    return min(4, max(1, context.value + step))


def dpc_by_insight(context: Context, insight: int) -> int:
    """Return the data processing context for an insight, 0 (nothing real) to 3 (the facts themselves)."""
    return _BY_INSIGHT[context][insight]


def circumstances(confidentiality: int, integrity: int, availability: int, malicious: int) -> int:
    """Return the circumstances of the breach in quarters, 0 to 8; each element is 0 to 2 quarters.

    Malicious intent is 0 or 2: ENISA gives it 0.5 or nothing.
    """
    elements = (confidentiality, integrity, availability, malicious)
    if any(not 0 <= element <= 2 for element in elements) or malicious == 1:
        raise ValueError(f"out of range: {elements}")
    return sum(elements)


def severity_score(context: int, ease: int, around: int) -> int:
    """Return the severity in quarters: context 1-4, ease 1-4 quarters, circumstances 0-8 quarters."""
    if not (1 <= context <= 4 and 1 <= ease <= 4 and 0 <= around <= 8):
        raise ValueError(f"out of range: {context=} {ease=} {around=}")
    return context * ease + around


def band_of(score: int) -> Band:
    """Return the band of a score in quarters; exactly 2, 3 and 4 points belong to the upper band."""
    return BANDS[min(3, max(0, score // 4 - 1))]


def points(quarters: int) -> Decimal:
    """Return quarters as an exact decimal number of points."""
    return QUARTER * quarters


@dataclass(frozen=True, slots=True)
class Severity:
    """One severity with its parts; `ei`, `cb` and `score` are in quarters, `dpc` in whole points."""

    dpc: int
    ei: int
    cb: int

    @property
    def score(self) -> int:
        """The severity in quarters, 1 to 24."""
        return severity_score(self.dpc, self.ei, self.cb)

    @property
    def band(self) -> Band:
        """The band that the score falls in."""
        return band_of(self.score)
