"""A result says what it holds, becomes strict JSON, and comes back from its folder exactly."""

import json
import math
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import results
from core.results import (
    DamagedResultError,
    load_result,
    result_to_json,
    save_result,
    scalars_of,
    spec_to_json,
    tables_of,
)


@dataclass(frozen=True, kw_only=True)
class Spec:
    depth: int = 3
    noise: float = 0.5
    seed: int = 0


@dataclass(frozen=True)
class Result:
    spec: Spec
    score: float
    n_fits: int
    reason: str | None
    best: tuple[str, ...]
    interval: tuple[float, float]
    folds: pd.DataFrame
    empty: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"x": pd.Series(dtype=float)}))


def make_result(folds, **changed):
    values = {
        "score": 0.1 + 0.2,
        "n_fits": 7,
        "reason": None,
        "best": ("a", "b,c"),
        "interval": (-math.inf, 0.5),
    }
    return Result(Spec(), **values | changed, folds=folds)


ALL_TYPES = pd.DataFrame(
    {
        "float64": [0.1, math.nan, -0.0],
        "float32": np.array([0.1, math.inf, -1], dtype="float32"),
        "int8": np.array([-128, 0, 127], dtype="int8"),
        "uint64": np.array([0, 1, 2**64 - 1], dtype="uint64"),
        "bool": [True, False, True],
        "str": ["é", None, ""],
        "Int64": pd.array([1, None, 2**62], dtype="Int64"),
        "boolean": pd.array([True, None, False], dtype="boolean"),
        "s": pd.array(["2026-01-02", None, "1969-12-31"], dtype="datetime64[s]"),
        "ns": pd.array(["2026-01-02T03:04:05.000000006", None, "1970"], dtype="datetime64[ns]"),
        "unused": pd.Categorical(["b", None, "b"], categories=["c", "b", "a"]),
        "ordered": pd.Categorical([3, 1, 3], categories=[3, 2, 1], ordered=True),
        "share": pd.Categorical([0.1, 0.3, None], categories=[0.1, 0.3]),
        "answer": pd.Categorical([True, False, None], categories=[True, False]),
    }
)


def assert_same(one, other):
    assert repr(scalars_of(one)) == repr(scalars_of(other))
    assert spec_to_json(one.spec) == spec_to_json(other.spec)
    assert list(tables_of(one)) == list(tables_of(other))
    for name, table in tables_of(one).items():
        again = tables_of(other)[name]
        pd.testing.assert_frame_equal(table, again, check_exact=True, check_freq=False)
        for column in table:  # equal numbers with equal signs: -0.0 is not 0.0
            if table[column].dtype.kind == "f":
                signs = [np.signbit(t[column].dropna().to_numpy()) for t in (table, again)]
                assert np.array_equal(*signs)


def test_scalars_and_tables_are_the_fields_after_the_spec():
    result = make_result(ALL_TYPES)
    assert scalars_of(result) == {
        "score": 0.30000000000000004,
        "n_fits": 7,
        "reason": None,
        "best": ("a", "b,c"),
        "interval": (-math.inf, 0.5),
    }
    assert list(tables_of(result)) == ["folds", "empty"]
    assert tables_of(result)["folds"] is ALL_TYPES


@pytest.mark.parametrize(
    ("name", "value"), [("n_fits", np.int64(7)), ("best", ["a"]), ("score", "1")]
)
def test_a_scalar_that_is_not_plain_is_a_defect(name, value):
    if name == "best":
        assert scalars_of(make_result(ALL_TYPES, best=value))["best"] == ("a",)
        return
    with pytest.raises(TypeError, match=f"Result.{name} must be (int|float), got"):
        scalars_of(make_result(ALL_TYPES, **{name: value}))


def test_json_is_strict_and_says_null_for_what_it_cannot_say():
    def refuse(word):
        pytest.fail(f"{word} is not JSON")

    text = result_to_json(make_result(ALL_TYPES, score=math.nan))
    whole = json.loads(text, parse_constant=refuse)
    assert whole["spec"] == {"depth": 3, "noise": 0.5, "seed": 0}
    assert whole["scalars"]["score"] is None
    assert whole["scalars"]["interval"] == [None, 0.5]
    assert whole["tables"]["empty"] == []
    second = whole["tables"]["folds"][1]
    missing = {name for name, value in second.items() if value is None}
    assert missing == {"float64", "float32", "str", "Int64", "boolean", "s", "ns", "unused"}
    last = whole["tables"]["folds"][2]
    assert last["uint64"] == 2**64 - 1
    assert last["ordered"] == 3
    assert last["s"] == "1969-12-31T00:00:00"
    assert whole["tables"]["folds"][0]["ns"] == "2026-01-02T03:04:05.000000006"


def test_every_column_type_comes_back_exactly(tmp_path):
    result = make_result(ALL_TYPES)
    save_result(result, tmp_path / "kept")
    assert_same(load_result(Result, tmp_path / "kept"), result)
    assert isinstance(load_result(Result, tmp_path / "kept").best, tuple)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats() | st.floats(width=16), max_size=20),
    st.floats(),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    st.integers(),
)
def test_any_numbers_and_texts_come_back_exactly(tmp_path_factory, numbers, score, texts, n_fits):
    folder = tmp_path_factory.mktemp("kept") / "result"
    table = pd.DataFrame({"value": pd.Series(numbers, dtype=float)})
    table["name"] = pd.Series(
        [texts[i % len(texts)] if texts else None for i in range(len(table))], dtype="str"
    )
    table["kind"] = table["name"].astype("category")
    result = make_result(table, score=score, n_fits=n_fits, best=tuple(texts))
    save_result(result, folder)
    assert_same(load_result(Result, folder), result)


def test_a_table_without_rows_keeps_its_columns(tmp_path):
    for number, table in enumerate(
        [
            ALL_TYPES.iloc[:0],
            pd.DataFrame(columns=["a", "b"]),
            pd.DataFrame({"a": pd.Categorical([])}),
        ]
    ):
        result = make_result(table)
        save_result(result, tmp_path / str(number))
        assert_same(load_result(Result, tmp_path / str(number)), result)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (pd.DataFrame({"a": [1, 2]}, index=[1, 2]), r"rows of folds .* reset_index\(drop=True\)"),
        (pd.DataFrame({0: [1]}), r"columns of folds must be named by text, got \[0\]"),
        (
            pd.DataFrame({"a": [1, "x"]}),
            "column 'a' of folds is of type object; give it one of Int64",
        ),
        (pd.DataFrame({"a": pd.to_timedelta([1])}), "column 'a' of folds is of type timedelta64"),
        (
            pd.DataFrame({"a": pd.cut(pd.Series([1.0, 2.0]), 2)}),
            "column 'a' of folds is of type interval.*; give it one of bool, float64, int64, str",
        ),
    ],
)
def test_a_table_that_would_not_come_back_is_a_defect(tmp_path, table, problem):
    with pytest.raises(TypeError, match=problem):
        save_result(make_result(table), tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


def test_the_checksums_are_those_of_the_usual_program(tmp_path):
    save_result(make_result(ALL_TYPES), tmp_path / "kept")
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path / "kept",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.splitlines() == [
        "empty.parquet: OK",
        "folds.parquet: OK",
        "result.json: OK",
    ]


def test_any_changed_or_missing_byte_is_noticed(tmp_path):
    folder = tmp_path / "kept"
    save_result(make_result(ALL_TYPES), folder)
    rng = np.random.default_rng(0)
    files = sorted(folder.iterdir())
    for path in files:
        content = path.read_bytes()
        for position in rng.integers(len(content), size=20):
            changed = bytearray(content)
            changed[position] ^= 1 << int(rng.integers(8))
            path.write_bytes(bytes(changed))
            with pytest.raises(DamagedResultError, match="The kept result kept is damaged"):
                load_result(Result, folder)
        for wrong in (content[:-1], b"", content + b"\0"):
            path.write_bytes(wrong)
            with pytest.raises(DamagedResultError, match="The kept result kept is damaged"):
                load_result(Result, folder)
        path.unlink()
        with pytest.raises(DamagedResultError, match="The kept result kept is damaged"):
            load_result(Result, folder)
        path.write_bytes(content)
    load_result(Result, folder)


def test_an_absent_folder_is_not_a_damaged_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        load_result(Result, tmp_path / "nothing")


def test_a_newer_result_takes_the_place_of_an_older_one(tmp_path):
    save_result(make_result(ALL_TYPES), tmp_path / "kept")
    newer = make_result(ALL_TYPES.iloc[:1], score=0.7)
    save_result(newer, tmp_path / "kept")
    assert_same(load_result(Result, tmp_path / "kept"), newer)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_two_writers_at_once_leave_one_whole_folder(tmp_path):
    def write(score):
        for _ in range(10):
            try:
                save_result(make_result(ALL_TYPES, score=score), tmp_path / "kept")
            except OSError as error:
                problems.append(error)

    problems = []
    writers = [threading.Thread(target=write, args=(score,)) for score in (1.0, 2.0, 3.0)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert problems == []
    assert load_result(Result, tmp_path / "kept").score in (1.0, 2.0, 3.0)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_disk_that_fails_leaves_the_older_result_or_none(tmp_path, monkeypatch, call):
    older = make_result(ALL_TYPES)
    save_result(older, tmp_path / "kept")

    def fail(*_):
        raise OSError(28, "No space left on device")

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(results, "_put_in_place", fail)
    for name in ("kept", "new"):
        with pytest.raises(OSError, match="No space left"):
            save_result(make_result(ALL_TYPES, score=0.7), tmp_path / name)
    monkeypatch.undo()
    assert_same(load_result(Result, tmp_path / "kept"), older)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_results import ALL_TYPES, make_result
from core.results import save_result
calls = 0
real = os.fsync
def fsync(handle):
    global calls
    calls += 1
    if calls == {kill_at}:
        os.kill(os.getpid(), signal.SIGKILL)
    real(handle)
os.fsync = fsync
save_result(make_result(ALL_TYPES), Path({folder!r}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("kill_at", "is_whole"),
    # Three files and their checksums, then the draft folder, then (after the rename) its parent.
    [
        pytest.param(1, False, marks=pytest.mark.full),
        pytest.param(4, False, marks=pytest.mark.full),
        (5, False),
        (6, True),
    ],
)
def test_a_killed_writer_leaves_a_whole_folder_or_none(tmp_path, kill_at, is_whole):
    folder = tmp_path / "kept"
    code = KILLED.format(tests=str(Path(__file__).parent), folder=str(folder), kill_at=kill_at)
    ended = subprocess.run([sys.executable, "-c", code], check=False)
    assert ended.returncode == -9
    assert folder.exists() is is_whole
    if is_whole:
        assert_same(load_result(Result, folder), make_result(ALL_TYPES))
