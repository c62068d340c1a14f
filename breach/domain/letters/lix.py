"""LIX, the Danish and Swedish measure of how hard a text is to read.

Source: C.H. Björnsson, Läsbarhet, 1968: words per sentence + 100 x long words per word, long = more than six
letters. His sentence ends are counted: . ! ? and the colon (many tools leave the colon out).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from breach.domain.letters.form import Letter
from breach.domain.letters.headings import is_fixed

LONG_LETTERS = 7
AIM = 40.0
CONFIRM_ABOVE = 50.0

_OUTSIDE = re.compile(
    r"\{[^{}\n]*\}"  # a placeholder
    r"|(?:\+45 ?)?(?<![0-9])[0-9]{2}(?: [0-9]{2}){3}(?![0-9])"  # a telephone number
    r"|(?<![^\s@])[^\s@]+@[^\s@]+\.[a-z]{2,}"  # an e-mail address
)
_WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+(?:[-'’./]?[^\W_]+)*")
# A number before a small letter or a number is a date ("den 3. marts"), not the end of a sentence.
_END = re.compile(r"(?<![.!?:])[.!?:]++[\"”')]*+(?=\s|$)")
_NEXT = re.compile(r"\S")
_LONGEST_BEFORE = 20
"""Characters before a mark that are looked at: more than the longest abbreviation and number of a date."""
# Only as written inside a sentence: "Ca." with a capital counts as an end, as in the published model letters.
_ABBREVIATIONS = frozenset({"kl.", "ca.", "nr.", "stk.", "art.", "f.eks.", "no.", "e.g.", "i.e."})


class Band(Enum):
    """How hard the text is. Source of the edges: the Danish reading of Björnsson's scale."""

    VERY_EASY = "very_easy"
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    VERY_HARD = "very_hard"


class Gate(Enum):
    """What the reading measure asks of the approver: nothing, a second look, or a tick with a reason."""

    OK = "ok"
    WARN = "warn"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Lix:
    """The counts of one text. No words at all give 0."""

    words: int
    sentences: int
    long_words: int

    @property
    def value(self) -> float:
        """The measure, unitless, to one decimal."""
        if not self.words:
            return 0.0
        return round(self.words / max(self.sentences, 1) + 100 * self.long_words / self.words, 1)

    @property
    def band(self) -> Band:
        """The band of the value: under 25, 35, 45, 55, or above."""
        edges = ((25, Band.VERY_EASY), (35, Band.EASY), (45, Band.MEDIUM), (55, Band.HARD))
        return next((band for edge, band in edges if self.value < edge), Band.VERY_HARD)

    @property
    def gate(self) -> Gate:
        """Up to 40 is the aim, above 40 warns, above 50 takes a tick and a reason."""
        if self.value > CONFIRM_ABOVE:
            return Gate.CONFIRM
        return Gate.WARN if self.value > AIM else Gate.OK


def _is_end(line: str, mark: re.Match[str]) -> bool:
    if "!" in mark.group() or "?" in mark.group():
        return True
    before = line[max(0, mark.end() - _LONGEST_BEFORE) : mark.end()].split()[-1]
    after = _NEXT.search(line, mark.end())
    if before in _ABBREVIATIONS:
        return False
    if before[:-1].replace("-", "").isdigit():
        return after is None or after.group().isupper()
    return True


def _sentences(line: str) -> int:
    marks = [mark for mark in _END.finditer(line) if _is_end(line, mark)]
    closed = bool(marks) and not _WORD.search(line, marks[-1].end())
    return len(marks) + (0 if closed or not _WORD.search(line) else 1)


def count(lines: Iterable[str]) -> Lix:
    """Return the counts of the lines; a line that no mark ends (a heading, a list entry) ends there."""
    words: list[str] = []
    sentences = 0
    for line in lines:
        plain = _OUTSIDE.sub("", line)
        words += _WORD.findall(plain)
        sentences += _sentences(plain)
    long_words = sum(1 for word in words if sum(map(str.isalpha, word)) >= LONG_LETTERS)
    return Lix(len(words), sentences, long_words)


def measure(letter: Letter) -> Lix:
    """Return the counts of a letter without its fixed block of addresses (nobody can rewrite an address)."""
    kept = Letter(
        letter.language, tuple(part for part in letter.sections if not is_fixed(part, letter.language))
    )
    return count(kept.lines)
