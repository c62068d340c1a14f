"""The file of a case: after any step it says what a file loaded anew says."""

from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import inspect

from breach.services.cases.file import CaseFile
from breach.services.cases.file_loading import load_file
from breach.store.base import Base
from tests.services.conftest import At
from tests.services.steps import STEPS
from tests.support.scenario import Service


def plain(value: Any) -> Any:
    """Return a part of a file as values that can be compared, a row as its columns that are loaded."""
    if isinstance(value, Base):
        columns = inspect(type(value)).column_attrs
        return {one.key: getattr(value, one.key) for one in columns if not one.deferred}
    return tuple(plain(one) for one in value) if isinstance(value, tuple) else value


def shown(file: CaseFile) -> dict[str, Any]:
    """Return all that the file says; of an event of the clock what is read of it."""
    said = {one.name: plain(getattr(file, one.name)) for one in fields(CaseFile)}
    said["clock_events"] = [(kind, body.get("aware_at")) for kind, body in file.clock_events]
    return said


def loaded(service: Service, who: str, reference: str) -> CaseFile:
    with service.runtime.reading(service.actors[who]) as ctx:
        return load_file(ctx, reference)


@pytest.mark.parametrize("name", STEPS)
def test_file_says_after_a_step_what_one_loaded_anew_says(at: At, name: str) -> None:
    step = STEPS[name]
    service = at(step.stage)
    arguments = step.arguments(service)
    version = service.version()
    with service.runtime.transaction(service.actors[step.who]) as ctx:
        step.call(ctx, service.reference, version, *arguments)
        file = load_file(ctx, service.reference)
    said = shown(file)
    now = shown(loaded(service, step.who, service.reference))
    assert {one: said[one] for one in now if said[one] != now[one]} == {}


@pytest.mark.parametrize("name", ["merge", "split"])
def test_file_of_the_other_case_of_a_merge_is_loaded_anew(at: At, name: str) -> None:
    step = STEPS[name]
    service = at(step.stage)
    target = service.reference[:-1] + "2"
    version = service.version()
    with service.runtime.transaction(service.actors[step.who]) as ctx:
        before = load_file(ctx, target)
        step.call(ctx, service.reference, version, *step.arguments(service))
        file = load_file(ctx, target)
    assert file is not before
    assert (file.earliest_merged is None) is (name == "split")
