"""A stand-in for Digital Post on loopback: strict, durable, and able to fail in every known way."""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread

from notifiers.digital_post.simulator.behaviour import Answer, Behaviour, changed
from notifiers.digital_post.simulator.server import SimulatorServer
from notifiers.memo.schemas import Schemas

__all__ = ["Answer", "Behaviour", "SimulatorServer", "serve"]


def _stop_on_signals(server: SimulatorServer) -> None:
    def stop(number: int, frame: object) -> None:
        Thread(target=server.shutdown).start()  # shutdown waits for the loop that this handler interrupts

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def serve(*, port: int, home: Path, options: Mapping[str, object], ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; call `ready` with the base address once the port is open.

    options: switches of Behaviour, `credentials` (`id:token`). With BREACH_MEMO_SCHEMAS naming the folder of
    the official schemas every message is checked by them too. Raises ValueError for a wrong option, OSError
    for a port in use.
    """
    switches = {name: value for name, value in options.items() if name != "credentials"}
    folder = os.environ.get("BREACH_MEMO_SCHEMAS", "")
    server = SimulatorServer(
        port,
        home,
        changed(Behaviour(), switches),
        str(options.get("credentials") or "simulator:simulator"),
        Schemas(Path(folder)) if folder else None,
    )
    _stop_on_signals(server)
    ready(server.url)
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
