"""Fires a step of the communication and appends its audit event."""

from breach.domain.events import EventKind
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import touch
from breach.services.context import Context
from breach.store.models import Communication
from workflows.communication import CommunicationFlow, CommunicationView


def fire(ctx: Context, file: CaseFile, step: str, view: CommunicationView, **body: object) -> Communication:
    """Return the communication after a step of it; raises StepRefused where the step is barred."""
    case, told = file.case, file.communication
    before = told.state
    told.state = CommunicationFlow(told.state, view).fire(step)
    touch(ctx, case)
    append_to_case(
        ctx,
        case,
        EventKind.of_step("communication", step),
        before=before.value,
        after=told.state.value,
        **body,
    )
    return told
