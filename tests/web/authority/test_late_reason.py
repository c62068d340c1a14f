"""Why a notification is late is asked where it is late, and nowhere else."""

from datetime import timedelta
from pathlib import Path

import pytest

from breach.web.app import create_app
from tests.support.scenario import make_service
from tests.web.cases.test_walk import Worker

PAGE = "/step/submit-notification"


@pytest.mark.parametrize(("hours", "is_asked"), [(71, False), (73, True)])
def test_reason_is_asked_of_a_late_notification_alone(tmp_path: Path, hours: int, is_asked: bool) -> None:
    service = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    service.open(aware_at=service.runtime.clock() - timedelta(hours=hours))
    sara = Worker(create_app(service.runtime), "sagsbehandler", lambda: service.reference)
    page = sara.client.get(f"/cases/{service.reference}{PAGE}").text
    assert ("Hvorfor kommer anmeldelsen efter 72 timer?" in page) is is_asked
    assert "72 timer? (valgfrit)" not in page
    service.runtime.close()
