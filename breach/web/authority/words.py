"""The notification to Datatilsynet in words."""

from breach.services.desk.case_page import CasePage
from breach.web.parts.language import t
from breach.web.parts.words import by


def authority(page: CasePage) -> list[tuple[str, str]]:
    """Return the notification to Datatilsynet as recorded."""
    track = page.authority
    rows = [
        (t("authority.row.submitted"), by(page, track.submitted_by, track.submitted_at)),
        (t("authority.field.receipt_number"), track.receipt_number or ""),
    ]
    return [*rows, (t("authority.field.late_reason"), track.late_reason)] if track.late_reason else rows


def completeness(page: CasePage) -> list[tuple[str, str]]:
    """Return the four parts of GDPR art. 33(3), each there or missing."""
    case, known = page.case, page.case.facts
    there = {
        "nature": bool(set(known.get("data_categories", ())) - {"unknown"})
        and known.get("subject_count") is not None,
        "contact": bool(page.controller.dpo_phone),
        "consequences": bool(case.consequences),
        "measures": bool(case.measures.strip()),
    }
    return [
        (t(f"authority.element.{name}"), t("cases.met" if met else "cases.not_met"))
        for name, met in there.items()
    ]
