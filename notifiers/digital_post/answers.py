"""What an answer of Digital Post means: from status and body to outcome, from JSON to receipt.

201 with a receipt for our UUID is accepted; 400 is refused for good; 401 and 403 stop the channel; 503 with a
receipt that says "not taken" goes back to the queue; everything else may have arrived and stays unknown.
"""

import json
import re
from collections.abc import Mapping

from breach.domain.messages import DeliveryReceipt, ReceiptStatus, SendOutcome, Sent, is_code
from breach.domain.moments import read_moment

TAKEN = frozenset({"RECEIVED", "COMPLETED"})
REFUSED = frozenset({"INVALID", "NOT_ALLOWED"})
STATUSES = {
    "COMPLETED": ReceiptStatus.DELIVERED,
    "INVALID": ReceiptStatus.REJECTED,
    "NOT_ALLOWED": ReceiptStatus.REJECTED,
}
_is_id = re.compile("[A-Za-z0-9-]{1,64}").fullmatch


def is_source_id(value: object) -> bool:
    """Tell whether the value may stand as an id in an address."""
    return isinstance(value, str) and _is_id(value) is not None


def parse(body: bytes) -> Mapping[str, object] | None:
    """Return the JSON object of a body, or None for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _code(value: object, otherwise: str) -> str:
    # Only a code, never the server's free text: that may repeat what we sent, the CPR number with it.
    return value if isinstance(value, str) and is_code(value) else otherwise


def _text(value: object) -> str:
    return value if isinstance(value, str) and _is_id(value) else ""


def _created(receipt: Mapping[str, object]) -> Sent | None:
    status = receipt.get("receiptStatus")
    if status in TAKEN:
        return Sent(SendOutcome.ACCEPTED, "", _text(receipt.get("transmissionId")))
    if status in REFUSED:
        return Sent(SendOutcome.REJECTED, _code(receipt.get("errorCode"), "unreadable_code"))
    return None


def _refused(answer: Mapping[str, object]) -> Sent:
    errors = answer.get("fieldErrors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    code = answer.get("code") or answer.get("errorCode") or first.get("code")
    return Sent(SendOutcome.REJECTED, _code(code, "unreadable_code"))


def sent(status: int, body: bytes, message_uuid: str) -> Sent:
    """Return what an answer says about the message."""
    unknown = Sent(SendOutcome.UNKNOWN, f"http_{status}")
    if status in (401, 403):
        return Sent(SendOutcome.CHANNEL_STOPPED, f"http_{status}")
    answer = parse(body)
    if answer is None:
        return unknown
    if status == 400:
        return _refused(answer)
    is_ours = str(answer.get("messageUUID", "")).lower() == message_uuid.lower()
    if status == 201 and is_ours:
        return _created(answer) or unknown
    if status == 503 and is_ours and answer.get("receiptStatus") in REFUSED:
        return Sent(SendOutcome.NOT_SENT, _code(answer.get("errorCode"), "http_503"))
    return unknown


def receipt(source_id: str, answer: Mapping[str, object]) -> DeliveryReceipt | None:
    """Return the business receipt, or None for one that settles nothing or cannot be read."""
    status = STATUSES.get(str(answer.get("receiptStatus")))
    message_uuid = answer.get("messageUUID")
    try:
        at = read_moment(str(answer.get("timeStamp")))
    except (ValueError, OverflowError):
        return None
    if status is None or not isinstance(message_uuid, str):
        return None
    code = _code(answer.get("errorCode") or "none", "unreadable_code")
    return DeliveryReceipt(message_uuid.lower(), status, "" if code == "none" else code, at, source_id)
