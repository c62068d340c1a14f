"""Where the authorities' practice differs: what a decider should know beside the outcome.

The outcome follows Denmark. A note changes nothing; it says that other authorities decided otherwise, so
that who decides sees both. Its sentence and source stand in the catalogues (`risk.practice`).
"""

from breach.domain.risk.facts import Confidentiality, Facts, RecipientRelation, ReturnOrDeletion

_OUTSIDE = frozenset({RecipientRelation.SAME_LIST, RecipientRelation.STRANGER, RecipientRelation.INTERESTED})


def _is_open_to_the_bound(facts: Facts) -> bool:
    return facts.confidentiality is Confidentiality.EXPOSED and facts.recipients_bound_by_secrecy is True


def _is_with_the_bound(facts: Facts) -> bool:
    with_known = facts.confidentiality is Confidentiality.KNOWN_RECIPIENTS
    return with_known and facts.recipients_bound_by_secrecy is True


def _is_deleted_by_a_stranger(facts: Facts) -> bool:
    known = facts.confidentiality is Confidentiality.KNOWN_RECIPIENTS
    bound = facts.recipients_bound_by_secrecy is True and facts.recipient_relation not in _OUTSIDE
    return known and not bound and facts.return_or_deletion is ReturnOrDeletion.CONFIRMED


_NOTES = (
    ("open_to_staff", _is_open_to_the_bound),
    ("bound_recipient", _is_with_the_bound),
    ("deleted_by_stranger", _is_deleted_by_a_stranger),
)
NOTES = tuple(name for name, _ in _NOTES)
"""The ids of the notes."""


def practice_on(facts: Facts) -> tuple[str, ...]:
    """Return the ids of the notes on practice that differs for facts like these."""
    return tuple(name for name, applies in _NOTES if applies(facts))
