"""All resamples of a table at once, for models whose predictions are a matrix times the targets.

A bootstrap sample only says how often each row counts. So least squares and ridge need one small
matrix per resample, and nearest neighbours one order of the rows for all of them. Every number
equals scikit-learn's; where that cannot be promised (ties of distances, rows that hardly differ), the
caller is told to fit one by one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.bias_variance.terms import Numbers

WORST_CONDITION = 1e8
"""Beyond this, the small matrix of a resample may lose the digits that scikit-learn keeps."""
Resamples = tuple[Numbers, NDArray[np.bool_]]
"""Predictions (resamples × places), and which resamples could be solved."""


def is_linear_in_y(estimator: Any) -> bool:
    """Return whether one fit may learn many targets, because predictions are linear in them."""
    from sklearn.linear_model import LinearRegression, Ridge
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler

    steps = _steps(estimator)
    if any(
        type(step) not in (MinMaxScaler, PolynomialFeatures, StandardScaler) for step in steps[:-1]
    ):
        return False
    model = steps[-1]
    if type(model) in (LinearRegression, Ridge):
        return not model.positive
    return type(model) is KNeighborsRegressor


def predict_at_once(
    estimator: Any, table: Any, target: NDArray[Any], rows: NDArray[np.int64], places: Any
) -> Resamples | None:
    """Return what every resample's fit says at `places`; None if this estimator has no such path.

    It has one if it is least squares, ridge (one penalty, with an intercept) or uniformly weighted nearest
    neighbours in the plain distance, after polynomial features and, for the first two, a scaler.
    """
    from sklearn.linear_model import LinearRegression, Ridge
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    steps = _steps(estimator)
    model, before = steps[-1], steps[:-1]
    is_scaled = bool(before) and type(before[-1]) is StandardScaler
    before = before[:-1] if is_scaled else before
    if any(type(step) is not PolynomialFeatures for step in before):
        return None
    if is_scaled and not (steps[-2].with_mean and steps[-2].with_std):
        return None
    x, elsewhere = np.asarray(table, dtype=float), np.asarray(places, dtype=float)
    for step in before:  # powers of a row depend on no other row
        step.set_output(transform="default")
        x, elsewhere = step.fit_transform(x), step.transform(elsewhere)
    y = np.asarray(target, dtype=float)
    counts = _count(rows, len(x))
    if type(model) in (LinearRegression, Ridge) and model.fit_intercept and not model.positive:
        alpha = 0.0 if type(model) is LinearRegression else model.alpha
        if not isinstance(alpha, float | int) or getattr(model, "solver", "auto") != "auto":
            return None
        return _solve(x, y, counts, elsewhere, float(alpha), is_scaled=is_scaled)
    is_plain = (
        type(model) is KNeighborsRegressor
        and (model.weights, model.metric, model.p) == ("uniform", "minkowski", 2)
        and not is_scaled
    )
    return _average(x, y, counts, elsewhere, model.n_neighbors) if is_plain else None


def _steps(estimator: Any) -> list[Any]:
    from sklearn.base import clone
    from sklearn.pipeline import Pipeline

    fresh = clone(estimator)
    return [step for _, step in fresh.steps] if type(fresh) is Pipeline else [fresh]


def _count(rows: NDArray[np.int64], n_rows: int) -> Numbers:
    """Return how often each resample holds each row."""
    offsets = n_rows * np.arange(len(rows))[:, None]
    counts = np.bincount((rows + offsets).ravel(), minlength=len(rows) * n_rows)
    return counts.reshape(len(rows), n_rows).astype(float)


def _solve(
    x: Numbers, y: Numbers, counts: Numbers, places: Numbers, alpha: float, *, is_scaled: bool
) -> Resamples:
    """Solve the normal equations of every resample, with columns centred and scaled for their digits."""
    x, places = x[:, x.std(axis=0) > 0], places[:, x.std(axis=0) > 0]
    centre, scale = x.mean(axis=0), x.std(axis=0)
    z, elsewhere, n_columns = (x - centre) / scale, (places - centre) / scale, x.shape[1]
    weight = counts.sum(axis=1, keepdims=True)
    mean, mean_y = counts @ z / weight, counts @ y / weight[:, 0]
    squares = counts @ (z[:, :, None] * z[:, None, :]).reshape(len(z), -1)
    gram = squares.reshape(-1, n_columns, n_columns) - weight[..., None] * (
        mean[:, :, None] * mean[:, None, :]
    )
    right = counts @ (z * y[:, None]) - weight * mean * mean_y[:, None]
    diagonal = np.arange(n_columns)
    spread = gram[:, diagonal, diagonal] / weight
    # Ridge punishes coefficients in the units that it sees: those of its scaler, or the table's own.
    gram[:, diagonal, diagonal] += alpha * (spread if is_scaled else 1 / scale**2)
    size = np.linalg.eigvalsh(gram) if n_columns else np.ones((len(counts), 1))
    is_solved = (size[:, 0] > size[:, -1] / WORST_CONDITION) & (spread > 1e-12).all(axis=1)
    gram[~is_solved] = np.eye(n_columns)
    slopes = np.linalg.solve(gram, right[..., None])[..., 0]
    predictions = slopes @ elsewhere.T + (mean_y - (mean * slopes).sum(axis=1))[:, None]
    return predictions, is_solved


def _average(x: Numbers, y: Numbers, counts: Numbers, places: Numbers, k: int) -> Resamples | None:
    """Average the k nearest rows of every resample, each as often as it was drawn."""
    from scipy.spatial.distance import cdist

    distance = cdist(places, x)
    order = np.argsort(distance, axis=1)
    ranked = np.take_along_axis(distance, order, axis=1)
    is_tied = np.diff(ranked, axis=1) <= 1e-12 * (1 + ranked[:, 1:])
    drawn = np.ascontiguousarray(counts.T)
    wanted = np.full((len(places), len(counts)), float(k))
    total = np.zeros_like(wanted)
    for rank in range(len(x)):  # from the nearest row outwards, until every resample has its k
        if rank and is_tied[:, rank - 1].any():
            return None  # equally near rows: which ones count is the library's own affair
        near = order[:, rank]
        taken = np.minimum(drawn[near], wanted)
        total += taken * y[near, None]
        wanted -= taken
        if not wanted.any():
            break
    return (total / k).T, np.ones(len(counts), dtype=bool)
