"""Guards that read the sum of the people affected, for the lifecycles that end with it."""

from collections.abc import Mapping
from typing import Protocol

from breach.domain.tally import Tally

ADDS_UP = ("affected_is_known", "nobody_is_missing", "count_covers_everybody")
"""That everybody affected is told, or not told for a reason, and nobody is counted twice."""


class HasTally(Protocol):
    """A flow whose facts have the sum of the people affected; None where it was not made."""

    @property
    def tally(self) -> Tally | None: ...


class TallyGuards:
    """Guards of a flow that has the sum as `tally`; a sum that was not made refuses."""

    def affected_is_known(self: HasTally) -> bool:
        return self.tally is not None and self.tally.is_known

    def nobody_is_missing(self: HasTally) -> bool:
        return self.tally is not None and not self.tally.missing

    def count_covers_everybody(self: HasTally) -> bool:
        return self.tally is not None and not self.tally.surplus

    def said(self: HasTally) -> Mapping[str, int]:
        """Return how many are missing, and how many are counted beyond those affected."""
        tally = self.tally
        return {} if tally is None else {"missing": tally.missing, "surplus": tally.surplus}
