"""Earlier cases like the one at hand: named with their outcome, and one step away."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from breach.services.cases import steps as case_steps
from breach.services.demo import DEMO_PASSWORD
from breach.services.risk import assessment
from breach.store.models import BreachCase, Controller
from breach.web.app import create_app
from tests.support.scenario import FACTS, Service, make_service, open_in
from tests.web.conftest import token_of

EARLIER = re.compile(r'<th scope="row"[^>]*><a class="app-target" href="(/cases/BRUD-[0-9-]+)">([^<]*)</a>')


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """A decided case of the region, a case like it that waits for a proposal, and a stranger's case."""
    made = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}").decided()
    with made.runtime.transaction() as ctx:
        open_in(ctx, "eksempel", FACTS)
    made.open()
    made.do("sagsbehandler", case_steps.take)
    made.do("sagsbehandler", assessment.score, FACTS)
    return made


@pytest.mark.parametrize("path", ["", "/decision"])
@pytest.mark.parametrize("username", ["sagsbehandler", "beslutter", "revisor"])
def test_similar_case_is_a_link_that_opens(service: Service, path: str, username: str) -> None:
    client = create_app(service.runtime).test_client()
    fields = {"csrf_token": token_of(client), "username": username, "password": DEMO_PASSWORD}
    assert client.post("/login", data=fields).status_code == 303
    found = EARLIER.findall(client.get(f"/cases/{service.reference}{path}").text)
    assert [words.split(" ", 1)[1] for _, words in found] == ["Oplysninger sendt til forkert modtager"]
    address, words = found[0]
    assert address == f"/cases/{words.split()[0]}"
    assert address != f"/cases/{service.reference}"
    assert client.get(address).status_code == 200


def test_similar_cases_are_of_the_same_controller(service: Service) -> None:
    shown = {one.reference for one in service.page().similar}
    with service.runtime.transaction() as ctx:
        wanted = select(Controller.slug).join(BreachCase, BreachCase.controller_id == Controller.id)
        owners = ctx.session.scalars(wanted.where(BreachCase.reference.in_(shown)))
        assert list(owners) == ["nordjylland"]
