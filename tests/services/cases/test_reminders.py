"""Reminders of the 72 hours: once for each threshold, gone when acknowledged, never a stranger's."""

from datetime import timedelta
from uuid import uuid4

import pytest

from breach.domain.errors import Forbidden, NotFound
from breach.services.cases.reminders import acknowledge, give_reminders, open_reminders
from breach.store.models import Reminder
from tests.services.conftest import At
from tests.support.scenario import Service


def remind(service: Service, hours_left: float) -> int:
    """Give reminders when so many hours are left."""
    due = service.page().case.due_at
    with service.runtime.transaction(now=due - timedelta(hours=hours_left)) as ctx:
        return give_reminders(ctx)


def waiting(service: Service, who: str = "sagsbehandler") -> list[Reminder]:
    """Return the reminders that a person sees."""
    with service.runtime.transaction(service.actors[who]) as ctx:
        return open_reminders(ctx)


def test_reminders_are_given_once_for_each_threshold(at: At) -> None:
    service = at("reported")
    given = [remind(service, left) for left in (60, 48, 47, 24, 23.9, 6, 1, 0.5, 0, -1, -100)]
    assert given == [0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0]
    assert sorted(one.threshold for one in waiting(service)) == ["1h", "24h", "48h", "6h", "passed"]


def test_case_found_late_gets_only_the_nearest(at: At) -> None:
    service = at("reported")
    assert remind(service, 3) == 1
    assert [one.threshold for one in waiting(service)] == ["6h"]


@pytest.mark.parametrize("stage", ["submitted", "dismissed"])
def test_reminders_are_not_given_where_nothing_is_due(at: At, stage: str) -> None:
    assert remind(at(stage), 1) == 0


def test_reminder_stops_when_somebody_has_seen_it(at: At) -> None:
    service = at("reported")
    remind(service, 5)
    (reminder,) = waiting(service)
    with service.runtime.transaction(service.actors["beslutter"]) as ctx:
        acknowledge(ctx, reminder.id)
    assert waiting(service) == []
    assert [line.kind for line in service.page().log].count("clock.acknowledged") == 1
    assert remind(service, 4) == 0


def test_reminder_is_a_strangers_neither_to_see_nor_to_acknowledge(at: At) -> None:
    service = at("reported")
    remind(service, 5)
    (reminder,) = waiting(service)
    assert waiting(service, "fremmed") == []
    for who, error in (("fremmed", NotFound), ("revisor", Forbidden)):
        with pytest.raises(error), service.runtime.transaction(service.actors[who]) as ctx:
            acknowledge(ctx, reminder.id)
    with pytest.raises(NotFound), service.runtime.transaction(service.actors["beslutter"]) as ctx:
        acknowledge(ctx, uuid4())
    assert len(waiting(service)) == 1
