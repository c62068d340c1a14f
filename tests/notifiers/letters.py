"""Letters, senders and people of the tests; all invented."""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from breach.domain.messages import Addressee, Message, Sender
from notifiers.memo.schemas import Schemas

CREATED = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SENDER = Sender("12345678", "Region Eksempel")
NANCY = Addressee(cpr="2512489996", name="Nancy Ann Berggren", protected_address=True)
REFERENCE = "BRUD-2026-000001"
MESSAGE_UUID = "3f0b7a52-6f0e-4c1d-9a77-2d2f6c5b1e90"


def message(
    subject: str = "Orientering om brud",
    *,
    filename: str = "orientering",
    language: str = "da",
    pdf: bytes = b"%PDF-1.4\n",
) -> Message:
    """Return a message whose document is the shortest thing that begins as a PDF."""
    return Message(
        subjects={language: subject},
        texts=lambda: {language: "Til dig, som brevet handler om."},
        pdf=lambda: pdf,
        language=language,
        filename=filename,
    )


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
