"""The console command `breach`: each command is a module of this package, loaded when it is called."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from breach.cli.wording import sentence
from breach.domain.errors import DomainError, InvalidInput, StartRefused

#: Module names under breach.cli, each exporting one click command or group named `command`. The command
#: has the module's name, with a hyphen for an underscore.
COMMANDS: tuple[str, ...] = (
    "assess",
    "audit",
    "bench",
    "case",
    "controller",
    "deadline",
    "demo",
    "draw",
    "init",
    "keys",
    "letter",
    "notices",
    "person",
    "serve",
    "simulator",
    "token",
    "worker",
)


class LazyGroup(click.Group):
    """A click group that imports a command's module only when that command is asked for.

    So `breach assess` starts without Flask, and a broken room breaks its own commands only.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands in alphabetical order."""
        return sorted(name.replace("_", "-") for name in COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the named command, or None when COMMANDS does not list it."""
        module = cmd_name.replace("-", "_")
        if module not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"{__name__}.{module}").command
        return found


@click.group(cls=LazyGroup, name="breach", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="breach-desk", message="%(version)s")
def group() -> None:
    """Receive, judge and register personal data breaches, and tell those concerned."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the console command and exit: 0 when done, 1 when refused, 2 with one line on bad input."""
    os.umask(0o077)  # what a command makes is for its owner alone: database, keys, anchors, letters
    try:
        status = group.main(args=arguments, prog_name="breach", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        _stop("stopped", 130)
    except click.ClickException as error:
        _stop(error.format_message(), error.exit_code)
    except StartRefused as error:
        _stop(str(error), 1)
    except DomainError as error:
        _stop(sentence(error), 2 if isinstance(error, InvalidInput) else 1)
    except Exception as error:  # the database's own kinds are not known here: most commands load none
        if not _is_busy(error):
            raise
        _stop("the database is busy or does not answer; nothing was done, try again", 1)
    sys.exit(status if isinstance(status, int) else 0)


def _is_busy(error: Exception) -> bool:
    """Tell whether the database could not be used just now; a command that uses none has not loaded it."""
    store = sys.modules.get("breach.store.engine")
    return store is not None and bool(store.is_busy(error))


def _stop(message: str, status: int) -> NoReturn:
    click.echo(f"breach: {' '.join(message.split())}", err=True)
    sys.exit(status)
