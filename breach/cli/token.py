"""`breach token`: keys with which programs act for a person by the API."""

from hashlib import sha256

import click

from breach.cli.transaction import transaction
from breach.services.access import tokens


@click.group("token")
def command() -> None:
    """Give, list and end tokens of the API."""


@command.command("add")
@click.option("--person", required=True, metavar="USERNAME", help="Who acts when the token is used.")
@click.option(
    "--controller", default="", metavar="SLUG", help="Needed for a person with more than one controller."
)
@click.option("--days", default=tokens.LONGEST_DAYS, show_default=True, help="How long it holds.")
def add(person: str, controller: str, days: int) -> None:
    """Print a new token, this once; only its SHA-256 is stored. Its number goes to standard error."""
    with transaction() as ctx:
        token = tokens.grant_token(ctx, person, controller, days)
    number = sha256(token.encode()).hexdigest()[: tokens.NUMBER_LENGTH]
    click.echo(token)
    click.echo(f"to end it: breach token revoke {number}", err=True)


@command.command("list")
def list_all() -> None:
    """List the tokens by number, with person, controller and last day."""
    with transaction() as ctx:
        for one in tokens.list_tokens(ctx):
            end = (
                f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else f"until {one.expires_at:%Y-%m-%d}"
            )
            click.echo(f"{one.number}  {one.username or one.name:<16} {one.controller:<12} {end}")


@command.command("revoke")
@click.argument("number")
def revoke(number: str) -> None:
    """End the token of the NUMBER at once."""
    with transaction() as ctx:
        tokens.revoke_token(ctx, number)
    click.echo(f"{number} revoked")
