"""What every text and number may be, wherever it comes from: page, API, command or file."""

import re

LARGEST_COUNT = 10**9
"""The largest number of persons, letters or days: more than there are people in any register."""
LONGEST_TEXT = 4000
"""Characters of a text of several lines, unless its field says otherwise."""
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, those that turn the direction of text and so hide what it says, and half signs, which
no database and no file can hold."""
