"""Long lists a page at a time: each page begins after the last row of the one before, whatever came since."""

import base64
import binascii
import json
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from breach.domain.errors import FieldError, InvalidInput


def cursor(at: datetime, row_id: UUID) -> str:
    """Return the key of the page after a row, as it stands in an address."""
    raw = json.dumps([at.isoformat(), str(row_id)])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def read_cursor(value: str) -> tuple[datetime, UUID]:
    """Return what `cursor` was made from; raise InvalidInput for anything else."""
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a time must name its offset")
        return moment.astimezone(UTC), UUID(row_id)
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as error:
        raise InvalidInput([FieldError("after", "unknown_value", {"value": "after"})]) from error


def later(
    after: str, at: ColumnElement[datetime], row_id: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    """Return that a row comes after the key, in a list with the earliest first."""
    moment, last = read_cursor(after)
    return or_(at > moment, and_(at == moment, row_id > last))


def earlier(
    after: str, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    """Return that a row comes after the key, in a list with the newest first."""
    moment, last = read_cursor(after)
    return or_(at < moment, and_(at == moment, row_id < last))
