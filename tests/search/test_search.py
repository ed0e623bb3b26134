"""A search runs the real tool, counts every fit, and gives one table whatever the tool."""

import json
import math

import numpy as np
import optuna
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import get_scorer
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from core.datasets import load_dataset
from core.errors import SpecError
from core.results import load_result, save_result
from core.search import grids
from core.search.folds import fold_rows
from core.search.models import MODELS, build_model
from core.search.objective import TrainingObjective
from core.search.run import SearchResult, run_search, search
from core.search.spec import PRUNERS, SKLEARN, STRATEGIES, SearchSpec
from core.search.suggest import write_suggest

QUICK = {"data": "wine", "model": "knn", "k": 3, "n_trials": 8}
RUNNABLE = tuple(name for name in STRATEGIES if name != "gp")


def run(**settings):
    spec = SearchSpec(**{**QUICK, **settings})
    return run_search(spec, TrainingObjective(spec))


def own_pipeline(model):
    return make_pipeline(StandardScaler(), model)


def folds(k=3, seed=0):
    return StratifiedKFold(k, shuffle=True, random_state=seed)


@pytest.fixture(scope="module")
def wine():
    table = load_dataset("wine").table
    target = load_dataset("wine").target
    return table.drop(columns=target), table[target]


def values(result):
    return result.trials["value"].to_numpy()


def test_the_grid_is_scikit_learns_own(wine):
    result = run(strategy="grid", n_trials=12)
    ours = GridSearchCV(
        own_pipeline(KNeighborsClassifier()),
        {
            f"kneighborsclassifier__{n}": v
            for n, v in grids.grid_within(result.spec.searched, 12).items()
        },
        cv=folds(),
    ).fit(*wine)
    np.testing.assert_allclose(values(result), ours.cv_results_["mean_test_score"], atol=1e-12)
    np.testing.assert_allclose(result.trials["std"], ours.cv_results_["std_test_score"], atol=1e-12)
    assert result.best_number == ours.best_index_
    assert result.n_fits == 3 * len(ours.cv_results_["params"])


def test_random_search_is_scikit_learns_own(wine):
    result = run(strategy="random", seed=5)
    drawn = grids.distributions_of(result.spec.searched)
    ours = RandomizedSearchCV(
        own_pipeline(KNeighborsClassifier()),
        {f"kneighborsclassifier__{name}": values for name, values in drawn.items()},
        n_iter=8,
        cv=folds(),
        random_state=5,
    ).fit(*wine)
    np.testing.assert_allclose(values(result), ours.cv_results_["mean_test_score"], atol=1e-12)


def test_successive_halving_is_scikit_learns_own(wine):
    result = run(strategy="halving_grid", model="svm", n_trials=9)
    ours = HalvingGridSearchCV(
        own_pipeline(SVC()),
        {f"svc__{n}": v for n, v in grids.grid_within(result.spec.searched, 9).items()},
        cv=folds(),
        factor=3,
        min_resources="exhaust",
        random_state=0,
    ).fit(*wine)
    np.testing.assert_allclose(values(result), ours.cv_results_["mean_test_score"], atol=1e-12)
    assert list(result.trials["rung"]) == list(ours.cv_results_["iter"])
    assert (
        list(result.trials["state"]).count("promoted")
        == result.n_trials - result.n_complete - result.n_pruned
    )
    best = json.loads(result.trials["params"].iloc[result.best_number])
    assert {f"svc__{name}": value for name, value in best.items()} == ours.best_params_


def test_tpe_is_optunas_own_with_the_suggestions_as_written(wine):
    result = run(strategy="tpe", n_trials=14, seed=3)
    names = {}
    exec(f"def ask(trial):\n{write_suggest(result.spec.searched)}\n    return params", names)

    def objective(trial):
        model = own_pipeline(KNeighborsClassifier(**names["ask"](trial)))
        return cross_val_score(model, *wine, cv=folds()).mean()

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=3))
    study.optimize(objective, n_trials=14)
    assert [json.loads(text) for text in result.trials["params"]] == [
        t.params for t in study.trials
    ]
    np.testing.assert_allclose(values(result), [trial.value for trial in study.trials], atol=1e-12)


@pytest.mark.parametrize("strategy", RUNNABLE)
def test_one_table_whatever_the_tool(strategy, tmp_path):
    result = run(strategy=strategy)
    trials = result.trials
    assert list(trials["number"]) == list(range(result.n_trials))
    assert result.n_trials <= result.n_expected
    assert result.n_fits == trials["n_fits"].sum() == 3 * result.n_trials
    assert trials["cost_so_far"].iloc[-1] == pytest.approx(result.cost)
    complete = trials[trials["state"] == "complete"]
    assert result.best_value == complete["value"].max() == trials["best_so_far"].iloc[-1]
    assert trials["best_so_far"].dropna().is_monotonic_increasing
    means = result.folds.groupby("number")["score"].mean()
    sound = trials[trials["state"] != "failed"]
    np.testing.assert_allclose(sound["value"], means.loc[sound["number"]], atol=1e-12)
    assert set(result.params["name"]) == {"n_neighbors", "weights", "p"}
    save_result(result, tmp_path / "kept")
    back = load_result(SearchResult, tmp_path / "kept")
    assert back.trials.equals(trials)


@pytest.mark.parametrize("strategy", RUNNABLE)
def test_the_same_spec_gives_the_same_trials(strategy):
    first, second = (run(strategy=strategy).trials.drop(columns="seconds") for _ in range(2))
    assert first.equals(second)


@pytest.mark.parametrize(
    ("model", "data"),
    [(model, data) for model in MODELS for data in ("wine", "diabetes")]
    + [("lightgbm", "breast_cancer"), ("sgd", "breast_cancer")],
)
def test_a_training_in_steps_ends_where_fit_ends(model, data):
    spec = SearchSpec(data=data, model=model, k=2)
    objective, rows = TrainingObjective(spec), fold_rows(spec)
    grid = grids.grid_of(spec.searched, 1)
    params = {
        name: found[0] for name, found in (grid if isinstance(grid, dict) else grid[0]).items()
    }
    part = rows.part(0)
    by_steps = list(objective.stages(params))[-1].scores[0]
    assert objective.score_fold(params, 0, *rows.splits[0]) == by_steps
    whole = build_model(model, spec.task, params, 0)
    if model == "sgd":
        kwargs = {"classes": np.unique(part.y_train)} if spec.task != "regression" else {}
        for _ in range(20):
            whole.partial_fit(part.x_train, part.y_train, **kwargs)
    else:
        whole.fit(part.x_train, part.y_train)
    score = get_scorer(spec.scoring)(whole, part.x_test, part.y_test)
    assert by_steps == pytest.approx(score, abs=1e-12)


def test_a_preparation_learned_once_a_fold_gives_the_numbers_of_a_pipeline(wine):
    result = run(strategy="grid", model="logistic", n_trials=4)
    params = json.loads(result.trials["params"].iloc[2])
    model = own_pipeline(LogisticRegression(max_iter=1000, **params))
    assert result.trials["value"].iloc[2] == pytest.approx(
        cross_val_score(model, *wine, cv=folds()).mean()
    )


def test_a_pruner_stops_on_real_intermediate_values():
    whole = run(model="boosting", strategy="optuna_random", n_trials=8, k=2)
    pruned = run(model="boosting", strategy="optuna_random", n_trials=8, k=2, pruner="median")
    assert pruned.n_pruned > 0
    assert pruned.cost < whole.cost == whole.n_fits
    # Random draws do not listen, so the same settings were tried; what was reported is the same.
    assert list(pruned.trials["params"]) == list(whole.trials["params"])
    merged = pruned.steps.merge(whole.steps, on=["number", "step"])
    assert len(merged) == len(pruned.steps)
    assert np.array_equal(merged["value_x"], merged["value_y"])


def test_a_value_on_the_way_is_the_score_of_a_model_with_fewer_rounds():
    result = run(model="boosting", strategy="optuna_random", n_trials=1, k=2)
    params = json.loads(result.trials["params"].iloc[0])
    rows, scores = fold_rows(result.spec), []
    for fold in range(2):
        part = rows.part(fold)
        model = HistGradientBoostingClassifier(
            max_iter=30, early_stopping=False, random_state=0, **params
        ).fit(part.x_train, part.y_train)
        scores.append(model.score(part.x_test, part.y_test))
    told = result.steps.set_index("step")["value"]
    assert told[30] == pytest.approx(np.mean(scores))


def test_an_epoch_of_gradient_descent_is_one_partial_fit():
    result = run(model="sgd", strategy="optuna_random", n_trials=1, k=2)
    params = json.loads(result.trials["params"].iloc[0])
    part = fold_rows(result.spec).part(0)
    model = SGDClassifier(loss="log_loss", learning_rate="constant", random_state=0, **params)
    for _ in range(20):
        model.partial_fit(part.x_train, part.y_train, classes=[0, 1, 2])
    assert result.folds["score"].iloc[0] == model.score(part.x_test, part.y_test)


@pytest.mark.parametrize("pruner", [name for name in PRUNERS if name != "none"])
def test_a_pruned_trial_costs_only_the_steps_it_made(pruner):
    result = run(model="sgd", strategy="tpe", n_trials=12, k=2, pruner=pruner)
    last = result.steps.groupby("number")["step"].max()
    np.testing.assert_allclose(result.trials["cost"], 2 * last / 20)
    assert result.n_complete + result.n_pruned == 12


def test_a_setting_that_cannot_be_used_is_failed_with_its_reason():
    result = run(strategy="halving_grid", n_trials=8)
    failed = result.trials[result.trials["state"] == "failed"]
    assert len(failed) > 0
    assert failed["value"].isna().all()
    assert failed["problem"].str.contains("n_neighbors").all()


def test_gaussian_processes_without_torch_are_refused_with_a_reason(monkeypatch):
    monkeypatch.setattr("core.search.optuna_tools.find_spec", lambda name: None)
    with pytest.raises(SpecError, match="need the package torch, which is not installed here"):
        search(SearchSpec(**{**QUICK, "strategy": "gp"}))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_trials": 0}, "Trials: a whole number from 1 to 500, got 0"),
        ({"k": 1}, "Folds: a whole number from 2 to 10, got 1"),
        ({"data": "segments"}, "needs a target"),
        ({"metric": "r2"}, "For a multiclass table the metric is one of"),
        ({"model": "svm", "metric": "neg_log_loss"}, "gives no probabilities"),
        ({"strategy": "grid", "pruner": "median"}, "nothing can be stopped early"),
        ({"model": "tree"}, "The model is one of"),
        ({"strategy": "luck"}, "The strategy is one of"),
    ],
)
def test_an_unlawful_search_is_explained(settings, message):
    with pytest.raises(SpecError, match=message):
        SearchSpec(**{**QUICK, **settings})


def test_a_grid_that_does_not_fit_the_budget_is_refused_before_the_work():
    with pytest.raises(SpecError, match="make 8 settings, and the budget is 4 trials"):
        search(SearchSpec(**{**QUICK, "strategy": "grid", "n_trials": 4}))


def test_scores_beside_the_best_are_not_nan():
    assert not any(math.isnan(value) for value in run(strategy="random").trials["value"])
    assert set(SKLEARN) < set(STRATEGIES)
