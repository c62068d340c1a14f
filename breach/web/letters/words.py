"""The letter: its parts, how hard it reads, and why it cannot be approved."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from breach.domain.letters.elements import ElementCheck
from breach.services.desk.case_page import CasePage
from breach.services.desk.letter_versions import Versions
from breach.services.desk.offers import BEFORE_SENDING
from breach.services.letters.fact_words import change_words
from breach.services.letters.text import TextCheck, examples
from breach.store.models import NoticeText
from breach.texts import has
from breach.web.cases.step_words import Reason, barred_by, reasons
from breach.web.parts.language import current_language, held_together, t
from breach.web.parts.words import FORMAT, by


@dataclass(frozen=True)
class Missing:
    """An element that the checks miss: its name, what to write, and an example in the language."""

    name: str
    write: str
    language: str
    example: str


@dataclass(frozen=True)
class Change:
    """A line that differs between two versions: "added" or "removed", in the language of the line."""

    language: str
    kind: str
    line: str


@dataclass(frozen=True)
class Comparison:
    """What the newest version is read against, in words, and every line that differs."""

    words: str
    changes: list[Change]


def approve_reasons(page: CasePage, check: TextCheck | None) -> list[Reason]:
    """Return why the letter cannot be approved by this person, or as it stands.

    An element that the approver may confirm does not bar it by itself.
    """
    codes = [code for code in barred_by(page, "approve_text") if code != "text_is_complete"]
    found = reasons(page, "approve_text", codes)
    barring = [code for code in check.missing if code not in check.confirmable] if check else []
    if barring:
        found.append(Reason(t("letters.lacks", names=", ".join(_element(code) for code in barring))))
    return found


def return_reasons(page: CasePage) -> list[Reason]:
    """Return why this person cannot send the letter back."""
    return reasons(page, "send_back_text", barred_by(page, "send_back_text"))


def returned(page: CasePage) -> str:
    """Return who sent the newest version back, when, and what is to be changed."""
    row = page.text
    if row is None:
        return ""
    return t("letters.returned_by", by=by(page, row.returned_by, row.returned_at), comment=row.comment)


def confirmed(page: CasePage) -> str:
    """Return which elements the approver confirmed in the newest version, and why."""
    found = (page.text.confirmed if page.text else None) or {}
    names = ", ".join(_element(code) for code in sorted(found))
    return t("letters.approved_with", names=names, reason=next(iter(found.values()), ""))


def _element(code: str) -> str:
    language, _, name = code.partition(":")
    if language == "differs":
        return t("letters.differs", fact=name)
    if language == "claims":
        return t("letters.claims_differ", question=t(f"letters.claim.{name}"))
    words = _element_words(name)
    return f"{words} ({t(f'common.language.{language}')})"


def to_confirm(check: TextCheck) -> list[tuple[str, str]]:
    """Return the missing elements that the approver may confirm, each with its words."""
    return [(code, _element(code)) for code in check.confirmable]


def to_write(page: CasePage, check: TextCheck) -> list[Missing]:
    """Return each missing element of the letter: what to write for it, with an example in its language."""
    drafts = examples(page)
    parted = [(code, *code.split(":")) for code in check.confirmable]
    return [
        Missing(_element(code), t(f"letters.write.{name}"), language, drafts[language][name])
        for code, language, name in parted
    ]


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


def comparisons(versions: Versions | None) -> list[Comparison]:
    """Return how the newest version differs from the draft and from what was approved before it."""
    if versions is None:
        return []
    against = (("drafted", versions.drafted), ("approved", versions.approved))
    return [
        Comparison(t(f"letters.against.{name}", n=before.number), changes(before, versions.text))
        for name, before in against
        if before is not None
    ]


def changes(before: NoticeText, after: NoticeText) -> list[Change]:
    """Return every line that differs between two versions, the Danish first."""
    texts = (("da", before.danish, after.danish), ("en", before.english, after.english))
    return [
        Change(language, kind, line) for language, was, now in texts for kind, line in differences(was, now)
    ]


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Return ("added" or "removed", line) for every line that differs between two versions of a letter."""
    old = before.splitlines()
    new = after.splitlines()
    found = []
    # Whole lines only: `ndiff` looks within them too, which takes minutes for a letter of many short lines.
    for _, start, end, new_start, new_end in _changed(old, new):
        found += [("removed", line) for line in old[start:end]]
        found += [("added", line) for line in new[new_start:new_end]]
    return [(kind, line) for kind, line in found if line.strip()]


def _changed(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    return [one for one in SequenceMatcher(None, old, new).get_opcodes() if one[0] != "equal"]


def is_before_sending(page: CasePage) -> bool:
    """Tell whether the letter can still be changed."""
    return page.communication.state in BEFORE_SENDING


def needs_settling(page: CasePage) -> bool:
    """Tell whether somebody may say that the letter fits the case: facts changed, or were not kept."""
    return page.standing is not None and page.standing.changed != ()
