"""`breach demo`: everything for a trial on one machine, in one terminal; Ctrl-C stops all of it."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

import click

from breach import config
from breach.install import load_demonstration, prepare
from breach.services.demo import DEMO_PASSWORD, PEOPLE

PATIENCE = 30.0
"""Seconds until the pages must answer."""


def _start(*arguments: str, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    code = "from breach.cli import main; main()"
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env=environ, start_new_session=True)


def _wait(address: str, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for name, process in processes.items():
            if process.poll() is not None:
                raise click.ClickException(f"{name} stopped at its start; what it said stands above")
        try:
            with urlopen(f"{address}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise click.ClickException(f"nothing answered at {address}; is another program using the port?")


def _stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    for process in processes.values():
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@click.command("demo")
def command() -> None:
    """Make what is missing, start pages, worker and the Digital Post simulator, and say how to log in."""
    environ = {"BREACH_CHANNEL": "digital_post", **os.environ}
    settings = config.load(environ)
    if settings.profile == "production":
        raise click.ClickException("`breach demo` is not for production: use serve and worker")
    load_demonstration(prepare(settings))
    signal.signal(signal.SIGTERM, _interrupted)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        processes["simulator"] = _start("simulator", environ=environ)
        processes["worker"] = _start("worker", "--dead-after", "10", "--retry-after", "10", environ=environ)
        processes["pages"] = _start("serve", environ=environ)
        address = f"http://{settings.host}:{settings.port}"
        _wait(address, processes)
        _greet(address)
        _watch(processes)
    except KeyboardInterrupt:
        click.echo("\nstopping")
    finally:
        _stop(processes)


def _greet(address: str) -> None:
    click.echo(f"\nBreach Desk runs at {address}  (Ctrl-C stops it)\n")
    click.echo(f"  report a breach   {address}/report")
    click.echo(f"  work on cases     {address}/cases")
    click.echo(f"\nLog in with the password  {DEMO_PASSWORD}  as")
    for person in PEOPLE:
        roles = ", ".join(one.role.value for one in person.roles)
        click.echo(f"  {person.username:<15} {person.name} ({roles})")
    sys.stdout.flush()


def _watch(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        time.sleep(0.5)
        for name, process in processes.items():
            if process.poll() is not None:
                raise click.ClickException(f"{name} has stopped; the rest is being stopped too")
