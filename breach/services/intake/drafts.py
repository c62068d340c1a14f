"""Unfinished reports: encrypted, found by their code only."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from breach.services.access.controllers import valid_controllers
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.intake import access_codes
from breach.store.models import ReportDraft

KEPT = timedelta(days=30)
"""How long an untouched draft lives."""
KEPT_AFTER_SENDING = timedelta(minutes=15)
"""So that a page sent twice, or loaded again, shows the same receipt."""


MOST_DRAFTS = 20_000
"""Drafts of all reporters together: more than come in a month, so that strangers cannot fill the disk."""


class TooManyDrafts(Exception):
    """So many drafts are kept that no other can be begun."""


class DraftChanged(Exception):
    """The draft was changed or sent since it was read."""


@dataclass(frozen=True)
class Draft:
    """What was written so far. `id` is the submission's id, so that a draft becomes one case only."""

    id: UUID
    expires_at: datetime
    content: dict[str, Any] = field(repr=False)


def begin(ctx: Context, content: dict[str, Any]) -> str:
    """Store a new draft and return its code, which is kept nowhere; drafts that are too old are deleted.

    Raises TooManyDrafts.
    """
    ctx.session.execute(delete(ReportDraft).where(ReportDraft.expires_at < ctx.now))
    if (ctx.session.scalar(select(func.count()).select_from(ReportDraft)) or 0) >= MOST_DRAFTS:
        raise TooManyDrafts()
    code = access_codes.new_code()
    row_id = new_id(ctx.now)
    controller = valid_controllers(ctx.session, ctx.now)[0]  # whose key seals it; who gets it is typed in it
    ctx.session.add(
        ReportDraft(
            code_hash=access_codes.code_hash(code),
            id=row_id,
            controller_id=controller.id,
            cell=_seal(ctx, controller.id, row_id, content),
            saved_at=ctx.now,
            expires_at=ctx.now + KEPT,
        )
    )
    ctx.session.flush()
    return code


def find(ctx: Context, code: str, *, lock: bool = False) -> Draft | None:
    """Return the draft of the code, or None when there is none or its time is over.

    lock: let nobody else read it under lock, or save it, before the transaction ends
    """
    row = ctx.session.get(ReportDraft, access_codes.code_hash(code), with_for_update=lock) if code else None
    if row is None or row.expires_at < ctx.now:
        return None
    plain = ctx.keys.open(
        ctx.session, "drafts", row.controller_id, None, "report_draft", "cell", row.id, row.cell
    )
    return Draft(row.id, row.expires_at, json.loads(plain))


def save(ctx: Context, code: str, content: dict[str, Any], *, sent: bool = False) -> None:
    """Store the draft's content; a sent draft expires once its receipt need not be shown again."""
    row = ctx.session.get_one(ReportDraft, access_codes.code_hash(code))
    row.cell = _seal(ctx, row.controller_id, row.id, content)
    row.saved_at = ctx.now
    row.expires_at = ctx.now + (KEPT_AFTER_SENDING if sent else KEPT)
    ctx.session.flush()


def close(ctx: Context, code: str, filed: Draft, for_receipt: dict[str, Any]) -> None:
    """Reduce a filed draft to what its receipt needs.

    Raises DraftChanged unless the draft still holds what is filed.
    """
    now = find(ctx, code, lock=True)
    if now is None or now.content != filed.content:
        raise DraftChanged()
    save(ctx, code, {"steps": {}, "sent": for_receipt}, sent=True)


def discard(ctx: Context, code: str) -> None:
    """Delete the draft of a code, with all that was typed; a sent one keeps its receipt for its minutes."""
    found = find(ctx, code, lock=True)
    if found is not None and "sent" not in found.content:
        ctx.session.execute(delete(ReportDraft).where(ReportDraft.id == found.id))


def delete_sent(ctx: Context, held_codes: Iterable[str]) -> None:
    """Delete the sent drafts among these, their receipts with them; what is not sent stays under its code."""
    for code in held_codes:
        found = find(ctx, code, lock=True)
        if found is not None and "sent" in found.content:
            ctx.session.execute(delete(ReportDraft).where(ReportDraft.id == found.id))


def _seal(ctx: Context, controller_id: int, row_id: UUID, content: dict[str, Any]) -> bytes:
    plain = json.dumps(content, ensure_ascii=False).encode()
    return ctx.keys.seal(ctx.session, "drafts", controller_id, None, "report_draft", "cell", row_id, plain)
