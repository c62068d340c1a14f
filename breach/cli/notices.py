"""`breach notices`: the drafted messages of a case, as files, to be looked at before anything is sent."""

import os
from pathlib import Path

import click
from sqlalchemy import select

from breach import config
from breach.domain.errors import NotFound
from breach.runtime import build_runtime
from breach.services.drafting import drafts_of
from breach.store.models import BreachCase, Controller


@click.group("notices")
def command() -> None:
    """Look at the notices of a case."""


@command.command("draft")
@click.argument("reference")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to."
)
@click.option(
    "--controller", default=None, help="Short name of the controller, where several use the number."
)
def draft(reference: str, out: Path, controller: str | None) -> None:
    """Write each drafted message of the case as MESSAGE-UUID.xml; nothing is sent.

    The files hold CPR numbers: the folder is made for the owner alone.
    """
    runtime = build_runtime(config.load(os.environ))
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = select(BreachCase).join(Controller, Controller.id == BreachCase.controller_id)
    wanted = wanted.where(BreachCase.reference == reference.strip().upper())
    if controller:
        wanted = wanted.where(Controller.slug == controller)
    count = 0
    with runtime.transaction() as ctx:
        cases = ctx.session.scalars(wanted).all()
        if len(cases) > 1:
            raise click.UsageError("several controllers use this number: name one with --controller")
        if not cases:
            raise NotFound("case")
        for message in drafts_of(ctx, cases[0]):
            path = out / f"{message.message_uuid}.xml"
            path.write_bytes(message.body)
            path.chmod(0o600)
            count += 1
    click.echo(f"{count} messages written to {out}")
