"""The forms of the pages of access. They read what was typed; the rules are the services'."""

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.states import Role
from breach.web.parts.counts import whole_number
from breach.web.parts.forms import BaseForm, LongTextField, OneOf, Required, TextField
from breach.web.parts.language import t
from breach.web.parts.moments import DatePartsField
from breach.web.parts.step_form import Plain

ROLES = [(role.value, f"access.role.{role.value}") for role in Role]


class AskForm(BaseForm):
    """A role for a person."""

    username = TextField(
        "access.field.username",
        description="access.hint.username",
        validators=[Required("errors.username_of_missing")],
    )
    role = OneOf("access.field.role", choices=ROLES, validators=[Required("errors.role_unpicked")])
    region = OneOf("access.field.region", validators=[Required("errors.region_unpicked")])

    def take_errors(self, error: InvalidInput) -> None:
        """Show them as every form does; roles stand in the words of the page, not of the command."""
        super().take_errors(InvalidInput([_in_words(one) for one in error.errors]))

    @property
    def controller_id(self) -> int:
        """Return the controller chosen; something else than a number is none."""
        return whole_number(self.region.data) or 0


def _in_words(one: FieldError) -> FieldError:
    if one.code not in ("role_held", "role_waits", "roles_clash"):
        return one
    codes = {name: str(value).partition("@")[0] for name, value in one.values.items() if name != "slug"}
    roles = {name: t(f"access.role.{code}") for name, code in codes.items()}
    return FieldError(one.field, f"{one.code}_here", roles)


class AnswerRoleForm(BaseForm):
    """Confirm a role that was asked for, or refuse it with what speaks against it."""

    answer = OneOf(
        "access.field.answer",
        choices=[(one, f"access.choice.{one}") for one in ("confirm", "refuse")],
        validators=[Required("errors.answer_missing")],
    )
    comment = LongTextField("access.field.comment", description="access.hint.comment", validators=[Plain()])


class TakeForm(BaseForm):
    """One of the roles that a person has, written as its controller and its name."""

    held = OneOf("access.field.held", validators=[Required("errors.role_unpicked")])

    @property
    def chosen(self) -> tuple[int, str]:
        """Return the controller and the role."""
        place, _, role = str(self.held.data or "").partition("-")
        return whole_number(place) or 0, role


class DeputyForm(BaseForm):
    """Who stands in, and on which days."""

    to = OneOf("access.field.deputy", validators=[Required("errors.deputy_missing")])
    from_day = DatePartsField("access.field.from_day", validators=[Required("errors.day_missing")])
    to_day = DatePartsField("access.field.to_day", validators=[Required("errors.day_missing")])
