"""Words that belittle, hedge or frighten: found with their place, so that the writer sees them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Tone(Enum):
    """What is wrong with the word for someone whose data are out of our hands."""

    BELITTLES = "belittles"
    HEDGES = "hedges"
    FRIGHTENS = "frightens"
    EXCUSES = "excuses"


@dataclass(frozen=True)
class ToneFinding:
    """A word, where it stands (`text[start:end]`), and why it is shown."""

    word: str
    tone: Tone
    start: int
    end: int


# The words to keep out of letters, and the same faults in English. "Only today" is about time, not harm.
_WORDS: Mapping[str, Mapping[Tone, tuple[str, ...]]] = {
    "da": {
        Tone.BELITTLES: (
            r"beklagelige? hændelser?",
            r"mindre fejl",
            r"lille fejl",
            r"kun",
            r"blot",
            r"ingen grund til (?:bekymring|uro)",
            r"ingen risiko",
            r"desværre",
        ),
        Tone.HEDGES: (r"for en sikkerheds skyld", r"muligvis", r"angiveligt", r"eventuelt", r"måske"),
        Tone.FRIGHTENS: (
            r"katastrof\w*",
            r"ramt",
            r"ramte",
            r"offer",
            r"ofre",
            r"læk",
            r"lækket",
            r"lækkede",
        ),
        Tone.EXCUSES: (r"hvis du føler", r"gener,? det måtte", r"skal beklage"),
    },
    "en": {
        Tone.BELITTLES: (
            r"regrettable (?:incident|event)s?",
            r"(?:minor|small) (?:error|mistake)s?",
            r"only(?! (?:today|now))",
            r"merely",
            r"just",
            r"no (?:cause|reason|need) (?:for concern|to worry)",
            r"no risk",
            r"unfortunately",
        ),
        Tone.HEDGES: (r"to be on the safe side", r"possibly", r"allegedly", r"perhaps", r"potentially"),
        Tone.FRIGHTENS: (r"disaster\w*", r"catastroph\w*", r"victims?", r"leaked"),
        Tone.EXCUSES: (r"if you feel", r"any inconvenience", r"inconvenience caused"),
    },
}
_PATTERNS = {
    language: [
        (tone, re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)) for tone, words in tones.items()
    ]
    for language, tones in _WORDS.items()
}


def find_tone(text: str, language: str) -> tuple[ToneFinding, ...]:
    """Return every word of the lists in the text, in the order of the text. It warns; a person decides."""
    found = [
        ToneFinding(match.group(), tone, match.start(), match.end())
        for tone, pattern in _PATTERNS[language]
        for match in pattern.finditer(text)
    ]
    return tuple(sorted(found, key=lambda item: (item.start, item.end)))
