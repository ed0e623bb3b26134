"""What an uploaded table must be like, told in sentences that help."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from core.datasets.own_table import check_choices, normalise_table
from core.errors import SpecError

GOOD = pd.DataFrame({"x": [1.0, 2.0, 3.0], "kind": ["a", "b", "c"], "y": ["no", "yes", "no"]})


@pytest.mark.parametrize(
    ("values", "dtype", "kept"),
    [
        ([1, 2], "int8", [1, 2]),
        ([1, 2], "uint64", [1, 2]),
        ([1, 2**63], "uint64", [1.0, 2.0**63]),
        ([1.5, 2.5], "float32", [1.5, 2.5]),
        ([1, None], "Int64", [1.0, np.nan]),
        ([1, None], "object", [1.0, np.nan]),
        ([True, False], "bool", [1, 0]),
        ([True, None], "boolean", [1.0, np.nan]),
        ([True, None], "object", [1.0, np.nan]),
        ([0.1, None], "Float64", [0.1, np.nan]),
        ([0.1, 2.0], "double[pyarrow]", [0.1, 2.0]),
    ],
)
def test_numbers_are_kept_as_whole_or_floating_ones(values, dtype, kept):
    column = normalise_table(pd.DataFrame({"x": pd.Series(values, dtype=dtype)}))["x"]
    assert column.dtype == np.asarray(kept).dtype
    assert np.array_equal(column.to_numpy(), kept, equal_nan=True)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (["a", None, ""], "object"),
        (["a", None, ""], "str"),
        (["a", None, ""], "string"),
        (["a", None, ""], "category"),
        (["a", None, ""], "string[pyarrow]"),
    ],
)
def test_words_of_every_origin_are_kept_alike(values, dtype):
    column = normalise_table(pd.DataFrame({"x": pd.Series(values, dtype=dtype)}))["x"]
    expected = pd.Series(["a", None, None], dtype="str", name="x")
    pd.testing.assert_series_equal(column, expected)


def test_mixed_cells_become_words():
    column = normalise_table(pd.DataFrame({"x": [1, "two", None, 3.5]}))["x"]
    assert column.tolist()[:2] == ["1", "two"]
    assert column.isna().tolist() == [False, False, True, False]


def test_rows_are_numbered_anew_and_the_table_of_the_person_is_left_alone():
    table = pd.DataFrame({"x": [1, 2]}, index=[7, 7])
    assert normalise_table(table).index.tolist() == [0, 1]
    assert table.index.tolist() == [7, 7]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (GOOD.iloc[:0], "needs at least 1 row, got none"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "'a' stands there twice"),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), "'1' stands there twice"),
        (pd.DataFrame([[1, 2]], columns=["a", " "]), "one has none. Name it"),
        (GOOD.assign(x=pd.Series(["a\0b", "c", "d"], dtype="object")), "'x' holds characters that"),
        (
            GOOD.assign(x=pd.Series(["a", "\udc80", "d"], dtype="object")),
            "'x' holds characters that",
        ),
        (pd.DataFrame([[1, 2]], columns=["a\0", "b"]), "a column name holds characters that"),
        (GOOD.assign(x=np.nan), "'x' is empty. Remove it"),
        (GOOD.assign(x=""), "'x' is empty. Remove it"),
        (GOOD.assign(x=[1, np.inf, 3]), "'x' holds an infinite one"),
        (GOOD.assign(x=[1j, 2, 3]), "'x' holds complex ones"),
        (GOOD.assign(x=pd.Timestamp("2026-01-01")), "'x' holds dates"),
        (GOOD.assign(x=pd.Timestamp("2026-01-01", tz="UTC")), "'x' holds dates"),
        (GOOD.assign(x=dt.timedelta(days=1)), "'x' holds dates"),
    ],
)
def test_a_table_that_cannot_be_learnt_from_is_refused_with_advice(table, message):
    with pytest.raises(SpecError, match=message):
        normalise_table(table)


@pytest.mark.parametrize("limit", ["MAX_ROWS", "MAX_COLUMNS", "MAX_CELLS"])
def test_a_table_above_the_limits_is_refused(monkeypatch, limit):
    normalise_table(GOOD)
    monkeypatch.setenv(f"GLASSROOM_{limit}", "2")
    with pytest.raises(SpecError, match=r"got 3 rows and 3 columns. Bring a sample"):
        normalise_table(GOOD)


def check(table=GOOD, **changes):
    choices = {"title": "t", "task": "binary", "target": "y", "positive": None} | changes
    return check_choices(normalise_table(table), **choices)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "needs a title"),
        ({"task": "ranking"}, "one of binary, multiclass"),
        ({"target": None}, "must be a column of the table, got None. There are: x, kind, y"),
        ({"target": "Y"}, "must be a column of the table, got 'Y'"),
        ({"table": GOOD[["y"]]}, "at least 1 column besides the target"),
        ({"table": GOOD.assign(y=["a", None, "b"])}, "'y', and 1 have none. Remove these rows"),
        ({"task": "regression"}, "predicts a number, and 'y' holds words"),
        ({"task": "clustering"}, "Clustering has no target, got 'y'"),
        ({"task": "multiclass"}, "at least 3, and 'y' has 2"),
        ({"target": "kind"}, "exactly 2 classes, and 'kind' has 3"),
        ({"table": GOOD.assign(y="no")}, "exactly 2 classes, and 'y' has 1"),
        ({"positive": "maybe"}, "must be in the target, got 'maybe'. It has no and yes"),
    ],
)
def test_choices_that_do_not_fit_the_table_are_refused_with_advice(changes, message):
    with pytest.raises(SpecError, match=message):
        check(**changes)


def test_choices_that_fit_are_accepted():
    assert check() == "yes"
    assert check(positive="no") == "no"
    assert check(task="regression", target="x") is None
    assert check(task="multiclass", target="kind") is None
    assert check(task="clustering", target=None) is None


def test_a_positive_label_is_given_back_as_it_stands_in_the_table():
    label = check(GOOD.assign(y=[True, True, False]), positive=np.True_)
    assert label == 1
    assert type(label) is int


def test_equal_classes_take_the_first_label_so_that_the_choice_repeats():
    assert check(pd.DataFrame({"x": range(4), "y": ["b", "a", "a", "b"]})) == "a"
