"""Letters, senders and people of the tests; all invented."""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from breach.domain.notifying import Addressee, Letter, Sender
from notifiers.digital_post.schemas import Schemas

CREATED = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SENDER = Sender("12345678", "Region Eksempel")
NANCY = Addressee("2512489996", "Nancy Ann Berggren", protected_address=True)
REFERENCE = "BRUD-2026-000001"
MESSAGE_UUID = "3f0b7a52-6f0e-4c1d-9a77-2d2f6c5b1e90"


def letter(subject: str = "Orientering om brud", filename: str = "orientering.pdf") -> Letter:
    """Return a letter whose document is the shortest thing that begins as a PDF."""
    return Letter(subject, b"%PDF-1.4\n", "da", filename)


def message_uuid(number: int) -> str:
    """Return the version 4 UUID of a number."""
    return str(UUID(int=number << 64, version=4))


def schema_folder() -> Path:
    """Return the folder of the official schemas; skip the test, saying so, where it is absent."""
    beside = Path(__file__).parents[3] / "shared" / "digital-post" / "xsd"
    folder = Path(os.environ.get("BREACH_MEMO_SCHEMAS") or beside)
    if not (folder / "memo-1.2").is_dir():
        pytest.skip("the official MeMo schemas are absent: set BREACH_MEMO_SCHEMAS")
    return folder


def schemas() -> Schemas:
    """Return the validators of the official schemas, or skip."""
    return Schemas(schema_folder())
