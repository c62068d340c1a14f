"""How Alembic runs here: on the connection it is given, over our tables only, in one transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import breach.store.models
from breach.store.base import Base, UTCDateTime

assert breach.store.models.__all__, "the models fill the metadata"


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Tell whether a name of the database is ours to compare: DBOS keeps its tables beside ours."""
    return kind != "table" or name in Base.metadata.tables


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our type of times by its own name."""
    if kind == "type" and isinstance(item, UTCDateTime):
        autogen.imports.add("from breach.store.base import UTCDateTime")
        return "UTCDateTime()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=is_ours,
    render_item=render,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
