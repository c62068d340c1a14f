"""`breach worker`: sends notices, reads receipts, reminds. Many on PostgreSQL, one on SQLite."""

import os
import signal
import socket
from types import FrameType

import click

from breach import config
from breach.jobs.worker import Worker
from breach.logs import configure
from breach.starting import start
from breach.store.engine import make_engine


@click.command("worker")
@click.option("--name", default=None, help="Unique name of this worker; host and process by default.")
@click.option("--dead-after", default=60.0, show_default=True, help="Seconds without a heartbeat.")
@click.option(
    "--retry-after", default=60.0, show_default=True, help="Seconds before a doubt is looked at again."
)
def command(name: str | None, dead_after: float, retry_after: float) -> None:
    """Run background work until it is interrupted."""
    settings = config.load(os.environ)
    configure()
    worker = Worker(
        start(settings),
        make_engine(settings.database_url),
        name or f"{socket.gethostname()}-{os.getpid()}",
        dead_after,
        retry_after,
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()
