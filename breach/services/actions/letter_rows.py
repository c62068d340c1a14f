"""The steps of the letter: drafted, written, approved or sent back, opened again."""

from functools import partial

from breach.domain.states import Role
from breach.services.actions.who import HANDLER, WRITER
from breach.services.cases.action import Action
from breach.services.letters.inputs import ApprovalInput, DraftInput, LetterInput, ReturnInput
from workflows import communication as communication_table
from workflows.machine import sources

_letters = partial(Action, track="communication", room="letters", roles=WRITER, to="cases.letter")

LETTER_ROWS: tuple[Action, ...] = (
    _letters(
        name="draft_text",
        service="breach.services.letters.text:start_letter",
        asks=DraftInput,
        asks_back=True,
        trigger="draft",
        order=12,
        led=HANDLER,  # whoever writes the letter cannot approve it
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
)
