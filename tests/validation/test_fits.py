"""The count by rule against the count of calls of fit, and each sentence that the page teaches."""

import heapq
import itertools
from dataclasses import replace
from math import prod

import numpy as np
import optuna
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.model_selection import GridSearchCV, KFold, ParameterGrid, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from core.datasets import store_own_dataset
from core.errors import SpecError
from core.validation.fits.counting import CountedLazy, Ledger, keep_ledger
from core.validation.fits.lab import LAB, FitCountSpec, count_fits, name_slow_part
from core.validation.fits.ledger import run_fits
from core.validation.fits.plan import ALWAYS_REFIT, MOST_FITS, SEARCHES, WHATS, LedgerSpec
from core.validation.fits.rows import gather_rows
from core.validation.fits.rule import (
    Plan,
    count_by_rule,
    count_waves,
    halve,
    plan_of,
    require_runnable,
)
from core.validation.fits.searches import build_splitter, lists_of
from core.validation.fits.words import tell_rounds

QUICK = 250
"""Fits of a drawn spec: its run takes a fraction of a second."""


@st.composite
def specs(draw):
    """Any admissible spec whose run is quick; the model only counts."""
    what = draw(st.sampled_from(WHATS))
    preps = ["none", "none", "inside", "once"]
    if what not in ("halving", "halving_random", "learning_curve"):
        preps.append("cached")
    chosen = {
        "what": what,
        "first": draw(st.integers(1, 6)),
        "second": draw(st.integers(1, 5)),
        "third": draw(st.integers(1, 4)),
        "extra": draw(st.sampled_from([0, 0, 1, 4])),
        "n_iter": draw(st.integers(1, 30)),
        "is_listed": draw(st.booleans()),
        "k": draw(st.integers(1 if what == "study" else 2, 10)),
        "outer": draw(st.integers(2, 5)),
        "n_points": draw(st.integers(1, 10)),
        "factor": draw(st.integers(2, 4)),
        "refit": draw(st.booleans()),
        "prep": draw(st.sampled_from(preps)),
        "seed": draw(st.integers(0, 3)),
    }
    spec = LedgerSpec(model="count", **chosen)
    try:
        require_runnable(spec)
    except SpecError:
        assume(False)
    rule = count_by_rule(plan_of(spec))
    assume(rule.n_fits <= QUICK)
    assume(spec.prep != "cached" or rule.n_fits <= 60)
    return spec


def check_rule_against_run(spec):
    rule, fits = count_by_rule(plan_of(spec)), run_fits.run_fresh(spec).fits
    models = fits[fits["step"] == "model"]
    assert len(models) == rule.n_fits
    assert (fits["step"] == "fill").sum() == (fits["step"] == "scale").sum() == rule.n_prep
    assert models["is_refit"].sum() == rule.n_refits
    in_folds = models[~models["is_refit"]]
    by_round = in_folds.groupby(["outer", "round"]).size() // rule.n_folds
    assert by_round.tolist() == list(rule.rounds) * rule.n_outer
    assert in_folds.groupby(["outer", "round", "candidate"]).size().eq(rule.n_folds).all()


@settings(max_examples=40, deadline=None)
@given(specs())
def test_the_rule_counts_as_many_fits_as_scikit_learn_makes(spec):
    check_rule_against_run(spec)


@pytest.mark.full
@settings(max_examples=500, deadline=None)
@given(specs())
def test_the_rule_counts_as_many_fits_as_scikit_learn_makes_for_500_specs(spec):
    check_rule_against_run(spec)


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_rule_and_the_ledger_of_every_named_view_agree(preset):
    result = count_fits(FitCountSpec(**LAB.presets[preset]))
    assert result.n_fits == result.n_rule == len(result.models)
    assert result.n_prep_fits == result.n_prep_rule
    assert result.n_calls == len(result.ledger) == result.steps["n_fits"].sum()


# --- the counts that exams ask for -------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings_", "without", "with_last"),
    [
        ({"first": 2, "second": 2, "k": 3}, 12, 13),
        ({"first": 2, "second": 3, "k": 3}, 18, 19),
        ({"first": 3, "second": 2, "third": 3, "k": 5}, 90, 91),
        ({"what": "spark_cv", "first": 2, "second": 2, "k": 5}, 20, 21),
        ({"what": "random", "n_iter": 10, "k": 5, "is_listed": False}, 50, 51),
    ],
)
def test_two_answers_are_defensible_and_they_differ_by_the_last_fit(settings_, without, with_last):
    result = count_fits(FitCountSpec(**settings_))
    assert (result.n_without_last, result.n_with_last) == (without, with_last)
    assert result.n_fits == with_last
    if settings_.get("what") != "spark_cv":
        assert count_fits(FitCountSpec(**settings_, refit=False)).n_fits == without


def test_a_grid_multiplies_its_lists_and_every_setting_is_fitted_once_for_each_fold():
    spec = FitCountSpec(first=3, second=2, third=2, k=4)
    models = count_fits(spec).models
    in_folds = models[~models["is_refit"]]
    assert in_folds["candidate"].nunique() == len(ParameterGrid(lists_of(spec))) == 3 * 2 * 2
    assert sorted(zip(in_folds["candidate"], in_folds["fold"], strict=True)) == list(
        itertools.product(range(1, 13), range(1, 5))
    )


def test_two_grids_are_added_and_not_crossed():
    assert count_fits(FitCountSpec(extra=4)).n_fits == (2 * 3 + 4) * 3 + 1 == 31


def test_no_fit_sees_a_row_that_judges_it():
    for what in WHATS:
        result = count_fits(FitCountSpec(what=what))
        judged = result.models[result.models["n_held_out"] > 0]
        assert (judged["n_rows"] + judged["n_held_out"] <= result.n_rows).all()
        if what in ("grid", "random", "cross_validate", "validation_curve"):
            assert (judged["n_rows"] + judged["n_held_out"] == result.n_rows).all()


def test_every_row_judges_each_setting_exactly_once_over_the_folds():
    models = count_fits(FitCountSpec(k=5)).models
    judged = models[~models["is_refit"]].groupby("candidate")["n_held_out"].sum()
    assert judged.eq(178).all()


def test_the_last_fit_learns_from_all_rows_and_nobody_judges_it():
    last = count_fits(FitCountSpec()).models.iloc[-1]
    assert last["is_refit"]
    assert (last["n_rows"], last["n_held_out"]) == (178, 0)


def test_a_random_search_never_tries_more_settings_than_the_lists_hold_and_says_so():
    result = count_fits(FitCountSpec(what="random", n_iter=10))
    assert result.n_candidates == result.n_space == 6
    assert result.n_fits == 6 * 3 + 1
    assert "smaller than n_iter=10" in result.warning
    drawn = count_fits(FitCountSpec(what="random", n_iter=10, is_listed=False))
    assert (drawn.n_candidates, drawn.n_space, drawn.warning) == (10, 0, "")


def test_more_parameters_leave_the_number_of_a_random_search_as_it_is():
    growth = count_fits(FitCountSpec(what="random", is_listed=False)).growth
    assert growth[growth["what"] == "parameter"]["n_fits"].eq(31).all()


def test_halving_fits_a_third_of_the_candidates_in_each_further_round_on_more_rows():
    result = count_fits(FitCountSpec(what="halving", first=4, second=5))
    in_folds = result.models[~result.models["is_refit"]]
    by_round = in_folds.groupby("round").agg(n=("candidate", "nunique"), rows=("n_rows", "mean"))
    assert by_round["n"].tolist() == [20, 7, 3]
    assert by_round["rows"].is_monotonic_increasing
    assert result.n_fits == (20 + 7 + 3) * 3 + 1 == 91
    assert count_fits(FitCountSpec(first=4, second=5)).n_fits == 61


def test_nested_cross_validation_searches_anew_in_every_outer_fold():
    result = count_fits(FitCountSpec(what="nested"))
    assert result.n_fits == 5 * (2 * 3 * 3 + 1) == 95
    refits = result.models[result.models["is_refit"]]
    assert refits["outer"].tolist() == [1, 2, 3, 4, 5]
    assert refits["n_held_out"].sum() == 178  # each row judges one of the five winners
    assert (refits["n_rows"] + refits["n_held_out"] == 178).all()
    assert result.models.groupby("outer").size().eq(19).all()


def test_a_learning_curve_fits_every_size_on_every_fold_and_nothing_at_the_end():
    result = count_fits(FitCountSpec(what="learning_curve", n_points=10, k=5))
    assert (result.n_fits, result.n_refits) == (50, 0)
    assert result.models["n_rows"].nunique() == 10


def test_curves_and_cross_validation_leave_no_fitted_model():
    for what in ("cross_validate", "learning_curve", "validation_curve", "study"):
        for refit in (False, True):
            result = count_fits(FitCountSpec(what=what, refit=refit))
            assert result.n_refits == 0
            assert result.n_with_last == result.n_fits + 1


def test_spark_always_fits_once_more_and_a_split_counts_as_one_fold():
    for what in ALWAYS_REFIT:
        assert plan_of(LedgerSpec(what=what, refit=False)).refits
    assert count_fits(FitCountSpec(what="spark_split")).n_fits == 2 * 3 * 1 + 1


def test_a_pipeline_inside_the_folds_fits_every_step_anew_each_time():
    result = count_fits(FitCountSpec(prep="inside"))
    assert dict(zip(result.steps["step"], result.steps["n_fits"], strict=True)) == {
        "fill": 19,
        "scale": 19,
        "model": 19,
    }
    steps = result.ledger[result.ledger["step"] == "scale"]
    assert sorted(steps["n_rows"].unique()) == [118, 119, 178]


def test_a_cache_fits_the_steps_once_for_each_set_of_training_rows():
    assert count_fits(FitCountSpec(prep="cached")).n_prep_fits == 3 + 1


def test_preparing_once_looks_at_the_rows_that_will_judge():
    result = count_fits(FitCountSpec(prep="once"))
    steps = result.ledger[result.ledger["step"] != "model"]
    assert steps["n_rows"].tolist() == [178, 178]


def test_a_further_parameter_multiplies_while_a_further_value_or_fold_only_adds():
    growth = count_fits(FitCountSpec()).growth.set_index(["what", "more"])["n_fits"]
    assert growth["value"].diff().dropna().eq(9).all()  # 3 values of the other × 3 folds
    assert growth["fold"].diff().dropna().eq(6).all()  # 6 settings
    without = growth["parameter"] - 1
    assert (without / without.shift()).dropna().eq(3).all()


@pytest.mark.parametrize("what", ["grid", "random", "study", "spark_cv", "spark_split"])
def test_the_best_so_far_never_falls_and_ends_at_the_score(what):
    result = count_fits(FitCountSpec(what=what))
    best = result.models["best"].dropna()
    assert best.is_monotonic_increasing
    assert best.iloc[-1] == pytest.approx(result.score)
    first = result.models.iloc[: result.n_folds]
    assert best.iloc[0] == pytest.approx(first["accuracy"].mean())


# --- second implementations --------------------------------------------------------------------


def test_the_score_is_that_of_a_plain_grid_search():
    spec, rows = LedgerSpec(), gather_rows("wine", 0)
    search = GridSearchCV(
        DecisionTreeClassifier(random_state=0),
        lists_of(spec),
        cv=KFold(3, shuffle=True, random_state=0),
    ).fit(rows.x, rows.y)
    assert run_fits(spec).score == search.best_score_


def test_preparation_changes_the_score_of_no_tree_but_is_really_done():
    rows = gather_rows("wine", 0)
    scaled = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0))
    assert scaled.fit(rows.x, rows.y).score(rows.x, rows.y) == 1
    assert run_fits(LedgerSpec(prep="inside")).score == pytest.approx(
        run_fits(LedgerSpec()).score, abs=0.03
    )


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 60), st.integers(1, 10), st.integers(1, 16), st.booleans())
def test_waves_are_those_of_workers_that_always_take_the_next_fit(n, k, n_jobs, refits):
    plan = Plan(what="grid", sizes=(n,), k=k, refits=refits)
    free = [0] * n_jobs
    for _ in range(n * k):
        heapq.heappush(free, heapq.heappop(free) + 1)
    assert count_waves(plan, n_jobs) == max(free) + refits


def test_fifty_trials_four_at_a_time_take_thirteen_rounds_whatever_the_folds():
    assert count_fits(FitCountSpec(what="study", n_iter=50, k=1, n_jobs=4)).n_waves == 13
    result = count_fits(FitCountSpec(what="study", n_iter=50, k=5, n_jobs=4))
    assert (result.n_fits, result.n_waves) == (250, 13 * 5)


@pytest.mark.parametrize("k", [1, 4])
def test_hyperopt_calls_its_objective_as_often_as_the_rule_says_and_fits_nothing_at_the_end(k):
    hyperopt = pytest.importorskip("hyperopt")
    spec = LedgerSpec(what="study", n_iter=7, k=k, model="count")
    rows = gather_rows("wine", 0)

    def objective(first):
        model = CountedLazy(first=int(first))
        return -cross_val_score(model, rows.x, rows.y, cv=build_splitter(spec, k)).mean()

    space, rng = hyperopt.hp.quniform("first", 1, 9, 1), np.random.default_rng(0)
    with keep_ledger(Ledger()) as ledger:
        hyperopt.fmin(objective, space, hyperopt.tpe.suggest, 7, rstate=rng, show_progressbar=False)
    assert len(ledger.entries) == count_by_rule(plan_of(spec)).n_fits == 7 * k


def test_optuna_tries_the_settings_that_a_plain_study_tries():
    spec = LedgerSpec(what="study", n_iter=12, k=3)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    rows, folds = gather_rows("wine", 0), KFold(3, shuffle=True, random_state=0)

    def objective(trial):
        model = DecisionTreeClassifier(
            max_depth=trial.suggest_int("max_depth", 1, 8),
            min_samples_leaf=trial.suggest_int("min_samples_leaf", 1, 8),
            ccp_alpha=trial.suggest_float("ccp_alpha", 0, 0.05),
            random_state=0,
        )
        return cross_val_score(model, rows.x, rows.y, cv=folds).mean()

    study.optimize(objective, n_trials=12)
    run = run_fits(spec)
    assert run.score == pytest.approx(study.best_value)
    means = run.fits.groupby("candidate")["accuracy"].mean()
    assert means.tolist() == pytest.approx([trial.value for trial in study.trials])


@pytest.mark.parametrize(("n_trials", "n_tasks"), [(50, 4), (12, 4), (7, 3), (3, 8)])
def test_a_spark_study_takes_as_many_rounds_as_its_fullest_task_has_trials(n_trials, n_tasks):
    """Spark cuts a range of N trials for P tasks at N × i / P, rounded down."""
    cuts = [n_trials * i // n_tasks for i in range(n_tasks + 1)]
    fullest = max(np.diff(cuts))
    spec = FitCountSpec(what="study", n_iter=n_trials, k=1, n_jobs=n_tasks)
    assert count_waves(plan_of(spec), n_tasks) == fullest
    said = tell_rounds(count_fits(spec))
    assert f"{n_trials} trials among {n_tasks} are {fullest} round" in said


def test_halving_drops_a_round_where_the_library_rounds_its_logarithm_down():
    """243 = 3 to the 5th needs six rounds by exact arithmetic; the library makes five."""
    plan = Plan(what="halving", sizes=(243,), k=2, n_rows=10**6, n_classes=2)
    assert halve(243, plan) == (243, 81, 27, 9, 3)
    assert halve(244, plan) == (244, 82, 28, 10, 4)
    check_rule_against_run(
        LedgerSpec(what="halving", first=9, second=9, third=3, k=2, model="count")
    )


def test_cost_and_hours_follow_from_your_prices():
    result = count_fits(FitCountSpec(minutes=10, price=3, n_jobs=6))
    assert result.machine_hours == pytest.approx(19 * 10 / 60)
    assert result.cost == pytest.approx(19 * 10 / 60 * 3)
    assert result.wall_hours == pytest.approx((3 + 1) * 10 / 60)
    assert result.models["cost"].iloc[-1] == pytest.approx(result.cost)


# --- own tables and refusals -------------------------------------------------------------------


def test_a_long_own_table_with_gaps_is_sampled_and_trained_on(make_table):
    own = store_own_dataset(make_table(3000), title="Own", task="binary", target="y", positive="b")
    for prep in ("none", "inside"):
        result = count_fits(FitCountSpec(data=own.name, prep=prep))
        assert (result.n_rows, result.n_fits) == (1000, 19)


def test_a_table_without_numbers_is_refused(make_table):
    table = make_table(100)[["word", "y"]]
    own = store_own_dataset(table, title="Own", task="binary", target="y", positive="b")
    with pytest.raises(SpecError, match="learn from columns of numbers, and Own has none"):
        FitCountSpec(data=own.name)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"what": "bayes"}, "There is no 'bayes'. There are: grid, random"),
        ({"prep": "never"}, "Preparation is one of none, inside, cached, once, got 'never'"),
        ({"model": "svm"}, "The model is one of tree, forest, count, got 'svm'"),
        ({"first": 0}, "Values of the first parameter: a whole number from 1 to 10, got 0"),
        ({"extra": -1}, "Settings of a second grid: a whole number from 0 to 10"),
        ({"n_iter": 0}, "Draws: a whole number from 1 to 200, got 0"),
        ({"k": 0}, "Folds: a whole number from 1 to 20, got 0"),
        ({"outer": 1}, "Outer folds: a whole number from 2"),
        ({"n_points": 0}, "Sizes of the training set: a whole number from 1"),
        ({"factor": 1}, "The factor of halving: a whole number from 2 to 4"),
        ({"seed": -1}, "A seed: a whole number from 0"),
        ({"data": "house_prices"}, "tell classes apart, and .* is a regression table"),
        ({"minutes": 0.0}, "A fit takes more than 0"),
        ({"price": -1.0}, "An hour of a machine costs from 0"),
        ({"n_jobs": 0}, "From 1 to 64 fits run at the same time, got 0"),
        ({"fit": -1}, "From 0 to 2,000 models are fitted in the picture, got -1"),
        ({"model": "count"}, "A model that only counts learns nothing to look at"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_law_value_and_repair(wrong, message):
    with pytest.raises(SpecError, match=message):
        FitCountSpec(**wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"k": 1}, "Cross-validation needs at least 2 folds, got 1"),
        ({"what": "halving", "prep": "cached"}, "A cache saves work where the same training rows"),
        ({"first": 10, "second": 10, "third": 10}, r"would train 3,001 models, .* at most 2,000"),
        (
            {"what": "halving", "data": "own", "k": 20},
            r"here 80, and there are 60\. Take fewer folds",
        ),
    ],
)
def test_settings_that_do_not_fit_together_are_refused_when_the_run_is_asked_for(
    wrong, message, make_table
):
    if wrong.get("data") == "own":
        own = store_own_dataset(
            make_table(60), title="Own", task="binary", target="y", positive="b"
        )
        wrong = wrong | {"data": own.name}
    spec = FitCountSpec(**wrong)
    for ask in (name_slow_part, count_fits):
        with pytest.raises(SpecError, match=message):
            ask(spec)


def test_a_view_of_many_fits_is_trained_outside_the_server_process():
    assert name_slow_part(FitCountSpec()) is None
    slow = name_slow_part(FitCountSpec(first=10, second=10, k=10))
    assert slow.what.startswith("1,001 models are being trained")


def test_half_of_the_models_are_fitted_in_the_picture_unless_the_link_says_how_many():
    assert count_fits(FitCountSpec()).at == 10
    assert count_fits(FitCountSpec(fit=0)).at == 0
    assert count_fits(FitCountSpec(fit=7)).at == 7
    assert count_fits(FitCountSpec(fit=MOST_FITS)).at == 19


def test_the_same_spec_gives_the_same_ledger_but_for_the_measured_seconds():
    for what in SEARCHES:
        spec = LedgerSpec(what=what, is_listed=False)
        runs = [run_fits.run_fresh(spec).fits.drop(columns="seconds") for _ in range(2)]
        assert runs[0].equals(runs[1])


def test_the_numbers_that_mistakes_yield_are_those_of_the_mistakes():
    result = count_fits(FitCountSpec(first=3, second=4, k=5))
    assert result.n_forgets_folds == prod((3, 4)) + 1
    assert result.n_adds_sizes == (3 + 4) * 5 + 1
    assert result.n_refit_flip == 60
    assert count_fits(replace(FitCountSpec(first=3, second=4, k=5), refit=False)).n_refit_flip == 61


def test_rows_are_numbered_from_nought_and_classes_too():
    rows = gather_rows("wine", 0)
    assert rows.x.index.tolist() == list(range(178))
    assert np.unique(rows.y).tolist() == [0, 1, 2]
