"""Which steps a person is offered on a case, which one comes first, and why the others are barred."""

from dataclasses import dataclass
from typing import Any

from breach.domain.states import CaseState, CommunicationState, Role
from breach.services.cases import awareness, guard_facts, handover
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import ROLE_IS_NEW
from breach.services.context import Context
from breach.services.letters.facts import is_current
from workflows import authority, case, communication
from workflows.machine import Flow, steps


@dataclass(frozen=True)
class Offer:
    """A step: what it belongs to, its name, and why it is barred (nothing when it is open)."""

    track: str
    step: str
    reasons: tuple[str, ...] = ()
    primary: bool = False

    @property
    def is_open(self) -> bool:
        return not self.reasons


ROLES: dict[tuple[str, str], tuple[Role, ...]] = {
    ("case", "dismiss"): (Role.CASE_HANDLER, Role.DECIDER),
    ("case", "send_back"): (Role.DECIDER,),
    ("case", "decide"): (Role.DECIDER,),
    ("case", "reopen"): (Role.CASE_HANDLER, Role.DECIDER),
    ("authority", "submit"): (Role.CASE_HANDLER, Role.DECIDER),
    ("authority", "supplement"): (Role.CASE_HANDLER, Role.DECIDER),
    ("authority", "complete"): (Role.CASE_HANDLER, Role.DECIDER),
    ("authority", "withdraw"): (Role.CASE_HANDLER, Role.DECIDER),
    ("communication", "draft"): (Role.CASE_HANDLER, Role.APPROVER),
    ("communication", "rewrite"): (Role.CASE_HANDLER, Role.APPROVER),
    ("communication", "approve"): (Role.APPROVER,),
    ("communication", "exempt"): (Role.DECIDER,),
    ("communication", "ask_release"): (Role.CASE_HANDLER, Role.RELEASER),
    ("communication", "withdraw_release"): (Role.CASE_HANDLER, Role.RELEASER),
    ("communication", "release"): (Role.RELEASER,),
    ("communication", "pause"): (Role.CASE_HANDLER, Role.RELEASER, Role.APPROVER, Role.DECIDER),
    ("communication", "resume"): (Role.RELEASER,),
    ("awareness", "ask_awareness"): awareness.ASKERS,
    ("awareness", "confirm_awareness"): awareness.ANSWERERS,
    ("awareness", "refuse_awareness"): awareness.ANSWERERS,
    ("awareness", "withdraw_awareness"): awareness.ASKERS,
}
"""Who may take which step; a step of a case that is not named is the case handler's."""

SECONDING = frozenset(
    {("case", "dismiss"), ("case", "decide"), ("awareness", "confirm_awareness")}
    | {("communication", "approve"), ("communication", "release"), ("communication", "resume")}
)
"""Steps that say yes to another's work; a role given lately is not enough for them."""

BY_THEMSELVES = frozenset(
    {("authority", "require"), ("authority", "waive"), ("authority", "reopen")}
    | {("communication", "require"), ("communication", "waive"), ("communication", "complete")}
)
"""Steps that follow from another one; nobody is offered them."""


def may_take(track: str, step: str) -> tuple[Role, ...]:
    """Return the roles that may take a step."""
    return ROLES.get((track, step), (Role.CASE_HANDLER,))


def offers(ctx: Context, file: CaseFile) -> tuple[Offer, ...]:
    """Return every step of the case and its tracks for the acting person, the first one marked."""
    person = ctx.actor.person_id
    case_flow = case.CaseFlow(file.case.state, guard_facts.case_view(file, person))
    found = [
        *_of(ctx, file, "case", case_flow, steps(case.TABLE)),
        *_of(ctx, file, "authority", _authority(ctx, file), steps(authority.TABLE)),
        *_of(ctx, file, "communication", _communication(ctx, file), steps(communication.TABLE)),
        *_taking_over(ctx, file),
        *(
            _offer(ctx, file, "awareness", one, awareness.barred(file, person, one))
            for one in awareness.STEPS
        ),
    ]
    first = _first(file, found)
    return tuple(Offer(o.track, o.step, o.reasons, (o.track, o.step) == first) for o in found)


def _taking_over(ctx: Context, file: CaseFile) -> list[Offer]:
    """Return the step that belongs to no table; a case whose handler is there is not said to want another."""
    return [] if handover.barred(file) else [_offer(ctx, file, "case", "take_over", ())]


def _of(
    ctx: Context, file: CaseFile, track: str, flow: Flow[Any, Any], names: tuple[str, ...]
) -> list[Offer]:
    named = [step for step in names if (track, step) not in BY_THEMSELVES]
    return [_offer(ctx, file, track, step, flow.barred(step)) for step in named]


def _offer(ctx: Context, file: CaseFile, track: str, step: str, reasons: tuple[str, ...]) -> Offer:
    roles, owner = may_take(track, step), file.case.controller_id
    if not reasons and not ctx.actor.has(owner, *roles):
        reasons = ("no_right",)
    elif not reasons and (track, step) in SECONDING and not ctx.actor.may_second(owner, *roles):
        reasons = (ROLE_IS_NEW,)
    return Offer(track, step, reasons)


def _authority(ctx: Context, file: CaseFile) -> authority.AuthorityFlow:
    view = authority.AuthorityView(is_late=ctx.now > file.case.due_at)
    return authority.AuthorityFlow(file.authority.state, view)


_BEFORE_SENDING = (CommunicationState.DRAFTING, CommunicationState.APPROVED, CommunicationState.RELEASING)


def _communication(ctx: Context, file: CaseFile) -> communication.CommunicationFlow:
    state, text, order = file.communication.state, file.text, file.release
    view = communication.CommunicationView(
        actor_id=ctx.actor.person_id or 0,
        author_id=text.written_by if text else None,
        recipients=file.recipients,
        asked_by=order.first_by if order else None,
        list_is_unchanged=order is not None,
        text_is_current=state not in _BEFORE_SENDING or is_current(file),
    )
    return communication.CommunicationFlow(state, view)


_ORDER = (
    ("awareness", "confirm_awareness"),
    ("case", "take_over"),
    ("case", "take"),
    ("case", "decide"),
    ("case", "score"),
    ("case", "propose"),
    ("authority", "submit"),
    ("authority", "supplement"),
    ("communication", "draft"),
    ("communication", "approve"),
    ("communication", "release"),
    ("communication", "ask_release"),
    ("communication", "resume"),
    ("authority", "complete"),
    ("case", "conclude"),
)
"""What comes first when several steps are open: what somebody waits for, then the clock, then the people."""


def _first(file: CaseFile, found: list[Offer]) -> tuple[str, str] | None:
    open_steps = {(offer.track, offer.step) for offer in found if offer.is_open}
    state = file.case.state
    if state is CaseState.SCORED:
        open_steps.discard(("case", "score"))
    if state in (CaseState.REPORTED, CaseState.ASSESSING, CaseState.SCORED, CaseState.PROPOSED):
        open_steps.discard(("authority", "submit"))
    if not file.supplement_is_due:
        open_steps.discard(("authority", "supplement"))
    if file.communication.state is CommunicationState.SENDING:
        open_steps.discard(("authority", "complete"))
    return next((step for step in _ORDER if step in open_steps), None)
