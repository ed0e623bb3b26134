"""A study with Optuna: what its page teaches, its pictures, its live view, and what a kill leaves."""

import math
import os
import signal
import time
from dataclasses import replace

import optuna
import pandas as pd
import pytest
from sklearn.metrics import r2_score
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from core.datasets import load_dataset, store_own_dataset
from core.errors import SpecError
from core.jobs import find_job, open_jobs, submit
from core.jobs.folder import Start, read_record
from core.search.folds import fold_rows
from core.search.objective import TrainingObjective
from core.search.run import run_search, study_path
from core.search.spec import SearchSpec
from core.search.study import readings, words
from core.search.study.figures import plot_study
from core.search.study.lab import PICTURES, StudySpec, find_edge, follow_study, name_slow_part
from core.search.study.progress import look_at_study
from core.search.study.ranges import join_ranges, list_ranges, read_range
from core.search.study.record import build_study, params_of, run_study
from core.search.study.renderings import write_spaces
from core.search.study_file import read_trials, write_study


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The study that the lesson opens with, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSROOM_HOME", str(tmp_path_factory.mktemp("home")))
        return follow_study(StudySpec())


def with_picture(result, picture):
    return replace(result, spec=replace(result.spec, picture=picture))


def test_the_best_setting_has_the_score_that_scikit_learn_gives_it(opened):
    dataset = load_dataset("diabetes")
    x, y = dataset.table[list(dataset.features)], dataset.table[dataset.target]
    x, x_test, y, y_test = train_test_split(x, y, test_size=110, random_state=0)
    model = make_pipeline(StandardScaler(), SVR(**params_of(opened.trials, opened.best_number)))
    folds = KFold(5, shuffle=True, random_state=0)
    assert cross_val_score(model, x, y, cv=folds).mean() == pytest.approx(opened.best_value)
    model.fit(x, y)
    assert r2_score(y_test, model.predict(x_test)) == pytest.approx(opened.test_score)
    plain = make_pipeline(StandardScaler(), SVR()).fit(x, y)
    assert r2_score(y_test, plain.predict(x_test)) == pytest.approx(opened.default_test)
    assert opened.test_low < opened.test_score < opened.test_high
    assert (opened.n_rows, opened.n_test) == (332, 110)


def test_no_trial_sees_the_rows_that_were_put_aside():
    rows = fold_rows(StudySpec(data="breast_cancer", model="knn").search)
    whole = load_dataset("breast_cancer").table[list(rows.x.columns)]
    assert len(rows.x) + len(rows.x_aside) == len(whole)
    both = pd.concat([rows.x, rows.x_aside]).sort_values(list(rows.x.columns))
    assert both.reset_index(drop=True).equals(
        whole.sort_values(list(rows.x.columns)).reset_index(drop=True)
    )
    assert {place for _, test in rows.splits for place in test} == set(range(len(rows.x)))
    assert rows.y_aside.mean() == pytest.approx(rows.y.mean(), abs=0.01)


def test_without_test_rows_a_search_deals_all_rows_as_ever():
    rows = fold_rows(SearchSpec(data="wine", model="knn"))
    assert (len(rows.x), len(rows.x_aside)) == (178, 0)


def test_pruning_saves_work_and_leaves_the_numbers_of_complete_trials_alone(opened):
    counted = opened.trials["n_fits"].sum()
    assert opened.n_fits == counted == opened.cost
    assert opened.saved == pytest.approx(1 - counted / (40 * 5))
    assert opened.n_complete + opened.n_pruned + opened.n_failed == 40
    stopped = opened.trials[opened.trials["state"] == "pruned"]
    assert (stopped["n_fits"] < 5).all()


def test_the_first_five_trials_are_never_stopped(opened):
    assert (opened.trials["state"].head(5) == "complete").all()


def test_a_trial_is_stopped_when_it_is_worse_than_half_of_the_earlier_ones_at_the_same_step(opened):
    steps = opened.steps
    states = opened.trials.set_index("number")["state"]
    for number in states.index[states == "pruned"]:
        mine = steps[steps["number"] == number].iloc[-1]
        # Optuna asks the earlier complete trials, and takes the best value of this one up to the step.
        earlier = steps[
            (steps["number"] < number)
            & (steps["step"] == mine["step"])
            & steps["number"].map(states).eq("complete")
        ]
        so_far = steps[(steps["number"] == number) & (steps["step"] <= mine["step"])]
        assert so_far["value"].max() < earlier["value"].median()


def test_what_stood_after_a_third_and_what_the_others_added(opened):
    complete = opened.trials[opened.trials["state"] == "complete"]
    early = complete[complete["number"] < 13]["value"].max()
    assert opened.best_at_third == early
    assert opened.gain_after_third == pytest.approx(complete["value"].max() - early)
    expected = "none" if early == complete["value"].max() else "little"
    assert words.find_gain(opened) in {expected, "much"}


def test_a_study_that_is_told_no_direction_would_call_the_worst_trial_the_best(opened):
    study = optuna.create_study()
    for row in opened.trials[opened.trials["state"] == "complete"].itertuples():
        study.add_trial(optuna.trial.create_trial(value=row.value, user_attrs={"n": row.number}))
    assert study.best_trial.user_attrs["n"] == opened.worst_number
    assert study.best_value == opened.worst_value
    assert opened.default_direction == "minimize"


def test_suggest_uniform_still_runs_with_a_warning(opened):
    with pytest.warns(FutureWarning, match="suggest_float"):
        optuna.create_study().ask().suggest_uniform("x", 0, 1)
    assert opened.old_call_runs
    assert "FutureWarning" in words.tell_old_calls(opened)


def test_a_log_scale_that_begins_at_0_is_refused_by_optuna_and_by_us(opened):
    with pytest.raises(ValueError, match="must hold for `log=True`") as caught:
        optuna.create_study().ask().suggest_float("C", 0.0, 1.0, log=True)
    assert opened.log_zero_error == str(caught.value)
    with pytest.raises(SpecError, match="On a log scale C must begin above 0, got 0"):
        StudySpec(ranges=("C:0:1:log",))


def test_the_importances_are_optunas_own_and_add_up_to_1(opened):
    study = build_study(opened.spec.search, opened.trials, opened.steps)
    shares = optuna.importance.get_param_importances(study)
    table = opened.importances
    assert list(table["name"]) == list(shares)
    assert list(table["share"]) == pytest.approx(list(shares.values()))
    assert table["share"].sum() == pytest.approx(1)
    assert (table["low"] <= table["high"]).all()
    assert (opened.top_parameter, opened.top_share) == tuple(table.iloc[0][["name", "share"]])


def test_the_study_in_memory_is_the_study_that_was_run(opened):
    study = build_study(opened.spec.search, opened.trials, opened.steps)
    assert study.best_trial.number == opened.best_number
    assert len(study.get_trials(states=(optuna.trial.TrialState.PRUNED,))) == opened.n_pruned
    first = study.trials[0]
    assert list(first.intermediate_values) == [1, 2, 3, 4, 5]
    assert first.intermediate_values[5] == first.value


@pytest.mark.parametrize("picture", PICTURES)
def test_each_picture_is_drawn_with_a_finding_and_a_sentence_with_numbers(opened, picture):
    result = with_picture(opened, picture)
    figure = plot_study(result)
    assert 8 < len(figure.layout.title.text) < 44
    assert any(mark.isdigit() for mark in readings.tell_picture(result))
    assert "nan" not in readings.tell_picture(result)


def test_a_best_value_at_the_end_of_its_range_is_told():
    spec = StudySpec().search
    assert find_edge(spec, {"C": 11.0, "gamma": 1.1e-5, "epsilon": 1.0}) == "gamma"
    assert find_edge(spec, {"C": 11.0, "gamma": 0.01, "epsilon": 1.0}) == ""
    assert find_edge(spec, {"C": 900.0, "gamma": 0.01, "epsilon": 1.0}) == "C"


def test_where_every_setting_is_refused_the_reason_is_told_and_nothing_is_made_up():
    spec = StudySpec(data="wine", model="knn", n_trials=6, ranges=("n_neighbors:150:170:even",))
    result = follow_study(spec)
    assert (result.n_failed, result.best_number) == (6, None)
    assert math.isnan(result.best_value)
    assert math.isnan(result.test_score)
    assert "n_neighbors" in words.tell_study(result)
    for picture in set(PICTURES) - {"intermediate"}:
        drawn = with_picture(result, picture)
        assert plot_study(drawn) is None
        assert "There is no picture: This picture needs" in readings.tell_picture(drawn)
    for tell in (words.tell_gain, words.tell_direction, words.tell_loss, words.list_terms):
        assert "nan" not in str(tell(result))
    assert plot_study(with_picture(result, "intermediate")) is not None


def test_a_space_of_one_parameter_has_no_contour():
    result = follow_study(StudySpec(model="logistic", n_trials=8, picture="contour", pruner="none"))
    assert plot_study(result) is None
    assert "needs two parameters" in readings.tell_picture(result)
    assert plot_study(with_picture(result, "parallel")) is not None


def test_a_range_is_written_and_read_back():
    for one in list_ranges(StudySpec().search.space):
        assert read_range(one.text) == one
    edited = StudySpec(ranges=("C:0.5:20:even",)).search.space
    assert (edited[0].low, edited[0].high, edited[0].log) == (0.5, 20, False)
    assert edited[1:] == StudySpec().search.space[1:]


def test_only_ranges_that_are_not_the_usual_ones_need_room_in_the_link():
    usual = StudySpec().usual_space
    entered = {one.name: (one.low, one.high, one.log) for one in list_ranges(usual)}
    assert join_ranges(usual, entered) == ()
    entered["C"] = (1.0, 10.0, True)
    kept = ("n_neighbors:1:9:even",)
    assert join_ranges(usual, entered, kept) == (*kept, "C:1:10:log")


def test_ranges_of_another_model_wait_for_it():
    spec = StudySpec(model="knn", data="wine", ranges=("C:1:10:log",))
    assert spec.search == StudySpec(model="knn", data="wine").search


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        (("C:1:10",), "A range is written name:low:high:log"),
        (("C:a:10:log",), "The ends of C are numbers, got 'a' and '10'"),
        (("C:10:1:log",), "C runs from low to high, got 10 to 1"),
        (("C:1:2:log", "C:1:3:log"), "A parameter has two ranges"),
    ],
)
def test_a_range_that_breaks_a_law_is_refused_with_the_repair(ranges, said):
    with pytest.raises(SpecError, match=said):
        StudySpec(ranges=ranges)


def test_budgets_models_and_pictures_that_are_not_there_are_refused():
    for wrong, said in (
        ({"n_trials": 5}, "A study here has 6 to 200 trials, got 5"),
        ({"model": "sgd"}, "The model is one of"),
        ({"picture": "pie"}, "The picture is one of"),
        ({"data": "segments"}, "needs a target"),
    ):
        with pytest.raises(SpecError, match=said):
            StudySpec(**wrong)


@pytest.mark.parametrize(
    ("data", "model"), [("wine", "knn"), ("diabetes", "svm"), ("wine", "forest")]
)
def test_the_space_is_shown_in_three_tools_and_each_text_is_python(data, model):
    spec = StudySpec(data=data, model=model, n_trials=7).search
    texts = write_spaces(spec)
    assert list(texts) == ["Optuna", "scikit-learn", "Hyperopt"]
    names = {"score_of": len}
    exec(texts["Optuna"].replace("n_trials=7", "n_trials=1"), names)
    assert set(names["study"].best_params) == {one.name for one in spec.space}
    for text in texts.values():
        compile(text, "space", "exec")


def test_an_own_table_with_hostile_names_is_searched(new_home):
    wine = load_dataset("diabetes").table.head(120)
    name = "x\"\\{0}'; <b>"
    own = store_own_dataset(
        wine.rename(columns={"bmi": name}), title="mine", target="progression", task="regression"
    )
    result = follow_study(StudySpec(data=own.name, n_trials=6))
    assert (result.n_trials, result.n_failed, result.n_test) == (6, 0, 30)


def test_a_small_class_is_refused_with_the_reason(new_home):
    table = load_dataset("wine").table.groupby("cultivar").head(11).iloc[:31]
    rare = store_own_dataset(table, title="few", target="cultivar", task="multiclass")
    result = follow_study(StudySpec(data=rare.name, model="knn", n_trials=6))
    assert result.n_test == 8


def test_the_study_that_the_lesson_opens_with_needs_no_job():
    assert name_slow_part(StudySpec()) is None
    assert name_slow_part(StudySpec(picture="edf")) is None
    slow = name_slow_part(StudySpec(seed=3))
    assert slow.run is run_study
    assert slow.so_far() is None


class Interruption(BaseException):
    """What no `except Exception` catches, like a kill."""


class Interrupted(TrainingObjective):
    def __init__(self, spec, last):
        super().__init__(spec)
        self.left = last

    def stages(self, params):
        if not self.left:
            raise Interruption
        self.left -= 1
        return super().stages(params)


def test_what_is_finished_is_shown_while_it_runs_and_the_button_says_how_many_stand():
    spec = StudySpec(data="wine", model="knn", n_trials=20, seed=9).search
    assert look_at_study(spec) is None
    with pytest.raises(Interruption), write_study(study_path(spec), spec.searched) as journal:
        run_search(spec, Interrupted(spec, 12), journal)
    seen = look_at_study(spec)
    assert seen.go_on == "Resume: 12 of 20 trials stand"
    assert "12 of 20 trials are finished and kept" in seen.sentence
    assert seen.figure is not None
    whole = run_study(spec)
    again = run_search(spec, TrainingObjective(spec))
    assert whole.trials.drop(columns="seconds").equals(again.trials.drop(columns="seconds"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL there")
def test_a_killed_worker_leaves_its_finished_trials_and_the_next_one_goes_on(home):
    spec = StudySpec(data="wine", model="forest", n_trials=30, pruner="none", seed=2).search
    try:
        job = submit(run_study, spec)
        wait_for(lambda: len(read_trials(study_path(spec))) >= 2)
        os.kill(read_record(home / "jobs" / job.id, Start).pid, signal.SIGKILL)
        wait_for(lambda: find_job(run_study, spec).state not in {"queued", "running"})
        kept = read_trials(study_path(spec))
        assert 2 <= len(kept) < 30
        assert look_at_study(spec).go_on == f"Resume: {len(kept)} of 30 trials stand"
        submit(run_study, spec)
        wait_for(lambda: run_study.recall(spec) is not None)
        after = read_trials(study_path(spec))
        assert after[: len(kept)] == kept  # the same seconds: nothing was trained again
        assert len(after) == run_study.recall(spec).n_trials == 30
    finally:
        for status in open_jobs().active("local"):
            open_jobs().cancel(status.id)


def wait_for(is_so, seconds=400):
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.05)
