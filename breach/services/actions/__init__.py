"""The steps of a case, one row each: roles, input model, service and place in the order.

The rows stand by track in `<track>_rows.py`. The workflow's table says from where to where a step leads and
what must hold; the row here says the rest. The services, the offers, the API with its description, the pages
and the words read the rows. A new step is a row, a function of a service, guards, and words in two languages:
see docs/changing-it.md.
"""

from breach.domain.states import Role
from breach.services.actions.authority_rows import AUTHORITY_ROWS, AWARENESS_ROWS
from breach.services.actions.case_rows import CASE_ROWS
from breach.services.actions.informing_rows import INFORMING_ROWS
from breach.services.actions.letter_rows import LETTER_ROWS
from breach.services.actions.sending_rows import SENDING_ROWS
from breach.services.cases.action import Action

ACTIONS: tuple[Action, ...] = (
    *CASE_ROWS,
    *AUTHORITY_ROWS,
    *LETTER_ROWS,
    *INFORMING_ROWS,
    *SENDING_ROWS,
    *AWARENESS_ROWS,
)
"""Every step, in the order in which the steps of a track are listed."""


def named(name: str) -> Action:
    """Return the step of the name; raise KeyError when there is none."""
    found = {action.name: action for action in ACTIONS}
    return found[name]


def roles_of(name: str) -> tuple[Role, ...]:
    """Return the roles that may take the step."""
    return named(name).roles


def of_trigger(trigger: str, track: str = "") -> Action | None:
    """Return the step with the name, or the one that fires the trigger, of one track or of any."""
    listed = (action for action in ACTIONS if track in ("", action.track))
    return next((action for action in listed if trigger in (action.name, action.trigger)), None)


def title_key(step: str) -> str:
    """Return the text key of a step's title, by its name or trigger; '' if there is no such step."""
    action = of_trigger(step)
    return f"{action.key}.title" if action else ""


def offered() -> list[Action]:
    """Return the steps that are offered on a case and taken by the API: all that have an input."""
    return [action for action in ACTIONS if action.asks is not None]


def of_api() -> dict[str, Action]:
    """Return the steps that the API takes, by name; a name of earlier versions leads to its step."""
    names = {action.name: action for action in offered()}
    return names | {old: action for action in offered() for old in action.old_names}


def at_address(address: str) -> Action | None:
    """Return the step whose page has the address, or had it in an earlier version."""
    for action in ACTIONS:
        is_small = not action.page and action.address == address
        if is_small or address in action.old_addresses:
            return action
    return None
