"""`breach notices`: the drafted messages of a case, as files, to be looked at before anything is sent."""

import os
from pathlib import Path

import click
from sqlalchemy import select

from breach import config
from breach.cli.wording import LANGUAGE
from breach.runtime import build_runtime
from breach.services.sending.preview import drafts_of
from breach.store.models import BreachCase
from breach.texts import text


@click.group("notices")
def command() -> None:
    """Look at the notices of a case."""


@command.command("draft")
@click.argument("reference")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to."
)
def draft(reference: str, out: Path) -> None:
    """Write each drafted message of the case as MESSAGE-UUID.xml; nothing is sent.

    The files hold CPR numbers: the folder is made for the owner alone.
    """
    runtime = build_runtime(config.load(os.environ))
    wanted = select(BreachCase).where(BreachCase.reference == reference.strip().upper())
    count = 0
    with runtime.transaction() as ctx:
        case = ctx.session.scalars(wanted).one_or_none()
        if case is None:
            raise click.ClickException(text("errors.case_unknown", LANGUAGE, reference=reference))
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in drafts_of(ctx, case):
            path = out / f"{message.message_uuid}.xml"
            path.write_bytes(message.body)
            path.chmod(0o600)
            count += 1
    click.echo(f"{count} {'message' if count == 1 else 'messages'} written to {out}")
