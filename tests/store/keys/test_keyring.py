"""Keys and cells: nothing opens where it was not sealed, and nothing shows itself."""

from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from breach.store.engine import make_engine, make_sessions
from breach.store.keys import master
from breach.store.keys.keyring import CaseKey, IntegrityFailure, KeyDestroyed, Keyring, pad, unpad
from breach.store.keys.master import BadMasterKey, Cipher
from breach.store.migrate import migrate
from tests.store import rows
from tests.store.rows import Store

CASE, OTHER_CASE, ROW, OTHER_ROW = (UUID(int=number) for number in range(1, 5))
CIPHER = Cipher.of(7, b"k" * 32)
CASE_KEY = CaseKey("people", 1, CASE, CIPHER)
CELL = CASE_KEY.seal("recipient", "cell", ROW, b"2512489996")


@given(st.binary(max_size=400), st.sampled_from(["recipient", "report"]))
def test_sealed_value_opens_in_its_place(plain: bytes, table: str) -> None:
    assert CASE_KEY.open(table, "cell", ROW, CASE_KEY.seal(table, "cell", ROW, plain)) == plain


@given(st.integers(0, len(CELL) - 1), st.integers(1, 255))
def test_sealed_value_with_any_changed_byte_is_refused(position: int, change: int) -> None:
    changed = bytearray(CELL)
    changed[position] ^= change
    with pytest.raises(
        IntegrityFailure, match=r"recipient\.cell of row 00000000-0000-0000-0000-000000000003"
    ):
        CASE_KEY.open("recipient", "cell", ROW, bytes(changed))


@given(st.integers(0, len(CELL) - 1))
def test_cut_cell_is_refused(length: int) -> None:
    with pytest.raises(IntegrityFailure):
        CASE_KEY.open("recipient", "cell", ROW, CELL[:length])


@pytest.mark.parametrize(
    ("case_key", "table", "column", "row"),
    [
        pytest.param(CASE_KEY, "report", "cell", ROW, id="other-table"),
        pytest.param(CASE_KEY, "recipient", "name", ROW, id="other-column"),
        pytest.param(CASE_KEY, "recipient", "cell", OTHER_ROW, id="other-row"),
        pytest.param(CaseKey("people", 1, OTHER_CASE, CIPHER), "recipient", "cell", ROW, id="other-case"),
        pytest.param(CaseKey("people", 2, CASE, CIPHER), "recipient", "cell", ROW, id="other-controller"),
        pytest.param(
            CaseKey("people", 1, CASE, Cipher.of(7, b"x" * 32)), "recipient", "cell", ROW, id="other-key"
        ),
        pytest.param(
            CaseKey("people", 1, CASE, Cipher.of(8, b"k" * 32)), "recipient", "cell", ROW, id="other-number"
        ),
    ],
)
def test_cell_opens_nowhere_else(case_key: CaseKey, table: str, column: str, row: UUID) -> None:
    with pytest.raises(IntegrityFailure):
        case_key.open(table, column, row, CELL, padded=True)


def test_cell_is_laid_out_as_documented() -> None:
    place = b"breach\x01" + b"\x00\x09recipient" + b"\x00\x04cell" + b"\x00\x08" + (1).to_bytes(8, "big")
    place += b"\x00\x10" + CASE.bytes + b"\x00\x10" + ROW.bytes + b"\x00\x04" + (7).to_bytes(4, "big")
    assert CELL[:5] == b"\x01\x00\x00\x00\x07"
    assert AESGCM(b"k" * 32).decrypt(CELL[5:17], CELL[17:], place) == pad(b"2512489996")


@given(st.binary(max_size=500))
def test_padding_hides_the_length_and_comes_off(plain: bytes) -> None:
    assert len(pad(plain)) % 128 == 0
    assert len(pad(plain)) - len(plain) in range(1, 129)
    assert unpad(pad(plain)) == plain


def test_sealing_twice_differs() -> None:
    assert CASE_KEY.seal("recipient", "cell", ROW, b"x") != CASE_KEY.seal("recipient", "cell", ROW, b"x")


def test_message_uuid_is_random_looking_and_the_same_again() -> None:
    first = CASE_KEY.message_uuid(ROW, OTHER_ROW, "outbox", 1)
    assert first == CASE_KEY.message_uuid(ROW, OTHER_ROW, "outbox", 1)
    assert (first.version, first.variant) == (4, "specified in RFC 4122")
    others = {
        CASE_KEY.message_uuid(OTHER_ROW, OTHER_ROW, "outbox", 1),
        CASE_KEY.message_uuid(ROW, ROW, "outbox", 1),
        CASE_KEY.message_uuid(ROW, OTHER_ROW, "letter", 1),
        CASE_KEY.message_uuid(ROW, OTHER_ROW, "outbox", 2),
    }
    assert len(others | {first}) == 5


def test_keys_are_kept_and_found_again_by_another_process(store: Store, tmp_path: Path) -> None:
    with store.sessions.begin() as session:
        cell = store.keys.seal(session, "contact", 1, store.case_id, "report", "cell", ROW, b"Anna")
        cpr_hash = store.keys.cpr_hash(session, 1, store.case_id, "2512489996")
    elsewhere = Keyring(master.read(tmp_path / "master.key"))
    with store.sessions.begin() as session:
        assert elsewhere.open(session, "contact", 1, store.case_id, "report", "cell", ROW, cell) == b"Anna"
        assert elsewhere.cpr_hash(session, 1, store.case_id, "2512489996") == cpr_hash
        assert elsewhere.cpr_hash(session, 1, uuid4(), "2512489996") != cpr_hash


@pytest.mark.parametrize("nested", [True, False], ids=["savepoint", "transaction"])
def test_key_rolled_back_is_not_used_again(store: Store, nested: bool) -> None:
    with store.sessions() as session:
        with session.begin_nested() if nested else session.begin() as transaction:
            store.keys.seal(session, "people", 1, store.case_id, "recipient", "cell", ROW, b"lost")
            transaction.rollback()
        cell = store.keys.seal(session, "people", 1, store.case_id, "recipient", "cell", ROW, b"kept")
        session.commit()
    with store.sessions() as session:
        assert store.keys.open(session, "people", 1, store.case_id, "recipient", "cell", ROW, cell) == b"kept"


def test_keyring_of_two_transactions_at_once_agrees_on_the_first_key(
    postgres_url: str, keyring: Keyring
) -> None:
    migrate(postgres_url)
    engine = make_engine(postgres_url)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        rows.add_people(session)
        case_id = rows.add_case(session, 1)
    cpr_hashes: list[bytes] = []

    def work() -> None:
        with sessions.begin() as session:
            cpr_hashes.append(keyring.cpr_hash(session, 1, case_id, "2512489996"))

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(cpr_hashes), len(set(cpr_hashes))) == (8, 1)
    engine.dispose()


def test_destroyed_key_never_opens_again(store: Store) -> None:
    with store.sessions.begin() as session:
        cell = store.keys.seal(session, "people", 1, store.case_id, "recipient", "cell", ROW, b"x")
        store.keys.destroy(session, "people", 1, store.case_id)
        with pytest.raises(KeyDestroyed):
            store.keys.open(session, "people", 1, store.case_id, "recipient", "cell", ROW, cell)
        with pytest.raises(KeyDestroyed):
            store.keys.seal(session, "people", 1, store.case_id, "recipient", "cell", ROW, b"x")
        wrapped = session.execute(text("SELECT cell FROM wrapped_key WHERE life = 'people'")).scalar_one()
        assert set(bytes(wrapped)) == {0}


def test_master_key_changes_while_cells_stay(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    with store.sessions.begin() as session:
        cell = store.keys.seal(session, "contact", 1, store.case_id, "report", "cell", ROW, b"Anna")
    old = master.read(path).active.key_id
    new = master.add(path)
    rotated = Keyring(master.read(path))
    with store.sessions.begin() as session:
        assert rotated.in_use(session) == {old: 1}
        assert rotated.rewrap(session) == 1
        assert rotated.in_use(session) == {new: 1}
    master.remove(path, old)
    with store.sessions.begin() as session:
        last = Keyring(master.read(path))
        assert last.open(session, "contact", 1, store.case_id, "report", "cell", ROW, cell) == b"Anna"


@pytest.mark.parametrize(
    ("purpose", "case_id"),
    [("people", None), ("drafts", CASE), ("controller", None), ("", CASE)],
    ids=["case-life-without-case", "drafts-with-case", "controller", "empty"],
)
def test_life_that_does_not_exist_is_refused(store: Store, purpose: str, case_id: UUID | None) -> None:
    with store.sessions.begin() as session, pytest.raises(ValueError, match="no such purpose"):
        store.keys.seal(session, purpose, 1, case_id, "report", "cell", ROW, b"x")


def test_drafts_are_sealed_for_the_controller_alone(store: Store) -> None:
    with store.sessions.begin() as session:
        cell = store.keys.seal(session, "drafts", 1, None, "report_draft", "cell", ROW, b"{}")
        assert store.keys.open(session, "drafts", 1, None, "report_draft", "cell", ROW, cell) == b"{}"
        with pytest.raises(IntegrityFailure):
            store.keys.open(session, "drafts", 2, None, "report_draft", "cell", ROW, cell)


def test_derived_keys_differ_by_purpose_and_stay(keyring: Keyring, tmp_path: Path) -> None:
    again = Keyring(master.read(tmp_path / "master.key"))
    assert keyring.derive("session") == again.derive("session") != keyring.derive("csrf")
    assert len(keyring.derive("session")) == 32


def test_keys_are_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    master.create(path)
    secret = path.read_text("ascii").split()[1]
    keys = master.read(path)
    shown = repr(keys) + str(keys) + repr(keys.active) + repr(Keyring(keys)) + repr(CASE_KEY)
    assert secret not in shown
    assert repr(keys.active.key) not in shown
    assert repr(b"k" * 32) not in shown


def test_master_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "master.key"
    master.create(path)
    before = path.read_bytes()
    master.create(path)
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        pytest.param("", 0o400, id="empty"),
        pytest.param("00000001 " + "ab" * 32, 0o404, id="readable-by-all"),
        pytest.param("00000001 " + "ab" * 32, 0o440, id="readable-by-group"),
        pytest.param("00000001 " + "ab" * 31, 0o400, id="short"),
        pytest.param("00000001 " + "zz" * 32, 0o400, id="not-hexadecimal"),
        pytest.param("æ", 0o400, id="not-ascii"),
        pytest.param(f"00000001 {'ab' * 32}\n00000001 {'cd' * 32}", 0o400, id="number-twice"),
    ],
)
def test_bad_master_key_file_is_refused_without_quoting_it(tmp_path: Path, content: str, mode: int) -> None:
    path = tmp_path / "master.key"
    path.write_text(content, "utf-8")
    path.chmod(mode)
    with pytest.raises(BadMasterKey) as refused:
        master.read(path)
    assert str(path) in str(refused.value)
    assert "abab" not in str(refused.value)


def test_missing_master_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMasterKey, match="cannot be read: FileNotFoundError"):
        master.read(tmp_path / "none")
