"""Controllers (GDPR art. 4(7)): who they are and how people reach them, as the public pages say it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from breach.domain import telephone
from breach.domain.danish_time import local
from breach.domain.errors import FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.numbers import looks_like_cpr
from breach.domain.values import LONGEST_LINE
from breach.services.audit import append_event
from breach.services.checks import check_cvr, email_problem
from breach.services.context import Context
from breach.services.field_types import Text, Wrong
from breach.store.models import Controller

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_HOURS = 720  # thirty days: longer is no longer "without undue delay"
LINES: dict[str, Text] = {
    "slug": Text(40, check=lambda value: None if SLUG.fullmatch(value) else "slug_invalid"),
    "name_da": Text(LONGEST_LINE),
    "name_en": Text(LONGEST_LINE),
    "cvr": Text(20),
    "address": Text(300),
    "phone": Text(30, check=telephone.problem),
    "email": Text(200, check=email_problem),
    "dpo_name": Text(LONGEST_LINE),
    "dpo_phone": Text(30, check=telephone.problem),
}
"""Required details of a controller; all but the slug are shown on the public pages."""


@dataclass(frozen=True)
class Details:
    """The details of a controller; None leaves a detail unchanged."""

    name_da: str | None = None
    name_en: str | None = None
    cvr: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    dpo_name: str | None = None
    dpo_phone: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    communication_hours: int | None = None
    voluntary_communication: bool | None = None

    def said(self) -> dict[str, object]:
        """Return the given details by column name."""
        return {
            one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None
        }


def add_controller(ctx: Context, slug: str, details: Details) -> Controller:
    """Store a controller, valid from today unless given; raise InvalidInput with every error."""
    said: dict[str, object] = {"valid_from": local(ctx.now).date(), **details.said(), "slug": slug}
    missing = [FieldError(name, "detail_missing") for name in LINES if name not in said]
    values = _checked(ctx, said, missing)
    if controller_by_slug(ctx, str(values["slug"])) is not None:
        raise InvalidInput([FieldError("slug", "slug_taken")])
    controller = Controller(**values)
    ctx.session.add(controller)
    ctx.session.flush()
    append_event(ctx, EventKind.CONTROLLER_ADDED, controller.id, slug=controller.slug, cvr=controller.cvr)
    return controller


def change_controller(ctx: Context, slug: str, details: Details) -> list[str]:
    """Store the given details and return the names of those that changed."""
    controller = known_controller(ctx, slug)
    now = {"valid_from": controller.valid_from, "valid_to": controller.valid_to}
    values = _checked(ctx, now | details.said(), [])
    changed = sorted(name for name, value in values.items() if getattr(controller, name) != value)
    if not changed:
        raise InvalidInput([FieldError("controller", "nothing_to_change")])
    ctx.session.execute(
        update(Controller)
        .where(Controller.id == controller.id)
        .values({name: values[name] for name in changed})
    )
    append_event(ctx, EventKind.CONTROLLER_CHANGED, controller.id, fields=changed)
    return changed


def list_controllers(ctx: Context) -> list[Controller]:
    """Return every controller, the installation's first first."""
    return list(ctx.session.scalars(select(Controller).order_by(Controller.id)))


def controller_by_slug(ctx: Context, slug: str) -> Controller | None:
    """Return the controller of an address part such as `nordjylland`."""
    return ctx.session.scalar(select(Controller).where(Controller.slug == slug))


def known_controller(ctx: Context, slug: str, field: str = "controller") -> Controller:
    """Return the controller of a slug; raise InvalidInput naming the field."""
    if (found := controller_by_slug(ctx, slug)) is None:
        raise InvalidInput([FieldError(field, "controller_unknown")])
    return found


def valid_controllers(session: Session, now: datetime) -> list[Controller]:
    """Return the controllers that take reports on the Danish day, the installation's first first."""
    today = local(now).date()
    begun = select(Controller).where(Controller.valid_from <= today).order_by(Controller.id)
    return [row for row in session.scalars(begun) if row.valid_to is None or row.valid_to >= today]


def _checked(ctx: Context, said: Mapping[str, object], errors: list[FieldError]) -> dict[str, object]:
    """Return the cleaned values, or raise InvalidInput with every error."""
    values = dict(said)
    for name in LINES.keys() & said.keys():
        try:
            values[name] = _line(ctx, name, said[name])
        except InvalidInput as error:
            errors.extend(error.errors)
    errors.extend(_wrong_numbers(said))
    if errors:
        raise InvalidInput(sorted(errors, key=lambda error: error.field))
    return values


def _line(ctx: Context, name: str, value: object) -> str:
    try:
        line = LINES[name].read(value, ctx.now)
    except Wrong as wrong:
        raise InvalidInput([FieldError(name, wrong.code, {"label": name, **wrong.values})]) from wrong
    if not line:
        raise InvalidInput([FieldError(name, "detail_missing")])
    if looks_like_cpr(line):
        raise InvalidInput([FieldError(name, "cpr_in_text")])
    return check_cvr(line) if name == "cvr" else line


def _wrong_numbers(said: Mapping[str, object]) -> list[FieldError]:
    errors = []
    begins = said.get("valid_from")
    ends = said.get("valid_to")
    if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
        errors.append(FieldError("valid_to", "ends_before_begin"))
    hours = said.get("communication_hours")
    if isinstance(hours, int) and not 1 <= hours <= MOST_HOURS:
        errors.append(FieldError("communication_hours", "hours_outside", {"most": MOST_HOURS}))
    return errors
