"""Fires a step of the communication and appends its audit event."""

from breach.domain.events import EventKind
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import touch
from breach.services.context import Context
from breach.store.models import Communication
from workflows.communication import CommunicationFlow, CommunicationGuardFacts


def fire(
    ctx: Context, file: CaseFile, step: str, facts: CommunicationGuardFacts, **body: object
) -> Communication:
    """Return the communication after a step of it; raises StepRefused where the step is barred."""
    case, communication = file.case, file.communication
    before = communication.state
    communication.state = CommunicationFlow(communication.state, facts).fire(step)
    touch(ctx, case)
    append_to_case(
        ctx,
        case,
        EventKind.of_step("communication", step),
        before=before.value,
        after=communication.state.value,
        **body,
    )
    return communication
