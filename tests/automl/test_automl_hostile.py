"""Tables that want to break it: each ends in an outcome or in one sentence, never in anything else."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from core.automl import Settings, run_automl
from core.errors import SpecError

N = 60
SLOW = ("tree", "forest", "extra_trees")
RNG = np.random.default_rng(8)
X = RNG.normal(size=N)
Y = np.where(X + RNG.normal(size=N) > 0, "in", "out")


def table(**columns):
    return pd.DataFrame({"x": X, "y": Y}).assign(**columns)


TABLES = {
    "plain": table(),
    "one row": table().head(1),
    "no rows": table().head(0),
    "29 rows": table().head(29),
    "only the target": table()[["y"]],
    "target constant": table(y="in"),
    "target empty": table(y=None),
    "target blank": table(y="  "),
    "target half empty": table(y=[*Y[:50], *[None] * 10]),
    "target all different": table(y=[f"name {i}" for i in range(N)]),
    "target of dates": table(y=pd.date_range("2024-01-01", periods=N).astype(str)),
    "target infinite": table(y=[np.inf, *X[1:]]),
    "target numbers as text": table(y=[f"{value:.3f}" for value in X]),
    "target boolean": table(y=Y == "in"),
    "target float classes": table(y=np.where(Y == "in", 0.5, 1.5)),
    "target with spaces": table(y=[f" {label} " if i % 2 else label for i, label in enumerate(Y)]),
    "target numbers and words": table(y=[*Y[:30], *[1] * 15, *[2] * 15]),
    "one of a class": table(y=["alone", *Y[1:]]),
    "two of a class": table(y=["pair", "pair", *Y[2:]]),
    "all columns empty": table(x=None),
    "all columns constant": table(x=1),
    "all columns ids": table(x=[f"id-{i}" for i in range(N)]),
    "infinite numbers": table(z=[np.inf, -np.inf, *X[2:]]),
    "huge numbers": table(z=X * 1e300),
    "tiny numbers": table(z=X * 1e-300),
    "mixed types": table(z=[1, "two", 3.0, None, True, *["x"] * (N - 5)]),
    "lists in cells": table(z=[[i % 2] for i in range(N)]),
    "dicts in cells": table(z=[{"a": i % 2} for i in range(N)]),
    "bytes in cells": table(z=[b"ab" if i % 2 else b"c" for i in range(N)]),
    "complex numbers": table(z=X + 1j),
    "time spans": table(z=pd.to_timedelta(np.arange(N) % 7, unit="D")),
    "periods": table(z=pd.period_range("2020-01", periods=N, freq="M")),
    "pandas categories": table(z=pd.Categorical(["a", "b", "c"] * 20)),
    "nullable whole numbers": table(z=pd.array([1, None, 3] * 20, dtype="Int64")),
    "nullable booleans": table(z=pd.array([True, None, False] * 20, dtype="boolean")),
    "dates with gaps": table(z=[None, *pd.date_range("2024-01-01", periods=N - 1).astype(str)]),
    "dates with zones": table(z=pd.date_range("2024-01-01", periods=N, tz="Asia/Tokyo")),
    "dates of long ago": table(z=[f"{1600 + i}-01-01" for i in range(N)]),
    "text of punctuation": table(z=["!? ... ;;; " * (1 + i % 9) + "!" * i for i in range(N)]),
    "text of emoji": table(z=["\U0001f600 " * (1 + i) for i in range(N)]),
    "long text": table(z=["word " * 300 + str(i) for i in range(N)]),
    "scripts in cells": table(z=["<script>alert(1)</script>", "=1+1", "a"] * 20),
    "many words": table(z=[f"w{i % 40}" for i in range(N)]),
    "gaps nearly everywhere": table(z=[1.0, 2.0, *[None] * (N - 2)]),
    "one value and gaps": table(z=[1.0, *[None] * (N - 1)]),
    "wide": pd.concat([table(), pd.DataFrame(RNG.normal(size=(N, 120))).add_prefix("c")], axis=1),
    "names with spaces": table(**{" a b ": X, "": X + 1, "días": X}),
    "names of objects": table().rename(columns={"x": 0}),
    "names like steps": table(**{"x days": X, "x missing": X, "numbers": X, "\0target": X}),
    "feature called target": table(target=X),
    "names twice": pd.concat([table(), table()[["x"]]], axis=1),
    "odd index": table().set_index(pd.Index([7] * N)),
    "json names": table(**{'{"a": [1]}': X, "a[0]": X, "b<c": X}),
    "numbers with commas": table(z=["1,5", "2,5", "3,0"] * 20),
    "one column copied": table(**{f"copy{i}": X for i in range(5)}),
    "all rows the same but the target": table(x=1.0, z="same"),
    "half a character": table(z=pd.Series(["\ud800", "a", "b"] * 20, dtype="object")),
    "text that turns around": table(z=["\u202eabc\u202c", "a\u0000b", "\ufeffx"] * 20),
    "words for nothing": table(z=["nan", "NaN", "null", "None", "NA", "-"] * 10),
    "infinite as text": table(z=["inf", "-inf", "1e999", "1"] * 15),
    "hexadecimal": table(z=["0x1F", "0x2A", "0b11"] * 20),
    "thousands": table(z=["1,234", "2,345", "10,000"] * 20),
    "percentages": table(z=["5%", "7 %", "12.5%"] * 20),
    "prices": table(z=["€5", "$7", "9 EUR"] * 20),
    "dates in two orders": table(z=["03/04/2024", "2024-05-06", "7.8.2024"] * 20),
    "impossible dates": table(z=["2024-02-30", "2024-13-01", "2024-01-01"] * 20),
    "dates of the far future": table(z=[f"{2990 + i}-01-01" for i in range(N)]),
    "dates with mixed zones": table(z=["2024-01-01T00:00+01:00", "2024-01-02T00:00Z"] * 30),
    "times of day": table(z=[datetime.time(i % 24, 5) for i in range(N)]),
    "sets in cells": table(z=[{i % 3} for i in range(N)]),
    "functions in cells": table(z=[len, max, None] * 20),
    "tables in cells": table(z=[pd.DataFrame({"a": [1]})] * N),
    "decimals": table(z=[Decimal("1.5"), Decimal("NaN"), Decimal("1e40")] * 20),
    "whole numbers beyond 64 bits": table(z=[2**70 + i % 5 for i in range(N)]),
    "half precision": table(z=X.astype("float16")),
    "one byte": table(z=(np.arange(N) % 250).astype("uint8")),
    "sparse": table(z=pd.arrays.SparseArray([0.0, 0.0, 1.0] * 20)),
    "strings of Arrow": table(z=pd.array(["a", None, "b"] * 20, dtype="string[pyarrow]")),
    "intervals": table(z=pd.interval_range(0, N)),
    "one far outlier": table(z=[1e30, *X[1:]]),
    "only spaces": table(z=[" ", "\t", "\n"] * 20),
    "target in two spellings": table(y=["In" if i % 9 == 0 else y for i, y in enumerate(Y)]),
    "target of 31 classes": table(y=[f"class {i % 31}" for i in range(N)]),
    "target in categories": table(y=pd.Categorical(Y, ["out", "in", "never"], ordered=True)),
    "target nullable": table(y=pd.array([True, None, False] * 20, dtype="boolean")),
    "target of lists": table(y=[[i % 2] for i in range(N)]),
    "target twice": pd.concat([table(), table()[["y"]]], axis=1),
    "names of 5,000 letters": table(**{"n" * 5000: X, "n" * 4999 + "m": X}),
    "names of several lines": table(**{"a\nb": X, "a\tb": X, "a\rb": X}),
    "names alike as text": pd.concat([table(), pd.DataFrame({1: X, "1": X})], axis=1),
    "names in two rows": table().rename(columns={"x": ("a", "b")}),
    "400 columns": pd.concat(
        [table(), pd.DataFrame(RNG.normal(size=(N, 400))).add_prefix("d")], axis=1
    ),
    "every row twice": pd.concat([table().head(30)] * 2, ignore_index=True),
}
SETTINGS = {
    "no such target": {"target": "z"},
    "no such time": {"time_col": "when"},
    "no such group": {"group_col": "who"},
    "no such split": {"split_col": "part"},
    "no such weight": {"sample_weight_col": "w"},
    "no such column to leave out": {"exclude_cols": ("w",)},
    "all columns left out": {"exclude_cols": ("x",)},
    "a metric of numbers for classes": {"primary_metric": "rmse"},
    "numbers from words": {"task": "regression"},
    "three classes of two": {"task": "multiclass"},
    "a class that is not there": {"pos_label": "nobody"},
    "one trial": {"max_trials": 1},
    "nothing but the baseline": {
        "exclude_frameworks": ("linear", "tree", "forest", "extra_trees", "lightgbm")
    },
}


def end_of(rows, **settings):
    """Return the outcome, or None after one whole sentence."""
    quick = {"target": "y", "max_trials": 3, "max_splits": 2, "exclude_frameworks": SLOW}
    try:
        return run_automl(rows, Settings(**(quick | settings)))
    except SpecError as error:
        said = str(error)
    assert said.endswith(".")
    assert "Traceback" not in said
    return None


@pytest.mark.parametrize("name", TABLES)
def test_a_hostile_table_ends_in_an_outcome_or_in_one_sentence(name):
    outcome = end_of(TABLES[name].copy())
    if outcome is not None:
        assert sum(not trial.problem for trial in outcome.trials) >= 2
        assert np.isfinite(outcome.finals.table["mean"]).all()
        assert np.isfinite(outcome.model.predict(outcome.ready.rows)).all()


@pytest.mark.parametrize("name", SETTINGS)
def test_a_hostile_order_ends_in_an_outcome_or_in_one_sentence(name):
    outcome = end_of(TABLES["plain"].copy(), **SETTINGS[name])
    assert (outcome is not None) == (name in ("one trial", "nothing but the baseline"))


def test_there_are_enough_hostile_tables_and_orders():
    assert len(TABLES) >= 80
    assert len(SETTINGS) >= 10
