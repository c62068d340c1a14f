"""Reads a list of recipients as real systems write it: every good row, every fault once, no value in a fault.

Rows are counted as a spreadsheet shows them: the heading is mostly row 1.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from breach.domain.errors import MOST_LISTED
from breach.domain.recipients.cells import clean_text, read_cpr
from breach.domain.recipients.columns import Heading, find_heading
from breach.domain.recipients.rows import (
    MOST_ROWS,
    CheckCpr,
    ListStopped,
    ReadingChoices,
    RecipientList,
    RecipientRow,
    RowFault,
)
from breach.domain.recipients.text_file import Row, encoding_of, text_rows
from breach.domain.values import LONGEST_LINE, MOST_MARKS

_SAMPLES = 3
MOST_NAMED = 100_000
"""Faults that are named one by one in a file to fetch."""
_WORD = re.compile(r"[^\W\d_]{2,30}")


def read_text(data: bytes, check_cpr: CheckCpr, choices: ReadingChoices | None = None) -> RecipientList:
    """Return what a file of text (CSV) gives."""
    chosen = choices or ReadingChoices()
    try:
        encoding = encoding_of(data, chosen.charset)
    except ListStopped as stopped:
        return RecipientList(faults=(stopped.fault,), count=1)
    return read_rows(text_rows(data, encoding), check_cpr, chosen, encoding)


def read_rows(
    rows: Iterator[Row], check_cpr: CheckCpr, choices: ReadingChoices, encoding: str
) -> RecipientList:
    """Return what the rows of a file give, wherever they come from."""
    reading = _Reading(check_cpr, choices)
    heads: tuple[str, ...] = ()
    try:
        heading, top = find_heading(rows, choices.columns)
        reading.take(heading, chain(top, rows))
    except ListStopped as stopped:
        heads = stopped.heads
        reading.stop(stopped.fault)
    return reading.result(heads, encoding)


class _Reading:
    """One file being read: the people and faults so far."""

    def __init__(self, check_cpr: CheckCpr, choices: ReadingChoices) -> None:
        self.check_cpr, self.choices = check_cpr, choices
        self.people: dict[str, RecipientRow] = {}
        self.faults: list[RowFault] = []
        self.faulty: list[int] = []
        self.count = 0
        self.doubles = 0
        self.alike: dict[str, list[int]] = {"zero": [], "rounded": []}
        self.sample: list[str] = []
        self.named: list[RowFault] = []

    def take(self, heading: Heading, rows: Iterable[Row]) -> None:
        read = 0
        for number, cells in rows:
            read += 1
            if read > MOST_ROWS:
                raise ListStopped(RowFault(0, "", "too_many_rows", {"limit": MOST_ROWS}))
            self._row(heading, number, cells)
        if not read:
            raise ListStopped(RowFault(0, "", "no_rows"))

    def stop(self, fault: RowFault) -> None:
        """Take a fault of the whole file: nobody of it can be trusted."""
        self.people.clear()
        self._add(fault)

    def _add(self, *faults: RowFault) -> None:
        self.count += len(faults)
        self.faults.extend(faults[: MOST_LISTED - len(self.faults)])

    def _row(self, heading: Heading, number: int, cells: list[str]) -> None:
        beyond = [cell for cell in cells[heading.width :] if cell.strip()]
        if beyond or len(cells) <= heading.places["cpr"]:
            values = {"n": number, "found": len(cells), "expected": heading.width}
            self._refuse(number, RowFault(number, "", "cell_count", values))
            return
        given = {kind: cells[at] for kind, at in heading.places.items() if at < len(cells)}
        person, faults = self._person(number, given)
        if faults or person is None:
            self._refuse(number, *faults)
        elif person.cpr in self.people:
            self.doubles += 1
        else:
            self.people[person.cpr] = person
            self._keep_sample(person.name)

    def _refuse(self, number: int, *faults: RowFault) -> None:
        self.faulty.append(number)
        self._add(*faults)
        self.named.extend(faults[: MOST_NAMED - len(self.named)])

    def _person(self, number: int, given: Mapping[str, str]) -> tuple[RecipientRow | None, list[RowFault]]:
        found = read_cpr(given["cpr"], self.check_cpr)
        name, faults = _name(number, given)
        address, wrong = _address(number, given)
        faults += wrong
        if found.problem in self.alike and not (found.problem == "zero" and self.choices.adds_zero):
            self.alike[found.problem].append(number)
            self.named.append(RowFault(number, "cpr", found.problem, {"rows": 1, "n": number}))
            return None, faults
        if not found.cpr:
            faults.insert(0, RowFault(number, "cpr", "cpr", {"n": number}))
        if faults:
            return None, faults
        return RecipientRow(number, found.cpr, name, found.is_replacement, address), []

    def _keep_sample(self, name: str) -> None:
        """Keep the first words with letters beyond A to Z: they show whether the encoding is right."""
        if len(self.sample) < _SAMPLES and not name.isascii():
            word = next((one for one in _WORD.findall(name) if not one.isascii()), "")
            if word and word not in self.sample:
                self.sample.append(word)

    def result(self, heads: tuple[str, ...], encoding: str) -> RecipientList:
        once = [
            RowFault(0, "cpr", code, {"rows": len(rows), "n": rows[0]})
            for code, rows in self.alike.items()
            if rows
        ]
        return RecipientList(
            rows=tuple(self.people.values()),
            faults=tuple([*once, *self.faults][:MOST_LISTED]),
            count=self.count + len(once),
            doubles=self.doubles,
            faulty=tuple(self.faulty),
            lacking_zero=len(self.alike["zero"]),
            heads=heads,
            named=tuple(self.named),
            encoding=encoding,
            sample=tuple(self.sample),
        )


def _name(number: int, given: Mapping[str, str]) -> tuple[str, list[RowFault]]:
    parts = ("name",) if "name" in given else ("first_name", "last_name")
    texts = [given.get(part, "") for part in parts]
    name, problem = clean_text(" ".join(one for one in texts if one.strip()))
    if problem:
        return name, [_text_fault(number, "navn", problem)]
    return name, [] if name else [RowFault(number, "navn", "name_missing", {"n": number})]


def _address(number: int, given: Mapping[str, str]) -> tuple[str, list[RowFault]]:
    """Return the address as lines: the street, then postcode and town."""
    street, problem = clean_text(given.get("address", "").replace("\n", ", ").strip(" -"))
    town, wrong = clean_text(f"{given.get('postcode', '')} {given.get('city', '')}")
    if code := problem or wrong:
        return "", [_text_fault(number, "adresse", code)]
    return "\n".join(line for line in (street, town) if line), []


def _text_fault(number: int, column: str, code: str) -> RowFault:
    values = {"n": number, "column": column, "limit": LONGEST_LINE, "marks": MOST_MARKS}
    return RowFault(number, column, code, values)
