"""What a report says, opened with the key of its case."""

import json
from collections.abc import Mapping
from typing import Any

from breach.services.context import Context
from breach.store.models import Report


def body_of(ctx: Context, report: Report) -> Mapping[str, Any]:
    """Return what the reporter wrote, contact included; raise KeyDestroyed after it was erased."""
    of = (report.controller_id, report.case_id)
    plain = ctx.keys.open(ctx.session, "contact", *of, "report", "cell", report.id, report.cell)
    found: dict[str, Any] = json.loads(plain)
    return found
