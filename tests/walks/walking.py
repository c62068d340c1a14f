"""Walks one breach from its report to its end, with every person that it takes."""

from contextlib import ExitStack

from playwright.sync_api import Browser
from sqlalchemy import select

from breach.domain.states import CaseState
from breach.services.desk import case_page
from breach.store.models import BreachCase
from tests.browser.desk import Desk, Visitor, deliver, visiting
from tests.walks.breaches import Breach
from tests.walks.hand import Tally
from tests.walks.people import Colleague, report

STAFF = ("sagsbehandler", "beslutter", "godkender", "frigiver")
MOST_TURNS = 20
"""How often somebody may go to work on one case."""


class NotConcluded(Exception):
    """The walk came to a place where the case waits for nobody, and is not concluded."""


def state_of(desk: Desk, reference: str) -> CaseState:
    """Return the state of a case."""
    with desk.service.runtime.transaction() as ctx:
        wanted = select(BreachCase.state).where(BreachCase.reference == reference)
        return ctx.session.scalars(wanted).one()


def walk(browser: Browser, desk: Desk, breach: Breach) -> Tally:
    """Walk the breach until it is concluded; return what that cost all its people."""
    tally = Tally()
    with ExitStack() as profiles:

        def visitor() -> Visitor:
            return profiles.enter_context(visiting(browser, desk))

        reference = report(visitor().page, desk.address, tally, breach)
        people: dict[str, Colleague] = {}
        for _ in range(MOST_TURNS):
            username = _whose_turn(desk, reference)
            if username not in people:
                people[username] = Colleague(visitor().page, desk.address, tally, breach, username)
            people[username].work(reference)
            deliver(desk.service)
            if state_of(desk, reference) is CaseState.CONCLUDED:
                return tally
    raise NotConcluded(f"{breach.name}: {state_of(desk, reference).value}")


def _whose_turn(desk: Desk, reference: str) -> str:
    """Return for whom the case has a step, the handler first; raise NotConcluded if it is nobody's."""
    for username in STAFF:
        with desk.service.runtime.transaction(desk.service.actors[username]) as ctx:
            if case_page.case_page(ctx, reference, history=False).primary is not None:
                return username
    raise NotConcluded(f"{reference} waits for nobody: {state_of(desk, reference).value}")
