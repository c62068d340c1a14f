"""Builds the letter to the people affected from the facts, and reviews an edited one before approval."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from breach.domain.letters.compare import Difference, differences
from breach.domain.letters.contacts import LetterContacts
from breach.domain.letters.elements import ElementCheck, ElementFacts, check_elements
from breach.domain.letters.facts import Bilingual, LetterFacts
from breach.domain.letters.form import parse, write
from breach.domain.letters.lines import Item
from breach.domain.letters.lix import Gate, Lix, measure
from breach.domain.letters.placeholders import case_values, render, unknown
from breach.domain.letters.plan import Plan, plan_letter
from breach.domain.letters.words import ToneFinding, find_tone
from breach.domain.numbers import looks_like_cpr
from breach.texts import text
from breach.texts.formats import date_long, number, phone

_SECTIONS = ("opening", "happened", "timing", "kinds", "meaning", "consequences", "known", "done", "advice")


@dataclass(frozen=True)
class LetterText:
    """A letter built from the facts, in one language: subject, and text in the form that a person edits."""

    language: str
    subject: str
    text: str


@dataclass(frozen=True)
class LetterReview:
    """All that the approver is shown about one letter.

    Missing elements, unknown placeholders and what looks like a CPR number bar it from approval. A LIX above
    50 (`lix.gate`) and words of tone do not; the first takes a tick and a reason.
    """

    elements: tuple[ElementCheck, ...]
    lix: Lix
    tone: tuple[ToneFinding, ...]
    unknown_placeholders: tuple[str, ...]
    holds_cpr: bool

    @property
    def needs_reason(self) -> bool:
        """The letter is so hard to read that approving it takes a reason."""
        return self.lix.gate is Gate.CONFIRM


@cache
def _templates() -> Environment:
    """The letter's own sources; text that staff edit never comes here."""
    return Environment(
        loader=PackageLoader("templates", ""),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object, language: str) -> str:
    if isinstance(value, date):
        return date_long(value, language)
    return number(value, language) if isinstance(value, int) else str(value)


def _contact_values(contacts: LetterContacts, reference: str, language: str) -> dict[str, str]:
    who, dpo, authority = contacts.controller, contacts.dpo, contacts.authority
    return {
        "reference": reference,
        "controller": who.name_da if language == "da" else who.name_en,
        "address": who.address,
        "cvr": who.cvr,
        "phone": phone(who.phone, language),
        "email": who.email,
        "dpo": dpo.name,
        "dpo_phone": phone(dpo.phone, language),
        "hours": dpo.hours_da if language == "da" else dpo.hours_en,
        "authority_address": authority.address,
        "authority_phone": phone(authority.phone, language),
        "authority_email": authority.email,
        "authority_website": authority.website,
        "hotline": phone(contacts.advice.identity_theft, language),
        "police": contacts.advice.police,
    }


def say(item: Item, language: str, contacts: Mapping[str, str]) -> str:
    """Return one sentence of a letter; `contacts` are whom and what it may name besides its own values."""
    if isinstance(item, Bilingual):
        return item.in_language(language)
    values = {name: _shown(value, language) for name, value in item.values.items()}
    return text(f"letters.letter.{item.code}", language, **contacts, **values)


def _rendered(plan: Plan, language: str, contacts: Mapping[str, str]) -> str:
    def fixed(code: str) -> str:
        return text(f"letters.letter.{code}", language, **contacts)

    lines = {name: [say(item, language, contacts) for item in getattr(plan, name)] for name in _SECTIONS}
    source = _templates().get_template(f"letters/communication.{language}.txt")
    return source.render(
        **lines,
        title=say(plan.title, language, contacts),
        salutation=fixed("salutation"),
        genuine=fixed("genuine.codes"),
        ask=fixed("ask.named" if contacts["dpo"] else "ask.unnamed"),
        rights=fixed("rights.rights"),
        complaint=fixed("rights.complaint"),
        controller=fixed("fixed.controller"),
        authority=fixed("fixed.authority"),
    )


def compose_letter(
    facts: LetterFacts, contacts: LetterContacts, reference: str, written_on: date, language: str
) -> LetterText:
    """Return the letter that the facts make, in one language ("da" or "en"); a person edits it afterwards.

    The letter greets nobody by name: one text goes to all of a group, so it is approved, hashed and printed
    once, and it holds no personal data of its reader. Facts not known yet are told as such.
    """
    values = _contact_values(contacts, reference, language)
    body = _rendered(plan_letter(facts, written_on), language, values)
    return LetterText(language, text("letters.letter.subject", language), write(parse(body, language)))


def compose_letters(
    facts: LetterFacts, contacts: LetterContacts, reference: str, written_on: date
) -> dict[str, LetterText]:
    """Return the Danish and the English letter of the same facts, by language."""
    return {code: compose_letter(facts, contacts, reference, written_on, code) for code in ("da", "en")}


def review_letter(body: str, language: str, facts: ElementFacts) -> LetterReview:
    """Return what the checks find in an edited letter."""
    filled = render(body, case_values(language, facts.reference), keep_unknown=True)
    letter = parse(filled, language)
    return LetterReview(
        elements=check_elements(letter, facts),
        lix=measure(letter),
        tone=find_tone(body, language),
        unknown_placeholders=unknown(body, language),
        holds_cpr=looks_like_cpr(body),
    )


def compare_letters(danish: str, english: str) -> tuple[Difference, ...]:
    """Return the facts (dates, numbers, phones, sections) that only one of the two letters has."""
    return differences(parse(danish, "da"), parse(english, "en"))
