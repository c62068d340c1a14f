"""The notification to Datatilsynet: where it stands and what can be done."""

from flask.typing import ResponseReturnValue

from breach.web.authority import words
from breach.web.cases import awareness_words, step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import read, show


@bp.get("/<reference>/authority")
def authority(reference: str) -> ResponseReturnValue:
    """Show the track, its clock, and what an Art. 33(3) notification still lacks."""
    page = read(reference)
    steps = step_words.track_steps(page, "authority")
    return show(
        "authority/authority.html",
        page,
        words=words,
        awareness_words=awareness_words,
        tab="authority",
        track_steps=steps.open,
        awareness=step_words.awareness_steps(page),
    )
