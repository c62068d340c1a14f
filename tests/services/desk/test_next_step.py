"""What a case waits for: one truth for its pages and the lists, and nobody is named who may not."""

import pytest

from breach.services.desk import queue as queues
from breach.services.desk.queue import queue
from tests.services.conftest import At
from tests.support.scenario import Service
from tests.support.stages import WALKS

H, D, A, R = "sagsbehandler", "beslutter", "godkender", "frigiver"
PEOPLE = (H, D, A, R, "revisor")
OWN_TABS = ("mine", "untaken", "waiting")

NEXT = [
    ("reported", {H: "take"}),
    ("assessing", {H: "score"}),
    ("sent_back", {H: "score"}),
    ("dismissal_asked", {D: "dismiss", H: "score"}),
    ("correction_asked", {D: "confirm_awareness", H: "score"}),
    ("scored", {H: "propose"}),
    ("proposed", {D: "decide"}),
    ("decided", {H: "submit_notification", D: "submit_notification"}),
    ("exemption_asked", {H: "submit_notification", D: "confirm_segment"}),
    ("exempted", {H: "submit_notification", D: "submit_notification"}),
    ("by_notice", {H: "submit_notification", D: "submit_notification"}),
    ("notice_drafted", {H: "submit_notification", D: "submit_notification", A: "approve_notice"}),
    ("notice_approved", {H: "submit_notification", D: "submit_notification", A: "prove_notice"}),
    ("accounted_for", {H: "submit_notification", R: "complete_informing", D: "submit_notification"}),
    ("drafting", {A: "approve_text"}),
    ("returned", {H: "save_text"}),
    ("approved", {H: "add_recipient", R: "add_recipient"}),
    ("listed", {H: "ask_release"}),
    ("asked", {R: "release"}),
    ("released", {}),
    ("paused", {R: "resume"}),
    ("undelivered", {H: "handle_notice", R: "handle_notice"}),
    ("told", {H: "complete_notification", D: "complete_notification"}),
    ("settled", {H: "conclude"}),
    ("concluded", {}),
    ("dismissed", {}),
]


@pytest.mark.parametrize(("stage", "wanted"), NEXT, ids=[stage for stage, _ in NEXT])
def test_next_step_is_one_that_its_reader_can_take(kept_at: At, stage: str, wanted: dict[str, str]) -> None:
    pages = {who: kept_at(stage).page(who) for who in PEOPLE}
    found = {who: page.primary.step for who, page in pages.items() if page.primary}
    assert found == wanted
    assert all(page.primary.is_open for page in pages.values() if page.primary)


@pytest.mark.parametrize(
    ("stage", "who", "step"), [("decided", A, "draft_text"), ("listed", R, "ask_release")]
)
def test_nobody_is_led_to_a_step_that_would_bar_them_from_the_next(
    kept_at: At, stage: str, who: str, step: str
) -> None:
    page = kept_at(stage).page(who)
    assert [one.is_mine for one in page.next if one.step == step] == [False]
    assert next(offer for offer in page.offers if offer.step == step).is_open


def rows(service: Service, who: str, tab: str) -> list[tuple[str, bool]]:
    """Return the first step of each case of a tab, and whether the reader can take it."""
    with service.runtime.transaction(service.actors[who]) as ctx:
        found = queue(ctx, tab)
        assert found.counts.get(tab, len(found.rows)) == len(found.rows)
        mine = [next((one for one in row.next if one.is_mine), None) for row in found.rows]
    return [(one.step if one else "", one is not None) for one in mine]


@pytest.mark.parametrize("stage", WALKS)
def test_list_and_page_name_the_same_step(kept_at: At, stage: str) -> None:
    service = kept_at(stage)
    for who in PEOPLE:
        waiting = rows(service, who, "waiting")
        assert all(can_act for _, can_act in waiting), who
        first = service.page(who).primary
        listed = [step for step, _ in rows(service, who, "all") if step]
        if service.page(who).case.is_open and stage != "two":
            assert listed == ([first.step] if first else []), who


@pytest.mark.parametrize("stage", [stage for stage, found in NEXT if found])
def test_what_waits_stands_in_the_list_of_somebody_who_can_act(kept_at: At, stage: str) -> None:
    service = kept_at(stage)
    assert any(can_act for who in PEOPLE for tab in OWN_TABS for _, can_act in rows(service, who, tab))


def test_letter_that_was_sent_back_stands_in_its_authors_list(kept_at: At) -> None:
    service = kept_at("returned")
    assert rows(service, H, "waiting") == [("save_text", True)]
    assert rows(service, A, "waiting") == []
    page = service.page(A)
    assert (page.next[0].step, page.next[0].sent_back, page.primary) == ("save_text", True, None)


def test_handler_who_waits_is_told_for_whom(kept_at: At) -> None:
    page = kept_at("drafting").page(H)
    first = page.next[0]
    assert (first.step, first.is_mine, page.who_holds(*first.roles, but=first.not_by)) == (
        "approve_text",
        False,
        ("Gry Godkender",),
    )


def test_tabs_of_the_list_are_known() -> None:
    assert set(OWN_TABS) <= set(queues.OPEN_TABS)
