"""The communication in words, and its notices counted by state."""

from collections.abc import Sequence
from datetime import datetime

from breach.domain.states import CommunicationState, NoticeState
from breach.services.desk.case_page import CasePage
from breach.services.sending.progress import Progress
from breach.services.sending.recipients import OPEN_STATES
from breach.store.models import Release
from breach.texts import has
from breach.web.parts.language import t
from breach.web.parts.words import FORMAT, by


def _released(page: CasePage, at: datetime) -> str:
    return by(page, page.released_by, at) if page.released_by else FORMAT.datetime_long(at)


def communication(page: CasePage, sent: Sequence[Release]) -> list[tuple[str, str]]:
    """Return the communication as it stands; sent: the rounds that were sent, each stays readable here."""
    communication_row = page.communication
    rows = [
        (
            t("sending.row.channel"),
            t(f"sending.channel.{communication_row.channel}")
            if has(f"sending.channel.{communication_row.channel}")
            else communication_row.channel,
        ),
        (t("sending.row.recipients"), FORMAT.number(page.recipients)),
    ]
    if page.informing_due_at:
        rows.append((t("sending.row.target"), FORMAT.datetime_long(page.informing_due_at)))
    if communication_row.round > 1:
        rows.append((t("sending.row.this_round"), _this_round(page)))
    if page.text and page.text.approved_at:
        rows.append((t("sending.row.approved"), by(page, page.text.approved_by, page.text.approved_at)))
    if page.release:
        rows.append((t("sending.row.asked"), by(page, page.release.first_by, page.release.first_at)))
    if communication_row.released_at:
        rows.append((t("sending.row.released"), _released(page, communication_row.released_at)))
    if communication_row.completed_at:
        rows.append((t("sending.row.completed"), FORMAT.datetime_long(communication_row.completed_at)))
    if communication_row.exemption_ground:
        rows.append(
            (t("risk.field.exemption_ground"), t(f"risk.ground.{communication_row.exemption_ground.value}"))
        )
        rows.append((t("risk.field.evidence"), communication_row.exemption_evidence or ""))
    rows += [(t("sending.row.round", n=order.round), _sent(page, order)) for order in sent]
    return rows


def _this_round(page: CasePage) -> str:
    audience = t(f"sending.audience.{page.communication.goes_to.value}")
    people = FORMAT.number(page.addressed)
    return t("sending.round.now", n=page.communication.round, audience=audience, people=people)


def _sent(page: CasePage, order: Release) -> str:
    """Return whom a round went to, how many letters, who released it, and whether all were reached."""
    said = t(
        "sending.round.sent",
        audience=t(f"sending.audience.{order.went_to.value}"),
        count=FORMAT.number(order.frozen_count),
        released=by(page, order.second_by, order.second_at) if order.second_at else "",
    )
    at = order.completed_at
    if at is None and order.round == page.communication.round and page.told == order.frozen_count:
        at = page.communication.completed_at  # sent before the order told it
    if at is None:
        return f"{said}; {t('sending.round.not_all_told')}"
    return f"{said}; {t('sending.round.all_told', at=FORMAT.datetime_long(at))}"


def counts(found: Progress) -> list[tuple[str, str]]:
    """Return the number of notices in each state that has any, before them those that are not made yet."""
    unmade = [(t("sending.unprepared"), FORMAT.number(found.unprepared))] if found.unprepared else []
    made = [
        (t(f"letters.state.{state.value}"), FORMAT.number(found.counts[state]))
        for state in NoticeState
        if found.counts.get(state)
    ]
    return [*unmade, *made]


def state_words(found: Progress) -> str:
    """Return how far the sending is; where all letters are out and people are missing it says so."""
    is_short = found.state is CommunicationState.SENDING and found.rests and not found.waiting
    if is_short and not found.adds_up:
        return t("sending.letters_sent")
    return t(f"sending.state.{found.state.value}")


def list_is_open(page: CasePage) -> bool:
    """Tell whether people may be put on the list now."""
    return page.communication.state in OPEN_STATES
