"""The lesson on repeating: what is kept is kept, what is not is felt, and MLflow runs the same folder."""

import hashlib
import io

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.datasets import load_dataset, store_own_dataset
from core.errors import SpecError
from core.tracking.reproduce.checks import read_folder, start_project
from core.tracking.reproduce.figures import plot_answers
from core.tracking.reproduce.lab import (
    LAB,
    ReproduceSpec,
    list_ingredients,
    name_slow_part,
    reproduce,
    write_files,
)
from core.tracking.reproduce.program import CHANGED, MODELS, NOW, PROGRAM, THEN, write_program
from core.tracking.reproduce.words import (
    OPTIONS,
    ask_for,
    changed_formula,
    command_of,
    find_answer,
    program_of,
    project_of,
    tabulate_ingredients,
    tabulate_kept,
    tell_outcome,
    tell_project,
    tell_why,
)


def look(**settings):
    return reproduce(ReproduceSpec(**({"keeps_environment": True} | settings)))


def test_with_all_four_kept_the_result_is_the_same_to_the_last_bit():
    result = look()
    assert (result.n_kept, result.n_moved, result.largest_gap) == (4, 0, 0.0)
    assert result.score_then == result.score_now
    assert find_answer(result) == "same"


def test_a_new_start_of_python_alone_changes_answers_of_a_forest():
    result = reproduce(ReproduceSpec())
    assert result.n_kept == 3
    assert result.n_differ > 0
    assert find_answer(result) == "other"
    assert "PYTHONHASHSEED" in tell_why(result)[0]


def test_sorted_columns_mend_what_the_hash_seed_does(tmp_path):
    """The repair that the page names, really made: the program with a sorted list of columns."""
    from core.tracking.reproduce.running import train_twice

    spec = ReproduceSpec()
    files = write_files(spec)
    mended = files[PROGRAM].replace(b"list(columns)", b"sorted(columns)")
    then, now = train_twice(files | {PROGRAM: mended}, spec)
    assert then == now


def test_the_order_of_columns_moves_only_last_digits_of_a_logistic_regression():
    result = look(model="logistic", keeps_environment=False)
    assert not result.is_same
    assert result.largest_gap < 1e-9
    assert find_answer(result) == "digits"


def test_the_seed_of_a_logistic_regression_decides_nothing():
    result = look(model="logistic", keeps_seed=False)
    assert result.is_same
    assert "draws nothing by chance" in tell_why(result)[1]


@pytest.mark.parametrize("lost", ["keeps_seed", "keeps_data", "keeps_code"])
def test_another_seed_table_or_setting_changes_answers_of_a_forest(lost):
    result = look(**{lost: False})
    assert not result.is_same
    assert result.n_differ > 0


def test_the_scores_are_those_of_scikit_learn_in_this_process():
    """A second way: the same training here, with the columns in the order that the program's set had."""
    result = look()
    files = write_files(result.spec)
    table = pd.read_csv(io.BytesIO(files[THEN]))
    said = _train_here(table, _order_of_columns(table, hash_seed=0), seed=0)
    is_test = table.index % 3 == 0
    assert said.tolist() == result.rows["then"].tolist()
    assert roc_auc_score(table["answer"][is_test], said) == result.score_then


def _order_of_columns(table, hash_seed):
    import json
    import subprocess
    import sys

    names = sorted(set(table.columns))
    code = f"import json; print(json.dumps(list(set({list(table.columns)!r}) - {{'answer'}})))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": str(hash_seed)},
    )  # fmt: skip
    order = json.loads(done.stdout)
    assert sorted([*order, "answer"]) == names
    return order


def _train_here(table, columns, seed):
    rows = pd.get_dummies(table[columns], dtype=float)
    is_test = table.index % 3 == 0
    forest = RandomForestClassifier(n_estimators=50, min_samples_leaf=1, random_state=seed)
    model = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler(), forest)
    model.fit(rows[~is_test], table["answer"][~is_test])
    return model.predict_proba(rows[is_test])[:, 1]


def test_counts_and_gaps_are_those_of_the_rows():
    result = reproduce(ReproduceSpec())
    then, now = result.rows["then"], result.rows["now"]
    assert result.n_rows == len(result.rows) == 660
    assert result.n_differ == sum(
        round(a + 1e-12) != round(b + 1e-12) for a, b in zip(then, now, strict=True)
    )
    assert result.n_moved == (then != now).sum()
    assert result.largest_gap == np.max(np.abs(then - now))


def test_a_table_that_has_grown_holds_the_old_rows_and_twenty_new_ones():
    files = write_files(ReproduceSpec(keeps_data=False))
    then, now = (pd.read_csv(io.BytesIO(files[name])) for name in (THEN, NOW))
    assert len(now) == len(then) + 20
    pd.testing.assert_frame_equal(now.iloc[: len(then)], then)


def test_ingredients_are_told_apart_by_their_digests():
    spec = ReproduceSpec(keeps_code=False, keeps_seed=False, keeps_environment=True)
    files = write_files(spec)
    found = list_ingredients(spec, files).set_index("what")
    assert found["is_kept"].to_dict() == {
        "seed": False, "data": True, "code": False, "environment": True,
    }  # fmt: skip
    assert found.loc["code", "now"] == hashlib.sha256(files[CHANGED]).hexdigest()[:8]
    assert found.loc["data", "now"] == hashlib.sha256(files[THEN]).hexdigest()[:8]


@pytest.mark.parametrize("model", MODELS)
def test_the_changed_program_differs_in_one_line(model):
    then, now = (write_program(model, is_changed=changed).splitlines() for changed in (False, True))
    assert sum(a != b for a, b in zip(then, now, strict=True)) == 1


@pytest.fixture(scope="module")
def project():
    return look(keeps_seed=False, as_project=True)


def test_mlflow_runs_the_folder_and_logs_the_score_of_the_second_training(project):
    assert project.is_project_finished
    assert project.project_score == project.score_now != project.score_then
    assert "to the last digit" in tell_project(project)


def test_the_run_of_a_project_keeps_its_parameters_and_that_it_was_a_project(project):
    kept = {(row.kind, row.name): row.value for row in project.kept.itertuples(index=False)}
    assert kept["param", "seed"] == "1"
    assert kept["param", "data"] == THEN
    assert kept["tag", "mlflow.source.type"] == "PROJECT"
    assert kept["tag", "mlflow.project.entryPoint"] == "main"
    assert float(kept["metric", "roc_auc"]) == project.score_now
    assert len(tabulate_kept(project)) == len(kept)


def test_the_mlproject_file_is_valid_and_names_environment_parameters_and_command(tmp_path):
    from mlflow.projects._project_spec import load_project

    files = write_files(ReproduceSpec(keeps_code=False))
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    read = load_project(str(tmp_path))
    entry = read.get_entry_point("main")
    assert {name: one.type for name, one in entry.parameters.items()} == {
        "data": "path", "seed": "float", "out": "string",
    }  # fmt: skip
    assert CHANGED in entry.compute_command({"data": THEN}, None)
    environment = yaml.safe_load(files["python_env.yaml"])
    assert any(need.startswith("scikit-learn==") for need in environment["dependencies"])


def test_what_is_given_wins_and_what_is_not_keeps_its_default():
    facts = start_project(5, 100, 8)
    assert (facts["depth"], facts["trees"]) == (8, 100)


def test_mlproject_is_a_file_and_not_a_folder():
    assert read_folder() == {"is_file_read": 1, "is_folder_read": 0}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"keeps_environment": True},
        {"model": "logistic"},
        {"keeps_seed": False, "keeps_environment": True},
    ],
)
def test_words_tables_and_pictures_say_what_was_found(settings):
    result = reproduce(ReproduceSpec(**settings))
    assert find_answer(result) in OPTIONS
    assert f"{result.n_rows}" in tell_outcome(result)
    assert "Not kept: " in ask_for(result)
    assert tell_why(result)
    assert changed_formula(result).bottom_number == str(result.n_rows)
    assert len(tabulate_ingredients(result)) == 4
    assert tabulate_ingredients(result)["Then"].str.len().max() <= 11, "it fits a phone"
    assert "Switch on" in tell_project(result)
    assert f"-P seed={result.spec.seeds[1]}" in command_of(result)
    assert yaml.safe_load(project_of(result))["entry_points"]["main"]["parameters"]["seed"]
    compile(program_of(result), "train.py", "exec")
    figure = plot_answers(result)
    assert len(figure.layout.title.text) < 44
    assert sum(len(trace.x) for trace in figure.data[1:]) == result.n_rows


def test_an_own_table_is_trained_whatever_its_columns_are_called(own_home):
    rng = np.random.default_rng(0)
    size = rng.normal(size=120)
    table = pd.DataFrame(
        {
            "answer": size,
            "kind' \"; {x}": rng.choice(["a'b", 'c"d', "é"], 120),
            "gone": np.where(size > 0, "ja", "nein"),
        }
    )
    own = store_own_dataset(table, title="Mine `x`", task="binary", target="gone").name
    result = look(data=own, model="logistic")
    assert result.is_same
    assert result.n_rows == 34  # every third of 100


def test_what_cannot_work_is_refused_with_a_repair(own_home):
    with pytest.raises(SpecError, match=r"one of forest, logistic, network, got 'svm'\. Choose"):
        ReproduceSpec(model="svm")
    with pytest.raises(SpecError, match="A seed is a whole number"):
        ReproduceSpec(seed=-1)
    with pytest.raises(SpecError, match="part two classes"):
        ReproduceSpec(data="diabetes")
    table = load_dataset("breast_cancer").table.head(60)
    target = str(load_dataset("breast_cancer").target)
    short = store_own_dataset(table, title="Short", task="binary", target=target).name
    with pytest.raises(SpecError, match=r"at least 100 rows, and Short has 60\. Bring more"):
        ReproduceSpec(data=short)


def test_only_the_first_view_is_quick():
    assert name_slow_part(ReproduceSpec()) is None
    slow = name_slow_part(ReproduceSpec(as_project=True))
    assert slow.run is reproduce
    assert slow.what.endswith("and once more as a project of MLflow.")
    assert set(LAB.presets) == {"default", "kept", "last-digits", "project"}
