"""The sum of the people affected: told by letter, by public notice, otherwise, or not told and why."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from breach.domain.states import NoLetter


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How the people affected are told, in numbers of persons.

    affected: how many there are; None while nobody knows
    listed: persons on the list of recipients, who are all affected
    by_letter: told by a letter that was delivered or posted
    by_notice: told by a public notice that is proven
    otherwise: told by telephone or in person
    not_told: not told, for a reason that two persons stand for
    covers_rest: whether all who are left are settled too, how many they be: by an exemption in force, or
        because nobody has to be told
    """

    affected: int | None
    listed: int = 0
    by_letter: int = 0
    by_notice: int = 0
    otherwise: int = 0
    not_told: int = 0
    covers_rest: bool = False

    @property
    def accounted(self) -> int:
        """Return how many are told, or not told for a reason."""
        return self.by_letter + self.by_notice + self.otherwise + self.not_told

    @property
    def is_known(self) -> bool:
        """Whether it is known how many there are, or needs not be."""
        return self.affected is not None or self.covers_rest

    @property
    def rest(self) -> int:
        """Return how many are neither told nor not told for a reason; 0 while it is not known."""
        return max(0, (self.affected or 0) - self.accounted)

    @property
    def missing(self) -> int:
        """Return how many still have to be told."""
        return 0 if self.covers_rest else self.rest

    @property
    def surplus(self) -> int:
        """Return how many are on the list, or accounted for, beyond those who are said to be affected."""
        if self.affected is None:
            return 0
        counted = self.accounted if self.covers_rest else max(self.accounted, self.listed)
        return max(0, counted - self.affected)

    @property
    def adds_up(self) -> bool:
        """Whether everybody affected is accounted for, and nobody beyond them."""
        return self.is_known and not self.missing and not self.surplus


@dataclass(frozen=True)
class Exempted:
    """Whom nobody writes to because everybody is exempted; by_notice: they are told by a public notice."""

    by_notice: bool = False


def tally_of(
    affected: int | None,
    listed: int,
    by_letter: int,
    parts: Iterable[tuple[NoLetter, int]],
    *,
    rest: Exempted | None = None,
    is_published: bool = False,
) -> Tally:
    """Return the sum of the people affected.

    parts: the segments that two persons stand for, each with its number of people
    rest: whether all who are left are exempted, or need not be told
    is_published: whether a public notice is proven, so that those who are told by one count
    """
    people = dict.fromkeys(NoLetter, 0)
    for why, count in parts:
        people[why] += count
    by_notice = people.pop(NoLetter.DISPROPORTIONATE)
    otherwise = people.pop(NoLetter.TOLD_OTHERWISE)
    found = Tally(
        affected=affected,
        listed=listed,
        by_letter=by_letter,
        by_notice=by_notice if is_published else 0,
        otherwise=otherwise,
        not_told=sum(people.values()),
    )
    if rest is None or (rest.by_notice and not is_published):
        return found
    by_notice = found.by_notice + (found.rest if rest.by_notice else 0)
    return replace(found, by_notice=by_notice, covers_rest=True)
