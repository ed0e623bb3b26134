"""Generated tables with a known truth: their laws, and the error of any estimator taken apart on them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2
from sklearn.datasets import make_friedman1, make_hastie_10_2
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from core.bias_variance.known import measure_mistakes, measure_squared_error
from core.bias_variance.worlds import (
    HALF_OF_CHI2_10,
    WORLDS,
    WorldSpec,
    disturb,
    draw_places,
    draw_samples,
    find_world,
)
from core.errors import SpecError

SMALL = {"n_rows": 60, "n_samples": 30, "n_places": 200}


# --- the worlds ---------------------------------------------------------------------------------------


def test_the_truths_are_those_of_scikit_learns_generators():
    x, y = make_friedman1(50, noise=0.0, random_state=0)
    assert find_world("friedman").know(x) == pytest.approx(y)
    x, y = make_hastie_10_2(500, random_state=0)
    assert (np.where(y > 0, 1, 0) == find_world("shell").know(x)).mean() == 1
    assert pytest.approx(chi2(10).median(), abs=1e-5) == HALF_OF_CHI2_10


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_a_world_draws_rows_and_knows_what_is_true_of_them(world):
    spec = WorldSpec(world=world.name, noise=0.2, **SMALL)
    rows, target = draw_samples(spec, np.random.default_rng(0))[0]
    assert rows.shape == (60, world.n_features)
    assert target.shape == (60,)
    assert (draw_places(spec) == draw_places(spec)).all()
    assert not np.isin(rows, draw_places(spec)).any()
    if world.task == "binary":
        assert 0.35 < world.know(draw_places(spec)).mean() < 0.65


def test_noise_is_a_standard_deviation_or_the_share_of_labels_turned_over():
    rng = np.random.default_rng(0)
    flips = disturb(np.ones(20_000), WorldSpec(world="shell", noise=0.1), rng)
    assert 1 - flips.mean() == pytest.approx(0.1, abs=4 * 0.3 / 20_000**0.5)
    noisy = disturb(np.zeros(20_000), WorldSpec(noise=2.0), rng)
    assert noisy.std() == pytest.approx(2, rel=0.03)


# --- any estimator ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "estimator",
    [
        LinearRegression(),
        DecisionTreeRegressor(),
        SVR(C=10),
        HistGradientBoostingRegressor(max_iter=5),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_squared_error_on_fresh_targets_is_bias_variance_and_noise_for_any_estimator(estimator):
    found = measure_squared_error(estimator, WorldSpec(**SMALL))
    assert found.total == pytest.approx(found.bias2 + found.variance + found.noise)
    assert abs(found.residual) <= 4 * found.residual_se
    assert found.noise == 1


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        DecisionTreeClassifier(),
        KNeighborsClassifier(3),
        RandomForestClassifier(5),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
@pytest.mark.parametrize("world", ["shell", "diagonal"])
def test_mistakes_on_fresh_labels_are_the_sum_of_domingos_parts_for_any_estimator(estimator, world):
    found = measure_mistakes(estimator, WorldSpec(world=world, noise=0.1, **SMALL))
    assert found.total == pytest.approx(
        found.noise_part + found.bias + found.variance_harms - found.variance_helps
    )
    assert abs(found.residual) <= 4 * found.residual_se


def test_least_squares_on_a_plane_has_no_bias_and_a_variance_of_noise_times_p_over_n():
    spec = WorldSpec(world="plane", noise=0.5, n_rows=60, n_samples=400, are_rows_fresh=False)
    found = measure_squared_error(LinearRegression(), spec)
    assert abs(found.bias2) <= 4 * found.bias2_se
    rows, places = draw_samples(spec, np.random.default_rng(0))[0][0], draw_places(spec)
    a, b = (np.c_[np.ones(len(x)), x] for x in (rows, places))
    leverage = np.einsum("ij,jk,ik->i", b, np.linalg.inv(a.T @ a), b).mean()
    assert abs(found.variance - 0.25 * leverage) <= 4 * found.variance_se


def test_a_constant_answer_has_no_variance_and_errs_on_one_of_the_classes():
    spec = WorldSpec(world="diagonal", noise=0.1, n_rows=60, n_samples=10, n_places=2000)
    found = measure_mistakes(DummyClassifier(strategy="constant", constant=1), spec)
    assert found.variance == 0
    assert (found.false_alarms, found.misses) == (1, 0)  # the most rigid model makes one kind only
    assert np.isnan(found.trade)
    below = (draw_places(spec).sum(axis=1) <= 0).mean()
    assert found.bias == below
    assert found.total == pytest.approx(0.1 * (1 - below) + 0.9 * below)


def test_variance_helps_a_stump_where_most_stumps_are_wrong():
    found = measure_mistakes(
        DecisionTreeClassifier(max_depth=1), WorldSpec(world="diagonal", noise=0.0, **SMALL)
    )
    assert found.variance_helps > 0.02
    assert found.error < found.bias + found.variance_harms


@pytest.mark.parametrize(("n_jobs", "workers"), [(2, "threads"), (2, "processes")])
def test_the_terms_are_the_same_at_any_parallelism(n_jobs, workers):
    spec = WorldSpec(**SMALL)
    tree = DecisionTreeRegressor(max_features=2)
    alone = measure_squared_error(tree, spec)
    assert measure_squared_error(tree, spec, n_jobs=n_jobs, workers=workers) == alone
    assert measure_squared_error(tree, replace(spec, seed=1)) != alone


# --- what cannot be had -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"world": "magic"}, "There is no generated table called 'magic'"),
        ({"noise": -1.0}, "Noise is a standard deviation, 0 or more"),
        ({"world": "shell", "noise": 0.5}, "The share of wrong labels lies from 0 to below 0.5"),
        ({"n_rows": 3}, "A sample has 8 to 5,000 rows"),
        ({"n_samples": 1}, "Variance needs at least 2 samples"),
        ({"n_places": 0}, "There are 1 to 5,000 places"),
        ({"seed": -1}, "A seed is a whole number"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_sentence(setting, sentence):
    with pytest.raises(SpecError, match=sentence):
        WorldSpec(**setting)


def test_a_table_for_another_task_is_refused():
    with pytest.raises(SpecError, match="predicts a number; the table 'shell' is for binary"):
        measure_squared_error(LinearRegression(), WorldSpec(world="shell", noise=0.1))
    with pytest.raises(
        SpecError, match="one of two classes; the table 'friedman' is for regression"
    ):
        measure_mistakes(LogisticRegression(), WorldSpec())
