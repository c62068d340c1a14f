"""The notification to Datatilsynet: where it stands and what can be done."""

from flask.typing import ResponseReturnValue

from breach.web import look
from breach.web.views.cases import bp
from breach.web.views.casework import read, show


@bp.get("/<reference>/authority")
def authority(reference: str) -> ResponseReturnValue:
    """Show the track, its clock, and what an Art. 33(3) notification still lacks."""
    page = read(reference)
    steps = look.track_steps(page, "authority")
    return show(
        "cases/authority.html",
        page,
        tab="authority",
        primary=None,
        track_steps=steps.open,
        awareness=look.awareness_steps(page),
    )
