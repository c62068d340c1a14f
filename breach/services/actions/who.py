"""The roles that take several steps, by what they do."""

from breach.domain.states import Role

HANDLER = (Role.CASE_HANDLER,)
HANDLER_OR_DECIDER = (Role.CASE_HANDLER, Role.DECIDER)
WRITER = (Role.CASE_HANDLER, Role.APPROVER)
LISTER = (Role.CASE_HANDLER, Role.RELEASER)
