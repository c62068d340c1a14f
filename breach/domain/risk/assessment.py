"""The risk assessment: severity, the gate of Art. 33, the high-risk triggers of Art. 34 and the matrix.

It advises; a named person decides. It is total over the vocabulary, and a worse or an unknown fact
never lowers the outcome.
"""

from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from breach.domain.risk.changes import Change, by_narrowing, changes
from breach.domain.risk.encoding import Measured, Thresholds, best_ranks, measure, worst_ranks
from breach.domain.risk.facts import (
    ASKED_OF_DATA,
    ASKED_OF_LOSS,
    ASKED_WHERE,
    ENUM_FACTS,
    FACT_NAMES,
    TOLD_FACTS,
    Availability,
    DataCategory,
    Facts,
    Integrity,
    SubjectGroup,
)
from breach.domain.risk.rules import UNKNOWN, UNREADABLE, Outcome
from breach.domain.risk.scan import Scan
from breach.domain.risk.severity import BANDS, Severity, band_of
from breach.domain.risk.verdict import FiredRule, Verdict, outcome_by, verdict_on

MODEL_VERSION = "2026.3"
DEFAULT_THRESHOLDS = Thresholds()
#: ENISA: shown beside the severity when more individuals than this are affected.
MANY_INDIVIDUALS = 100

LIKELIHOODS = ("very_unlikely", "less_likely", "likely", "near_certain")
RISKS = ("low", "medium", "high")
# Risk by consequence (low to very high) and likelihood. Datatilsynet: a very grave consequence, or one
# that is near certain, calls for telling the persons however small the other is.
MATRIX = ((0, 0, 1, 2), (0, 1, 1, 2), (1, 2, 2, 2), (2, 2, 2, 2))


class MatrixCell(NamedTuple):
    """Consequence and likelihood, each 1 to 4, and the risk where they meet: low, medium or high."""

    consequence: int
    likelihood: int
    risk: str


_CELLS = tuple(
    tuple(MatrixCell(row + 1, column + 1, RISKS[risk]) for column, risk in enumerate(risks))
    for row, risks in enumerate(MATRIX)
)


#: The place of the band by the score in quarters.
_BAND = tuple(BANDS.index(band_of(score)) for score in range(25))


def _matrix(verdict: Verdict, score: int, acted_on: bool) -> MatrixCell:
    likelihood = 2 if acted_on else 1
    if verdict.outcome is Outcome.REGISTER_ONLY:
        likelihood = 0
    elif verdict.harmed:
        likelihood = 3
    return _CELLS[min(_BAND[score], verdict.consequence)][likelihood]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the model says of the facts; `outcome` is that of the worst they can be.

    best, worst: the outcomes if all unknown facts turn out as mild, or as bad, as they can
    flags: `over_100`, `unintelligible` (ENISA; beside the score, not in it)
    """

    facts: Facts
    thresholds: Thresholds
    outcome: Outcome
    best: Outcome
    severity: Severity
    flags: tuple[str, ...]
    rules: tuple[FiredRule, ...]
    matrix: MatrixCell
    model: str
    _missing: tuple[str, ...] = field(repr=False, compare=False)
    _fired: frozenset[str] = field(repr=False, compare=False)
    _mildest: Measured | None = field(repr=False, compare=False)
    _scan: Scan = field(repr=False, compare=False)

    @property
    def worst(self) -> Outcome:
        """The outcome if all unknown facts turn out as bad as they can: the one acted on."""
        return self.outcome

    @property
    def notify_authority(self) -> bool:
        """Tell whether Art. 33 asks for a notification."""
        return self.outcome is not Outcome.REGISTER_ONLY

    @property
    def communicate_to_data_subjects(self) -> bool:
        """Tell whether Art. 34 asks for a communication."""
        return self.outcome is Outcome.NOTIFY_AUTHORITY_AND_DATA_SUBJECTS

    @property
    def doubtful(self) -> frozenset[str]:
        """The ids of the rules that fire only because something is not known yet."""
        if self._mildest is None:
            return frozenset()
        return self._fired - verdict_on(self._mildest).fired

    @property
    def unknown(self) -> tuple[str, ...]:
        """The facts not known yet, the one that narrows the interval most first."""
        return by_narrowing(self.facts, self._scan, self._missing)

    @property
    def would_change(self) -> tuple[Change, ...]:
        """Every single fact with a value that changes the outcome."""
        return changes(self.facts, self._scan, self.thresholds)


_READ = attrgetter(*FACT_NAMES)
_NOT_SAID: tuple[object, ...] = (None, frozenset())


#: Facts that cannot matter, by the other fact and its value.
_NOT_ASKED = {
    other: {
        member: frozenset(
            name for name, (on, values) in ASKED_WHERE.items() if on == other and member.value not in values
        )
        for member in ENUM_FACTS[other]
    }
    for other in dict.fromkeys(other for other, _ in ASKED_WHERE.values())
}


def _not_asked(facts: Facts) -> frozenset[str]:
    """Return the facts that cannot matter, as others are what they are."""
    none = frozenset[str]()
    spared = (by_value.get(getattr(facts, other), none) for other, by_value in _NOT_ASKED.items())
    found = TOLD_FACTS.union(*spared)
    if facts.integrity is Integrity.NONE and facts.availability is Availability.NONE:
        found |= ASKED_OF_LOSS
    if DataCategory.UNKNOWN in facts.data_categories:
        return found
    return found.union(name for name, kind in ASKED_OF_DATA.items() if kind not in facts.data_categories)


def unknown_facts(facts: Facts) -> tuple[str, ...]:
    """Return the names of the facts that matter and are not known, in the order of the vocabulary."""
    # A look at the truth spares most facts the comparison; 0 and False are known.
    spared = _not_asked(facts)
    missing = [
        name
        for name, value in zip(FACT_NAMES, _READ(facts), strict=True)
        if not value and value in _NOT_SAID and name not in spared
    ]
    if SubjectGroup.UNKNOWN in facts.subject_groups:
        missing = sorted((*missing, "subject_groups"), key=FACT_NAMES.index)
    if DataCategory.UNKNOWN in facts.data_categories:
        missing.insert(0, "data_categories")
    return tuple(missing)


def _flags(facts: Facts, exposure: int) -> tuple[str, ...]:
    count = facts.subject_count
    many = ("over_100",) if count is None or count > MANY_INDIVIDUALS else ()
    return (*many, "unintelligible") if exposure == UNREADABLE else many


def assess(facts: Facts, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Assessment:
    """Return the assessment of the facts; never raises for facts of the vocabulary."""
    ranks = worst_ranks(facts, thresholds)
    measured = measure(ranks)
    verdict = verdict_on(measured)
    missing = unknown_facts(facts)
    best, mildest = verdict.outcome, None
    if missing and best is not Outcome.REGISTER_ONLY:
        mildest = measure(best_ranks(facts, ranks, missing))
        best = outcome_by(mildest.met, mildest.score)
    return Assessment(
        facts=facts,
        thresholds=thresholds,
        outcome=verdict.outcome,
        best=best,
        severity=measured.severity,
        flags=_flags(facts, measured.exposure),
        rules=verdict.rules,
        matrix=_matrix(verdict, measured.score, measured.exposure >= UNKNOWN or ranks.cause >= 2),
        model=MODEL_VERSION if thresholds == DEFAULT_THRESHOLDS else f"{MODEL_VERSION}+{thresholds.version}",
        _missing=missing,
        _fired=verdict.fired,
        _mildest=mildest,
        _scan=Scan(ranks, measured, verdict.outcome),
    )
