"""What people typed: blanks around it, and signs that cannot be seen."""

import unicodedata

_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Signs that Unicode counts among the letters and marks, and that show nothing."""
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def trimmed(text: str) -> str:
    """Return the text without blanks around it; nothing when no sign of it can be seen."""
    seen = any(sign not in _BLANK_LETTERS and unicodedata.category(sign) not in _UNSEEN for sign in text)
    return text.strip() if seen else ""
