"""The versions of a letter, and what a version is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from breach.services.context import Context
from breach.store.models import BreachCase, NoticeText


@dataclass(frozen=True)
class Versions:
    """A version of the letter with those that it is read against; None where there is none.

    drafted: the newest before it that the service made from the facts
    approved: the newest before it that was approved
    """

    text: NoticeText
    drafted: NoticeText | None
    approved: NoticeText | None


def all_versions(ctx: Context, reference: str) -> Sequence[NoticeText]:
    """Return every version of the letter of a case that the person may see, the oldest first."""
    wanted = select(NoticeText).join(BreachCase, BreachCase.id == NoticeText.case_id)
    wanted = wanted.where(
        BreachCase.reference == reference, BreachCase.controller_id.in_(ctx.actor.controllers)
    )
    return ctx.session.scalars(wanted.order_by(NoticeText.number)).all()


def read_against(versions: Sequence[NoticeText]) -> Versions | None:
    """Return the newest version with what it is read against; None where there is no letter."""
    if not versions:
        return None
    *before, text = versions
    drafts = [one for one in before if one.is_as_drafted]
    approved = [one for one in before if one.approved_by is not None]
    return Versions(text, _last(drafts), _last(approved))


def _last(found: list[NoticeText]) -> NoticeText | None:
    return found[-1] if found else None
