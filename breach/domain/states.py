"""The states of the four lifecycles and the words they are built from. Stored by value."""

from enum import Enum
from typing import TypeVar


class CaseState(Enum):
    """Where a case stands, from report to conclusion."""

    REPORTED = "reported"
    ASSESSING = "assessing"
    SCORED = "scored"
    PROPOSED = "proposed"
    RESPONDING = "responding"
    CONCLUDED = "concluded"
    DISMISSED = "dismissed"
    MERGED = "merged"


WITHOUT_CLOCK = (CaseState.DISMISSED, CaseState.MERGED)
"""Cases that have no deadline: what is no breach is not notified, and a merged case is where it went."""


class AuthorityState(Enum):
    """The notification to Datatilsynet (GDPR art. 33)."""

    NOT_REQUIRED = "not_required"
    DUE = "due"
    SUBMITTED = "submitted"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class CommunicationState(Enum):
    """The communication to the data subjects (GDPR art. 34)."""

    NOT_REQUIRED = "not_required"
    EXEMPTED = "exempted"
    DUE = "due"
    DRAFTING = "drafting"
    APPROVED = "approved"
    RELEASING = "releasing"
    SENDING = "sending"
    PAUSED = "paused"
    COMPLETED = "completed"


LASTING = frozenset(
    {AuthorityState.SUBMITTED, AuthorityState.COMPLETED, AuthorityState.WITHDRAWN}
    | {CommunicationState.COMPLETED, CommunicationState.EXEMPTED}
)
"""What was done of a notification or of informing, which stays so whatever becomes of the case."""


Track = TypeVar("Track", AuthorityState, CommunicationState)


def shown_state(case: CaseState, track: Track) -> Track | None:
    """Return where a notification or informing stands; None where the case was dismissed or merged before."""
    return None if case in WITHOUT_CLOCK and track not in LASTING else track


class NoticeState(Enum):
    """One notice to one person through one channel."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    QUEUED = "queued"
    SUBMITTED = "submitted"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NEEDS_LETTER = "needs_letter"
    PRINTING = "printing"
    POSTED = "posted"
    NEEDS_PERSON = "needs_person"
    CANCELLED = "cancelled"


TOLD = frozenset({NoticeState.DELIVERED, NoticeState.POSTED})
"""Told means delivered or posted, nothing less."""
SETTLED = TOLD | {NoticeState.CANCELLED}
"""States of a notice that nothing is waited for in."""

LIVE = frozenset(
    {
        NoticeState.QUEUED,
        NoticeState.SUBMITTED,
        NoticeState.UNKNOWN,
        NoticeState.DELIVERED,
        NoticeState.PRINTING,
        NoticeState.POSTED,
    }
)
"""Possibly effective: a person has at most one notice in these states, held by the database."""


class ReporterKind(Enum):
    """Who filed the report."""

    CITIZEN = "citizen"
    STAFF = "staff"
    PROCESSOR = "processor"
    OTHER = "other"


class OccurredKind(Enum):
    """How well the time of the breach is known."""

    EXACT = "exact"
    APPROXIMATE = "approximate"
    PERIOD = "period"
    UNKNOWN = "unknown"


class Audience(Enum):
    """Whom of the list a round of letters goes to."""

    ALL = "all"
    NEW = "new"
    """Those who were sent nothing in an earlier round."""
    MISSED = "missed"
    """Those who were sent a letter in an earlier round, none of which was delivered or posted."""


class Role(Enum):
    """What a person may do, scoped to a controller."""

    CASE_HANDLER = "case_handler"
    DECIDER = "decider"
    APPROVER = "approver"
    RELEASER = "releaser"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    RECIPIENTS_IDENTITY = "recipients_identity"


class ExemptionGround(Enum):
    """Why the data subjects need not be told one by one (GDPR art. 34(3)(a)-(c))."""

    UNINTELLIGIBLE = "unintelligible"
    RISK_REMOVED = "risk_removed"
    DISPROPORTIONATE = "disproportionate"


class NoLetter(Enum):
    """Why people affected get no letter. The first three may hold for everybody (GDPR art. 34(3)(a)-(c))."""

    UNINTELLIGIBLE = "unintelligible"
    RISK_REMOVED = "risk_removed"
    DISPROPORTIONATE = "disproportionate"
    """They are told by a public notice instead."""
    NO_HIGH_RISK = "no_high_risk"
    """Their risk is not high (GDPR art. 34(1))."""
    OVERRIDING_INTERESTS = "overriding_interests"
    """Decisive private or public interests (the Danish Data Protection Act, section 22)."""
    TOLD_OTHERWISE = "told_otherwise"
    """They were told by telephone or in person."""


CONSEQUENCES = ("discrimination", "identity_theft", "financial_loss", "reputation", "social")
"""The five consequences that the regions' policies name."""
