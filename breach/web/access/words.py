"""Access changes, requests and persons as rows of words."""

from datetime import datetime
from typing import Any

from flask import url_for

from breach.services.access.announcements import Names, ShownChange
from breach.services.access.overview import Held, ShownPerson, ShownRequest
from breach.services.cases.handler.held import HeldCase
from breach.services.cases.loading import ROLE_IS_NEW
from breach.web.frame.sessions import current_actor
from breach.web.parts.language import current_language, t
from breach.web.parts.words import FORMAT

Row = dict[str, Any]
BARS_THE_READER = frozenset({"confirmer_differs_from_asker", "confirmer_differs_from_person", ROLE_IS_NEW})
"""Why one administrator cannot confirm and another can; all else bars everybody."""


def controller_name(names: Names) -> str:
    """Return the controller's name in the language of the page."""
    return names[current_language() == "en"]


def who(name: str | None) -> str:
    """Return the person's name, or the words for the operator of the host."""
    return name or t("access.operator")


def change(row: ShownChange) -> Row:
    """Return one line of the list of changes."""
    role = t(f"access.role.{row.role.value}") if row.role else ""
    return {
        "id": row.id,
        "at": FORMAT.datetime_short(row.at),
        "person": row.person,
        "region": controller_name(row.controller),
        "what": t(f"access.kind.{row.kind}", role=role),
        "who": _who_did(row),
        "comment": row.comment or "",
        "may_note": row.may_note,
        "seen": _seen(row),
    }


def _who_did(row: ShownChange) -> str:
    if row.kind != "given":
        return who(row.done_by)
    if row.founding:
        return t("access.founded_by", name=who(row.done_by))
    return t("access.confirmed_by", asker=who(row.asked_by), name=who(row.done_by))


def _seen(row: ShownChange) -> str:
    if row.seen_at is None:
        return t("access.not_seen")
    return t("access.seen_by", name=row.seen_by, at=FORMAT.datetime_short(row.seen_at))


def waiting(row: ShownRequest, administers: bool) -> Row:
    """Return a request as a line of what waits; and the way to answer it."""
    return {
        "role": t(f"access.role.{row.role.value}"),
        "person": f"{row.person} ({row.username})",
        "region": controller_name(row.controller),
        "asked": t("access.asked_by", name=who(row.asked_by), at=FORMAT.datetime_long(row.asked_at)),
        "href": url_for("access.answer", request_id=row.id) if administers else "",
        "reason": why_not(row) if administers else "",
        "may": not row.barred["confirm"],
    }


def why_not(row: ShownRequest) -> str:
    """Return why the role cannot be confirmed, and who can confirm it, if anybody; nothing when it can be."""
    barred = row.barred["confirm"]
    reasons = [t(f"errors.barred.{code}") for code in barred]
    if BARS_THE_READER.isdisjoint(barred):
        return " ".join(reasons)
    names = ", ".join(row.who_may)
    return " ".join([*reasons, t("access.who_may", names=names) if names else t("access.nobody_may")])


def request_rows(row: ShownRequest) -> list[tuple[str, str]]:
    """Return what a request says, as rows of a list."""
    return [
        (t("access.col.person"), f"{row.person} ({row.username})"),
        (t("access.col.role"), t(f"access.role.{row.role.value}")),
        (t("access.col.region"), controller_name(row.controller)),
        (t("access.col.asked"), t("access.asked_by", name=who(row.asked_by), at=_long(row))),
    ]


def _long(row: ShownRequest) -> str:
    return FORMAT.datetime_long(row.asked_at)


def person(row: ShownPerson, administers: bool) -> Row:
    """Return a person as a line of those with access."""
    return {
        "name": row.name,
        "username": row.username,
        "roles": [_role_words(held) for held in row.roles],
        "closed": t("access.closed_since", at=FORMAT.datetime_long(row.disabled_at))
        if row.disabled_at
        else "",
        "href": url_for("access.person", person_id=row.id) if administers else "",
        "cases": [(one.reference, _notifying(one), _due(one.informing_due_at)) for one in row.cases],
    }


def _notifying(one: HeldCase) -> str:
    due = _due(one.notifying_due_at)
    return t("access.cases_late", due=due) if one.is_late else due


def _due(at: datetime | None) -> str:
    return FORMAT.datetime_short(at) if at else t("access.cases_done")


def _role_words(held: Held) -> str:
    words = t(f"access.role.{held.role.value}")
    if len({place for place, _ in current_actor().roles}) > 1:  # else it is where everything here is
        words = t("access.role_at", role=words, region=controller_name(held.controller))
    return t("access.is_new", words=words) if held.is_new else words


def held_choices(row: ShownPerson) -> list[tuple[str, str]]:
    """Return the roles of a person as choices of what to take."""
    return [(f"{one.controller_id}-{one.role.value}", _role_words(one)) for one in row.roles]


def controller_choices(controllers: tuple[tuple[int, Names], ...]) -> list[tuple[str, str]]:
    """Return the controllers where one may ask, as choices."""
    return [(str(place), controller_name(names)) for place, names in controllers]
