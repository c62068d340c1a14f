"""The answers that a check page showed, carried signed in its form and compared when it is sent."""

import hmac
import json
from hashlib import sha256
from zlib import compress, decompress

from breach.web.intake.form_to_report import body_of, forms_of
from breach.web.intake.forms import Content, ControllerChoices

_TO_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_TO_HEX = str.maketrans("abcdefghijklmnop", "0123456789abcdef")


def packed(content: Content, key: bytes) -> str:
    """Return the answers as letters that a form can carry: signed, so that only ours are read again."""
    plain = compress(json.dumps(content, ensure_ascii=False).encode())
    return (hmac.digest(key, plain, "sha256") + plain).hex().translate(_TO_LETTERS)


def unpacked(letters: str, key: bytes) -> Content | None:
    """Return the answers that a form carried, or None when it carried none of ours."""
    try:
        carried = bytes.fromhex(letters.translate(_TO_HEX))
    except ValueError:
        return None
    signature = carried[:32]
    plain = carried[32:]
    if not hmac.compare_digest(signature, hmac.digest(key, plain, "sha256")):
        return None
    found: Content = json.loads(decompress(plain))
    return found


def with_controller(content: Content, controllers: ControllerChoices) -> Content:
    """Return the answers with the region that the page shows, though nobody chose it: a reporter's own."""
    who = forms_of(content, controllers)["who"]
    controller = who["controller"].data if "controller" in who else None
    return (
        {**content, "who": {**content.get("who", {}), "controller": [controller]}} if controller else content
    )


def digest(content: Content, controllers: ControllerChoices) -> str:
    """Return the SHA-256 of the report that the answers make: equal for answers that file the same."""
    body = body_of(content, forms_of(content, controllers).values())
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
