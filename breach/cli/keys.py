"""`breach keys`: the master keys, which of them are in use, and their change."""

import json

import click

from breach import config
from breach.cli.host import master_of, settings_of_host
from breach.cli.wording import LANGUAGE
from breach.store.engine import make_engine, make_sessions
from breach.store.keys import master
from breach.store.keys.event_seal import EventSeal
from breach.store.keys.keyring import Keyring
from breach.texts import text


@click.group("keys")
def command() -> None:
    """List, change and retire master keys. No key is ever printed."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_keys(as_json: bool) -> None:
    """List the master keys by number, the active one first, with how many controller keys each wraps."""
    settings = settings_of_host()
    counts = _in_use(settings)
    rows = [
        {"id": f"{key.key_id:08x}", "active": place == 0, "wraps": counts.get(key.key_id, 0)}
        for place, key in enumerate(master_of(settings).keys)
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        state = text("audit.keys.active" if row["active"] else "audit.keys.readable", LANGUAGE)
        click.echo(text("audit.keys.row", LANGUAGE, id=row["id"], state=state, wraps=row["wraps"]))


@command.command("rotate")
def rotate() -> None:
    """Add a master key and wrap every controller key by it; nothing stops, no cell changes."""
    settings = settings_of_host()
    seal = EventSeal(master_of(settings))  # by the key before, which every process still uses
    number = master.add(settings.master_key_file)
    engine = make_engine(settings.database_url, seal)
    with make_sessions(engine).begin() as session:
        wrapped = Keyring(master_of(settings)).rewrap(session)
    engine.dispose()
    click.echo(text("audit.keys.rotated", LANGUAGE, id=f"{number:08x}", wraps=wrapped))


@command.command("retire")
@click.argument("key_id", metavar="ID")
def retire(key_id: str) -> None:
    """Take the master key ID out of the file; refused while it is active or anything is wrapped by it."""
    settings = settings_of_host()
    keys = master_of(settings)
    known = {f"{key.key_id:08x}": key.key_id for key in keys.keys}
    if key_id not in known:
        raise click.UsageError(text("audit.keys.unknown", LANGUAGE, id=key_id))
    if known[key_id] == keys.active.key_id or _in_use(settings).get(known[key_id]):
        raise click.ClickException(text("audit.keys.still_used", LANGUAGE, id=key_id))
    master.remove(settings.master_key_file, known[key_id])
    click.echo(text("audit.keys.retired", LANGUAGE, id=key_id))


def _in_use(settings: config.Settings) -> dict[int, int]:
    engine = make_engine(settings.database_url)
    with make_sessions(engine).begin() as session:
        counts = Keyring(master_of(settings)).in_use(session)
    engine.dispose()
    return counts
