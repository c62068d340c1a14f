"""`breach init`: makes database, keys and, with --demo, the people and cases of the demonstration."""

import os

import click

from breach import config
from breach.install import load_demonstration, prepare
from breach.services.access.controllers import list_controllers
from breach.services.context import Runtime


@click.command("init")
@click.option("--demo", is_flag=True, help="Two regions with invented people, and an invented case in each.")
def command(demo: bool) -> None:
    """Make what is missing under BREACH_HOME and bring the database up to date; what is there stays."""
    settings = config.load(os.environ)
    runtime = prepare(settings)
    click.echo(f"ready: {settings.home}")
    if not demo:
        _hint(runtime)
        return
    if settings.profile == "production":
        raise click.ClickException(
            "the demonstration's log-ins are public; BREACH_PROFILE=production refuses them"
        )
    for reference in load_demonstration(runtime):
        click.echo(f"demonstration case: {reference}")


def _hint(runtime: Runtime) -> None:
    with runtime.transaction() as ctx:
        if not list_controllers(ctx):
            click.echo("no controller yet; next: breach controller add SLUG", err=True)
