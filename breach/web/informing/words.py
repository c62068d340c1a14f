"""The sum of the people affected in words, and those who get no letter."""

from dataclasses import dataclass

from breach.domain.states import CommunicationState
from breach.domain.tally import Tally
from breach.services.desk.case_page import CasePage
from breach.services.informing.public_notice import check_notice
from breach.store.models import Segment
from breach.texts import has
from breach.web.cases import step_words
from breach.web.cases.frame import is_undecided
from breach.web.parts.language import t
from breach.web.parts.words import FORMAT, by

_STEPS = ("ask_segment", "confirm_segment", "refuse_segment", "withdraw_segment")
_NOTICE_STEPS = ("save_notice", "approve_notice", "prove_notice", "withdraw_notice")


@dataclass(frozen=True)
class SegmentLine:
    """People who get no letter: who, how many, the reason, and how far the two persons have come."""

    id: str
    who: str
    people: str
    why: str
    reason: str
    state: str
    steps: tuple[step_words.StepLink, ...]


def is_shown(page: CasePage) -> bool:
    """Tell whether anybody is to be told in the case, so that there is a sum to show."""
    state = page.communication.state
    return state is not CommunicationState.NOT_REQUIRED and not is_undecided(page.case.state, state)


def tally_rows(page: CasePage) -> list[tuple[str, str]]:
    """Return the sum line by line; those who are told otherwise only where there are any."""
    tally = page.tally
    known = FORMAT.number(tally.affected) if tally.affected is not None else t("informing.unknown")
    rows = [
        (t("informing.sum.by_letter"), FORMAT.number(tally.by_letter)),
        (t("informing.sum.by_notice"), FORMAT.number(tally.by_notice)),
        (t("informing.sum.not_told"), FORMAT.number(tally.not_told)),
        _last(tally),
        (t("informing.sum.affected"), known),
    ]
    if tally.otherwise:
        rows.insert(2, (t("informing.sum.otherwise"), FORMAT.number(tally.otherwise)))
    return rows


def _last(tally: Tally) -> tuple[str, str]:
    """Return what the rest of the people is: exempted, counted too often, or missing."""
    if tally.surplus:
        return t("informing.sum.surplus"), FORMAT.number(tally.surplus)
    if tally.covers_rest:
        rest = FORMAT.number(tally.rest) if tally.affected is not None else t("informing.unknown")
        return t("informing.sum.exempted"), rest
    missing = FORMAT.number(tally.missing) if tally.is_known else t("informing.unknown")
    return t("informing.sum.missing"), missing


def tally_sentence(page: CasePage) -> str:
    """Return the sum as a sentence; nothing while nobody knows how many are affected."""
    tally = page.tally
    if tally.affected is None:
        return ""
    terms = [
        t("informing.term.by_letter", n=FORMAT.number(tally.by_letter)),
        t("informing.term.by_notice", n=FORMAT.number(tally.by_notice)),
        *([t("informing.term.otherwise", n=FORMAT.number(tally.otherwise))] if tally.otherwise else []),
        t("informing.term.not_told", n=FORMAT.number(tally.not_told)),
    ]
    found = t("informing.sentence", affected=FORMAT.number(tally.affected), terms=" + ".join(terms))
    return f"{found}; {_rest(tally)}."


def _rest(tally: Tally) -> str:
    if tally.surplus:
        return t("informing.term.surplus", n=FORMAT.number(tally.surplus))
    if tally.covers_rest:
        return t("informing.term.exempted", n=FORMAT.number(tally.rest))
    return t("informing.term.missing", n=FORMAT.number(tally.missing))


def remedies(page: CasePage) -> list[str]:
    """Return what does not add up, and what can be done about it; nothing where it does.

    Before letters were released that is what the list and those without a letter leave out.
    """
    tally = page.tally
    if not tally.is_known:
        return [t("informing.remedy.unknown")]
    if tally.surplus:
        return [t("informing.remedy.surplus", n=FORMAT.number(tally.surplus))]
    gap = _gap(page)
    if tally.covers_rest or gap <= 0:
        return []
    values = {"affected": tally.affected, "listed": page.recipients, "n": gap}
    return [t("informing.remedy.gap", **{name: FORMAT.number(value) for name, value in values.items()})]


def _gap(page: CasePage) -> int:
    """Return how many nothing is planned for: neither on the list nor among those without a letter.

    0 while nobody is listed. Once all letters are settled, those whose letter was given up count too.
    """
    planned = sum(one.people or 0 for one in page.segments if one.state in ("asked", "confirmed"))
    if page.letters_are_sent:
        return (page.tally.affected or 0) - page.tally.by_letter - planned
    return (page.tally.affected or 0) - page.recipients - planned if page.recipients else 0


def segment_lines(page: CasePage) -> list[SegmentLine]:
    """Return those who get no letter, asked for, confirmed or refused; what was taken back is in the log."""
    return [_line(page, one) for one in page.segments if one.state != "withdrawn"]


def _line(page: CasePage, row: Segment) -> SegmentLine:
    return SegmentLine(
        id=str(row.id),
        who=who(row),
        people=FORMAT.number(row.people) if row.people else t("informing.everybody"),
        why=t(f"informing.why.{row.why.value}"),
        reason=row.reason,
        state=_state(page, row),
        steps=_steps_of(page, row),
    )


def _state(page: CasePage, row: Segment) -> str:
    asked = t("informing.state.asked", by=by(page, row.asked_by, row.asked_at))
    if row.state == "asked":
        return asked
    said = t(f"informing.state.{row.state}", by=by(page, row.decided_by, row.decided_at))
    return f"{asked} {said}" if row.comment is None else f"{asked} {said} {row.comment}"


def _steps_of(page: CasePage, row: Segment) -> tuple[step_words.StepLink, ...]:
    """Return the steps that the reader can take with it."""
    is_others = row.asked_by != page.reader_id
    fitting = {
        "confirm_segment": row.state == "asked" and is_others,
        "refuse_segment": row.state == "asked" and is_others,
        "withdraw_segment": row.state in ("asked", "confirmed"),
    }
    return tuple(link for link in _open_links(page) if fitting.get(link.name))


def _open_links(page: CasePage, names: tuple[str, ...] = _STEPS) -> list[step_words.StepLink]:
    offers = [one for one in page.offers if one.step in names and one.is_open]
    return [step_words.link_of(page, one) for one in offers]


def asking(page: CasePage) -> step_words.StepLink | None:
    """Return the step by which somebody asks that people get no letter, where the reader can take it."""
    return next((link for link in _open_links(page) if link.name == "ask_segment"), None)


def who(row: Segment) -> str:
    """Return who they are: what was written, or everybody."""
    whom = "all" if row.is_everybody else "some"
    return row.name or t(f"informing.whom.{whom}")


def choice_words(row: Segment) -> str:
    """Return a segment as a choice: who, how many, and how they are told instead."""
    people = FORMAT.number(row.people) if row.people else t("informing.everybody")
    why = t(f"informing.why.{row.why.value}")
    return t("informing.choice", who=who(row), people=people, why=why, reason=row.reason)


def told_words(tally: Tally) -> str:
    """Return how many of those affected have been told, in short."""
    told = FORMAT.number(tally.by_letter + tally.by_notice + tally.otherwise)
    if tally.affected is None:
        return t("informing.told_of_unknown", told=told)
    return t("informing.told_of", told=told, affected=FORMAT.number(tally.affected))


def notice_links(page: CasePage) -> list[step_words.StepLink]:
    """Return the steps with the public notice that the reader can take, where one is there or needed."""
    return _open_links(page, _NOTICE_STEPS) if page.notice is not None or page.needs_notice else []


def notice_rows(page: CasePage) -> list[tuple[str, str]]:
    """Return the public notice as it stands: how far, where, from and to, by whom, and the proof."""
    notice = page.notice
    if notice is None:
        return []
    days = {"first": FORMAT.date_long(notice.shown_from), "last": FORMAT.date_long(notice.shown_to)}
    rows = [
        (t("informing.row.state"), t(f"informing.notice_state.{notice.state}")),
        (t("informing.field.places"), notice.places),
        (t("informing.row.days"), t("informing.notices.days", **days)),
        (t("informing.row.written"), by(page, notice.written_by, notice.written_at)),
    ]
    if notice.approved_at:
        rows.append((t("informing.row.approved"), by(page, notice.approved_by, notice.approved_at)))
    if notice.proven_on:
        day = FORMAT.date_long(notice.proven_on)
        seen = t("informing.seen", at=day, by=by(page, notice.proven_by, notice.proven_at))
        rows.append((t("informing.row.proven"), seen))
    if notice.proof_address:
        rows.append((t("informing.field.proof_address"), notice.proof_address))
    return rows


def notice_texts(page: CasePage) -> list[tuple[str, str]]:
    """Return the text of the public notice by language."""
    return [("da", page.notice.danish), ("en", page.notice.english)] if page.notice else []


def notice_lacks(page: CasePage) -> list[str]:
    """Return what the public notice lacks of what Art. 34(2) and the guidance ask for."""
    if page.notice is None or page.notice.state != "drafted":
        return []
    missing = check_notice(page, page.notice).missing
    return [t("informing.lacks", what=", ".join(_lacked(code) for code in missing))] if missing else []


def _lacked(code: str) -> str:
    """Return one missing thing: an element by its name, else as the check calls it."""
    language, _, what = code.partition(":")
    key = f"letters.element.{what}"
    if language == "differs":
        return t("informing.differs", what=what)
    return f"{t(key) if has(key) else what} ({t(f'common.language.{language}')})"
