"""The lifecycle of the communication to the data subjects (GDPR art. 34)."""

from dataclasses import dataclass

from breach.domain.states import CommunicationState as S
from breach.domain.tally import Tally
from workflows.machine import Flow, Step
from workflows.tally_guards import ADDS_UP, TallyGuards

TABLE: tuple[Step[S], ...] = (
    Step("require", (S.NOT_REQUIRED, S.EXEMPTED, S.COMPLETED), S.DUE),
    Step(
        "open_round",
        (S.DUE, S.DRAFTING, S.APPROVED, S.SENDING, S.PAUSED, S.COMPLETED),
        S.DUE,
        ("case_is_decided", "was_released", "nothing_on_the_way"),
    ),
    Step("waive", (S.DUE, S.DRAFTING, S.APPROVED), S.NOT_REQUIRED, ("decided_below_high_risk",)),
    Step(
        "exempt",
        (S.DUE, S.DRAFTING, S.APPROVED),
        S.EXEMPTED,
        ("has_ground", "has_evidence", "exempter_differs_from_asker"),
    ),
    Step("draft", (S.DUE,), S.DRAFTING),
    Step(
        "approve",
        (S.DRAFTING,),
        S.APPROVED,
        (
            "text_is_not_returned",
            "text_is_complete",
            "text_is_current",
            "is_readable_or_explained",
            "approver_differs_from_author",
        ),
    ),
    Step("rewrite", (S.APPROVED,), S.DRAFTING),
    Step("ask_release", (S.APPROVED,), S.RELEASING, ("has_recipients", "text_is_current")),
    Step("withdraw_release", (S.RELEASING,), S.APPROVED),
    Step(
        "release",
        (S.RELEASING,),
        S.SENDING,
        ("releaser_differs_from_asker", "count_matches", "list_is_unchanged", "text_is_current"),
    ),
    Step("pause", (S.SENDING,), S.PAUSED),
    Step("resume", (S.PAUSED,), S.SENDING),
    Step(
        "complete",
        (S.DUE, S.DRAFTING, S.APPROVED, S.SENDING),
        S.COMPLETED,
        (*ADDS_UP, "nothing_on_the_way"),
    ),
)

SETTLED = frozenset({S.NOT_REQUIRED, S.EXEMPTED, S.COMPLETED})


@dataclass(frozen=True)
class CommunicationGuardFacts:
    """The facts of a communication and of the acting person that its guards read."""

    actor_id: int = 0
    ground: str = ""
    evidence: str = ""
    decided_below_high_risk: bool = False
    missing_elements: tuple[str, ...] = ()
    is_hard_to_read: bool = False
    hard_to_read_reason: str = ""
    author_id: int | None = None
    recipients: int = 0
    asked_by: int | None = None
    typed_count: int | None = None
    frozen_count: int | None = None
    list_is_unchanged: bool = False
    exemption_asked_by: int | None = None
    tally: Tally | None = None
    """The sum of the people affected; None where it was not made."""
    case_is_decided: bool = False
    was_released: bool = False
    """Whether a round was sent before, this one or an earlier one."""
    on_the_way: int = 0
    """Notices of the round that are neither delivered, posted nor given up."""
    text_is_returned: bool = False
    """Whether an approver sent this version of the letter back."""
    text_is_current: bool = True
    """What the letter says of the facts is what the case says now; true where there is no letter."""


class CommunicationFlow(TallyGuards, Flow[S, CommunicationGuardFacts]):
    """The guards of the communication."""

    table = TABLE
    asked = frozenset({"has_ground", "has_evidence", "count_matches", "is_readable_or_explained"})

    @property
    def tally(self) -> Tally | None:
        return self.facts.tally

    def has_ground(self) -> bool:
        return bool(self.facts.ground)

    def has_evidence(self) -> bool:
        return bool(self.facts.evidence.strip())

    def decided_below_high_risk(self) -> bool:
        return self.facts.decided_below_high_risk

    def text_is_not_returned(self) -> bool:
        return not self.facts.text_is_returned

    def text_is_complete(self) -> bool:
        return not self.facts.missing_elements

    def text_is_current(self) -> bool:
        return self.facts.text_is_current

    def is_readable_or_explained(self) -> bool:
        return not self.facts.is_hard_to_read or bool(self.facts.hard_to_read_reason.strip())

    def approver_differs_from_author(self) -> bool:
        return self.facts.author_id not in (None, self.facts.actor_id)

    def has_recipients(self) -> bool:
        return self.facts.recipients > 0

    def releaser_differs_from_asker(self) -> bool:
        return self.facts.asked_by not in (None, self.facts.actor_id)

    def count_matches(self) -> bool:
        return self.facts.typed_count is not None and self.facts.typed_count == self.facts.frozen_count

    def list_is_unchanged(self) -> bool:
        return self.facts.list_is_unchanged

    def case_is_decided(self) -> bool:
        return self.facts.case_is_decided

    def was_released(self) -> bool:
        return self.facts.was_released

    def nothing_on_the_way(self) -> bool:
        return self.facts.on_the_way == 0

    def exempter_differs_from_asker(self) -> bool:
        return self.facts.exemption_asked_by not in (None, self.facts.actor_id)
