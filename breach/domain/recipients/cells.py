"""Reads the cells of a list: names, addresses, and CPR numbers with what spreadsheets do to them."""

import re
from dataclasses import dataclass, field

from breach.domain.numbers import looks_like_cpr, plain, replacement_number
from breach.domain.recipients.rows import CheckCpr
from breach.domain.values import FORBIDDEN, LONGEST_LINE, TooMuch, composed

LONGEST_CPR_CELL = 40
"""Characters of a CPR number as it comes, formula signs and decimals of a spreadsheet among them."""
# A spreadsheet runs a cell that begins so; the second half are the full-width forms (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LINE_ENDS = frozenset("\t\n\u2028\u2029")
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LOST_LETTER = "\ufffd"
_AS_TEXT = re.compile(r"=?\"+([^\"]*)\"+|'(.*)'?")
"""What exports write so that a spreadsheet keeps the digits: `="0101701234"`, or a quote before."""
_DECIMALS = re.compile("([0-9]{9,10})[.,]0+")
_POWER = re.compile(r"([0-9])(?:[.,]([0-9]+))?E\+?([0-9]{1,2})", re.IGNORECASE)
_SPLIT = re.compile("[ ./_-]")
_NINE, _TEN = 9, 10


@dataclass(frozen=True)
class CprCell:
    """What stands in a cell of a CPR number.

    cpr: ten digits or a replacement number, empty where it is none
    problem: `zero` (its first digit is gone), `rounded` (the last ones are), `cpr`, or ""
    """

    cpr: str = field(repr=False, default="")
    is_replacement: bool = False
    problem: str = ""


def read_cpr(value: str, check_cpr: CheckCpr) -> CprCell:
    """Return what stands in the cell; what a spreadsheet did to it is undone where no digit is lost."""
    if len(value) > LONGEST_CPR_CELL:
        return CprCell(problem="cpr")
    typed = plain(value).strip()
    if found := _AS_TEXT.fullmatch(typed):
        typed = (found[1] or found[2] or "").strip()
    if replacement := replacement_number(typed):
        return CprCell(replacement, is_replacement=True)
    digits = _digits(typed)
    if digits is None:
        return CprCell(problem="rounded" if _POWER.fullmatch(typed) else "cpr")
    return _checked(digits, check_cpr)


def _checked(digits: str, check_cpr: CheckCpr) -> CprCell:
    if len(digits) == _NINE and (whole := check_cpr(f"0{digits}")):
        return CprCell(whole, problem="zero")
    cpr = check_cpr(digits) if len(digits) == _TEN else None
    return CprCell(cpr) if cpr else CprCell(problem="cpr")


def _digits(typed: str) -> str | None:
    """Return the digits of the number, or None where there are other signs or some are gone."""
    if found := _DECIMALS.fullmatch(typed):
        return found[1]
    if found := _POWER.fullmatch(typed):
        exact = found[1] + (found[2] or "")
        return exact if len(exact) == int(found[3]) + 1 else None
    joined = _SPLIT.sub("", typed)
    return joined if re.fullmatch("[0-9]{8,11}", joined) else None


def clean_text(value: str, limit: int = LONGEST_LINE) -> tuple[str, str]:
    """Return a name or address in composed form and the code of what is wrong with it, or "".

    Blanks around it and signs of no width are gone. A text that cannot be composed comes back as it was.
    """
    bare = value.strip(" \u00a0")
    try:
        clean = composed(bare, limit, _ZERO_WIDTH)
    except TooMuch as much:
        return bare, "too_long" if much.code == "field_too_long" else "marks"
    return clean, _problem(clean, limit)


def _problem(value: str, limit: int) -> str:
    if value.startswith(_FORMULA):
        return "formula"
    if FORBIDDEN.search(value) or not _LINE_ENDS.isdisjoint(value):
        return "control"
    if _LOST_LETTER in value:
        return "lost_letter"
    if len(value) > limit:
        return "too_long"
    return "holds_cpr" if looks_like_cpr(value) else ""
