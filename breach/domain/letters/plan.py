"""Which sentences a letter has, chosen by the facts; the words themselves stand in the catalogues."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from breach.domain.letters.advice import advice, likely
from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.lines import Item, Line
from breach.domain.states import CONSEQUENCES

SMALLEST_COUNT_STATED = 5

_TITLES = {
    "exfiltrated": "stolen",
    "published": "published",
    "known_recipients": "wrong_person",
    "unknown_recipients": "unauthorised",
    "exposed": "exposed",
}
_NOT_SEEN = frozenset({"none", "unintelligible_only"})


@dataclass(frozen=True)
class Plan:
    """The sentences of each section of a letter, in order."""

    title: Line
    opening: tuple[Item, ...]
    happened: tuple[Item, ...]
    timing: tuple[Item, ...]
    kinds: tuple[Item, ...]
    meaning: tuple[Item, ...]
    consequences: tuple[Item, ...]
    known: tuple[Item, ...]
    done: tuple[Item, ...]
    advice: tuple[Item, ...]


def _title(facts: LetterFacts) -> Line:
    if facts.confidentiality == "exfiltrated" and "national_id" in (facts.data_categories or ()):
        return Line("title.stolen_cpr")
    if facts.confidentiality == "known_recipients" and facts.cause == "internal_deliberate":
        return Line("title.insider")
    if facts.confidentiality in _TITLES:
        return Line(f"title.{_TITLES[facts.confidentiality]}")
    if facts.integrity in ("recoverable", "unrecoverable"):
        return Line("title.changed")
    if facts.availability in ("minutes", "hours", "days", "permanent"):
        return Line("title.lost")
    return Line("title.general")


def _opening(facts: LetterFacts) -> Iterator[Item]:
    if facts.cause == "internal_accidental":
        yield Line("opening.mistake")
    elif facts.cause == "internal_deliberate":
        yield Line("opening.insider")
    elif facts.cause == "external_deliberate":
        yield Line("opening.attack")
    else:
        yield Line("opening.responsible")


def _when(facts: LetterFacts) -> Line:
    if facts.began_on is None:
        return Line("when.unknown")
    if facts.ended_on is None:
        return Line("when.began", {"began": facts.began_on})
    if facts.ended_on <= facts.began_on:
        return Line("when.about" if facts.day_is_about else "when.day", {"began": facts.began_on})
    return Line("when.period", {"began": facts.began_on, "ended": facts.ended_on})


def _happened(facts: LetterFacts) -> Iterator[Item]:
    yield facts.what_happened or Line(f"cause.{facts.cause or 'unknown'}")
    yield _when(facts)
    if facts.discovered_on is None:
        yield Line("found.unknown")
    else:
        yield Line("found.day", {"discovered": facts.discovered_on})
    if facts.subject_count is not None and facts.subject_count >= SMALLEST_COUNT_STATED:
        yield Line(
            "count.about" if facts.subject_count_is_estimate else "count.exact", {"n": facts.subject_count}
        )


def _timing(facts: LetterFacts, written_on: date) -> Iterator[Item]:
    if facts.reason_for_delay is None:
        yield Line("timing.sure", {"written": written_on})
    else:
        yield Line("timing.reason", {"written": written_on})
        yield facts.reason_for_delay


def _kinds(facts: LetterFacts) -> Iterator[Item]:
    known = [kind for kind in facts.data_categories or () if kind != "unknown"]
    yield from (Line(f"kind.{kind}") for kind in known)
    if not known or "unknown" in (facts.data_categories or ()):
        yield Line("kind.unknown" if not known else "kind.more_unknown")


def _meaning(facts: LetterFacts) -> Iterator[Item]:
    if facts.confidentiality == "known_recipients" and facts.recipient_count is not None:
        many = facts.recipient_count != 1
        values = {"n": facts.recipient_count} if many else {}
        yield Line("access.known_recipients_many" if many else "access.known_recipients_one", values)
    else:
        yield Line(f"access.{facts.confidentiality or 'unknown'}")
    if facts.integrity in ("recoverable", "unrecoverable"):
        yield Line(f"change.{facts.integrity}")
    if facts.availability in ("minutes", "hours", "days", "permanent"):
        yield Line("loss.permanent" if facts.availability == "permanent" else "loss.while")


def _consequences(facts: LetterFacts) -> Iterator[Item]:
    names = facts.consequences or (
        () if facts.confidentiality in _NOT_SEEN else likely(facts.data_categories)
    )
    yield from (Line(f"consequence.{name}") for name in CONSEQUENCES if name in names)
    if not names and facts.confidentiality not in _NOT_SEEN:
        yield Line("consequence.unease")


def _is_open(facts: LetterFacts) -> bool:
    asked = (facts.confidentiality, facts.cause, facts.data_categories, facts.began_on, facts.discovered_on)
    return (
        None in asked or "unknown" in (facts.data_categories or ()) or facts.return_or_deletion == "requested"
    )


def _known(facts: LetterFacts) -> Iterator[Item]:
    if facts.confidentiality == "known_recipients":
        yield Line(f"returned.{facts.return_or_deletion or 'none'}")
    if facts.next_message_by is not None:
        yield Line("next.day", {"next": facts.next_message_by})
    elif _is_open(facts):
        yield Line("next.when_known")


def _done(facts: LetterFacts) -> Iterator[Item]:
    if facts.contained:
        yield Line("done.contained")
    if facts.confidentiality == "known_recipients" and facts.return_or_deletion == "requested":
        yield Line("done.asked")
    yield from facts.measures_done
    if facts.authority_notified:
        yield Line("done.authority")
    if facts.police_notified:
        yield Line("done.police")
    yield from facts.measures_planned or (Line("done.investigating"),)


def plan_letter(facts: LetterFacts, written_on: date) -> Plan:
    """Return the sentences of the letter; one plan for both languages, so both carry the same facts.

    written_on: the Danish calendar day that the letter will carry.
    """
    return Plan(
        title=_title(facts),
        opening=tuple(_opening(facts)),
        happened=tuple(_happened(facts)),
        timing=tuple(_timing(facts, written_on)),
        kinds=tuple(_kinds(facts)),
        meaning=tuple(_meaning(facts)),
        consequences=tuple(_consequences(facts)),
        known=tuple(_known(facts)),
        done=tuple(_done(facts)),
        advice=tuple(advice(facts)),
    )
