"""`breach simulator`: a stand-in for Digital Post on this machine, for demonstrations and tests."""

from pathlib import Path

import click

from breach.plugins import load_simulator
from breach.texts import text

ANSWERS = (
    "normal",
    "refused",
    "unauthorised",
    "forbidden",
    "unavailable",
    "broken",
    "redirect",
    "garbage",
    "reset",
    "accept_then_reset",
    "accept_then_silence",
)


@click.command("simulator")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    envvar="BREACH_SIMULATOR_PORT",
    default=8001,
    help="0 takes a free port.",
)
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), envvar="BREACH_HOME", default="var")
@click.option("--no-dedup", is_flag=True, help="Deliver every copy of a repeated UUID.")
@click.option("--delay", type=click.FloatRange(min=0), default=0.0, help="Seconds before each answer.")
@click.option("--answer", type=click.Choice(ANSWERS), default="normal", help="What becomes of each message.")
@click.option("--times", type=click.IntRange(min=0), default=0, help="For how many messages; 0 for all.")
@click.option("--receipt-delay", type=click.FloatRange(min=0), default=0.0, help="Seconds until a receipt.")
@click.option("--lose-every", type=click.IntRange(min=0), default=0, help="Lose every n-th receipt.")
@click.option("--reject-every", type=click.IntRange(min=0), default=0, help="Reject every n-th message.")
@click.option("--repeat-receipts", type=click.IntRange(min=0), default=0, help="Repeat each receipt n times.")
@click.option("--credentials", default="simulator:simulator", help="Sender system's id:token.")
def command(port: int, home: Path, no_dedup: bool, **options: object) -> None:
    """Serve a stand-in for Digital Post on loopback until interrupted."""
    try:
        load_simulator("digital_post")(
            port=port,
            home=home,
            options={"deduplicates": not no_dedup, **options},
            ready=lambda url: click.echo(text("sending.simulator.ready", "en", url=url)),
        )
    except OSError as error:
        raise click.ClickException(
            text("sending.simulator.port_taken", "en", port=port, reason=error.strerror)
        ) from error
