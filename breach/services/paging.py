"""Keyset pagination: each page begins after the last row of the one before."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from breach.domain.errors import FieldError, InvalidInput


def cursor(at: datetime, row_id: UUID) -> str:
    """Return the cursor after a row, for use in a query parameter."""
    raw = json.dumps([at.isoformat(), str(row_id)])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def read_cursor(value: str) -> tuple[datetime, UUID]:
    """Decode a cursor; raise InvalidInput for anything that `cursor` did not make."""
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a time must name its offset")
        return moment.astimezone(UTC), UUID(row_id)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise InvalidInput([FieldError("after", "unknown_value", {"value": "after"})]) from error


def later(
    after: str, at: ColumnElement[datetime], row_id: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    """SQL condition: rows after the cursor, ascending."""
    moment, last = read_cursor(after)
    return or_(at > moment, and_(at == moment, row_id > last))


def earlier(
    after: str, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    """SQL condition: rows after the cursor, descending."""
    moment, last = read_cursor(after)
    return or_(at < moment, and_(at == moment, row_id < last))
