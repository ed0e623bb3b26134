"""A remembered run trains once per spec, and forgets when the code, the versions or the disk say so."""

import dataclasses
import os
import shutil
import subprocess
import sys
import threading
import time
import types
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import remember
from core.remember import hash_sources, prune, remembered
from core.specs import spec_to_json

TRAINED: list["Spec"] = []
GATES: dict[int, threading.Event] = {}


@dataclass(frozen=True, kw_only=True)
class Spec:
    n_rows: int = 3
    noise: float = 1.0
    gate: int = -1
    seed: int = 0


@dataclass(frozen=True)
class Result:
    spec: Spec
    mean: float
    rows: pd.DataFrame


@remembered
def draw(spec: Spec) -> Result:
    """Draw rows from a normal distribution."""
    TRAINED.append(spec)
    if spec.gate >= 0:
        assert GATES[spec.gate].wait(10)
    values = np.random.default_rng(spec.seed).normal(scale=spec.noise, size=spec.n_rows)
    return Result(spec, float(values.mean()), pd.DataFrame({"value": values}))


@remembered
def draw_twice(spec: Spec) -> Result:
    """Draw the same rows in another way, so that it must not share results with `draw`."""
    TRAINED.append(spec)
    return Result(spec, 0.0, pd.DataFrame({"value": [0.0]}))


@remembered
def fail(spec: Spec) -> Result:
    """Fail each time."""
    TRAINED.append(spec)
    raise ZeroDivisionError("no rows")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSROOM_HOME", str(tmp_path))
    TRAINED.clear()
    for run in (draw, draw_twice, fail):
        run.forget()
    return tmp_path


def entries(home):
    return sorted(path.name for path in (home / "results").glob("*"))


def assert_same(one, other):
    assert (one.spec, one.mean) == (other.spec, other.mean)
    pd.testing.assert_frame_equal(one.rows, other.rows, check_exact=True)


def test_the_same_spec_trains_once_and_equal_numbers_are_the_same_spec():
    first = draw(Spec(noise=1.0))
    assert_same(draw(Spec(noise=1.0)), first)
    assert_same(draw(Spec(noise=1)), first)
    assert len(TRAINED) == 1
    draw(Spec(noise=2.0))
    assert len(TRAINED) == 2


def test_the_disk_remembers_when_the_memory_is_empty(home):
    first = draw(Spec())
    draw.forget()
    assert_same(draw(Spec()), first)
    assert len(TRAINED) == 1
    assert len(entries(home)) == 1


def test_two_functions_do_not_share_results():
    assert draw(Spec()).mean != draw_twice(Spec()).mean
    assert len(TRAINED) == 2


def test_functions_of_the_same_name_in_two_modules_do_not_share_results():
    twin = types.FunctionType(draw.__wrapped__.__code__, globals(), "draw")
    twin.__module__ = "elsewhere"
    assert remembered(twin).entry(Spec()) != draw.entry(Spec())


def test_recall_finds_and_never_computes():
    assert draw.recall(Spec()) is None
    first = draw(Spec())
    assert_same(draw.recall(Spec()), first)  # from memory
    draw.forget()
    assert_same(draw.recall(Spec()), first)  # from disk
    assert len(TRAINED) == 1


def test_a_recalled_result_stays_in_memory(home):
    draw(Spec())
    draw.forget()
    draw.recall(Spec())
    shutil.rmtree(home / "results")
    assert draw.recall(Spec()) is not None


def test_run_fresh_computes_and_keeps_the_new_result(home):
    draw(Spec())
    kept = next((home / "results").iterdir())
    before = (kept / "result.json").stat().st_ino
    draw.run_fresh(Spec())
    assert len(TRAINED) == 2
    assert (kept / "result.json").stat().st_ino != before
    assert len(entries(home)) == 1


def test_who_writes_into_a_result_spoils_only_their_own():
    mine, yours = draw(Spec()), draw(Spec())
    truth = yours.rows["value"].tolist()
    mine.rows.loc[0, "value"] = 1e9
    mine.rows["extra"] = 1
    mine.rows["value"] *= 2
    assert yours.rows["value"].tolist() == truth
    assert draw(Spec()).rows["value"].tolist() == truth
    assert list(draw.recall(Spec()).rows) == ["value"]
    assert np.shares_memory(yours.rows["value"], draw(Spec()).rows["value"])  # lent, not copied


def start(function, *specs):
    answers = {}
    threads = [
        threading.Thread(target=lambda i=i, s=s: answers.update({i: function(s)}))
        for i, s in enumerate(specs)
    ]
    for thread in threads:
        thread.start()
    return threads, answers


def test_threads_that_ask_for_the_same_spec_train_once_while_others_go_on():
    GATES[1] = threading.Event()
    threads, answers = start(draw, *[Spec(gate=1)] * 5)
    deadline = time.monotonic() + 10
    while not TRAINED and time.monotonic() < deadline:
        time.sleep(0.01)
    draw(Spec(seed=5))  # is not held up by the five that wait
    assert draw.recall(Spec(gate=1)) is None  # nor does recall wait
    assert all(thread.is_alive() for thread in threads)
    GATES[1].set()
    for thread in threads:
        thread.join(10)
    assert TRAINED.count(Spec(gate=1)) == 1
    assert len({answers[i].mean for i in range(5)}) == 1


def test_a_failure_is_not_remembered():
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="no rows"):
            fail(Spec())
    assert len(TRAINED) == 2


@pytest.mark.parametrize("damage", ["byte", "missing file", "empty folder", "a file"])
def test_a_damaged_entry_is_computed_again(home, damage):
    first = draw(Spec())
    kept = next((home / "results").iterdir())
    if damage == "byte":
        content = bytearray((kept / "rows.parquet").read_bytes())
        content[len(content) // 2] ^= 1
        (kept / "rows.parquet").write_bytes(bytes(content))
    elif damage == "missing file":
        (kept / "result.json").unlink()
    else:
        shutil.rmtree(kept)
        kept.mkdir() if damage == "empty folder" else kept.write_text("not a folder")
    draw.forget()
    assert draw.recall(Spec()) is None
    assert_same(draw(Spec()), first)
    assert len(TRAINED) == 2
    draw.forget()
    assert_same(draw.recall(Spec()), first)  # whole again


def test_a_result_that_cannot_be_kept_is_still_given(home, monkeypatch, caplog):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert draw(Spec()).spec == Spec()
    assert "could not be kept" in caplog.text
    assert entries(home) == []


@pytest.mark.parametrize("change", ["numpy", "scikit-learn", "sources"])
def test_other_versions_or_other_code_do_not_find_the_entry(monkeypatch, change):
    draw(Spec())
    draw.forget()
    real = remember.version
    remember._versions.cache_clear()
    if change == "sources":
        monkeypatch.setattr(remember, "hash_sources", lambda _root: "other")
    else:
        monkeypatch.setattr(remember, "version", lambda n: "0.0" if n == change else real(n))
    assert draw.recall(Spec()) is None
    monkeypatch.undo()
    remember._versions.cache_clear()


def test_the_source_hash_follows_code_and_data_and_nothing_else(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        hash_sources.cache_clear()
        return hash_sources(tmp_path)

    seen = [
        write("core/a.py", "1"),
        write("core/a.py", "2"),
        write("core/deep/b.py", "1"),
        write("datasets/churn.csv", "x"),
        write("datasets/churn.csv", "y"),
        write("datasets/b.csv", "y"),
    ]
    assert len(set(seen)) == len(seen)
    assert write("core/__pycache__/a.pyc", "1") == seen[-1]
    assert write("pages/a.py", "1") == seen[-1]
    (tmp_path / "core/a.py").rename(tmp_path / "core/c.py")
    hash_sources.cache_clear()
    assert hash_sources(tmp_path) != seen[-1]
    hash_sources.cache_clear()


def wide(seed):
    return Spec(seed=seed, n_rows=20_000)  # 160 kB of doubles


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_prune_removes_the_least_recently_used_until_the_rest_fits(home):
    for seed in range(4):
        draw(wide(seed))
    for age, seed in enumerate((2, 0, 3, 1)):  # 1 is the oldest
        then = time.time() - 1000 * (age + 1)
        os.utime(draw.entry(wide(seed)), (then, then))
    draw.forget()
    draw.recall(wide(1))  # used now, so the youngest
    room = size_of(draw.entry(wide(1))) + size_of(draw.entry(wide(2)))
    prune(room / 1e6)
    draw.forget()
    assert {seed for seed in range(4) if draw.recall(wide(seed)) is not None} == {1, 2}
    prune(room / 1e6 - 1e-6)  # one byte less
    assert len(entries(home)) == 1
    prune(0)
    assert entries(home) == []


def test_prune_clears_drafts_of_killed_writers_but_not_of_living_ones(home):
    old, new = home / "results" / ".old.tmp", home / "results" / ".new.tmp"
    old.mkdir(parents=True)
    new.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)
    prune(500)
    assert entries(home) == [".new.tmp"]


def test_each_save_keeps_the_folder_within_its_room(home, monkeypatch):
    monkeypatch.setattr(remember, "MAX_RESULTS_MB", 0.5)
    for seed in range(6):
        draw(wide(seed))
    assert 0.15e6 < size_of(home / "results") <= 0.5e6
    assert draw.entry(wide(5)).is_dir()


def test_memory_is_bounded():
    for seed in range(remember.MAX_RESULTS_IN_MEMORY + 5):
        draw(Spec(seed=seed))
    assert len(draw._memory) == remember.MAX_RESULTS_IN_MEMORY


def test_a_function_inside_a_function_cannot_be_remembered():
    def inner(spec: Spec) -> Result:
        raise NotImplementedError

    with pytest.raises(TypeError, match="inner must be a function at the top of its module"):
        remembered(inner)


def test_it_says_what_it_is():
    assert draw.name.endswith("test_remember:draw")
    assert draw.__doc__ == "Draw rows from a normal distribution."
    assert (draw.spec_type, draw.result_type) == (Spec, Result)
    assert dataclasses.is_dataclass(draw.spec_type)


def test_another_process_finds_the_result(home):
    hash_sources.cache_clear()  # somebody may have edited the code since this process began
    first = draw(Spec())
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from test_remember import Spec, draw\n"
        "print(draw.recall(Spec()).mean)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert float(said) == first.mean
    assert spec_to_json(first.spec) == spec_to_json(Spec())


def test_neither_sklearn_nor_streamlit_is_imported():
    code = "import sys, core.remember; print('sklearn' in sys.modules, 'streamlit' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "False"]
