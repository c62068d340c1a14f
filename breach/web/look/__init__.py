"""How a case looks: its read model turned into words, badges and rows in the language of the page."""

from breach.web.look.authority import authority, completeness
from breach.web.look.awareness import awareness, awareness_asked, corrections
from breach.web.look.closing import Condition, conditions
from breach.web.look.communication import communication, counts, list_is_open
from breach.web.look.decision import decision
from breach.web.look.facts import fact_question, facts, measures, unknown_facts
from breach.web.look.frame import (
    TABS,
    clocks,
    communication_tabs,
    now_of,
    outcome_kind,
    state_kind,
    tabs,
    track_kind,
)
from breach.web.look.letter import approve_reasons, doubtful, elements, lix
from breach.web.look.log import log
from breach.web.look.notices import (
    letter_number,
    letter_recipient,
    letter_waiting,
    standing_rows,
    who_may_see,
)
from breach.web.look.overview import may_read_reports, overview, reports, similar
from breach.web.look.queue import QUEUE_FILTERS, elsewhere, empty_words, first_tab, queue_choices, queue_row, reminder
from breach.web.look.recipients import bad_rows, imported, listed_recipient, recipient_rows, recipient_states
from breach.web.look.risk import (
    Result,
    facts_changed_since_proposal,
    result_of,
    rules,
    stored_result,
    unknowns,
)
from breach.web.look.shared import case_title, is_undecided
from breach.web.look.steps import (
    Reason,
    StepLink,
    Steps,
    awareness_steps,
    barred_by,
    has_role,
    may_write_measures,
    reasons,
    release_words,
    step_words,
    steps,
    track_steps,
    with_right,
)

__all__ = [
    "QUEUE_FILTERS",
    "TABS",
    "Condition",
    "Reason",
    "Result",
    "StepLink",
    "Steps",
    "approve_reasons",
    "authority",
    "awareness",
    "awareness_asked",
    "awareness_steps",
    "bad_rows",
    "barred_by",
    "case_title",
    "clocks",
    "communication",
    "communication_tabs",
    "completeness",
    "conditions",
    "corrections",
    "counts",
    "decision",
    "doubtful",
    "elements",
    "elsewhere",
    "empty_words",
    "fact_question",
    "facts",
    "facts_changed_since_proposal",
    "first_tab",
    "has_role",
    "imported",
    "is_undecided",
    "letter_number",
    "letter_recipient",
    "letter_waiting",
    "list_is_open",
    "listed_recipient",
    "lix",
    "log",
    "may_read_reports",
    "may_write_measures",
    "measures",
    "now_of",
    "outcome_kind",
    "overview",
    "queue_choices",
    "queue_row",
    "reasons",
    "recipient_rows",
    "recipient_states",
    "release_words",
    "reminder",
    "reports",
    "result_of",
    "rules",
    "similar",
    "standing_rows",
    "state_kind",
    "step_words",
    "steps",
    "stored_result",
    "tabs",
    "track_kind",
    "track_steps",
    "unknown_facts",
    "unknowns",
    "who_may_see",
    "with_right",
]
