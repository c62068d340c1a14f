"""A plugin from outside the tree: installed, found, checked by the kit, and used for a case end to end."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from sqlalchemy import select

import breach.plugins
from breach import config
from breach.domain.states import CommunicationState, NoticeState
from breach.jobs.sending import send_batch
from breach.runtime import build_runtime
from breach.services.context import Context
from breach.services.sending import receipts
from breach.services.sending import release as sending_release
from breach.store.models import Communication, Recipient, SendBatch
from tests.support.scenario import Service, actors_of, environ, import_csv, make_service, people_csv
from tests.support.stages import notices_of

ROOT = Path(__file__).parents[2]
EXAMPLE = Path(__file__).parent / "example_plugin"
GUIDE = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
PHONE = "+4511223344"


@pytest.mark.parametrize("name", ["pyproject.toml", "breach_sms.py", "test_breach_sms.py"])
def test_guide_shows_the_example_as_it_is(name: str) -> None:
    shown = re.search(rf"(?ms)^`{re.escape(name)}`:\n\n```\w+\n(.*?)^```$", GUIDE)
    assert shown is not None
    assert shown.group(1) == (EXAMPLE / name).read_text(encoding="utf-8")


def run(folder: Path, site: Path, *arguments: str | Path) -> str:
    """Run Python in a fresh process that finds the plugin where it is installed; return what it printed."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{site}{os.pathsep}{ROOT}", "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=folder, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the plugin is installed in, built from a copy, without a network."""
    folder = tmp_path_factory.mktemp("plugin")
    source, site = folder / "source", folder / "site"
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("__pycache__"))
    run(source, site, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (wheel,) = folder.glob("*.whl")
    options = ("--quiet", "--no-index", "--no-deps", "--no-compile", "--target", site)
    run(folder, site, "-m", "pip", "install", *options, wheel)
    assert [path.name for path in site.glob("*.py")] == ["breach_sms.py"]
    return site


def test_plugin_is_found_by_its_entry_point(installed: Path, tmp_path: Path) -> None:
    code = "from breach.plugins import load_notifiers; print(*load_notifiers({'sms_spool': '/spool'}))"
    assert run(tmp_path, installed, "-c", code) == "digital_post outbox sms\n"


def test_plugin_without_its_setting_stops_the_start(installed: Path, tmp_path: Path) -> None:
    code = (
        "from breach.plugins import PluginError, load_notifiers\n"
        "try: load_notifiers({})\n"
        "except PluginError as stopped: print(stopped)"
    )
    shown = run(tmp_path, installed, "-c", code)
    assert shown == "The plugin sms needs BREACH_SMS_SPOOL. Set it\n"


def test_plugin_passes_the_kit_where_it_is_installed(installed: Path, tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "test_breach_sms.py", tmp_path)
    shown = run(tmp_path, installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_breach_sms.py")
    (passed,) = re.findall(r"(\d+) passed", shown)
    assert int(passed) >= 18


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """The folders of a gateway."""
    for name in ("outgoing", "sent", "failed"):
        (tmp_path / "spool" / name).mkdir(parents=True)
    return tmp_path / "spool"


@pytest.fixture
def service(
    installed: Path, spool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """A service that sends by the installed plugin, where printing a PDF is a fault."""
    home = tmp_path / "home"
    url = f"sqlite:///{home / 'breach.db'}"
    make_service(home, url).runtime.close()
    monkeypatch.syspath_prepend(installed)
    monkeypatch.setattr(breach.plugins, "entry_points", entry_points)  # the other tests look once
    chosen = environ(home, url, BREACH_CHANNEL="sms", BREACH_SMS_SPOOL=str(spool))
    runtime = build_runtime(config.load(chosen))

    def compile_nothing(*arguments: object) -> list[bytes]:
        raise AssertionError("a PDF was printed for a channel that does not want one")

    monkeypatch.setattr("breach.documents.pdf._compile", compile_nothing)
    yield Service(runtime, actors_of(runtime))
    runtime.close()
    sys.modules.pop("breach_sms", None)


def give_phones(ctx: Context, count: int, phone: str) -> None:
    """Let so many of the list have a telephone number, as a column of a list to come would."""
    for row in ctx.session.scalars(select(Recipient).order_by(Recipient.id).limit(count)):
        key = ctx.keys.case_key(ctx.session, "people", row.controller_id, row.case_id)
        known = json.loads(key.open("recipient", "cell", row.id, row.cell))
        row.cell = key.seal("recipient", "cell", row.id, json.dumps({**known, "phone": phone}).encode())


def release(service: Service, people: int, phones: int, phone: str = PHONE) -> None:
    """Walk a case to its release."""
    service.approved()
    service.do("sagsbehandler", import_csv, people_csv(people))
    with service.runtime.transaction() as ctx:
        give_phones(ctx, phones, phone)
    service.do("sagsbehandler", sending_release.ask_release, service.page().list_version)
    service.do("frigiver", sending_release.release, people)


def send(service: Service) -> int:
    """Send what is queued; return how many messages the channel was given."""
    with service.runtime.transaction() as ctx:
        (batch,) = ctx.session.scalars(select(SendBatch)).all()
    return send_batch(service.runtime, batch.id, "worker-1")


def take_receipts(service: Service) -> None:
    """Store what the channel says became of the messages, as the worker does."""
    notifier = service.runtime.notifiers["sms"]
    found = list(notifier.receipts())
    with service.runtime.transaction() as ctx:
        receipts.store_delivery_receipts(ctx, found)
        receipts.complete_where_all_told(ctx)
    for receipt in found:
        notifier.acknowledge(receipt)


def test_case_is_told_by_the_plugin_and_no_pdf_is_printed(service: Service, spool: Path) -> None:
    release(service, people=3, phones=3)
    assert send(service) == 3
    assert {notice.state for notice in notices_of(service)} == {NoticeState.SUBMITTED}
    files = sorted((spool / "outgoing").iterdir())
    assert [file.name for file in files] == sorted(str(notice.message_uuid) for notice in notices_of(service))
    for file in files:
        said = file.read_text(encoding="utf-8")
        assert said.startswith(f"To: {PHONE}\n\nRegion Nordjylland, {service.reference}\n\n")
        assert "Til dig, som brevet handler om" in said
        assert "# " not in said
        file.rename(spool / "sent" / file.name)
    take_receipts(service)
    assert {notice.state for notice in notices_of(service)} == {NoticeState.DELIVERED}
    assert list((spool / "sent").iterdir()) == []
    with service.runtime.transaction() as ctx:
        communication = ctx.session.scalars(select(Communication)).one()
        assert (communication.state, communication.pdf) == (CommunicationState.COMPLETED, None)


def test_addressee_that_lacks_what_the_channel_needs_is_a_persons_task(service: Service, spool: Path) -> None:
    release(service, people=3, phones=1)
    assert send(service) == 1
    found = sorted((notice.state.value, notice.code) for notice in notices_of(service) if notice.code)
    assert found == [("needs_person", "lacks.phone")] * 2
    assert len(list((spool / "outgoing").iterdir())) == 1


@pytest.mark.parametrize(
    ("phones", "phone", "code"),
    [(0, PHONE, "lacks.phone"), (2, "ask Ole", "sms.phone")],
    ids=["no", "odd"],
)
def test_addressees_all_lack_what_the_channel_needs(
    service: Service, spool: Path, phones: int, phone: str, code: str
) -> None:
    release(service, people=2, phones=phones, phone=phone)
    assert send(service) == 0
    found = {(notice.state, notice.code) for notice in notices_of(service)}
    assert found == {(NoticeState.NEEDS_PERSON, code)}
    assert list((spool / "outgoing").iterdir()) == []
    assert service.page().communication.state is CommunicationState.SENDING
