"""What commands on the machine of the service begin with: its settings, its database, its master key."""

import os

import click

from breach import config
from breach.cli.wording import LANGUAGE
from breach.store.engine import missing_file
from breach.store.keys import master
from breach.texts import text


def settings_of_host() -> config.Settings:
    """Return the settings; refuse, with what to do, where there is no database yet."""
    settings = config.load(os.environ)
    if path := missing_file(settings.database_url):
        raise click.ClickException(text("audit.no_database", LANGUAGE, file=path))
    return settings


def master_of(settings: config.Settings) -> master.Master:
    """Return the master keys, or refuse with what is wrong with their file."""
    try:
        return master.read(settings.master_key_file)
    except master.BadMasterKey as error:
        raise click.ClickException(str(error)) from error
