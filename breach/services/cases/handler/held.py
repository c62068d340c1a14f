"""The open cases that a person handles, for whoever closes their access."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from breach.domain.clocks import is_late
from breach.domain.states import AuthorityState
from breach.services.context import Context
from breach.store.models import AuthorityTrack, BreachCase, Communication
from workflows import communication


@dataclass(frozen=True)
class HeldCase:
    """An open case of a handler: its number, its deadlines that still run, and whether notifying is late."""

    reference: str
    controller_id: int
    notifying_due_at: datetime | None
    informing_due_at: datetime | None
    is_late: bool


def held_by(ctx: Context, person_id: int, controllers: tuple[int, ...]) -> tuple[HeldCase, ...]:
    """Return the open cases that a person handles for the controllers, the earliest deadline first.

    They are numbers and deadlines alone: whoever administers access sees no cases.
    """
    wanted = (
        select(BreachCase, AuthorityTrack.state, Communication)
        .join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
        .join(Communication, Communication.case_id == BreachCase.id)
        .where(
            BreachCase.handler_id == person_id,
            BreachCase.controller_id.in_(controllers),
            BreachCase.is_open,
        )
    )
    found = ctx.session.execute(wanted.order_by(BreachCase.due_at, BreachCase.id))
    return tuple(_held(*row, ctx.now) for row in found)


def _held(case: BreachCase, notifying: AuthorityState, informing: Communication, now: datetime) -> HeldCase:
    informs = informing.state not in communication.SETTLED
    notifies = notifying is AuthorityState.DUE
    return HeldCase(
        reference=case.reference,
        controller_id=case.controller_id,
        notifying_due_at=case.due_at if notifies else None,
        informing_due_at=informing.due_at if informs else None,
        is_late=notifies and is_late(case.due_at, now),
    )
