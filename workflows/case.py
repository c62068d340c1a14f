"""The lifecycle of a case, from report to conclusion."""

from dataclasses import dataclass

from breach.domain.states import CaseState as S
from breach.domain.tally import Tally
from workflows.machine import Flow, Step
from workflows.tally_guards import ADDS_UP, TallyGuards

TABLE: tuple[Step[S], ...] = (
    Step("take", (S.REPORTED,), S.ASSESSING, ("has_handler",)),
    Step(
        "dismiss",
        (S.REPORTED, S.ASSESSING, S.SCORED),
        S.DISMISSED,
        ("has_reason", "is_seconded", "awareness_settled"),
    ),
    Step("merge", (S.REPORTED, S.ASSESSING, S.SCORED), S.MERGED, ("has_target",)),
    Step("score", (S.ASSESSING, S.SCORED), S.SCORED, ("has_facts",)),
    Step("revise", (S.SCORED,), S.ASSESSING),
    Step("propose", (S.SCORED,), S.PROPOSED, ("has_reasoning", "explains_deviation")),
    Step("send_back", (S.PROPOSED,), S.ASSESSING, ("has_comment",)),
    Step("decide", (S.PROPOSED,), S.RESPONDING, ("approver_differs_from_proposer",)),
    Step("reassess", (S.RESPONDING,), S.ASSESSING, ("has_new_facts",)),
    Step(
        "conclude",
        (S.RESPONDING,),
        S.CONCLUDED,
        (
            *("authority_settled", "communication_settled", *ADDS_UP),
            *("is_contained", "has_measures", "awareness_settled"),
        ),
    ),
    Step("reopen", (S.DISMISSED, S.CONCLUDED), S.ASSESSING, ("has_reason",)),
)

CLOSED = frozenset({S.CONCLUDED, S.DISMISSED, S.MERGED})


@dataclass(frozen=True)
class CaseGuardFacts:
    """The facts of a case and of the acting person that its guards read."""

    actor_id: int
    handler_id: int | None = None
    reason: str = ""
    comment: str = ""
    has_target: bool = False
    has_facts: bool = False
    departs: bool = False
    deviation_reason: str = ""
    dismissal_asked_by: int | None = None
    proposed_by: int | None = None
    has_new_facts: bool = False
    authority_settled: bool = False
    communication_settled: bool = False
    tally: Tally | None = None
    """The sum of the people affected; None where it was not made."""
    is_contained: bool = False
    measures: str = ""
    awareness_settled: bool = False


class CaseFlow(TallyGuards, Flow[S, CaseGuardFacts]):
    """The guards of a case: each reads as a claim."""

    table = TABLE
    asked = frozenset(
        {"has_handler", "has_facts", "has_reason", "has_comment", "has_reasoning", "explains_deviation"}
        | {"has_target"}
    )

    @property
    def tally(self) -> Tally | None:
        return self.facts.tally

    def has_handler(self) -> bool:
        return self.facts.handler_id is not None

    def has_reason(self) -> bool:
        return bool(self.facts.reason.strip())

    def has_reasoning(self) -> bool:
        return bool(self.facts.reason.strip())

    def has_comment(self) -> bool:
        return bool(self.facts.comment.strip())

    def is_seconded(self) -> bool:
        return self.facts.dismissal_asked_by not in (None, self.facts.actor_id)

    def has_target(self) -> bool:
        return self.facts.has_target

    def has_facts(self) -> bool:
        return self.facts.has_facts

    def explains_deviation(self) -> bool:
        return not self.facts.departs or bool(self.facts.deviation_reason.strip())

    def approver_differs_from_proposer(self) -> bool:
        return self.facts.proposed_by not in (None, self.facts.actor_id)

    def has_new_facts(self) -> bool:
        return self.facts.has_new_facts

    def authority_settled(self) -> bool:
        return self.facts.authority_settled

    def communication_settled(self) -> bool:
        return self.facts.communication_settled

    def is_contained(self) -> bool:
        return self.facts.is_contained

    def has_measures(self) -> bool:
        return bool(self.facts.measures.strip())

    def awareness_settled(self) -> bool:
        return self.facts.awareness_settled
