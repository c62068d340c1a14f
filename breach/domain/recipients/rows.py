"""What a list of recipients gives: people, faults by row, and what was read and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LARGEST_LIST = 50_000_000
"""Bytes that a page and the API take: 1.5 million rows of about 30 bytes fit."""
MOST_ROWS = 2_000_000
CheckCpr = Callable[[str], str | None]
"""Returns the ten digits of a valid CPR number, or None."""


@dataclass(frozen=True)
class RecipientRow:
    """One person of the list. What it holds never shows in `repr`.

    cpr: ten digits, or the ten signs of a replacement number; postal_address: its lines
    """

    number: int
    cpr: str = field(repr=False)
    name: str = field(repr=False)
    is_replacement: bool = False
    postal_address: str = field(repr=False, default="")


@dataclass(frozen=True)
class RowFault:
    """One fault: the row (0: the whole file), the column ("": none), `sending.rows.<code>` and its values."""

    row: int
    column: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadingChoices:
    """What a person chose for a file.

    columns: the place of each column, counted from 0, where its name does not say what it holds
    adds_zero: whether numbers of nine digits lack a 0 at their beginning
    skips_faulty: whether the list is taken without the rows that cannot be read
    charset: the encoding that the sender declared; empty where the file has to tell
    """

    columns: Mapping[str, int] = field(default_factory=dict)
    adds_zero: bool = False
    skips_faulty: bool = False
    charset: str = ""


@dataclass(frozen=True)
class RecipientList:
    """What a whole file gave: the people, the first faults, and how the file was read.

    count: how many faults there are; doubles: rows whose number stood further up
    faulty: the numbers of all rows that have a fault; named: the faults of each, for a file
    lacking_zero: how many numbers lack their first 0; heads: names of columns to be mapped
    encoding: what the text was read as, `xlsx` for a workbook; sample: words of it that only it tells right
    """

    rows: tuple[RecipientRow, ...] = ()
    faults: tuple[RowFault, ...] = ()
    count: int = 0
    doubles: int = 0
    faulty: tuple[int, ...] = ()
    lacking_zero: int = 0
    heads: tuple[str, ...] = ()
    named: tuple[RowFault, ...] = ()
    encoding: str = ""
    sample: tuple[str, ...] = field(default=(), repr=False)

    @property
    def may_skip(self) -> bool:
        """Tell whether there are people to be taken without the faulty rows."""
        return bool(self.rows and self.faulty)


class ListStopped(Exception):
    """Reading stops: the rest of the file cannot be trusted."""

    def __init__(self, fault: RowFault, heads: tuple[str, ...] = ()) -> None:
        super().__init__(fault.code)
        self.fault, self.heads = fault, heads
