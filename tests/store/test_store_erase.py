"""Erasing one learner: nothing of them stays, and nothing of the others changes."""

from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.store import Store, StoreError, check_file, open_store


def fill(store: Store, learners: list[str]) -> None:
    for n, learner in enumerate(learners):
        body = {"text": f"secret of {learner} " * 9, "n": n}
        store.append(learner=learner, kind="answer", subject="s", body=body, id=f"{learner}-{n}")


def what_is_kept(store: Store, learner: str) -> list[tuple[str, str, object]]:
    return [(event.id, event.created_at, dict(event.body)) for event in store.events(learner)]


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sampled_from(["ann", "bob", "cat"]), max_size=12), st.sampled_from(["ann", "x"]))
def test_the_others_keep_every_event_in_their_order_and_the_chain_holds(learners, gone):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "home")
        try:
            fill(store, learners)
            before = {name: what_is_kept(store, name) for name in ("bob", "cat")}
            assert store.forget(gone) == learners.count(gone)
            assert store.events(gone) == ()
            assert {name: what_is_kept(store, name) for name in before} == before
            report = store.check()
            assert report.is_ok
            assert report.n_events == len(learners) - learners.count(gone)
            store.append(learner="bob", kind="answer", subject="s", body={})
            assert store.check().is_ok, "and the record goes on"
        finally:
            store.close()


def test_t17_no_byte_of_an_erased_learner_stays_in_any_file(home: Path, store: Store) -> None:
    fill(store, ["ann", "bob"] * 300)
    store.backup(home / "backups" / "one.db")
    assert store.forget("ann") == 300
    files = [path for path in home.rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        assert b"secret of ann" not in path.read_bytes(), path.name
    assert check_file(home / "backups" / "one.db").n_events == 300


def test_events_can_still_not_be_removed_afterwards(home: Path, store: Store) -> None:
    fill(store, ["ann", "bob"])
    store.forget("ann")
    store.close()
    connection = apsw.Connection(str(home / "glassroom.db"))
    for statement in ("DELETE FROM event", "UPDATE event SET body = '{}'"):
        with pytest.raises(apsw.ConstraintError, match="events are never"):
            connection.execute(statement)
    connection.close()


def test_a_fault_in_the_middle_erases_nothing(home: Path, store: Store, monkeypatch) -> None:
    fill(store, ["ann", "bob", "ann", "cat"])

    def fail(*_words: object) -> bytes:
        message = "the disk"
        raise apsw.FullError(message)

    monkeypatch.setattr("core.store.erase.chain_hash", fail)
    with pytest.raises(StoreError, match="The disk is full"):
        store.forget("ann")
    monkeypatch.undo()
    assert len(store.events("ann")) == 2
    assert store.check().is_ok
    store.append(learner="bob", kind="answer", subject="s", body={})


def test_a_damaged_backup_is_named_and_left_as_it_is(home: Path, store: Store) -> None:
    fill(store, ["ann", "bob"])
    bad = home / "backups" / "bad.db"
    bad.parent.mkdir()
    bad.write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match=r"bad\.db is damaged.*Remove the file"):
        store.forget("ann")
    assert store.events("ann") == (), "the record itself holds nothing any more"


def test_who_reads_only_erases_nothing(home: Path, store: Store) -> None:
    fill(store, ["ann"])
    reader = open_store(home, read_only=True)
    with pytest.raises(StoreError, match="reading only"):
        reader.forget("ann")
    reader.close()


def test_erasing_is_called_for_one_name_exactly(store: Store, home: Path) -> None:
    fill(store, ["ann", "anna", "ann'"])
    store.forget("ann")
    assert len(store.events("anna")) == len(store.events("ann'")) == 1
