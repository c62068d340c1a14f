"""The pictures of a case, filled from its read model: score, matrix, clock, and the way along the tables."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum
from typing import Any

from breach.domain.clocks import NOTIFICATION_HOURS
from breach.domain.risk.assessment import LIKELIHOODS, MATRIX, RISKS
from breach.domain.states import AuthorityState, CaseState, CommunicationState
from breach.services.actions import of_trigger
from breach.services.desk.case_page import CasePage
from breach.texts.wording import state_key
from breach.web.cases import frame, step_words
from breach.web.parts.language import PageFormats, t
from breach.web.parts.pictures import (
    Cell,
    ClockPicture,
    MatrixPicture,
    ScorePicture,
    StateBox,
    StatePicture,
    StepRow,
)
from workflows import case as case_table
from workflows import communication as communication_table
from workflows.machine import Step

_FORMAT = PageFormats()
BANDS = ("low", "medium", "high", "very_high")
BAND_STARTS = (0.0, 2.0, 3.0, 4.0)
"""Where the bands begin. Source: ENISA, methodology of the assessment of severity of breaches, 2013."""


def score(result: Mapping[str, Any]) -> ScorePicture:
    """Return the score as its two contributions (D1)."""
    severity = result["severity"]
    base = float(severity["dpc"]) * float(severity["ei"])
    circumstances = float(severity["cb"])
    shown = {name: _FORMAT.number(value) for name, value in severity.items() if name != "band"}
    band = t(f"risk.band.{str(severity['band']).replace(' ', '_')}")
    parts = [
        (t("risk.score.base", dpc=shown["dpc"], ei=shown["ei"]), base, _FORMAT.number(base)),
        (t("risk.score.circumstances"), circumstances, shown["cb"]),
    ]
    words = t("risk.score.caption", score=shown["score"], band=band)
    return ScorePicture(
        key="score",
        caption=words,
        description=t("risk.score.description", base=_FORMAT.number(base), cb=shown["cb"]),
        parts=parts,
        bands=[(start, t(f"risk.band.{name}")) for start, name in zip(BAND_STARTS, BANDS, strict=True)],
        score=float(severity["score"]),
        score_words=shown["score"],
        table_heads=(t("risk.score.part"), t("risk.score.points")),
    )


def matrix(result: Mapping[str, Any]) -> MatrixPicture:
    """Return the place of the case among consequence and likelihood (D2), the worst row first."""
    place = result["matrix"]
    here = (place["consequence"] - 1, place["likelihood"] - 1)
    risk = t(f"risk.level.{place['risk']}")
    consequence = t(f"risk.band.{BANDS[here[0]]}")
    likelihood = t(f"risk.likelihood.{LIKELIHOODS[here[1]]}")
    rows = [
        (
            t(f"risk.band.{BANDS[row]}"),
            [
                Cell(t(f"risk.level.{RISKS[level]}"), RISKS[level], is_here=(row, column) == here)
                for column, level in enumerate(MATRIX[row])
            ],
        )
        for row in reversed(range(len(MATRIX)))
    ]
    return MatrixPicture(
        key="matrix",
        caption=t("risk.matrix.caption", risk=risk),
        description=t("risk.matrix.description", consequence=consequence, likelihood=likelihood),
        row_name=t("risk.matrix.consequence"),
        column_name=t("risk.matrix.likelihood"),
        columns=[t(f"risk.likelihood.{name}") for name in LIKELIHOODS],
        rows=rows,
        here_words=t("risk.matrix.here"),
        possible_words=t("risk.matrix.possible"),
    )


def clock(page: CasePage) -> ClockPicture:
    """Return the 72 hours of the notification (D3)."""
    end = page.authority.submitted_at or page.read_at
    elapsed = max((end - page.case.aware_at) / timedelta(hours=1), 0.0)
    name, words, *_ = frame.clocks(page)[0]
    due = t("cases.due", at=_FORMAT.datetime_long(page.case.due_at))
    if page.authority.state is not AuthorityState.DUE and page.authority.submitted_at:
        words = t("cases.clock.submitted_after", span=_FORMAT.duration(end - page.case.aware_at))
    return ClockPicture(
        key="clock",
        caption=f"{name}: {due}",
        description=words,
        words=words,
        elapsed=elapsed,
        total=float(NOTIFICATION_HOURS),
        ticks=[(float(hours), t("cases.clock.hours", n=hours)) for hours in (24, 48, 66, NOTIFICATION_HOURS)],
    )


def case_states(page: CasePage) -> StatePicture:
    """Return the way of the case along its table (D5)."""
    return _states("case", page, case_table.TABLE, tuple(CaseState), page.case.state)


def communication_states(page: CasePage) -> StatePicture:
    """Return the way of the communication along its table (D5)."""
    state = page.communication.state
    return _states("communication", page, communication_table.TABLE, tuple(CommunicationState), state)


def _states(
    track: str, page: CasePage, table: Sequence[Step[Any]], states: Sequence[Enum], now: Enum
) -> StatePicture:
    passed = {line.body.get("before") for line in page.log if line.kind.startswith(f"{track}.")}
    boxes = [StateBox(str(s.value), t(state_key(track, s.value)), _status(s, now, passed)) for s in states]
    rows = [_step_row(track, page, step, source) for step in table for source in step.sources]
    message = "cases.state_picture_message" if track == "case" else "cases.track_picture_message"
    return StatePicture(
        key=f"states-{track}",
        caption=t(message, state=t(state_key(track, now.value))),
        description=t(f"cases.picture.{track}"),
        boxes=boxes,
        steps=rows,
        words={
            word: t(f"common.picture.{word}")
            for word in ("now", "passed", "open", "barred", "step", "from", "to", "state")
        },
    )


def _status(state: Enum, now: Enum, passed: set[Any]) -> str:
    if state is now:
        return "now"
    return "passed" if state.value in passed else "ahead"


def _step_row(track: str, page: CasePage, step: Step[Any], source: Enum) -> StepRow:
    present = page.case.state if track == "case" else page.communication.state
    action = of_trigger(step.name, track)
    codes = step_words.barred_by(page, action.name) if action else ()
    is_open = source is present and action is not None and not codes
    reason = ""
    if source is present and codes:
        reason = " ".join(one.words for one in step_words.reasons(page, step.name, codes))
    return StepRow(
        step_words.step_words(page, track, step.name),
        str(source.value),
        str(step.dest.value),
        is_open,
        reason,
    )
