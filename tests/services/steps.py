"""Every step of the services: where it is legal, who takes it, what it leaves, and where it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from breach.domain.danish_time import local
from breach.domain.spans import whole_day
from breach.services.authority import notification
from breach.services.cases import awareness
from breach.services.cases import steps as case_steps
from breach.services.informing import public_notice, segments
from breach.services.letters import account, returning
from breach.services.letters import text as letters_text
from breach.services.risk import assessment
from breach.services.risk import decision as risk_decision
from breach.services.sending import by_hand, corrections, recipients, release
from tests.support.scenario import FACTS, Service, import_csv
from tests.support.stages import CHANGED_FACTS, PEOPLE, PROPOSAL, earlier, notice_text, other, text_hash

Arguments = Callable[[Service], tuple[Any, ...]]


@dataclass(frozen=True)
class Step:
    """A step of the case: `after` is the state it leaves of its track; `events` what it writes in the log."""

    call: Callable[..., Any]
    stage: str
    who: str
    arguments: Arguments
    wrong: str
    track: str
    after: str
    events: tuple[str, ...]


def said(*values: Any) -> Arguments:
    """Return arguments that do not depend on the case."""
    return lambda service: values


def _proposal(service: Service) -> tuple[Any, ...]:
    decision = service.page("beslutter").decision
    return (decision.proposed_sha256 if decision else "0" * 64,)


def _text(service: Service) -> tuple[Any, ...]:
    return (text_hash(service),)


def _sent(service: Service) -> tuple[Any, ...]:
    return (service.runtime.clock(), "f" * 40)


def _segment(service: Service) -> tuple[Any, ...]:
    asked = service.page().asked_segments
    return (str(asked[0].id) if asked else "",)


def _notice(service: Service) -> tuple[Any, ...]:
    notice = service.page().notice
    return (notice.sha256 if notice else "0" * 64,)


def _today(service: Service) -> date:
    return local(service.runtime.clock()).date()


def _letters(service: Service) -> tuple[Any, ...]:
    text = service.page("godkender").text
    assert text is not None
    return (text.danish + "\nRettet.", text.english + "\nCorrected.")


LISTED = "010190-1000"
"""The CPR number of the first person on the list of the stages."""
_H, _D, _A, _R = "sagsbehandler", "beslutter", "godkender", "frigiver"
_MEASURES = said("Kort", ["social"], "To ser nu på modtageren.", True, whole_day(date(2026, 3, 3)))
_CSV = said("cpr;navn\n251248-9996;Prøve Person\n".encode())

STEPS: dict[str, Step] = {
    "take": Step(case_steps.take, "reported", _H, said(), "assessing", "case", "assessing", ("case.take",)),
    "ask_dismissal": Step(
        case_steps.ask_dismissal,
        "assessing",
        _H,
        said("Intet brud."),
        "proposed",
        "case",
        "assessing",
        ("case.dismissal_asked",),
    ),
    "dismiss": Step(
        case_steps.dismiss, "dismissal_asked", _D, said(), "proposed", "case", "dismissed", ("case.dismiss",)
    ),
    "merge": Step(
        case_steps.merge, "two", _H, lambda s: (other(s),), "merged", "case", "merged", ("case.merge",)
    ),
    "refuse_dismissal": Step(
        case_steps.refuse_dismissal,
        "dismissal_asked",
        _D,
        said("Brevet nåede en fremmed."),
        "assessing",
        "case",
        "assessing",
        ("case.dismissal_refused",),
    ),
    "split": Step(case_steps.split, "merged", _H, said(), "two", "case", "assessing", ("case.split",)),
    "ask_awareness": Step(
        awareness.ask,
        "assessing",
        _H,
        lambda s: (earlier(s), "Vagten vidste det før."),
        "dismissed",
        "case",
        "assessing",
        ("case.awareness_asked",),
    ),
    "confirm_awareness": Step(
        awareness.confirm,
        "correction_asked",
        _D,
        said(),
        "dismissed",
        "case",
        "assessing",
        ("case.awareness_corrected", "case.deadline_moved"),
    ),
    "refuse_awareness": Step(
        awareness.refuse,
        "correction_asked",
        _D,
        said("Vagtens log siger noget andet."),
        "dismissed",
        "case",
        "assessing",
        ("case.awareness_refused",),
    ),
    "withdraw_awareness": Step(
        awareness.withdraw,
        "correction_asked",
        _H,
        said(),
        "concluded",
        "case",
        "assessing",
        ("case.awareness_withdrawn",),
    ),
    "revise": Step(
        assessment.revise_facts,
        "scored",
        _H,
        said(CHANGED_FACTS),
        "proposed",
        "case",
        "assessing",
        ("case.facts_saved", "case.revise"),
    ),
    "score": Step(
        assessment.score,
        "assessing",
        _H,
        said(FACTS),
        "proposed",
        "case",
        "scored",
        ("case.facts_saved", "case.score", "case.assessed"),
    ),
    "propose": Step(
        risk_decision.propose,
        "scored",
        _H,
        said(PROPOSAL),
        "proposed",
        "case",
        "proposed",
        ("case.propose", "decision.proposed"),
    ),
    "send_back": Step(
        risk_decision.send_back,
        "proposed",
        _D,
        said("Skriv hvorfor."),
        "scored",
        "case",
        "assessing",
        ("case.send_back",),
    ),
    "decide": Step(
        risk_decision.decide,
        "proposed",
        _D,
        _proposal,
        "scored",
        "case",
        "responding",
        ("case.decide", "communication.require"),
    ),
    "reassess": Step(
        case_steps.reassess, "new_facts", _H, said(), "scored", "case", "assessing", ("case.reassess",)
    ),
    "save_measures": Step(
        account.save_measures,
        "assessing",
        _H,
        _MEASURES,
        "dismissed",
        "case",
        "assessing",
        ("case.measures_saved",),
    ),
    "conclude": Step(
        case_steps.conclude, "settled", _H, said(), "concluded", "case", "concluded", ("case.conclude",)
    ),
    "reopen": Step(
        case_steps.reopen,
        "dismissed",
        _H,
        said("Nyt vidne."),
        "assessing",
        "case",
        "assessing",
        ("case.reopen",),
    ),
    "submit_notification": Step(
        notification.submit,
        "reported",
        _H,
        _sent,
        "submitted",
        "authority",
        "submitted",
        ("authority.submit",),
    ),
    "supplement": Step(
        notification.supplement,
        "submitted",
        _D,
        said("Antallet er nu kendt."),
        "reported",
        "authority",
        "submitted",
        ("authority.supplement",),
    ),
    "complete_notification": Step(
        notification.complete,
        "submitted",
        _H,
        said(),
        "reported",
        "authority",
        "completed",
        ("authority.complete",),
    ),
    "withdraw_notification": Step(
        notification.withdraw,
        "submitted",
        _H,
        said("Intet brud."),
        "reported",
        "authority",
        "withdrawn",
        ("authority.withdraw",),
    ),
    "draft_text": Step(
        letters_text.start_letter,
        "decided",
        _H,
        said(),
        "drafting",
        "communication",
        "drafting",
        ("communication.draft", "communication.text_saved"),
    ),
    "save_text": Step(
        letters_text.save_text,
        "drafting",
        _H,
        _letters,
        "approved",
        "communication",
        "drafting",
        ("communication.text_saved",),
    ),
    "approve_text": Step(
        letters_text.approve_text,
        "drafting",
        _A,
        _text,
        "approved",
        "communication",
        "approved",
        ("communication.approve",),
    ),
    "send_back_text": Step(
        returning.send_back_text,
        "drafting",
        _A,
        lambda s: (text_hash(s), "Skriv, hvornår det skete."),
        "approved",
        "communication",
        "drafting",
        ("communication.text_returned",),
    ),
    "rewrite": Step(
        letters_text.rewrite,
        "approved",
        _A,
        said(),
        "drafting",
        "communication",
        "drafting",
        ("communication.rewrite", "communication.text_saved"),
    ),
    "ask_segment": Step(
        segments.ask,
        "decided",
        _H,
        said("some", "no_high_risk", "Slået op i dødsregistret.", 1, "Døde patienter"),
        "assessing",
        "communication",
        "due",
        ("segment.asked",),
    ),
    "confirm_segment": Step(
        segments.confirm,
        "exemption_asked",
        _D,
        _segment,
        "assessing",
        "communication",
        "exempted",
        ("segment.confirmed", "communication.exempt"),
    ),
    "refuse_segment": Step(
        segments.refuse,
        "exemption_asked",
        _D,
        lambda s: (*_segment(s), "Vi har deres adresser."),
        "assessing",
        "communication",
        "due",
        ("segment.refused",),
    ),
    "withdraw_segment": Step(
        segments.withdraw,
        "exemption_asked",
        _H,
        _segment,
        "assessing",
        "communication",
        "due",
        ("segment.withdrawn",),
    ),
    "save_notice": Step(
        public_notice.save,
        "by_notice",
        _H,
        lambda s: (*notice_text(s), "Forsiden", _today(s), _today(s)),
        "assessing",
        "communication",
        "exempted",
        ("public_notice.saved",),
    ),
    "approve_notice": Step(
        public_notice.approve,
        "notice_drafted",
        _A,
        _notice,
        "assessing",
        "communication",
        "exempted",
        ("public_notice.approved",),
    ),
    "prove_notice": Step(
        public_notice.prove,
        "notice_approved",
        _H,
        lambda s: (_today(s), "https://region.example/nyheder/brud"),
        "assessing",
        "communication",
        "exempted",
        ("public_notice.proven",),
    ),
    "withdraw_notice": Step(
        public_notice.withdraw,
        "notice_approved",
        _D,
        said("Den nævner den forkerte klinik."),
        "assessing",
        "communication",
        "exempted",
        ("public_notice.withdrawn",),
    ),
    "complete_informing": Step(
        release.complete,
        "accounted_for",
        _H,
        said(),
        "asked",
        "communication",
        "completed",
        ("communication.complete",),
    ),
    "add_recipient": Step(
        recipients.add_recipient,
        "decided",
        _H,
        said("251248-9996", "Prøve Person"),
        "asked",
        "communication",
        "due",
        ("recipients.added",),
    ),
    "import_csv": Step(
        import_csv,
        "decided",
        _R,
        _CSV,
        "released",
        "communication",
        "due",
        ("recipients.imported",),
    ),
    "remove_recipient": Step(
        corrections.remove_recipient,
        "listed",
        _H,
        said(LISTED, "En ciffer var forkert."),
        "asked",
        "communication",
        "approved",
        ("recipients.removed",),
    ),
    "correct_recipient": Step(
        corrections.correct_recipient,
        "listed",
        _H,
        said(LISTED, "251248-9996", "Prøve Person", "To cifre var byttet om."),
        "asked",
        "communication",
        "approved",
        ("recipients.corrected",),
    ),
    "send_on_paper": Step(
        by_hand.send_on_paper,
        "undelivered",
        _H,
        said(False),
        "asked",
        "communication",
        "sending",
        ("notice.many_fall_back",),
    ),
    "post_letters": Step(
        by_hand.post_letters,
        "on_paper",
        _H,
        lambda s: (local(s.runtime.clock()).date(),),
        "asked",
        "communication",
        "sending",
        ("notice.many_post",),
    ),
    "ask_release": Step(
        release.ask_release,
        "listed",
        _H,
        said(PEOPLE),
        "asked",
        "communication",
        "releasing",
        ("communication.ask_release",),
    ),
    "withdraw_release": Step(
        release.withdraw_release,
        "asked",
        _H,
        said(),
        "released",
        "communication",
        "approved",
        ("communication.withdraw_release",),
    ),
    "release": Step(
        release.release,
        "asked",
        _R,
        said(PEOPLE),
        "released",
        "communication",
        "sending",
        ("communication.release",),
    ),
    "open_round": Step(
        release.open_round,
        "told",
        _H,
        said("all"),
        "asked",
        "communication",
        "due",
        ("communication.open_round",),
    ),
    "pause": Step(
        release.pause,
        "released",
        _D,
        said(),
        "asked",
        "communication",
        "paused",
        ("communication.pause",),
    ),
    "resume": Step(
        release.resume,
        "paused",
        _R,
        said(),
        "released",
        "communication",
        "sending",
        ("communication.resume",),
    ),
}

_LONG_AGO = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_AGES_AGO = datetime(1899, 12, 31, tzinfo=UTC)
_ONE_DAY = date(2199, 1, 1)
_FAR_AHEAD = datetime(2199, 1, 1, tzinfo=UTC)

REASONS: dict[str, tuple[Callable[..., Any], str, str, tuple[Any, ...], str, str]] = {
    "awareness_future": (
        awareness.ask,
        "assessing",
        _H,
        (_FAR_AHEAD, "Fordi."),
        "aware_at",
        "aware_in_future",
    ),
    "awareness_early": (awareness.ask, "assessing", _H, (_AGES_AGO, "Fordi."), "aware_at", "time_too_early"),
    "awareness_reason": (awareness.ask, "assessing", _D, (_LONG_AGO, " "), "reason", "reason_missing"),
    "awareness_unseen": (awareness.ask, "assessing", _D, (_LONG_AGO, "\u200b"), "reason", "reason_missing"),
    "awareness_long": (awareness.ask, "assessing", _H, (_LONG_AGO, "x" * 4001), "reason", "too_long"),
    "awareness_cpr": (
        awareness.ask,
        "assessing",
        _H,
        (_LONG_AGO, "Sagt til 251248-9996"),
        "reason",
        "cpr_in_text",
    ),
    "awareness_refused_for_nothing": (
        awareness.refuse,
        "correction_asked",
        _D,
        (" ",),
        "comment",
        "refusal_unexplained",
    ),
    "awareness_refused_cpr": (
        awareness.refuse,
        "correction_asked",
        _D,
        ("251248-9996 siger nej",),
        "comment",
        "cpr_in_text",
    ),
    "awareness_confirmed_cpr": (
        awareness.confirm,
        "correction_asked",
        _D,
        ("251248-9996 siger ja",),
        "comment",
        "cpr_in_text",
    ),
    "ask_dismissal": (case_steps.ask_dismissal, "assessing", _H, (" ",), "reason", "reason_missing"),
    "ask_dismissal_cpr": (
        case_steps.ask_dismissal,
        "assessing",
        _H,
        ("251248-9996 ringede",),
        "reason",
        "cpr_in_text",
    ),
    "ask_dismissal_long": (case_steps.ask_dismissal, "assessing", _H, ("x" * 4001,), "reason", "too_long"),
    "reopen": (case_steps.reopen, "dismissed", _H, ("",), "reason", "reason_missing"),
    "send_back": (risk_decision.send_back, "proposed", _D, (" ",), "comment", "comment_missing"),
    "supplement": (notification.supplement, "submitted", _H, ("",), "note", "reason_missing"),
    "withdraw": (notification.withdraw, "submitted", _H, (" ",), "reason", "reason_missing"),
    "segment_people": (
        segments.ask,
        "decided",
        _H,
        ("some", "no_high_risk", "Døde.", None, "Døde"),
        "people",
        "people_missing",
    ),
    "segment_name": (
        segments.ask,
        "decided",
        _H,
        ("some", "no_high_risk", "Døde.", 1, " "),
        "name",
        "segment_name_missing",
    ),
    "segment_reason": (
        segments.ask,
        "decided",
        _H,
        ("all", "risk_removed", " "),
        "reason",
        "evidence_missing",
    ),
    "segment_way_of_all": (
        segments.ask,
        "decided",
        _H,
        ("all", "no_high_risk", "Ingen fare."),
        "why",
        "why_not_for_all",
    ),
    "segment_all_after_release": (
        segments.ask,
        "released",
        _H,
        ("all", "risk_removed", "Slettet."),
        "whom",
        "not_all_any_more",
    ),
    "segment_all_twice": (
        segments.ask,
        "exemption_asked",
        _H,
        ("all", "risk_removed", "Slettet."),
        "whom",
        "exemption_waits",
    ),
    "merge_unknown": (
        case_steps.merge,
        "two",
        _H,
        ("BRUD-1999-000001",),
        "target_reference",
        "target_unknown",
    ),
    "measures_cpr": (
        account.save_measures,
        "assessing",
        _H,
        ("", [], "Fejlen ramte 2512489996.", False),
        "measures",
        "cpr_in_text",
    ),
    "summary_cpr": (
        account.save_measures,
        "assessing",
        _H,
        ("251248 9996", [], "", False),
        "summary",
        "cpr_in_text",
    ),
    "measures_consequence": (
        account.save_measures,
        "assessing",
        _H,
        ("", ["boredom"], "", False),
        "consequences",
        "unknown_value",
    ),
    "letter_cpr": (
        letters_text.save_text,
        "drafting",
        _H,
        ("Kære 251248-9996", "Dear you"),
        "danish",
        "cpr_in_text",
    ),
    "letter_missing": (
        letters_text.save_text,
        "drafting",
        _H,
        ("Kære dig", " "),
        "english",
        "letter_missing",
    ),
    "count": (release.release, "asked", _R, (PEOPLE + 1,), "typed_count", "count_mismatch"),
    "recipient_cpr": (recipients.add_recipient, "decided", _H, ("2512489", "Prøve"), "cpr", "cpr_invalid"),
    "recipient_name": (recipients.add_recipient, "decided", _H, ("2512489996", " "), "name", "name_missing"),
    "removal_reason": (corrections.remove_recipient, "listed", _H, (LISTED, " "), "reason", "reason_missing"),
    "removal_cpr": (corrections.remove_recipient, "listed", _H, ("251248", "Fordi"), "cpr", "cpr_invalid"),
    "correction_cpr": (
        corrections.correct_recipient,
        "listed",
        _H,
        (LISTED, "251248", "Prøve Person", "Fordi"),
        "new_cpr",
        "cpr_invalid",
    ),
    "correction_name": (
        corrections.correct_recipient,
        "listed",
        _H,
        (LISTED, "251248-9996", " ", "Fordi"),
        "name",
        "name_missing",
    ),
    "posted_tomorrow": (by_hand.post_letters, "on_paper", _H, (_ONE_DAY,), "posted_on", "posted_in_future"),
    "posted_before": (
        by_hand.post_letters,
        "on_paper",
        _H,
        (_LONG_AGO.date(),),
        "posted_on",
        "posted_before_release",
    ),
    "proposal_reasoning": (
        risk_decision.propose,
        "scored",
        _H,
        (risk_decision.Proposal(PROPOSAL.outcome, " "),),
        "reasoning",
        "reasoning_missing",
    ),
    "proposal_deviation": (
        risk_decision.propose,
        "scored",
        _H,
        (risk_decision.Proposal("register_only", "Ingen fare."),),
        "deviation_reason",
        "deviation_unexplained",
    ),
    "proposal_outcome": (
        risk_decision.propose,
        "scored",
        _H,
        (risk_decision.Proposal("nothing", "x", "y"),),
        "outcome",
        "outcome_missing",
    ),
    "proposal_evidence": (
        risk_decision.propose,
        "scored",
        _H,
        (risk_decision.Proposal(PROPOSAL.outcome, "x", "", "risk_removed", " "),),
        "exemption_evidence",
        "evidence_missing",
    ),
    "proposal_evidence_cpr": (
        risk_decision.propose,
        "scored",
        _H,
        (risk_decision.Proposal(PROPOSAL.outcome, "x", "", "risk_removed", "2512489996 slettede"),),
        "exemption_evidence",
        "cpr_in_text",
    ),
    "facts": (assessment.score, "assessing", _H, ({**FACTS, "cause": "rain"},), "cause", "not_allowed"),
}
"""Input that is refused: step, stage, person, arguments, the field, and the code of the error."""
