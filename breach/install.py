"""What `breach init` does: the folder, the keys, the tables, and, if wished, the demonstration."""

from breach.config import Settings
from breach.jobs.queue import create_tables
from breach.runtime import build_runtime
from breach.services.context import NOBODY, Context, Runtime
from breach.services.demo import ask_for_a_role, demonstration_reports, seed_people
from breach.services.intake.filing import file_report
from breach.services.intake.report import parse_report
from breach.store.engine import for_migrations
from breach.store.keys import master
from breach.store.keys.event_seal import EventSeal
from breach.store.migrate import migrate


def prepare(settings: Settings) -> Runtime:
    """Make what is missing and bring the tables up to date; what is there stays. Returns the service."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    master.create(settings.master_key_file)
    migrate(settings.database_url, seal=EventSeal(master.read(settings.master_key_file)))
    engine = for_migrations(settings.database_url)
    create_tables(engine)
    engine.dispose()
    return build_runtime(settings)


def load_demonstration(runtime: Runtime) -> list[str]:
    """Store the demonstration through the services that everybody uses; return the references of its cases.

    A database that has its regions already is left alone.
    """
    with runtime.transaction() as ctx:
        if not seed_people(ctx):
            return []
        ask_for_a_role(ctx)
    references = []
    for number, (slug, report) in enumerate(demonstration_reports(runtime.clock())):
        with runtime.transaction(NOBODY) as ctx:
            references.append(_file(ctx, slug, report, f"demonstration-{number}"))
    return references


def _file(ctx: Context, slug: str, report: dict[str, object], submission_id: str) -> str:
    return file_report(ctx, parse_report(report, ctx.now), slug, submission_id, "page").reference
