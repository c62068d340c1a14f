"""What each test would make anew and need not: statements, routes, the list of what is installed."""

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, event
from werkzeug.routing import Rule

import breach.plugins
import breach.store.engine

Builder = Callable[..., tuple[str, str]]

STATEMENTS = 5000
"""Compiled statements that are kept for a kind of database."""


def share(patch: pytest.MonkeyPatch) -> None:
    """Let engines share compiled statements and applications compiled routes; look for plugins once only."""
    patch.setattr(breach.store.engine, "create_engine", sharing(create_engine))
    patch.setattr(breach.plugins, "entry_points", cache(entry_points))
    patch.setattr(Rule, "_compile_builder", building(Rule._compile_builder))


def sharing(create: Callable[..., Engine]) -> Callable[..., Engine]:
    """Return a maker of engines that take over the dialect, and the statements, of the first that connected.

    A dialect learns from its first connection, so one that has not connected is not shared. Most of what a
    short test does in SQLAlchemy is compiling: each test has an engine of its own, and the same statements.
    """
    learned: dict[str, Engine] = {}

    def make(url: URL, **options: Any) -> Engine:
        engine = create(url, query_cache_size=STATEMENTS, **options)
        if known := learned.get(engine.dialect.name):
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        else:
            event.listen(engine, "connect", lambda *_: learned.setdefault(engine.dialect.name, engine))
        return engine

    return make


def building(compile_it: Callable[[Rule, bool], Builder]) -> Callable[[Rule, bool], Builder]:
    """Return a compiler of a route's address that does it once for all applications with that route."""
    known: dict[object, Builder] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Builder:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_it(rule, append_unknown)
        return known[key]

    return compiled
