"""A letter keeps the facts it was written from: every one that changes bars it, until somebody settles it."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from breach.domain.danish_time import local
from breach.domain.errors import Conflict, InvalidInput, StepRefused
from breach.domain.letters.basis import ChangedFact, basis_of, changed_facts
from breach.domain.letters.facts import Bilingual, LetterFacts
from breach.domain.spans import moment, whole_day
from breach.services.access.controllers import Details, change_controller
from breach.services.authority import notification
from breach.services.cases import awareness
from breach.services.cases.file_loading import load_file
from breach.services.letters import account, outdated, text
from breach.services.letters import facts as letter_facts
from breach.services.letters.fact_words import change_words
from breach.services.letters.facts import Standing, facts_hash, facts_now
from breach.services.risk import assessment
from breach.services.sending import release
from breach.texts import LANGUAGES, catalogue
from breach.texts.formats import date_long
from tests.services.conftest import At
from tests.services.letters.letter_cases import CONTACTS, WRONG_LETTER
from tests.support.scenario import DONE, FACTS, HAPPENED, IN_ENGLISH, Service
from tests.support.stages import PEOPLE, text_hash

HANDLER, APPROVER, RELEASER = "sagsbehandler", "godkender", "frigiver"
SENTENCE = Bilingual("Vi lukkede for adgangen.", "We closed the access.")
OTHERWISE: dict[str, Any] = {
    "confidentiality": "exfiltrated",
    "integrity": "recoverable",
    "availability": "hours",
    "cause": "external_deliberate",
    "data_categories": ("identity", "payment"),
    "subject_groups": ("protected_address",),
    "return_or_deletion": "refused",
    "protection": "doubtful",
    "access_log": "partial",
    "service_impact": "care_delayed",
    "subject_count": 4,
    "subject_count_is_estimate": True,
    "recipient_count": 2,
    "recipients_per_person": 3,
    "way": "device_lost",
    "made_by": "supplier",
    "began_on": date(2026, 3, 1),
    "ended_on": date(2026, 3, 4),
    "day_is_about": True,
    "discovered_on": date(2026, 3, 4),
    "aware_on": date(2026, 3, 4),
    "next_message_by": date(2026, 4, 1),
    "contained": False,
    "authority_notified": False,
    "police_notified": True,
    "consequences": ("social",),
    "what_happened": SENTENCE,
    "late_because": "finding_out",
    "reason_for_delay": SENTENCE,
    "measures_done": (SENTENCE,),
    "measures_planned": (SENTENCE,),
    "in_english": False,
}
"""Another value of every fact than WRONG_LETTER has."""
NAMES = [one.name for one in fields(LetterFacts)]


def contacts() -> list[tuple[str, str]]:
    """Return holder and name of every contact that a letter names."""
    holders = [(one.name, getattr(CONTACTS, one.name)) for one in fields(CONTACTS)]
    assert all(is_dataclass(holder) for _, holder in holders)
    return [(name, one.name) for name, holder in holders for one in fields(holder)]


def changed(facts: LetterFacts, held: Any = CONTACTS) -> tuple[ChangedFact, ...]:
    return changed_facts(basis_of(WRONG_LETTER, CONTACTS), basis_of(facts, held))


def worded(one: ChangedFact) -> None:
    """See that both languages name the fact and tell its two values apart."""
    for language in LANGUAGES:
        words = change_words(one, language)
        assert words.label
        assert words.was != words.now


def test_facts_all_have_another_value_here() -> None:
    assert list(OTHERWISE) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_changed_facts_are_named_in_both_languages(name: str) -> None:
    [one] = changed(replace(WRONG_LETTER, **{name: OTHERWISE[name]}))
    assert one.name == name
    worded(one)


@pytest.mark.parametrize(("holder", "name"), contacts())
def test_changed_contacts_are_named_in_both_languages(holder: str, name: str) -> None:
    moved = replace(getattr(CONTACTS, holder), **{name: "70 10 20 39"})
    [one] = changed(WRONG_LETTER, replace(CONTACTS, **{holder: moved}))
    assert (one.name, one.now) == (f"{holder}.{name}", "70 10 20 39")
    worded(one)


def test_same_facts_in_another_order_are_the_same() -> None:
    turned = tuple(reversed(WRONG_LETTER.data_categories or ()))
    assert changed(replace(WRONG_LETTER, data_categories=turned)) == ()


def test_fact_that_was_not_kept_yet_was_not_told() -> None:
    kept = {name: value for name, value in basis_of(WRONG_LETTER, CONTACTS).items() if name != "contained"}
    assert changed_facts(kept, basis_of(replace(WRONG_LETTER, contained=None), CONTACTS)) == ()
    [one] = changed_facts(kept, basis_of(WRONG_LETTER, CONTACTS))
    assert (one.name, one.was, one.now) == ("contained", None, True)


@pytest.mark.parametrize(
    ("language", "was", "now"),
    [("da", "5. marts 2026", "4. marts 2026"), ("en", "5 March 2026", "4 March 2026")],
)
def test_day_is_told_as_people_read_it(language: str, was: str, now: str) -> None:
    [one] = changed(replace(WRONG_LETTER, discovered_on=date(2026, 3, 4)))
    words = change_words(one, language)
    assert (words.was, words.now) == (was, now)


def standing(service: Service) -> Standing:
    found = service.page().standing
    assert found is not None
    return found


def names_of(service: Service) -> list[str]:
    return [one.name for one in standing(service).changed or ()]


@pytest.mark.parametrize("name", NAMES)
def test_approval_is_barred_by_every_changed_fact(
    kept_at: At, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    service = kept_at("drafting")
    shown = letter_facts.letter_facts

    def otherwise(*given: Any) -> LetterFacts:
        facts = shown(*given)
        same = getattr(facts, name) == OTHERWISE[name]
        return replace(facts, **{name: getattr(WRONG_LETTER, name) if same else OTHERWISE[name]})

    assert names_of(service) == []
    monkeypatch.setattr(letter_facts, "letter_facts", otherwise)
    assert names_of(service) == [name]
    assert refused(service, APPROVER, text.approve_text, text_hash(service)) == ("text_is_current",)


def refused(service: Service, who: str, step: Callable[..., Any], *arguments: Any) -> tuple[str, ...]:
    with pytest.raises(StepRefused) as error:
        service.do(who, step, *arguments)
    return error.value.reasons


def correct(service: Service) -> None:
    """Let two persons move the awareness of the case five days back."""
    aware_at = service.page().case.own_aware_at - timedelta(days=5)
    service.do(HANDLER, awareness.ask, aware_at, "Vagten vidste det før.")
    service.do("beslutter", awareness.confirm)


def revise(**facts: object) -> Callable[[Service], None]:
    return lambda service: service.do(HANDLER, assessment.revise_facts, {**FACTS, **facts})


def measure(consequence: str, is_contained: bool) -> Callable[[Service], None]:
    return lambda service: service.do(
        HANDLER,
        account.save_measures,
        HAPPENED,
        [consequence],
        DONE,
        is_contained,
        moment(service.runtime.clock()) if is_contained else None,
        **IN_ENGLISH,
    )


def tell(**parts: object) -> Callable[[Service], None]:
    """Change a part of the account."""
    told = {"summary": HAPPENED, "measures": DONE, **IN_ENGLISH, "consequences": ["identity_theft"]}
    return lambda service: service.do(HANDLER, account.save_measures, **{**told, "contained": True, **parts})


def withdraw(service: Service) -> None:
    service.do(HANDLER, notification.withdraw, "Det var ikke et brud.")


def move_house(service: Service) -> None:
    with service.runtime.transaction() as ctx:
        change_controller(ctx, "nordjylland", Details(address="Torvet 2, 9000 Aalborg"))


CHANGES: dict[str, tuple[Callable[[Service], None], str]] = {
    "awareness": (correct, "aware_on"),
    "count": (revise(subject_count=250), "subject_count"),
    "kinds": (revise(data_categories=["health", "national_id"]), "data_categories"),
    "recipients": (revise(return_or_deletion="confirmed"), "return_or_deletion"),
    "each": (revise(recipients_per_person=7), "recipients_per_person"),
    "way": (revise(way="device_lost"), "way"),
    "maker": (revise(made_by="supplier"), "made_by"),
    "consequences": (measure("social", True), "consequences"),
    "contained": (measure("identity_theft", False), "contained"),
    "happened": (tell(summary="Brevet lå i en kuvert til en nabo."), "what_happened"),
    "happened_en": (tell(summary_en="The letter lay in an envelope for a neighbour."), "what_happened"),
    "done": (tell(measures="Vi har hentet brevet."), "measures_done"),
    "languages": (tell(in_english=False), "in_english"),
    "authority": (withdraw, "authority_notified"),
    "contacts": (move_house, "controller.address"),
}
STEPS: dict[str, tuple[str, str, Callable[..., Any], Callable[[Service], tuple[Any, ...]]]] = {
    "drafting": (APPROVER, "approve_text", text.approve_text, lambda service: (text_hash(service),)),
    "listed": (HANDLER, "ask_release", release.ask_release, lambda service: (PEOPLE,)),
    "asked": (RELEASER, "release", release.release, lambda service: (PEOPLE,)),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("stage", STEPS)
def test_changed_fact_bars_approval_the_asking_and_the_release(at: At, stage: str, change: str) -> None:
    service = at(stage)
    (happens, name) = CHANGES[change]
    who, offered, step, arguments = STEPS[stage]
    happens(service)
    assert names_of(service) == [name]
    offers = {offer.step: offer.reasons for offer in service.page(who).offers}
    assert offers[offered] == ("text_is_current",)
    assert "text_is_current" in refused(service, who, step, *arguments(service))


def test_edited_catalogue_changes_nothing_of_what_a_letter_was_written_from(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = at("drafting")
    outdated._patterns.cache_clear()
    sentence = {"da": "Vi hørte om det {aware}.", "en": "We heard of it on {aware}."}
    for language, words in sentence.items():
        texts = cast(dict[str, str], catalogue(language))
        monkeypatch.setitem(texts, "letters.letter.aware.day", words)
    assert names_of(service) == []
    correct(service)
    assert names_of(service) == ["aware_on"]
    outdated._patterns.cache_clear()


def dated(service: Service, was: date, now: date) -> tuple[str, str]:
    """Return both letters with another day of discovery, as a person would put it there."""
    saved = service.page().text
    assert saved is not None
    letters = {"da": (saved.danish, "klar over det den "), "en": (saved.english, "aware of it on ")}
    danish, english = (
        body.replace(words + date_long(was, language), words + date_long(now, language))
        for language, (body, words) in letters.items()
    )
    return danish, english


def mended(service: Service) -> tuple[str, str]:
    """Return both letters with the day that holds now."""
    aware_at = service.page().case.aware_at
    return dated(service, local(aware_at + timedelta(days=5)).date(), local(aware_at).date())


def test_changed_fact_bars_approval_until_somebody_says_that_the_letter_fits(at: At) -> None:
    service = at("drafting")
    correct(service)
    letters = mended(service)
    service.do(HANDLER, text.save_text, *letters)
    assert names_of(service) == ["aware_on"]
    assert refused(service, APPROVER, text.approve_text, text_hash(service)) == ("text_is_current",)
    service.do(HANDLER, text.save_text, *letters, standing(service).facts_sha256)
    assert names_of(service) == []
    said = [line.body for line in service.page().log if line.kind == "communication.text_saved"]
    assert said[0]["facts_sha256"] == standing(service).facts_sha256
    service.do(APPROVER, text.approve_text, text_hash(service))


def test_saved_text_that_changes_nothing_else_can_be_said_to_fit(at: At) -> None:
    service = at("drafting")
    revise(integrity="recoverable")(service)
    saved = service.page().text
    assert saved is not None
    sha256 = standing(service).facts_sha256
    service.do(APPROVER, text.save_text, saved.danish, saved.english, sha256)
    why = refused(service, APPROVER, text.approve_text, text_hash(service))
    assert why == ("approver_differs_from_author",)


def test_settling_a_letter_names_the_current_facts(at: At) -> None:
    service = at("drafting")
    correct(service)
    seen = standing(service).facts_sha256
    move_house(service)  # gives the case no new version
    with pytest.raises(Conflict):
        service.do(HANDLER, text.save_text, *mended(service), seen)
    assert names_of(service) == ["aware_on", "controller.address"]


def test_letter_opened_again_stands_on_the_facts_it_stood_on(at: At) -> None:
    service = at("approved")
    correct(service)
    service.do(HANDLER, text.rewrite)
    assert names_of(service) == ["aware_on"]


def sentences(service: Service) -> list[str]:
    saved = service.page().text
    assert saved is not None
    with service.runtime.transaction(service.actors[HANDLER]) as ctx:
        file = load_file(ctx, service.reference)
        return [one.said for one in text.check_text(file, saved).outdated]


def test_sentence_by_hand_that_does_not_fit_warns_and_bars_nothing(at: At) -> None:
    service = at("drafting")
    right = local(service.page().case.aware_at).date()
    wrong = right - timedelta(days=9)
    service.do(HANDLER, text.save_text, *dated(service, right, wrong))
    assert sentences(service) == [
        f"Vi blev klar over det den {date_long(wrong, 'da')}.",
        f"We became aware of it on {date_long(wrong, 'en')}.",
    ]
    assert names_of(service) == []
    service.do(APPROVER, text.approve_text, text_hash(service))


def test_fact_that_a_person_typed_may_hold_no_cpr_number(
    kept_at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = kept_at("decided")
    shown = letter_facts.letter_facts
    typed = Bilingual("Vi ringede til 251248-9996.", "We called.")
    otherwise: dict[str, Any] = {"measures_done": (typed,)}
    monkeypatch.setattr(letter_facts, "letter_facts", lambda *given: replace(shown(*given), **otherwise))
    with pytest.raises(InvalidInput) as refused:
        service.do(HANDLER, text.start_letter)
    assert [(one.field, one.code) for one in refused.value.errors] == [("facts", "cpr_in_text")]


@pytest.fixture
def unkept(at: At, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A letter that was drafted before facts were kept."""
    service = at("decided")
    measure("identity_theft", True)(service)
    with monkeypatch.context() as before:
        before.setattr(text, "facts_to_keep", lambda *_: None)
        service.do(HANDLER, text.start_letter)
    assert standing(service).changed is None
    return service


def test_letter_without_facts_is_held_to_its_sentences(unkept: Service) -> None:
    correct(unkept)
    why = refused(unkept, APPROVER, text.approve_text, text_hash(unkept))
    assert why == ("text_is_current",)
    unkept.do(HANDLER, text.save_text, *mended(unkept))
    assert standing(unkept).changed is None
    unkept.do(APPROVER, text.approve_text, text_hash(unkept))


def test_letter_without_facts_gets_them_when_somebody_says_that_it_fits(unkept: Service) -> None:
    correct(unkept)
    sha256 = standing(unkept).facts_sha256
    unkept.do(HANDLER, text.save_text, *mended(unkept), sha256)
    assert standing(unkept).changed == ()
    with unkept.runtime.transaction(unkept.actors[HANDLER]) as ctx:
        assert facts_hash(facts_now(load_file(ctx, unkept.reference))) == sha256


@pytest.mark.parametrize(
    ("days_before", "is_told"),
    [
        pytest.param(3, True, id="found-before-we-were-aware"),
        pytest.param(0, True, id="on-the-same-day"),
        pytest.param(-1, False, id="we-were-told-before-that"),
        pytest.param(None, False, id="nobody-said"),
    ],
)
def test_letter_says_when_it_was_discovered_apart_from_when_we_were_aware(
    at: At, days_before: int | None, is_told: bool
) -> None:
    page = at("assessing").page()
    aware = local(page.case.aware_at).date()
    if days_before is not None:
        found = whole_day(aware - timedelta(days=days_before))
        page.case.discovered_at = found.start
        page.case.discovered_is_day = True
    facts = letter_facts.letter_facts(page)
    wanted = page.case.discovered.day if is_told and page.case.discovered else None
    assert (facts.discovered_on, facts.aware_on) == (wanted, aware)
    assert bool(wanted) is is_told
