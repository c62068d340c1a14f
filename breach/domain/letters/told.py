"""What a letter tells of the breach: its title, what happened, who, when, how far, what was done."""

from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.sentences import SMALLEST_COUNT_STATED, Sentence, Test

SENT = frozenset({"sent_to_wrong_recipient", "recipients_saw_each_other"})
SEEN = frozenset({"looked_up_without_need", "seen_or_overheard", "access_too_wide"})
"""Ways in which people read with their eyes: there is nothing to delete or to give back."""
LOST = frozenset({"device_lost", "device_stolen", "papers_left_or_lost"})
"""Ways in which a thing is gone: who has it, if anybody, need not have looked."""
INWARD = frozenset({"wrong_data", "data_missing"})
"""Ways that by themselves let nobody see anything."""
OVER_AT_ONCE = SENT | LOST
"""Ways that are over when they have happened: there is nothing to stop."""
BREAKS_IN = frozenset({"break_in", "ransomware", "deceived"})
GOT_OUT = ("known_recipients", "unknown_recipients", "exfiltrated", "published")
OUT_OF_REACH = ("minutes", "hours", "days", "permanent")


def value(name: str, *values: object) -> Test:
    """Return whether a fact has one of the values."""
    return lambda facts: getattr(facts, name) in values


def both(*tests: Test) -> Test:
    return lambda facts: all(test(facts) for test in tests)


def no(test: Test) -> Test:
    return lambda facts: not test(facts)


def way(*names: str | None) -> Test:
    return value("way", *names)


def holds_kind(*names: str) -> Test:
    """Return whether one of the kinds of data is among those told."""
    return lambda facts: bool(set(names) & set(facts.data_categories or ()))


def _several(facts: LetterFacts) -> bool:
    return (facts.reached_by or 0) > 1


def _reached(facts: LetterFacts) -> bool:
    return facts.reach in GOT_OUT


_stolen = both(value("reach", "exfiltrated"), way(None, "other", *BREAKS_IN))

TITLE = (
    Sentence(
        "title.stolen_cpr", ("confidentiality", "data_categories"), both(_stolen, holds_kind("national_id"))
    ),
    Sentence("title.stolen", ("confidentiality",), _stolen),
    Sentence(
        "title.insiders",
        ("way", "made_by", "reached_by"),
        both(way("looked_up_without_need"), value("made_by", "own_staff"), _several),
    ),
    Sentence(
        "title.insider",
        ("way", "made_by"),
        both(way("looked_up_without_need"), value("made_by", "own_staff")),
    ),
    Sentence(
        "title.seen",
        ("way", "confidentiality"),
        both(way("seen_or_overheard"), value("reach", "known_recipients")),
    ),
    Sentence(
        "title.gone", ("way", "availability"), both(way("data_missing"), value("availability", "permanent"))
    ),
    Sentence("title.{way}", ("way",), no(way("other"))),
    Sentence("title.published", ("confidentiality",), value("reach", "published")),
    Sentence("title.reached", ("confidentiality",), value("reach", "known_recipients")),
    Sentence("title.exposed", ("confidentiality",), value("reach", "exposed", "unknown_recipients")),
    Sentence("title.wrong_data", ("integrity",), value("integrity", "recoverable", "unrecoverable")),
    Sentence("title.gone", ("availability",), value("availability", "permanent")),
    Sentence("title.data_missing", ("availability",), value("availability", "minutes", "hours", "days")),
    Sentence("title.general"),
)
"""The first that holds is the heading of the letter."""

_accident = value("cause", "internal_accidental", "external_accidental")
_purpose = value("cause", "internal_deliberate", "external_deliberate")
APOLOGY = (
    Sentence("apology.misuse", ("made_by", "cause"), both(value("made_by", "own_staff"), _purpose)),
    Sentence("apology.mistake", ("made_by", "cause"), both(value("made_by", "own_staff"), _accident)),
    Sentence("apology.supplier", ("made_by",), value("made_by", "supplier")),
    Sentence("apology.responsible"),
)
HOW = (
    Sentence(
        "how.sent_to_one",
        ("way", "reached_by"),
        both(way("sent_to_wrong_recipient"), value("reached_by", 1)),
    ),
    Sentence(
        "how.data_gone",
        ("way", "availability"),
        both(way("data_missing"), value("availability", "permanent")),
    ),
    Sentence("how.{way}", ("way",), no(way("other"))),
    Sentence("how.general"),
)
"""How it came about, where the handler gave no account of it."""
_own = value("made_by", "own_staff")
_outsider = value("made_by", "outsider")
WHO = (
    Sentence("who.own_staff_several", ("made_by", "reached_by"), both(_own, _purpose, _several, way(*SEEN))),
    Sentence("who.own_staff_purpose", ("made_by", "cause"), both(_own, _purpose)),
    Sentence("who.own_staff_mistake", ("made_by", "cause"), both(_own, _accident)),
    Sentence("who.outsider_mistake", ("made_by", "cause"), both(_outsider, _accident)),
    Sentence("who.outsider_purpose", ("made_by", "cause"), both(_outsider, _purpose, no(way(*BREAKS_IN)))),
    Sentence("who.own_staff", ("made_by",), _own),
    Sentence("who.outsider", ("made_by", "way"), both(_outsider, no(way(*BREAKS_IN, *LOST)))),
    Sentence("who.supplier", ("made_by",), value("made_by", "supplier")),
    Sentence("who.technical_fault", ("made_by",), value("made_by", "technical_fault")),
    Sentence(
        "who.nobody_known", ("made_by",), both(value("made_by", "nobody_known"), no(way("device_lost")))
    ),
)


def _one_day(facts: LetterFacts) -> bool:
    began = facts.began_on
    return began is not None and facts.ended_on is not None and facts.ended_on <= began


WHEN = (
    Sentence(
        "when.about",
        ("began_on", "ended_on"),
        both(_one_day, value("day_is_about", True)),
        {"began": "began_on"},
    ),
    Sentence("when.day", ("began_on", "ended_on"), _one_day, {"began": "began_on"}),
    Sentence("when.period", ("began_on", "ended_on"), tells={"began": "began_on", "ended": "ended_on"}),
    Sentence("when.began_about", ("began_on",), value("day_is_about", True), {"began": "began_on"}),
    Sentence("when.began", ("began_on",), tells={"began": "began_on"}),
    Sentence("when.unknown"),
)


def _on_another_day(facts: LetterFacts) -> bool:
    return facts.aware_on != facts.discovered_on


FOUND = (
    Sentence("found.day", ("discovered_on",), tells={"discovered": "discovered_on"}),
    Sentence("aware.day", ("aware_on",), _on_another_day, {"aware": "aware_on"}),
)


def _many(facts: LetterFacts) -> bool:
    return (facts.subject_count or 0) >= SMALLEST_COUNT_STATED


COUNT = (
    Sentence(
        "count.about",
        ("subject_count",),
        both(_many, value("subject_count_is_estimate", True)),
        {"n": "subject_count"},
    ),
    Sentence("count.exact", ("subject_count",), _many, {"n": "subject_count"}),
)


_known = both(value("reach", "known_recipients"), no(way("recipients_saw_each_other")))
_looked = both(_known, way(*SEEN))
_exposed = value("reach", "exposed")
_new_to_the_reader = no(both(way("put_on_website"), value("what_happened", None)))


def _may_be_seen(facts: LetterFacts) -> bool:
    """Tell whether others can have seen the data in this way, so that it is a question whether they did."""
    return facts.way not in INWARD | {"looked_up_without_need", "recipients_saw_each_other"}


REACH = (
    Sentence("reach.none", ("confidentiality",), value("confidentiality", "none")),
    Sentence("reach.locked", ("confidentiality",), value("reach", "locked")),
    Sentence("reach.looked_one", ("confidentiality", "reached_by"), both(_looked, value("reached_by", 1))),
    Sentence(
        "reach.looked_several",
        ("confidentiality", "reached_by"),
        both(_looked, _several),
        {"n": "reached_by"},
    ),
    Sentence("reach.looked_known", ("confidentiality",), _looked),
    Sentence("reach.one", ("confidentiality", "reached_by"), both(_known, value("reached_by", 1))),
    Sentence("reach.several", ("confidentiality", "reached_by"), both(_known, _several), {"n": "reached_by"}),
    Sentence("reach.known", ("confidentiality",), _known),
    Sentence(
        "reach.each_other",
        ("way", "reached_by"),
        both(way("recipients_saw_each_other"), value("reach", "known_recipients"), _several),
        {"n": "reached_by"},
    ),
    Sentence(
        "reach.lost", ("confidentiality", "way"), both(value("reach", "unknown_recipients"), way(*LOST))
    ),
    Sentence("reach.unknown", ("confidentiality",), value("reach", "unknown_recipients")),
    Sentence("reach.copied", ("confidentiality",), value("reach", "exfiltrated")),
    Sentence("reach.published", ("confidentiality",), both(value("reach", "published"), _new_to_the_reader)),
    Sentence(
        "reach.exposed_log",
        ("confidentiality", "access_log"),
        both(_exposed, value("access_log", "complete")),
    ),
    Sentence("reach.exposed_no_log", ("confidentiality", "access_log"), _exposed),
    Sentence("reach.exposed", ("confidentiality",), _exposed),
    Sentence("reach.open", (), both(value("confidentiality", None), _may_be_seen)),
)
COVER = (
    Sentence(
        "cover.doubtful", ("protection", "confidentiality"), both(value("protection", "doubtful"), _reached)
    ),
)
CHANGE = (Sentence("change.{integrity}", ("integrity",), value("integrity", "recoverable", "unrecoverable")),)


def _not_said_yet(facts: LetterFacts) -> bool:
    return not (facts.way == "data_missing" and facts.what_happened is None)


LOSS = (
    Sentence("loss.permanent", ("availability",), both(value("availability", "permanent"), _not_said_yet)),
    Sentence("loss.{availability}", ("availability",), value("availability", "minutes", "hours", "days")),
)
LATE = (Sentence("late.{late_because}", ("late_because",)),)

_answered = both(_reached, no(way(*SEEN)), no(way(*BREAKS_IN)))
STOPPED = (
    Sentence("done.contained", ("contained",), both(value("contained", True), no(way(*OVER_AT_ONCE)))),
)
ASKED_BACK = (
    Sentence(
        "returned.{return_or_deletion}",
        ("return_or_deletion", "confidentiality"),
        both(_answered, value("return_or_deletion", "confirmed", "requested", "refused")),
    ),
)
REPORTED = (
    Sentence("done.authority", ("authority_notified",), value("authority_notified", True)),
    Sentence("done.police", ("police_notified",), value("police_notified", True)),
)
NEXT = (Sentence("next.day", ("next_message_by",), tells={"next": "next_message_by"}),)
