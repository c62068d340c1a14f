"""Taking a case says once which of several times made the controller aware."""

from datetime import timedelta

import pytest

from breach.domain.errors import InvalidInput
from breach.domain.spans import moment
from breach.services.cases import loading, steps
from breach.services.cases.awareness import open_candidates
from tests.services.conftest import At

H, D = "sagsbehandler", "beslutter"


@pytest.mark.parametrize("chosen", ["called", "strange"])
def test_time_that_the_report_does_not_say_is_refused(at: At, chosen: str) -> None:
    with pytest.raises(InvalidInput) as error:
        at("reported").do(H, steps.take, chosen, "Fordi.")
    assert [one.field for one in error.value.errors] == ["aware_from"]


def test_later_time_waits_for_another_person(at: At) -> None:
    service = at("people")
    found = service.runtime.clock() - timedelta(hours=80)
    service.open(aware_at=found)
    with service.runtime.transaction(service.actors[H]) as ctx:
        case = loading.get_case(ctx, service.reference)
        case.discovered_at = found
        case.discovered_is_day = False
    offered = [(one.source.value, one.said) for one in open_candidates(service.page())]
    assert offered[0] == ("discovered", moment(found))
    with pytest.raises(InvalidInput) as error:
        service.do(H, steps.take, "received", " ")
    assert [one.code for one in error.value.errors] == ["reason_missing"]
    service.do(H, steps.take, "received", "Den dag var det en mistanke.")
    waits = service.page().correction
    assert waits is not None
    assert (service.page().case.aware_at, waits.reason) == (found, "Den dag var det en mistanke.")
