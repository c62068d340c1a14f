"""The worker: runs queued jobs, reads delivery receipts, sweeps, sends reminders, replaces dead workers."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from dbos import DBOS
from dbos._recovery import recover_pending_workflows  # not exported; re-queues only what is still pending
from sqlalchemy import Engine, delete, select

from breach import faults
from breach.domain.messages import DeliveryReceipt, Notifier, NotifierUnavailable
from breach.jobs.queue import APPLICATION, QUEUE, SERIALIZER, VERSION, dbos_url
from breach.jobs.sending import prepare_release, send_batch
from breach.services.cases.reminders import give_reminders
from breach.services.context import Runtime
from breach.services.sending.receipts import complete_where_all_told, store_delivery_receipts
from breach.services.sending.sweep import sweep
from breach.store.audit.anchor import anchor
from breach.store.engine import checkpoint
from breach.store.models import WorkerBeat

BEAT = 2.0
"""Seconds between two heartbeats."""
READ = 200
"""Receipts read, stored and deleted at their source at a time, so that a long list makes headway."""
KEPT = timedelta(days=1)
"""How long ended jobs and the heartbeats of dead workers are kept."""
log = logging.getLogger(__name__)


class Worker:
    """One worker process; `name` is its executor id and unique among the living."""

    def __init__(
        self, runtime: Runtime, engine: Engine, name: str, dead_after: float, retry_after: float
    ) -> None:
        self._runtime, self._engine, self._name = runtime, engine, name
        self._dead_after = timedelta(seconds=dead_after)
        self._retry_after = timedelta(seconds=retry_after)
        self._stop = threading.Event()
        self._reading = threading.Lock()
        self._dbos: DBOS | None = None

    def start(self) -> None:
        """Begin to work; returns at once."""
        self._beat()
        self._dbos = DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": dbos_url(self._engine),
                "executor_id": self._name,
                "application_version": VERSION,
                "run_migrations": False,
                "serializer": SERIALIZER,
                "log_level": "ERROR",
                "scheduler_polling_interval_sec": 1.0,
            }
        )
        self._register()
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=4, polling_interval_sec=0.2)
        for name, schedule, function in self._schedules:
            _schedule(name, schedule, function)
        threading.Thread(target=self._live, name="beat", daemon=True).start()

    def run(self) -> None:
        """Work until `stop` is called."""
        self.start()
        self._stop.wait()
        self.anchor()
        DBOS.destroy(workflow_completion_timeout_sec=5, destroy_registry=True)

    def stop(self) -> None:
        """End after what is under way."""
        self._stop.set()

    def _register(self) -> None:
        self._register_jobs()
        self._register_rounds()

    def _register_jobs(self) -> None:
        """Name what is done once for a slice or a release; a job that fails is queued again by the sweep."""

        @DBOS.workflow(name="send_batch", max_recovery_attempts=5)
        def send(batch_id: str) -> int:
            with _told_of(batch=batch_id):
                return send_batch(self._runtime, UUID(batch_id), self._name)

        @DBOS.workflow(name="prepare_release", max_recovery_attempts=5)
        def prepare(release_id: str) -> None:
            with _told_of(release=release_id):
                prepare_release(self._runtime, UUID(release_id))

    def _register_rounds(self) -> None:
        """Name what is done again and again, and when."""

        @DBOS.workflow(name="receipts")
        def receipts(at: datetime, _context: object) -> None:
            self.read_delivery_receipts()

        @DBOS.workflow(name="sweep")
        def sweeping(at: datetime, _context: object) -> None:
            self.sweep()

        @DBOS.workflow(name="remind")
        def remind(at: datetime, _context: object) -> None:
            with self._runtime.transaction() as ctx:
                give_reminders(ctx)

        @DBOS.workflow(name="tidy")
        def tidying(at: datetime, _context: object) -> None:
            self.tidy()

        @DBOS.workflow(name="anchor")
        def anchoring(at: datetime, _context: object) -> None:
            self.anchor()

        self._schedules = (
            ("receipts", "*/2 * * * * *", receipts),
            ("sweep", "*/5 * * * * *", sweeping),
            ("remind", "* * * * *", remind),
            ("tidy", "7 * * * *", tidying),
            ("anchor", "*/10 * * * *", anchoring),
        )

    def read_delivery_receipts(self) -> int:
        """Store the channels' delivery receipts, commit, then delete them at the channel; return how many.

        Does nothing while an earlier reading of this worker goes on.
        """
        if not self._reading.acquire(blocking=False):
            return 0
        try:
            stored = sum(map(self._read_one, self._runtime.notifiers.values()))
        finally:
            self._reading.release()
        if stored:
            with self._runtime.transaction() as ctx:
                complete_where_all_told(ctx)
        return stored

    def _read_one(self, notifier: Notifier) -> int:
        """Read one channel's receipts; a failure is logged and the next channel is read all the same."""
        try:
            return self._read_channel(notifier)
        except NotifierUnavailable as error:
            _away(error)
        except Exception:  # a plugin may fail in any way; it is read again in two seconds
            log.exception("worker.channel_failed", extra={"channel": notifier.channel})
        return 0

    def _read_channel(self, notifier: Notifier) -> int:
        stored = 0
        waiting = iter(notifier.receipts())
        while some := self._next(notifier, waiting):
            with self._runtime.transaction() as ctx:
                store_delivery_receipts(ctx, some)
            faults.point("receipt.stored")
            self._acknowledge(notifier, some)
            stored += len(some)
        return stored

    def _next(self, notifier: Notifier, waiting: Iterator[DeliveryReceipt]) -> list[DeliveryReceipt]:
        """Return the next receipts that wait; those read before the channel went away are not lost."""
        found: list[DeliveryReceipt] = []
        try:
            for receipt in islice(waiting, READ):
                found.append(receipt)
        except NotifierUnavailable as error:
            _away(error)
        return found

    def _acknowledge(self, notifier: Notifier, stored: list[DeliveryReceipt]) -> None:
        try:
            for receipt in stored:
                notifier.acknowledge(receipt)
        except NotifierUnavailable as error:  # it comes again, and is known then
            _away(error)

    def anchor(self) -> None:
        """Anchor the audit events since the last anchor, in the database and in the outside file."""
        with self._runtime.transaction() as ctx:
            anchor(ctx.session, self._runtime.settings.anchor_file, ctx.now)

    def sweep(self) -> None:
        """Take over the jobs of dead workers and re-queue stalled batches."""
        dead = self._dead()
        if dead and self._dbos is not None:
            recover_pending_workflows(self._dbos, dead)
        with self._runtime.transaction() as ctx:
            sweep(ctx, self._retry_after)
        with self._runtime.transaction() as ctx:  # the last receipt may have come while it was paused
            complete_where_all_told(ctx)

    def _dead(self) -> list[str]:
        """Find dead workers by the jobs they hold: return the names of those without a recent heartbeat."""
        holders = self._runtime.jobs.holders()  # first: whoever begins meanwhile is found among the living
        with self._runtime.transaction() as ctx:
            heard = select(WorkerBeat.worker).where(WorkerBeat.beat_at >= ctx.now - self._dead_after)
            return sorted(holders.difference(ctx.session.scalars(heard)))

    def tidy(self) -> None:
        """Delete what is kept of jobs that ended and of workers that died more than a day ago."""
        with self._runtime.transaction() as ctx:
            limit = ctx.now - KEPT
            ctx.session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < limit))
        self._runtime.jobs.forget(limit)

    def _beat(self) -> None:
        with self._runtime.transaction() as ctx:
            ctx.session.merge(WorkerBeat(worker=self._name, beat_at=ctx.now))

    def _live(self) -> None:
        while not self._stop.wait(BEAT):
            try:
                self._beat()
                checkpoint(self._engine)
            except Exception:
                # A database away for a while must not end the worker: it beats again when it is back.
                log.exception("worker.beat_failed")


@contextmanager
def _told_of(**which: str) -> Iterator[None]:
    """Let a job end as failed whatever goes wrong in it, and log which one it was."""
    try:
        yield
    except Exception:  # whatever it was, it is raised again: nobody else would name the job
        log.exception("worker.job_failed", extra=which)
        raise


def _away(error: NotifierUnavailable) -> None:
    log.warning("worker.channel_unavailable", extra={"channel": error.values["channel"]})


def _schedule(name: str, schedule: str, function: Callable[[datetime, object], None]) -> None:
    if DBOS.get_schedule(name) is None:
        DBOS.create_schedule(schedule_name=name, workflow_fn=function, schedule=schedule)
