"""Triggers that let a role be given by two persons only, and neither given nor taken without a word."""

UNDELETABLE = ("access_change", "deputy", "role_request")
"""Tables of access whose rows are never deleted."""

FROZEN: tuple[tuple[str, str, str, str], ...] = (
    ("role_request", "request", "id person_id controller_id role asked_by asked_at", ""),
    ("role_request", "answer", "state answered_by answered_at comment", "OLD.state <> 'asked'"),
    # What was asked for waits for its answer; it does not become one that nobody had to answer.
    ("role_request", "founding", "state", "NEW.state = 'founding'"),
    ("role_grant", "whole", "id person_id controller_id role granted_at request_id", ""),
    ("deputy", "naming", "id person_id deputy_id from_day to_day named_at", ""),
    ("deputy", "end", "ended_at", "OLD.ended_at IS NOT NULL"),
    ("access_change", "what", "id controller_id person_id kind role request_id done_by at", ""),
    ("access_change", "look", "seen_by seen_at", "OLD.seen_by IS NOT NULL"),
)
"""Table, name, columns and condition of what no update may change."""

_ONLY_CONFIRMED = "a role is given as another person confirmed it"
_UNCONFIRMED = (
    "NOT EXISTS (SELECT 1 FROM role_request WHERE id = NEW.request_id AND person_id = NEW.person_id"
    " AND controller_id = NEW.controller_id AND role = NEW.role AND state IN ('confirmed', 'founding')"
    " AND answered_at = NEW.granted_at)"
    " OR NOT EXISTS (SELECT 1 FROM access_change WHERE request_id = NEW.request_id AND kind = 'given')"
    " OR EXISTS (SELECT 1 FROM access_change WHERE request_id = NEW.request_id AND kind = 'taken')"
)
"""That nobody confirmed exactly this role, or that it was not announced, or that it was taken away again."""
_ONLY_ANNOUNCED = "a role is not taken without a word"
_SILENT = "NOT EXISTS (SELECT 1 FROM access_change WHERE request_id = OLD.request_id AND kind = 'taken')"
_ONLY_FEW = "a role waits for an administrator to confirm it"
_ENOUGH = (
    "(SELECT COUNT(*) FROM role_grant JOIN person ON person.id = role_grant.person_id"
    " WHERE role_grant.controller_id = NEW.controller_id AND role_grant.role = 'administrator'"
    " AND role_grant.person_id <> NEW.person_id AND person.disabled_at IS NULL) >= 2"
)
"""That two administrators other than the person can log in: from then on nothing is founded."""
_ONLY_ASKED_ANEW = "who is let in again has no roles before they are confirmed"
_HOLDS = "EXISTS (SELECT 1 FROM role_grant WHERE person_id = NEW.id)"
_LET_IN = "OLD.disabled_at IS NOT NULL AND NEW.disabled_at IS NULL"


def _abort(message: str) -> str:
    return f" BEGIN SELECT RAISE(ABORT, '{message}'); END"


SQLITE = {
    ("role_grant", "role_grant_confirmed"): (
        f"BEFORE INSERT ON role_grant WHEN {_UNCONFIRMED}{_abort(_ONLY_CONFIRMED)}"
    ),
    ("role_grant", "role_grant_announced"): (
        f"BEFORE DELETE ON role_grant WHEN {_SILENT}{_abort(_ONLY_ANNOUNCED)}"
    ),
    ("role_request", "role_request_founding"): (
        f"BEFORE INSERT ON role_request WHEN NEW.state = 'founding' AND {_ENOUGH}{_abort(_ONLY_FEW)}"
    ),
    ("person", "person_let_in"): (
        f"BEFORE UPDATE ON person WHEN {_LET_IN} AND {_HOLDS}{_abort(_ONLY_ASKED_ANEW)}"
    ),
}


def _refusing(condition: str, message: str, row: str = "NEW") -> str:
    raised = f"RAISE EXCEPTION USING MESSAGE = '{message}', ERRCODE = 'integrity_constraint_violation'"
    return f"BEGIN IF {condition} THEN {raised}; END IF; RETURN {row}; END"


POSTGRESQL_FUNCTIONS = {
    "breach_role_confirmed": _refusing(_UNCONFIRMED, _ONLY_CONFIRMED),
    "breach_role_announced": _refusing(_SILENT, _ONLY_ANNOUNCED, "OLD"),
    "breach_role_founding": _refusing(_ENOUGH, _ONLY_FEW),
    "breach_let_in": _refusing(_HOLDS, _ONLY_ASKED_ANEW),
}

POSTGRESQL = {
    ("role_grant", "role_grant_confirmed"): (
        "BEFORE INSERT ON role_grant FOR EACH ROW EXECUTE FUNCTION breach_role_confirmed()"
    ),
    ("role_grant", "role_grant_announced"): (
        "BEFORE DELETE ON role_grant FOR EACH ROW EXECUTE FUNCTION breach_role_announced()"
    ),
    ("role_grant", "role_grant_no_truncate"): (
        "BEFORE TRUNCATE ON role_grant FOR EACH STATEMENT"
        f" EXECUTE FUNCTION breach_refuse('{_ONLY_ANNOUNCED}')"
    ),
    ("role_request", "role_request_founding"): (
        "BEFORE INSERT ON role_request FOR EACH ROW WHEN (NEW.state = 'founding')"
        " EXECUTE FUNCTION breach_role_founding()"
    ),
    ("person", "person_let_in"): (
        f"BEFORE UPDATE ON person FOR EACH ROW WHEN ({_LET_IN}) EXECUTE FUNCTION breach_let_in()"
    ),
}
