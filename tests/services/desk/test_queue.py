"""Queue and register: every case once, by time left, by key, in as many statements at 10 as at 200."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breach.bench.register import fill, statements
from breach.domain.errors import InvalidInput
from breach.services.authority import notification
from breach.services.desk import queue as queues
from breach.services.desk.queue import QueueFilter, queue
from breach.services.paging import cursor, read_cursor
from breach.services.register import register as registers
from breach.services.register.register import register
from tests.services.conftest import At
from tests.support.scenario import FACTS, Service, open_in
from tests.support.stages import Stages

START = datetime(2026, 1, 5, tzinfo=UTC)
FEW, MANY = 10, 200


def filled(service: Service, count: int, slug_of: str = "sagsbehandler", first: int = 1) -> Service:
    """Store so many cases of the region of a person."""
    with service.runtime.transaction() as ctx:
        controller = service.actors[slug_of].controllers[0]
        fill(ctx.session.connection(), controller, count, START, first)
    return service


@pytest.fixture(scope="session")
def many(stages: Stages) -> Iterator[Service]:
    """Two hundred cases of the region and five of a stranger's; nothing changes them."""
    service = filled(stages.at("people"), MANY)
    yield filled(service, 5, "fremmed")
    stages.remove(service)


def all_queue(service: Service, tab: str, who: str = "sagsbehandler") -> list[queues.QueueRow]:
    """Return the rows of all pages of a tab."""
    rows: list[queues.QueueRow] = []
    after: str | None = None
    while True:
        with service.runtime.transaction(service.actors[who]) as ctx:
            page = queue(ctx, tab, after=after)
        assert len(page.rows) <= queues.LIMIT
        rows += page.rows
        if (after := page.next_cursor) is None:
            return rows


def all_register(service: Service, filters: QueueFilter | None = None) -> list[registers.RegisterRow]:
    """Return the rows of all pages of the register."""
    rows: list[registers.RegisterRow] = []
    after: str | None = None
    while True:
        with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
            page = register(ctx, filters, after)
        rows += page.rows
        if (after := page.next_cursor) is None:
            return rows


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 60))
def test_pages_of_any_size_hold_every_case_once(many: Service, limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queues, "LIMIT", limit + 20)
        patch.setattr(registers, "LIMIT", limit + 20)
        rows = all_queue(many, "all") + all_queue(many, "closed")
        kept = all_register(many)
    wanted = sorted(f"BRUD-2026-{number:06d}" for number in range(1, MANY + 1))
    assert sorted(row.reference for row in rows) == wanted
    assert sorted(row.reference for row in kept) == wanted


def test_queue_is_sorted_by_the_law_and_the_register_newest_first(many: Service) -> None:
    due = [row.file.notifying_due_at for row in all_queue(many, "all")]
    running = [one for one in due if one]
    received = [row.received_at for row in all_register(many)]
    assert due == [*sorted(running), *[None] * (len(due) - len(running))]
    assert running
    assert received == sorted(received, reverse=True)


def test_cases_with_the_same_deadline_are_paged_by_their_id(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "LIMIT", 2)
    monkeypatch.setattr(registers, "LIMIT", 2)
    service = at("people")
    moment = service.runtime.clock()
    for _ in range(5):
        with service.runtime.transaction(now=moment) as ctx:
            open_in(ctx, "nordjylland", FACTS, moment)
    assert len({row.reference for row in all_queue(service, "all")}) == 5
    assert len({row.reference for row in all_register(service)}) == 5


def test_strangers_cases_are_never_shown(many: Service) -> None:
    assert len(all_queue(many, "all", "fremmed")) == 5
    assert all_queue(many, "all", "administrator") == []
    with many.runtime.transaction(many.actors["fremmed"]) as ctx:
        assert queue(ctx, "all").counts["all"] == 5
        assert len(register(ctx).rows) == 5


QUEUE: Callable[..., object] = queue
REGISTER: Callable[..., object] = register


@pytest.mark.parametrize("page", [QUEUE, REGISTER], ids=["queue", "register"])
def test_queue_takes_as_many_statements_at_ten_cases_as_at_two_hundred(
    at: At, page: Callable[..., object]
) -> None:
    found = []
    for count in (FEW, MANY):
        service = filled(at("people"), count)
        for _ in range(2):  # the first look of a day begins its own stream
            with (
                statements(service.runtime) as seen,
                service.runtime.transaction(service.actors["revisor"]) as ctx,
            ):
                page(ctx)
        found.append(len(seen))
    assert found[0] == found[1] <= 8


def test_tabs_hold_what_they_say(at: At) -> None:
    service = at("assessing")
    late = service.open(aware_at=service.runtime.clock() - timedelta(hours=80))
    mine = service.reference[:-1] + "1"
    with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        shown = {tab: [row.reference for row in queue(ctx, tab).rows] for tab in queues.TABS}
        counts = queue(ctx).counts
    assert shown == {
        "mine": [mine],
        "all": [late, mine],
        "untaken": [late],
        "overdue": [late],
        "waiting": [],
        "closed": [],
    }
    assert counts == {tab: len(shown[tab]) for tab in queues.OPEN_TABS}


def test_informing_that_is_late_is_overdue_also_after_the_notification(at: At) -> None:
    service = at("decided")
    service.do("sagsbehandler", notification.submit, service.runtime.clock(), "a" * 40)
    late = timedelta(hours=service.page().controller.communication_hours, minutes=1)
    for later, wanted in ((timedelta(), []), (late, [service.reference])):
        now = service.page().case.aware_at + later
        with service.runtime.transaction(service.actors["sagsbehandler"], now=now) as ctx:
            found = queue(ctx, "overdue")
        assert [row.reference for row in found.rows] == wanted
        assert found.counts["overdue"] == len(wanted)


def test_deadline_of_the_law_comes_before_the_own_target(at: At) -> None:
    service = at("decided")  # informing is wanted a day after awareness, notifying is due after three
    decided = service.reference
    aware = service.page().case.aware_at
    earlier = service.open(aware_at=aware - timedelta(hours=24))
    notified = service.decided().reference
    service.do("sagsbehandler", notification.submit, service.runtime.clock(), "a" * 40)
    with service.runtime.transaction(service.actors["sagsbehandler"], now=aware + timedelta(hours=30)) as ctx:
        rows = queue(ctx, "all").rows
        overdue = {row.reference for row in queue(ctx, "overdue").rows}
        after = cursor(rows[0].place, UUID(int=0))
        pages = [row.reference for row in queue(ctx, "all", after=after).rows]
    assert [row.reference for row in rows] == pages == [earlier, decided, notified]
    law = [row.file.notifying_due_at for row in rows]
    assert law == [aware + timedelta(hours=48), aware + timedelta(hours=72), None]
    assert [row.file.informing_due_at is None for row in rows] == [True, False, False]
    assert overdue == {decided, notified}


WAITS = [
    ("proposed", "beslutter", True),
    ("proposed", "sagsbehandler", False),
    ("drafting", "godkender", True),
    ("asked", "frigiver", True),
    ("asked", "godkender", False),
    ("dismissal_asked", "beslutter", True),
    ("dismissal_asked", "sagsbehandler", False),
    ("dismissal_asked", "godkender", False),
    ("dismissal_asked", "frigiver", False),
    ("drafting", "sagsbehandler", False),
    ("sent_back", "sagsbehandler", True),
    ("sent_back", "beslutter", False),
    ("paused", "frigiver", True),
    ("paused", "sagsbehandler", False),
    ("undelivered", "sagsbehandler", True),
    ("undelivered", "frigiver", True),
    ("undelivered", "beslutter", False),
    ("correction_asked", "beslutter", True),
    ("correction_asked", "sagsbehandler", False),
    ("correction_asked", "godkender", False),
]


@pytest.mark.parametrize(("stage", "who", "waits"), WAITS, ids=[f"{s}-{w}" for s, w, _ in WAITS])
def test_queue_shows_what_waits_for_a_person_behind_waiting(
    kept_at: At, stage: str, who: str, waits: bool
) -> None:
    rows = all_queue(kept_at(stage), "waiting", who)
    assert [row.reference for row in rows] == ([kept_at(stage).reference] if waits else [])


def test_search_and_state_narrow_the_list(many: Service) -> None:
    found = all_register(many, QueueFilter(search="brud-2026-000042"))
    assert [row.reference for row in found] == ["BRUD-2026-000042"]
    assert len(all_register(many, QueueFilter(state="dismissed"))) == MANY // 10
    assert all_register(many, QueueFilter(search="100%")) == []


def key(at: str) -> str:
    """Return the key of a page after a time that somebody made up."""
    return base64.urlsafe_b64encode(json.dumps([at, str(UUID(int=1))]).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        *("x", "bm90", "W10", "WzEsMl0", "Ⅳ", "=" * 7),
        *(key("2026-01-01"), key("0001-01-01T00:00:00+23:00"), key("9999-12-31T23:59:59-23:00")),
    ],
)
def test_broken_key_of_a_page_is_refused(many: Service, after: str) -> None:
    for page in (queue, register):
        with pytest.raises(InvalidInput), many.runtime.transaction(many.actors["revisor"]) as ctx:
            page(ctx, after=after)


@pytest.mark.parametrize("wrong", [{"tab": "nothing"}, {"filters": QueueFilter(state="nothing")}])
def test_unknown_tab_or_state_is_refused(many: Service, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInput), many.runtime.transaction(many.actors["revisor"]) as ctx:
        queue(ctx, **wrong)  # type: ignore[arg-type]  # wrong on purpose


@given(at=st.datetimes(timezones=st.just(UTC)), row_id=st.uuids())
def test_key_gives_back_what_it_was_made_from(at: datetime, row_id: UUID) -> None:
    assert read_cursor(cursor(at, row_id)) == (at, row_id)
