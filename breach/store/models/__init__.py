"""All models, so that the metadata is whole, and the triggers that come with them."""

from breach.store.guards import triggers as triggers
from breach.store.models.access import AccessChange, RoleRequest
from breach.store.models.audit import AuditAnchor, AuditEvent, AuditStream, ReportDraft, WrappedKey
from breach.store.models.cases import (
    Assessment,
    AuthorityTrack,
    AwarenessCorrection,
    BreachCase,
    CaseNumber,
    Decision,
    Reminder,
    Report,
)
from breach.store.models.informing import PublicNotice, Segment
from breach.store.models.notices import (
    Communication,
    Notice,
    NoticeAttempt,
    NoticeReceipt,
    NoticeText,
    Recipient,
    Release,
    SendBatch,
    WorkerBeat,
)
from breach.store.models.people import (
    ApiToken,
    Controller,
    Deputy,
    LoginAttempt,
    LoginSession,
    Person,
    RoleGrant,
)

__all__ = [
    "AccessChange",
    "ApiToken",
    "Assessment",
    "AuditAnchor",
    "AuditEvent",
    "AuditStream",
    "AuthorityTrack",
    "AwarenessCorrection",
    "BreachCase",
    "CaseNumber",
    "Communication",
    "Controller",
    "Decision",
    "Deputy",
    "LoginAttempt",
    "LoginSession",
    "Notice",
    "NoticeAttempt",
    "NoticeReceipt",
    "NoticeText",
    "Person",
    "PublicNotice",
    "Recipient",
    "Release",
    "Reminder",
    "Report",
    "ReportDraft",
    "RoleGrant",
    "RoleRequest",
    "Segment",
    "SendBatch",
    "WorkerBeat",
    "WrappedKey",
]
