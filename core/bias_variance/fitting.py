"""Fit one estimator on many samples and ask each fit about the same rows; same numbers at any parallelism."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.bias_variance.batched import is_linear_in_y, predict_at_once

Workers = Literal["threads", "processes"]
BACKENDS: dict[Workers, str] = {"threads": "threading", "processes": "loky"}
Rows = NDArray[np.int64]


def predict_samples(
    estimator: Any,
    samples: Sequence[tuple[Any, Any]],
    places: Any,
    *,
    seed: int | None = 0,
    n_jobs: int = 1,
    workers: Workers = "threads",
) -> NDArray[Any]:
    """Return what the fit on every sample says at `places`: samples × places.

    Each fit is of a clone, so `estimator` stays as it is. Sample number i gets the random states
    ``seed + i``, whoever fits it; with ``seed=None`` the estimator keeps its own. If all samples have the
    same rows and the estimator is linear in y, one fit learns all of them, as one target each.

    Parameters
    ----------
    estimator
        Any estimator of scikit-learn.
    samples
        Rows and targets of each sample.
    workers
        Threads share the memory, and trees let each other run; processes suit fits in pure Python.
    """
    first = samples[0][0]
    if all(rows is first for rows, _ in samples) and is_linear_in_y(estimator):
        from sklearn.base import clone

        targets = np.stack([target for _, target in samples], axis=1)
        return np.asarray(clone(estimator).fit(first, targets).predict(places)).T
    return _predict_each(
        estimator,
        len(samples),
        samples.__getitem__,
        places,
        seed=seed,
        n_jobs=n_jobs,
        workers=workers,
    )


def predict_resamples(
    estimator: Any,
    table: Any,
    target: NDArray[Any],
    rows: Rows,
    places: Any,
    *,
    seed: int | None = 0,
    n_jobs: int = 1,
    workers: Workers = "threads",
) -> NDArray[Any]:
    """Return what the fit on every resample says at `places`: resamples × places.

    `rows` holds resamples × rows: positions in `table`, an array or a DataFrame. Least squares, ridge and
    nearest neighbours are solved for all resamples at once (`core.bias_variance.batched`), all else is
    fitted one by one as in `predict_samples`.
    """
    at_once = predict_at_once(estimator, table, target, rows, places)
    if at_once is not None:
        predictions, is_solved = at_once
        rest = np.flatnonzero(~is_solved)
        if not len(rest):
            return predictions
    else:
        predictions, rest = None, np.arange(len(rows))

    def draw(at: int) -> tuple[Any, Any]:
        chosen = rows[rest[at]]
        return (table.iloc[chosen] if hasattr(table, "iloc") else table[chosen]), target[chosen]

    one_by_one = _predict_each(
        estimator, len(rest), draw, places, seed=seed, n_jobs=n_jobs, workers=workers, numbers=rest
    )
    if predictions is None:
        return one_by_one
    predictions[rest] = one_by_one
    return predictions


def draw_resamples(n_rows: int, n_rounds: int, rng: np.random.Generator) -> Rows:
    """Return bootstrap samples: rounds × rows, drawn with replacement from 0 to `n_rows` − 1."""
    return rng.integers(0, n_rows, size=(n_rounds, n_rows))


def _predict_each(
    estimator: Any,
    n_samples: int,
    draw: Callable[[int], tuple[Any, Any]],
    places: Any,
    *,
    seed: int | None,
    n_jobs: int,
    workers: Workers,
    numbers: Sequence[int] | Rows | None = None,
) -> NDArray[Any]:
    from sklearn.base import clone
    from sklearn.utils.parallel import Parallel, delayed

    fresh = clone(estimator)
    of_samples = range(n_samples) if numbers is None else numbers
    names = () if seed is None else _find_random_states(fresh)
    states = [dict.fromkeys(names, (seed or 0) + int(at)) for at in of_samples]
    if n_jobs == 1:
        return np.array(
            [_fit_and_predict(fresh, *draw(at), places, states[at]) for at in range(n_samples)]
        )
    run = Parallel(n_jobs=n_jobs, backend=BACKENDS[workers])
    calls = (
        delayed(_fit_and_predict)(fresh, *draw(at), places, states[at]) for at in range(n_samples)
    )
    return np.array(run(calls))


def _find_random_states(estimator: Any) -> tuple[str, ...]:
    return tuple(n for n in estimator.get_params() if n.split("__")[-1] == "random_state")


def _fit_and_predict(
    fresh: Any, rows: Any, target: Any, places: Any, states: dict[str, int]
) -> NDArray[Any]:
    # Copies of one clone: to clone or to list parameters for every fit costs a tenth of a small tree.
    model = deepcopy(fresh)
    if states.keys() == {"random_state"}:
        model.random_state = states["random_state"]
    elif states:
        model.set_params(**states)
    return np.asarray(model.fit(rows, target).predict(places))
