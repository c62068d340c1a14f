"""Decrypts every encrypted value, to find those that were changed or need another key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from breach.store.keys.keyring import IntegrityFailure, KeyDestroyed, Keyring
from breach.store.keys.master import BadMasterKey
from breach.store.models import PublicNotice, Recipient, Report, ReportDraft, WrappedKey
from breach.store.verify.problem import Problem

PAGE = 500
_PURPOSES: dict[Any, str] = {
    Report: "contact",
    Recipient: "people",
    ReportDraft: "drafts",
    PublicNotice: "files",
}
_CELLS: dict[Any, str] = {PublicNotice: "proof_cell"}
"""Columns of sealed values that are not called `cell`; one that is empty holds nothing."""


@dataclass(frozen=True)
class Opened:
    """The first value that does not open, or None; how many did; how many have lost their key on purpose."""

    problem: Problem | None
    opened: int
    destroyed: int


def open_all(sessions: sessionmaker[Session], keys: Keyring) -> Opened:
    """Decrypt every wrapped key and every value, a page at a time; keeps nothing of what it reads."""
    opened = destroyed = 0
    for model in (WrappedKey, *_PURPOSES):
        for page in _pages(sessions, model):
            with sessions() as session:
                for row in page:
                    try:
                        _open(session, keys, row)
                    except KeyDestroyed:
                        destroyed += 1
                    except (IntegrityFailure, BadMasterKey):
                        column = _CELLS.get(type(row), "cell")
                        problem = Problem(row.__tablename__, str(row.id), 0, "sealed", column)
                        return Opened(problem, opened, destroyed)
                    else:
                        opened += 1
    return Opened(None, opened, destroyed)


def _pages(sessions: sessionmaker[Session], model: Any) -> Iterator[list[Any]]:
    """Yield the rows of a table in parts, each read in a session of its own."""
    last: UUID | int | None = None
    while True:
        wanted = select(model).order_by(model.id).limit(PAGE)
        with sessions() as session:
            page = list(session.scalars(wanted if last is None else wanted.where(model.id > last)))
        if not page:
            return
        last = page[-1].id
        yield page


def _open(session: Session, keys: Keyring, row: Any) -> None:
    if isinstance(row, WrappedKey):
        keys.unwrap(session, row.life, row.controller_id, row.case_id)
        return
    case = None if isinstance(row, ReportDraft) else row.case_id
    purpose = _PURPOSES[type(row)]
    column = _CELLS.get(type(row), "cell")
    cell = session.scalar(select(getattr(type(row), column)).where(type(row).id == row.id))
    if cell is not None:
        keys.open(session, purpose, row.controller_id, case, row.__tablename__, column, row.id, cell)
