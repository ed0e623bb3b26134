import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core.store import Store, StoreError, connections, open_store, sqlite_version
from core.store.connections import open_reading


def append(store: Store, subject: str = "k-fold", **changed: object) -> object:
    fields = {"learner": "ann", "kind": "answer", "subject": subject, "body": {"value": 1}}
    return store.append(**{**fields, **changed})  # type: ignore[arg-type]


def run_python(code: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def test_a_home_is_opened_once_in_a_process(store: Store, home: Path) -> None:
    assert open_store(home) is store
    assert open_store(home.parent / "elsewhere" / ".." / "home") is store
    store.close()
    assert open_store(home) is not store
    open_store(home).close()


def test_the_home_is_the_setting_unless_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLASSROOM_HOME", str(tmp_path / "set"))
    store = open_store()
    assert store.path == (tmp_path / "set" / "glassroom.db").resolve()
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights in another way.")
def test_t17_only_the_owner_can_read_the_record(home: Path) -> None:
    home.mkdir()
    (home / "glassroom.db").touch(mode=0o644)
    store = open_store(home)
    append(store)
    modes = {file.name: file.stat().st_mode & 0o777 for file in home.iterdir()}
    assert set(modes) >= {"glassroom.db", "glassroom.db-wal", "glassroom.lock"}
    assert set(modes.values()) == {0o600}
    store.close()


def test_the_writer_uses_a_synced_write_ahead_log(store: Store) -> None:
    connection = store._writer._connection  # type: ignore[union-attr]
    assert connection.pragma("journal_mode") == "wal"
    assert connection.pragma("synchronous") == 2  # FULL, says SQLite's manual
    assert connection.pragma("foreign_keys") == 1
    assert connection.pragma("busy_timeout") == 10_000


def test_the_sqlite_inside_is_free_of_the_wal_reset_fault() -> None:
    assert tuple(int(part) for part in sqlite_version().split(".")) >= (3, 51, 3)


def test_f12_a_hundred_threads_lose_nothing_and_keep_their_order(store: Store) -> None:
    def work(name: str) -> None:
        for i in range(20):
            store.append(learner=name, kind="answer", subject="q", body={"i": i})

    threads = [threading.Thread(target=work, args=(f"learner {t}",)) for t in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for t in range(100):
        assert [event.body["i"] for event in store.events(f"learner {t}")] == list(range(20))
    report = store.check()
    assert report.is_ok
    assert report.n_events == 2000


def test_the_same_id_from_many_threads_at_once_is_stored_once(store: Store) -> None:
    answers = []
    together = threading.Barrier(30)

    def click(i: int) -> None:
        together.wait()
        answers.append(append(store, id="attempt 1, question 2", body={"click": i}))

    threads = [threading.Thread(target=click, args=(i,)) for i in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 30
    assert list(store.events("ann")) == answers[:1]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("field", ["learner", "kind", "subject"])
def test_an_id_never_answers_for_somebody_or_something_else(store: Store, field: str) -> None:
    append(store, id="one", body={"secret": 7})
    with pytest.raises(StoreError, match="The id 'one' already names an event of another") as seen:
        append(store, id="one", **{field: "other"})
    assert "7" not in str(seen.value)
    assert store.check().n_events == 1


def test_events_can_neither_be_changed_nor_removed(store: Store) -> None:
    append(store)
    connection = store._writer._connection  # type: ignore[union-attr]
    with pytest.raises(Exception, match="events are never changed"):
        connection.execute("UPDATE event SET body = '{}'")
    with pytest.raises(Exception, match="events are never removed"):
        connection.execute("DELETE FROM event")


def test_a_closed_record_is_one_file(store: Store, home: Path) -> None:
    append(store)
    assert len(store.events("ann")) == 1
    store.close()
    assert {file.name for file in home.iterdir()} == {"glassroom.db", "glassroom.lock"}


def test_pages_that_read_at_once_share_a_few_connections(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(store)
    opened = []

    def open_counted(path: Path) -> object:
        opened.append(path)
        return open_reading(path)

    monkeypatch.setattr(connections, "open_reading", open_counted)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(store.events("ann"))) for _ in range(60)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(events) for events in found] == [1] * 60
    assert 1 <= len(opened) <= 8


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    for use in (lambda: append(store), lambda: store.events("ann"), store.check, store.version):
        with pytest.raises(StoreError, match=r"record has been closed\. Open it again"):
            use()


def test_the_size_counts_what_is_not_yet_in_the_file(store: Store) -> None:
    before = store.size_bytes()
    append(store, body={"text": "x" * 60_000})
    assert store.size_bytes() >= before + 60_000
    assert store.size_bytes() < before + 60_000 + 20 * 4096  # and no more than a few pages besides


SECOND = """
import sys
from pathlib import Path
from core.store import StoreError, open_store
try:
    open_store(Path(sys.argv[1]))
except StoreError as error:
    print(error)
store = open_store(Path(sys.argv[1]), read_only=True)
print([event.body["value"] for event in store.events("ann")], store.check().is_ok)
try:
    store.append(learner="ann", kind="answer", subject="q", body={})
except StoreError as error:
    print(error)
"""


def test_f11_a_second_process_may_read_but_is_told_who_writes(store: Store, home: Path) -> None:
    append(store)
    done = run_python(SECOND, str(home))
    refused, read, not_stored = done.stdout.splitlines()
    assert f"already runs on {home.resolve()} (process {os.getpid()})" in refused
    assert read == "[1] True"
    assert not_stored.startswith("The record was opened for reading only")
    append(store)
    assert len(store.events("ann")) == 2


def test_the_lock_ends_with_its_process(home: Path) -> None:
    code = "import os, sys; from pathlib import Path; from core.store import open_store\n"
    code += "open_store(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    assert run_python(code, str(home)).returncode == -9
    open_store(home).close()


def test_reading_a_home_without_a_record_makes_none(home: Path) -> None:
    with pytest.raises(StoreError, match=r"There is no record in .* yet\. Start Glassroom once"):
        open_store(home, read_only=True)
    assert not home.exists()


FORK = """
import os, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of forks with threads
from core.store import StoreError, open_store
home = Path(sys.argv[1])
store = open_store(home)
store.append(learner="ann", kind="answer", subject="q", body={"from": "parent"})
if os.fork() == 0:
    for use in (lambda: store.append(learner="ann", kind="k", subject="s", body={}),
                lambda: store.events("ann"), lambda: open_store(home)):
        try:
            use()
        except StoreError as error:
            print(str(error).replace(str(os.getpid()), "CHILD").replace(str(os.getppid()), "PARENT"))
    store.close()
    sys.exit(0)  # runs the exit handlers that the fork inherited
os.wait()
store.append(learner="ann", kind="answer", subject="q", body={"from": "parent again"})
print([event.body["from"] for event in store.events("ann")], store.check().is_ok)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows never forks.")
def test_f24_a_forked_process_is_refused_and_the_parent_goes_on(home: Path) -> None:
    done = run_python(FORK, str(home))
    *child, parent = done.stdout.splitlines()
    sentence = "The record was opened by process PARENT and cannot be used in a process forked"
    assert [line.startswith(sentence) for line in child] == [True] * 3, done.stdout + done.stderr
    assert parent == "['parent', 'parent again'] True"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows never forks.")
def test_f24_a_forked_process_that_lives_on_does_not_keep_the_lock(home: Path) -> None:
    code = FORK.split("store.append", maxsplit=1)[0]
    code += "if os.fork() == 0:\n    sys.stdin.read(1)\n    os._exit(0)\nos._exit(0)\n"
    with subprocess.Popen([sys.executable, "-c", code, str(home)], stdin=subprocess.PIPE) as parent:
        parent.wait(timeout=60)  # its child still waits for a key
        for _ in range(100):  # on a busy machine the child has perhaps not run yet at all
            with suppress(StoreError):
                open_store(home).close()
                return
            time.sleep(0.1)
        pytest.fail("the child keeps the lock")


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights in another way.")
@pytest.mark.parametrize("place", ["folder", "file"])
def test_f16_a_read_only_home_is_a_plain_sentence(home: Path, place: str) -> None:
    home.mkdir()
    if place == "file":
        open_store(home).close()
    for folder in (home, *list(home.parents)[:3]):
        folder.chmod(0o755)
    if place == "file":
        for file in home.iterdir():
            file.chmod(0o444)
    home.chmod(0o555)
    code = (
        "import os, sys; from pathlib import Path; from core.store import open_store, StoreError\n"
    )
    code += "if os.geteuid() == 0:\n    os.setuid(65534)  # root may write anywhere\n"
    code += "try:\n    open_store(Path(sys.argv[1]))\nexcept StoreError as e:\n    print(e)"
    done = run_python(code, str(home))
    assert "Permission denied" in done.stdout, done.stderr
    assert "set GLASSROOM_HOME to another folder" in done.stdout


def test_a_home_below_a_file_is_a_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(StoreError, match="The folder of the record cannot be used: "):
        open_store(tmp_path / "file" / "home")
    assert (tmp_path / "file").read_text() == "kept"


def test_importing_the_store_loads_no_heavy_library() -> None:
    code = "import sys, core.store; print({'numpy', 'pandas', 'sklearn', 'streamlit', 'scipy'} & "
    assert run_python(code + "sys.modules.keys())").stdout == "set()\n"
