"""The power law and the added rows: against SciPy, known laws, and the truth that came."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import least_squares
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import RepeatedKFold, learning_curve
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.bias_variance.curve_rows import draw_rows, targets_of
from core.bias_variance.doubling import AddedRowsSpec, measure_added_rows
from core.bias_variance.forecast import extrapolate_learning_curve, fit_power_laws
from core.bias_variance.learning import LearningCurve, LearningCurveSpec, measure_learning_curve
from core.datasets import load_dataset
from core.errors import SpecError

SIZES = np.array([20.0, 40.0, 80.0, 160.0, 320.0])


def test_a_law_without_noise_is_found_again():
    laws = fit_power_laws(SIZES, np.array([1 + 10 * SIZES**-0.5, 0.2 + 3 * SIZES**-1.0]))
    np.testing.assert_allclose(laws.a, [1, 0.2], atol=1e-9)
    np.testing.assert_allclose(laws.b, [10, 3], rtol=1e-9)
    np.testing.assert_allclose(laws.c, [0.5, 1.0])


@pytest.mark.parametrize("seed", range(8))
def test_the_fit_is_what_scipys_optimiser_finds_with_the_same_weights(seed):
    rng = np.random.default_rng(seed)
    losses = 0.1 + 2 * SIZES**-0.6 + 0.01 * rng.standard_normal(len(SIZES))
    weights = SIZES / SIZES.sum()

    def misses(law):
        return np.sqrt(weights) * (law[0] + law[1] * SIZES ** -law[2] - losses)

    starts = [(0.05, 1.0, c) for c in (0.2, 0.6, 1.2)]
    best = min(
        (
            least_squares(misses, start, bounds=([0, 0, 0.05], [np.inf, np.inf, 2]))
            for start in starts
        ),
        key=lambda found: found.cost,
    )
    ours = fit_power_laws(SIZES, losses)
    cost = 0.5 * (misses((ours.a[0], ours.b[0], ours.c[0])) ** 2).sum()
    assert cost <= best.cost * 1.01 + 1e-9
    ahead = np.array([640.0])
    assert ours.at(ahead)[0, 0] == pytest.approx(
        best.x[0] + best.x[1] * ahead[0] ** -best.x[2], abs=2e-3
    )


def test_neither_the_floor_nor_the_fall_of_a_law_is_negative():
    rising, steep = SIZES / 100, 50 / SIZES**2.5
    laws = fit_power_laws(SIZES, np.array([rising, steep]))
    assert (laws.a >= 0).all()
    assert (laws.b >= 0).all()


def make_curve(scores: pd.DataFrame, test_share: float = 0.25) -> LearningCurve:
    return LearningCurve(
        spec=LearningCurveSpec(), metric="rmse", is_higher_better=False, n_rows=400, n_fits=0,
        test_share=test_share, scores=scores, summary=scores,
    )  # fmt: skip


def list_scores(by_split: np.ndarray, sizes: np.ndarray) -> pd.DataFrame:
    n_splits = len(by_split)
    return pd.DataFrame(
        {
            "n_train": np.repeat(sizes.astype(int), n_splits),
            "repeat": 1,
            "fold": np.tile(np.arange(n_splits), len(sizes)),
            "train": 0.0,
            "validation": by_split.T.ravel(),
        }
    )


def test_a_curve_without_scatter_has_a_forecast_without_doubt():
    by_split = np.tile(1 + 10 * SIZES**-0.5, (10, 1))
    forecast = extrapolate_learning_curve(make_curve(list_scores(by_split, SIZES)), (640,))
    row = forecast.line.iloc[0]
    assert row["score"] == pytest.approx(1 + 10 / 640**0.5)
    assert row["low"] == pytest.approx(row["high"])


def draw_rows_of_a_law(rng, n, *, has_outliers=False):
    """Draw ten normal columns, a target that is their sum plus noise of variance 1.

    With outliers one row in 50 has nearly all of that variance.
    """
    x = rng.standard_normal((n, 10))
    noise = rng.standard_normal(n)
    if has_outliers:
        noise *= np.where(rng.random(n) < 0.02, (0.96 / 0.02) ** 0.5, (0.04 / 0.98) ** 0.5)
    return x, x.sum(axis=1) + noise


def true_squared_error(n):
    """Of least squares with a constant, on normal rows: (n + 1)(n − 2) / (n (n − 12)), here p = 10."""
    return (n + 1) * (n - 2) / (n * (n - 12))


def measure_law(seed, n_rows=100, repeats=2, *, has_outliers=False):
    x, y = draw_rows_of_a_law(np.random.default_rng(seed), n_rows, has_outliers=has_outliers)
    cv = RepeatedKFold(n_splits=5, n_repeats=repeats, random_state=seed)
    sizes, _, scores = learning_curve(
        LinearRegression(), x, y, cv=cv, train_sizes=[20, 26, 34, 46, 60, 80], shuffle=True,
        scoring="neg_mean_squared_error", random_state=seed,
    )  # fmt: skip
    return sizes, -scores


def test_least_squares_learns_as_its_closed_form_says():
    every = np.array([measure_law(seed)[1].mean(axis=1) for seed in range(40)])
    means, errors = every.mean(axis=0), every.std(axis=0, ddof=1) / 40**0.5
    truth = np.array([true_squared_error(n) for n in (20, 26, 34, 46, 60, 80)])
    assert (np.abs(means - truth) <= 4 * errors).all()


def test_the_interval_of_the_forecast_holds_the_truth_about_as_often_as_it_promises():
    """On a law whose error at twice the rows is known exactly; the unwidened interval fails there."""
    held, held_unwidened, n_draws = 0, 0, 60
    truth = true_squared_error(200)
    for seed in range(n_draws):
        sizes, scores = measure_law(seed)
        table = list_scores(scores.T, sizes)
        for share in (0.25, 0.0):
            line = extrapolate_learning_curve(make_curve(table, share), (200,)).line.iloc[0]
            is_held = line["low"] <= truth <= line["high"]
            held += is_held and share > 0
            held_unwidened += is_held and share == 0
    assert held / n_draws >= 0.85
    assert held_unwidened / n_draws < held / n_draws - 0.08


def test_the_interval_misses_more_often_where_a_few_rows_err_enormously():
    """The error of least squares knows the noise by its variance alone, so the truth is the same."""
    held = {True: 0, False: 0}
    for has_outliers in held:
        for seed in range(30):
            sizes, scores = measure_law(seed, has_outliers=has_outliers)
            table = list_scores(scores.T, sizes)
            line = extrapolate_learning_curve(make_curve(table), (200,)).line.iloc[0]
            held[has_outliers] += line["low"] <= true_squared_error(200) <= line["high"]
    assert held[True] <= held[False] - 3


def test_the_forecast_of_a_falling_curve_is_nearer_than_no_change():
    ours, no_change = [], []
    for seed in range(5):
        spec = LearningCurveSpec(data="digits", model="neighbours", n_rows=200, seed=seed)
        curve = measure_learning_curve(replace(spec, repeats=1))
        added = measure_added_rows(
            AddedRowsSpec(n_rows=200, factors=(1.0, 2.0), draws=2, seed=seed)
        )
        truth = added.truth["mean"].iloc[-1]
        said = extrapolate_learning_curve(curve, (400,)).line["score"].iloc[0]
        last = curve.summary[curve.summary["part"] == "validation"]["mean"].iloc[-1]
        ours.append(abs(said - truth))
        no_change.append(abs(last - truth))
    assert np.mean(ours) < np.mean(no_change)


def test_a_curve_that_grows_worse_has_no_forecast_but_a_reason():
    curve = measure_learning_curve(
        LearningCurveSpec(data="diabetes", model="polynomial", n_rows=120)
    )
    forecast = extrapolate_learning_curve(curve, (240,))
    assert not forecast.is_possible
    assert "grew clearly worse" in forecast.reason
    assert forecast.line["score"].isna().all()


def test_too_few_sizes_and_undefined_scores_have_no_forecast_but_a_reason():
    by_split = np.tile(1 + 10 * SIZES**-0.5, (10, 1))
    few = extrapolate_learning_curve(make_curve(list_scores(by_split[:, :3], SIZES[:3])), (640,))
    assert "has 3 sizes" in few.reason
    by_split[0, 0] = np.nan
    undefined = extrapolate_learning_curve(make_curve(list_scores(by_split, SIZES)), (640,))
    assert "undefined" in undefined.reason


def test_a_forecast_for_no_rows_is_refused():
    with pytest.raises(SpecError, match="1 row or more"):
        extrapolate_learning_curve(make_curve(pd.DataFrame()), ())


def test_added_rows_are_scored_as_scikit_learn_scores_them():
    spec = AddedRowsSpec(n_rows=100, factors=(1.0, 2.0), draws=2)
    added = measure_added_rows(spec)
    dataset = load_dataset("digits")
    table, target = dataset.table[list(dataset.features)].to_numpy(), targets_of(dataset)
    known = draw_rows(dataset, 100, 0)
    rest = np.setdiff1d(np.arange(dataset.n_rows), known)
    rng = np.random.default_rng([0, 3])
    for draw in (1, 2):
        shuffled = rng.permutation(rest)
        judges, pool = shuffled[: added.n_judged], shuffled[added.n_judged :]
        rows = np.concatenate([known, pool[:100]])
        model = make_pipeline(StandardScaler(), KNeighborsClassifier()).fit(
            table[rows], target[rows]
        )
        truth = accuracy_score(target[judges], model.predict(table[judges]))
        ours = added.scores[(added.scores["draw"] == draw) & (added.scores["factor"] == 2)]
        assert ours["score"].iloc[0] == pytest.approx(truth)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"factors": (0.5,)}, "between 1 and 100"),
        ({"draws": 1}, "2 to 100 times anew here, got 1"),
        ({"data": "wine", "n_rows": 100}, "at most 69"),
    ],
)
def test_tables_that_cannot_give_more_rows_are_refused(settings, message):
    with pytest.raises(SpecError, match=message):
        AddedRowsSpec(**settings)
