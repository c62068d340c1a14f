"""Fills in the report form as a person does; all that is reported is invented."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.desk import follow

STEPS = ("who", "what", "when", "people", "done", "contact")
WHAT = "Et brev om en behandling blev sendt til en forkert modtager."
PAST = datetime.now(ZoneInfo("Europe/Copenhagen")) - timedelta(days=2)


@dataclass(frozen=True)
class Report:
    """What is typed and chosen on each step: `typed` by the id of the field, `chosen` as (name, value)."""

    typed: dict[str, dict[str, str]]
    chosen: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def moment(name: str) -> dict[str, str]:
    """Return the parts of a date two days ago, at ten."""
    parts = {"day": PAST.day, "month": PAST.month, "year": PAST.year}
    return {f"{name}-{part}": str(value) for part, value in parts.items()} | {f"{name}_clock": "10.00"}


CONTACT = {"contact_name": "Mette Prøve", "contact_phone": "97 64 80 01"}
REGION = ("controller", "nordjylland")
CITIZEN = Report(
    {"what": {"what": WHAT}, "contact": CONTACT},
    {
        "who": [("kind", "citizen"), REGION],
        "what": [("about_self", "yes")],
        "when": [("occurred_kind", "unknown")],
        "people": [("affected_data_categories", "health")],
    },
)
STAFF = Report(
    {
        "who": {"unit": "Ortopædkirurgi"},
        "what": {"what": WHAT},
        "when": moment("discovered"),
        "people": {"affected_subject_count": "3"},
        "done": {"containment": "Modtageren er ringet op."},
        "contact": CONTACT,
    },
    {
        "who": [("kind", "staff"), REGION],
        "what": [("affected_confidentiality", "known_recipients"), ("affected_cause", "internal_accidental")],
        "when": [("occurred_kind", "unknown")],
        "people": [("affected_data_categories", "health"), ("affected_data_categories", "national_id")],
    },
)
PROCESSOR = Report(
    {
        "who": {"processor_name": "Eksempel Drift A/S", "processor_contract": "Aftale 12"},
        "what": {"what": WHAT, "processor_activity": "Drift af bookingsystemet."},
        "when": moment("aware") | moment("exact"),
        "people": {"affected_subject_count": "3", "affected_record_count": "5"},
        "done": {"containment": "Adgangen er lukket."},
        "contact": CONTACT,
    },
    {
        "who": [("as_processor", "y"), ("processor_controllers", "this_region"), REGION],
        "what": [("affected_confidentiality", "known_recipients"), ("affected_cause", "internal_accidental")],
        "when": [("occurred_kind", "exact"), ("processor_ongoing", "no")],
        "people": [("affected_data_categories", "health")],
    },
)


def answer(page: Page, step: str, report: Report) -> None:
    """Choose and type what the report says on a step."""
    for name, value in report.chosen.get(step, []):
        page.check(f"input[name={name}][value={value}]")
    for name, words in report.typed.get(step, {}).items():
        page.fill(f"#{name}", words)


def press_on(page: Page) -> None:
    """Press the first button of the form, and wait for the page that answers."""
    follow(page.locator("main form button[type=submit]").first)


def fill(page: Page, address: str, report: Report) -> None:
    """Fill in every step, up to the page that shows the answers."""
    page.goto(f"{address}/report")
    for at, step in enumerate(STEPS):
        answer(page, step, report)
        press_on(page)
        expect(page).to_have_url(re.compile(f"/report/[a-z]+/{(*STEPS, 'check')[at + 1]}$"))


def receipt_of(page: Page) -> tuple[str, str]:
    """Return the reference and the whole status code that a person reads on the receipt."""
    words = page.locator("main").inner_text()
    reference = re.search(r"BRUD-[0-9]{4}-[0-9]{6}", words)
    code = re.search(r"(?<!-)\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}-[0-9A-Z]{2}\b", words)
    assert reference, words
    assert code, words
    return reference[0], code[0]
