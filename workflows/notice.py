"""The lifecycle of one notice: one person, one channel. Told means delivered or posted."""

from functools import cache

from breach.domain.states import NoticeState as S
from workflows.machine import Flow, Step

TABLE: tuple[Step[S], ...] = (
    Step("approve", (S.DRAFTED,), S.APPROVED),
    Step("queue", (S.APPROVED,), S.QUEUED),
    Step("claim", (S.QUEUED,), S.UNKNOWN),
    Step("return", (S.UNKNOWN,), S.QUEUED),
    Step("accept", (S.UNKNOWN,), S.SUBMITTED),
    Step("reject", (S.UNKNOWN, S.SUBMITTED), S.REJECTED),
    Step("deliver", (S.UNKNOWN, S.SUBMITTED, S.REJECTED, S.NEEDS_PERSON), S.DELIVERED),
    Step("hand_over", (S.APPROVED, S.UNKNOWN, S.SUBMITTED, S.REJECTED), S.NEEDS_PERSON),
    Step("fall_back", (S.REJECTED, S.NEEDS_PERSON), S.NEEDS_LETTER),
    Step("print", (S.NEEDS_LETTER,), S.PRINTING),
    Step("post", (S.PRINTING,), S.POSTED),
    Step("cancel", (S.DRAFTED, S.APPROVED, S.QUEUED, S.NEEDS_LETTER, S.NEEDS_PERSON), S.CANCELLED),
)


class NoticeFlow(Flow[S, None]):
    """Notices have no guards: the communication decides what may be sent."""

    table = TABLE


@cache
def after(state: S, step: str) -> S:
    """Return the state after the step, or raise StepRefused; the table alone says, so each is asked once."""
    return NoticeFlow(state, None).fire(step)
