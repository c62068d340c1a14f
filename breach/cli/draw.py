"""`breach draw`: the lifecycles as pictures, from the tables that the service itself fires."""

from enum import Enum
from html import escape
from pathlib import Path
from typing import Any

import click

from breach.texts import text
from workflows import authority, case, communication, notice
from workflows.machine import Step

TABLES: dict[str, tuple[Step[Any], ...]] = {
    "case": case.TABLE,
    "authority": authority.TABLE,
    "communication": communication.TABLE,
    "notice": notice.TABLE,
}

LEFT, COLUMN, HEAD, ROW, EDGE = 250, 136, 96, 52, 24  # svg units; text of 16 units stays readable in print
INK, LINE, BLUE = "#1A1A1A", "#DCDCDC", "#004D99"


def states_of(table: tuple[Step[Any], ...]) -> tuple[Enum, ...]:
    """Return the states that the steps touch, in the order their enumeration gives."""
    touched = {state for step in table for state in (*step.sources, step.dest)}
    return tuple(state for state in type(table[0].dest) if state in touched)


def draw(name: str, language: str = "en") -> str:
    """Return a lifecycle as SVG: a column for each state, a row for each step with an arrow to where it ends.

    name: case, authority, communication or notice.
    """
    table = TABLES[name]
    states = states_of(table)
    columns = {state: LEFT + COLUMN // 2 + COLUMN * at for at, state in enumerate(states)}
    width = LEFT + COLUMN * len(states) + EDGE
    height = HEAD + ROW * len(table) + EDGE
    title = escape(text(f"case.picture.{name}", language))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="IBM Plex Sans, Arial, sans-serif" font-size="16">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" fill="#FFFFFF"/>',
        *(_column(text(f"states.{name}.{s.value}", language), columns[s], height) for s in states),
        *(_row(step, columns, HEAD + ROW * at, width) for at, step in enumerate(table)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _column(label: str, x: int, height: int) -> str:
    lines = _wrapped(label, 15)
    words = "".join(
        f'<text x="{x}" y="{22 + 20 * at}" text-anchor="middle" font-weight="600" fill="{INK}">'
        f"{escape(line)}</text>"
        for at, line in enumerate(lines)
    )
    return (
        f'{words}<line x1="{x}" y1="{HEAD - 8}" x2="{x}" y2="{height - 8}" stroke="{LINE}" stroke-width="2"/>'
    )


def _row(step: Step[Any], columns: dict[Enum, int], top: int, width: int) -> str:
    y, end = top + ROW // 2, columns[step.dest]
    name = f'<text x="8" y="{y - 2}" fill="{INK}" font-weight="600">{escape(step.name)}</text>'
    guards = ", ".join(guard.replace("_", " ") for guard in step.guards)
    place = f'x="{width - EDGE}" y="{y + 20}" text-anchor="end"'
    small = f'<text {place} fill="#454545" font-size="13">{escape(guards)}</text>'
    starts = [columns[source] for source in step.sources]
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="6" fill="{BLUE}"/>' for x in starts)
    return f"<g>{name}{dots}{_arrow([x for x in starts if x != end], end, y, end in starts)}{small}</g>"


def _arrow(starts: list[int], end: int, y: int, stays: bool) -> str:
    """Return one line from the farthest start on each side to the state where the step ends."""
    drawn = []
    for far in {min(starts, default=end), max(starts, default=end)} - {end}:
        tip = end - 10 if far < end else end + 10
        back = tip - 10 if far < end else tip + 10
        drawn.append(f'<line x1="{far}" y1="{y}" x2="{tip}" y2="{y}" stroke="{BLUE}" stroke-width="2"/>')
        drawn.append(f'<path d="M{tip} {y} L{back} {y - 6} L{back} {y + 6} Z" fill="{BLUE}"/>')
    if stays:
        drawn.append(f'<circle cx="{end}" cy="{y}" r="11" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    else:
        drawn.append(f'<circle cx="{end}" cy="{y}" r="8" fill="#FFFFFF" stroke="{BLUE}" stroke-width="2"/>')
    return "".join(sorted(drawn))


def _wrapped(label: str, length: int) -> list[str]:
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > length:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:3]


@click.command("draw")
@click.option("--out", type=click.Path(path_type=Path), default=Path("docs/pictures"), show_default=True)
def command(out: Path) -> None:
    """Draw the lifecycles as SVG files, one for each table."""
    out.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        (out / f"{name}.svg").write_text(draw(name), encoding="utf-8")
        click.echo(str(out / f"{name}.svg"))
