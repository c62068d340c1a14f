"""After a full walk no number, name or narrative stands anywhere in the open: tables, jobs or log."""

import base64
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import inspect, text

from breach.domain.messages import SendOutcome, Sent
from breach.services.intake.filing import file_report
from breach.services.intake.report import parse_report
from breach.services.sending import claims
from breach.store.models import SendBatch
from breach.store.verify.chain import verify
from tests.services.conftest import At
from tests.support.scenario import Service, people_csv
from tests.support.stages import PEOPLE

NARRATIVE = "Sygeplejersken råbte diagnosen op i venteværelset"
CONTACT = "Mette Prøvesen"


def spellings(value: str) -> set[str]:
    """Return the ways in which a value could stand in a table that is read as text, in small letters."""
    plain = {value, value.replace("-", ""), value.replace("-", " ")}
    found = set(plain)
    for one in plain:
        raw = one.encode()
        found |= {raw.hex(), ascii(one)[1:-1]}
        for shift in range(3):  # where it begins in a longer text decides how base64 spells it
            coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
            found.add(coded[(0, 2, 3)[shift] : len(coded) - 1])
    return {one.lower() for one in found}


def everything_stored(service: Service) -> Iterator[tuple[str, str]]:
    """Yield each table with all that it holds as text: bytes as they are and as hex."""
    with service.runtime.transaction() as ctx:
        connection = ctx.session.connection()
        schemas = [None, "dbos"] if connection.dialect.name == "postgresql" else [None]
        for schema in schemas:
            for table in inspect(connection).get_table_names(schema=schema):
                name = f'"{schema}"."{table}"' if schema else f'"{table}"'
                rows = connection.execute(text(f"SELECT * FROM {name}"))
                yield name, "\n".join(_text(value) for row in rows for value in row).lower()


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        return raw.decode("utf-8", "replace") + " " + raw.hex()
    return str(value)


def walk(service: Service) -> None:
    """File a report with a narrative, then claim and settle the notices of the case that was released."""
    report = {
        "kind": "staff",
        "what": NARRATIVE,
        "occurred": {"kind": "unknown"},
        "contact": {"name": CONTACT, "phone": "97 64 80 01"},
    }
    with service.runtime.transaction() as ctx:
        file_report(ctx, parse_report(report, ctx.now), "nordjylland", "submission-1", "page")
    with service.runtime.transaction() as ctx:
        batch = ctx.session.query(SendBatch).one()
        claimed = claims.claim(ctx, batch.id, "worker-1")
    assert len(claimed) == PEOPLE
    with service.runtime.transaction() as ctx:
        claims.settle(ctx, [(one, Sent(SendOutcome.ACCEPTED)) for one in claimed])
    service.page()


def secrets() -> set[str]:
    """Return every spelling of what nobody may find."""
    listed = people_csv(PEOPLE).decode().splitlines()[1:]
    values = {value for line in listed for value in line.split(";")} | {NARRATIVE, CONTACT}
    return {one for value in values for one in spellings(value)}


def test_secrecy_holds_after_a_full_walk(at: At, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    service = at("released")
    walk(service)
    wanted = secrets()
    found = []
    seen = []
    for table, held in everything_stored(service):
        seen.append(table)
        found += [(table, one) for one in wanted if one in held]
    assert found == []
    assert any("workflow_status" in table for table in seen)
    assert any("audit_event" in table for table in seen)
    logged = caplog.text.lower()
    assert [one for one in wanted if one in logged] == []


def test_audit_chain_is_whole_after_a_full_walk(at: At) -> None:
    service = at("concluded")
    with service.runtime.sessions() as session:
        assert verify(session, service.runtime.settings.anchor_file) is None


@pytest.mark.parametrize("shift", range(5))
def test_search_finds_a_number_in_base64_wherever_it_begins(shift: int) -> None:
    held = base64.b64encode(b"x" * shift + b"010190-1000 og mere").decode().lower()
    assert any(one in held for one in spellings("010190-1000"))
