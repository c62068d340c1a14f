"""`breach case`: what is in the register, for operators and scripts. No personal data is printed."""

import json
import os

import click
from sqlalchemy import select

from breach import config
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
        rows = [
            {
                "reference": case.reference,
                "controller": slug,
                "title": case.title,
                "state": case.state.value,
                "authority": authority.value,
                "communication": communication.value,
                "received_at": case.received_at.isoformat(),
                "due_at": case.due_at.isoformat(),
            }
            for case, slug, authority, communication in ctx.session.execute(wanted)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['reference']}  {row['controller']:<12} {row['state']:<11} {row['title']}")
