"""A page of the register over 100,000 cases against one over 1,000, in the same run.

Art. 33(5) keeps every breach for ever, so the page must not grow slower with what is kept.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, event, insert, select

from breach.config import load
from breach.domain.clocks import notification_due
from breach.domain.states import AuthorityState, CaseState, CommunicationState, OccurredKind, ReporterKind
from breach.install import prepare
from breach.services.access.people import actor_of
from breach.services.context import Actor, Runtime
from breach.services.demo import seed_people
from breach.services.ids import new_id
from breach.services.register.register import register
from breach.store.models import AuthorityTrack, BreachCase, Communication, Person

SMALL, LARGE = 1_000, 100_000
_ROUNDS = 41
_CHUNK = 5_000


def fill(connection: Connection, controller_id: int, count: int, start: datetime, first: int = 1) -> None:
    """Store cases with both their tracks, an hour apart; every tenth is closed. Nobody is named in them."""
    for begin in range(first, first + count, _CHUNK):
        numbers = range(begin, min(begin + _CHUNK, first + count))
        cases = [_case(controller_id, number, start + timedelta(hours=number)) for number in numbers]
        connection.execute(insert(BreachCase), cases)
        keys = [{"case_id": row["id"], "controller_id": controller_id} for row in cases]
        connection.execute(insert(AuthorityTrack), [{**key, **_AUTHORITY} for key in keys])
        communications = [
            {**key, **_COMMUNICATION, "id": new_id(row["received_at"]), "due_at": row["due_at"]}
            for key, row in zip(keys, cases, strict=True)
        ]
        connection.execute(insert(Communication), communications)


_AUTHORITY = {"state": AuthorityState.DUE, "version": 1}
_COMMUNICATION = {"state": CommunicationState.NOT_REQUIRED, "channel": "outbox", "version": 1}


def _case(controller_id: int, number: int, at: datetime) -> dict[str, Any]:
    closed = number % 10 == 0
    return {
        "id": new_id(at),
        "controller_id": controller_id,
        "reference": f"BRUD-{at.year}-{number:06d}",
        "title": "Oplysninger sendt til forkert modtager",
        "state": CaseState.DISMISSED if closed else CaseState.REPORTED,
        "is_open": not closed,
        "source": ReporterKind.STAFF,
        "received_at": at,
        "own_aware_at": at,
        "aware_at": at,
        "due_at": notification_due(at),
        "occurred_kind": OccurredKind.UNKNOWN,
        "facts": {"data_categories": ["health"]},
        "facts_changed_at": at,
        "summary": "",
        "consequences": [],
        "measures": "",
        "version": 1,
    }


@contextmanager
def statements(runtime: Runtime) -> Iterator[list[str]]:
    """Yield the list of SQL statements that are sent from here on."""
    seen: list[str] = []

    def note(*sent: Any) -> None:
        seen.append(sent[2])

    engine = runtime.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _filled(home: Path, count: int) -> tuple[Runtime, Actor]:
    settings = {"BREACH_HOME": str(home), "BREACH_PROFILE": "test"}
    runtime = prepare(load(settings))
    with runtime.transaction() as ctx:
        seed_people(ctx)
        actor = actor_of(ctx.session.scalars(select(Person).where(Person.username == "sagsbehandler")).one())
        fill(ctx.session.connection(), actor.controllers[0], count, datetime(2007, 1, 1, tzinfo=UTC))
    return runtime, actor


def _page(runtime: Runtime, actor: Actor) -> float:
    """Return the seconds of one page, its logged read and the commit."""
    begin = time.perf_counter()
    with runtime.transaction(actor) as ctx:
        page = register(ctx)
    spent = time.perf_counter() - begin
    if len(page.rows) != 50:
        raise RuntimeError("the register page is not full")
    return spent


def _count(runtime: Runtime, actor: Actor) -> int:
    with statements(runtime) as seen:
        _page(runtime, actor)
    return len(seen)


def run() -> dict[str, object]:
    """Return the median milliseconds of a page of the large register, and of the small one as baseline."""
    with TemporaryDirectory(prefix="breach-bench-") as folder:
        small = _filled(Path(folder) / "small", SMALL)
        large = _filled(Path(folder) / "large", LARGE)
        times: dict[str, list[float]] = {"small": [], "large": []}
        for _ in range(_ROUNDS):  # in turn, so that a busy machine counts against both
            times["small"].append(_page(*small))
            times["large"].append(_page(*large))
        counts = _count(*small), _count(*large)
        for runtime, _ in (small, large):
            runtime.close()
    baseline, figure = (statistics.median(times[name]) * 1000 for name in ("small", "large"))
    return {
        "what": f"a page of the register over {LARGE} cases, its look logged and committed",
        "figure": figure,
        "unit": "ms",
        "baseline": baseline,
        "ratio": figure / baseline,
        "baseline_what": f"the same page over {SMALL} cases",
        "statements": counts[1],
        "statements_baseline": counts[0],
    }
