"""A report becomes a case: once, whole, and told to nobody else."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from breach.domain.errors import Conflict, InvalidInput, NotFound
from breach.domain.states import AuthorityState, CaseState
from breach.services.context import NOBODY, Runtime
from breach.services.intake import access_codes, drafts, filing
from breach.services.intake.report import parse_report
from breach.services.intake.titles import title_of
from breach.store.keys import master
from breach.store.keys.keyring import Keyring
from breach.store.models import AuditEvent, AuthorityTrack, BreachCase, Report, ReportDraft
from tests.support.bodies import body_of
from tests.support.reporting import NOW, Clock, citizen, processor, service


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    with service(tmp_path) as found:
        yield found


def file(runtime: Runtime, body: dict[str, object], key: str = "key-0001") -> filing.FilingReceipt:
    report = parse_report(body, runtime.clock())
    return filing.submit(runtime, report, None, filing.submission_key("api", "", key), "api", NOBODY)


def counts(runtime: Runtime) -> tuple[int, ...]:
    with runtime.transaction() as ctx:
        return tuple(
            ctx.session.scalar(select(func.count()).select_from(model)) or 0 for model in (BreachCase, Report)
        )


def walk(runtime: Runtime) -> None:
    receipt = file(runtime, processor())
    assert receipt.reference == "BRUD-2026-000001"
    assert receipt.received_at == NOW
    assert not receipt.repeated
    with runtime.transaction() as ctx:
        case = ctx.session.scalars(select(BreachCase)).one()
        report = ctx.session.scalars(select(Report)).one()
        track = ctx.session.get_one(AuthorityTrack, case.id)
        kinds = set(ctx.session.scalars(select(AuditEvent.kind).where(AuditEvent.case_id == case.id)))
        body = body_of(ctx, report)
    assert (case.state, case.aware_at, case.due_at) == (CaseState.REPORTED, NOW, NOW + timedelta(hours=72))
    assert track.state is AuthorityState.DUE
    assert report.processor_aware_at == NOW - timedelta(hours=5, minutes=30)
    assert kinds == {"case.opened", "report.received"}
    assert body["contact"] == {"phone": "61 55 55 55"}


def test_report_is_a_case_with_its_clock_its_track_and_its_events(runtime: Runtime) -> None:
    walk(runtime)


def test_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with service(tmp_path, postgres_url) as runtime:
        walk(runtime)
        assert file(runtime, processor()).repeated


def test_same_again_gives_the_same_receipt(runtime: Runtime) -> None:
    first = file(runtime, citizen())
    second = file(runtime, citizen())
    assert second.repeated
    assert (second.reference, second.received_at, second.status_code) == (
        first.reference,
        first.received_at,
        first.status_code,
    )
    assert counts(runtime) == (1, 1)


def test_same_again_after_a_rotation_gives_the_code_that_opens(runtime: Runtime) -> None:
    first = file(runtime, citizen())
    path = runtime.settings.master_key_file
    master.add(path)
    rotated = replace(runtime, keys=Keyring(master.read(path)))
    again = file(rotated, citizen())
    assert (again.status_code, again.repeated) == (first.status_code, True)
    with rotated.transaction() as ctx:
        assert filing.status(ctx, again.reference, again.status_code).state == "received"
    assert file(rotated, citizen(), "key-0002").status_code != first.status_code


def test_same_again_without_the_key_of_its_code_says_so(runtime: Runtime) -> None:
    file(runtime, citizen())
    path = runtime.settings.master_key_file
    old = master.read(path).active.key_id
    master.add(path)
    with replace(runtime, keys=Keyring(master.read(path))).transaction() as ctx:
        ctx.keys.rewrap(ctx.session)
    master.remove(path, old)
    with pytest.raises(Conflict) as caught:
        file(replace(runtime, keys=Keyring(master.read(path))), citizen())
    assert caught.value.code == "idempotency_old"


def test_same_key_with_another_content_is_refused(runtime: Runtime) -> None:
    file(runtime, citizen())
    with pytest.raises(Conflict, match="idempotency_reuse"):
        file(runtime, citizen(what="Noget andet"))
    assert counts(runtime) == (1, 1)


def test_filing_twice_at_the_same_moment_makes_one_case(runtime: Runtime) -> None:
    receipts: list[filing.FilingReceipt] = []
    threads = [threading.Thread(target=lambda: receipts.append(file(runtime, citizen()))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert {one.reference for one in receipts} == {"BRUD-2026-000001"}
    assert [one.repeated for one in receipts].count(False) == 1
    assert counts(runtime) == (1, 1)


def test_numbers_count_up(runtime: Runtime) -> None:
    found = [file(runtime, citizen(), key=f"key-000{at}").reference for at in range(3)]
    assert found == ["BRUD-2026-000001", "BRUD-2026-000002", "BRUD-2026-000003"]


def test_database_holds_neither_words_nor_contact_in_clear(runtime: Runtime) -> None:
    body = citizen(what="Inger Prøve fik 251248-9996", contact={"email": "inger@example.dk"})
    receipt = file(runtime, body)
    with runtime.transaction() as ctx:
        ctx.session.execute(text("SELECT 1"))
    stored = b"".join(path.read_bytes() for path in runtime.settings.home.glob("breach.db*"))
    for secret in ("Inger", "inger@example.dk", "251248-9996", "2512489996", receipt.status_code):
        assert secret.encode() not in stored


def test_titles_name_kinds_and_no_people(runtime: Runtime) -> None:
    report = citizen(what="Inger Prøve", affected={"data_categories": ["identity", "health"]})
    assert title_of(parse_report(report, NOW)) == "Indberetning fra en borger: helbred"
    assert title_of(parse_report(citizen(), NOW)) == "Indberetning fra en borger"


def test_unknown_controller_is_an_error_of_its_field(runtime: Runtime) -> None:
    with pytest.raises(InvalidInput, match="controller: controller_unknown"):
        file(runtime, citizen(controller="nowhere"))
    assert counts(runtime) == (0, 0)


def test_status_code_opens_the_state_of_its_own_report_only(runtime: Runtime) -> None:
    one = file(runtime, citizen())
    other = file(runtime, citizen(), key="key-0002")
    with runtime.transaction() as ctx:
        assert (
            filing.status(ctx, one.reference, access_codes.grouped(one.status_code).lower()).state
            == "received"
        )
        for reference, code in (
            (other.reference, one.status_code),
            (one.reference, ""),
            ("", one.status_code),
        ):
            with pytest.raises(NotFound):
                filing.status(ctx, reference, code)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (
            state,
            {"reported": "received", "concluded": "closed", "dismissed": "closed"}.get(
                state.value, "assessing"
            ),
        )
        for state in CaseState
    ],
)
def test_reporter_is_told_one_of_three_states(state: CaseState, shown: str) -> None:
    assert filing.plain_state(state) == shown


def test_codes_have_130_bits_and_read_like_speech() -> None:
    found = {access_codes.new_code() for _ in range(200)}
    assert len(found) == 200
    assert all(len(code) == 26 and set(code) <= set(access_codes.ALPHABET) for code in found)
    assert access_codes.normalised(" o1l-iabc ") == "0111ABC"


def test_draft_is_sealed_found_by_its_code_and_gone_after_30_days(tmp_path: Path) -> None:
    clock = Clock()
    with service(tmp_path, clock=clock) as runtime:
        with runtime.transaction() as ctx:
            code = drafts.begin(ctx, {"steps": {"what": {"what": ["Inger"]}}})
            row = ctx.session.scalars(select(ReportDraft)).one()
            assert b"Inger" not in row.cell
            assert code not in row.code_hash
        with runtime.transaction() as ctx:
            found = drafts.find(ctx, access_codes.grouped(code))
            assert found is not None
            assert found.content == {"steps": {"what": {"what": ["Inger"]}}}
            assert "Inger" not in repr(found)
            assert drafts.find(ctx, access_codes.new_code()) is None
        clock.move(days=30, seconds=1)
        with runtime.transaction() as ctx:
            assert drafts.find(ctx, code) is None
            drafts.begin(ctx, {})
            assert ctx.session.scalar(select(func.count()).select_from(ReportDraft)) == 1


def test_events_hold_no_personal_data(runtime: Runtime) -> None:
    file(runtime, citizen(what="Inger Prøve", contact={"name": "Inger", "phone": "61555555"}))
    with runtime.transaction() as ctx:
        bodies = list(ctx.session.scalars(select(AuditEvent.body)))
    assert all(
        json.loads(body) is not None and b"Inger" not in body and b"6155" not in body for body in bodies
    )
