"""Earlier versions of a letter, so that the second person sees what changed."""

from sqlalchemy import select

from breach.services.context import Context
from breach.store.models import NoticeText


def text_before(ctx: Context, text: NoticeText) -> NoticeText | None:
    """Return the version of the letter before this one; the first has none."""
    return ctx.session.scalar(
        select(NoticeText)
        .where(NoticeText.communication_id == text.communication_id, NoticeText.number < text.number)
        .order_by(NoticeText.number.desc())
        .limit(1)
    )
