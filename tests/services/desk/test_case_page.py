"""The case page: one next step for each person, why the others are barred, and the look itself logged."""

import pytest

from breach.domain.errors import NotFound
from breach.services.desk import case_page
from tests.services.conftest import At

FIRST = [
    ("reported", "sagsbehandler", ("case", "take")),
    ("assessing", "sagsbehandler", ("case", "score")),
    ("scored", "sagsbehandler", ("case", "propose")),
    ("proposed", "beslutter", ("case", "decide")),
    ("decided", "sagsbehandler", ("authority", "submit_notification")),
    ("drafting", "godkender", ("communication", "approve_text")),
    ("listed", "sagsbehandler", ("communication", "ask_release")),
    ("asked", "frigiver", ("communication", "release")),
    ("paused", "frigiver", ("communication", "resume")),
    ("settled", "sagsbehandler", ("case", "conclude")),
    ("correction_asked", "beslutter", ("awareness", "confirm_awareness")),
    ("correction_asked", "sagsbehandler", ("case", "score")),
    ("concluded", "sagsbehandler", None),
    ("reported", "revisor", None),
]


@pytest.mark.parametrize(("stage", "who", "first"), FIRST, ids=[f"{s}-{w}" for s, w, _ in FIRST])
def test_next_step_is_one_for_each_person(
    kept_at: At, stage: str, who: str, first: tuple[str, str] | None
) -> None:
    primary = kept_at(stage).page(who).primary
    assert (primary and (primary.track, primary.step)) == first


def test_barred_step_says_why(kept_at: At) -> None:
    offers = {(o.track, o.step): o.reasons for o in kept_at("proposed").page("sagsbehandler").offers}
    assert offers["case", "take"] == ("wrong_state",)
    assert offers["case", "decide"] == ("approver_differs_from_proposer",)
    offers = {(o.track, o.step): o.reasons for o in kept_at("proposed").page("revisor").offers}
    assert offers["case", "decide"] == ("no_right",)


def test_case_page_logs_each_read_and_does_not_exist_for_a_stranger(at: At) -> None:
    service = at("reported")
    for _ in range(2):
        service.page("revisor")
    looks = [line.who for line in service.page().log if line.kind == "case.read"]
    assert looks.count("Rie Revisor") == 2
    with pytest.raises(NotFound), service.runtime.transaction(service.actors["fremmed"]) as ctx:
        case_page.case_page(ctx, service.reference)
