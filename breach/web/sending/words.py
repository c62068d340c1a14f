"""The communication in words, and its notices counted by state."""

from datetime import datetime

from breach.domain.states import NoticeState
from breach.services.desk.case_page import CasePage
from breach.services.sending.progress import Progress
from breach.services.sending.recipients import OPEN_STATES
from breach.texts import has
from breach.web.parts.language import t
from breach.web.parts.words import FORMAT, by


def _released(page: CasePage, at: datetime) -> str:
    return by(page, page.released_by, at) if page.released_by else FORMAT.datetime_long(at)


def communication(page: CasePage) -> list[tuple[str, str]]:
    """Return the communication as it stands."""
    communication_row = page.communication
    rows = [
        (
            t("sending.row.channel"),
            t(f"sending.channel.{communication_row.channel}")
            if has(f"sending.channel.{communication_row.channel}")
            else communication_row.channel,
        ),
        (t("sending.row.recipients"), FORMAT.number(page.recipients)),
        (t("cases.row.due"), FORMAT.datetime_long(communication_row.due_at)),
    ]
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
    return rows


def counts(found: Progress) -> list[tuple[str, str]]:
    """Return the number of notices in each state that has any."""
    return [
        (t(f"letters.state.{state.value}"), FORMAT.number(found.counts[state]))
        for state in NoticeState
        if found.counts.get(state)
    ]


def list_is_open(page: CasePage) -> bool:
    """Tell whether people may be put on the list now."""
    return page.communication.state in OPEN_STATES
