import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from core.store import Store, StoreError, open_store, writer

APPEND_TWENTY = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from appending_child import append_lane
from core.store import open_store
store = open_store(Path(sys.argv[1]))
append_lane(store, "run", 20)
store.close()
"""
BACK_UP = """
import sys
from pathlib import Path
from core.store import StoreError, open_store
store = open_store(Path(sys.argv[1]))
try:
    store.backup(store.home / "copy.db")
except StoreError as error:
    print("REFUSED", error)
store.close()
"""


def append(store: Store, name: str) -> None:
    store.append(learner="ann", kind="answer", subject="q", body={}, id=name)


def names_in(home: Path, learner: str) -> list[str]:
    store = open_store(home)
    assert store.check().is_ok
    names = [event.id for event in store.events(learner)]
    store.close()
    return names


def test_what_waits_together_is_committed_together(store: Store) -> None:
    """Held up by another writer, 50 events wait; then one commit stores them all."""
    commits: list[str] = []
    store._writer._connection.set_wal_hook(lambda *_: commits.append("commit") or 0)  # type: ignore[func-returns-value,union-attr]
    other = apsw.Connection(str(store.path))
    other.execute("BEGIN IMMEDIATE")
    threads = [threading.Thread(target=append, args=(store, f"event {i}")) for i in range(50)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    assert len(store.events("ann")) == 0
    other.execute("COMMIT")
    other.close()
    for thread in threads:
        thread.join()
    assert len(store.events("ann")) == 50
    assert len(commits) <= 2  # the first alone if it was ahead of the others, then the rest


def test_an_event_is_confirmed_only_after_its_commit(store: Store) -> None:
    """Whoever got an answer finds the event through another connection."""
    other = apsw.Connection(str(store.path), flags=apsw.SQLITE_OPEN_READONLY)
    for i in range(50):
        append(store, f"event {i}")
        assert other.execute("SELECT count(*) FROM event").get == i + 1
    other.close()


def test_a_page_never_waits_longer_than_its_patience(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert writer.PATIENCE_SECONDS == 10
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 0.3)
    other = apsw.Connection(str(store.path))
    other.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    for name in ("taken up", "still waiting"):
        with pytest.raises(
            StoreError, match=r"not confirmed within 0\.3 seconds: .* Send it again"
        ):
            append(store, name)
    assert time.monotonic() - begun < 3
    other.execute("COMMIT")
    other.close()
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 10.0)
    append(store, "afterwards")
    names = [event.id for event in store.events("ann")]
    assert names in (["taken up", "afterwards"], ["afterwards"])  # given up before it was begun
    append(store, "taken up")
    append(store, "still waiting")
    assert len(store.events("ann")) == 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # wanted here
def test_a_writer_that_died_refuses_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    append(store, "before")

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(writer, "chain_hash", fail)
    for name in ("the one it died of", "the next"):
        with pytest.raises(
            StoreError, match=r"that stores answers has stopped\. Restart Glassroom"
        ):
            append(store, name)
    assert [event.id for event in store.events("ann")] == ["before"]
    store._writer._thread.join(5)  # type: ignore[union-attr]
    with pytest.raises(StoreError, match=r"that stores answers has stopped\. Restart Glassroom"):
        append(store, "later")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # wanted here
def test_a_writer_that_dies_refuses_those_who_wait_in_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(writer, "chain_hash", fail)
    sentences: list[str] = []

    def try_to_append(name: str) -> None:
        try:
            append(store, name)
        except StoreError as error:
            sentences.append(str(error))

    other = apsw.Connection(str(store.path))
    other.execute("BEGIN IMMEDIATE")  # the first waits here, the others behind it
    threads = [threading.Thread(target=try_to_append, args=(f"event {i}",)) for i in range(5)]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    other.execute("COMMIT")
    other.close()
    for thread in threads:
        thread.join()
    assert sentences == [writer.DIED] * 5


def test_a_passing_fault_in_the_middle_of_a_batch_leaves_nothing_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(store, "before")
    with monkeypatch.context() as patch:

        def fail(*_: object) -> None:
            raise apsw.FullError

        patch.setattr(writer, "chain_hash", fail)
        with pytest.raises(StoreError, match="The disk is full, so this was not stored"):
            append(store, "during")
    append(store, "after")
    assert [event.id for event in store.events("ann")] == ["before", "after"]
    assert store.check().is_ok


def test_a_writer_that_hangs_keeps_the_right_to_write(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(home)
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 0.2)
    other = apsw.Connection(str(store.path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="not confirmed within"):
        append(store, "hanging")
    store.close()
    with pytest.raises(StoreError, match="already runs on"):
        open_store(home)
    other.execute("COMMIT")
    other.close()
    store._writer._thread.join(10)  # type: ignore[union-attr]
    store._lock.release()  # type: ignore[union-attr]


def test_closing_stores_what_still_waits(home: Path) -> None:
    store = open_store(home)
    other = apsw.Connection(str(store.path))
    other.execute("BEGIN IMMEDIATE")
    threads = [threading.Thread(target=append, args=(store, f"event {i:02d}")) for i in range(20)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    closing = threading.Thread(target=store.close)
    closing.start()
    time.sleep(0.1)
    other.execute("COMMIT")
    other.close()
    for thread in (*threads, closing):
        thread.join()
    assert not store._writer._thread.is_alive()  # type: ignore[union-attr]
    assert sorted(names_in(home, "ann")) == [f"event {i:02d}" for i in range(20)]


def run_child(code: str, home: Path, strace: str, inject: str) -> tuple[list[str], list[str]]:
    """Run `code` with a failing system call; return the confirmed and the refused."""
    open_store(home).close()
    command = [strace, "-f", "-o", str(home / "log"), "-e", inject, sys.executable, "-c", code]
    done = subprocess.run(
        [*command, str(home), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "INJECTED" in (home / "log").read_text()
    lines = done.stdout.splitlines()
    refused = [line for line in lines if line.startswith("REFUSED")]
    return [line for line in lines if line not in refused], refused


def test_f14_a_full_disk_is_told_and_passes_when_space_is_freed(home: Path, strace: str) -> None:
    inject = "inject=pwrite64:error=ENOSPC:when=20..22"
    confirmed, refused = run_child(APPEND_TWENTY, home, strace, inject)
    assert refused
    assert all("The disk is full, so this was not stored. Free some" in line for line in refused)
    assert len(confirmed) + len(refused) == 20
    assert names_in(home, "local") == confirmed
    assert confirmed[-1] == "run-19"


def test_f15_after_a_disk_error_nothing_more_is_accepted(home: Path, strace: str) -> None:
    inject = "inject=fdatasync:error=EIO:when=6"
    confirmed, refused = run_child(APPEND_TWENTY, home, strace, inject)
    assert confirmed == [f"run-{i}" for i in range(len(confirmed))]
    assert len(refused) == 20 - len(confirmed) > 10
    assert all("The disk reported an error" in line for line in refused)
    assert set(confirmed) <= set(names_in(home, "local"))


def test_f13_a_backup_on_a_full_disk_leaves_the_older_one_whole(home: Path, strace: str) -> None:
    store = open_store(home)
    append(store, "before")
    store.backup(home / "copy.db")
    append(store, "since")
    store.close()
    older = (home / "copy.db").read_bytes()
    inject = "inject=pwrite64:error=ENOSPC:when=20+"
    _, refused = run_child(BACK_UP, home, strace, inject)
    assert len(refused) == 1
    assert "The disk is full" in refused[0]
    assert (home / "copy.db").read_bytes() == older
    assert not list(home.glob(".copy.db*"))
    assert names_in(home, "ann") == ["before", "since"]


def test_a_backup_is_synced_before_and_after_it_takes_its_name(home: Path, strace: str) -> None:
    open_store(home).close()
    log = home / "log"
    trace = [strace, "-f", "-y", "-o", str(log), "-e", "trace=fsync,fdatasync,/^rename"]
    subprocess.run([*trace, sys.executable, "-c", BACK_UP, str(home)], timeout=60, check=True)
    calls = [line.split(maxsplit=1)[1] for line in log.read_text().splitlines() if "(" in line]
    (place,) = [i for i, call in enumerate(calls) if call.startswith("rename")]
    assert calls[place - 1].startswith("fsync")
    assert ".part>" in calls[place - 1]
    assert calls[place + 1].startswith("fsync")
    assert f"<{home.resolve()}>" in calls[place + 1]


def test_without_strace_the_drills_skip_but_fail_in_ci(
    find_strace: Callable[[], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="strace is not installed"):
        find_strace()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="strace is not installed"):
        find_strace()
