"""What the pictures of `charts.html` are drawn from: words come in ready, geometry is worked out here.

Every picture is an svg with its title and description, and the same figures as a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

WIDTH = 640.0  # units of a picture's coordinates
_SCALE_LEFT, _SCALE_WIDTH = 8.0, 600.0


@dataclass(frozen=True)
class Bar:
    """One part of a bar, placed: `x` and `width` in units, `paint` 1 to 4."""

    label: str
    shown: str
    x: float
    width: float
    paint: int


@dataclass(frozen=True)
class ScorePicture:
    """The score as one bar of contributions.

    parts: (words, value, value as shown); bands: (limit, word), ascending;
    top: the end of the scale (6 by ENISA); score and its words; best and worst where facts are
    unknown, else None; table_heads: what, figure.
    """

    key: str
    caption: str
    description: str
    parts: Sequence[tuple[str, float, str]]
    bands: Sequence[tuple[float, str]]
    score: float
    score_words: str
    table_heads: tuple[str, str]
    top: float = 6.0
    best: float | None = None
    worst: float | None = None
    unknown_words: str = ""

    def at(self, value: float) -> float:
        """Return where a value stands on the scale."""
        return round(_SCALE_LEFT + min(max(value, 0.0), self.top) / self.top * _SCALE_WIDTH, 1)

    @property
    def bars(self) -> list[Bar]:
        """The parts side by side, with a gap of two units between them."""
        ends = list(accumulate((value for _, value, _ in self.parts), initial=0.0))
        return [
            Bar(label, shown, self.at(start), self._width(start, end), number % 4 + 1)
            for number, ((label, _, shown), start, end) in enumerate(
                zip(self.parts, ends[:-1], ends[1:], strict=True)
            )
        ]

    def _width(self, start: float, end: float) -> float:
        return max(0.0, round(self.at(end) - self.at(start) - 2, 1))


@dataclass(frozen=True)
class Cell:
    """One field of the matrix: word, level (low, medium, high), whether the case is or may be there."""

    word: str
    level: str
    is_here: bool = False
    is_possible: bool = False


@dataclass(frozen=True)
class MatrixPicture:
    """Consequence (rows, the worst first) by likelihood (columns)."""

    key: str
    caption: str
    description: str
    row_name: str
    column_name: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    here_words: str
    possible_words: str

    @property
    def cell_width(self) -> float:
        """The width of a field; the names of the rows take 160 units."""
        return (WIDTH - 170.0) / max(1, len(self.columns))

    @property
    def height(self) -> int:
        """The height of the picture: 64 units a row and a line for the heads."""
        return 64 * len(self.rows) + 72


@dataclass(frozen=True)
class ClockPicture:
    """Elapsed hours against a deadline; `words` say it, the picture repeats it.

    ticks: (hours, words); total: hours until due; table_heads: when, what.
    """

    key: str
    caption: str
    description: str
    words: str
    elapsed: float
    total: float
    ticks: Sequence[tuple[float, str]]

    @property
    def is_overdue(self) -> bool:
        """Tell whether the deadline has passed."""
        return self.elapsed > self.total

    def at(self, hours: float) -> float:
        """Return where an hour stands; what is over stays inside the picture."""
        return round(_SCALE_LEFT + min(max(hours, 0.0), self.total) / self.total * _SCALE_WIDTH, 1)


@dataclass(frozen=True)
class StateBox:
    """One state: status is "now", "passed" or "ahead"."""

    code: str
    label: str
    status: str


@dataclass(frozen=True)
class StepRow:
    """One step of the table, by the codes of its states, and why it is barred now (empty if open)."""

    label: str
    source: str
    target: str
    is_open: bool
    reason: str = ""


@dataclass(frozen=True)
class StatePicture:
    """The lifecycle with the present state marked.

    words: now, passed, open, barred, step, from, to, state.
    """

    key: str
    caption: str
    description: str
    boxes: Sequence[StateBox]
    steps: Sequence[StepRow]
    words: Mapping[str, str]

    def place(self, code: str) -> tuple[int, int]:
        """Return the left upper corner of a state's box; the boxes stand under each other."""
        index = next(number for number, box in enumerate(self.boxes) if box.code == code)
        return 190, 16 + index * 96

    @property
    def height(self) -> int:
        """The height of the picture in units."""
        return len(self.boxes) * 96

    @property
    def arrows(self) -> list[str]:
        """The paths of the arrows, one for each pair of states: forward on the right, back on the left."""
        pairs = dict.fromkeys((step.source, step.target) for step in self.steps if step.source != step.target)
        return [self._path(source, target) for source, target in pairs]

    def _path(self, source: str, target: str) -> str:
        """Return a straight line to the next box, else an arc that is the wider the further it goes."""
        (left, top) = self.place(source)
        (_, to_top) = self.place(target)
        rows = (to_top - top) // 96
        if rows == 1:
            return f"M{left + 130} {top + 56}V{to_top - 2}"
        side, outwards = (left + 260, 1) if rows > 0 else (left, -1)
        bend = side + outwards * min(180, 36 + 24 * abs(rows))
        start, end = top + 28 + 8 * outwards, to_top + 28 - 8 * outwards
        return f"M{side} {start}C{bend} {start} {bend} {end} {side + 2 * outwards} {end}"

    def label_of(self, code: str) -> str:
        """Return the words of a state."""
        return next(box.label for box in self.boxes if box.code == code)
