"""Resampled tables: against mlxtend on the same resamples, and all at once against one by one."""

import numpy as np
import pandas as pd
import pytest
from mlxtend.evaluate import bias_variance_decomp
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from core.bias_variance.batched import is_linear_in_y, predict_at_once
from core.bias_variance.fitting import draw_resamples, predict_resamples, predict_samples
from core.bias_variance.resampled import mark_unseen, measure_out_of_bag, take_resamples_apart
from core.bias_variance.votes import find_main_predictions, take_votes_apart
from core.errors import SpecError

X, Y = load_diabetes(return_X_y=True)
TRAIN, TEST = np.arange(120), np.arange(120, 180)
AT_ONCE = {
    "least squares": LinearRegression(),
    "curves": make_pipeline(
        PolynomialFeatures(2, include_bias=False), StandardScaler(), Ridge(3.0)
    ),
    "ridge": Ridge(0.3),
    "scaled ridge": make_pipeline(StandardScaler(), Ridge(5.0)),
    "neighbours": KNeighborsRegressor(7),
    "one neighbour": KNeighborsRegressor(1),
}


def rows_as_mlxtend_draws_them(n_rows, n_rounds, seed):
    """mlxtend's own way to draw, from its source: one choice with replacement per round."""
    rng = np.random.RandomState(seed)
    return np.array(
        [rng.choice(np.arange(n_rows), size=n_rows, replace=True) for _ in range(n_rounds)]
    )


def fit_each(estimator, rows, places):
    return np.array([estimator.fit(X[TRAIN][one], Y[TRAIN][one]).predict(places) for one in rows])


# --- all resamples at once ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", AT_ONCE)
def test_all_resamples_at_once_give_the_numbers_of_scikit_learn_one_by_one(name):
    estimator, rows = AT_ONCE[name], draw_resamples(120, 9, np.random.default_rng(1))
    predictions, is_solved = predict_at_once(estimator, X[TRAIN], Y[TRAIN], rows, X[TEST])
    assert is_solved.all()
    assert predictions == pytest.approx(fit_each(estimator, rows, X[TEST]), rel=1e-9)
    whole = predict_resamples(estimator, X[TRAIN], Y[TRAIN], rows, X[TEST])
    assert (whole == predictions).all()


def test_a_resample_too_poor_for_the_short_way_is_fitted_by_scikit_learn():
    rows = draw_resamples(120, 6, np.random.default_rng(2))
    rows[3] = 5  # one row, 120 times
    _, is_solved = predict_at_once(LinearRegression(), X[TRAIN], Y[TRAIN], rows, X[TEST])
    assert is_solved.tolist() == [True, True, True, False, True, True]
    found = predict_resamples(LinearRegression(), X[TRAIN], Y[TRAIN], rows, X[TEST])
    assert found == pytest.approx(fit_each(LinearRegression(), rows, X[TEST]), rel=1e-9)
    assert found[3] == pytest.approx(Y[5])


@pytest.mark.parametrize(
    "estimator",
    [
        DecisionTreeRegressor(),
        LinearRegression(fit_intercept=False),
        Ridge(solver="svd"),
        Ridge(alpha=[1.0, 2.0]),
        KNeighborsRegressor(3, weights="distance"),
        make_pipeline(StandardScaler(), KNeighborsRegressor(3)),
        make_pipeline(MinMaxScaler(), Ridge()),
        make_pipeline(StandardScaler(with_mean=False), Ridge()),
    ],
    ids=str,
)
def test_what_has_no_short_way_is_left_to_scikit_learn(estimator):
    rows = draw_resamples(120, 2, np.random.default_rng(0))
    assert predict_at_once(estimator, X[TRAIN], Y[TRAIN], rows, X[TEST]) is None


def test_equally_near_rows_are_left_to_scikit_learn():
    x, y = load_iris(return_X_y=True)  # measured to a tenth, so rows coincide
    rows = draw_resamples(len(x), 4, np.random.default_rng(0))
    near = KNeighborsRegressor(5)
    assert predict_at_once(near, x, y, rows, x) is None
    found = predict_resamples(near, x, y, rows, x)
    assert found[2] == pytest.approx(near.fit(x[rows[2]], y[rows[2]]).predict(x))


def test_few_rows_drawn_near_a_place_are_looked_for_further_away():
    rows = np.tile(np.arange(100, 120), (3, 6))  # the nearest rows of a place were hardly drawn
    near = KNeighborsRegressor(40)
    predictions, _ = predict_at_once(near, X[TRAIN], Y[TRAIN], rows, X[TEST])
    assert predictions == pytest.approx(fit_each(near, rows, X[TEST]))


def test_samples_with_the_same_rows_are_learnt_in_one_fit():
    rng = np.random.default_rng(3)
    samples = [(X[TRAIN], rng.standard_normal(120)) for _ in range(5)]
    for estimator in AT_ONCE.values():
        assert is_linear_in_y(estimator)
        each = [estimator.fit(*sample).predict(X[TEST]) for sample in samples]
        assert predict_samples(estimator, samples, X[TEST]) == pytest.approx(np.array(each))
    assert not is_linear_in_y(DecisionTreeRegressor())
    assert not is_linear_in_y(LinearRegression(positive=True))


# --- the same numbers, whoever fits -------------------------------------------------------------------


@pytest.mark.parametrize(("n_jobs", "workers"), [(2, "threads"), (3, "threads"), (2, "processes")])
def test_the_numbers_are_the_same_at_any_parallelism(n_jobs, workers):
    tree, table = DecisionTreeRegressor(max_features=3), pd.DataFrame(X[TRAIN])
    alone = measure_out_of_bag(tree, table, Y[TRAIN], n_rounds=6, seed=4)
    assert (
        measure_out_of_bag(
            tree, table, Y[TRAIN], n_rounds=6, seed=4, n_jobs=n_jobs, workers=workers
        )
        == alone
    )
    assert measure_out_of_bag(tree, X[TRAIN], Y[TRAIN], n_rounds=6, seed=4) == alone
    assert measure_out_of_bag(tree, table, Y[TRAIN], n_rounds=6, seed=5) != alone
    assert tree.random_state is None
    assert not hasattr(tree, "tree_")


# --- against mlxtend ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["least squares", "scaled ridge", "neighbours", "tree"])
def test_squared_errors_are_those_of_mlxtend_on_the_same_resamples(name):
    estimator = AT_ONCE.get(name, DecisionTreeRegressor(max_depth=4, random_state=0))
    n_rounds = 20
    loss, bias, variance = bias_variance_decomp(
        estimator,
        X[TRAIN],
        Y[TRAIN],
        X[TEST],
        Y[TEST],
        loss="mse",
        num_rounds=n_rounds,
        random_seed=7,
    )
    rows = rows_as_mlxtend_draws_them(120, n_rounds, 7)
    said = predict_resamples(estimator, X[TRAIN], Y[TRAIN], rows, X[TEST], seed=None)
    ours = take_resamples_apart(said, Y[TEST])
    assert ours.error == pytest.approx(loss)
    # mlxtend divides by B, we by B − 1; what it calls bias holds the noise and a share of the variance.
    assert ours.variance == pytest.approx(variance * n_rounds / (n_rounds - 1))
    assert ours.noise_and_bias2 == pytest.approx(bias - ours.variance / n_rounds)


@pytest.mark.parametrize("load", [load_breast_cancer, load_iris])
def test_mistakes_are_those_of_mlxtend_on_the_same_resamples(load):
    x, y = load(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:90], order[90:150]
    tree = DecisionTreeClassifier(max_depth=2, random_state=0)
    loss, bias, variance = bias_variance_decomp(
        tree, x[train], y[train], x[test], y[test], num_rounds=15, random_seed=3
    )
    rows = rows_as_mlxtend_draws_them(90, 15, 3)
    said = predict_resamples(tree, x[train], y[train], rows, x[test], seed=None)
    ours = take_votes_apart(said, y[test])
    assert (ours.error, ours.bias, ours.variance) == pytest.approx((loss, bias, variance))


# --- rows that a resample lacks -----------------------------------------------------------------------


def test_a_bootstrap_sample_lacks_about_36_8_percent_of_the_rows():
    unseen = mark_unseen(draw_resamples(400, 300, np.random.default_rng(0)), 400)
    share = (1 - 1 / 400) ** 400
    se = unseen.mean(axis=1).std() / 300**0.5
    assert abs(unseen.mean() - share) <= 4 * se
    assert share == pytest.approx(np.exp(-1), abs=5e-4)
    assert mark_unseen(np.array([[0, 0, 2]]), 4).tolist() == [[False, True, False, True]]


def test_noise_and_bias_stay_together_and_make_the_error_with_the_variance():
    terms = measure_out_of_bag(DecisionTreeRegressor(), X, Y, n_rounds=30)
    assert terms.error == pytest.approx(terms.noise_and_bias2 + terms.variance)
    assert terms.n_rows == len(Y)
    flat = measure_out_of_bag(DummyRegressor(strategy="constant", constant=150.0), X, Y, n_rounds=8)
    assert (flat.variance, flat.variance_se) == (0, 0)
    assert flat.error == pytest.approx(((Y - 150) ** 2).mean(), rel=0.1)


def test_both_parts_are_unbiased_for_any_number_of_resamples():
    rng = np.random.default_rng(5)
    found = []
    for _ in range(3000):
        said = 1.0 + 2.0 * rng.standard_normal((4, 5))
        unseen = rng.random((4, 5)) < 0.7
        if (unseen.sum(axis=0) >= 2).any():
            found.append(take_resamples_apart(said, np.full(5, 0.4), unseen))
    for part, value in (("variance", 4.0), ("noise_and_bias2", 0.36)):
        estimates = np.array([getattr(terms, part) for terms in found])
        assert abs(estimates.mean() - value) <= 4 * estimates.std() / len(estimates) ** 0.5


def test_the_standard_error_is_the_spread_over_other_resamples():
    ses, variances = [], []
    for seed in range(40):
        terms = measure_out_of_bag(LinearRegression(), X[TRAIN], Y[TRAIN], n_rounds=20, seed=seed)
        ses.append(terms.variance_se)
        variances.append(terms.variance)
    assert 0.7 * np.std(variances) <= np.mean(ses) <= 1.4 * np.std(variances)


def test_rows_that_everybody_has_seen_tell_nothing():
    with pytest.raises(SpecError, match="rows that at least 2 fits have not seen"):
        take_resamples_apart(np.zeros((3, 2)), np.zeros(2), np.zeros((3, 2), dtype=bool))


# --- votes --------------------------------------------------------------------------------------------


def test_variance_harms_where_most_are_right_and_helps_where_most_are_wrong():
    said = np.array([[0, 1], [0, 1], [1, 0], [0, 1]])  # the truth is class 0 at both places
    terms = take_votes_apart(said, np.zeros(2, dtype=int))
    assert (terms.bias, terms.variance) == (0.5, 0.25)
    assert (terms.variance_harms, terms.variance_helps) == (0.125, 0.125)
    assert terms.error == 0.5 == terms.bias + terms.variance_harms - terms.variance_helps


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_without_noise_the_parts_make_the_error_for_any_number_of_classes(n_classes):
    rng = np.random.default_rng(n_classes)
    said, best = rng.integers(0, n_classes, (31, 40)), rng.integers(0, n_classes, 40)
    terms = take_votes_apart(said, best)
    assert terms.error == pytest.approx((said != best).mean())
    assert terms.error == pytest.approx(terms.bias + terms.variance_harms - terms.variance_helps)


def test_with_noise_the_parts_are_those_of_domingos_two_class_formula():
    rng = np.random.default_rng(0)
    said, best, noise = (rng.random((51, 30)) < 0.3).astype(int), rng.integers(0, 2, 30), 0.15
    terms = take_votes_apart(said, best, noise=noise)
    hit = (said == best).mean(axis=0)
    main = find_main_predictions(said, 2)
    sign = np.where(main == best, 1, -1)
    domingos = (2 * hit - 1) * noise + (main != best) + sign * (said != main).mean(axis=0)
    assert terms.error == pytest.approx(domingos.mean())
    assert terms.error == pytest.approx(hit.mean() * noise + (1 - hit.mean()) * (1 - noise))
    assert terms.noise_part == pytest.approx(((2 * hit - 1) * noise).mean())


def test_noise_of_its_own_is_refused_for_three_classes_and_one_sample_has_no_variance():
    with pytest.raises(SpecError, match="known for two classes only, and there are 3"):
        take_votes_apart(np.array([[0, 1], [2, 1]]), np.zeros(2, dtype=int), noise=0.1)
    with pytest.raises(SpecError, match="Variance needs at least 2 samples, got 1"):
        take_votes_apart(np.zeros((1, 2), dtype=int), np.zeros(2, dtype=int))
