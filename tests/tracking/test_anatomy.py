"""The lesson on what a run holds: its program is run anew, and its store is asked by a client of MLflow."""

import subprocess
import sys

import pytest
from sklearn.metrics import f1_score
from sklearn.tree import DecisionTreeClassifier
from take_home import PUBLIC, check_form, compare, run_script

import core.tracking.anatomy.lab as lesson
from core.datasets import load_dataset
from core.errors import SpecError
from core.results import scalars_of
from core.tracking.anatomy.checks import (
    change_after_the_end,
    count_nested,
    log_last_value,
    log_steps,
)
from core.tracking.anatomy.figures import plot_curve, plot_parts, plot_trials
from core.tracking.anatomy.lab import LAB, WAYS, AnatomySpec, name_slow_part, open_run
from core.tracking.anatomy.parts import PARTS
from core.tracking.anatomy.record import RecordSpec, log_four_ways
from core.tracking.anatomy.script import MOST_DEPTH
from core.tracking.anatomy.words import (
    KINDS,
    OPTIONS,
    WAY_NAMES,
    draw_tree,
    find_answer,
    held_formula,
    quote_refusal,
    tabulate_entries,
    tabulate_kinds,
    tell_average,
    tell_counts,
    tell_diff,
    tell_held,
    tell_params,
    tell_question,
    tell_refusal,
    tell_tree,
    tell_ways,
)
from core.tracking.place import uri_of
from core.tracking.store import close_client, open_client

QUIET = ("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
"""MLflow's own, of its libraries; ours would be of another kind."""
TABLE = "breast_cancer"
"""Quicker than the table that the lesson opens with."""


@pytest.fixture(scope="module")
def results():
    return {way: open_run(AnatomySpec(data=TABLE, way=way, depth=3)) for way in WAYS}


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """Run the program as a stranger would, and return its last line and its folder."""
    folder = tmp_path_factory.mktemp("at home")
    spec = AnatomySpec(data=TABLE, way="hand", depth=3)
    return run_script(LAB.script(spec), folder, filters=QUIET), folder, spec


def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(at_home):
    said, _, spec = at_home
    shown = scalars_of(open_run(spec))
    compare(said, shown, needed={"n_params_auto", "test_auc", "n_children", "best_cv"})
    check_form(LAB.script(spec), imports={"json", "mlflow"}, optional=PUBLIC | {"os"})
    check_form(LAB.script(AnatomySpec()), imports={"json", "mlflow"}, optional=PUBLIC | {"os"})


def test_a_client_of_mlflow_finds_in_the_store_what_the_page_shows(at_home):
    """A second reader: the client's own objects of the other store, without our tables."""
    _, folder, spec = at_home
    result = open_run(spec)
    client = open_client(uri_of(folder / "mlflow.db"))
    try:
        group = client.get_experiment_by_name("anatomy").experiment_id
        runs = {run.info.run_name: run for run in client.search_runs([group])}
        hand, auto = runs["by hand"], runs["autolog"]
        assert hand.data.params == {"max_depth": "3", "split_seed": "0"}
        assert hand.data.tags["why"] == "Is one tree enough?"
        history = client.get_metric_history(hand.info.run_id, "roc_auc")
        assert [point.step for point in history] == [1, 2, 3] == result.curve["step"].tolist()
        assert [point.value for point in history] == result.curve["value"].tolist()
        assert [file.path for file in client.list_artifacts(hand.info.run_id)] == [
            "importances.csv"
        ]
        assert len(hand.outputs.model_outputs) == result.n_models == 1
        assert not auto.outputs.model_outputs
        own = hand.inputs.dataset_inputs[0].dataset.name
        assert own == load_dataset(TABLE).csv_name
        names = set(result.entries.loc[result.entries["way"] == "auto", "name"])
        assert set(auto.data.params) | set(auto.data.metrics) <= names
        children = [
            run
            for run in runs.values()
            if run.data.tags.get("mlflow.parentRunId") == runs["search"].info.run_id
        ]
        assert len(children) == result.n_children
        best = max(run.data.metrics["mean_test_score"] for run in children)
        assert best == pytest.approx(result.best_cv, abs=1e-12)
    finally:
        close_client(client)


def test_the_scores_are_those_of_scikit_learn_without_mlflow():
    from sklearn.metrics import accuracy_score, roc_auc_score
    from sklearn.model_selection import train_test_split

    dataset = load_dataset(TABLE)
    x, y = dataset.table[list(dataset.features)], dataset.table[dataset.target] == dataset.positive
    train, test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=0, stratify=y)
    # A tree does not mind scales, and this table has no gaps.
    tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(train, y_train)
    result = open_run(AnatomySpec(data=TABLE, way="hand", depth=3))
    assert result.test_accuracy == pytest.approx(accuracy_score(y_test, tree.predict(test)))
    assert result.test_f1 == pytest.approx(f1_score(y_test, tree.predict(test)))
    assert result.test_auc == pytest.approx(roc_auc_score(y_test, tree.predict_proba(test)[:, 1]))
    average = f1_score(y_train, tree.predict(train), average="weighted")
    assert result.auto_training_f1 == pytest.approx(average)
    assert result.auto_test_f1 == result.test_f1


def test_with_autolog_one_of_three_scores_is_in_the_run(results):
    assert results["auto"].n_scores_held == 1
    assert find_answer(results["auto"]) == "some"
    assert find_answer(results["hand"]) == "all"
    held = results["auto"].parts.query("way == 'auto'").set_index("part")["is_held"]
    assert (held["f1"], held["accuracy"], held["roc_auc"]) == (True, False, False)


PROGRAM = """
import json, os
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import mlflow
from sklearn import metrics
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score
from sklearn.tree import DecisionTreeClassifier

mlflow.set_tracking_uri("sqlite:///mlflow.db")
x, y = load_iris(return_X_y=True)
y = y == 1
mlflow.sklearn.autolog(log_models=False)
with mlflow.start_run() as parent:
    model = DecisionTreeClassifier(max_depth=2).fit(x, y)
    accuracy_score(y, model.predict(x))
    metrics.recall_score(y, model.predict(x))
    metrics.roc_auc_score(y, model.predict_proba(x)[:, 1])
    try:
        mlflow.start_run()
        error = ""
    except Exception as refused:
        error = str(refused)
    before = set(mlflow.get_run(parent.info.run_id).data.metrics)
    metrics.accuracy_score(y, model.predict(x))
    from sklearn.metrics import precision_score
    precision_score(y, model.predict(x))
    after = set(mlflow.get_run(parent.info.run_id).data.metrics)
heard = [sorted(name for name in names if not name.startswith("training_")) for names in (before, after)]
print(json.dumps([*heard, error]))
"""


def test_autolog_hears_what_is_looked_up_later_and_no_probabilities_and_a_child_needs_nested(
    tmp_path,
):
    """The three reasons on the page, each tried apart from its program."""
    import json

    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    before, after, error = json.loads(done.stdout.splitlines()[-1])
    assert [name.split("_score")[0] for name in before] == ["recall"]
    assert [name.split("_score")[0] for name in after] == ["accuracy", "precision", "recall"]
    assert "nested=True" in error


def test_autolog_after_the_training_finds_nothing(results):
    late = results["late"]
    assert (late.n_params, late.n_metrics, late.n_files, late.n_datasets) == (0, 0, 0, 0)
    assert find_answer(late) == "none"
    held = late.parts.query("way == 'late' and is_held")["part"].tolist()
    assert held == ["source"]


def test_the_five_best_of_nine_settings_become_children(results):
    result = results["search"]
    assert (result.n_tried, result.n_children) == (MOST_DEPTH, 5)
    kept = result.trials.sort_values("score", ascending=False)["is_run"].tolist()
    assert kept == [True] * 5 + [False] * 4
    assert result.best_depth == result.trials.loc[result.trials["score"].idxmax(), "depth"]
    assert find_answer(result) == "some"
    assert draw_tree(result).count("max_depth=") == 6


def test_logging_a_param_again_with_another_value_raises_and_the_first_stays(results):
    result = results["hand"]
    assert result.is_relogging_refused
    assert result.max_depth == "3"
    assert quote_refusal(result).startswith("Changing param values is not allowed.")
    assert "run ID='…'" in result.refusal
    assert "The run still says 3." in tell_refusal(result)


def test_a_metric_keeps_every_step_and_shows_the_last():
    assert log_steps(3, 2) == {"values": 6, "metrics": 2, "shown": 2, "runs": 1}
    assert log_last_value([0.5, 0.9, 0.7])["shown"] == 0.7


def test_a_parent_is_a_run_too_and_a_tag_may_change_after_the_end():
    assert count_nested(2, 3) == {"runs": 8, "children": 6, "parents": 2}
    found = change_after_the_end()
    assert (found["is_tag_changed"], found["is_param_changed"]) == (1, 0)


def test_the_seed_of_the_split_is_no_setting_of_the_model(results):
    entries = results["auto"].entries.query("way == 'auto' and kind == 'param'")
    assert "split_seed" not in set(entries["name"])
    assert not entries["name"].str.contains("split_seed|test_size").any()
    assert len(entries) == results["auto"].n_params_auto
    assert f"Autolog wrote {len(entries)}" in tell_params(results["auto"])


@pytest.mark.parametrize("way", WAYS)
def test_words_tables_and_pictures_say_what_was_found(results, way):
    result = results[way]
    assert find_answer(result) in OPTIONS
    assert tell_question(result).endswith("?")
    assert str(result.n_children if way == "search" else result.n_held) in tell_held(result)
    assert f"{result.n_metrics} metric" in tell_counts(result)
    for number in (result.n_held_hand, result.n_held_auto, result.n_held_late):
        assert f" {number}" in tell_ways(result)
    assert "seed of the split" in tell_diff(result)
    assert f"{result.auto_test_f1:.2f}" in tell_average(result)
    assert str(result.best_depth) in tell_tree(result)
    assert set(tabulate_entries(result)["Kind"]) == {name for name, _ in KINDS.values()}
    assert len(tabulate_kinds()) == len(KINDS) == 6
    assert held_formula(result).top_number == str(result.n_held)
    for figure in (plot_parts(result), plot_trials(result), plot_curve(result)):
        assert len(figure.layout.title.text) < 44
    marks = sum(len(trace.x) for trace in plot_parts(result).data)
    assert marks == len(WAYS) * len(PARTS) == len(result.parts)
    assert set(WAY_NAMES) == set(WAYS)


@pytest.mark.full
def test_the_same_settings_give_the_same_entries():
    spec = RecordSpec(data=TABLE, depth=3)
    first = log_four_ways(spec)
    again = log_four_ways.run_fresh(spec)
    for name in ("entries", "curve", "trials"):
        assert getattr(first, name).equals(getattr(again, name)), name
    assert first.refusal == again.refusal


def test_autolog_never_reaches_this_process():
    """Autolog would change scikit-learn for everybody whom the server teaches."""
    assert log_four_ways(RecordSpec(data=TABLE, depth=3)) is not None
    fit = DecisionTreeClassifier.fit
    assert not hasattr(fit, "__wrapped__") or "mlflow" not in str(fit.__wrapped__)
    assert fit.__module__ == "sklearn.tree._classes" or "sklearn" in fit.__module__


def test_what_cannot_work_is_refused_with_a_repair():
    with pytest.raises(SpecError, match=r"hand, auto, late, search, got 'magic'\. Choose one"):
        AnatomySpec(way="magic")
    with pytest.raises(SpecError, match="has 1 to 9 levels, got 10"):
        AnatomySpec(depth=10)
    with pytest.raises(SpecError, match="part two classes"):
        AnatomySpec(data="diabetes")


def test_only_another_program_is_a_job():
    assert name_slow_part(AnatomySpec(way="search")) is None
    slow = name_slow_part(AnatomySpec(depth=5))
    assert slow is not None
    assert slow.run is log_four_ways
    assert lesson.LAB.presets.keys() >= {"default", "hand", "late", "search"}
