"""How a case looks: its read model turned into words, badges and rows in the language of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from breach.domain.clocks import ClockState, clock_state
from breach.domain.letters.elements import ElementCheck
from breach.domain.states import AuthorityState, CaseState, CommunicationState, NoticeState
from breach.services import risk
from breach.services.assessing import assessment_to_json, value_text
from breach.services.communication import TextCheck
from breach.services.holders import holders
from breach.services.offers import Offer, may_take
from breach.services.pages import CasePage, LogLine
from breach.services.queue import QueueRow
from breach.services.recipients import OPEN_STATES, ImportResult, ListedRecipient
from breach.texts import catalogue, has
from breach.web.forms.risk import GROUPS
from breach.web.i18n import PageFormats, current_language, t
from breach.web.sessions import current_actor, runtime
from workflows import authority as authority_table
from workflows import communication as communication_table

Result = dict[str, Any]
TABS = ("overview", "facts", "risk", "decision", "authority", "communication", "log")
_TAB_ENDPOINTS = {"overview": "cases.show"}
_FORMAT = PageFormats()
_CLOCK_LOOK = {
    ClockState.GOOD_TIME: ("on_time", "time"),
    ClockState.UNDER_24H: ("day", "warning"),
    ClockState.UNDER_6H: ("hours", "warning"),
    ClockState.OVERDUE: ("overdue", "error"),
}
_NOTIFIED = frozenset({AuthorityState.SUBMITTED, AuthorityState.COMPLETED, AuthorityState.WITHDRAWN})
_OTHER_PAGES = {
    ("case", "score"): "cases.risk",
    ("case", "revise"): "cases.revise",
    ("case", "propose"): "cases.decision",
    ("case", "send_back"): "cases.decision",
    ("case", "decide"): "cases.decision",
    ("communication", "approve"): "cases.letter",
}
_WAYS_ON = {
    "is_contained": ("step", "measures"),
    "has_measures": ("step", "measures"),
    "authority_settled": ("cases.authority", ""),
    "communication_settled": ("cases.communication", ""),
    "has_recipients": ("cases.recipients", ""),
    "has_facts": ("cases.risk", ""),
    "has_handler": ("step", "take"),
}


@dataclass(frozen=True)
class Reason:
    """Why a step is barred, and where the way on is."""

    words: str
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class StepLink:
    """A step as the page offers it."""

    name: str
    words: str
    href: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Steps:
    """The steps of a page: the one that comes first, the other open ones, and the barred ones."""

    primary: StepLink | None
    others: tuple[StepLink, ...]
    barred: tuple[StepLink, ...]

    @property
    def open(self) -> tuple[StepLink, ...]:
        return ((self.primary,) if self.primary else ()) + self.others


# ---- steps ----


def barred_by(page: CasePage, track: str, step: str) -> tuple[str, ...]:
    """Return the codes that bar a step for this person; nothing when it is open."""
    return next((o.reasons for o in page.offers if (o.track, o.step) == (track, step)), ())


def reasons(page: CasePage, step: str, codes: Sequence[str], track: str = "case") -> list[Reason]:
    """Return the sentences for the codes of guards that say no."""
    return [_reason(page, step, code, track) for code in codes]


def _reason(page: CasePage, step: str, code: str, track: str) -> Reason:
    key = f"errors.barred.{code}" if has(f"errors.barred.{code}") else f"case.barred.{code}"
    if code == "wrong_state" and track != "case":
        key = "case.barred.wrong_track_state"
    words = t(key, **_reason_values(page, step, code, track))
    endpoint, name = _WAYS_ON.get(code, ("", ""))
    if not endpoint:
        return Reason(words)
    if endpoint == "step":
        return Reason(words, _step_href(page, name), t(f"case.do.{name}.button"))
    return Reason(words, url_for(endpoint, reference=page.case.reference), t("case.go"))


def _reason_values(page: CasePage, step: str, code: str, track: str) -> dict[str, str]:
    pattern = catalogue(current_language()).get(f"errors.barred.{code}", "")
    values = {"n": _FORMAT.number(page.untold), "state": _state_words(page, track)}
    if "{names}" in pattern or "{role}" in pattern:
        roles = may_take(track, step)
        with runtime().transaction(current_actor()) as ctx:
            names = ", ".join(holders(ctx, page.case.controller_id, *roles)) or t("case.nobody")
        values |= {"names": names, "name": names, "role": t(f"states.role.{roles[0].value}")}
    return values


def _state_words(page: CasePage, track: str) -> str:
    states = {"authority": page.authority.state, "communication": page.communication.state}
    found = t(f"states.{track}.{states.get(track, page.case.state).value}")
    return found[:1].lower() + found[1:]


def _step_href(page: CasePage, name: str) -> str:
    return url_for("cases.step", reference=page.case.reference, step=name.replace("_", "-"))


def _link(page: CasePage, offer: Offer) -> StepLink:
    reference, key = page.case.reference, (offer.track, offer.step)
    name, codes = offer.step, offer.reasons
    if key == ("case", "dismiss"):
        asked = page.case.dismissal_asked_by
        if asked is None:
            codes = tuple(code for code in codes if code != "is_seconded")
        name = "dismiss" if asked is None else "confirm_dismissal"
    if key in _OTHER_PAGES:
        words, href = t(f"states.step.{offer.step}"), url_for(_OTHER_PAGES[key], reference=reference)
    else:
        words, href = t(f"case.do.{name}.button", **release_words(page)), _step_href(page, name)
    told = reasons(page, offer.step, codes, offer.track)
    return StepLink(offer.step, words, href, tuple(told))


def steps(page: CasePage) -> Steps:
    """Return the steps of the case itself, and the first step of whatever track it belongs to."""
    primary = next((_link(page, offer) for offer in page.offers if offer.primary), None)
    links = [_link(page, offer) for offer in page.offers if offer.track == "case" and not offer.primary]
    others = [link for link in links if not link.reasons and link.name != "send_back"]
    others += [_own_step(page, name) for name in _unlisted(page)]
    if primary is not None:
        others = [link for link in others if link.href != primary.href]
    return Steps(primary, tuple(others), tuple(link for link in links if link.reasons))


def _unlisted(page: CasePage) -> list[str]:
    """Return the steps that stand in no table: writing the measures, and undoing a merge."""
    if page.case.state is CaseState.MERGED:
        return ["split"]
    return ["measures"] if page.case.is_open else []


def step_words(page: CasePage, track: str, step: str) -> str:
    """Return what a step is called: its button, else its name among the steps that follow from others."""
    if (track, step) in _OTHER_PAGES:
        return t(f"states.step.{step}")
    key = f"case.do.{step}.title"
    return t(key, **release_words(page)) if has(key) else t(f"case.follows.{track}_{step}")


def _own_step(page: CasePage, name: str) -> StepLink:
    return StepLink(name, t(f"case.do.{name}.button"), _step_href(page, name))


def track_steps(page: CasePage, track: str) -> Steps:
    """Return the steps of the notification or of the communication."""
    links = [_link(page, offer) for offer in page.offers if offer.track == track]
    return Steps(
        None,
        tuple(link for link in links if not link.reasons),
        tuple(link for link in links if link.reasons),
    )


def release_words(page: CasePage) -> dict[str, str]:
    """Return what the words of release name: the count, who asked, and when."""
    order = page.release
    return {
        "n": _FORMAT.number(order.frozen_count if order else page.recipients),
        "name": page.names.get(order.first_by, "") if order else "",
        "at": _FORMAT.clock_time(order.first_at) if order else "",
    }


@dataclass(frozen=True)
class Condition:
    """One of the four claims that must hold before a case is closed."""

    met: bool
    words: str
    href: str
    link: str


def conditions(page: CasePage) -> list[Condition]:
    """Return the conditions of closing, met or with the way to meet them."""
    found = {
        "authority_settled": page.authority.state in authority_table.SETTLED,
        "communication_settled": page.communication.state in communication_table.SETTLED,
        "is_contained": page.case.contained_at is not None,
        "has_measures": bool(page.case.measures.strip()),
    }
    answer = []
    for code, met in found.items():
        why = _reason(page, "conclude", code, "case")
        words = t(f"case.condition.{code}")
        answer.append(Condition(met, words, "" if met else why.href, why.link))
    return answer


# ---- frame ----


def tabs(page: CasePage, current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of a case, each an address."""
    return [
        (
            t(f"case.tab.{tab}"),
            url_for(_TAB_ENDPOINTS.get(tab, f"cases.{tab}"), reference=page.case.reference),
            tab == current,
        )
        for tab in TABS
    ]


def communication_tabs(page: CasePage, current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs inside the communication."""
    endpoints = {
        "communication": "cases.communication",
        "text": "cases.letter",
        "recipients": "cases.recipients",
    }
    return [
        (t(f"work.tab.{name}"), url_for(endpoint, reference=page.case.reference), name == current)
        for name, endpoint in endpoints.items()
    ]


def state_kind(state: CaseState) -> str:
    """Return the colour of a state's badge; the word says the rest."""
    return {
        CaseState.REPORTED: "warning",
        CaseState.PROPOSED: "warning",
        CaseState.CONCLUDED: "success",
        CaseState.DISMISSED: "",
        CaseState.MERGED: "",
    }.get(state, "info")


def outcome_kind(outcome: str) -> str:
    """Return the colour of an outcome's badge."""
    return {"register_only": "success", "notify_authority": "warning"}.get(outcome, "error")


def track_kind(state: str) -> str:
    """Return the colour of a track's badge."""
    if state in ("completed", "not_required", "exempted"):
        return "success"
    return "warning" if state in ("due", "releasing", "paused") else "info"


def now_of(page: CasePage) -> datetime:
    """Return the moment at which the page was read."""
    return page.case.due_at - page.time_left


def _clock(name: str, due: datetime, now: datetime) -> tuple[str, str, str, str]:
    clock = clock_state(due, now)
    look, _ = _CLOCK_LOOK[clock.state]
    key = "common.clock.overdue" if clock.remaining <= timedelta(0) else "common.clock.left"
    words = t(key, span=_FORMAT.duration(clock.remaining, short=True))
    return name, words, look, t("case.due", at=_FORMAT.datetime_long(due))


def clocks(page: CasePage) -> list[tuple[str, str, str, str]]:
    """Return the clocks as rows of the strip: what, in words, how urgent, when."""
    name = t("clocks.kind.authority_72h")
    if page.authority.state is AuthorityState.DUE:
        rows = [_clock(name, page.case.due_at, now_of(page))]
    else:
        rows = [(name, t(f"states.authority.{page.authority.state.value}"), "done", "")]
    told = page.communication
    name = t("clocks.kind.communication", n=page.controller.communication_hours)
    if told.state not in communication_table.SETTLED:
        rows.append(_clock(name, told.due_at, now_of(page)))
    elif told.state is not CommunicationState.NOT_REQUIRED:
        rows.append((name, t(f"states.communication.{told.state.value}"), "done", ""))
    return rows


# ---- overview ----


def overview(page: CasePage) -> list[tuple[str, ...]]:
    """Return the summary of a case."""
    case = page.case
    rows: list[tuple[str, ...]] = [
        (t("case.row.handler"), page.names.get(case.handler_id or 0, "")),
        (t("case.row.source"), t(f"states.reporter_kind.{case.source.value}")),
        (t("case.row.received"), _FORMAT.datetime_long(case.received_at)),
        (t("case.row.aware"), _FORMAT.datetime_long(case.aware_at)),
        (t("case.row.occurred"), _occurred(page)),
        (t("case.row.authority"), t(f"states.authority.{page.authority.state.value}")),
        (t("case.row.communication"), t(f"states.communication.{page.communication.state.value}")),
        (
            t("case.row.contained"),
            _FORMAT.datetime_long(case.contained_at) if case.contained_at else t("common.no"),
        ),
    ]
    if page.assessment:
        rows.append((t("case.row.outcome"), t(f"states.outcome.{page.assessment.outcome}")))
    if page.merged_into:
        rows.append((t("case.row.merged"), page.merged_into))
    if case.dismissal_reason:
        who = page.names.get(case.dismissal_asked_by or 0, "")
        rows.append((t("case.row.dismissal", name=who), case.dismissal_reason))
    return rows


def _occurred(page: CasePage) -> str:
    case = page.case
    times = [_FORMAT.datetime_long(at) for at in (case.occurred_from_at, case.occurred_to_at) if at]
    if not times:
        return t("common.not_known")
    return t(f"case.occurred.{case.occurred_kind.value}", at=" – ".join(times))


def fact_question(name: str) -> str:
    """Return the question about a fact."""
    return t(f"facts.question.{name}")


def facts(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every fact with its value in words; what is not known says so."""
    language = current_language()
    return [
        (fact_question(name), value_text(name, found.get(name) or _nothing(found.get(name)), language))
        for names in GROUPS.values()
        for name in names
    ]


def _nothing(value: object) -> object:
    return value if value in (False, 0) and value is not None else None


def unknown_facts(page: CasePage) -> list[str]:
    """Return the questions that nobody has answered yet."""
    return [
        fact_question(name)
        for names in GROUPS.values()
        for name in names
        if page.case.facts.get(name) in (None, [], ["unknown"])
    ]


def measures(page: CasePage) -> list[tuple[str, ...]]:
    """Return what the register holds beside the facts, each with the way to change it."""
    case, href = page.case, _step_href(page, "measures") if page.case.is_open else ""
    told = ", ".join(t(f"case.consequence.{one}") for one in case.consequences)
    return [
        (t("case.field.summary"), case.summary, href),
        (t("case.field.consequences"), told, href),
        (t("case.field.measures"), case.measures, href),
        (t("case.field.contained"), t("common.yes") if case.contained_at else t("common.no"), href),
    ]


def reports(page: CasePage) -> list[dict[str, Any]]:
    """Return the reports with what they say; only case handlers and deciders have any."""
    found = []
    for report in page.reports:
        contact = report.content.get("contact") or {}
        rows = [
            (t("case.row.source"), t(f"states.reporter_kind.{report.kind}")),
            (t("case.row.received"), _FORMAT.datetime_long(report.received_at)),
            (t("case.row.reporter"), t("case.anonymous") if report.anonymous else _contact(contact)),
        ]
        found.append(
            {"rows": rows, "narrative": report.content.get("narrative") or report.content.get("what") or ""}
        )
    return found


def _contact(contact: Mapping[str, Any]) -> str:
    return ", ".join(str(value) for value in contact.values() if value)


def similar(page: CasePage) -> list[tuple[str, str]]:
    """Return earlier cases like this one, with what was decided."""
    return [(f"{one.reference} {one.title}", t(f"states.outcome.{one.outcome}")) for one in page.similar]


# ---- risk ----


def result_of(found: Mapping[str, Any], reference: str) -> Result:
    """Return the assessment of facts in the language of the page, with its place in the matrix."""
    assessed = risk.preview(dict(found))
    answer: Result = assessment_to_json(assessed, current_language(), reference)
    return answer | {"matrix": assessed.matrix._asdict()}


def stored_result(page: CasePage) -> Result | None:
    """Return the newest assessment: its sentences in the language of the page while the model is the same."""
    made = page.assessment
    if made is None:
        return None
    fresh = result_of(made.facts, page.case.reference)
    if fresh["model"] == made.model:
        return fresh
    return {**made.result, "matrix": fresh["matrix"]}


def rules(result: Result) -> list[tuple[str, str, str]]:
    """Return the rules that fired: what, to what effect, and where it is written."""
    return [
        (
            f"{rule['id']}: {rule['text']}",
            t(f"risk.effect.{rule['effect']}") if has(f"risk.effect.{rule['effect']}") else rule["effect"],
            rule["source"],
        )
        for rule in result["rules"]
    ]


def unknowns(result: Result) -> list[str]:
    """Return the facts not known yet, the one that narrows most first."""
    names = list(result["unknown"])
    return [
        f"{fact_question(name)} {t('case.narrows_most')}"
        if at == 0 and len(names) > 1
        else fact_question(name)
        for at, name in enumerate(names)
    ]


def facts_changed_since_proposal(page: CasePage) -> int:
    """Return how many facts were changed since the assessment that the proposal stands on."""
    if page.decision is None or page.decision.state != "proposed" or page.assessment is None:
        return 0
    old, new = page.assessment.facts, page.case.facts
    return sum(old.get(name) != new.get(name) for name in old.keys() | new.keys())


def decision(page: CasePage) -> list[tuple[str, str]]:
    """Return the newest proposal or decision, read only."""
    row = page.decision
    if row is None:
        return []
    found = [
        (t("case.field.outcome"), t(f"states.outcome.{row.outcome}")),
        (t("case.row.computed"), t(f"states.outcome.{row.computed_outcome}")),
        (t("case.field.reasoning"), row.reasoning),
    ]
    if row.deviation_reason:
        found.append((t("case.field.deviation_reason"), row.deviation_reason))
    if row.exemption_ground:
        found.append((t("case.field.exemption_ground"), t(f"case.ground.{row.exemption_ground}")))
        found.append((t("case.field.evidence"), row.exemption_evidence or ""))
    found.append((t("case.row.proposed"), _by(page, row.proposed_by, row.proposed_at)))
    if row.decided_by and row.decided_at:
        found.append((t("case.row.decided"), _by(page, row.decided_by, row.decided_at)))
    if row.comment:
        found.append((t("case.field.comment"), row.comment))
    return found


def _by(page: CasePage, person: int | None, at: datetime | None) -> str:
    if at is None:
        return ""
    return t("case.by", name=page.names.get(person or 0, ""), at=_FORMAT.datetime_long(at))


# ---- authority ----


def authority(page: CasePage) -> list[tuple[str, str]]:
    """Return the notification to Datatilsynet as recorded."""
    track = page.authority
    rows = [
        (t("case.row.aware"), _FORMAT.datetime_long(page.case.aware_at)),
        (t("case.row.due"), _FORMAT.datetime_long(page.case.due_at)),
        (t("case.row.submitted"), _by(page, track.submitted_by, track.submitted_at)),
        (t("case.field.receipt_number"), track.receipt_number or ""),
    ]
    return [*rows, (t("case.field.late_reason"), track.late_reason)] if track.late_reason else rows


def completeness(page: CasePage) -> list[tuple[str, str]]:
    """Return the four parts of GDPR art. 33(3), each there or missing."""
    case, known = page.case, page.case.facts
    there = {
        "nature": bool(set(known.get("data_categories", ())) - {"unknown"})
        and known.get("subject_count") is not None,
        "contact": bool(page.controller.dpo_phone),
        "consequences": bool(case.consequences),
        "measures": bool(case.measures.strip()),
    }
    return [
        (t(f"case.element.{name}"), t("case.met" if met else "case.not_met")) for name, met in there.items()
    ]


# ---- communication ----


def communication(page: CasePage) -> list[tuple[str, str]]:
    """Return the communication as it stands."""
    told = page.communication
    rows = [
        (
            t("work.row.channel"),
            t(f"states.channel.{told.channel}") if has(f"states.channel.{told.channel}") else told.channel,
        ),
        (t("work.row.recipients"), _FORMAT.number(page.recipients)),
        (t("case.row.due"), _FORMAT.datetime_long(told.due_at)),
    ]
    if page.text and page.text.approved_at:
        rows.append((t("work.row.approved"), _by(page, page.text.approved_by, page.text.approved_at)))
    if page.release:
        rows.append((t("work.row.asked"), _by(page, page.release.first_by, page.release.first_at)))
    if told.released_at:
        rows.append((t("work.row.released"), _FORMAT.datetime_long(told.released_at)))
    if told.completed_at:
        rows.append((t("work.row.completed"), _FORMAT.datetime_long(told.completed_at)))
    if told.exemption_ground:
        rows.append((t("case.field.exemption_ground"), t(f"case.ground.{told.exemption_ground.value}")))
        rows.append((t("case.field.evidence"), told.exemption_evidence or ""))
    return rows


def counts(page: CasePage) -> list[tuple[str, str]]:
    """Return how many letters stand in each state that any stands in."""
    return [
        (t(f"states.notice.{state.value}"), _FORMAT.number(page.counts[state]))
        for state in NoticeState
        if page.counts.get(state)
    ]


def list_is_open(page: CasePage) -> bool:
    """Tell whether people may be put on the list now."""
    return page.communication.state in OPEN_STATES


def approve_reasons(page: CasePage, check: TextCheck | None) -> list[Reason]:
    """Return why the letter cannot be approved by this person, or as it stands."""
    codes = [code for code in barred_by(page, "communication", "approve") if code != "text_is_complete"]
    found = reasons(page, "approve", codes, "communication")
    if check is not None and check.missing:
        found.append(Reason(t("work.missing", names=", ".join(_element(code) for code in check.missing))))
    return found


def _element(code: str) -> str:
    language, _, name = code.partition(":")
    if language == "differs":
        return t("work.differs", fact=name)
    words = _element_words(name)
    return f"{words} ({t(f'common.language.{language}')})"


def _element_words(name: str) -> str:
    found = (key for key in (f"letters.element.{name}", f"work.element.{name}") if has(key))
    key = next(found, None)
    return t(key) if key else name


def elements(check: TextCheck) -> list[tuple[str, str, str]]:
    """Return the elements of the letter with how each language holds it."""
    danish = {one.id: one for one in check.danish.elements}
    english = {one.id: one for one in check.english.elements}
    return [(_element_words(name), _held(danish[name]), _held(english.get(name))) for name in danish]


def _held(one: ElementCheck | None) -> str:
    if one is None or not one.present:
        return t("case.not_met")
    return f"{t('case.met')}: {one.sentence}" if one.sentence else t("case.met")


def lix(check: TextCheck) -> str:
    """Return how hard the two letters are to read."""
    return t(
        "work.lix",
        da=_FORMAT.number(round(check.danish.lix.value, 1)),
        en=_FORMAT.number(round(check.english.lix.value, 1)),
    )


def doubtful(check: TextCheck) -> list[str]:
    """Return the words that belittle, frighten or hedge, as they stand in the letters."""
    return [
        f"{finding.word} ({t(f'common.language.{language}')})"
        for language, review in (("da", check.danish), ("en", check.english))
        for finding in review.tone
    ]


def recipient_rows(rows: Sequence[ListedRecipient]) -> list[tuple[str, str, str]]:
    """Return the list: masked and numbered, or by name for those who may see it."""
    return [
        (
            row.name or f"{t('work.col.recipient')} {_FORMAT.number(at)}",
            row.cpr or t("work.hidden"),
            t(f"states.notice.{row.state.value}") if row.state is not None else t("work.waits"),
        )
        for at, row in enumerate(rows, 1)
    ]


def bad_rows(found: ImportResult) -> list[tuple[str, str, str]]:
    """Return every fault of a file: row, column, and what to do; never what stood in the cell."""
    return [
        (
            _FORMAT.number(fault.row) if fault.row else t("work.whole_file"),
            fault.column,
            t(f"letters.rows.{fault.code}", **{"n": fault.row, "column": fault.column, **fault.values}),
        )
        for fault in found.faults
    ]


def imported(found: ImportResult) -> list[tuple[str, str]]:
    """Return what became of a list."""
    return [
        (t("work.row.added"), _FORMAT.number(found.added)),
        (t("work.row.repeated"), _FORMAT.number(found.repeated)),
        (t("work.row.bad"), _FORMAT.number(len(found.faults))),
    ]


# ---- log ----


def log(page: CasePage) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return what happened, newest first, and apart from it who looked."""
    lines = [_log_row(line) for line in page.log if not line.kind.endswith(".read")]
    looks = [_log_row(line)[:3] for line in page.log if line.kind.endswith(".read")]
    return lines, looks


def _log_row(line: LogLine) -> tuple[str, ...]:
    key = f"case.event.{line.kind.replace('.', '_')}"
    what = t(key) if has(key) else t("case.event.other", kind=line.kind)
    why = next(
        (
            str(line.body[name])
            for name in ("reason", "comment", "note", "evidence", "other")
            if line.body.get(name)
        ),
        "",
    )
    return _FORMAT.datetime_short(line.at), line.who or t("case.the_service"), what, why


# ---- queue ----

QUEUE_FILTERS = ("state", "search")


def queue_choices() -> dict[str, list[tuple[str, str]]]:
    """Return the choices of the queue's filters."""
    return {"state": [(state.value, t(f"states.case.{state.value}")) for state in CaseState]}


def _outcome_words(row: QueueRow) -> str:
    """Return what is proposed, or after a decision what its tracks say was decided."""
    if row.outcome:
        return t(f"states.outcome.{row.outcome}")
    if row.state not in (CaseState.RESPONDING, CaseState.CONCLUDED):
        return t("case.not_decided")
    if row.communication is not CommunicationState.NOT_REQUIRED:
        return t("states.outcome.notify_authority_and_data_subjects")
    only_kept = row.authority is AuthorityState.NOT_REQUIRED
    return t(f"states.outcome.{'register_only' if only_kept else 'notify_authority'}")


def queue_row(row: QueueRow, now: datetime) -> dict[str, Any]:
    """Return one line of the queue: the time left first."""
    if row.authority is AuthorityState.DUE:
        _, words, look, due = _clock("", row.due_at, now)
    else:
        words, look, due = t(f"states.authority.{row.authority.value}"), "done", ""
    icons = dict(_CLOCK_LOOK.values())
    return {
        "reference": row.reference,
        "title": row.title,
        "clock": {"state": look, "icon": icons.get(look, "check"), "words": words, "due": due},
        "state_words": t(f"states.case.{row.state.value}"),
        "state_kind": state_kind(row.state),
        "outcome_words": _outcome_words(row),
        "handler": row.handler or t("case.nobody"),
        "next_words": t(f"case.next.{row.state.value}"),
    }
