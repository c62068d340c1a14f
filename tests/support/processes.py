"""Processes of ours as tests start them: the worker, the simulator, the pages; each is a real one."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.request import urlopen

from tests.support.waiting import SLOW, stop, wait_until

Process = subprocess.Popen[bytes]


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def breach(*arguments: str, env: dict[str, str], errors: IO[bytes] | None = None) -> Process:
    """Start a command of the service as its own process; `errors`: where what it logs goes."""
    command = [sys.executable, "-c", "from breach.cli import main; main()", *arguments]
    return subprocess.Popen(command, env=env, stderr=errors)


def start_worker(env: dict[str, str], name: str, fault: str = "", errors: IO[bytes] | None = None) -> Process:
    """Start a worker, told to die at a point if one is named."""
    more = {"BREACH_FAULT": fault} if fault else {}
    options = ("--name", name, "--dead-after", "4", "--retry-after", "3")
    return breach("worker", *options, env={**env, **more}, errors=errors)


@contextmanager
def killed_at_the_end(worker: Process) -> Iterator[Process]:
    """Yield the worker; it dies with the block."""
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


@contextmanager
def stopped_at_the_end(worker: Process) -> Iterator[Process]:
    """Yield the worker; it is asked to end with the block, and must."""
    try:
        yield worker
    finally:
        stop(worker)


@contextmanager
def simulator(env: dict[str, str], home: Path, *options: str) -> Iterator[str]:
    """Run the simulator; yield its address."""
    port = env["BREACH_SIMULATOR_PORT"]
    process = breach("simulator", "--port", port, "--home", str(home), *options, env=env)
    with answering(process, f"http://127.0.0.1:{port}", "/control/ledger") as address:
        yield address


@contextmanager
def answering(process: Process, address: str, path: str) -> Iterator[str]:
    """Yield the address as soon as the process answers there at `path`; stop the process at the end."""
    with stopped_at_the_end(process):
        wait_until(lambda: answers(f"{address}{path}"), f"{address} does not answer", alive=process)
        yield address


def answers(address: str) -> bool:
    """Tell whether something answers at the address."""
    try:
        with urlopen(address, timeout=SLOW) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def copies(address: str) -> list[int]:
    """Return how often each person who was told was told, by the simulator's own ledger."""
    with urlopen(f"{address}/control/ledger?detail=1", timeout=SLOW) as answer:
        return list(json.load(answer)["by_recipient"].values())
