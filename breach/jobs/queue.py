"""Queueing a job in the caller's own transaction: a commit and its job are one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

from dbos import DBOS, DBOSClient, EnqueueOptions
from dbos._serialization import DBOSPortableJSON  # not exported; the default serializer is pickle
from sqlalchemy import Engine
from sqlalchemy.orm import Session

APPLICATION = "breach"
VERSION = "1"
"""Fixed, so that a new release goes on with the jobs of the one before."""
QUEUE = "breach"
SERIALIZER = DBOSPortableJSON
"""Jobs hold ids as JSON. Pickle, the library's default, would let whoever writes the table run code."""

_UNFINISHED = ["ENQUEUED", "PENDING"]
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_CHUNK = 1000
"""Jobs asked for or deleted by one statement."""


def dbos_url(engine: Engine) -> str:
    """Return the database's address as DBOS takes it."""
    return engine.url.render_as_string(hide_password=False)


def create_tables(engine: Engine) -> None:
    """Make or bring up to date the tables of DBOS; run before any process serves, never by two at once."""
    DBOS.migrate(dbos_url(engine))


def _chunks(job_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (job_ids[start : start + _CHUNK] for start in range(0, len(job_ids), _CHUNK))


class DbosQueue:
    """Queues workflows by name, so that what queues them need not import what runs them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @cached_property
    def _client(self) -> DBOSClient:
        return DBOSClient(
            system_database_url=dbos_url(self._engine),
            serializer=SERIALIZER,
            application_name=APPLICATION,
            lazy=True,
        )

    def enqueue(self, session: Session, workflow: str, job_id: str, argument: str) -> None:
        """Queue the workflow once under the id; the argument is an id, never personal data."""
        options: EnqueueOptions = {
            "queue_name": QUEUE,
            "workflow_name": workflow,
            "workflow_id": job_id,
            "app_version": VERSION,
        }
        self._client.enqueue_in_transaction(session, options, argument)

    def unfinished(self, job_ids: Sequence[str]) -> frozenset[str]:
        """Return those of the jobs that still wait or run."""
        found = (
            self._client.list_workflows(
                workflow_ids=list(some), status=_UNFINISHED, load_input=False, load_output=False
            )
            for some in _chunks(job_ids)
        )
        return frozenset(one.workflow_id for part in found for one in part)

    def holders(self) -> frozenset[str]:
        """Return the names of the workers, living or dead, that have a job in hand."""
        running = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return frozenset(one.executor_id for one in running if one.executor_id)

    def forget(self, before: datetime) -> int:
        """Delete what is kept of jobs that ended before the time; return how many."""
        forgotten = 0
        while True:
            ended = self._client.list_workflows(
                status=_ENDED,
                completed_before=before.isoformat(),
                limit=_CHUNK,
                load_input=False,
                load_output=False,
            )
            if not ended:
                return forgotten
            self._client.delete_workflows([one.workflow_id for one in ended])
            forgotten += len(ended)

    def close(self) -> None:
        """Give back the connections; only a client that was used holds any."""
        if "_client" in self.__dict__:
            self._client.destroy()
