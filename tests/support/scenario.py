"""A whole service on a database of its own, and a case walked as far as a test needs. People are invented."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from breach import config
from breach.domain.spans import moment
from breach.domain.states import OccurredKind, ReporterKind
from breach.install import prepare
from breach.runtime import build_runtime
from breach.services.access.people import actor_of
from breach.services.authority import notification
from breach.services.cases import loading
from breach.services.cases import steps as case_steps
from breach.services.cases.opening import OpenCase, open_case
from breach.services.context import Actor, Context, Runtime
from breach.services.demo import seed_people
from breach.services.desk import case_page
from breach.services.letters import account
from breach.services.letters import text as letters_text
from breach.services.risk import assessment, decision
from breach.services.sending import recipients, release
from breach.store.models import Controller, Person
from tests.support import postgres

FACTS: dict[str, Any] = {
    "data_categories": ["health", "national_id", "identity"],
    "confidentiality": "known_recipients",
    "integrity": "none",
    "availability": "none",
    "cause": "internal_accidental",
    "insight": "full",
    "identifiability": "maximum",
    "recipient_count": 1,
    "subject_count": 3,
    "recipients_bound_by_secrecy": False,
    "protection": "none",
}
HIGH = "notify_authority_and_data_subjects"
HAPPENED = "Et brev om din behandling blev lagt i en kuvert til en anden patient."
DONE = "To ser nu på modtageren."
IN_ENGLISH = {
    "summary_en": "A letter about your treatment was put into an envelope for another patient.",
    "measures_en": "Two now check the recipient.",
}
"""The account of an invented breach, as its handler writes it."""


def environ(home: Path, url: str, **more: str) -> dict[str, str]:
    """Return the settings of a service whose only channel under test is Digital Post."""
    chosen = {
        "BREACH_HOME": str(home),
        "BREACH_DATABASE_URL": url,
        "BREACH_PROFILE": "test",
        "BREACH_CHANNEL": "digital_post",
    }
    return {**{k: v for k, v in os.environ.items() if not k.startswith("BREACH_")}, **chosen, **more}


@dataclass
class Service:
    """A runtime with the demonstration's people in it."""

    runtime: Runtime
    actors: dict[str, Actor]
    reference: str = ""

    def do(self, who: str, step: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Take a step of the case as somebody, from the case as it stands."""
        version = self.version()
        with self.runtime.transaction(self.actors[who]) as ctx:
            return step(ctx, self.reference, version, *arguments, **named)

    def version(self) -> int:
        """Return the version of the case as its handler sees it."""
        with self.runtime.transaction(self.actors["sagsbehandler"]) as ctx:
            return loading.get_case(ctx, self.reference).version

    def page(self, who: str = "sagsbehandler") -> case_page.CasePage:
        """Return the case page as somebody sees it."""
        with self.runtime.transaction(self.actors[who]) as ctx:
            return case_page.case_page(ctx, self.reference)

    def open(self, facts: dict[str, Any] | None = None, aware_at: datetime | None = None) -> str:
        """Open a case of the North Denmark Region and work on it from here on."""
        with self.runtime.transaction() as ctx:
            self.reference = open_in(ctx, "nordjylland", facts or FACTS, aware_at)
        return self.reference

    def decided(self, affected: int = 3) -> "Service":
        """Walk a new case to a decision of high risk; affected: how many people."""
        facts = {**FACTS, "subject_count": affected}
        self.open(facts)
        self.do("sagsbehandler", case_steps.take)
        self.do("sagsbehandler", assessment.score, facts)
        self.do("sagsbehandler", decision.propose, decision.Proposal(HIGH, "Helbred hos en fremmed."))
        proposal = self.page("beslutter").decision
        assert proposal is not None
        self.do("beslutter", decision.decide, proposal.proposed_sha256)
        return self

    def approved(self, affected: int = 3) -> "Service":
        """Walk a new case to an approved letter; affected: how many people."""
        self.decided(affected)
        self.do("sagsbehandler", notification.submit, self.runtime.clock(), "a" * 40)
        self.do(
            "sagsbehandler",
            account.save_measures,
            HAPPENED,
            ["identity_theft"],
            DONE,
            True,
            moment(self.runtime.clock()),
            **IN_ENGLISH,
        )
        self.do("sagsbehandler", letters_text.start_letter)
        text = self.page("godkender").text
        assert text is not None
        self.do("godkender", letters_text.approve_text, text.sha256)
        return self

    def released(self, count: int, affected: int | None = None) -> "Service":
        """Walk a new case to a released campaign of so many invented persons.

        affected: how many people are affected; where nothing is said, those on the list
        """
        self.approved(count if affected is None else affected)
        result = self.do("sagsbehandler", import_csv, people_csv(count))
        assert result.faults == ()
        assert result.added == count
        self.do("sagsbehandler", release.ask_release, self.page().list_version)
        self.do("frigiver", release.release, count)
        return self


def import_csv(ctx: Context, reference: str, version: int, data: bytes) -> recipients.ImportResult:
    """Put everyone of a file on the list as a step like any other: in the one transaction that is given."""
    prepared = recipients.prepare(recipients.open_list(ctx, reference, version), data)
    return recipients.import_list(ctx, reference, version, prepared)


def people_csv(count: int) -> bytes:
    """Return a list of invented persons, each with another CPR-like number."""
    lines = ["cpr;navn"]
    for number in range(count):
        day, month = number % 28 + 1, number // 28 % 12 + 1
        lines.append(f"{day:02d}{month:02d}90-{1000 + number // 336:04d};Prøve Person {number}")
    return "\n".join(lines).encode()


def open_in(ctx: Context, slug: str, facts: dict[str, Any], aware_at: datetime | None = None) -> str:
    """Open a case of a controller; return its reference."""
    controller = ctx.session.scalars(select(Controller).where(Controller.slug == slug)).one()
    command = OpenCase(
        title="Oplysninger sendt til forkert modtager",
        source=ReporterKind.STAFF,
        received_at=ctx.now,
        aware_at=aware_at or ctx.now,
        occurred_kind=OccurredKind.UNKNOWN,
        facts=facts,
    )
    return open_case(ctx, controller, command).reference


def make_service(home: Path, url: str, **more: str) -> Service:
    """Make a service with the demonstration's people."""
    if url.startswith("sqlite"):
        folder = _template()
        _copy_file(folder / "breach.db", Path(url.removeprefix("sqlite:///")))
    else:
        folder, name = _template_on(postgres.folder_of(url))
        postgres.replace_by_copy(url, name)
    home.mkdir(exist_ok=True)
    shutil.copy(folder / "master.key", home)
    runtime = build_runtime(config.load(environ(home, url, **more)))
    return Service(runtime, actors_of(runtime))


def _sqlite(home: Path) -> str:
    return f"sqlite:///{home / 'breach.db'}"


def _copy_file(database: Path, to: Path) -> None:
    to.parent.mkdir(exist_ok=True)
    for part in database.parent.glob(f"{database.name}*"):  # with its log, if it has one
        shutil.copy(part, to.with_name(part.name.replace(database.name, to.name)))


@cache
def _template() -> Path:
    """A home with the people, made once in a test process and copied: migrating takes most of the time."""
    home = Path(tempfile.mkdtemp(prefix="breach-template-"))
    atexit.register(shutil.rmtree, home)
    _prepare(environ(home, _sqlite(home)))
    return home


@cache
def _template_on(folder: str) -> tuple[Path, str]:
    """The same on the PostgreSQL whose socket is in the folder: the home, and the database's name."""
    home = Path(tempfile.mkdtemp(prefix="breach-template-"))
    atexit.register(shutil.rmtree, home)
    name = postgres.new_database(folder)
    _prepare(environ(home, postgres.address(folder, name)))
    return home, name


def _prepare(settings: dict[str, str]) -> None:
    runtime = prepare(config.load(settings))
    with runtime.transaction(now=datetime.now(UTC)) as ctx:
        seed_people(ctx)
    runtime.close()


def actors_of(runtime: Runtime) -> dict[str, Actor]:
    """Return every person by username, as one that acts."""
    with runtime.transaction() as ctx:
        return {person.username: actor_of(person) for person in ctx.session.scalars(select(Person))}
