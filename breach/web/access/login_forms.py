"""The forms of the log-in."""

from breach.services.access.passwords import LONGEST_USERNAME
from breach.web.parts.forms import BaseForm, Limit, Required, SecretField, TextField


class LoginForm(BaseForm):
    """User name and password."""

    username = TextField(
        "access.login.username", validators=[Required("errors.username_missing"), Limit(LONGEST_USERNAME)]
    )
    password = SecretField("access.login.password", validators=[Required("errors.password_missing")])


class ConfirmForm(BaseForm):
    """The password alone, of somebody who is logged in."""

    password = SecretField("access.login.password", validators=[Required("errors.password_missing")])
