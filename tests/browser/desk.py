"""A served desk with a case in every state, and visitors that remember all that went wrong on their pages."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response
from sqlalchemy import select, update

from breach.domain.spans import moment
from breach.domain.states import Role
from breach.jobs.sending import prepare_release, send_batch
from breach.jobs.worker import Worker
from breach.services.access import role_requests
from breach.services.authority import notification
from breach.services.cases import awareness
from breach.services.cases import steps as case_steps
from breach.services.context import NOBODY
from breach.services.demo import DEMO_PASSWORD
from breach.services.intake import filing
from breach.services.intake.report import parse_report
from breach.services.letters import account, text
from breach.services.risk import assessment, decision
from breach.services.sending import release
from breach.store.engine import make_engine
from breach.store.models import BreachCase, LoginSession, Person, Recipient, Release, SendBatch
from breach.web.app import create_app
from notifiers.digital_post.simulator import Behaviour, SimulatorServer
from tests.support.access import add_login
from tests.support.browser import new_context
from tests.support.full_report import filled
from tests.support.scenario import (
    DONE,
    FACTS,
    HAPPENED,
    HIGH,
    IN_ENGLISH,
    Service,
    import_csv,
    make_service,
    people_csv,
)
from tests.support.server import serving

PHONE = (320, 800)
DESKTOP = (1280, 900)
FIRST_PAGES = ("/cases", "/access")  # the second for administrators, who see no cases
FORM_TOKEN = re.compile('name="csrf_token"[^>]* value="([^"]+)"')
LANGUAGES = {"da": "da-DK", "en": "en-GB"}


def follow(pressed: Locator) -> None:
    """Press a link or a button, and wait for the page that it leads to."""
    with pressed.page.expect_navigation():
        pressed.click()


@dataclass(frozen=True)
class Desk:
    """A web application that answers, its service, and its cases by the name of their state."""

    address: str
    service: Service
    cases: dict[str, str]

    def first_person(self, reference: str) -> str:
        """Return the id of the first person on the list of a case."""
        with self.service.runtime.transaction() as ctx:
            wanted = select(Recipient.id).join(BreachCase, BreachCase.id == Recipient.case_id)
            wanted = wanted.order_by(Recipient.id)
            found = ctx.session.scalars(wanted.where(BreachCase.reference == reference)).first()
        return str(found)

    def let_password_age(self, username: str) -> None:
        """Let a person who is logged in have typed the password half an hour ago."""
        person = select(Person.id).where(Person.username == username).scalar_subquery()
        with self.service.runtime.transaction() as ctx:
            typed_at = ctx.now - timedelta(minutes=30)
            mine = update(LoginSession).where(LoginSession.person_id == person)
            ctx.session.execute(mine.values(authenticated_at=typed_at))


@dataclass
class Visitor:
    """One browser profile; `problems` holds script errors, refused content, foreign requests, lost assets."""

    page: Page
    address: str
    problems: list[str] = field(default_factory=list)
    _document: Response | None = None

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("console", self._hear)
        self.page.on("request", self._watch)
        self.page.on("response", self._receive)

    def go(self, path: str) -> int:
        """Open a page of the desk; return its status."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return answer.status

    def log_in(self, username: str) -> None:
        """Log a person of the demonstration in."""
        self.go("/login")
        self.page.fill("#username", username)
        self.page.fill("#password", DEMO_PASSWORD)
        follow(self.page.locator("main button[type=submit]"))
        assert urlsplit(self.page.url).path in FIRST_PAGES

    def enter(self, username: str) -> None:
        """Log a person in without looking at the log-in page: a few requests, no pictures or fonts."""
        browser, address = self.page.request, f"{self.address}/login"
        token = FORM_TOKEN.search(browser.get(address).text())
        assert token is not None
        form = {"csrf_token": token[1], "username": username, "password": DEMO_PASSWORD}
        assert urlsplit(browser.post(address, form=form).url).path in FIRST_PAGES

    def source(self) -> str:
        """Return the document that is open, as it was sent."""
        assert self._document is not None
        return self._document.text()

    def _hear(self, message: ConsoleMessage) -> None:
        own = message.location.get("url", "") == self.page.url  # the status of the page itself is no fault
        if message.type == "error" and not (own and "status of" in message.text):
            self.problems.append(f"console: {message.text} {message.location.get('url', '')}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.problems.append(f"foreign request: {request.url}")

    def _receive(self, answer: Response) -> None:
        if answer.request.is_navigation_request():
            self._document = answer
        if answer.status >= 400 and answer.request.resource_type != "document":
            self.problems.append(f"{answer.status} for {answer.url}")


@contextmanager
def visiting(
    browser: Browser,
    desk: Desk,
    language: str = "da",
    size: tuple[int, int] = DESKTOP,
    *,
    javascript: bool = True,
) -> Iterator[Visitor]:
    """Yield a new visitor; the profile is gone afterwards."""
    context = new_context(
        browser,
        viewport={"width": size[0], "height": size[1]},
        locale=LANGUAGES[language],
        timezone_id="Europe/Copenhagen",
        java_script_enabled=javascript,
        reduced_motion="reduce",
    )
    yield Visitor(context.new_page(), desk.address)
    context.close()


@contextmanager
def simulator(home: Path) -> Iterator[SimulatorServer]:
    """Run the real stand-in for Digital Post on a free port of loopback."""
    server = SimulatorServer(0, home, Behaviour())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def open_desk(home: Path, states: bool = True) -> Iterator[Desk]:
    """Serve a desk over SQLite in `home`, its post going to a simulator; `states`: with a case in each."""
    with simulator(home / "simulator") as post:
        service = make_service(
            home, f"sqlite:///{home / 'breach.db'}", BREACH_SIMULATOR_PORT=str(post.server_address[1])
        )
        found = cases_by_state(service) if states else {}
        if states:
            found |= roles_that_wait(service)
            with service.runtime.transaction() as ctx:  # so that there is another one to end
                add_login(ctx.session, service.actors["sagsbehandler"].person_id or 0, ctx.now)
        with serving(create_app(service.runtime)) as address:
            yield Desk(address, service, found)
        service.runtime.close()


def roles_that_wait(service: Service) -> dict[str, str]:
    """Have roles asked for and one refused; return the ids of a person and of what each asked."""
    asked = {}
    for who, role in (("administrator", Role.RELEASER), ("administrator2", Role.RECIPIENTS_IDENTITY)):
        with service.runtime.transaction(service.actors[who]) as ctx:
            asked[who] = str(role_requests.ask(ctx, "sagsbehandler", role.value, 1).id)
    with service.runtime.transaction(service.actors["administrator"]) as ctx:
        refused = role_requests.ask(ctx, "godkender", Role.DECIDER.value, 1).id
    with service.runtime.transaction(service.actors["administrator2"]) as ctx:
        role_requests.refuse(ctx, refused, "Gry godkender breve og skal ikke også beslutte.")
    person = str(service.actors["sagsbehandler"].person_id)
    return {"person": person, "own": asked["administrator"], "others": asked["administrator2"]}


def cases_by_state(service: Service) -> dict[str, str]:
    """Walk one case to every state by the services; return the references."""
    return {
        name: build(Service(service.runtime, service.actors)).reference for name, build in BUILDERS.items()
    }


def new(service: Service) -> Service:
    """A case nobody has taken."""
    service.open()
    return service


def reported(service: Service) -> Service:
    """A case that a processor reported with every answer there is, words that no line can hold among them."""
    runtime = service.runtime
    body = filled("processor")
    body["containment"] = f"Adgangen er lukket.\nhttps://www.example.dk/{'a1b2c3d4e5' * 9}"
    body["processor"]["next_update_at"] = (runtime.clock() + timedelta(days=3)).isoformat()
    report = parse_report(body, runtime.clock())
    service.reference = filing.submit(runtime, report, None, "full-report", "api", NOBODY).reference
    return service


def taken(service: Service) -> Service:
    """A case in the hands of its handler."""
    new(service).do("sagsbehandler", case_steps.take)
    return service


def scored(service: Service) -> Service:
    """A case whose risk is assessed."""
    taken(service).do("sagsbehandler", assessment.score, FACTS)
    return service


def proposed(service: Service) -> Service:
    """A case that waits for its decision."""
    proposal = decision.Proposal(HIGH, "Helbredsoplysninger er hos en fremmed.")
    scored(service).do("sagsbehandler", decision.propose, proposal)
    return service


def dismissal(service: Service) -> Service:
    """A case that one person wants dismissed."""
    taken(service).do("sagsbehandler", case_steps.ask_dismissal, "Det var en øvelse.")
    return service


def drafting(service: Service) -> Service:
    """A case whose letter is being written."""
    service.decided().do("sagsbehandler", notification.submit, service.runtime.clock(), "b" * 40)
    told = {"summary": HAPPENED, "measures": DONE, "consequences": ["identity_theft"], "contained": True}
    told |= {"contained_at": moment(service.runtime.clock())}
    service.do("sagsbehandler", account.save_measures, **told, **IN_ENGLISH)
    service.do("sagsbehandler", text.start_letter)
    return service


def correction(service: Service) -> Service:
    """A case told to Datatilsynet: its awareness was corrected once, and somebody asks for it again."""
    own = drafting(service).page().case.own_aware_at
    service.do("sagsbehandler", awareness.ask, own - timedelta(hours=80), "Vagten fik det at vide først.")
    service.do("beslutter", awareness.confirm, "Set i vagtens log.")
    service.do("sagsbehandler", awareness.ask, own - timedelta(hours=70), "Loggens ur gik ti timer forkert.")
    return service


def listed(service: Service) -> Service:
    """A case with an approved letter and its recipients."""
    service.approved().do("sagsbehandler", import_csv, people_csv(3))
    return service


def asked(service: Service) -> Service:
    """A case whose release is asked for."""
    listed(service).do("sagsbehandler", release.ask_release, listed(service).page().list_version)
    return service


def told(service: Service) -> Service:
    """A case whose every letter is delivered."""
    service.released(3)
    deliver(service)
    return service


def deliver(service: Service) -> None:
    """Do the worker's work in this process: make the letters, send what waits, and read every receipt."""
    with service.runtime.transaction() as ctx:
        orders = [order.id for order in ctx.session.scalars(select(Release).where(Release.unprepared > 0))]
    for order in orders:
        prepare_release(service.runtime, order)
    with service.runtime.transaction() as ctx:
        batches = [batch.id for batch in ctx.session.scalars(select(SendBatch))]
    for batch in batches:
        send_batch(service.runtime, batch, "test")
    engine = make_engine(service.runtime.settings.database_url)
    worker = Worker(service.runtime, engine, "test", dead_after=60, retry_after=60)
    while worker.read_delivery_receipts():
        pass
    engine.dispose()


BUILDERS: dict[str, Callable[[Service], Service]] = {
    "new": new,
    "reported": reported,
    "taken": taken,
    "scored": scored,
    "proposed": proposed,
    "dismissal": dismissal,
    "decided": Service.decided,
    "drafting": drafting,
    "correction": correction,
    "listed": listed,
    "asked": asked,
    "sending": lambda service: service.released(3),
    "told": told,
}
