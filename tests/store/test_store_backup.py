import os
import threading
import time
from pathlib import Path

import pytest

from core.store import Store, StoreError, check_file, open_store


def fill(store: Store, n: int) -> None:
    for i in range(n):
        store.append(learner="ann", kind="answer", subject="q", body={"i": i})


def test_a_backup_restores_every_event(store: Store, tmp_path: Path) -> None:
    fill(store, 10)
    copy = tmp_path / "backups" / "copy.db"
    store.backup(copy)
    assert [file.name for file in copy.parent.iterdir()] == ["copy.db"]  # one file, no leftovers
    restored = tmp_path / "restored"
    restored.mkdir()
    (restored / "glassroom.db").write_bytes(copy.read_bytes())
    again = open_store(restored)
    assert again.events("ann") == store.events("ann")
    fill(again, 1)  # and the chain goes on
    assert again.check().n_events == 11
    assert again.check().is_ok
    again.close()


def test_a_backup_while_others_write_holds_one_moment(store: Store, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            fill(store, 1)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for i in range(10):
        n_before = len(store.events("ann"))
        store.backup(tmp_path / "copy.db")
        n_after = len(store.events("ann"))
        report = check_file(tmp_path / "copy.db")
        assert report.is_ok, i
        assert n_before <= report.n_events <= n_after
    stop.set()
    for writer in writers:
        writer.join()


def test_f7_a_damaged_record_never_replaces_a_good_backup(home: Path, tmp_path: Path) -> None:
    store = open_store(home)
    fill(store, 10)
    copy = tmp_path / "copy.db"
    store.backup(copy)
    good = copy.read_bytes()
    store.close()
    content = store.path.read_bytes()
    assert b'{"i":6}' in content
    store.path.write_bytes(content.replace(b'{"i":6}', b'{"i":9}'))
    store = open_store(home)
    with pytest.raises(StoreError, match="No backup was made: the record is damaged from event 7"):
        store.backup(copy)
    store.close()
    assert copy.read_bytes() == good
    assert [file.name for file in tmp_path.iterdir() if "copy" in file.name] == ["copy.db"]


def test_a_backup_never_takes_the_place_of_the_record(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot take the place of the record itself"):
        store.backup(store.path.parent / ".." / "home" / "glassroom.db")


def test_f7_half_copies_of_killed_processes_are_removed_after_an_hour(
    store: Store, tmp_path: Path
) -> None:
    old, young, foreign = (
        tmp_path / name for name in (".copy.db.1.part-journal", ".copy.db.2.part", "copy.db.part")
    )
    for file in (old, young, foreign):
        file.touch()
    os.utime(old, times=(time.time() - 3700,) * 2)
    os.utime(foreign, times=(0, 0))
    store.backup(tmp_path / "copy.db")
    assert not old.exists()
    assert young.exists()
    assert foreign.exists()
