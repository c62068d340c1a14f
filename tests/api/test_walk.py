"""A breach from the first report to the end of its case, by the API; server, worker and channel are real."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from breach.web.app import create_app
from tests.support.processes import copies, free_port, simulator, start_worker, stopped_at_the_end
from tests.support.reporting import token
from tests.support.scenario import (
    DONE,
    FACTS,
    HAPPENED,
    HIGH,
    IN_ENGLISH,
    Service,
    environ,
    make_service,
    people_csv,
)
from tests.support.server import serving
from tests.support.waiting import SLOW, wait_until

NAMES = ("sagsbehandler", "beslutter", "godkender", "frigiver", "revisor")
REPORT = {
    "kind": "citizen",
    "controller": "nordjylland",
    "what": "Tre patienters breve kom til en fremmed.",
    "occurred": {"kind": "unknown"},
    "contact": {"phone": "61 55 55 55"},
}
PEOPLE = 4


@dataclass
class Desk:
    """Calls the API over the network as somebody."""

    base: str
    tokens: dict[str, str]
    reference: str = ""

    def call(self, path: str, data: bytes | None = None, who: str = "", **headers: str) -> Any:
        """Send a request; return the JSON of its answer. An error fails the test with what it said."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            sent["Authorization"] = f"Bearer {self.tokens[who]}"
        try:
            with urlopen(Request(f"{self.base}/api/v1{path}", data, sent), timeout=SLOW) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise AssertionError(f"{path}: {error.code} {error.read().decode()}") from error

    def report(self) -> dict[str, str]:
        """File the report; work on its case from here on."""
        body = json.dumps(REPORT).encode()
        found: dict[str, str] = self.call(
            "/reports", body, Content_Type="application/json", Idempotency_Key=str(uuid4())
        )
        self.reference = found["reference"]
        return found

    def show(self, who: str = "sagsbehandler") -> dict[str, Any]:
        """Return the case as somebody sees it."""
        found: dict[str, Any] = self.call(f"/cases/{self.reference}", who=who)
        return found

    def counts(self) -> dict[str, int]:
        """Return how many letters stand in each state."""
        found: dict[str, int] = self.show()["counts"]
        return found

    def step(self, who: str, name: str, /, **asked: Any) -> dict[str, Any]:
        """Take a step from the case as it stands; return the case after it."""
        body = json.dumps({"version": self.show(who)["version"], **asked}).encode()
        path = f"/cases/{self.reference}/steps/{name}"
        found: dict[str, Any] = self.call(path, body, who, Content_Type="application/json")
        return found

    def import_list(self, who: str, data: bytes) -> dict[str, Any]:
        """Import a list of recipients."""
        path = f"/cases/{self.reference}/recipients?version={self.show(who)['version']}"
        found: dict[str, Any] = self.call(path, data, who, Content_Type="text/csv")
        return found


@pytest.fixture
def surroundings(tmp_path: Path, sqlite_url: str) -> dict[str, str]:
    return environ(tmp_path / "home", sqlite_url, BREACH_SIMULATOR_PORT=str(free_port()))


@pytest.fixture
def service(tmp_path: Path, sqlite_url: str, surroundings: dict[str, str]) -> Iterator[Service]:
    port = surroundings["BREACH_SIMULATOR_PORT"]
    found = make_service(tmp_path / "home", sqlite_url, BREACH_SIMULATOR_PORT=port)
    yield found
    found.runtime.close()


@pytest.fixture
def desk(service: Service) -> Iterator[Desk]:
    tokens = {name: token(service.runtime, name) for name in NAMES}
    with serving(create_app(service.runtime)) as base:
        yield Desk(base, tokens)


def assess_and_decide(desk: Desk) -> None:
    desk.step("sagsbehandler", "take")
    assert desk.step("sagsbehandler", "score", facts={**FACTS, "subject_count": PEOPLE})["state"] == "scored"
    proposed = desk.step("sagsbehandler", "propose", outcome=HIGH, reasoning="Helbred hos en fremmed.")
    decided = desk.step("beslutter", "decide", proposal_sha256=proposed["proposal_sha256"])
    assert (decided["state"], decided["outcome"]) == ("responding", HIGH)


def notify_and_write(desk: Desk) -> None:
    moment = datetime.now(UTC).isoformat(timespec="minutes")
    number = sha256(b"receipt").hexdigest()[:40]
    desk.step("sagsbehandler", "submit_notification", submitted_at=moment, receipt_number=number)
    measures = {
        "summary": HAPPENED,
        "measures": DONE,
        **IN_ENGLISH,
        "consequences": ["identity_theft"],
        "contained": True,
        "contained_at": "2026-03-03",
    }
    desk.step("sagsbehandler", "save_measures", **measures)
    drafted = desk.step("sagsbehandler", "draft_text")
    assert (
        desk.step("godkender", "approve_text", sha256=drafted["text_sha256"])["communication"] == "approved"
    )


def list_and_release(desk: Desk) -> None:
    desk.step("sagsbehandler", "add_recipient", cpr="2512489996", name="Prøve Person")
    imported = desk.import_list("sagsbehandler", people_csv(PEOPLE - 1))
    assert (imported["added"], imported["repeated"]) == (PEOPLE - 1, 0)
    seen = imported["case"]["list_version"]
    desk.step("sagsbehandler", "ask_release", list_version=seen)
    assert desk.step("frigiver", "release", typed_count=PEOPLE)["communication"] == "sending"
    assert desk.step("frigiver", "pause")["communication"] == "paused"
    assert desk.step("frigiver", "resume")["communication"] == "sending"


def test_report_becomes_delivered_letters_and_a_concluded_case(
    desk: Desk, surroundings: dict[str, str], tmp_path: Path
) -> None:
    receipt = desk.report()
    assess_and_decide(desk)
    notify_and_write(desk)
    list_and_release(desk)
    with simulator(surroundings, tmp_path / "simulator") as channel:
        with stopped_at_the_end(start_worker(surroundings, "walk")) as worker:
            wait_until(
                lambda: desk.show()["communication"] == "completed",
                "not all told",
                desk.counts,
                alive=worker,
                every=0.5,
            )
        assert set(copies(channel)) == {1}
    assert desk.show("revisor")["counts"] == {"delivered": PEOPLE}
    desk.step("sagsbehandler", "complete_notification")
    assert desk.step("sagsbehandler", "conclude")["state"] == "concluded"
    status = desk.call(f"/reports/{desk.reference}", Breach_Status_Code=receipt["status_code"])
    assert status["state"] == "closed"
