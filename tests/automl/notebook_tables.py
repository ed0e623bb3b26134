"""Made tables with every kind of column, and trials on them, for the tests of the notebooks."""

import contextlib
import io
import json
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd

from core.automl import Settings
from core.automl.notebook import Cell, write_trial
from core.automl.notebook.facts import tell_facts
from core.automl.table import prepare_table
from core.automl.trial import Trial, fit_model, score_places

SOME = {
    "linear": {"C": 0.3, "class_weight": None},
    "ridge": {"alpha": 3.0},
    "tree": {"max_depth": 3, "min_samples_leaf": 7},
    "forest": {"max_depth": 5, "min_samples_leaf": 3, "max_features": 0.5},
    "extra_trees": {"max_depth": 6, "min_samples_leaf": 2, "max_features": 0.4},
    "lightgbm": {"learning_rate": 0.2, "num_leaves": 9, "min_child_samples": 5, "reg_lambda": 0.1},
}
"""Settings as a search would find them."""


def every_kind(n_rows=160, seed=0):
    """Numbers with gaps, words, codes that look like numbers, many words, days, moments, texts, truths."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=n_rows)
    word = rng.choice(["red", "green", "NA"], n_rows)
    signal = a + (word == "red") + rng.normal(scale=0.5, size=n_rows)
    days = pd.date_range("2023-11-05", periods=n_rows, freq="36h")
    said = [f"{one} lamp number {rng.integers(1e6)}" for one in rng.choice(["good", "bad"], n_rows)]
    table = pd.DataFrame(
        {
            "a": np.where(rng.random(n_rows) < 0.1, np.nan, a),
            "short": rng.normal(size=n_rows).astype("float32"),
            "gaps": pd.array(
                np.where(rng.random(n_rows) < 0.1, None, rng.integers(0, 99, n_rows)), "Int64"
            ),
            "as text": [f" {value} " for value in rng.normal(size=n_rows).round(3)],
            "is it": rng.random(n_rows) < 0.4,
            "perhaps": pd.array(rng.choice([True, False, None], n_rows), "boolean"),
            "word": word,
            "code": rng.choice(["01", "1", "001"], n_rows),
            "many": [f"w{place}" for place in rng.integers(0, 40, n_rows)],
            "day": days.strftime("%d/%m/%Y"),
            "moment": days.tz_localize(
                "Europe/Berlin", nonexistent="shift_forward", ambiguous="NaT"
            ),
            "text": said,
            "same": "x",
        }
    )
    return table.assign(
        number=signal * 1e4,
        two=np.where(signal > 0.4, "yes", "no"),
        three=np.digitize(signal, [-0.2, 0.9]),
        weight=rng.integers(1, 4, n_rows),
        person=rng.integers(0, 30, n_rows),
        side=rng.permutation(np.resize(["train", "train", "train", "validate", "test"], n_rows)),
    )


TARGETS = ("number", "two", "three")
ROLES = ("weight", "person", "side")


def ready_for(target="two", table=None, **more):
    """Return the ready table and its settings; columns with a role of their own are left out."""
    whole = every_kind() if table is None else table
    used = {more.get(name) for name in ("split_col", "group_col", "sample_weight_col")}
    out = tuple(name for name in (*TARGETS, *ROLES) if name != target and name not in used)
    settings = Settings(
        target=target, seed=5, **{"exclude_cols": tuple(n for n in out if n in whole), **more}
    )
    return prepare_table(whole, settings), settings


def trial_of(ready, family="linear", params=None, number=1):
    """Return what a search would have logged of one model."""
    params = params or {}
    train, judge = ready.places("train"), ready.places("validate")
    model = fit_model(ready, family, params, train)
    said = model.predict(ready.rows.iloc[judge])
    return Trial(
        number=number,
        family=family,
        params=params,
        scores=score_places(ready, judge, said),
        train_scores=score_places(ready, train, model.predict(ready.rows.iloc[train])),
        metric=ready.metric,
        cpu_seconds=0.0,
        wall_seconds=0.0,
        problem="",
        predicted=said,
    )


def notebook_for(target="two", family="linear", params=None, **more):
    """Return the notebook of one model of one table."""
    ready, settings = ready_for(target, **more)
    return write_trial(ready, settings, trial_of(ready, family, params))


def run_here(notebook, folder, monkeypatch):
    """Run the program of a notebook in this process, and return its numbers."""
    return run_in_space(notebook, folder, monkeypatch)[0]


def run_and_tell(notebook, folder, monkeypatch):
    """Run the program of a notebook in this process; return its numbers and what it was made of."""
    numbers, space = run_in_space(notebook, folder, monkeypatch)
    return numbers, tell_facts(space)


def run_in_space(notebook, folder, monkeypatch):
    """Run the program of a notebook in this process; return its numbers and its variables."""
    for name, content in notebook.files.items():
        (folder / name).write_bytes(content)
    monkeypatch.chdir(folder)
    said, space = io.StringIO(), {"__name__": "__main__"}
    with contextlib.redirect_stdout(said), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as a stranger's Python does with most of them
        script = notebook.script.replace("n_repeats=3", "n_repeats=1")  # a third of the time
        exec(compile(script, "notebook.py", "exec"), space)
    return json.loads(said.getvalue().splitlines()[-1]), space


def changed(notebook, before, after):
    """Return the notebook with one thing changed in its code."""
    cells = tuple(
        Cell(cell.name, cell.kind, cell.source.replace(before, after)) for cell in notebook.cells
    )
    assert cells != notebook.cells, before
    return replace(notebook, cells=cells)


def without_looks(notebook):
    """Return the notebook without the cells that only look at the model; they take the longest."""
    kept = tuple(cell for cell in notebook.cells if cell.name not in ("explain", "importance"))
    return replace(notebook, cells=kept)
