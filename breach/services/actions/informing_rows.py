"""The steps of the public notice, and of the people affected who get no letter."""

from functools import partial

from breach.domain.states import CaseState, Role
from breach.services.actions.who import HANDLER, HANDLER_OR_DECIDER, WRITER
from breach.services.cases.action import Action
from breach.services.informing.inputs import (
    NoticeApprovalInput,
    NoticeEndInput,
    NoticeInput,
    NoticeProofInput,
    SegmentAnswerInput,
    SegmentChoiceInput,
    SegmentConfirmInput,
    SegmentInput,
)

_informing = partial(
    Action,
    track="informing",
    room="informing",
    states=(CaseState.RESPONDING,),
    barred="breach.services.informing.segments:barred",
    to="cases.communication",
)
_notices = partial(_informing, barred="breach.services.informing.public_notice:barred")
_ANY_ID = "01948f3e-7c00-7000-8000-000000000001"

INFORMING_ROWS: tuple[Action, ...] = (
    _notices(
        name="save_notice",
        service="breach.services.informing.public_notice:save",
        asks=NoticeInput,
        roles=WRITER,
        order=22,
        led=HANDLER,  # whoever writes the notice cannot approve it
        link="title",
        about="Store a public notice: text in both languages, places, first and last day",
        example={
            "version": 9,
            "danish": "# Brud på persondatasikkerheden ...",
            "english": "# Personal data breach ...",
            "places": "Our website and the regional newspapers",
            "shown_from": "2026-03-09",
            "shown_to": "2026-06-09",
        },
    ),
    _notices(
        name="approve_notice",
        service="breach.services.informing.public_notice:approve",
        asks=NoticeApprovalInput,
        roles=(Role.APPROVER,),
        seconded=True,
        order=23,
        link="title",
        about="Approve the public notice that was read; it is shown on its page from its first day",
        example={"version": 10, "sha256": "a" * 64},
    ),
    _notices(
        name="prove_notice",
        service="breach.services.informing.public_notice:prove",
        asks=NoticeProofInput,
        roles=WRITER,
        order=24,
        link="title",
        about="Store what shows that the notice was published: an address with its day, or a file in base64",
        example={
            "version": 11,
            "proven_on": "2026-03-09",
            "proof_address": "https://region.example/news/breach",
        },
    ),
    _notices(
        name="withdraw_notice",
        service="breach.services.informing.public_notice:withdraw",
        asks=NoticeEndInput,
        roles=(*WRITER, Role.DECIDER),
        quiet=True,
        link="title",
        about="Take the public notice down; those who were told by it alone have to be told again",
        example={"version": 12, "reason": "The text names the wrong clinic."},
    ),
    _informing(
        name="ask_segment",
        service="breach.services.informing.segments:ask",
        asks=SegmentInput,
        roles=HANDLER_OR_DECIDER,
        order=26,
        link="title",
        about="Ask that people affected get no letter, some or all, with the reason; another person confirms",
        example={
            "version": 9,
            "whom": "some",
            "people": 12,
            "name": "Patients who have died",
            "why": "no_high_risk",
            "reason": "The register of deaths was looked up on 3 March.",
        },
        old_addresses=("exempt",),
    ),
    _informing(
        name="confirm_segment",
        service="breach.services.informing.segments:confirm",
        asks=SegmentConfirmInput,
        roles=(Role.DECIDER,),
        seconded=True,
        order=7,
        final=True,
        about="Confirm, as another person than who asked, that these people get no letter",
        example={"version": 10, "segment": _ANY_ID},
    ),
    _informing(
        name="refuse_segment",
        service="breach.services.informing.segments:refuse",
        asks=SegmentAnswerInput,
        quiet=True,
        roles=(Role.DECIDER,),
        about="Refuse that these people get no letter, and say why",
        example={"version": 10, "segment": _ANY_ID, "comment": "We hold their addresses."},
    ),
    _informing(
        name="withdraw_segment",
        service="breach.services.informing.segments:withdraw",
        asks=SegmentChoiceInput,
        quiet=True,
        roles=HANDLER_OR_DECIDER,
        about="Take back that these people get no letter, asked for or confirmed",
        example={"version": 11, "segment": _ANY_ID},
    ),
)
