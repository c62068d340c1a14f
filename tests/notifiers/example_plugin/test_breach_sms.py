"""The checks that every notifier passes, run on this one."""

from pathlib import Path

import pytest
from breach_sms import SmsNotifier

from breach.domain.messages import ComposedMessage
from notifiers.testing import NotifierContract


class TestSms(NotifierContract):
    plugin = SmsNotifier
    unsafe_settings = ({},)

    @pytest.fixture(autouse=True)
    def gateway(self, tmp_path: Path) -> None:
        self.spool = tmp_path
        for folder in ("outgoing", "sent", "failed"):
            (tmp_path / folder).mkdir()

    def working(self) -> SmsNotifier:
        return SmsNotifier.from_settings({"sms_spool": str(self.spool)})

    def unreachable(self) -> SmsNotifier:
        return SmsNotifier.from_settings({"sms_spool": str(self.spool / "not there")})

    def deliver(self, composed: ComposedMessage) -> None:
        message_uuid = composed.message_uuid
        (self.spool / "outgoing" / message_uuid).rename(self.spool / "sent" / message_uuid)
