"""The rules of the risk assessment as one table, compiled to bit masks.

A rule is one or more clauses; a clause is a set of allowed ranks for each fact that it reads. Neutralisers
(N) allow the ranks up to a limit and triggers (T) the ranks from one up, so a worse fact can switch a
neutraliser off or a trigger on, never the other way round.

Sources: GDPR Art. 33(1), 34(1), recitals 75, 76, 85-88; EDPB Guidelines 9/2022 (v2.0) with Annex B and
01/2021 (v2.0); Datatilsynet's guidance and decisions; each sentence in the catalogues names its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from breach.domain.risk.facts import DataCategory as D
from breach.domain.risk.facts import SubjectGroup as G
from breach.domain.risk.severity import Context

# Ranks of exposure: confidentiality once encryption is taken into account.
NO_ACCESS, UNREADABLE, EXPOSED, KNOWN, UNKNOWN, EXFILTRATED, PUBLISHED = range(7)
# Ranks of causes; an unknown cause may be either deliberate kind.
ACCIDENTAL = frozenset({0, 1})
DELIBERATE = frozenset({2, 3, 4})
INTERNAL = frozenset({2, 4})
EXTERNAL = frozenset({3, 4})

SENSITIVE = frozenset(
    {D.SOCIAL_MATTERS, D.HEALTH, D.EMPLOYMENT_HEALTH, D.GENETIC, D.BIOMETRIC, D.ETHNIC_ORIGIN}
    | {D.POLITICAL, D.RELIGION, D.TRADE_UNION, D.SEX_LIFE, D.CRIMINAL}
)
CARE = frozenset({D.HEALTH, D.GENETIC, D.SOCIAL_MATTERS})
MESSAGES = frozenset({D.COMMUNICATIONS})
NUMBERS = frozenset({D.NATIONAL_ID, D.OFFICIAL_DOCUMENT})
MONEY = frozenset({D.PAYMENT, D.FINANCIAL})
DIRECT = NUMBERS | {
    D.IDENTITY,
    D.CONTACT,
    D.PAYMENT,
    D.PROTECTED_ADDRESS,
    D.PHOTO_VIDEO,
    D.BIOMETRIC,
    D.GENETIC,
}
ORDINARY = SENSITIVE | {
    *(D.IDENTITY, D.CONTACT, D.EMPLOYMENT, D.EDUCATION, D.CUSTOMER_RELATION),
    *(D.FAMILY, D.PHOTO_VIDEO, D.COMMUNICATIONS, D.OTHER),
}
RICH = (
    NUMBERS
    | MONEY
    | SENSITIVE
    | {
        *(D.DATE_OF_BIRTH, D.EMPLOYMENT, D.EDUCATION, D.CUSTOMER_RELATION, D.INSURANCE),
        *(D.LOCATION, D.BEHAVIOUR, D.FAMILY, D.COMMUNICATIONS),
    }
)
PLAIN = frozenset({D.IDENTITY, D.EDUCATION, D.EMPLOYMENT, D.CUSTOMER_RELATION, D.CREDENTIALS, D.OTHER})
NOT_LAWFULLY_PUBLIC = frozenset(
    {D.NATIONAL_ID, D.OFFICIAL_DOCUMENT, D.PROTECTED_ADDRESS, D.CREDENTIALS, D.PAYMENT}
)
AT_RISK = frozenset({G.CHILDREN, G.VULNERABLE, G.RESIDENTS})
#: To be one of them tells something of a person already.
TELLING = AT_RISK | {G.PATIENTS, G.PROTECTED_ADDRESS, G.RESEARCH_PARTICIPANTS}
ADDRESSES = frozenset({D.IDENTITY, D.CONTACT})
#: What helps to use a CPR number in the name of another.
ASSETS = MONEY | {D.INSURANCE}
#: What a written word alone does not make harmless.
GRAVE = SENSITIVE | ASSETS | MESSAGES | {D.CREDENTIALS, D.PROTECTED_ADDRESS, D.OFFICIAL_DOCUMENT}
GRAVE |= {D.LOCATION, D.BEHAVIOUR}
CONTEXTS: Mapping[D, Context] = {
    **dict.fromkeys(SENSITIVE, Context.SENSITIVE),
    **dict.fromkeys(MONEY, Context.FINANCIAL),
    **dict.fromkeys((D.LOCATION, D.BEHAVIOUR), Context.BEHAVIOURAL),
}


class Outcome(Enum):
    """What the breach demands, from the least to the most."""

    # Members are single objects; Enum takes the hash of their names, a call for each look in a table.
    __hash__ = object.__hash__

    REGISTER_ONLY = "register_only"
    NOTIFY_AUTHORITY = "notify_authority"
    NOTIFY_AUTHORITY_AND_DATA_SUBJECTS = "notify_authority_and_data_subjects"


@dataclass(frozen=True)
class Clause:
    """One way in which a rule is met: all of its conditions hold.

    allowed: ranks of each fact that it reads; any_data, also_data, any_group: at least one of each is
    among the data or persons; within, without: every kind of data is, or none is, one of these;
    without_group: none of the persons is. An unknown kind fits every wish and spoils every limit; unknown
    persons may be anyone.
    """

    rule: str
    allowed: Mapping[str, Iterable[int]] = field(default_factory=dict)
    any_data: frozenset[D] | None = None
    also_data: frozenset[D] | None = None
    any_group: frozenset[G] | None = None
    within: frozenset[D] | None = None
    without: frozenset[D] = frozenset()
    without_group: frozenset[G] = frozenset()


#: How many ranks each fact has; the order is that of the masks.
RANKS = {
    "exposure": 7,
    "integrity": 3,
    "availability": 5,
    "cause": 5,
    "insight": 4,
    "ease": 4,
    "subjects": 3,
    "recipients": 2,
    "secrecy": 2,
    "returned": 4,
    "unhashed": 2,
    "backup": 4,
    "impact": 5,
    "private": 2,
    "relation": 7,
    "opened": 3,
    "late": 2,
    "proof": 4,
    "log": 3,
    "used": 3,
}
# Ranks of the relation of a recipient, and of what shows that it is as the recipient says.
COLLEAGUE, PROCESSOR, PUBLIC_BODY, ORGANISATION, SAME_LIST, STRANGER, INTERESTED = range(7)
SEEN_BY_US, WRITTEN, SAID, NOTHING = range(4)


def _up_to(rank: int) -> range:
    return range(rank + 1)


def _from(rank: int) -> range:
    return range(rank, 7)


_OUTSIDE = {"exposure": _from(EXPOSED)}
_HELD = {"exposure": _from(KNOWN)}
_GONE = {"exposure": _from(UNKNOWN)}
_GIVEN = {"exposure": _up_to(KNOWN), "cause": ACCIDENTAL}
_BACK = _GIVEN | {"returned": (0,)}
_TRUST = _BACK | {"secrecy": (0,)}
_UNOPENED = _BACK | {"opened": (0,)}

CLAUSES: tuple[Clause, ...] = (
    # R: nothing is lost for good and nobody felt it.
    Clause("R", {"integrity": (0,), "availability": (0,)}),
    Clause("R", {"integrity": _up_to(1), "availability": _up_to(2), "backup": _up_to(1), "impact": (0,)}),
    Clause("R", {"integrity": (0,), "availability": _up_to(2), "cause": ACCIDENTAL, "impact": (0,)}),
    Clause("R", {"integrity": (0,), "availability": _up_to(1), "impact": _up_to(1)}),
    Clause("N1", {"exposure": _up_to(UNREADABLE)}),
    Clause("N2", {"exposure": _up_to(EXFILTRATED), "ease": (0,)}, without=DIRECT | {D.CREDENTIALS}),
    Clause("N2", {"exposure": _up_to(EXFILTRATED), "ease": (0,), "unhashed": (0,)}, without=DIRECT),
    Clause(
        "N3",
        {"exposure": _up_to(KNOWN), "cause": ACCIDENTAL, "insight": _up_to(1), "returned": _up_to(1)}
        | {"subjects": (0,), "recipients": (0,)},
        within=ORDINARY,
    ),
    # Annex B (x): a few addresses that tell nothing may be left out whatever the recipients answer.
    Clause("N3c", _GIVEN | {"insight": (0,), "subjects": (0,), "recipients": (0,)}, within=ADDRESSES),
    # The same where those in copy know each other's occasion (a course, a meeting) and it tells little.
    Clause(
        "N3c",
        _GIVEN | {"insight": _up_to(1), "subjects": (0,), "recipients": (0,), "relation": _up_to(SAME_LIST)},
        within=ADDRESSES,
        without_group=TELLING,
    ),
    Clause("N3b", _TRUST),
    # A duty of secrecy by public law, or under our own orders, counts for more: a bank was not trusted.
    Clause("N3b-public", _TRUST | {"relation": _up_to(PUBLIC_BODY)}),
    Clause("N3b-few", _TRUST | {"subjects": _up_to(1)}),
    Clause("N3b-few", _TRUST, without=NUMBERS),
    Clause("N4", {"exposure": (NO_ACCESS,)}),
    # What the data would tell those who see them weighs nothing where nobody did and little was felt.
    Clause(
        "N6",
        {"exposure": (NO_ACCESS,), "integrity": _up_to(1), "availability": _up_to(3), "impact": _up_to(1)},
    ),
    # Nobody has seen what is unopened, if we see that ourselves or one of those says so in writing.
    Clause("N7", _UNOPENED | {"proof": (SEEN_BY_US,)}),
    Clause("N7", _UNOPENED | {"secrecy": (0,), "relation": _up_to(PUBLIC_BODY), "proof": _up_to(WRITTEN)}),
    # APD/GBA 52/2024. How many stand in it does not bear on whether it was opened.
    Clause(
        "N8",
        _UNOPENED
        | {"late": (0,), "proof": _up_to(WRITTEN), "relation": _up_to(STRANGER), "recipients": (0,)},
        without=GRAVE,
    ),
    # A colleague is bound by the controller's own orders, and what is said can be checked in its systems.
    Clause(
        "N9",
        _TRUST | {"relation": (COLLEAGUE,), "late": (0,), "proof": _up_to(SAID), "recipients": (0,)},
    ),
    # Only a log of all the time and every way in shows that nobody looked; an intruder may have changed it.
    Clause("N10", {"exposure": _up_to(EXPOSED), "cause": ACCIDENTAL, "log": (0,)}),
    Clause("N5", {"private": (0,)}, without=NOT_LAWFULLY_PUBLIC),
    Clause("T1", _OUTSIDE | {"insight": _from(2), "ease": _from(1)}, any_data=SENSITIVE),
    Clause("T1", _OUTSIDE | {"insight": _from(2)}, any_data=SENSITIVE, also_data=DIRECT),
    Clause("T1", _GONE | {"insight": _from(3), "ease": _from(1)}, any_data=MESSAGES),
    Clause("T1", _GONE | {"insight": _from(3)}, any_data=MESSAGES, also_data=DIRECT),
    Clause("T2", _GONE, any_data=NUMBERS),
    Clause("T2", _OUTSIDE | {"cause": DELIBERATE}, any_data=NUMBERS),
    Clause("T2-many", _OUTSIDE | {"subjects": (2,)}, any_data=NUMBERS),
    Clause("T3", _OUTSIDE | {"unhashed": (1,)}, any_data=frozenset({D.CREDENTIALS})),
    Clause("T3", _OUTSIDE | {"cause": DELIBERATE, "insight": _from(1)}, any_data=MONEY),
    Clause("T3", _GONE | {"insight": _from(3)}, any_data=MONEY),
    Clause("T4", {"impact": _from(3), "availability": _from(1)}),
    Clause("T4", {"impact": _from(3), "integrity": _from(1)}),
    Clause("T4", {"impact": _from(2), "availability": _from(2)}, any_data=CARE),
    Clause("T4", {"impact": _from(2), "integrity": _from(1)}, any_data=CARE),
    # An attacker who is known is no better than one who is not.
    Clause("T5", _HELD | {"cause": EXTERNAL, "insight": _from(1), "ease": _from(1)}, any_data=RICH),
    Clause("T5", _HELD | {"cause": EXTERNAL, "insight": _from(1)}, any_data=RICH, also_data=DIRECT),
    Clause("T6", _OUTSIDE, any_data=frozenset({D.PROTECTED_ADDRESS})),
    Clause("T6", _OUTSIDE, any_group=frozenset({G.PROTECTED_ADDRESS})),
    Clause("T6", _OUTSIDE, any_data=frozenset(D) - PLAIN, any_group=AT_RISK),
    # To stand on a list that tells why can be the danger, whatever else it holds.
    Clause("T6", _GONE | {"insight": _from(2)}, any_group=AT_RISK),
    Clause("T7", _GONE | {"subjects": (2,)}, any_data=NUMBERS | {D.DATE_OF_BIRTH}),
    Clause("T8", _OUTSIDE | {"cause": INTERNAL}, any_data=CARE),
    Clause("T8", _OUTSIDE | {"cause": INTERNAL}, any_group=frozenset({G.PATIENTS, G.RESIDENTS})),
    # Data that care or help is built on, wrong and not put right yet, whatever has come of it so far.
    Clause("T11", {"integrity": _from(1), "used": _from(2), "backup": _from(2)}, any_data=CARE),
    Clause(
        "T11",
        {"integrity": _from(1), "used": _from(2), "backup": _from(1), "impact": _from(1)},
        any_data=CARE,
    ),
    # One person and one known recipient are enough.
    Clause("T10", _HELD | {"insight": _from(1)}, any_data=NUMBERS, also_data=ASSETS),
    Clause("T10", _HELD | {"secrecy": (1,), "returned": _from(1)}, any_data=NUMBERS),
)

ALL = (1 << len(CLAUSES)) - 1
BIT_OF = {
    name: sum(1 << i for i, c in enumerate(CLAUSES) if c.rule == name) for name in {c.rule for c in CLAUSES}
}


def _mask(name: str, rank: int) -> int:
    return sum(1 << i for i, c in enumerate(CLAUSES) if name not in c.allowed or rank in c.allowed[name])


#: For each fact the clauses that each rank leaves standing; their common bits are the clauses met.
MASKS = {name: tuple(_mask(name, rank) for rank in range(ranks)) for name, ranks in RANKS.items()}
