"""What the reader can do, by the kinds of data. Kinds not known yet are taken for the worst.

Source: EDPB Guidelines 9/2022 and recital 86 GDPR (advice so that people can protect themselves).
"""

from collections.abc import Iterator

from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.lines import Line

_CREDIT = frozenset({"national_id", "official_document", "unknown"})
_BANK = _CREDIT | {"payment", "financial"}
_MISUSE = _BANK | {"credentials"}
_HEALTH = frozenset({"health", "employment_health", "genetic"})
_CALLERS = frozenset({"identity", "contact", "communications", "customer_relation", "national_id", "unknown"})
_JUDGED = frozenset({"ethnic_origin", "religion", "sex_life", "criminal", "trade_union", "political"})
_PRIVATE = _HEALTH | _JUDGED | {"biometric", "communications", "family", "photo_video", "social_matters"}
_CLOSE = _PRIVATE - {"biometric", "photo_video", "communications"}


def likely(data_categories: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the consequences that these kinds make likely, where a person has ticked none."""
    kinds = set(data_categories or ("unknown",))
    choices = (
        ("discrimination", kinds & _JUDGED),
        ("identity_theft", kinds & (_CREDIT | {"credentials"})),
        ("financial_loss", kinds & _MISUSE),
        ("reputation", kinds & _PRIVATE),
        ("social", kinds & _CLOSE),
    )
    return tuple(name for name, applies in choices if applies)


def advice(facts: LetterFacts) -> Iterator[Line]:
    """Yield the advice, most urgent first; there is always somebody to call and a page to read."""
    kinds = set(facts.data_categories or ("unknown",))
    if "protected_address" in kinds or "protected_address" in (facts.subject_groups or ()):
        yield Line("advice.protected_address")
    choices = (
        ("advice.password", kinds & {"credentials"}),
        ("advice.credit_warning", kinds & _CREDIT),
        ("advice.card", kinds & {"payment"}),
        ("advice.bank", kinds & _BANK),
        ("advice.callers", kinds & _CALLERS),
        ("advice.access_log", kinds & _HEALTH),
        ("advice.misuse", kinds & _MISUSE),
    )
    yield from (Line(code) for code, applies in choices if applies)
    if not kinds & _MISUSE:
        yield Line("advice.call_us")
    yield Line("advice.read_more")
