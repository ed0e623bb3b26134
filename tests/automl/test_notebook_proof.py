"""The proof of a notebook: a clean kernel, limits, and a plain sentence for what went wrong."""

import html
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest
from notebook_tables import (
    changed,
    every_kind,
    notebook_for,
    ready_for,
    run_here,
    run_in_space,
    trial_of,
)

from app.cli import main
from core.automl import Settings, run_automl
from core.automl.audit import audit_table
from core.automl.blend import fit_blend
from core.automl.finals import Finalist
from core.automl.notebook import Cell, Notebook, write_proposal, write_trial
from core.automl.notebook.explore import write_exploration
from core.automl.notebook.folder import write_all
from core.automl.notebook.proof import compare_numbers, prove_notebook
from core.automl.table import prepare_table
from core.automl.trial import score_places
from core.datasets import list_datasets, load_dataset

SAY = Cell("numbers", "code", 'import json\nprint(json.dumps({"a": 0.1 + 0.2}))')


def little(*sources, last=SAY, logged=None):
    """A notebook of a few cells that needs no library, so that its kernel starts at once."""
    cells = [Cell(f"cell{place}", "code", source) for place, source in enumerate(sources)]
    return Notebook(
        "little", "Little", (*cells, last), {"data.csv": b"x\n1\n"}, "", logged or {"a": 0.3}
    )


def test_a_kernel_is_clean_in_a_folder_of_its_own_with_one_thread(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", "somewhere"))
    proof = prove_notebook(
        little(
            "import os, sys\nassert 'PYTHONPATH' not in os.environ",
            "assert sorted(os.listdir())[0] == 'data.csv', os.listdir()",
            "assert os.environ['OMP_NUM_THREADS'] == '1'",
            "assert not {'pandas', 'sklearn', 'core', 'app'} & set(sys.modules)",
        )
    )
    assert proof.is_proven, proof.sentence
    assert proof.sentence == "It ran from the top in a clean kernel and gave back 1 logged number."
    assert proof.worst < 1e-15
    assert abs((datetime.now(UTC) - datetime.fromisoformat(proof.when)).total_seconds()) < 60
    assert 0 < proof.seconds < 60
    assert f"pandas {pd.__version__}" in proof.versions
    kept = nbformat.reads(proof.notebook, as_version=4)
    assert json.loads(kept.cells[-1].outputs[0].text) == {"a": 0.1 + 0.2}


def test_what_a_proof_keeps_does_not_say_where_on_the_machine_it_ran():
    code = (
        "import os, sys, warnings\nprint(sys.prefix, os.getcwd(), os.path.expanduser('~/a'))\n"
        "warnings.warn_explicit('odd', UserWarning, f'{sys.prefix}/lib/odd.py', 7)\n"
        "warnings.warn_explicit('IProgress not found. Update.', UserWarning, 'odd.py', 8)"
    )
    proof = prove_notebook(little(code))
    assert proof.is_proven, proof.sentence
    outputs = nbformat.reads(proof.notebook, as_version=4).cells[0].outputs
    said = {one.name: one.text for one in outputs}
    assert said["stdout"] == "python . ~/a\n"
    assert said["stderr"] == "python/lib/odd.py:7: UserWarning: odd\n"


MADE = {
    "seed": 5,
    "rows": {part: [1, "of the search"] for part in ("train", "validate", "test")},
    "settings": [{"model": "Ridge", "model__alpha": "1.0"}],
    "weights": [1.0],
}


def test_a_kernel_with_a_number_away_is_asked_what_differs_and_one_that_cannot_tell_is_left():
    code = (
        "import numpy as np\nSEED = 6\ntrain = validate = test = np.array([True, False])\n"
        "class Model:\n    def get_params(self):\n        return {'model': self, 'model__alpha': 2.0}\n"
        "model = Model()"
    )
    away = {"a": 0.5}
    proof = prove_notebook(replace(little(code, logged=away), made_of=MADE))
    assert proof.sentence == (
        "It says a = 0.3, and 0.5 was logged. It differs from the search: SEED is 6, not 5; other rows "
        "train, though as many (1); other rows validate, though as many (1); and 2 more."
    )
    kept = nbformat.reads(proof.notebook, as_version=4)
    assert len(kept.cells) == 2  # the question is no part of the notebook
    proof = prove_notebook(replace(little(code), made_of=MADE))
    assert proof.sentence.startswith("It gives back the logged numbers, but by chance. It differs")
    proof = prove_notebook(replace(little("SEED = 6", logged=away), made_of=MADE))
    assert proof.sentence == "It says a = 0.3, and 0.5 was logged."


def test_a_cell_that_fails_is_named_with_the_last_line_of_its_error():
    proof = prove_notebook(little("def f():\n    raise ValueError('no such column\\nmore')\n\nf()"))
    assert (proof.is_proven, proof.cell) == (False, "cell0")
    assert proof.sentence == "Cell 'cell0' stopped with ValueError: no such column"
    assert "Traceback" not in proof.sentence


def test_a_kernel_that_dies_a_cell_that_hangs_and_one_that_floods_end_in_a_sentence():
    died = prove_notebook(little("import os\nos._exit(1)"))
    assert died.sentence.startswith("The kernel ended in cell 'cell0'")
    hung = prove_notebook(little("import time\ntime.sleep(60)"), seconds=4)
    assert hung.sentence == "The notebook took too long; it was stopped in cell 'cell0'."
    assert hung.seconds < 30
    flood = prove_notebook(little("while True:\n    print('x' * 100_000)"), seconds=60)
    assert flood.sentence == (
        "The notebook put out more than 5 MB; it was stopped in cell 'cell0'."
    )
    assert [died.is_proven, hung.is_proven, flood.is_proven] == [False] * 3


def test_numbers_that_are_missing_or_away_are_named():
    notebook = little(logged={"a": 1e6, "b": float("nan")})
    assert compare_numbers(notebook, None)[0] == "The last cell did not print its numbers."
    assert compare_numbers(notebook, {"b": 1.0})[0] == "The last cell does not say a."
    said = compare_numbers(notebook, {"a": 1e6 + 1e-4, "b": float("nan")})
    assert said == ("", 2, pytest.approx(1e-10, rel=1e-3))
    problem = compare_numbers(notebook, {"a": 1e6 + 1e-2, "b": float("nan")})[0]
    assert problem == "It says a = 1000000.01, and 1000000 was logged."
    assert "b = 0" in compare_numbers(notebook, {"a": 1e6, "b": 0.0})[0]


@pytest.mark.full
def test_the_notebook_of_a_model_is_proven_in_a_kernel():
    table = every_kind(120)[["a", "word", "day", "text", "two"]]
    ready, settings = ready_for("two", table)
    proof = prove_notebook(write_trial(ready, settings, trial_of(ready, "lightgbm")))
    assert proof.is_proven, proof.sentence
    assert (proof.n_numbers, proof.worst) == (12, 0.0)


def first_look(target, table=None):
    ready, settings = ready_for(target, table)
    alerts = audit_table(ready, settings)
    return write_exploration(ready, settings, alerts), alerts


def test_the_first_look_at_a_table_is_proven_and_draws():
    proof = prove_notebook(first_look("two")[0])
    assert proof.is_proven, proof.sentence
    pictures = [
        output
        for cell in nbformat.reads(proof.notebook, as_version=4).cells
        for output in cell.get("outputs", [])
        if "application/vnd.plotly.v1+json" in output.get("data", {})
    ]
    assert len(pictures) == 3


def test_the_first_look_says_each_alert_and_counts_rows_columns_and_gaps(tmp_path, monkeypatch):
    table = every_kind()
    table.loc[[3, 5], "word"] = ["  ", ""]  # no letter is no word
    notebook, alerts = first_look("number", table)
    said = next(cell.source for cell in notebook.cells if cell.name == "alerts")
    assert said.count("\n- **") == len(alerts) > 0
    numbers = run_here(notebook, tmp_path, monkeypatch)
    assert compare_numbers(notebook, numbers)[0] == ""
    assert (numbers["rows"], numbers["columns"]) == table.drop(columns="number").shape
    assert numbers["gaps"] == table.isna().sum().sum() + 2


def hostile(n_rows=60):
    """Names and cells that break what is careless: quotes, markup, ends of lines, the names of variables."""
    rng = np.random.default_rng(0)
    names = ['a "b"', "{x}", "new\nline", "a\\b", "| a |", "<b>&", "part", "rows", "value", "🌼"]
    table = pd.DataFrame({name: rng.normal(size=n_rows) for name in names})
    words = np.array(["a\rb", "a\nb", 'q"q', "x, y", "NULL", " s ", "007", None, ""], dtype=object)
    table["odd"] = rng.choice(words, n_rows)
    table["<a>"] = pd.date_range("2024-01-01", periods=n_rows).strftime("%d/%m/%Y")
    return table.assign(
        classes=rng.choice(["{yes}", "no\\n'o\""], n_rows), number=rng.normal(size=n_rows)
    )


def only_texts(n_rows=60):
    said = [f"some words and {place * 7919} more of them, all different" for place in range(n_rows)]
    return pd.DataFrame({"said": said, "kind": ["a", "b", "c"] * (n_rows // 3)})


def without_a_class(n_rows=60):
    """Class c trains, and no row of it validates or tests."""
    side = np.resize(["train", "train", "train", "validate", "test"], n_rows)
    kind = np.where(np.arange(n_rows) < 3, "c", np.resize(["a", "b"], n_rows))
    return pd.DataFrame({"x": np.arange(n_rows) / 7.0, "kind": kind, "side": side})


STRANGE = {
    "hostile, classes": (lambda: hostile().rename(columns={"classes": "<i>"}), {"target": "<i>"}),
    "hostile, a number": (lambda: hostile().rename(columns={"number": '"""'}), {"target": '"""'}),
    "only texts": (only_texts, {"target": "kind"}),
    "a class that only trains": (without_a_class, {"target": "kind", "split_col": "side"}),
}


@pytest.mark.parametrize("name", STRANGE)
def test_the_first_look_at_a_strange_table_counts_right_and_draws_names_as_they_are(
    name, tmp_path, monkeypatch
):
    make, chosen = STRANGE[name]
    table, settings = make(), Settings(**chosen)
    ready = prepare_table(table, settings)
    notebook = write_exploration(ready, settings, audit_table(ready, settings))
    numbers, space = run_in_space(notebook, tmp_path, monkeypatch)
    assert compare_numbers(notebook, numbers)[0] == ""
    assert numbers["rows"] == len(table)
    if "figure" in space:  # Plotly reads names as markup, so they are told letter by letter
        titles = [one.text for one in space["figure"].layout.annotations]
        assert [html.unescape(one) for one in titles] == space["NUMBERS"][:12]
        assert not any("<" in one for one in titles)


def test_the_command_writes_every_notebook_and_proves_the_best(tmp_path, capsys):
    iris = load_dataset("iris")
    iris.table.to_csv(tmp_path / "flowers.csv", index=False)
    order = ["automl", str(tmp_path / "flowers.csv"), "--target", iris.target, "--trials", "3"]
    assert main([*order, "--notebooks", str(tmp_path / "books")]) == 0
    said = capsys.readouterr().out
    assert "proposal.ipynb  It ran from the top in a clean kernel" in said
    assert "trial-02-tree.ipynb  written" in said
    written = {path.name for path in (tmp_path / "books").iterdir()}
    names = ["proposal", "exploration", "trial-00-baseline", "trial-01-linear", "trial-02-tree"]
    assert written == {"data.csv"} | {
        f"{name}.{kind}" for name in names for kind in ("ipynb", "py")
    }
    proven = nbformat.read(tmp_path / "books" / "proposal.ipynb", as_version=4)
    assert proven.cells[-1].outputs
    (tmp_path / "file").write_text("")
    assert main([*order, "--notebooks", str(tmp_path / "file" / "books")]) == 2
    assert "cannot be written to" in capsys.readouterr().err


@pytest.mark.full
@pytest.mark.parametrize(
    "name",
    [one.name for task in ("binary", "multiclass", "regression") for one in list_datasets(task)],
)
def test_every_notebook_of_every_shipped_table_is_proven(name):
    dataset = load_dataset(name)
    table = dataset.table[[*dataset.features, dataset.target]]
    table = table.sample(min(len(table), 2000), random_state=0)
    outcome = run_automl(table, Settings(target=dataset.target, max_trials=8, max_splits=2))
    for notebook in write_all(outcome):
        proof = prove_notebook(notebook)
        assert proof.is_proven, f"{notebook.name}: {proof.sentence}"


@pytest.mark.full
def test_a_broken_notebook_of_a_model_fails_its_proof_in_a_kernel():
    notebook = notebook_for("two", "forest")
    sentences = {
        (
            'direction="minimize"',
            'direction="maximize"',
        ): "It searches the wrong way. Its seed, its split",
        ("SEED = 5", "SEED = 6"): "was logged. It differs from the search: SEED is 6, not 5.",
        (
            'strategy="median"',
            'strategy="mean"',
        ): "numbers_median of prepare is mean, not median.",
        (
            'train = (table[PART] == "train")',
            'train = (table[PART] != "test")',
        ): "128 rows train, not 96.",
    }
    for change, sentence in sentences.items():
        proof = prove_notebook(changed(notebook, *change))
        assert not proof.is_proven
        assert sentence in proof.sentence


@pytest.mark.full
@pytest.mark.parametrize("target", ["two", "three", "number"])
def test_the_notebook_of_every_blend_is_proven(target):
    table = every_kind(240)
    ready, settings = ready_for(target, table, sample_weight_col="weight")
    trials = [trial_of(ready, family) for family in ("linear", "extra_trees", "lightgbm")]
    places = ready.places("train", "validate")
    chosen = Finalist("blend", ((0, 0.5), (1, 0.2), (2, 0.3)))
    test = ready.places("test")
    model = fit_blend(ready, trials, chosen, places)
    finals = SimpleNamespace(chosen=chosen)
    tested = score_places(ready, test, model.predict(ready.rows.iloc[test]))
    outcome = SimpleNamespace(
        ready=ready, settings=settings, finals=finals, trials=trials, test=tested
    )
    for track in ("TRACK = False", "TRACK = True"):
        proof = prove_notebook(changed(write_proposal(outcome), "TRACK = False", track + "  #"))
        assert proof.is_proven, proof.sentence
        assert proof.n_numbers == 2 * len(tested)
        assert proof.worst < 1e-12
