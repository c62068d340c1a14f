import pytest
from sqlalchemy import create_engine, text

from tests.support.postgres import Postgres


def do(url: str, *statements: str) -> list[object]:
    """Run the statements and return the first column of the last one, when it has rows."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            result = [connection.execute(text(statement)) for statement in statements][-1]
            return list(result.scalars()) if result.returns_rows else []
    finally:
        engine.dispose()


@pytest.mark.parametrize("turn", [1, 2])
def test_tests_each_get_an_empty_database(database_url: str, turn: int) -> None:
    do(database_url, "CREATE TABLE t (name TEXT)", "INSERT INTO t VALUES ('Ærø')")
    assert do(database_url, "SELECT name FROM t") == ["Ærø"]


def test_copy_of_a_database_brings_its_rows(postgres_server: Postgres) -> None:
    original = postgres_server.create()
    do(postgres_server.url(original), "CREATE TABLE t (n INTEGER)", "INSERT INTO t VALUES (7)")
    copy = postgres_server.create(template=original)
    assert do(postgres_server.url(copy), "SELECT n FROM t") == [7]
    for name in (copy, original):
        postgres_server.drop(name)
