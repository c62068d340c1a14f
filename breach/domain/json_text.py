"""Decodes text that programs send and people save as JSON: UTF-8, with or without a mark at its beginning."""

_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
UTF_8_MARK = b"\xef\xbb\xbf"


class OtherEncoding(ValueError):
    """The text is not UTF-8; `encoding` names what it is."""

    def __init__(self, encoding: str) -> None:
        super().__init__(f"it is {encoding}, not UTF-8")
        self.encoding = encoding


def decoded(raw: bytes) -> str:
    """Return the text without a byte order mark; raise OtherEncoding for any but UTF-8.

    JSON begins with two signs of ASCII, so that zeros among the first four bytes tell UTF-16 and UTF-32
    (RFC 4627, section 3). What is left has one byte a letter: Windows-1252, which holds Latin-1.
    """
    named = next((name for mark, name in _MARKS.items() if raw.startswith(mark)), None) or _by_zeros(raw[:4])
    if named:
        raise OtherEncoding(named)
    try:
        return raw.removeprefix(UTF_8_MARK).decode("utf-8")
    except UnicodeDecodeError:
        raise OtherEncoding("Windows-1252 (Latin-1)") from None  # it would quote the bytes


def _by_zeros(first: bytes) -> str | None:
    zeros = [place for place, byte in enumerate(first) if byte == 0]
    if zeros in ([0, 1, 2], [1, 2, 3]):
        return "UTF-32"
    return "UTF-16" if zeros in ([0, 2], [1, 3], [0], [1]) else None
