"""`breach case`: what is in the register, for operators and scripts. No personal data is printed."""

import json
import os
from datetime import datetime

import click
from sqlalchemy import select

from breach import config
from breach.domain.clocks import is_late
from breach.domain.states import WITHOUT_CLOCK, AuthorityState, CommunicationState, shown_state
from breach.runtime import build_runtime
from breach.store.models import AuthorityTrack, BreachCase, Communication, Controller


@click.group("case")
def command() -> None:
    """Look at cases."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_cases(as_json: bool) -> None:
    """List every case with its state, the oldest first."""
    runtime = build_runtime(config.load(os.environ))
    wanted = (
        select(BreachCase, Controller.slug, AuthorityTrack.state, Communication.state)
        .join(Controller, Controller.id == BreachCase.controller_id)
        .join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
        .join(Communication, Communication.case_id == BreachCase.id)
        .order_by(BreachCase.received_at, BreachCase.id)
    )
    with runtime.transaction() as ctx:
        rows = [row_of(*row, ctx.now) for row in ctx.session.execute(wanted)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        late = "late " if row["late"] else ""
        click.echo(f"{row['reference']}  {row['controller']:<12} {row['state']:<11} {late}{row['title']}")


def row_of(
    case: BreachCase, slug: str, authority: AuthorityState, communication: CommunicationState, now: datetime
) -> dict[str, object]:
    """Return a case as JSON holds it; what ended with a dismissed or merged case is null."""
    notifying = shown_state(case.state, authority)
    informing = shown_state(case.state, communication)
    runs = case.is_open and authority is AuthorityState.DUE
    return {
        "reference": case.reference,
        "controller": slug,
        "title": case.title,
        "state": case.state.value,
        "authority": notifying.value if notifying else None,
        "communication": informing.value if informing else None,
        "received_at": case.received_at.isoformat(),
        "due_at": None if case.state in WITHOUT_CLOCK else case.due_at.isoformat(),
        "late": runs and is_late(case.due_at, now),
    }
