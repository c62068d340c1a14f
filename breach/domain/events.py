"""The kinds of audit events."""

from enum import StrEnum


class EventKind(StrEnum):
    """A kind of audit event, `<what>.<happened>`; its words are in the texts under `audit.event`.

    The one list of kinds. It stands in the domain because the store appends no event of another kind, and the
    store imports nothing of the services. What earlier versions recorded may have kinds that are not here.
    """

    REPORT_RECEIVED = "report.received"

    CASE_OPENED = "case.opened"
    CASE_TAKE = "case.take"
    CASE_TAKEN_OVER = "case.taken_over"
    CASE_HANDED_OVER = "case.handed_over"
    CASE_ASKED_FOR = "case.asked_for"
    CASE_KEPT = "case.kept"
    CASE_DISMISSAL_ASKED = "case.dismissal_asked"
    CASE_DISMISSAL_REFUSED = "case.dismissal_refused"
    CASE_DISMISS = "case.dismiss"
    CASE_MERGE = "case.merge"
    CASE_RECEIVED_MERGED = "case.received_merged"
    CASE_SPLIT = "case.split"
    CASE_LOST_MERGED = "case.lost_merged"
    CASE_FACTS_SAVED = "case.facts_saved"
    CASE_ASSESSED = "case.assessed"
    CASE_SCORE = "case.score"
    CASE_REVISE = "case.revise"
    CASE_PROPOSE = "case.propose"
    CASE_SEND_BACK = "case.send_back"
    CASE_DECIDE = "case.decide"
    CASE_REASSESS = "case.reassess"
    CASE_MEASURES_SAVED = "case.measures_saved"
    CASE_CONCLUDE = "case.conclude"
    CASE_REOPEN = "case.reopen"
    CASE_READ = "case.read"
    CASE_AWARENESS_KEPT = "case.awareness_kept"
    CASE_AWARENESS_ASKED = "case.awareness_asked"
    CASE_AWARENESS_CORRECTED = "case.awareness_corrected"
    CASE_AWARENESS_REFUSED = "case.awareness_refused"
    CASE_AWARENESS_WITHDRAWN = "case.awareness_withdrawn"
    CASE_DEADLINE_MOVED = "case.deadline_moved"

    DECISION_PROPOSED = "decision.proposed"

    CLOCK_REMINDED = "clock.reminded"
    CLOCK_ACKNOWLEDGED = "clock.acknowledged"

    AUTHORITY_REQUIRE = "authority.require"
    AUTHORITY_WAIVE = "authority.waive"
    AUTHORITY_SUBMIT = "authority.submit"
    AUTHORITY_SUPPLEMENT = "authority.supplement"
    AUTHORITY_COMPLETE = "authority.complete"
    AUTHORITY_REOPEN = "authority.reopen"
    AUTHORITY_WITHDRAW = "authority.withdraw"

    COMMUNICATION_REQUIRE = "communication.require"
    COMMUNICATION_OPEN_ROUND = "communication.open_round"
    COMMUNICATION_WAIVE = "communication.waive"
    COMMUNICATION_EXEMPT = "communication.exempt"
    COMMUNICATION_DRAFT = "communication.draft"
    COMMUNICATION_TEXT_SAVED = "communication.text_saved"
    COMMUNICATION_TEXT_RETURNED = "communication.text_returned"
    COMMUNICATION_APPROVE = "communication.approve"
    COMMUNICATION_REWRITE = "communication.rewrite"
    COMMUNICATION_ASK_RELEASE = "communication.ask_release"
    COMMUNICATION_WITHDRAW_RELEASE = "communication.withdraw_release"
    COMMUNICATION_RELEASE = "communication.release"
    COMMUNICATION_PAUSE = "communication.pause"
    COMMUNICATION_RESUME = "communication.resume"
    COMMUNICATION_COMPLETE = "communication.complete"
    COMMUNICATION_CHANNEL_STOPPED = "communication.channel_stopped"
    COMMUNICATION_MESSAGES_DRAFTED = "communication.messages_drafted"

    NOTICE_FALL_BACK = "notice.fall_back"
    NOTICE_PRINT = "notice.print"
    NOTICE_POST = "notice.post"
    NOTICE_CANCEL = "notice.cancel"
    NOTICE_MANY_FALL_BACK = "notice.many_fall_back"
    NOTICE_MANY_POST = "notice.many_post"

    PUBLIC_NOTICE_SAVED = "public_notice.saved"
    PUBLIC_NOTICE_APPROVED = "public_notice.approved"
    PUBLIC_NOTICE_PROVEN = "public_notice.proven"
    PUBLIC_NOTICE_WITHDRAWN = "public_notice.withdrawn"

    SEGMENT_ASKED = "segment.asked"
    SEGMENT_CONFIRMED = "segment.confirmed"
    SEGMENT_REFUSED = "segment.refused"
    SEGMENT_WITHDRAWN = "segment.withdrawn"

    RECIPIENTS_ADDED = "recipients.added"
    RECIPIENTS_IMPORTED = "recipients.imported"
    RECIPIENTS_REMOVED = "recipients.removed"
    RECIPIENTS_HELD_BACK = "recipients.held_back"
    RECIPIENTS_CORRECTED = "recipients.corrected"

    RECIPIENT_READ = "recipient.read"
    RECIPIENT_FOUND = "recipient.found"
    RECIPIENT_SOUGHT = "recipient.sought"
    RECIPIENT_REPEATED = "recipient.repeated"
    RECIPIENT_LIST_READ = "recipient.list_read"

    REGISTER_READ = "register.read"

    LOGIN_SUCCEEDED = "login.succeeded"
    LOGIN_FAILED = "login.failed"
    LOGIN_CONFIRMED = "login.confirmed"

    SESSION_ENDED = "session.ended"
    SESSION_LOGGED_OUT = "session.logged_out"

    REQUESTS_REFUSED = "requests.refused"

    CONTROLLER_ADDED = "controller.added"
    CONTROLLER_CHANGED = "controller.changed"

    PERSON_ADDED = "person.added"
    PERSON_PASSWORD_SET = "person.password_set"
    PERSON_DISABLED = "person.disabled"
    PERSON_ENABLED = "person.enabled"
    PERSON_ROLE_ASKED = "person.role_asked"
    PERSON_ROLE_GIVEN = "person.role_given"
    PERSON_ROLE_REFUSED = "person.role_refused"
    PERSON_ROLE_WITHDRAWN = "person.role_withdrawn"
    PERSON_ROLE_TAKEN = "person.role_taken"
    PERSON_ROLES_FOUNDED = "person.roles_founded"
    PERSON_DEPUTY_NAMED = "person.deputy_named"
    PERSON_DEPUTY_ENDED = "person.deputy_ended"
    PERSON_ACCESS_SEEN = "person.access_seen"

    TOKEN_ADDED = "token.added"
    TOKEN_REVOKED = "token.revoked"

    ROWS_CHANGED = "rows.changed"

    @classmethod
    def of_step(cls, track: str, step: str) -> "EventKind":
        """Return the event kind of a lifecycle step; raise ValueError for a step that has none.

        track: `case`, `authority`, `communication` or `notice`
        """
        return cls(f"{track}.{step}")
