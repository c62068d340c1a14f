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
        (t("case.field.outcome"), t(f"states.outcome.{row.outcome}")),
        (t("case.row.computed"), t(f"states.outcome.{row.computed_outcome}")),
        (t("case.field.reasoning"), row.reasoning),
    ]
    if row.deviation_reason:
        found.append((t("case.field.deviation_reason"), row.deviation_reason))
    if row.exemption_ground:
        found.append((t("case.field.exemption_ground"), t(f"case.ground.{row.exemption_ground}")))
        found.append((t("case.field.evidence"), row.exemption_evidence or ""))
    found.append((t("case.row.proposed"), by(page, row.proposed_by, row.proposed_at)))
    if row.decided_by and row.decided_at:
        found.append((t("case.row.decided"), by(page, row.decided_by, row.decided_at)))
    if row.comment:
        found.append((t("case.field.comment"), row.comment))
    return found
