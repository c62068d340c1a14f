"""The sentences of a letter: each names the facts it rests on, and is said only where they are known.

One row a sentence. The words stand in the catalogues under `letters.letter.<code>`; the code of a row may
name a fact in braces, which stands for its value: `reach.{confidentiality}`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.lines import Line

Test = Callable[[LetterFacts], bool]
SMALLEST_COUNT_STATED = 5


def always(_: LetterFacts) -> bool:
    return True


@dataclass(frozen=True)
class Sentence:
    """A sentence, the facts it rests on, and when it fits besides.

    rests_on: names of LetterFacts; where one is not known, the sentence is not said
    tells: the values it gives, by their name in the catalogue: the names of the facts
    """

    code: str
    rests_on: tuple[str, ...] = ()
    fits: Test = always
    tells: Mapping[str, str] | None = None

    def holds(self, facts: LetterFacts) -> bool:
        """Tell whether all it rests on is known, and it fits."""
        return all(is_known(facts, name) for name in self.rests_on) and self.fits(facts)

    def line(self, facts: LetterFacts) -> Line:
        """Return the sentence with its values."""
        values = {name: getattr(facts, fact) for name, fact in (self.tells or {}).items()}
        named = {name: getattr(facts, name) for name in self.rests_on}
        return Line(self.code.format(**named), values)


def is_known(facts: LetterFacts, name: str) -> bool:
    """Tell whether a fact is known: an answer of "unknown" is none, and neither is an empty list."""
    value: Any = getattr(facts, name)
    return value not in (None, (), ("unknown",))


def first(choices: Sequence[Sentence], facts: LetterFacts) -> Iterator[Line]:
    """Yield the first of the sentences that holds, or nothing."""
    found = next((one for one in choices if one.holds(facts)), None)
    if found is not None:
        yield found.line(facts)


def every(choices: Sequence[Sentence], facts: LetterFacts) -> Iterator[Line]:
    """Yield every one of the sentences that holds, in order."""
    return (one.line(facts) for one in choices if one.holds(facts))
