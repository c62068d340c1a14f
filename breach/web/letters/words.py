"""The letter: its parts, how hard it reads, and why it cannot be approved."""

from breach.domain.letters.elements import ElementCheck
from breach.services.desk.case_page import CasePage
from breach.services.desk.offers import BEFORE_SENDING
from breach.services.letters.fact_words import change_words
from breach.services.letters.text import TextCheck
from breach.texts import has
from breach.web.cases.step_words import Reason, barred_by, reasons
from breach.web.parts.language import current_language, held_together, t
from breach.web.parts.words import FORMAT


def approve_reasons(page: CasePage, check: TextCheck | None) -> list[Reason]:
    """Return why the letter cannot be approved by this person, or as it stands."""
    codes = [code for code in barred_by(page, "approve_text") if code != "text_is_complete"]
    found = reasons(page, "approve_text", codes)
    if check is not None and check.missing:
        found.append(Reason(t("letters.lacks", names=", ".join(_element(code) for code in check.missing))))
    return found


def _element(code: str) -> str:
    language, _, name = code.partition(":")
    if language == "differs":
        return t("letters.differs", fact=name)
    words = _element_words(name)
    return f"{words} ({t(f'common.language.{language}')})"


def _element_words(name: str) -> str:
    found = f"letters.element.{name}"
    return t(found) if has(found) else name


def languages(check: TextCheck) -> list[str]:
    """Return the names of the languages in which the letter is sent."""
    return [t(f"common.language.{language}") for language in check.reviews]


def elements(check: TextCheck) -> list[tuple[str, ...]]:
    """Return the elements of the letter with how each language holds it."""
    held = [review.elements for review in check.reviews.values()]
    return [(_element_words(row[0].id), *(_held(one) for one in row)) for row in zip(*held, strict=True)]


def _held(one: ElementCheck) -> str:
    if not one.present:
        return t("cases.not_met")
    return f"{t('cases.met')}: {held_together(one.sentence)}" if one.sentence else t("cases.met")


def lix(check: TextCheck) -> str:
    """Return how hard the two letters are to read."""
    measured = {
        language: FORMAT.number(round(review.lix.value, 1)) for language, review in check.reviews.items()
    }
    return t("letters.lix_of_both" if check.english else "letters.lix_of_danish", **measured)


def doubtful(check: TextCheck) -> list[str]:
    """Return the words that belittle, frighten or hedge, as they stand in the letters."""
    return [
        f"{finding.word} ({t(f'common.language.{language}')})"
        for language, review in check.reviews.items()
        for finding in review.tone
    ]


def changed_facts(page: CasePage) -> list[tuple[str, str, str]]:
    """Return each fact that changed since the letter was written: its name, what it was, what it is now."""
    changed = (page.standing.changed if page.standing else None) or ()
    words = [change_words(one, current_language()) for one in changed]
    return [(one.label, one.was, one.now) for one in words]


def is_before_sending(page: CasePage) -> bool:
    """Tell whether the letter can still be changed."""
    return page.communication.state in BEFORE_SENDING


def needs_settling(page: CasePage) -> bool:
    """Tell whether somebody may say that the letter fits the case: facts changed, or were not kept."""
    return page.standing is not None and page.standing.changed != ()
