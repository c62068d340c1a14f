"""Public notices as everybody reads them: those that are approved, between their first and their last day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select

from breach.documents.filled import filled
from breach.domain.danish_time import local
from breach.domain.errors import NotFound
from breach.domain.events import EventKind
from breach.domain.publishing import NoticeToPublish, PublishedPage
from breach.plugins import load_publisher
from breach.services.audit import log_read
from breach.services.cases.loading import get_case
from breach.services.context import Context
from breach.store.models import BreachCase, Controller, PublicNotice

_SHOWN = ("approved", "proven")


@dataclass(frozen=True)
class ShownNotice:
    """A public notice on its page, in one language; it names nobody affected."""

    id: UUID
    page: PublishedPage
    controller: str
    shown_from: date
    shown_to: date


def shown_notices(ctx: Context, language: str) -> list[ShownNotice]:
    """Return the notices that are shown today, the newest first."""
    rows = ctx.session.execute(_of_today(ctx).order_by(PublicNotice.id.desc())).all()
    return [_shown(*row, language) for row in rows]


def shown_notice(ctx: Context, notice_id: UUID, language: str) -> ShownNotice:
    """Return a notice that is shown today; raise NotFound before, after, and where it was taken down."""
    row = ctx.session.execute(_of_today(ctx).where(PublicNotice.id == notice_id)).one_or_none()
    if row is None:
        raise NotFound("notice")
    return _shown(*row, language)


def _of_today(ctx: Context) -> Select[PublicNotice, str, Controller]:
    today = local(ctx.now).date()
    wanted = select(PublicNotice, BreachCase.reference, Controller)
    wanted = wanted.join(BreachCase, BreachCase.id == PublicNotice.case_id)
    return wanted.join(Controller, Controller.id == PublicNotice.controller_id).where(
        PublicNotice.state.in_(_SHOWN), PublicNotice.shown_from <= today, PublicNotice.shown_to >= today
    )


def _shown(row: PublicNotice, reference: str, controller: Controller, language: str) -> ShownNotice:
    texts = {"da": row.danish, "en": row.english}
    names = {"da": controller.name_da, "en": controller.name_en}
    whole = {code: filled(body, code, reference, row.shown_from) for code, body in texts.items()}
    notice = NoticeToPublish(whole, names, row.shown_from, row.shown_to)
    page = load_publisher().compose(notice, language)
    return ShownNotice(row.id, page, names[language], row.shown_from, row.shown_to)


def proof_of(ctx: Context, reference: str, notice_id: UUID) -> tuple[str, bytes]:
    """Return type and content of the file that proves a notice; the look is logged. Raises NotFound."""
    case = get_case(ctx, reference)
    row = ctx.session.get(PublicNotice, notice_id)
    if row is None or row.case_id != case.id or row.proof_cell is None or row.proof_type is None:
        raise NotFound("notice")
    place = ("public_notice", "proof_cell", row.id, row.proof_cell)
    log_read(ctx, case, EventKind.CASE_READ)
    return row.proof_type, ctx.keys.open(ctx.session, "files", row.controller_id, row.case_id, *place)
