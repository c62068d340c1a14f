"""The steps of the list, the release, the sending, and of letters that go to a person."""

from functools import partial

from breach.domain.states import CommunicationState, Role
from breach.services.actions.who import HANDLER, LISTER
from breach.services.cases.action import Action
from breach.services.sending.inputs import (
    AskReleaseInput,
    CorrectionInput,
    PaperInput,
    PostingInput,
    RecipientInput,
    ReleaseInput,
    RemovalInput,
    RoundInput,
)

_LIST_IS_OPEN = (CommunicationState.DUE, CommunicationState.DRAFTING, CommunicationState.APPROVED)
_IS_RELEASED = (CommunicationState.SENDING, CommunicationState.PAUSED)
_sending = partial(Action, track="communication", room="sending", roles=LISTER, to="cases.communication")

SENDING_ROWS: tuple[Action, ...] = (
    _sending(
        name="add_recipient",
        service="breach.services.sending.recipients:add_recipient",
        asks=RecipientInput,
        states=_LIST_IS_OPEN,
        order=18,
        page="cases.recipients",
        link="",
        to="cases.recipients",
        example={"version": 9, "cpr": "2512489996", "name": "Prøve Person"},
    ),
    _sending(
        name="correct_recipient",
        service="breach.services.sending.corrections:correct_recipient",
        asks=CorrectionInput,
        states=_LIST_IS_OPEN,
        barred="breach.services.sending.corrections:barred",
        quiet=True,
        link="title",
        to="cases.recipients",
        about="Correct number and name of somebody on the list, until its release is asked for",
        example={
            "version": 9,
            "cpr": "2512489996",
            "new_cpr": "0101701234",
            "name": "Prøve Person",
            "reason": "Two digits were swapped.",
        },
    ),
    _sending(
        name="remove_recipient",
        service="breach.services.sending.corrections:remove_recipient",
        asks=RemovalInput,
        states=(*_LIST_IS_OPEN, *_IS_RELEASED),
        barred="breach.services.sending.corrections:barred",
        quiet=True,
        link="title",
        to="cases.recipients",
        about="Remove somebody from the list; after the release a letter that waits is held back",
        example={"version": 9, "cpr": "2512489996", "reason": "The number is another person's."},
    ),
    _sending(
        name="ask_release",
        service="breach.services.sending.release:ask_release",
        asks=AskReleaseInput,
        trigger="ask_release",
        order=19,
        led=HANDLER,  # whoever asks cannot release
        about="Freeze list and letter; `list_version` is that of the list that was seen",
        example={"version": 10, "list_version": 3},
    ),
    _sending(
        name="withdraw_release",
        service="breach.services.sending.release:withdraw_release",
        trigger="withdraw_release",
        order=15,
    ),
    _sending(
        name="release",
        service="breach.services.sending.release:release",
        asks=ReleaseInput,
        roles=(Role.RELEASER,),
        seconded=True,
        fresh=True,
        trigger="release",
        order=16,
        final=True,
        example={"version": 12, "typed_count": 3},
    ),
    _sending(
        name="pause",
        service="breach.services.sending.release:pause",
        roles=(Role.CASE_HANDLER, Role.RELEASER, Role.APPROVER, Role.DECIDER),
        trigger="pause",
        final=True,
    ),
    _sending(
        name="resume",
        service="breach.services.sending.release:resume",
        roles=(Role.RELEASER,),
        seconded=True,
        trigger="resume",
        order=20,
    ),
    _sending(
        name="open_round",
        service="breach.services.sending.release:open_round",
        asks=RoundInput,
        trigger="open_round",
        about="Open the next round of letters: to all again, to the new ones, or to those not reached",
        example={"version": 15, "audience": "new"},
    ),
    _sending(
        name="send_on_paper",
        service="breach.services.sending.by_hand:send_on_paper",
        asks=PaperInput,
        states=_IS_RELEASED,
        barred="breach.services.sending.by_hand:barred_on_paper",
        quiet=True,
        link="title",
        about="Send every letter on paper that could not be delivered, also doubtful ones if it says so",
        example={"version": 14, "doubtful": False},
    ),
    _sending(
        name="post_letters",
        service="breach.services.sending.by_hand:post_letters",
        asks=PostingInput,
        states=_IS_RELEASED,
        barred="breach.services.sending.by_hand:barred_to_post",
        quiet=True,
        link="title",
        about="Note all letters on paper as posted on a day; their persons count as told",
        example={"version": 15, "posted_on": "2026-03-09"},
    ),
    _sending(
        name="complete_informing",
        service="breach.services.sending.release:complete",
        trigger="complete",
        order=27,
        about="Complete informing where no letter has to be sent any more and everybody is accounted for",
    ),
    Action(
        track="notice",
        room="sending",
        name="handle_notice",
        service="breach.services.sending.by_hand:handle",
        asks=None,
        roles=LISTER,
        order=21,
        page="cases.communication",
        link="",
        to="cases.communication",
    ),
)
