from pathlib import Path

import apsw
import pytest

from core.store import StoreError, check_file, open_store, schema

SECOND_STEP = "CREATE TABLE note (n INTEGER PRIMARY KEY, text TEXT) STRICT;"


def fill(home: Path) -> tuple[object, ...]:
    store = open_store(home)
    for i in range(5):
        store.append(learner="ann", kind="answer", subject="q", body={"i": i})
    events = store.events("ann")
    store.close()
    return events


def files_of(home: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in home.rglob("*") if file.is_file()}


def test_a_new_record_has_the_newest_schema(home: Path) -> None:
    store = open_store(home)
    assert store.version() == len(schema.MIGRATIONS)
    store.close()


def test_an_older_file_is_copied_and_brought_up_to_date(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
    monkeypatch.setattr("core.store.connections.MIGRATIONS", schema.MIGRATIONS)
    events = fill(home)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, SECOND_STEP))
    monkeypatch.setattr("core.store.connections.MIGRATIONS", schema.MIGRATIONS)
    store = open_store(home)
    assert store.version() == 2
    assert store.events("ann") == events
    store.append(learner="ann", kind="answer", subject="q", body={})
    assert store.check().is_ok
    store.close()
    copy = home / "backups" / "before-schema-2.db"
    assert check_file(copy).n_events == 5
    connection = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
    assert connection.pragma("user_version") == 1
    connection.close()


def test_f6_a_migration_that_fails_leaves_the_file_at_the_version_before(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = fill(home)
    broken = (*schema.MIGRATIONS, SECOND_STEP, "CREATE TABLE half (n); CREATE TABLE half (n);")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", broken)
        patch.setattr("core.store.connections.MIGRATIONS", broken)
        with pytest.raises(StoreError, match="table half already exists"):
            open_store(home)
    connection = apsw.Connection(str(home / "glassroom.db"))
    assert connection.pragma("user_version") == len(schema.MIGRATIONS) + 1
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    assert "note" in tables
    assert "half" not in tables
    connection.pragma("user_version", len(schema.MIGRATIONS))
    connection.execute("DROP TABLE note")
    connection.close()
    store = open_store(home)  # the lock was given back, too
    assert store.events("ann") == events
    store.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_f23_a_newer_file_is_refused_and_nothing_is_written(home: Path, read_only: bool) -> None:
    fill(home)
    newer = len(schema.MIGRATIONS) + 7
    connection = apsw.Connection(str(home / "glassroom.db"))
    connection.pragma("user_version", newer)
    connection.close()
    before = files_of(home)
    with pytest.raises(
        StoreError, match=rf"newer Glassroom \(schema {newer}; .*Nothing was changed"
    ):
        open_store(home, read_only=read_only)
    after = files_of(home)
    assert after["glassroom.db"] == before["glassroom.db"]
    assert after.get("glassroom.db-wal", b"") == b""


def test_f23_a_newer_file_with_an_unfinished_log_is_left_as_it_is(
    home: Path, tmp_path: Path
) -> None:
    fill(home)
    connection = apsw.Connection(str(home / "glassroom.db"))
    connection.pragma("user_version", 9)  # still in the -wal file while the connection is open
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("glassroom.db", "glassroom.db-wal"):
        (crashed / name).write_bytes((home / name).read_bytes())
    connection.close()
    before = files_of(crashed)
    assert before["glassroom.db-wal"]
    with pytest.raises(StoreError, match=r"newer Glassroom \(schema 9;"):
        open_store(crashed)
    after = files_of(crashed)
    assert {name: after[name] for name in before} == before


def test_an_older_file_is_not_changed_by_reading(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home)
    monkeypatch.setattr("core.store.connections.MIGRATIONS", (*schema.MIGRATIONS, SECOND_STEP))
    with pytest.raises(StoreError, match=r"older schema 1, this Glassroom reads 2\. Start"):
        open_store(home, read_only=True)
