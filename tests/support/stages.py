"""Databases that stand at a named stage of a case: walked to once, then copied for each test."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url, select

from breach import config
from breach.domain.danish_time import local
from breach.domain.messages import DeliveryReceipt, ReceiptStatus
from breach.domain.spans import moment
from breach.domain.states import NoticeState, Role
from breach.runtime import build_runtime
from breach.services.authority import notification
from breach.services.cases import awareness
from breach.services.cases import steps as case_steps
from breach.services.context import Actor
from breach.services.informing import public_notice, segments
from breach.services.letters import account, returning
from breach.services.letters import text as letters_text
from breach.services.risk import assessment, decision
from breach.services.sending import by_hand, receipts, release
from breach.store.models import Notice
from tests.support.postgres import Postgres
from tests.support.scenario import (
    DONE,
    FACTS,
    HAPPENED,
    HIGH,
    IN_ENGLISH,
    Service,
    actors_of,
    environ,
    import_csv,
    make_service,
    people_csv,
)

PEOPLE = 3
CHANGED_FACTS = {**FACTS, "subject_count": 250}
PROPOSAL = decision.Proposal(HIGH, "Helbred hos en fremmed.")
ACCOUNT = account.Account(
    summary=HAPPENED,
    measures=DONE,
    summary_en=IN_ENGLISH["summary_en"],
    measures_en=IN_ENGLISH["measures_en"],
)


def everything(service: Service, who: str = "sagsbehandler") -> Actor:
    """Return the same person with every role of the same controller: only four eyes can bar him."""
    actor = service.actors[who]
    controller = actor.controllers[0]
    return replace(actor, roles=frozenset((controller, role) for role in Role))


def _two(service: Service) -> None:
    first = service.reference
    service.open(aware_at=service.runtime.clock() + timedelta(hours=1))
    service.reference = first


def _merge(service: Service) -> None:
    service.do("sagsbehandler", case_steps.merge, other(service))


def other(service: Service) -> str:
    """Return the reference of the second case of the stage `two`."""
    return service.reference[:-1] + "2"


def _correct(service: Service) -> None:
    service.do("sagsbehandler", awareness.ask, earlier(service), "Vagten vidste det før.")


def earlier(service: Service) -> datetime:
    """Return a time some hours before the case's awareness."""
    return service.page().case.own_aware_at - timedelta(hours=5)


def _decide(service: Service) -> None:
    proposal = service.page("beslutter").decision
    assert proposal is not None
    service.do("beslutter", decision.decide, proposal.proposed_sha256)


def confirm_segment(service: Service) -> None:
    """Let the decider confirm the segment that waits."""
    service.do("beslutter", segments.confirm, str(service.page().asked_segments[0].id))


def leave_out(service: Service, people: int, why: str = "no_high_risk") -> None:
    """Let two persons stand for it that so many people get no letter."""
    service.do("sagsbehandler", segments.ask, "some", why, "Slået op i registret.", people, "Døde patienter")
    confirm_segment(service)


def _exempt_for_notice(service: Service) -> None:
    service.do("sagsbehandler", segments.ask, "all", "disproportionate", "Ingen adresser.")
    confirm_segment(service)


def notice_text(service: Service) -> tuple[str, str]:
    """Return the draft of a public notice in Danish and in English, which is complete as it is."""
    draft = public_notice.draft_of(service.page())
    return draft["da"], draft["en"]


def write_notice(service: Service, days: int = 30) -> None:
    """Let the handler write a public notice that is shown from today on for so many days."""
    today = local(service.runtime.clock()).date()
    last = today + timedelta(days=days)
    places = "Forsiden af vores hjemmeside"
    service.do("sagsbehandler", public_notice.save, *notice_text(service), places, today, last)


def approve_notice(service: Service) -> None:
    """Let the approver approve the public notice."""
    notice = service.page().notice
    assert notice is not None
    service.do("godkender", public_notice.approve, notice.sha256)


def prove_notice(service: Service) -> None:
    """Let the handler prove the public notice by an address."""
    today = local(service.runtime.clock()).date()
    service.do("sagsbehandler", public_notice.prove, today, "https://region.example/nyheder/brud")


def _account_for(service: Service) -> None:
    leave_out(service, PEOPLE)


def _draft(service: Service) -> None:
    service.do("sagsbehandler", notification.submit, service.runtime.clock(), "a" * 40)
    service.do(
        "sagsbehandler",
        account.save_measures,
        HAPPENED,
        ["identity_theft"],
        DONE,
        True,
        moment(service.runtime.clock()),
        **IN_ENGLISH,
    )
    service.do("sagsbehandler", letters_text.start_letter)


def text_hash(service: Service) -> str:
    """Return the hash of the newest letter."""
    text = service.page("godkender").text
    assert text is not None
    return text.sha256


def notices_of(service: Service) -> list[Notice]:
    """Return all notices, in the order of their ids."""
    with service.runtime.transaction() as ctx:
        return list(ctx.session.scalars(select(Notice).order_by(Notice.id)))


def tell_all(service: Service) -> None:
    """Let a receipt come for everyone, and complete what is told."""
    with service.runtime.transaction() as ctx:
        for notice in ctx.session.scalars(select(Notice)).all():
            uuid = str(notice.message_uuid)
            receipts.store_delivery_receipts(
                ctx, [DeliveryReceipt(uuid, ReceiptStatus.DELIVERED, "", ctx.now, uuid)]
            )
        ctx.session.flush()
        receipts.complete_where_all_told(ctx)


def _refuse_one(service: Service) -> None:
    """Let a receipt come that says of one letter that it could not be delivered."""
    with service.runtime.transaction() as ctx:
        first = ctx.session.scalars(select(Notice).order_by(Notice.id)).first()
        assert first is not None
        uuid = str(first.message_uuid)
        first.state = NoticeState.SUBMITTED
        refused = DeliveryReceipt(uuid, ReceiptStatus.REJECTED, "recipient.is.closed", ctx.now, uuid)
        receipts.store_delivery_receipts(ctx, [refused])


def _import(service: Service) -> None:
    assert service.do("sagsbehandler", import_csv, people_csv(PEOPLE)).added == PEOPLE


Walk = Callable[[Service], object]
WALKS: dict[str, tuple[str, Walk]] = {
    "reported": ("people", lambda s: s.open()),
    "submitted": (
        "reported",
        lambda s: s.do("sagsbehandler", notification.submit, s.runtime.clock(), "a" * 40),
    ),
    "assessing": ("reported", lambda s: s.do("sagsbehandler", case_steps.take)),
    "dismissal_asked": (
        "assessing",
        lambda s: s.do("sagsbehandler", case_steps.ask_dismissal, "Intet brud."),
    ),
    "dismissed": ("dismissal_asked", lambda s: s.do("beslutter", case_steps.dismiss)),
    "correction_asked": ("assessing", _correct),
    "two": ("assessing", _two),
    "merged": ("two", _merge),
    "scored": ("assessing", lambda s: s.do("sagsbehandler", assessment.score, FACTS)),
    "proposed": ("scored", lambda s: s.do("sagsbehandler", decision.propose, PROPOSAL, ACCOUNT)),
    "sent_back": (
        "proposed",
        lambda s: s.do("beslutter", decision.send_back, "Skriv, hvem der så brevet."),
    ),
    "decided": ("proposed", _decide),
    "exemption_asked": (
        "decided",
        lambda s: s.do("sagsbehandler", segments.ask, "all", "risk_removed", "Slettet samme dag."),
    ),
    "exempted": ("exemption_asked", confirm_segment),
    "by_notice": ("decided", _exempt_for_notice),
    "notice_drafted": ("by_notice", write_notice),
    "notice_approved": ("notice_drafted", approve_notice),
    "notice_proven": ("notice_approved", prove_notice),
    "accounted_for": ("decided", _account_for),
    "new_facts": ("decided", lambda s: s.do("sagsbehandler", assessment.revise_facts, CHANGED_FACTS)),
    "drafting": ("decided", _draft),
    "returned": (
        "drafting",
        lambda s: s.do("godkender", returning.send_back_text, text_hash(s), "Skriv, hvornår det skete."),
    ),
    "approved": ("drafting", lambda s: s.do("godkender", letters_text.approve_text, text_hash(s))),
    "listed": ("approved", _import),
    "asked": ("listed", lambda s: s.do("sagsbehandler", release.ask_release, s.page().list_version)),
    "released": ("asked", lambda s: s.do("frigiver", release.release, PEOPLE)),
    "paused": ("released", lambda s: s.do("frigiver", release.pause)),
    "undelivered": ("released", _refuse_one),
    "on_paper": ("undelivered", lambda s: s.do("sagsbehandler", by_hand.send_on_paper)),
    "told": ("released", tell_all),
    "settled": ("told", lambda s: s.do("sagsbehandler", notification.complete)),
    "concluded": ("settled", lambda s: s.do("sagsbehandler", case_steps.conclude)),
}
"""Each stage: the one before it, and what is done there."""


@dataclass(frozen=True)
class _Kept:
    home: Path
    database: str
    reference: str


@dataclass
class Stages:
    """Makes services at a stage; `server` is None for SQLite."""

    root: Path
    server: Postgres | None = None
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _copies: list[str] = field(default_factory=list)
    _made: int = 0

    def at(self, stage: str) -> Service:
        """Return a service of its own on a copy of the stage; close its runtime."""
        return self._copy(self._stage(stage))

    def remove(self, service: Service) -> None:
        """Close a service and remove its copy: thousands of them would not fit into memory."""
        service.runtime.close()
        settings = service.runtime.settings
        shutil.rmtree(settings.home)
        if self.server is not None:
            name = make_url(settings.database_url).database or ""
            self._copies.remove(name)
            self.server.drop(name)

    def close(self) -> None:
        """Remove the databases of a server."""
        for name in self._copies:
            assert self.server is not None
            self.server.drop(name)

    def _stage(self, stage: str) -> _Kept:
        if stage not in self._kept:
            service = self._people() if stage == "people" else self._walked(stage)
            service.runtime.close()
            settings = service.runtime.settings
            name = make_url(settings.database_url).database or ""
            self._kept[stage] = _Kept(settings.home, name, service.reference)
        return self._kept[stage]

    def _people(self) -> Service:
        home = self._home()
        home.mkdir()
        return make_service(home, self._url(home, "template0"))

    def _walked(self, stage: str) -> Service:
        before, walk = WALKS[stage]
        service = self._copy(self._stage(before))
        walk(service)
        return service

    def _copy(self, kept: _Kept) -> Service:
        home = self._home()
        shutil.copytree(kept.home, home)
        runtime = build_runtime(config.load(environ(home, self._url(home, kept.database))))
        return Service(runtime, actors_of(runtime), kept.reference)

    def _home(self) -> Path:
        self._made += 1
        return self.root / str(self._made)

    def _url(self, home: Path, template: str) -> str:
        if self.server is None:
            return f"sqlite:///{home / 'breach.db'}"
        name = self.server.create(template)
        self._copies.append(name)
        return self.server.url(name)
