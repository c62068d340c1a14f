"""Builds the letter to the people affected from the facts, and reviews an edited one before approval."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from breach.documents.filled import filled
from breach.domain.letters.compare import Difference, differences
from breach.domain.letters.contacts import LetterContacts
from breach.domain.letters.elements import ElementCheck, ElementFacts, check_elements
from breach.domain.letters.facts import Bilingual, LetterFacts
from breach.domain.letters.form import parse, write
from breach.domain.letters.lines import Item
from breach.domain.letters.lix import Gate, Lix, measure
from breach.domain.letters.placeholders import unknown
from breach.domain.letters.plan import Plan, plan_letter
from breach.domain.letters.words import ToneFinding, find_tone
from breach.domain.numbers import looks_like_cpr
from breach.texts import LANGUAGES, catalogue, text
from breach.texts.formats import date_long, number, phone

ONCE = frozenset({"how", "who", "when", "found", "aware", "count", "reach", "cover", "change", "loss"})
"""Questions about what happened that the letter answers with one sentence at the most; part of its code."""
_PHRASES = ONCE | {"apology", "late"}
"""The sentences that stand in the section of what happened."""
_SECTIONS = tuple(one.name for one in fields(Plan) if one.name not in ("title", "greeting"))


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


def _rendered(plan: Plan, language: str, contacts: Mapping[str, str], written_on: date | None) -> str:
    def fixed(code: str) -> str:
        return text(f"letters.letter.{code}", language, **contacts)

    said = {name: [say(item, language, contacts) for item in getattr(plan, name)] for name in _SECTIONS}
    lines = {name: [words for words in found if words] for name, found in said.items()}
    source = _templates().get_template(f"letters/communication.{language}.txt")
    return source.render(
        **lines,
        title=say(plan.title, language, contacts),
        written=date_long(written_on, language) if written_on else "",
        greeting=say(plan.greeting, language, contacts),
        genuine=fixed("genuine.codes"),
        ask=fixed("ask.named" if contacts["dpo"] else "ask.unnamed"),
        closing=fixed("closing"),
        rights=fixed("rights.rights"),
        complaint=fixed("rights.complaint"),
        controller=fixed("fixed.controller"),
        authority=fixed("fixed.authority"),
    )


def compose_letter(
    facts: LetterFacts, contacts: LetterContacts, reference: str, written_on: date | None, language: str
) -> LetterText:
    """Return the letter that the facts make, in one language ("da" or "en"); a person edits it afterwards.

    The letter greets nobody by name: one text goes to all of a group, so it is approved, hashed and printed
    once, and it holds no personal data of its reader. What rests on a fact that is not known is left out.
    written_on: the Danish calendar day that stands in the letter; None leaves it to the release
    """
    values = _contact_values(contacts, reference, language)
    body = _rendered(plan_letter(facts), language, values, written_on)
    return LetterText(language, text("letters.letter.subject", language), write(parse(body, language)))


def compose_letters(
    facts: LetterFacts, contacts: LetterContacts, reference: str, written_on: date | None
) -> dict[str, LetterText]:
    """Return the letter of the same facts by language: in Danish, and in English where it is sent so too."""
    languages = LANGUAGES if facts.in_english else ("da",)
    return {code: compose_letter(facts, contacts, reference, written_on, code) for code in languages}


@cache
def phrases(language: str) -> tuple[re.Pattern[str], ...]:
    """Return the sentences that a draft makes by itself about what happened, whatever their values."""
    prefixes = tuple(f"letters.letter.{group}." for group in _PHRASES)
    known = (words for key, words in catalogue(language).items() if key.startswith(prefixes))
    parted = (one for words in known for one in re.split(r"(?<=[.]) ", words))
    return tuple(_known_again(one) for one in parted)


def _known_again(words: str) -> re.Pattern[str]:
    """Return how a sentence is known whatever its values; one that ends with a colon, with what it begins."""
    plain, *rest = re.split(r"\{(\w+)\}", words)  # plain, name, plain, name, ...
    found = re.escape(plain)
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        found += (r"[0-9][0-9.,]*" if name == "n" else ".{1,40}?") + re.escape(after)
    return re.compile(f"{found}.*" if words.endswith(":") else found)


def review_letter(body: str, language: str, facts: ElementFacts) -> LetterReview:
    """Return what the checks find in an edited letter."""
    letter = parse(filled(body, language, facts.reference, None), language)
    return LetterReview(
        elements=check_elements(letter, replace(facts, phrases=phrases(language))),
        lix=measure(letter),
        tone=find_tone(body, language),
        unknown_placeholders=unknown(body, language),
        holds_cpr=looks_like_cpr(body),
    )


def compare_letters(danish: str, english: str) -> tuple[Difference, ...]:
    """Return the facts (dates, numbers, phones, sections) that only one of the two letters has."""
    return differences(parse(danish, "da"), parse(english, "en"))
