"""The list of persons: each once, faults add nobody, sealed in the store, shown only with the right."""

import pytest
from sqlalchemy import select

from breach.domain.errors import Forbidden, InvalidInput
from breach.services import recipients
from breach.services.cases import get_case
from breach.store.models import AuditEvent, Recipient
from tests.services.conftest import At
from tests.support.scenario import Service, people_csv
from tests.support.stages import PEOPLE, everything

CPR, NAME = "251248-9996", "Prøve Person"


def listed(service: Service) -> int:
    """Return how many are on the list."""
    return service.page().recipients


def test_a_person_is_on_the_list_once_however_written(at: At) -> None:
    service = at("decided")
    service.do("sagsbehandler", recipients.add_recipient, CPR, NAME)
    with pytest.raises(InvalidInput) as error:
        service.do("sagsbehandler", recipients.add_recipient, "2512489996", "En Anden")
    assert [(one.field, one.code) for one in error.value.errors] == [("cpr", "recipient_repeated")]
    assert listed(service) == 1


def test_the_same_file_again_adds_nobody(at: At) -> None:
    service = at("decided")
    first = service.do("sagsbehandler", recipients.import_csv, people_csv(4))
    again = service.do("sagsbehandler", recipients.import_csv, people_csv(6))
    assert (first.added, first.repeated) == (4, 0)
    assert (again.added, again.repeated) == (2, 4)
    assert listed(service) == 6


FAULTY = {
    "number": ("cpr;navn\n251248-9996;Prøve Person\n991399-0000;Prøve\n", {(3, "cpr")}),
    "doubled": ("cpr;navn\n2512489996;Prøve Person\n251248-9996;Prøve\n", {(3, "duplicate")}),
    "no name": ("cpr;navn\n2512489996;\n", {(2, "name_missing")}),
    "formula": ("cpr;navn\n2512489996;=1+1\n", {(2, "formula")}),
    "column": ("cpr\n2512489996\n", {(1, "columns")}),
    "empty": ("", {(0, "empty_file")}),
    "nobody": ("cpr;navn\n", {(0, "no_rows")}),
    "all at once": ("cpr;navn\n1;A\n2;\n", {(2, "cpr"), (3, "cpr"), (3, "name_missing")}),
}


@pytest.mark.parametrize("name", FAULTY)
def test_one_fault_and_nobody_is_stored(at: At, name: str) -> None:
    data, faults = FAULTY[name]
    service = at("decided")
    result = service.do("sagsbehandler", recipients.import_csv, data.encode())
    assert (result.added, result.repeated) == (0, 0)
    assert {(fault.row, fault.code) for fault in result.faults} == faults
    assert listed(service) == 0
    assert not [line for line in service.page().log if line.kind.startswith("recipients.")]


def test_the_store_holds_neither_number_nor_name(at: At) -> None:
    service = at("decided")
    service.do("sagsbehandler", recipients.add_recipient, CPR, NAME)
    with service.runtime.transaction() as ctx:
        row = ctx.session.scalars(select(Recipient)).one()
    held = row.cell + row.finger
    assert not [part for part in (b"251248", b"9996", NAME.encode()) if part in held]


def test_names_are_shown_only_with_the_right_and_the_look_is_logged(kept_at: At) -> None:
    service = kept_at("listed")
    with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        case = get_case(ctx, service.reference)
        hidden = recipients.list_recipients(ctx, case)
        assert [(row.cpr, row.name) for row in hidden] == [("", "")] * PEOPLE
    with pytest.raises(Forbidden), service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        recipients.list_recipients(ctx, get_case(ctx, service.reference), reveal=True)
    with service.runtime.transaction(everything(service, "beslutter")) as ctx:
        shown = recipients.list_recipients(ctx, get_case(ctx, service.reference), reveal=True)
        kinds = ctx.session.scalars(select(AuditEvent.kind)).all()
    assert {row.name for row in shown} == {f"Prøve Person {number}" for number in range(PEOPLE)}
    assert all(row.cpr.endswith("-xxxx") for row in shown)
    assert kinds.count("recipients.read") == 1
