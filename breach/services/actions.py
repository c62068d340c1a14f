"""The steps of a case, one row each: roles, input model, service and place in the order.

The workflow's table says from where to where a step leads and what must hold; the row here says the rest. The
services, the offers, the API with its description, the pages and the words read the rows. A new step is a
row, a function of a service, guards, and words in two languages: see docs/changing-it.md.
"""

from functools import partial

from breach.domain.states import CaseState, CommunicationState, Role
from breach.services.authority.inputs import SubmissionInput, SupplementInput
from breach.services.cases.action import Action
from breach.services.cases.inputs import (
    AwarenessInput,
    CommentInput,
    HandoverInput,
    MeasuresInput,
    MergeInput,
    OptionalCommentInput,
    ReasonInput,
    TakeInput,
)
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
from breach.services.letters.inputs import ApprovalInput, DraftInput, LetterInput, ReturnInput
from breach.services.risk.inputs import DecideInput, FactsStepInput, ProposalInput
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
from workflows import case
from workflows import communication as communication_table
from workflows.machine import sources

_HANDLER = (Role.CASE_HANDLER,)
_HANDLER_OR_DECIDER = (Role.CASE_HANDLER, Role.DECIDER)
_WRITER = (Role.CASE_HANDLER, Role.APPROVER)
_LISTER = (Role.CASE_HANDLER, Role.RELEASER)
_LIST_IS_OPEN = (CommunicationState.DUE, CommunicationState.DRAFTING, CommunicationState.APPROVED)
_IS_RELEASED = (CommunicationState.SENDING, CommunicationState.PAUSED)


_case = partial(Action, track="case", room="cases")
_risk = partial(Action, track="case", room="risk")
_awareness = partial(
    Action,
    track="awareness",
    room="cases",
    barred="breach.services.cases.awareness:barred",
    to="cases.authority",
)
_authority = partial(
    Action, track="authority", room="authority", roles=_HANDLER_OR_DECIDER, to="cases.authority"
)
_letters = partial(Action, track="communication", room="letters", roles=_WRITER, to="cases.letter")
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
_sending = partial(Action, track="communication", room="sending", roles=_LISTER, to="cases.communication")

ACTIONS: tuple[Action, ...] = (
    _case(
        name="take",
        service="breach.services.cases.steps:take",
        asks=TakeInput,
        trigger="take",
        order=4,
        example={"version": 1},
    ),
    _case(
        name="take_over",
        service="breach.services.cases.handover:take_over",
        asks=ReasonInput,
        barred="breach.services.cases.handover:barred",
        quiet=True,
        order=2,
        about="Become the handler in place of one who may not log in, or handle cases, any more",
    ),
    _case(
        name="hand_over",
        service="breach.services.cases.handover:hand_over",
        asks=HandoverInput,
        roles=_HANDLER_OR_DECIDER,
        barred="breach.services.cases.handover:barred_to_hand_over",
        order=3,
        led=_HANDLER,
        about="Make a colleague the handler, with a note; the handler does it, or a decider for them",
        example={
            "version": 2,
            "to": "ida",
            "reason": "I am away from Monday; the supplier calls on Tuesday.",
        },
    ),
    _case(
        name="ask_for_case",
        service="breach.services.cases.handover:ask_for_case",
        asks=ReasonInput,
        barred="breach.services.cases.handover:barred_to_ask",
        quiet=True,
        about="Ask the handler for the case; the handler hands it over or keeps it",
    ),
    _case(
        name="keep_case",
        service="breach.services.cases.handover:keep_case",
        asks=ReasonInput,
        roles=_HANDLER_OR_DECIDER,
        barred="breach.services.cases.handover:barred_to_keep",
        quiet=True,
        about="Keep the case that a colleague asked for; who asked takes it back so too",
    ),
    _case(
        name="ask_dismissal",
        service="breach.services.cases.steps:ask_dismissal",
        asks=ReasonInput,
        roles=_HANDLER_OR_DECIDER,
        states=(*sources(case.TABLE, "dismiss"),),
        about="Ask that the case be dismissed; another person has to confirm",
    ),
    _case(
        name="dismiss",
        service="breach.services.cases.steps:dismiss",
        roles=_HANDLER_OR_DECIDER,
        seconded=True,
        trigger="dismiss",
        order=5,
        final=True,
        about="Confirm the dismissal that was asked for, as another person than who asked",
        old_addresses=("confirm-dismissal",),
    ),
    _case(
        name="refuse_dismissal",
        service="breach.services.cases.steps:refuse_dismissal",
        asks=ReasonInput,
        roles=_HANDLER_OR_DECIDER,
        barred="breach.services.cases.steps:barred_to_refuse",
        quiet=True,
        about="Keep the case: the dismissal that was asked for no longer waits",
    ),
    _case(
        name="merge",
        service="breach.services.cases.steps:merge",
        asks=MergeInput,
        trigger="merge",
    ),
    _case(
        name="split",
        service="breach.services.cases.steps:split",
        states=(CaseState.MERGED,),
        quiet=True,
        link="title",
    ),
    _risk(
        name="score",
        service="breach.services.risk.assessment:score",
        asks=FactsStepInput,
        trigger="score",
        order=8,
        page="cases.risk",
        link="title",
        to="cases.risk",
    ),
    _risk(
        name="revise",
        service="breach.services.risk.assessment:revise_facts",
        asks=FactsStepInput,
        states=(CaseState.ASSESSING, CaseState.SCORED, CaseState.RESPONDING),
        order=25,
        page="cases.revise",
        link="title",
        to="cases.facts",
    ),
    _risk(
        name="propose",
        service="breach.services.risk.decision:propose_as_asked",
        asks=ProposalInput,
        trigger="propose",
        order=9,
        page="cases.decision",
        link="title",
        to="cases.decision",
        example={
            "version": 3,
            "outcome": "notify_authority_and_data_subjects",
            "reasoning": "Health data of three patients reached a stranger.",
        },
    ),
    _risk(
        name="send_back",
        service="breach.services.risk.decision:send_back",
        asks=CommentInput,
        roles=(Role.DECIDER,),
        trigger="send_back",
        page="cases.decision",
        link="",
        to="cases.decision",
    ),
    _risk(
        name="decide",
        service="breach.services.risk.decision:decide",
        asks=DecideInput,
        roles=(Role.DECIDER,),
        seconded=True,
        trigger="decide",
        order=6,
        page="cases.decision",
        link="title",
        to="cases.decision",
    ),
    _case(
        name="reassess",
        service="breach.services.cases.steps:reassess",
        trigger="reassess",
        to="cases.risk",
    ),
    _case(
        name="save_measures",
        service="breach.services.letters.account:save_measures",
        asks=MeasuresInput,
        states=tuple(state for state in CaseState if state not in case.CLOSED),
        quiet=True,
        order=29,
        link="title",
        to="cases.facts",
        saved=(
            *("summary", "consequences", "measures", "contained"),
            *("in_english", "summary_en", "measures_en"),
        ),
        about="Store the account that begins the letter, what follows of the breach, and if it is contained",
        example={
            "version": 4,
            "summary": "Et brev om en operation blev sendt til en anden patient.",
            "measures": "Vi har hentet brevet. To ansatte ser nu på navnet.",
            "summary_en": "A letter about an operation was sent to another patient.",
            "measures_en": "We have fetched the letter. Two members of staff now check the name.",
            "contained": True,
        },
        old_addresses=("measures",),
    ),
    _case(
        name="conclude",
        service="breach.services.cases.steps:conclude",
        trigger="conclude",
        order=30,
    ),
    _case(
        name="reopen",
        service="breach.services.cases.steps:reopen",
        asks=ReasonInput,
        roles=_HANDLER_OR_DECIDER,
        trigger="reopen",
    ),
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
    _letters(
        name="draft_text",
        service="breach.services.letters.text:start_letter",
        asks=DraftInput,
        asks_back=True,
        trigger="draft",
        order=12,
        led=_HANDLER,  # whoever writes the letter cannot approve it
        old_addresses=("draft",),
    ),
    _letters(
        name="save_text",
        service="breach.services.letters.text:save_text",
        asks=LetterInput,
        states=(*sources(communication_table.TABLE, "approve"),),
        order=13,
        page="cases.letter",
        link="",
        saved=("danish", "english"),
        about="Store a new version of the letter; `facts_sha256` says that it fits the case as it is now",
    ),
    _letters(
        name="approve_text",
        service="breach.services.letters.text:approve_text",
        asks=ApprovalInput,
        roles=(Role.APPROVER,),
        seconded=True,
        trigger="approve",
        order=14,
        page="cases.letter",
        link="title",
        to="cases.communication",
    ),
    _letters(
        name="send_back_text",
        service="breach.services.letters.returning:send_back_text",
        asks=ReturnInput,
        roles=(Role.APPROVER,),
        barred="breach.services.letters.returning:barred",
        page="cases.letter",
        link="",
        about="Send the letter back to its author with what is to be changed",
        example={"version": 8, "sha256": "0" * 64, "comment": "Say when it was discovered."},
    ),
    _letters(
        name="rewrite",
        service="breach.services.letters.text:rewrite",
        trigger="rewrite",
        order=17,
    ),
    _notices(
        name="save_notice",
        service="breach.services.informing.public_notice:save",
        asks=NoticeInput,
        roles=_WRITER,
        order=22,
        led=_HANDLER,  # whoever writes the notice cannot approve it
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
        roles=_WRITER,
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
        roles=(*_WRITER, Role.DECIDER),
        quiet=True,
        link="title",
        about="Take the public notice down; those who were told by it alone have to be told again",
        example={"version": 12, "reason": "The text names the wrong clinic."},
    ),
    _informing(
        name="ask_segment",
        service="breach.services.informing.segments:ask",
        asks=SegmentInput,
        roles=_HANDLER_OR_DECIDER,
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
        roles=_HANDLER_OR_DECIDER,
        about="Take back that these people get no letter, asked for or confirmed",
        example={"version": 11, "segment": _ANY_ID},
    ),
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
        led=_HANDLER,  # whoever asks cannot release
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
        roles=_LISTER,
        order=21,
        page="cases.communication",
        link="",
        to="cases.communication",
    ),
    _awareness(
        name="ask_awareness",
        service="breach.services.cases.awareness:ask",
        asks=AwarenessInput,
        roles=_HANDLER_OR_DECIDER,
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
        roles=_HANDLER_OR_DECIDER,
        link="title",
        about="Take back the correction that one asked for",
    ),
)
"""Every step, in the order in which the steps of a track are listed."""


def named(name: str) -> Action:
    """Return the step of the name; raise KeyError when there is none."""
    found = {action.name: action for action in ACTIONS}
    return found[name]


def roles_of(name: str) -> tuple[Role, ...]:
    """Return the roles that may take the step."""
    return named(name).roles


def of_trigger(trigger: str, track: str = "") -> Action | None:
    """Return the step with the name, or the one that fires the trigger, of one track or of any."""
    listed = (action for action in ACTIONS if track in ("", action.track))
    return next((action for action in listed if trigger in (action.name, action.trigger)), None)


def title_key(step: str) -> str:
    """Return the text key of a step's title, by its name or trigger; '' if there is no such step."""
    action = of_trigger(step)
    return f"{action.key}.title" if action else ""


def offered() -> list[Action]:
    """Return the steps that are offered on a case and taken by the API: all that have an input."""
    return [action for action in ACTIONS if action.asks is not None]


def of_api() -> dict[str, Action]:
    """Return the steps that the API takes, by name; a name of earlier versions leads to its step."""
    names = {action.name: action for action in offered()}
    return names | {old: action for action in offered() for old in action.old_names}


def at_address(address: str) -> Action | None:
    """Return the step whose page has the address, or had it in an earlier version."""
    for action in ACTIONS:
        is_small = not action.page and action.address == address
        if is_small or address in action.old_addresses:
            return action
    return None
