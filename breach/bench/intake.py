"""Reports a second by the API, beside a bare Flask and SQLAlchemy insert of the same rows, in one run."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask, Response, jsonify, request
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select
from sqlalchemy.orm import Session

from breach.config import Settings
from breach.runtime import build_runtime
from breach.services.context import NOBODY, Runtime
from breach.services.demo import seed_people
from breach.services.intake.filing import submit
from breach.services.intake.report import parse_report
from breach.store.base import Base
from breach.store.engine import for_migrations
from breach.store.keys.master import create
from breach.store.migrate import migrate
from breach.store.models import (
    AuditEvent,
    AuditStream,
    AuthorityTrack,
    BreachCase,
    Communication,
    Report,
    WrappedKey,
)
from breach.web.app import create_app

REPORTS = 300
ROUNDS = 3
BODY = {
    "kind": "citizen",
    "controller": "nordjylland",
    "what": "Et brev med en andens aftale kom med posten. " * 6,
    "occurred": {"kind": "exact", "from": "2026-03-02"},
    "affected": {"data_categories": ["identity", "health"], "subject_count": 1},
    "contact": {"phone": "61 55 55 55"},
}
MODELS: tuple[type[Base], ...] = (
    BreachCase,
    AuthorityTrack,
    Communication,
    AuditStream,
    AuditEvent,
    WrappedKey,
    Report,
)
"""Tables that a report adds rows to; the counter of case numbers is not in the baseline."""


def run() -> dict[str, object]:
    """Return reports a second: figure through the service, baseline the bare insert, ratio figure / baseline.

    Both go through a test client and commit with an fsync to an SQLite file on the same disk. The best of
    three rounds counts, the two taking turns.
    """
    with tempfile.TemporaryDirectory(prefix="breach-bench-") as folder:
        ours = _ours(Path(folder) / "ours")
        bare = _bare(Path(folder))
        ours(10)
        bare(10)
        rounds = [(ours(REPORTS), bare(REPORTS)) for _ in range(ROUNDS)]
    figure = max(one for one, _ in rounds)
    baseline = max(other for _, other in rounds)
    return {
        "what": "reports filed by the API",
        "figure": figure,
        "unit": "reports/s",
        "baseline": baseline,
        "ratio": figure / baseline,
    }


def _service(home: Path) -> Runtime:
    home.mkdir()
    settings = Settings(
        home=home,
        database_url=f"sqlite:///{home / 'breach.db'}",
        master_key_file=home / "master.key",
        profile="test",
        plugin_settings={"home": str(home)},
    )
    create(settings.master_key_file)
    migrate(settings.database_url)
    runtime = build_runtime(settings)
    with runtime.transaction() as ctx:
        seed_people(ctx)
    return runtime


def _rate(post: Callable[[], int], count: int) -> float:
    begun = time.perf_counter()
    for _ in range(count):
        if post() != 202:
            raise RuntimeError("a report was refused, so there is nothing to measure")
    return count / (time.perf_counter() - begun)


def _ours(home: Path) -> Callable[[int], float]:
    client = create_app(_service(home)).test_client()

    def post() -> int:
        headers = {"Idempotency-Key": str(uuid4())}
        return client.post("/api/v1/reports", json=BODY, headers=headers).status_code

    return lambda count: _rate(post, count)


def _bare(folder: Path) -> Callable[[int], float]:
    """Return the rate of a Flask view that does nothing but insert the rows of one report, and commit."""
    rows = _rows_of_one_report(_service(folder / "sample"))
    engine = for_migrations(f"sqlite:///{folder / 'bare.db'}")
    copies = _copies(engine)
    app = Flask("bare")

    @app.post("/reports")
    def take() -> tuple[Response, int]:
        body = request.get_json()
        with Session(engine) as session, session.begin():
            for name, row in rows:
                session.execute(insert(copies[name]).values(row))
        return jsonify({"filed": len(body)}), 202

    client = app.test_client()
    return lambda count: _rate(lambda: client.post("/reports", json=BODY).status_code, count)


def _rows_of_one_report(runtime: Runtime) -> list[tuple[str, dict[str, Any]]]:
    """Return what the service wrote for one report: table name and values of every new row."""
    before = {model: _rows(runtime, model) for model in MODELS}
    report = parse_report(BODY, runtime.clock())
    submit(runtime, report, None, "one", "api", NOBODY)
    return [
        (model.__tablename__, row)
        for model in MODELS
        for row in _rows(runtime, model)
        if row not in before[model]
    ]


def _rows(runtime: Runtime, model: type[Base]) -> list[dict[str, Any]]:
    with runtime.transaction() as ctx:
        return [dict(row._mapping) for row in ctx.session.execute(select(model.__table__))]


def _copies(engine: Engine) -> dict[str, Table]:
    """Make tables with the same columns, but no constraint, no index and no trigger."""
    metadata = MetaData()
    made = {
        model.__tablename__: Table(
            model.__tablename__,
            metadata,
            Column("bench_id", Integer, primary_key=True),
            *(Column(column.name, column.type) for column in model.__table__.columns),
        )
        for model in MODELS
    }
    metadata.create_all(engine)
    return made
