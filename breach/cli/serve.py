"""`breach serve`: the pages and the API, by gunicorn."""

import os
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from breach import config
from breach.logs import LOGGING, configure
from breach.runtime import build_runtime
from breach.starting import start
from breach.web.app import create_app

THREADS = 16
"""Requests that one process serves at once: most wait for the database or the other side."""


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn with our settings; the application is made in each worker process, after the fork."""

    def __init__(self, settings: config.Settings, workers: int) -> None:
        self._settings, self._workers = settings, workers
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        chosen: dict[str, Any] = {
            "bind": _bound(self._settings),
            "workers": self._workers,
            "worker_class": "breach.web.frame.worker.Worker",
            "threads": THREADS,
            "logconfig_dict": LOGGING,
            "loglevel": "warning",
            "proc_name": "breach",
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application of one process."""
        return create_app(build_runtime(self._settings))


def _bound(settings: config.Settings) -> str:
    """Return where to listen as gunicorn reads it: an address of IPv6 stands in brackets."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"


@click.command("serve")
@click.option(
    "--workers", default=2, show_default=True, help="Processes; each serves sixteen requests at once."
)
def command(workers: int) -> None:
    """Serve pages and API until interrupted; a database, key or setting that does not fit stops the start."""
    settings = config.load(os.environ)
    configure()
    start(settings).close()
    Server(settings, workers).run()
