"""What every text and number may be, wherever it comes from: page, API, command or file."""

import re
import unicodedata

LARGEST_COUNT = 10**9
"""The largest number of persons, letters or days: more than there are people in any register."""
LONGEST_TEXT = 4000
"""Characters of a text of several lines, unless its field says otherwise."""
LONGEST_LINE = 200
"""Characters of a line such as a name, unless its field says otherwise."""
LONGEST_LETTER = 20_000
"""Characters of a letter in one language."""
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, those that turn the direction of text and so hide what it says, and half signs, which
no database and no file can hold."""
_NO_WIDTH = (
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202d\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
UNSEEN = re.compile(
    f"[{_NO_WIDTH}]|(?<![\u0300-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\U0010ffff])"
)
"""Signs that show nothing and come along with what is pasted: soft hyphens, signs of no width, byte order
marks, marks of direction. Readers drop them. Joiners stay within emoji and scripts that need them; the sign
that turns text around (U+202E) is not dropped but refused."""
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
"""Line ends of systems and word processors, a page break among them."""
_FORBIDDEN_IN_A_LINE = re.compile(f"{FORBIDDEN.pattern[:-1]}\t\n]")
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Signs that Unicode counts among the letters and marks, and that show nothing."""
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
MOST_RAW = 4
"""How many times its limit a text may hold as it comes: four characters at most become one in NFC."""
MOST_MARKS = 30
"""Combining marks in a row, as in Stream-Safe Text (UAX 15, 13); no language needs half as many."""
_MARKS_IN_PARTS = frozenset("\u0f73\u0f75\u0f81")
"""Characters that are no combining marks, and that normalising takes apart into nothing but such marks."""


class TooMuch(ValueError):
    """A text that no field holds: code and values of the error, `field_too_long` or `too_many_marks`."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def composed(text: str, limit: int, unseen: re.Pattern[str] | None = None) -> str:
    """Return the text in NFC, without the unseen characters; raise TooMuch before any work on it.

    limit: characters that the field holds. Normalising takes the square of the length of a run of combining
    marks, so all that people and programs send is looked at here before it is normalised.
    """
    if len(text) > MOST_RAW * limit:
        raise TooMuch("field_too_long", limit=limit, n=len(text))
    seen = text if unseen is None else unseen.sub("", text)
    if has_run_of_marks(seen):
        raise TooMuch("too_many_marks", marks=MOST_MARKS)
    return unicodedata.normalize("NFC", seen)


def cleaned(text: str, limit: int) -> str:
    """Return a text as every reader takes it: trimmed, in NFC, with `\\n` as line end, without unseen signs.

    limit: characters that the field holds; raises TooMuch as `composed` does
    """
    return trimmed(_LINE_ENDS.sub("\n", composed(text, limit, UNSEEN)))


def unshowable(text: str, *, lines: bool) -> dict[str, object] | None:
    """Return the first sign that cannot be shown, as the values of its error, or None where there is none.

    lines: whether the text may have several. sign: its number in Unicode; line and n: where it stands,
    counted from 1.
    """
    found = (FORBIDDEN if lines else _FORBIDDEN_IN_A_LINE).search(text)
    if found is None:
        return None
    place = found.start()
    before = text[:place]
    values = {"line": before.count("\n") + 1, "n": place - before.rfind("\n")}
    return {"sign": f"U+{ord(text[place]):04X}", **values}


def whole_number(value: object) -> int | None:
    """Return the whole number that a value of JSON is, `1.0` among them, or None."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def has_run_of_marks(text: str) -> bool:
    """Tell whether more than MOST_MARKS combining marks follow one another."""
    if len(text) <= MOST_MARKS or text.isascii():
        return False
    run = 0
    for sign in text:
        run = run + 1 if unicodedata.combining(sign) or sign in _MARKS_IN_PARTS else 0
        if run > MOST_MARKS:
            return True
    return False


def trimmed(text: str) -> str:
    """Strip whitespace; return '' if no visible character is left."""
    seen = any(sign not in BLANK_LETTERS and unicodedata.category(sign) not in _UNSEEN for sign in text)
    return text.strip() if seen else ""
