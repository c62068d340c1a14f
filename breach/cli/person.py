"""`breach person`: who may log in, and what they may do for which controller."""

import json
import sys

import click

from breach.cli.transaction import transaction
from breach.domain.errors import FieldError, InvalidInput
from breach.domain.passwords import LONGEST, SHORTEST
from breach.services.access import accounts, people
from breach.services.access.accounts import ListedPerson
from breach.services.access.people import NewPerson, role_at

READ = click.option(
    "--password-stdin", "from_input", is_flag=True, help="Read the password from standard input."
)
ROLE_HELP = "As case_handler@nordjylland; may be given more than once."


def _password(from_input: bool) -> str:
    """Return a password typed twice, unseen, or the one line of standard input; never an argument."""
    if from_input:
        words = sys.stdin.read().removesuffix("\n").removesuffix("\r")
        if "\n" in words:
            raise InvalidInput([FieldError("password", "password_line")])
        return words
    if not sys.stdin.isatty():
        raise click.UsageError("password: there is no terminal to ask on; give --password-stdin")
    words = click.prompt(f"Password ({SHORTEST} to {LONGEST} characters)", hide_input=True, err=True)
    again = click.prompt("Again", hide_input=True, err=True)
    if words != again:
        raise click.UsageError("password: the two are not the same; try again")
    return str(words)


@click.group("person")
def command() -> None:
    """Add persons, give and take their roles, end and restore their access.

    Once a controller has two administrators, a role given here waits until one of them confirms it.
    """


@command.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The person's name, as colleagues and the log see it.")
@click.option("--role", "roles", required=True, multiple=True, metavar="ROLE@SLUG", help=ROLE_HELP)
@READ
def add(username: str, name: str, roles: tuple[str, ...], from_input: bool) -> None:
    """Add the person USERNAME; the first password is asked for twice."""
    wanted = tuple(map(role_at, roles))
    password = _password(from_input)
    with transaction() as ctx:
        people.add_person(ctx, NewPerson(username, name, password, wanted))
        added = accounts.listed(ctx, username)
    click.echo(f"{username} added")
    _say_what_waits(added)


def _say_what_waits(person: ListedPerson) -> None:
    for one in person.waiting:
        slug = one.partition("@")[2]
        click.echo(f"{one} waits for an administrator of {slug}; nothing is given yet")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_all(as_json: bool) -> None:
    """List the persons with their roles."""
    with transaction() as ctx:
        found = accounts.list_people(ctx)
    if as_json:
        rows = [
            {
                "username": one.username,
                "name": one.name,
                "roles": one.roles,
                "waiting": one.waiting,
                "created_at": one.created_at.isoformat(),
                "disabled_at": one.disabled_at.isoformat() if one.disabled_at else None,
            }
            for one in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for one in found:
        state = f"disabled {one.disabled_at:%Y-%m-%d}" if one.disabled_at else _roles(one)
        click.echo(f"{one.username:<16} {one.name:<24} {state}")


def _roles(one: ListedPerson) -> str:
    return ", ".join([*one.roles, *(f"{role} (waits)" for role in one.waiting)])


@command.command("role")
@click.argument("username")
@click.option("--give", multiple=True, metavar="ROLE@SLUG", help=ROLE_HELP)
@click.option("--take", multiple=True, metavar="ROLE@SLUG", help=ROLE_HELP)
def role(username: str, give: tuple[str, ...], take: tuple[str, ...]) -> None:
    """Take roles from USERNAME and give others, all or none; open sessions end.

    A role that waits is withdrawn by taking it.
    """
    with transaction() as ctx:
        accounts.change_roles(ctx, username, list(map(role_at, give)), list(map(role_at, take)))
        changed = accounts.listed(ctx, username)
    click.echo(f"{username}: {', '.join(changed.roles) or 'no role'}")
    _say_what_waits(changed)


@command.command("password")
@click.argument("username")
@READ
def password(username: str, from_input: bool) -> None:
    """Set a new password for USERNAME; open sessions end."""
    words = _password(from_input)
    with transaction() as ctx:
        accounts.set_password(ctx, username, words)
    click.echo(f"{username}: password set")


@command.command("disable")
@click.argument("username")
def disable(username: str) -> None:
    """Close USERNAME out at once: sessions and tokens end; what the person did stays theirs."""
    with transaction() as ctx:
        ended = accounts.disable(ctx, username)
    click.echo(f"{username} disabled; ended: {ended.sessions} sessions, {ended.tokens} tokens")


@command.command("enable")
@click.argument("username")
def enable(username: str) -> None:
    """Let USERNAME log in again with the same password; their roles are asked for anew, tokens stay ended."""
    with transaction() as ctx:
        accounts.enable(ctx, username)
        enabled = accounts.listed(ctx, username)
    click.echo(f"{username} enabled")
    _say_what_waits(enabled)
