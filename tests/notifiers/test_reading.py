"""What the simulator finds wrong with a message: one thing changed in a good one, one error."""

from datetime import date

import pytest

from notifiers import memo
from notifiers.memo import reading
from tests.notifiers.letters import CREATED, MESSAGE_UUID, NANCY, REFERENCE, SENDER, message

GOOD = memo.composer("1.2", REFERENCE, CREATED, SENDER, message())(MESSAGE_UUID, NANCY).body.decode()
TODAY = date(2026, 11, 22)
LABEL = "<memo:label>Orientering om brud</memo:label>"
FILE = GOOD[GOOD.index("<memo:File>") : GOOD.index("</memo:MainDocument>")]
ACTION = (
    "</memo:File><memo:Action><memo:label>Se</memo:label><memo:actionCode>INFORMATION</memo:actionCode>"
    "<memo:EntryPoint><memo:url>{}</memo:url></memo:EntryPoint></memo:Action>"
)


def test_good_message_reads_back() -> None:
    assert reading.read(GOOD.encode(), TODAY) == reading.Reading(MESSAGE_UUID, REFERENCE, "2512489996", ())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("2512489996", "251248-9996", [("addressee.cpr", "memo.recipient")], id="recipient"),
        pytest.param(">CPR<", ">PID<", [("addressee.cpr", "memo.recipient")], id="id-type"),
        pytest.param(">12345678<", ">123<", [("sender.cvr", "memo.sender_cvr")], id="sender"),
        pytest.param(
            LABEL, "", [("MessageHeader", "memo.structure"), ("message.subject", "memo.empty")], id="label"
        ),
        pytest.param(
            "<memo:idType>CPR",
            "<memo:label>Nancy</memo:label><memo:idType>CPR",
            [("Recipient", "memo.structure")],
            id="name-in-metadata",
        ),
        pytest.param(">JVBERi0xLjQK<", "><", [("file.content", "memo.file_empty")], id="empty-file"),
        pytest.param(">JVBERi0xLjQK<", ">###<", [("file.content", "memo.base64")], id="base64"),
        pytest.param(
            "orientering.pdf", "brev.exe", [("message.filename", "memo.file_extension")], id="extension"
        ),
        pytest.param("08:30:00Z", "08:30:00+01:00", [("created_at", "memo.created_at")], id="offset"),
        pytest.param('memoVersion="1.2"', 'memoVersion="1.3"', [("version", "memo.version")], id="version"),
        pytest.param(
            "DIGITALPOST", "NEMSMS", [("notification", "memo.notification_empty")], id="sms-without-text"
        ),
        pytest.param("DIGITALPOST", "BREV", [("message_type", "memo.structure")], id="message-type"),
        pytest.param(
            "</memo:File>", ACTION.format("http://a.dk"), [("action.url", "memo.link")], id="http-link"
        ),
        pytest.param("</memo:File>", ACTION.format("https://a.dk"), [], id="https-link"),
        pytest.param(FILE, FILE * 11, [("files", "memo.too_many_files")], id="eleven-files"),
        pytest.param(FILE, FILE * 10, [], id="ten-files"),
        *(
            pytest.param(
                LABEL,
                f"{LABEL}<memo:doNotDeliverUntilDate>{day}</memo:doNotDeliverUntilDate>",
                [] if is_allowed else [("value_date", "memo.value_date")],
                id=f"value-date-{day}",
            )
            for day, is_allowed in [
                ("2026-11-21", False),
                ("2026-11-22", True),
                ("2026-12-04", True),
                ("2026-12-05", False),
                ("soon", False),
            ]
        ),
        pytest.param(
            LABEL,
            f"{LABEL}<memo:notification>{'x' * 151}</memo:notification>",
            [("notification", "memo.too_long")],
            id="notification",
        ),
        pytest.param(GOOD, "not XML", [("message", "memo.invalid")], id="not-xml"),
        pytest.param(GOOD, "<a/>", [("message", "memo.invalid")], id="other-root"),
        pytest.param(
            "<memo:Message ",
            '<!DOCTYPE m [<!ENTITY e "x">]><memo:Message ',
            [("message", "memo.invalid")],
            id="doctype",
        ),
    ],
)
def test_reading_gives_one_error_for_one_change(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    changed = GOOD.replace(old, new)
    assert changed != GOOD
    errors = reading.read(changed.encode(), TODAY).errors
    assert [(error.field, error.code) for error in errors] == expected


def test_letter_needs_a_document() -> None:
    start = GOOD.index("<memo:MessageBody>")
    end = GOOD.index("</memo:Message>")
    errors = reading.read((GOOD[:start] + GOOD[end:]).encode(), TODAY).errors
    assert [(error.field, error.code) for error in errors] == [("message_body", "memo.body_missing")]
