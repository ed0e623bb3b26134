"""The notebook of a model: it gives the logged numbers back, by public libraries, on every kind of table."""

import ast
import json
import re
import subprocess
import sys
import warnings
from dataclasses import replace

import nbformat
import numpy as np
import pandas as pd
import pytest
from notebook_tables import (
    SOME,
    changed,
    every_kind,
    notebook_for,
    ready_for,
    run_here,
    trial_of,
    without_looks,
)

from core.automl import Settings, run_automl
from core.automl.blend import fit_blend
from core.automl.finals import Finalist
from core.automl.notebook import data_of, write_proposal, write_trial
from core.automl.notebook.explore import write_exploration
from core.automl.notebook.proof import compare_numbers
from core.automl.table import prepare_table
from core.automl.trial import score_places

PUBLIC = {
    "collections",
    "json",
    "lightgbm",
    "mlflow",
    "numpy",
    "optuna",
    "pandas",
    "plotly",
    "shap",
    "sklearn",
    "typing",
}
CASES = {
    "two classes": ("two", "linear", {}),
    "two classes, tuned": ("two", "forest", SOME["forest"]),
    "another metric": ("two", "tree", {"primary_metric": "roc_auc"}),
    "weights": ("two", "lightgbm", {"sample_weight_col": "weight"}),
    "three classes": ("three", "linear", SOME["linear"]),
    "three classes by F1": ("three", "extra_trees", {"primary_metric": "f1"}),
    "a number": ("number", "lightgbm", SOME["lightgbm"]),
    "a number with weights": ("number", "linear", {"sample_weight_col": "weight"}),
    "groups": ("number", "tree", {"group_col": "person"}),
    "time": ("two", "linear", {"time_col": "day"}),
    "a split column": ("three", "tree", {"split_col": "side"}),
    "the baseline": ("number", "baseline", {}),
}  # fmt: skip


def notebook_of_case(name):
    target, family, more = CASES[name]
    roles = {key: value for key, value in more.items() if key.endswith(("_col", "_metric"))}
    params = {key: value for key, value in more.items() if key not in roles}
    return notebook_for(target, family, params, **roles)


SHORT = ("weights", "a number", "the baseline")
SOME_CASES = [
    pytest.param(name, marks=pytest.mark.full) if name not in SHORT else name for name in CASES
]


@pytest.mark.parametrize("name", SOME_CASES)
def test_a_notebook_gives_the_logged_numbers_back(name, tmp_path, monkeypatch):
    notebook = notebook_of_case(name)
    said = run_here(notebook, tmp_path, monkeypatch)
    problem, n_compared, worst = compare_numbers(notebook, said)
    assert problem == ""
    assert n_compared == len(notebook.logged) >= 6
    assert worst <= 1e-12


def test_the_split_in_the_notebook_is_that_of_the_search_row_by_row(tmp_path, monkeypatch):
    for roles in ({}, {"group_col": "person"}, {"time_col": "day"}, {"split_col": "side"}):
        ready, settings = ready_for("two", **roles)
        (tmp_path / "data.csv").write_bytes(data_of(ready, settings))
        column = roles.get("split_col", "part")
        assert pd.read_csv(tmp_path / "data.csv")[column].tolist() == ready.part.tolist()


def test_the_pipeline_reads_from_the_file_what_it_read_from_the_table(tmp_path, monkeypatch):
    from core.automl.pipelines import build_pipeline

    ready, settings = ready_for("two")
    notebook = write_trial(ready, settings, trial_of(ready))
    (tmp_path / "data.csv").write_bytes(notebook.files["data.csv"])
    monkeypatch.chdir(tmp_path)
    space = {}
    code = {cell.name: cell.source for cell in notebook.cells if cell.kind == "code"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SHAP's own, when it is imported
        exec("\n".join(code[name] for name in ("settings", "load", "types", "split")), space)
    intake = build_pipeline(ready.plan, "linear", {})["intake"]
    pd.testing.assert_frame_equal(
        intake.fit_transform(space["rows"]), intake.fit_transform(ready.rows), check_exact=True
    )
    assert space["target"].tolist() == ready.target.tolist()


def first_look(target):
    ready, settings = ready_for(target)
    return write_exploration(ready, settings, ())


@pytest.mark.parametrize("name", [*SOME_CASES, "first look, two", "first look, number"])
def test_the_cells_are_tidy_and_hold_no_path_and_nothing_of_ours(name, tmp_path):
    look, _, target = name.partition(", ")
    notebook = first_look(target) if look == "first look" else notebook_of_case(name)
    path = tmp_path / "one.ipynb"
    path.write_text(notebook.ipynb, encoding="utf-8")
    nbformat.validate(nbformat.read(path, as_version=4))
    for command in (
        ["check", "--select", "E,F,I", "--line-length", "110"],
        ["format", "--diff", "--line-length", "100"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    imported = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[
            0
        ]
        for node in ast.walk(ast.parse(notebook.script))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported <= PUBLIC
    assert not re.search(
        r"/tmp|/home|/ro" + r"ot/|/wo" + r"rk/|\b[A-Z]:\\\\[A-Z]|file://", notebook.ipynb
    )


def test_the_same_trial_gives_the_same_bytes():
    assert notebook_of_case("two classes").ipynb == notebook_of_case("two classes").ipynb


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("another metric", 1),
        ("a split column", -1),
        pytest.param("three classes by F1", 1, marks=pytest.mark.full),
        pytest.param("a number", -1, marks=pytest.mark.full),
    ],
)
def test_a_widened_search_improves_in_the_right_direction(name, sign, tmp_path, monkeypatch):
    notebook = without_looks(notebook_of_case(name))
    few = run_here(changed(notebook, "N_TRIALS = 5", "N_TRIALS = 2"), tmp_path, monkeypatch)
    more = run_here(changed(notebook, "N_TRIALS = 5", "N_TRIALS = 12"), tmp_path, monkeypatch)
    assert more["tried"][:3] == few["tried"]
    assert sign * more["best"] >= sign * few["best"] >= sign * few["tried"][0]
    assert sign * more["best"] == max(sign * value for value in more["tried"])
    assert sign * more["best"] > sign * few["tried"][0]  # there was something to be found


def test_the_first_trial_of_the_study_is_the_defaults_and_the_second_the_model_itself(
    tmp_path, monkeypatch
):
    tuned = without_looks(notebook_of_case("two classes, tuned"))
    plain = notebook_for("two", "forest")
    tried = run_here(tuned, tmp_path, monkeypatch)["tried"]
    assert tried[0] == pytest.approx(plain.logged["log_loss"], abs=1e-12)
    assert tried[1] == pytest.approx(tuned.logged["log_loss"], abs=1e-12)


@pytest.fixture(scope="module")
def a_tuned_forest():
    return notebook_of_case("two classes, tuned")


TRAIN = 'train = (table[PART] == "train").to_numpy('
BREAKS = {
    "the metric is changed": ("log_loss(truth, chances,", "2 * log_loss(truth, chances,"),
    "the seed is changed": ("random_state=5", "random_state=6"),
    "a row is dropped": (f"{TRAIN})", f"{TRAIN}copy=True)\ntrain[np.argmax(train)] = False"),
    "a column is left out": ('NUMBERS = ["a", ', "NUMBERS = ["),
    "the direction is turned": ('direction="minimize"', 'direction="maximize"'),
    "the sign of the objective is turned": (", validate)[METRIC]", ", validate)[METRIC] * -1"),
    "the rows that test are learnt from": (TRAIN, TRAIN.replace('== "train"', '!= "validate"')),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_notebook_that_was_broken_on_purpose_is_not_proven(
    name, a_tuned_forest, tmp_path, monkeypatch
):
    notebook = without_looks(changed(a_tuned_forest, *BREAKS[name]))
    problem, _, _ = compare_numbers(notebook, run_here(notebook, tmp_path, monkeypatch))
    assert problem.endswith(("was logged.", "the wrong way.", "than the logged score does."))


@pytest.fixture(scope="module")
def outcome():
    table = every_kind(240)[["a", "word", "many", "two"]]
    return run_automl(table, Settings(target="two", max_trials=4, max_splits=2))


def test_the_notebook_of_the_proposal_opens_the_test_and_says_what_automl_said(
    outcome, tmp_path, monkeypatch
):
    notebook = write_proposal(outcome)
    assert f"test_{outcome.ready.metric}" in notebook.logged
    assert compare_numbers(notebook, run_here(notebook, tmp_path, monkeypatch))[0] == ""


def test_the_notebook_of_a_blend_gives_the_test_scores_of_the_blend(outcome, tmp_path, monkeypatch):
    chosen = Finalist("blend", ((1, 0.4), (2, 0.6)))
    finals = replace(outcome.finals, finalists=(chosen,), proposed=0)
    ready, test = outcome.ready, outcome.ready.places("test")
    model = fit_blend(ready, outcome.trials, chosen, ready.places("train", "validate"))
    tested = score_places(ready, test, model.predict(ready.rows.iloc[test]))
    notebook = write_proposal(replace(outcome, finals=finals, test=tested))
    assert set(notebook.logged) == {f"test_{name}" for name in tested}
    assert compare_numbers(notebook, run_here(notebook, tmp_path, monkeypatch))[0] == ""


def test_names_and_words_of_any_kind_do_no_harm(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    n_rows = 90
    names = [
        'a "b"',
        "it's",
        "{x}",
        "noise",
        "part",
        "new\nline",
        "a\\b",
        "| a |",
        "<b>",
        "🌼",
        "def",
        "a__b",
    ]
    table = pd.DataFrame({name: rng.normal(size=n_rows) for name in names})
    table["TARGET"] = rng.choice(["'", '"', "a, b"], n_rows)
    words = ["a\rb", "a\nb", 'q"q', "x, y", "nan", "NULL", " s ", "1e5", "007", None, ""]
    table["odd"] = rng.choice(np.array(words, dtype=object), n_rows)
    table["far"] = np.where(table["part"] > 1, np.inf, table["part"] * 1e300)
    table["big"] = rng.integers(2**60, 2**63 - 1, n_rows)
    target = '"""'
    table[target] = np.where(table[names[0]] > 0, "{yes}", "no\\n'o\"")
    settings = Settings(target=target)
    ready = prepare_table(table, settings)
    notebook = write_trial(ready, settings, trial_of(ready, "tree"))
    assert compare_numbers(notebook, run_here(notebook, tmp_path, monkeypatch))[0] == ""


@pytest.mark.full
def test_the_cell_of_mlflow_keeps_registers_and_loads_the_model(tmp_path):
    for name in ("two classes", "a number"):
        notebook = changed(notebook_of_case(name), "TRACK = False", "TRACK = True")
        folder = tmp_path / name
        folder.mkdir()
        (folder / "data.csv").write_bytes(notebook.files["data.csv"])
        (folder / "one.py").write_text(notebook.script, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "one.py"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert (folder / "mlflow.db").exists()
        assert compare_numbers(notebook, json.loads(done.stdout.splitlines()[-1]))[0] == ""
