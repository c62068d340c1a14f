"""The steps of the notification to Datatilsynet, and of the awareness from which its deadline runs."""

from functools import partial

from breach.domain.states import Role
from breach.services.actions.who import HANDLER_OR_DECIDER
from breach.services.authority.inputs import SubmissionInput, SupplementInput
from breach.services.cases.action import Action
from breach.services.cases.inputs import (
    AwarenessInput,
    CommentInput,
    OptionalCommentInput,
    ReasonInput,
)

_authority = partial(
    Action, track="authority", room="authority", roles=HANDLER_OR_DECIDER, to="cases.authority"
)
_awareness = partial(
    Action,
    track="awareness",
    room="cases",
    barred="breach.services.cases.awareness:barred",
    to="cases.authority",
)

AUTHORITY_ROWS: tuple[Action, ...] = (
    _authority(
        name="submit_notification",
        service="breach.services.authority.notification:submit",
        asks=SubmissionInput,
        trigger="submit",
        order=10,
        example={
            "version": 5,
            "submitted_at": "2026-03-03T14:30+01:00",
            "receipt_number": "7cbf2ce1f1a94a6ab7e6a0e56b3c9c1d54b8a1f0",
        },
        old_names=("submit_to_authority",),
        old_addresses=("submit",),
    ),
    _authority(
        name="supplement",
        service="breach.services.authority.notification:supplement",
        asks=SupplementInput,
        trigger="supplement",
        order=11,
    ),
    _authority(
        name="complete_notification",
        service="breach.services.authority.notification:complete",
        trigger="complete",
        order=28,
        old_names=("complete_authority",),
        old_addresses=("complete",),
    ),
    _authority(
        name="withdraw_notification",
        service="breach.services.authority.notification:withdraw",
        asks=ReasonInput,
        trigger="withdraw",
        old_names=("withdraw_authority",),
        old_addresses=("withdraw",),
    ),
)
AWARENESS_ROWS: tuple[Action, ...] = (
    _awareness(
        name="ask_awareness",
        service="breach.services.cases.awareness:ask",
        asks=AwarenessInput,
        roles=HANDLER_OR_DECIDER,
        link="title",
        about="Ask that the awareness, where the 72 hours begin, be corrected; another person has to confirm",
        example={
            "version": 6,
            "aware_at": "2026-03-03T09:15+01:00",
            "reason": "The guard was told at 9.15; the report came in the afternoon.",
        },
    ),
    _awareness(
        name="confirm_awareness",
        service="breach.services.cases.awareness:confirm",
        asks=OptionalCommentInput,
        roles=(Role.DECIDER,),
        seconded=True,
        order=1,
        page="cases.answer_awareness",
        link="title",
        old_addresses=("answer-awareness",),
        about="Confirm the correction that waits, as another person than who asked; the deadline moves",
    ),
    _awareness(
        name="refuse_awareness",
        service="breach.services.cases.awareness:refuse",
        asks=CommentInput,
        roles=(Role.DECIDER,),
        page="cases.answer_awareness",
        link="",
        about="Refuse the correction that waits, and say why",
        example={"version": 7, "comment": "The log of the guard says 10.40."},
    ),
    _awareness(
        name="withdraw_awareness",
        service="breach.services.cases.awareness:withdraw",
        roles=HANDLER_OR_DECIDER,
        link="title",
        about="Take back the correction that one asked for",
    ),
)
