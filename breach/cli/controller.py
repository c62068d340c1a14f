"""`breach controller`: the regions that the installation serves, as the public pages name them."""

import json
from collections.abc import Callable
from typing import Any

import click

from breach.cli.transaction import transaction
from breach.services.access import controllers
from breach.services.access.controllers import Details
from breach.store.models import Controller

DAY = click.DateTime(["%Y-%m-%d"])
OPTIONS = (
    click.option("--name-da", "--name", help="Name in Danish."),
    click.option("--name-en", help="Name in English."),
    click.option("--cvr", help="CVR number; the check digit is tried."),
    click.option("--address", help="Street, postcode and town, on one line."),
    click.option("--phone", help="Telephone of the region."),
    click.option("--email", help="E-mail of the region."),
    click.option("--dpo-name", help="Name of the data protection officer."),
    click.option("--dpo-phone", help="The DPO's telephone: where the pages and letters ask people to call."),
    click.option("--valid-from", type=DAY, help="First day that it takes reports; today if left out."),
    click.option("--valid-to", type=DAY, help="Last day that it takes reports."),
    click.option("--communication-hours", type=int, help="Target for telling the people affected."),
    click.option("--voluntary-communication/--no-voluntary-communication", default=None, show_default="no"),
)


def _detailed(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say something of a controller."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def _details(said: dict[str, Any]) -> Details:
    days = {name: said[name].date() for name in ("valid_from", "valid_to") if said[name] is not None}
    return Details(**{**said, **days})


@click.group("controller")
def command() -> None:
    """Add, list and change controllers: the regions whose breaches are handled here."""


@command.command("add")
@click.argument("slug")
@_detailed
def add(slug: str, **said: Any) -> None:
    """Add a controller under SLUG, its short name in addresses and commands."""
    with transaction() as ctx:
        controllers.add_controller(ctx, slug, _details(said))
    click.echo(f"{slug} added; next: breach person add USERNAME --role case_handler@{slug}")


@command.command("change")
@click.argument("slug")
@_detailed
def change(slug: str, **said: Any) -> None:
    """Change what is said of the controller SLUG; pages show it within a minute."""
    with transaction() as ctx:
        changed = controllers.change_controller(ctx, slug, _details(said))
    click.echo(f"{slug} changed: {', '.join(changed)}")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_all(as_json: bool) -> None:
    """List the controllers; the first is the one that the public pages carry at their top."""
    with transaction() as ctx:
        rows = [_plain(one) for one in controllers.list_controllers(ctx)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        until = f" until {row['valid_to']}" if row["valid_to"] else ""
        click.echo(f"{row['slug']:<16} {row['cvr']}  {row['name_da']}, from {row['valid_from']}{until}")


def _plain(row: Controller) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in controllers.LINES},
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "communication_hours": row.communication_hours,
        "voluntary_communication": row.voluntary_communication,
    }
