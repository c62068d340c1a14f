"""`breach notices`: the messages of a case, as files, to be looked at before anything is sent."""

import os
from collections import Counter
from pathlib import Path

import click
from sqlalchemy import select

from breach import config
from breach.cli.wording import LANGUAGE
from breach.domain.messages import MessageRefused
from breach.runtime import build_runtime
from breach.services.cases.file_loading import communication_of
from breach.services.ids import case_number
from breach.services.sending.messages import messages_of
from breach.store.models import BreachCase
from breach.texts import has, text


@click.group("notices")
def command() -> None:
    """Look at the notices of a case."""


@command.command("draft")
@click.argument("reference")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to."
)
def draft(reference: str, out: Path) -> None:
    """Write each message of the case as a file named by its UUID; nothing is sent.

    The files hold numbers and names: the folder is made for the owner alone.
    """
    runtime = build_runtime(config.load(os.environ))
    wanted = select(BreachCase).where(BreachCase.reference == case_number(reference))
    count = 0
    without: Counter[str] = Counter()
    with runtime.transaction() as ctx:
        case = ctx.session.scalars(wanted).one_or_none()
        if case is None:
            raise click.ClickException(text("errors.case_unknown", LANGUAGE, reference=reference))
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        suffix = ctx.notifiers[communication_of(ctx, case).channel].suffix
        for message in messages_of(ctx, case):
            if isinstance(message, MessageRefused):
                without[message.reason] += 1
                continue
            path = out / f"{message.message_uuid}.{suffix}"
            path.write_bytes(message.body)
            path.chmod(0o600)
            count += 1
    click.echo(f"{count} {'message' if count == 1 else 'messages'} written to {out}")
    for code, number in sorted(without.items()):
        click.echo(f"{number} without a message: {_why(code)}", err=True)


def _why(code: str) -> str:
    key = f"errors.{code}"
    return text(key, LANGUAGE) if has(key, LANGUAGE) else code
