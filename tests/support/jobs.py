"""The table of jobs, as the background library keeps it."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from breach.services.context import Runtime


def _table(runtime: Runtime) -> str:
    is_sqlite = runtime.settings.database_url.startswith("sqlite")
    return "workflow_status" if is_sqlite else "dbos.workflow_status"


def jobs_of(runtime: Runtime) -> list[dict[str, Any]]:
    """Return the jobs, as their table holds them."""
    with runtime.transaction() as ctx:
        return [dict(row) for row in ctx.session.execute(text(f"SELECT * FROM {_table(runtime)}")).mappings()]


def hold_jobs(runtime: Runtime, worker: str) -> None:
    """Let every job be in the hands of a worker."""
    update = text(f"UPDATE {_table(runtime)} SET status = 'PENDING', executor_id = :worker")
    with runtime.transaction() as ctx:
        ctx.session.execute(update, {"worker": worker})


def end_jobs(runtime: Runtime, status: str = "SUCCESS", at: datetime | None = None, like: str = "%") -> None:
    """Let the jobs whose id is like `like` have come to the status at a time."""
    update = text(
        f"UPDATE {_table(runtime)} SET status = :status, completed_at = :at WHERE workflow_uuid LIKE :like"
    )
    ended = int((at or runtime.clock()).timestamp() * 1000)
    with runtime.transaction() as ctx:
        ctx.session.execute(update, {"status": status, "at": ended, "like": like})
