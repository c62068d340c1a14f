"""Makes the letters of a release part by part, and sends a batch of them.

A batch is sent so: claim a handful, contact the channel, settle with the next claim.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from breach import faults
from breach.domain.messages import Sent
from breach.services.context import Runtime
from breach.services.sending.batches import give_up_batch, prepare_next
from breach.services.sending.claims import HANDFUL, Claimed, claim, settle


class SendLedger:
    """A log of every claim, kept outside the database and written before contact, for restored backups."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, claims: Sequence[Claimed]) -> None:
        """Write the UUIDs of claims, 16 bytes each, and wait until they are on the disk."""
        with self._path.open("ab") as file:
            file.write(b"".join(UUID(one.composed.message_uuid).bytes for one in claims))
            file.flush()
            os.fsync(file.fileno())


def prepare_release(runtime: Runtime, release_id: UUID) -> None:
    """Make the letters of a release part by part, each in a transaction with the job that sends it."""
    left = True
    while left:
        faults.point("prepare.before_part")
        with runtime.transaction() as ctx:
            left = prepare_next(ctx, release_id) > 0
        faults.point("prepare.after_part")


def send_batch(runtime: Runtime, batch_id: UUID, worker: str) -> int:
    """Send the batch's queued notices; return how many messages were handed to the channel.

    Stops when the channel cannot be reached or refuses us; the sweeper queues the batch again.
    """
    ledger = SendLedger(runtime.settings.home / "sent.ledger")
    answers: list[tuple[Claimed, Sent]] = []
    given = 0
    with ThreadPoolExecutor(max_workers=HANDFUL) as pool:
        while True:
            faults.point("send.before_claim")
            with runtime.transaction() as ctx:
                go_on = settle(ctx, answers)
                claimed = claim(ctx, batch_id, worker) if go_on else []
                if not go_on:
                    give_up_batch(ctx, batch_id)
            faults.point("send.after_claim")
            if not claimed:
                return given
            ledger.append(claimed)
            faults.point("send.after_ledger")
            sent = list(pool.map(_contact, [runtime] * len(claimed), claimed))
            faults.point("send.after_contact")
            answers = list(zip(claimed, sent, strict=True))
            given += len(claimed)


def _contact(runtime: Runtime, one: Claimed) -> Sent:
    sent = runtime.notifiers[one.channel].send(one.composed)
    faults.point("send.during_contact")
    return sent
