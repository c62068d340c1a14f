"""Says, in one place, what a case waits for next: the step, for whom, and whether the reader may take it.

It reads the offers, so that no step is called the next one that bars everybody. The list of cases and every
page of a case show what is found here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from breach.domain.states import CaseState, CommunicationState, Role
from breach.services import actions
from breach.services.cases.file import CaseFile
from breach.services.cases.guard_facts import first_half
from breach.services.desk.offers import Offer, is_returned
from breach.services.letters.account import has_account
from breach.services.sending.by_hand import NEEDS_ACTION
from workflows import communication
from workflows.machine import sources

PERSONAL = frozenset(
    {"no_right", "role_is_new", "stands_in", "is_seconded", "corrector_differs_from_asker"}
    | {"approver_differs_from_proposer", "approver_differs_from_author", "releaser_differs_from_asker"}
    | {"segment_differs_from_asker"}
)
"""Reasons that bar the reader from a step and not everybody: somebody else can take it."""
_MISSING_TO_CLOSE = frozenset({"is_contained", "has_measures"})


@dataclass(frozen=True)
class NextStep:
    """A step that a case waits for.

    step: name of its row in `services/actions`
    is_mine: whether the reader may take it now and is led to it
    not_by: the person who did the first half of it, and so may not take it; None for nobody
    sent_back: whether it is to be done again because somebody sent the result back
    """

    step: str
    is_mine: bool
    not_by: int | None = None
    sent_back: bool = False

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that may take it."""
        return actions.roles_of(self.step)


def next_steps(file: CaseFile, offers: Sequence[Offer]) -> tuple[NextStep, ...]:
    """Return what the case waits for, the first to be done first; empty when nothing or the service alone.

    offers: every step of the case for the reader
    """
    waits = {offer.step: offer for offer in offers if PERSONAL.issuperset(offer.reasons)}
    for step in _can_wait(file, offers):
        waits.pop(step, None)
    ordered = sorted((action for action in actions.ACTIONS if action.order), key=lambda action: action.order)
    return tuple(_next(file, waits[action.name]) for action in ordered if action.name in waits)


def _next(file: CaseFile, offer: Offer) -> NextStep:
    is_again = offer.step in ("score", "propose") and sent_back(file)
    is_again |= offer.step == "save_text" and is_returned(file)
    is_mine = offer.is_open and offer.is_led_to
    return NextStep(offer.step, is_mine, first_half(file).get(offer.step), is_again)


def waits_for_handler(file: CaseFile, step: NextStep) -> bool:
    """Tell whether a step waits for the handler of the case alone, and not for everybody with the role."""
    is_handlers = Role.CASE_HANDLER in step.roles and not actions.named(step.step).seconded
    return is_handlers and file.case.handler_id is not None and not file.handler_is_gone


def sent_back(file: CaseFile) -> bool:
    """Tell whether the newest proposal was sent back and no other one was made since."""
    undecided = file.case.state in (CaseState.ASSESSING, CaseState.SCORED)
    return undecided and file.decision is not None and file.decision.state == "sent_back"


def _can_wait(file: CaseFile, offers: Sequence[Offer]) -> set[str]:
    """Return the steps that can be taken and are not suggested yet, because another one leads further."""
    reasons = {offer.step: set(offer.reasons) for offer in offers}
    outdated = any("text_is_current" in found for found in reasons.values())
    needs_letters = not is_accounted_for(file)
    lacks_people = file.communication.state is CommunicationState.APPROVED and not file.addressed
    suggested = {
        "score": file.case.state is not CaseState.SCORED,
        "dismiss": file.case.dismissal_asked_by is not None,
        "hand_over": file.case.wanted_by is not None,
        "submit_notification": file.case.state is CaseState.RESPONDING,
        "supplement": file.supplement_is_due,
        "complete_notification": _is_informed(file),
        "approve_text": needs_letters,
        "ask_release": needs_letters,
        "save_text": outdated or is_returned(file),
        "rewrite": outdated,
        "withdraw_release": outdated,
        "add_recipient": lacks_people and not outdated and needs_letters,
        "save_notice": _lacks_notice(file),
        "prove_notice": file.needs_notice,
        "revise": _rests(file) and (not file.tally.is_known or file.tally.surplus > 0),
        "ask_segment": _rests(file)
        and file.tally.missing > 0
        and not (file.asked_segments or file.needs_notice),
        "complete_informing": is_accounted_for(file),
        "handle_notice": any(file.counts.get(state) for state in NEEDS_ACTION),
        "draft_text": has_account(file.case) and needs_letters,
        "save_measures": _lacks_account(file)
        or (bool(reasons["conclude"]) and reasons["conclude"] <= _MISSING_TO_CLOSE),
    }
    return {step for step, is_next in suggested.items() if not is_next}


def _lacks_account(file: CaseFile) -> bool:
    """Tell whether a letter is due and nobody has told yet what it would begin with."""
    return file.communication.state is CommunicationState.DUE and not has_account(file.case)


def _lacks_notice(file: CaseFile) -> bool:
    """Tell whether people are to be told by a public notice and there is none, or it was taken down."""
    return file.needs_notice and (file.notice is None or file.notice.state == "withdrawn")


def _is_informed(file: CaseFile) -> bool:
    """Tell whether it was decided on the case, and nobody is left to be told."""
    return file.case.state is CaseState.RESPONDING and file.is_informed


_AFTER_SENDING = (CommunicationState.SENDING, CommunicationState.COMPLETED, CommunicationState.EXEMPTED)


def _rests(file: CaseFile) -> bool:
    """Tell whether informing has come as far as it can by what was released, on a case that is decided."""
    is_decided = file.case.state is CaseState.RESPONDING
    return is_decided and file.communication.state in _AFTER_SENDING and not file.on_the_way


def is_accounted_for(file: CaseFile) -> bool:
    """Tell whether everybody is accounted for before any letter was sent, so that none is needed."""
    is_before = file.communication.state in sources(communication.TABLE, "exempt")
    return is_before and file.communication.round == 1 and file.tally.adds_up
