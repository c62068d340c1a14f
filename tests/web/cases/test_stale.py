"""A form made from an older case, with a faulty field besides: a conflict that holds all that was typed."""

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from breach.services import actions
from breach.texts import LANGUAGES, has, text
from breach.web.app import create_app
from breach.web.desk.step_views import form_of
from breach.web.parts import made_forms
from breach.web.parts.step_form import StepForm
from breach.web.sending.forms import CorrectOneForm, ImportForm, RemoveOneForm
from tests.support.scenario import Service, make_service
from tests.web.cases.test_walk import People

WORDS, LONG = "Mine egne ord", "Brevet begynder her. " * 40
TOO_LONG = f"{WORDS} {'x' * 4000}"
DAY = {"day": "31", "month": "4", "year": "2026"}
AWARE = {f"aware_at-{part}": words for part, words in DAY.items()} | {"at": "25.61", "reason": WORDS}
SUBMITTED = {f"submitted_at-{part}": words for part, words in DAY.items()}
FACTS = {
    "subject_count": "tusind",
    "cause": "internal_accidental",
    "data_categories": ["health", "financial"],
}
CHOSEN = ("risk.facts.value.data_categories.health", "risk.facts.value.cause.internal_accidental")
FAULTY: Mapping[str, tuple[str, Mapping[str, object], tuple[str, ...]]] = {
    "/step/take": ("sagsbehandler", {"aware_from": "zorro", "reason": TOO_LONG}, (TOO_LONG,)),
    "/step/take-over": ("sagsbehandler", {"reason": TOO_LONG}, (TOO_LONG,)),
    "/step/ask-dismissal": ("sagsbehandler", {"reason": f"{WORDS} 010190-1000"}, (WORDS,)),
    "/step/hand-over": ("sagsbehandler", {"to": "ida", "reason": TOO_LONG}, (TOO_LONG,)),
    "/step/refuse-dismissal": ("sagsbehandler", {"reason": TOO_LONG}, (TOO_LONG,)),
    "/step/ask-for-case": ("sagsbehandler", {"reason": TOO_LONG}, (TOO_LONG,)),
    "/step/keep-case": ("sagsbehandler", {"reason": TOO_LONG}, (TOO_LONG,)),
    "/step/remove-recipient": ("sagsbehandler", {"cpr": "12", "reason": TOO_LONG}, ("12", TOO_LONG)),
    "/step/correct-recipient": (
        "sagsbehandler",
        {"cpr": "12", "new_cpr": "13", "name": WORDS, "reason": TOO_LONG},
        ("12", "13", WORDS, TOO_LONG),
    ),
    "/step/ask-release": ("sagsbehandler", {"list_version": "mange"}, ()),
    "/step/send-on-paper": ("sagsbehandler", {"doubtful": "y"}, ("common.yes",)),
    "/step/post-letters": (
        "sagsbehandler",
        {f"posted_on-{part}": words for part, words in DAY.items()},
        ("31.4.2026",),
    ),
    "/step/merge": ("sagsbehandler", {"target_reference": f"{WORDS}\u202e"}, (WORDS,)),
    "/step/save-measures": (
        "sagsbehandler",
        {"summary": TOO_LONG, "consequences": ["identity_theft", "zorro"], "contained": "y"},
        (TOO_LONG, "cases.consequence.identity_theft", "cases.field.contained", "common.yes"),
    ),
    "/step/draft-text": ("sagsbehandler", {"edits": "zorro"}, ()),
    "/step/reopen": ("beslutter", {"reason": f"\0{WORDS}"}, (WORDS,)),
    "/step/submit-notification": (
        "sagsbehandler",
        {**SUBMITTED, "at": "14.30", "receipt_number": "Nr. 7", "late_reason": WORDS},
        ("31.4.2026", "14.30", "Nr. 7", WORDS),
    ),
    "/step/supplement": ("sagsbehandler", {"note": f"\0{WORDS}"}, (WORDS,)),
    "/step/withdraw-notification": ("sagsbehandler", {"reason": f"\0{WORDS}"}, (WORDS,)),
    "/step/ask-awareness": ("sagsbehandler", AWARE, ("31.4.2026", "25.61", WORDS)),
    "/awareness/answer": ("beslutter", {"comment": WORDS}, (WORDS,)),
    "/step/save-notice": ("sagsbehandler", {"danish": LONG, "places": WORDS}, (LONG.strip(), WORDS)),
    "/step/approve-notice": ("godkender", {}, ()),
    "/step/prove-notice": ("sagsbehandler", {"proof_address": WORDS}, (WORDS,)),
    "/step/withdraw-notice": ("sagsbehandler", {"reason": TOO_LONG}, (TOO_LONG,)),
    "/step/ask-segment": (
        "sagsbehandler",
        {"whom": "some", "people": "mange", "reason": WORDS},
        ("mange", WORDS, "informing.whom.some"),
    ),
    "/step/confirm-segment": ("beslutter", {}, ()),
    "/step/refuse-segment": ("beslutter", {"comment": WORDS}, (WORDS,)),
    "/step/withdraw-segment": ("sagsbehandler", {}, ()),
    "/step/open-round": ("sagsbehandler", {"audience": "zorro"}, ()),
    "/step/release": ("frigiver", {"typed_count": "mange"}, ("mange",)),
    "/risk": ("sagsbehandler", {**FACTS, "do": "score"}, ("tusind", *CHOSEN)),
    "/risk?preview": ("sagsbehandler", {**FACTS, "do": "preview"}, ("tusind", *CHOSEN)),
    "/facts/revise": ("sagsbehandler", FACTS, ("tusind", *CHOSEN)),
    "/decision/propose": (
        "sagsbehandler",
        {"outcome": "register_only", "deviation_reason": WORDS, "exemption_ground": "risk_removed"},
        (WORDS, "risk.outcome.register_only", "risk.ground.risk_removed"),
    ),
    "/decision/decide": ("beslutter", {"comment": WORDS}, (WORDS,)),
    "/communication/text": ("sagsbehandler", {"danish": LONG}, (LONG.strip(),)),
    "/communication/text/approve": ("godkender", {"hard_to_read_reason": f"\0{WORDS}"}, (WORDS,)),
    "/communication/text/send-back": ("godkender", {"comment": f"\0{WORDS}"}, (WORDS,)),
    "/communication/recipients/one": ("sagsbehandler", {"cpr": "12", "name": WORDS}, ("12", WORDS)),
}
"""Each form with fields: who sends it, what is typed, one of it faulty, and what the page then shows,
as it was typed or by the text key of a choice."""
ELSEWHERE = {ImportForm, CorrectOneForm, RemoveOneForm}
"""Forms of a file or of one person on the list; tests/web/sending tries them."""
_SHOWN = re.compile(
    r"<textarea[^>]*>\n(.*?)</textarea>|<td>(.*?)</td>|<th scope=\"row\">(.*?)</th>", re.DOTALL
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A case that has moved on to its end, so that hardly any form still stands."""
    home: Path = tmp_path_factory.mktemp("stale")
    found = make_service(home, f"sqlite:///{home / 'breach.db'}")
    found.released(1)
    yield found
    found.runtime.close()


@pytest.fixture(scope="module")
def people(service: Service) -> People:
    return People(create_app(service.runtime), service)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", FAULTY)
def test_stale_form_with_a_fault_is_a_conflict_that_holds_what_was_typed(
    service: Service, people: People, path: str, language: str
) -> None:
    who, typed, shown = FAULTY[path]
    before = service.version()
    address = path.partition("?")[0]
    fields = {**typed, "version": str(before - 1)}
    answer = people[who].send(f"{address}?lang={language}", "/log", **fields)
    assert answer.status_code == 409
    said = [html.unescape("".join(found)) for found in _SHOWN.findall(answer.text)]
    for words in shown:
        wanted = text(words, language) if has(words) else words
        assert any(wanted in one for one in said), wanted
    assert service.version() == before


def descendants(form: type[StepForm]) -> set[type[StepForm]]:
    """Return every form that is made from one, near or far."""
    return {one for child in form.__subclasses__() for one in (child, *descendants(child))}


def test_forms_with_a_field_are_in_the_table() -> None:
    small = [action for action in actions.ACTIONS if not action.page and action.asks]
    forms = {f"/step/{action.address}": form_of(action.asks) for action in small if action.asks}
    steps = {address for address, form in forms.items() if form is not StepForm}
    assert {path for path in FAULTY if path.startswith("/step/")} == steps
    written = {form for form in descendants(StepForm) if form.__module__ != made_forms.__name__}
    others = written - set(forms.values()) - ELSEWHERE
    assert len(others) == len(FAULTY.keys() - steps - {"/risk?preview", "/facts/revise"})
