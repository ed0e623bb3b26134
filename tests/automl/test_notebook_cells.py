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
    run_and_tell,
    run_here,
    trial_of,
    without_looks,
)

from core.automl import Settings, run_automl
from core.automl.blend import fit_blend
from core.automl.finals import Finalist
from core.automl.notebook import cells_of_one, data_of, write_proposal, write_trial
from core.automl.notebook.cells import notebook_of as notebook_from
from core.automl.notebook.cells import text_of
from core.automl.notebook.explore import write_exploration
from core.automl.notebook.facts import tell_differences
from core.automl.notebook.proof import compare_numbers
from core.automl.run_notebooks import name_notebooks, write_notebooks
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


SHORT = ("weights", "the baseline")
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
    check_tidy(notebook, tmp_path)


def check_tidy(notebook, tmp_path):
    """A linter finds nothing, a formatter changes nothing, no path and no module of ours is in it."""
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
        pytest.param("a split column", -1, marks=pytest.mark.full),
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
    tuned = without_looks(notebook_for("two", "tree", SOME["tree"]))
    plain = notebook_for("two", "tree")
    tried = run_here(tuned, tmp_path, monkeypatch)["tried"]
    assert tried[0] == pytest.approx(plain.logged["log_loss"], abs=1e-12)
    assert tried[1] == pytest.approx(tuned.logged["log_loss"], abs=1e-12)


@pytest.fixture(scope="module")
def a_tuned_forest():
    return changed(notebook_of_case("two classes, tuned"), "N_TRIALS = 5", "N_TRIALS = 1")


TRAIN = 'train = (table[PART] == "train").to_numpy('
NOTHING = "Its seed, its split and the settings of its model are those of the search"
BREAKS = {
    "the metric is changed": ("log_loss(truth, chances,", "2 * log_loss(truth, chances,", NOTHING),
    "the seed is changed": ("SEED = 5", "SEED = 6", "the search: SEED is 6, not 5."),
    "the seed of the model alone is changed": (
        "n_jobs=1,\n                random_state=SEED",
        "n_jobs=1,\n                random_state=9",
        "the search: random_state of model is 9, not 5.",
    ),
    "a row is dropped": (
        f"{TRAIN})",
        f"{TRAIN}copy=True)\ntrain[np.argmax(train)] = False",
        "the search: 95 rows train, not 96.",
    ),
    "a row is swapped": (
        f"{TRAIN})",
        f"{TRAIN}copy=True)\ntrain[[np.argmax(train), np.argmin(train)]] = False, True",
        "the search: other rows train, though as many (96).",
    ),
    "gaps are filled otherwise": (
        'strategy="median"',
        'strategy="mean"',
        "the search: strategy of numbers_median of prepare is mean, not median.",
    ),
    "a step is left out": (
        """make_pipeline(
                            SimpleImputer(strategy="constant", fill_value="missing"),
                            OneHotEncoder(
                                sparse_output=False,
                                handle_unknown="infrequent_if_exist",
                                min_frequency=2,
                            ),
                        )""",
        '"drop"',
        "the search: few_words_constant of prepare is drop, not Pipeline.",
    ),
    "a column is left out": (
        'NUMBERS = ["a", ',
        "NUMBERS = [",
        "the search: numbers of intake lacks a",
    ),
    "the direction is turned": ('direction="minimize"', 'direction="maximize"', NOTHING),
    "the sign of the objective is turned": (
        ", validate)[METRIC]",
        ", validate)[METRIC] * -1",
        NOTHING,
    ),
    "the rows that test are learnt from": (
        TRAIN,
        TRAIN.replace('== "train"', '!= "validate"'),
        "the search: 128 rows train, not 96.",
    ),
}


SHORT_BREAKS = (
    "the seed is changed",
    "a row is swapped",
    "gaps are filled otherwise",
    "the direction is turned",
)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.full) if name not in SHORT_BREAKS else name
        for name in BREAKS
    ],
)
def test_a_notebook_that_was_broken_on_purpose_is_not_proven_and_the_proof_says_what_differs(
    name, a_tuned_forest, tmp_path, monkeypatch
):
    before, after, sentence = BREAKS[name]
    notebook = without_looks(changed(a_tuned_forest, before, after))
    said, facts = run_and_tell(notebook, tmp_path, monkeypatch)
    problem, _, _ = compare_numbers(notebook, said)
    assert problem.endswith(("was logged.", "the wrong way.", "than the logged score does."))
    assert sentence in tell_differences(notebook.made_of, facts)


@pytest.mark.parametrize("name", [pytest.param("two classes", marks=pytest.mark.full), "a number"])
def test_an_honest_notebook_is_made_of_what_the_search_was(name, tmp_path, monkeypatch):
    notebook = without_looks(notebook_of_case(name))
    said, facts = run_and_tell(notebook, tmp_path, monkeypatch)
    assert compare_numbers(notebook, said)[0] == ""
    assert facts == notebook.made_of
    assert NOTHING in tell_differences(notebook.made_of, facts)
    assert tell_differences({}, facts) == tell_differences(notebook.made_of, {}) == ""


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


def blend_of(outcome, members):
    """The proposal of a search, had it proposed this blend."""
    chosen = Finalist("blend", members)
    finals = replace(outcome.finals, finalists=(chosen,), proposed=0)
    ready, test = outcome.ready, outcome.ready.places("test")
    model = fit_blend(ready, outcome.trials, chosen, ready.places("train", "validate"))
    tested = score_places(ready, test, model.predict(ready.rows.iloc[test]))
    return write_proposal(replace(outcome, finals=finals, test=tested))


def test_the_notebook_of_a_blend_gives_the_scores_of_the_blend(outcome, tmp_path, monkeypatch):
    notebook = blend_of(outcome, ((1, 0.4), (2, 0.6)))
    said, facts = run_and_tell(notebook, tmp_path, monkeypatch)
    problem, n_compared, worst = compare_numbers(notebook, said)
    assert (problem, n_compared) == (
        "",
        12,
    )  # six of the rows that validate, six of those that test
    assert worst <= 1e-12
    assert facts == notebook.made_of
    # By hand, from what the two trials said of the rows that validate.
    ready = outcome.ready
    mixed = 0.4 * outcome.trials[1].predicted + 0.6 * outcome.trials[2].predicted
    truth = ready.target.to_numpy()[ready.places("validate")] == ready.classes[1]
    chance = np.where(truth, mixed[:, 1], mixed[:, 0])
    assert said["log_loss"] == pytest.approx(-np.log(chance).mean(), abs=1e-12)


def test_the_notebook_of_a_blend_says_when_its_weights_were_changed(outcome, tmp_path, monkeypatch):
    notebook = changed(blend_of(outcome, ((1, 0.4), (2, 0.6))), "[0.4, 0.6]", "[0.6, 0.4]")
    said, facts = run_and_tell(without_looks(notebook), tmp_path, monkeypatch)
    assert compare_numbers(notebook, said)[0].endswith("was logged.")
    differs = tell_differences(notebook.made_of, facts)
    assert differs == "It differs from the search: the weights are 0.6, 0.4, not 0.4, 0.6."


def test_a_widened_search_for_the_weights_of_a_blend_improves_or_stays(
    outcome, tmp_path, monkeypatch
):
    notebook = without_looks(blend_of(outcome, ((1, 0.4), (2, 0.6))))
    few = run_here(changed(notebook, "N_TRIALS = 30", "N_TRIALS = 2"), tmp_path, monkeypatch)
    more = run_here(notebook, tmp_path, monkeypatch)
    assert more["tried"][:3] == few["tried"]
    assert more["tried"][1] == pytest.approx(notebook.logged["log_loss"], abs=1e-12)
    assert more["best"] == min(more["tried"]) < few["best"] <= min(few["tried"][:2])
    turned = changed(notebook, 'direction="minimize"', 'direction="maximize"')
    problem = compare_numbers(turned, run_here(turned, tmp_path, monkeypatch))[0]
    assert problem.endswith("It searches the wrong way.")


def test_the_notebook_of_a_blend_explains_its_strongest_member_and_judges_the_whole(
    outcome, tmp_path
):
    check_tidy(blend_of(outcome, ((1, 0.4), (2, 0.6))), tmp_path)
    cells = {
        (one.name, one.kind): one.source for one in blend_of(outcome, ((1, 0.4), (2, 0.6))).cells
    }
    assert "the small tree, which weighs 60%" in cells["explain", "text"]
    assert "strongest = model.models[1]  # weighs 60%" in cells["explain", "code"]
    assert "TreeExplainer(strongest[-1])" in cells["explain", "code"]
    assert "for pipeline in twin.models" in cells["importance", "code"]
    other = {one.name: one.source for one in blend_of(outcome, ((1, 0.7), (2, 0.3))).cells}
    assert "shap.LinearExplainer(strongest[-1], prepared)" in other["explain"]
    assert "strongest = model.models[0]  # weighs 70%" in other["explain"]


def test_the_notebooks_of_a_run_are_those_of_its_trials(outcome, tmp_path):
    a_sample = replace(outcome.trials[1], is_sample=True)
    some = replace(outcome, trials=(outcome.trials[0], a_sample, *outcome.trials[2:]))
    write_notebooks(some, tmp_path)
    for number, name in name_notebooks(some).items():
        written = (tmp_path / name).read_text(encoding="utf-8")
        cells = cells_of_one(some.ready, some.settings, some.trials[number])
        assert nbformat.reads(written, as_version=4) == nbformat.reads(
            text_of(notebook_from(cells)), as_version=4
        )
        assert ("sample = np.random" in written) == (number == 1)


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
    said, facts = run_and_tell(notebook, tmp_path, monkeypatch)
    assert compare_numbers(notebook, said)[0] == ""
    assert facts == notebook.made_of  # every row came back, and on its side


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
