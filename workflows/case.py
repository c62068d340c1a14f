"""The lifecycle of a case, from report to conclusion."""

from dataclasses import dataclass

from breach.domain.states import CaseState as S
from workflows.machine import Flow, Step

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
        ("authority_settled", "communication_settled", "is_contained", "has_measures", "awareness_settled"),
    ),
    Step("reopen", (S.DISMISSED, S.CONCLUDED), S.ASSESSING, ("has_reason",)),
)

CLOSED = frozenset({S.CONCLUDED, S.DISMISSED, S.MERGED})


@dataclass(frozen=True)
class CaseView:
    """What the guards read of a case and of the person who wants to move it."""

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
    is_contained: bool = False
    measures: str = ""
    awareness_settled: bool = False


class CaseFlow(Flow[S, CaseView]):
    """The guards of a case: each reads as a claim."""

    table = TABLE
    asked = frozenset(
        {"has_handler", "has_facts", "has_reason", "has_comment", "has_reasoning", "explains_deviation"}
        | {"has_target"}
    )

    def has_handler(self) -> bool:
        return self.view.handler_id is not None

    def has_reason(self) -> bool:
        return bool(self.view.reason.strip())

    def has_reasoning(self) -> bool:
        return bool(self.view.reason.strip())

    def has_comment(self) -> bool:
        return bool(self.view.comment.strip())

    def is_seconded(self) -> bool:
        return self.view.dismissal_asked_by not in (None, self.view.actor_id)

    def has_target(self) -> bool:
        return self.view.has_target

    def has_facts(self) -> bool:
        return self.view.has_facts

    def explains_deviation(self) -> bool:
        return not self.view.departs or bool(self.view.deviation_reason.strip())

    def approver_differs_from_proposer(self) -> bool:
        return self.view.proposed_by not in (None, self.view.actor_id)

    def has_new_facts(self) -> bool:
        return self.view.has_new_facts

    def authority_settled(self) -> bool:
        return self.view.authority_settled

    def communication_settled(self) -> bool:
        return self.view.communication_settled

    def is_contained(self) -> bool:
        return self.view.is_contained

    def has_measures(self) -> bool:
        return bool(self.view.measures.strip())

    def awareness_settled(self) -> bool:
        return self.view.awareness_settled
