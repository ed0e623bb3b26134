from pathlib import Path

import apsw
import pytest

from core.store import Store, StoreError, check_file, open_store

SWAP_3_AND_4 = (
    "UPDATE event SET n = CASE n WHEN 3 THEN -4 ELSE -3 END WHERE n IN (3, 4);"
    "UPDATE event SET n = -n WHERE n < 0"
)
MARK = "a word for the number "


def fill(home: Path, n: int = 40) -> Path:
    store = open_store(home)
    for i in range(n):
        body = {"text": f"{MARK}{i:03d}"}
        store.append(learner="ann", kind="answer", subject="q", body=body, id=f"event {i:03d}")
    store.close()
    return store.path


def rewrite(path: Path, statement: str) -> None:
    """Change the file as somebody with a database browser would, without the triggers."""
    connection = apsw.Connection(str(path))
    connection.execute("DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_removed")
    connection.execute(statement)
    connection.close()


def test_a_fresh_record_is_in_order(store: Store) -> None:
    report = store.check()
    assert (report.n_events, report.integrity, report.is_chain_ok) == (0, "ok", True)
    assert report.first_bad_row is None
    assert report.is_ok


@pytest.mark.parametrize("row", [1, 17, 40])
def test_a_changed_letter_in_the_file_is_found_and_named(home: Path, row: int) -> None:
    path = fill(home)
    content = path.read_bytes()
    mark = f"{MARK}{row - 1:03d}".encode()
    assert mark in content  # once or, where SQLite moved rows, again in unused space
    path.write_bytes(content.replace(mark, mark.replace(b"word", b"wort")))
    report = check_file(path)
    assert report.integrity == "ok"  # SQLite alone does not see it
    assert report.first_bad_row == row
    assert not report.is_chain_ok
    assert not report.is_ok
    assert report.n_events == 40


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE event SET body = '{}' WHERE n = 5", 5),
        ("UPDATE event SET learner = 'bob' WHERE n = 1", 1),
        ("UPDATE event SET created_at = replace(created_at, '2', '3') WHERE n = 40", 40),
        ("UPDATE event SET hash = zeroblob(32) WHERE n = 9", 9),
        ("DELETE FROM event WHERE n = 7", 7),
        ("DELETE FROM event WHERE n > 38", 39),
        ("DELETE FROM event", 1),
        (SWAP_3_AND_4, 3),
    ],
)
def test_a_change_made_with_sql_is_found_and_named(home: Path, statement: str, row: int) -> None:
    path = fill(home)
    rewrite(path, statement)
    report = check_file(path)
    assert report.integrity == "ok"
    assert report.first_bad_row == row


def test_every_damaged_byte_that_changes_an_event_is_found(home: Path) -> None:
    """Flip one bit in each of 300 places: the events read as before, or the check complains."""
    path = fill(home)
    whole = path.read_bytes()
    before = read_all(path)
    n_found = n_harmless = 0
    for place in range(0, len(whole), len(whole) // 300):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        path.write_bytes(damaged)
        if check_file(path).is_ok:
            n_harmless += 1
            assert read_all(path) == before, f"byte {place}"
        else:
            n_found += 1
    n_bytes = sum(len(str(text)) for row in before for text in row[1:-1]) + 32 * len(before)
    assert n_found / (n_found + n_harmless) > 0.8 * n_bytes / len(whole)
    assert n_harmless > 0  # unused space between the rows


def read_all(path: Path) -> list[tuple[object, ...]]:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return list(connection.execute("SELECT * FROM event ORDER BY n"))
    finally:
        connection.close()


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "glassroom.db"
    path.write_bytes(b"No record at all. " * 100)
    report = check_file(path)
    assert report.integrity == "file is not a database"
    assert not report.is_ok
    with pytest.raises(StoreError, match=r"The record is damaged .* newest good backup"):
        open_store(tmp_path)


def test_a_damaged_event_is_a_plain_sentence_when_it_is_read(home: Path) -> None:
    path = fill(home, 1)
    rewrite(path, "UPDATE event SET body = '{\"text\":'")
    store = open_store(home)
    with pytest.raises(StoreError, match="The record is damaged and cannot be trusted"):
        store.events("ann")
    store.close()


def test_checking_a_missing_file_is_a_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no record at"):
        check_file(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
