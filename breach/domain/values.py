"""What every text and number may be, wherever it comes from: page, API, command or file."""

import re
import unicodedata

LARGEST_COUNT = 10**9
"""The largest number of persons, letters or days: more than there are people in any register."""
LONGEST_TEXT = 4000
"""Characters of a text of several lines, unless its field says otherwise."""
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, those that turn the direction of text and so hide what it says, and half signs, which
no database and no file can hold."""
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Signs that Unicode counts among the letters and marks, and that show nothing."""
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def trimmed(text: str) -> str:
    """Return the text without blanks around it; nothing when no sign of it can be seen."""
    seen = any(sign not in _BLANK_LETTERS and unicodedata.category(sign) not in _UNSEEN for sign in text)
    return text.strip() if seen else ""
