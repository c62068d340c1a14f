"""The newest proposal or decision in words."""

from breach.services.desk.case_page import CasePage
from breach.web.parts.language import t
from breach.web.parts.words import by


def decision(page: CasePage) -> list[tuple[str, str]]:
    """Return the newest proposal or decision, read only."""
    row = page.decision
    if row is None:
        return []
    found = [
        (t("risk.field.outcome"), t(f"risk.outcome.{row.outcome}")),
        (t("risk.row.computed"), t(f"risk.outcome.{row.computed_outcome}")),
        (t("risk.field.reasoning"), row.reasoning),
    ]
    if row.deviation_reason:
        found.append((t("risk.field.deviation_reason"), row.deviation_reason))
    if row.exemption_ground:
        found.append((t("risk.field.exemption_ground"), t(f"risk.ground.{row.exemption_ground}")))
        found.append((t("risk.field.evidence"), row.exemption_evidence or ""))
    found.append((t("risk.row.proposed"), by(page, row.proposed_by, row.proposed_at)))
    if row.decided_by and row.decided_at:
        found.append((t("risk.row.decided"), by(page, row.decided_by, row.decided_at)))
    if row.comment:
        found.append((t("cases.field.comment"), row.comment))
    return found
