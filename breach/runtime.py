"""Puts the running service together from its settings: engine, keys, notifiers, jobs."""

from breach.config import Settings
from breach.jobs.queue import DbosQueue
from breach.plugins import check_channel, load_notifiers
from breach.services.context import Runtime
from breach.store.engine import make_engine, make_sessions
from breach.store.keys import master
from breach.store.keys.event_seal import EventSeal
from breach.store.keys.keyring import Keyring


def build_runtime(settings: Settings) -> Runtime:
    """Return the service over a database that `breach init` has made.

    Raises PluginError for a broken or doubled notifier and for a channel that none has, BadMasterKey for a
    missing or open key file.
    """
    notifiers = load_notifiers(settings.plugin_settings)
    check_channel(settings.channel, notifiers)
    keys = master.read(settings.master_key_file)
    engine = make_engine(settings.database_url, EventSeal(keys))
    queue = DbosQueue(engine)

    def close() -> None:
        queue.close()
        engine.dispose()

    return Runtime(
        settings=settings,
        sessions=make_sessions(engine),
        keys=Keyring(keys),
        notifiers=notifiers,
        jobs=queue,
        close=close,
    )
