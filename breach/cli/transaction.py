"""One transaction for a command, over the database that the settings name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from breach import config
from breach.cli.wording import LANGUAGE
from breach.runtime import build_runtime
from breach.services.context import Context
from breach.store.engine import missing_file
from breach.texts import text


@contextmanager
def transaction() -> Iterator[Context]:
    """Give a context in which the operator of the machine acts; it commits at the end, or nothing is kept."""
    settings = config.load(os.environ)
    if path := missing_file(settings.database_url):
        raise click.ClickException(text("audit.no_database", LANGUAGE, file=path))
    runtime = build_runtime(settings)
    try:
        with runtime.transaction() as ctx:
            yield ctx
    finally:
        runtime.close()
