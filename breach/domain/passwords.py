"""Rejects weak passwords: too short or long, made of names, or common."""

import re
from collections.abc import Iterable
from itertools import pairwise
from unicodedata import normalize

from breach.domain.values import TooMuch, composed

SHORTEST, LONGEST = 15, 128  # characters (NIST SP 800-63B-4, 3.1.1.2, for a password without second factor)
SHORTEST_NAME = 4  # letters: a shorter name stands in too many honest sentences
LEFT_OVER = 8  # characters of its own that a password keeps once everything common is taken out
PRODUCT = ("Breach Desk",)
DEMO_PASSWORD = "brud-og-to-personer"
"""Password of every demonstration person, known to all; a production profile refuses it."""

_ROWS = ("abcdefghijklmnopqrstuvwxyzæøå", "qwertyuiopå", "asdfghjklæø", "zxcvbnm", "01234567890", "147258369")
_STEPS = {pair for row in _ROWS for line in (row, row[::-1]) for pair in pairwise(line)}
# What lists of leaked passwords are full of, in the languages of the people here; the longest first.
_WORDS = re.compile(
    "adgangskode|administrator|kodeord|password|passwort|passw0rd|hemmelighed|hemmelig|sygehus|hospital"
    "|velkommen|welcome|iloveyou|letmein|danmark|sommer|vinter|foraar|forår|efteraar|efterår|region|secret"
    "|login|admin|qwerty|qwert|1qaz|2wsx|3edc|4rfv|qaz|wsx|xsw|edc|rfv|vfr|tgb|test|1234|abc"
)
# Of the 100,000 passwords that leak most, those long enough that the rules miss: with these none gets by
# (docs/decisions/common-passwords-by-rule.md).
_LEAKED = frozenset(
    [
        "1qa2ws3ed4rf5tg",
        "23176djivanfros",
        "277rte87hryloitru",
        "30secondstomars",
        "aksjdlasdakj89879",
        "bhrh0h2oof6xbqjeh",
        "bpgjldsgjldthnf",
        "cfvfzcxfcnkbdfz",
        "cheaphornybastard",
        "efwe5tgwa5twhgd",
        "hd764nw5d7e1vb1",
        "hd764nw5d7e1vbv",
        "hjpjxrf23062007",
        "lhbjkjubz2957704",
        "lytdybrbdfvgbhf",
        "mailcreated5240",
        "manchesterunited",
        "momsanaladventure",
        "neepodchehyl",
        "nemvxyheqdd5oqxyxyzi",
        "nick1234rem936",
        "perasperaadastra",
        "perfectexploiter",
        "polniypizdec0211",
        "polniypizdec1102",
        "polniypizdec110211",
        "zqjphsyf6ctifgu",
    ]
)
_REPEATED = re.compile(r"(.{1,10}?)\1+")


def weakness(password: str, names: Iterable[str] = ()) -> str | None:
    """Return the code of what is wrong with a password, or None.

    names: of the person, the account and the region; none of them may stand in it.
    """
    try:
        words = composed(password, LONGEST)
    except TooMuch as much:
        return "password_length" if much.code == "field_too_long" else "password_marks"
    if not SHORTEST <= len(words) <= LONGEST:
        return "password_length"
    plain = _plain(words)
    if any(name in plain for name in _parts((*PRODUCT, *names))):
        return "password_name"
    woven = _own(plain[::2]) + _own(plain[1::2])  # q1w2e3r4t5 is two runs in one
    is_common = plain in _LEAKED or min(len(_own(plain)), len(woven)) < LEFT_OVER
    return "password_common" if is_common else None


def _plain(words: str) -> str:
    """Return letters and digits alone, small: spaces, hyphens and capitals hide no name."""
    return "".join(sign for sign in normalize("NFC", words).casefold() if sign.isalnum())


def _parts(names: Iterable[str]) -> Iterable[str]:
    """Yield each name whole and each of its words."""
    for name in names:
        for part in {_plain(name), *map(_plain, name.split())}:
            if len(part) >= SHORTEST_NAME:
                yield part


def _own(plain: str) -> str:
    """Return what is left of a password without common words, runs on the keyboard and repetitions."""
    once = _REPEATED.sub(r"\1", _WORDS.sub("", plain))
    return "".join(sign for before, sign in pairwise(f" {once}") if (before, sign) not in _STEPS)
