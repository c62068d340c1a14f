"""A model of the people at a case: what each may take now, and how the case goes on from where it stands."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from breach.domain.messages import DeliveryReceipt, ReceiptStatus
from breach.domain.spans import moment
from breach.domain.states import NoticeState, Role
from breach.services.access.people import NewPerson, RoleAt, add_person
from breach.services.actions import named
from breach.services.demo import DEMO_PASSWORD
from breach.services.desk.queue import queue
from breach.services.risk import decision
from breach.services.sending import by_hand, receipts
from breach.store.models import Notice, Release
from tests.services.steps import STEPS
from tests.support.access import confirm_all
from tests.support.scenario import DONE, FACTS, HAPPENED, IN_ENGLISH, Service, actors_of
from tests.support.stages import CHANGED_FACTS, PROPOSAL, notices_of, other, tell_all

COLLEAGUES = (("ida", Role.CASE_HANDLER), ("dan", Role.DECIDER))
"""A second handler and a second decider: what one of them asked, the other can answer."""
PEOPLE = ("sagsbehandler", "ida", "beslutter", "dan", "godkender", "frigiver")
OWN_TABS = ("mine", "untaken", "waiting")
MOST_STEPS = 60
"""More than any case needs from anywhere to its end."""
MOVING = frozenset({NoticeState.APPROVED, NoticeState.QUEUED, NoticeState.UNKNOWN, NoticeState.SUBMITTED})
"""States of a letter in which the service or the channel has it."""
Arguments = tuple[Any, ...]


class Stuck(Exception):
    """A case that is not at its end waits for nobody."""


def with_colleagues(service: Service) -> Service:
    """Let the colleagues come to the region, long enough ago that they may say yes to others' work."""
    with service.runtime.transaction() as ctx:
        for username, role in COLLEAGUES:
            roles = (RoleAt(role, "nordjylland"),)
            add_person(ctx, NewPerson(username, f"{username.title()} Prøve", DEMO_PASSWORD, roles))
    confirm_all(service.runtime)
    actors = actors_of(service.runtime)
    service.actors = {name: replace(actor, new_roles=frozenset()) for name, actor in actors.items()}
    return service


def _facts(service: Service) -> list[Arguments]:
    return [(FACTS,), (CHANGED_FACTS,), ({**FACTS, "insight": "none", "protection": "intact"},)]


def _proposals(service: Service) -> list[Arguments]:
    """Return what the assessment says, and each other outcome with the reason for it."""
    computed = service.page().assessment
    assert computed is not None
    outcomes = ("register_only", "notify_authority", PROPOSAL.outcome)
    given = [
        decision.Proposal(one, "Sådan er det.", "" if one == computed.outcome else "Fordi.")
        for one in outcomes
    ]
    return [(one,) for one in sorted(given, key=lambda one: bool(one.deviation_reason))]


def _count(service: Service) -> list[Arguments]:
    with service.runtime.transaction() as ctx:
        order = ctx.session.query(Release).filter_by(state="asked").one()
        return [(order.frozen_count,)]


def _recipient(service: Service) -> list[Arguments]:
    listed = service.page().addressed
    return [(f"{listed % 28 + 1:02d}0190-1{listed:03d}", f"Prøve Person {listed}")]


def _colleague(service: Service) -> list[Arguments]:
    handler = service.page().case.handler_id
    others = [one for one in ("sagsbehandler", "ida") if service.actors[one].person_id != handler]
    return [(one, "Jeg er væk i næste uge.") for one in others]


def _segments(*states: str) -> Callable[[Service], list[Arguments]]:
    """Return what gives the first segment in one of the states."""

    def named_segment(service: Service) -> list[Arguments]:
        found = (one for one in service.page().segments if one.state in states)
        return [(str(next(found).id),)]

    return named_segment


def _without_letter(service: Service) -> list[Arguments]:
    """Return that all who are missing get no letter, and that some of those affected get none."""
    missing = service.page().tally.missing
    said = ("no_high_risk", "De er døde, siger registret.")
    return [("some", *said, people, "Patienter, der er døde") for people in (max(missing, 1), 1)]


def _letters(service: Service) -> list[Arguments]:
    """Return the letter brought up to date with the facts, and the letter with a word more."""
    page = service.page()
    assert page.text is not None
    assert page.standing is not None
    words = (page.text.danish, page.text.english)
    return [(*words, page.standing.facts_sha256), (f"{words[0]}\nRettet.", words[1])]


def _by_hand(service: Service) -> list[Arguments]:
    """Return what can be done by hand with the first letter that waits for it."""
    waiting = next(one for one in notices_of(service) if one.state in by_hand.NEEDS_ACTION)
    with service.runtime.transaction() as ctx:
        steps = by_hand.notice_with_steps(ctx, service.page().case, waiting.id).steps
    return [(waiting.id, step) for step in steps]


MORE: dict[str, Callable[[Service], list[Arguments]]] = {
    "score": _facts,
    "revise": _facts,
    "propose": _proposals,
    "ask_release": lambda service: [(service.page().list_version,)],
    "release": _count,
    "add_recipient": _recipient,
    "handle_notice": _by_hand,
    "hand_over": _colleague,
    "ask_for_case": lambda service: [("Jeg kender leverandøren.",)],
    "keep_case": lambda service: [("Jeg bliver færdig i dag.",)],
    "ask_segment": _without_letter,
    "confirm_segment": _segments("asked"),
    "withdraw_segment": _segments("asked", "confirmed"),
    "save_text": _letters,
    "save_measures": lambda service: [(HAPPENED, ["social"], DONE, True, moment(service.runtime.clock()))],
    "merge": lambda service: [(other(service),)],
    "open_round": lambda service: [("all",), ("new",), ("unreached",)],
}
"""What the steps are given that have more than one way to go; the first leads furthest."""


SAID: dict[str, dict[str, Any]] = {"save_measures": IN_ENGLISH}
"""What steps are given by name as well."""


def arguments_of(service: Service, step: str) -> list[Arguments]:
    """Return every set of arguments that the step is tried with; the first leads towards the end."""
    return MORE[step](service) if step in MORE else [STEPS[step].arguments(service)]


def take(service: Service, who: str, step: str, arguments: Arguments) -> None:
    """Let a person take a step."""
    call = STEPS[step].call if step in STEPS else named(step).do
    service.do(who, partial(call, **SAID.get(step, {})), *arguments)


def open_steps(service: Service) -> list[tuple[str, str]]:
    """Return each step with each person who is offered it now."""
    pages = {who: service.page(who) for who in PEOPLE}
    offered = [(who, one.step) for who, page in pages.items() for one in page.offers if one.is_open]
    has_letter_by_hand = any(one.state in by_hand.NEEDS_ACTION for one in notices_of(service))
    return [(who, step) for who, step in offered if step != "handle_notice" or has_letter_by_hand]


def next_of(service: Service) -> Iterator[tuple[str, str]]:
    """Yield the step that each person is led to."""
    for who in PEOPLE:
        if first := service.page(who).primary:
            yield who, first.step


def on_the_way(service: Service) -> bool:
    """Tell whether the case waits for the service itself: letters are sent, or receipts come."""
    return any(one.state in MOVING for one in notices_of(service))


def answer(service: Service, notice: Notice, is_delivered: bool) -> None:
    """Let the channel say of a letter that it was delivered, or that it could not be."""
    status = ReceiptStatus.DELIVERED if is_delivered else ReceiptStatus.REJECTED
    code = "" if is_delivered else "recipient.is.closed"
    with service.runtime.transaction() as ctx:
        row = ctx.session.get_one(Notice, notice.id)
        row.state = NoticeState.SUBMITTED  # it has been sent before an answer comes
        uuid = str(row.message_uuid)
        receipts.store_delivery_receipts(ctx, [DeliveryReceipt(uuid, status, code, ctx.now, uuid)])
        ctx.session.flush()
        receipts.complete_where_all_told(ctx)


def finish(service: Service) -> None:
    """Let everybody do what they are led to until the case is at its end; raise Stuck where nobody is."""
    taken: list[tuple[str, str]] = []
    for _ in range(MOST_STEPS):
        page = service.page()
        if not page.case.is_open:
            return
        coming = next(next_of(service), None)
        if coming is None and on_the_way(service):
            tell_all(service)
        elif coming is None:
            raise Stuck(states_of(service))
        else:
            take(service, *coming, arguments_of(service, coming[1])[0])
            taken.append(coming)
    raise Stuck(f"it goes round: {states_of(service)}, {taken[-6:]}")


def states_of(service: Service) -> str:
    """Return how the case and its tracks stand."""
    page = service.page()
    return ", ".join(one.state.value for one in (page.case, page.authority, page.communication))


def listed_for(service: Service, who: str) -> bool:
    """Tell whether the case stands in one of the person's own lists with a step for them."""
    with service.runtime.transaction(service.actors[who]) as ctx:
        rows = [row for tab in OWN_TABS for row in queue(ctx, tab).rows if row.reference == service.reference]
    return any(one.is_mine for row in rows for one in row.next)
