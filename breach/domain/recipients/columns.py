"""Finds the heading of a list and what its columns hold, by the names that systems and people give them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from breach.domain.numbers import looks_like_cpr
from breach.domain.recipients.rows import ListStopped, RowFault

COLUMNS = ("cpr", "name", "first_name", "last_name", "address", "postcode", "city")
"""What a column may hold; all others are passed over, and nothing of them is kept."""
_KNOWN: Mapping[str, frozenset[str]] = {
    "cpr": frozenset(
        [
            "cpr",
            "cprnr",
            "cprnummer",
            "cprno",
            "cprnumber",
            "personnummer",
            "personnr",
            "personnumber",
            "pnr",
            "patientcpr",
            "borgercpr",
            "patientenscpr",
            "borgerenscpr",
            "patientcprnr",
            "borgercprnr",
            "patientenscprnr",
            "borgerenscprnr",
            "patientenscprnummer",
            "borgerenscprnummer",
            "patientcprnummer",
            "borgercprnummer",
            "cprnrpersonnummer",
        ]
    ),
    "name": frozenset(
        [
            "navn",
            "fuldenavn",
            "fuldtnavn",
            "name",
            "fullname",
            "patientnavn",
            "borgernavn",
            "patientensnavn",
            "borgerensnavn",
            "navnfuldt",
            "personnavn",
            "adresseringsnavn",
            "patient",
            "borger",
        ]
    ),
    "first_name": frozenset(
        ["fornavn", "fornavne", "firstname", "givenname", "givennames", "fornavnogmellemnavn"]
    ),
    "last_name": frozenset(["efternavn", "efternavne", "lastname", "surname", "familyname", "slægtsnavn"]),
    "address": frozenset(
        [
            "adresse",
            "adresse1",
            "adresselinje1",
            "gadeadresse",
            "postadresse",
            "vejadresse",
            "address",
            "vejnavnognr",
        ]
    ),
    "postcode": frozenset(["postnr", "postnummer", "postcode", "zip", "zipcode"]),
    "city": frozenset(["by", "bynavn", "postdistrikt", "city"]),
}
_TITLE_ROWS = 10
"""Rows in which the heading is looked for: reports write their title, date and author above it."""
_LONGEST_HEAD = 60
MOST_COLUMNS = 200
_SIGNS = re.compile("[^0-9a-zæøå]")

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Heading:
    """Where the heading stands (0: nowhere), how many columns it has, and the place of each known one."""

    row: int
    width: int
    places: Mapping[str, int]


def find_heading(rows: Iterator[Row], chosen: Mapping[str, int]) -> tuple[Heading, list[Row]]:
    """Return the heading and the rows already read below it; raise ListStopped where a column is missing.

    chosen: the columns that a person mapped; they are taken instead of what the names say.
    """
    top = list(islice(rows, _TITLE_ROWS))
    if not top:
        raise ListStopped(RowFault(0, "", "empty_file"))
    known = [known_columns(cells) for _, cells in top]
    at = max(range(len(top)), key=lambda row: (_is_whole(known[row]), len(known[row]), -row))
    places = known[at]
    if chosen:
        return _mapped(top, at if places else None, chosen)
    if not _is_whole(places):
        _refuse(top, at if places else 0, places)
    number, cells = top[at]
    return Heading(number, _width(cells), places), top[at + 1 :]


def _mapped(top: list[Row], at: int | None, chosen: Mapping[str, int]) -> tuple[Heading, list[Row]]:
    """Return what a person mapped; a row whose chosen cell has no digit is the heading or above it."""
    if at is None:
        at = _last_without_number(top, chosen.get("cpr", 0))
    if at < 0:
        return Heading(0, _width(top[0][1]), chosen), top
    return Heading(top[at][0], _width(top[at][1]), chosen), top[at + 1 :]


def _last_without_number(top: list[Row], place: int) -> int:
    for at, (_, cells) in enumerate(top):
        if place < len(cells) and sum(map(str.isdigit, cells[place])) >= 3:  # part of a number
            return at - 1
    return 0


def _is_whole(places: Mapping[str, int]) -> bool:
    has_name = "name" in places or {"first_name", "last_name"} <= places.keys()
    return "cpr" in places and has_name


def _refuse(top: list[Row], at: int, places: Mapping[str, int]) -> None:
    number, cells = top[at]
    heads = tuple(_shown(cell) for cell in cells[: _width(cells)][:MOST_COLUMNS])
    code = "no_name_column" if "cpr" in places else "no_cpr_column"
    raise ListStopped(RowFault(number, "", code, {"n": number}), heads)


def _shown(cell: str) -> str:
    """Return the name of a column as a page may show it; nothing of what may be a person's."""
    clean = " ".join(cell.split())
    is_name = len(clean) <= _LONGEST_HEAD and not any(map(str.isdigit, clean)) and not looks_like_cpr(clean)
    return clean if is_name else ""


def _width(cells: Sequence[str]) -> int:
    """Return how many cells there are, without the empty ones at the end."""
    filled = [at for at, cell in enumerate(cells, 1) if cell.strip()]
    return filled[-1] if filled else 0


def known_columns(cells: Sequence[str]) -> dict[str, int]:
    """Return the place of every column whose name is known and stands there once."""
    found: dict[str, list[int]] = {}
    for at, cell in enumerate(cells[:MOST_COLUMNS]):
        if kind := _kind(cell):
            found.setdefault(kind, []).append(at)
    return {kind: places[0] for kind, places in found.items() if len(places) == 1}


def _kind(cell: str) -> str:
    if len(cell) > _LONGEST_HEAD:
        return ""
    name = _SIGNS.sub("", cell.casefold())
    return next((kind for kind, names in _KNOWN.items() if name in names), "")
