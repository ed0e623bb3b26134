"""The lesson on logging a search: its trials are those of `core.search`, and its store is asked anew."""

import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.errors import SpecError
from core.results import scalars_of
from core.search.run import search
from core.tracking.place import uri_of
from core.tracking.store import close_client, open_client
from core.tracking.study import log_study
from core.tracking.trials.checks import count_reads, share_of_logging
from core.tracking.trials.figures import plot_price, plot_search
from core.tracking.trials.lab import LAB, TrialsSpec, look_at_trials, name_slow_part
from core.tracking.trials.record import WAYS, StudyLogSpec, log_study_each_way
from core.tracking.trials.words import (
    GUESS_NAMES,
    OPTIONS,
    WAY_NAMES,
    K,
    draw_tree,
    find_answer,
    price_formula,
    say_ms,
    tabulate_ways,
    tell_advice,
    tell_growth,
    tell_prediction,
    tell_price,
    tell_question,
    tell_runs,
    tell_statements,
    tell_storage,
    write_query,
)

QUIET = ("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
"""MLflow's own, of its libraries; ours would be of another kind."""
SPEC = TrialsSpec(n_trials=6, guess="early")


@pytest.fixture(scope="module")
def results():
    return {way: look_at_trials(replace(SPEC, way=way)) for way in WAYS}


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """Run the program as a stranger would, and return its last line and its folder."""
    folder = tmp_path_factory.mktemp("at home")
    return run_script(LAB.script(SPEC), folder, filters=(*QUIET, "ignore")), folder


def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(at_home, results):
    said, _ = at_home
    compare(said, scalars_of(results["nested"]), needed={"n_runs_flat", "best_value", "was_right"})
    for spec in (SPEC, TrialsSpec(data="churn", n_trials=8)):
        check_form(
            LAB.script(spec),
            imports={"json", "mlflow", "optuna"},
            optional=PUBLIC | {"os", "time", "warnings", "statistics", "sqlalchemy"},
        )


def test_every_way_logs_the_trials_that_the_chapter_on_searching_makes(results):
    """A second implementation: `core.search`, with its own folds, models and recorder."""
    trials = search(SPEC.record.search).trials
    runs = results["nested"].runs
    for way in WAYS:
        of_way = runs[(runs["way"] == way) & (runs["trial"] >= 0)].sort_values("trial")
        assert of_way["trial"].tolist() == trials["number"].tolist()
        assert of_way["value"].tolist() == pytest.approx(trials["value"].tolist(), abs=1e-9), way
        assert (of_way["status"] == "FINISHED").all()
        assert (of_way["n_params"] == 3).all()


def test_the_course_logs_the_same_tree_with_log_study(results, at_home):
    _, folder = at_home
    found = search(SPEC.record.search)
    parent = log_study(SPEC.record.search, found.trials, lab="search", experiment="course")
    own = open_client()
    home = open_client(uri_of(folder / "mlflow.db"))
    try:
        trees = []
        for client, experiment in ((own, "course"), (home, "nested")):
            group = client.get_experiment_by_name(experiment).experiment_id
            runs = client.search_runs([group], order_by=["attributes.start_time ASC"])
            top = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
            assert len(top) == 1
            children = [run for run in runs if run not in top]
            assert {run.data.tags["mlflow.parentRunId"] for run in children} == {top[0].info.run_id}
            trees.append(
                {
                    run.info.run_name: (run.data.params, round(run.data.metrics["value"], 9))
                    for run in children
                }
            )
        assert trees[0] == trees[1]
        assert len(trees[0]) == SPEC.n_trials
        assert own.get_run(parent).info.status == "FINISHED"
    finally:
        close_client(home)


def test_flat_runs_are_one_for_each_trial_and_nested_ones_have_one_more(results):
    assert (results["flat"].n_runs, results["flat"].n_children) == (6, 0)
    for way in ("nested", "callback", "batch", "storage"):
        assert (results[way].n_runs, results[way].n_children) == (7, 6)
    assert find_answer(results["flat"]) == "trials"
    assert find_answer(results["storage"]) == "both"


def test_the_guess_is_a_tag_that_was_written_first_and_the_verdict_is_right(at_home, results):
    said, folder = at_home
    client = open_client(uri_of(folder / "mlflow.db"))
    try:
        group = client.get_experiment_by_name("nested").experiment_id
        wrong = client.search_runs([group], filter_string="tags.was_right = 'no'")
        right = client.search_runs([group], filter_string="tags.was_right = 'yes'")
        assert len(wrong) + len(right) == 1
        top = (wrong + right)[0]
        assert top.data.tags["prediction"] == "early"
    finally:
        close_client(client)
    values = search(SPEC.record.search).trials["value"]
    is_early = values.idxmax() < 2
    assert said["was_right"] == results["nested"].was_right == ("yes" if is_early else "no")
    assert bool(right) == is_early


def test_logging_is_work_for_the_database_and_most_of_it_with_the_storage_of_mlflow(results):
    """Statements are counted; times differ from run to run, so nothing is claimed of their order."""
    result = results["nested"]
    assert result.n_sql_none == 0
    assert result.n_sql_batch == pytest.approx(result.n_sql_flat, rel=0.1), "it saves little here"
    assert result.n_sql_storage > 2 * max(
        result.n_sql_flat, result.n_sql_nested, result.n_sql_callback
    )
    assert result.is_storage_dearest
    assert result.is_storage_growing
    assert result.n_sql_last > result.n_sql_first
    price = result.price
    assert len(price) == 6 * SPEC.n_trials
    assert result.ms_storage == price.query("way == 'storage'")["ms"].median()
    assert (price["ms"] >= 0).all()


COUNT = """
import json, os
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import mlflow, optuna
from mlflow.optuna.storage import MlflowStorage

mlflow.set_tracking_uri("sqlite:///mlflow.db")
storage = MlflowStorage(experiment_id=mlflow.create_experiment("storage"))
calls, reads = [0], []
read = storage.get_trial
def count(*given):
    calls[0] += 1
    return read(*given)
storage.get_trial = count
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=0))
def note(study, trial):
    reads.append(calls[0])
    calls[0] = 0
study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=5, callbacks=[note])
print(json.dumps(reads))
"""


def test_for_each_trial_the_storage_reads_all_earlier_ones_again(tmp_path):
    done = subprocess.run(
        [sys.executable, "-I", "-c", COUNT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    reads = json.loads(done.stdout.splitlines()[-1])
    more = [later - earlier for earlier, later in pairwise(reads)]
    assert all(step >= 1 for step in more), f"reads for each trial: {reads}"


def test_the_parent_of_the_storage_still_runs_and_its_children_are_named_by_chance(results):
    result = results["storage"]
    assert (result.storage_status, result.is_storage_open) == ("RUNNING", True)
    assert draw_tree(result).count("a name by chance") == 6
    assert result.n_tags_storage > 0
    assert "RUNNING" in tell_storage(result)


def test_nested_is_written_in_small_letters():
    assert "unexpected keyword argument 'Nested'" in look_at_trials(SPEC).nested_error


def test_a_capital_stops_the_callback_of_optuna_inside_a_run_and_is_passed_over_elsewhere(results):
    result = results["callback"]
    assert "already active" in result.callback_error
    assert result.n_silent == 1
    assert "deprecated" in result.callback_warning


def test_the_callback_names_a_run_after_its_trial(results):
    runs = results["callback"].runs.query("way == 'callback' and is_child")
    assert sorted(runs["name"]) == [str(number) for number in range(6)]


def test_the_price_of_a_study_is_counted_by_hand():
    assert count_reads(4) == {"reads": 6, "once": 4, "all_each_time": 16}
    assert share_of_logging(90, 10, 7)["share"] == pytest.approx(0.1)


@pytest.mark.parametrize("way", WAYS)
def test_words_tables_and_pictures_say_what_was_found(results, way):
    result = results[way]
    assert find_answer(result) in OPTIONS
    assert tell_question(result).endswith("?")
    assert f"left {result.n_runs} runs" in tell_runs(result)
    assert f"{result.best_value:.4f}" in tell_prediction(result)
    assert say_ms(result.ms_storage) in tell_price(result)
    assert say_ms(result.storage_last) in tell_growth(result)
    assert "It grows" in tell_growth(result)
    assert "Without logging it sent 0." in tell_statements(result)
    assert "Nested runs" in tell_advice(result)
    assert ("parentRunId" in write_query(result)) == (way != "flat")
    assert draw_tree(result).count("value=") == 6
    assert (
        price_formula(result).value.split(" ")[0].replace(",", "").replace("\u202f", "").isdigit()
    )
    assert tabulate_ways(result)["Runs"].tolist() == ["6", "7", "7", "7", "7"]
    for figure in (plot_price(result), plot_search(result)):
        assert len(figure.layout.title.text) < 44
    assert set(WAY_NAMES) == set(WAYS)
    assert set(GUESS_NAMES) == {"early", "middle", "late"}
    assert result.spec.record.search.k == K


def test_times_are_written_as_they_can_be_read():
    assert [say_ms(x) for x in (0.62, 12.4, 999.4, 1234.5)] == [
        "0.6 ms",
        "12 ms",
        "999 ms",
        "1.2 s",
    ]


def test_what_cannot_work_is_refused_with_a_repair():
    with pytest.raises(
        SpecError, match=r"flat, nested, callback, batch, storage, got 'x'\. Choose one"
    ):
        TrialsSpec(way="x")
    with pytest.raises(SpecError, match="has 6 to 24 trials, got 5"):
        TrialsSpec(n_trials=5)
    with pytest.raises(SpecError, match=r"expected early, middle, late, got 'now'\. Choose one"):
        TrialsSpec(guess="now")
    with pytest.raises(SpecError, match="part two classes"):
        TrialsSpec(data="diabetes")


def test_only_another_search_is_a_job():
    assert name_slow_part(TrialsSpec(way="storage")) is None
    slow = name_slow_part(TrialsSpec(n_trials=10))
    assert slow is not None
    assert (slow.run, slow.spec) == (log_study_each_way, StudyLogSpec(n_trials=10))
    assert LAB.presets.keys() >= {"default", "flat", "storage"}
