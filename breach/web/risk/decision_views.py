"""The proposal and the decision, by two persons."""

from flask.typing import ResponseReturnValue

from breach.domain.states import CaseState
from breach.services.desk.case_page import CasePage
from breach.web.cases import step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import perform, read, show
from breach.web.letters import account_words
from breach.web.parts.step_form import StepForm
from breach.web.risk import decision_words, words
from breach.web.risk.decision_forms import DecideForm, ProposalForm


@bp.get("/<reference>/decision")
def decision(reference: str) -> ResponseReturnValue:
    """Show the proposal, with the form of the one next step it needs."""
    return _page(read(reference))


def _page(page: CasePage, form: StepForm | None = None, status: int = 200) -> ResponseReturnValue:
    result = words.stored_result(page)
    mode = {CaseState.SCORED: "propose", CaseState.PROPOSED: "decide"}.get(page.case.state, "")
    if form is None and mode:
        form = _decide_form(page) if mode == "decide" else _proposal_form(page, result)
    reasons = step_words.reasons(page, mode, step_words.barred_by(page, mode)) if mode else []
    more = {"form": form} if form is not None else {}
    return show(
        "risk/decision.html",
        page,
        words=decision_words,
        risk_words=words,
        tab="decision",
        status=status,
        mode=mode,
        result=result,
        account=account_words.account(page),
        is_from_report=account_words.is_from_report(page),
        changed=words.facts_changed_since_proposal(page),
        barred_reasons=reasons,
        **more,
    )


def _decide_form(page: CasePage) -> DecideForm:
    sha256 = page.decision.proposed_sha256 if page.decision else ""
    return DecideForm(data={"version": str(page.case.version), "sha256": sha256})


def _proposal_form(page: CasePage, result: words.Result | None) -> ProposalForm:
    outcome = result["outcome"] if result else None
    account = account_words.first_account(page)
    return ProposalForm(data={"version": str(page.case.version), "outcome": outcome, **account})


@bp.post("/<reference>/decision/propose")
def propose(reference: str) -> ResponseReturnValue:
    """Send a proposal to decision."""
    form = ProposalForm()

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _page(page, form, status)

    return perform(reference, form, "propose", again)


@bp.post("/<reference>/decision/decide")
def decide(reference: str) -> ResponseReturnValue:
    """Decide as proposed, or send back."""
    form = DecideForm()
    step = "send_back" if form.choice.data == "send_back" else "decide"

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _page(page, form, status)

    return perform(reference, form, step, again)
