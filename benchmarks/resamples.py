"""200 bootstrap fits taken apart: all at once or in two threads or processes, or mlxtend's loop."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from mlxtend.evaluate import bias_variance_decomp
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from benchmarks.report import Report, machine_load, percentile, rounded
from core.bias_variance.fitting import Workers, draw_resamples, predict_resamples
from core.bias_variance.resampled import take_resamples_apart
from core.bias_variance.worlds import WorldSpec, draw_samples

SPEC = WorldSpec(n_rows=300, n_samples=2)
LINEAR: dict[str, Any] = {
    "polynomial": make_pipeline(PolynomialFeatures(2, include_bias=False), LinearRegression()),
    "ridge": make_pipeline(StandardScaler(), Ridge(1.0)),
    "neighbours": KNeighborsRegressor(5),
}
N_COLUMNS = {"polynomial": 3}
"""A polynomial of few columns; the others see all ten."""
TREE = DecisionTreeRegressor(random_state=0)
N_TEST = 100
Numbers = NDArray[np.float64]
Table = tuple[Numbers, Numbers, Numbers, Numbers]


def measure(*, n_rounds: int = 200, repeats: int = 5) -> Report:
    """Answer "what does it save to solve all resamples at once, and what do threads bring to trees?".

    The same estimator, rounds and rows for both; ours and mlxtend's ``bias_variance_decomp`` take turns,
    `repeats` times, and medians are compared. Both draw their own bootstrap samples while they are timed.
    Apart from the clock, ours is then given mlxtend's own samples, and the terms are compared.

    Table ``linear``: ``model``, ``rounds``, ``rows``, ``ours_s``, ``mlxtend_s``, ``ratio``, ``differing``
    (terms of three that differ by more than 10⁻⁸, relatively), ``load``.
    Table ``trees``: ``way`` (one thread, two threads, two warm processes, mlxtend), ``rounds``, ``rows``,
    ``seconds``, ``ratio`` of mlxtend to it, ``differing`` (predictions that are not the same to the last bit
    as those of one thread; for mlxtend the terms), ``load``.
    """
    with _one_thread_each():
        return Report(
            name="resamples",
            question="What does it cost to take the error of 200 bootstrap fits apart?",
            goal="linear in y: at least 20 times faster than mlxtend; trees: never slower, identical numbers",
            tables={
                "linear": [_measure_linear(name, n_rounds, repeats) for name in LINEAR],
                "trees": _measure_trees(n_rounds, repeats),
            },
            notes=(
                "Numerical libraries use one thread each, for both sides.",
                "Processes were started before they were timed.",
                "On a machine with other work, two workers do not get two cores.",
            ),
        )


@contextmanager
def _one_thread_each() -> Iterator[None]:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        yield


def _load(n_columns: int = 10) -> Table:
    (x, y), (elsewhere, truth) = draw_samples(SPEC, np.random.default_rng(0))
    return x[:, :n_columns], y, elsewhere[:N_TEST, :n_columns], truth[:N_TEST]


def _measure_linear(name: str, n_rounds: int, repeats: int) -> dict[str, Any]:
    table, estimator = _load(N_COLUMNS.get(name, 10)), LINEAR[name]
    ours, theirs = [], []
    for number in range(repeats):
        ours.append(_timed(lambda at=number: _take_apart(estimator, table, n_rounds, seed=at)))  # type: ignore[misc]
        theirs.append(_timed(lambda at=number: _ask_mlxtend(estimator, table, n_rounds, seed=at)))  # type: ignore[misc]
    mine, other = percentile(ours, 50) or 0, percentile(theirs, 50) or 0
    return {
        "model": name,
        "rounds": n_rounds,
        "rows": len(table[1]),
        "ours_s": rounded(mine, 4),
        "mlxtend_s": rounded(other, 4),
        "ratio": rounded(other / mine),
        "differing": _count_differing(estimator, table, n_rounds),
        "load": machine_load(),
    }


def _measure_trees(n_rounds: int, repeats: int) -> list[dict[str, Any]]:
    table = _load()
    rows = draw_resamples(len(table[1]), n_rounds, np.random.default_rng(0))
    ways: dict[str, tuple[int, Workers]] = {
        "one thread": (1, "threads"),
        "two threads": (2, "threads"),
        "two warm processes": (2, "processes"),
    }

    def fit(way: str) -> Numbers:
        n_jobs, workers = ways[way]
        x, y, elsewhere, _ = table
        return predict_resamples(TREE, x, y, rows, elsewhere, n_jobs=n_jobs, workers=workers)

    said = {way: fit(way) for way in ways}  # starts the processes, too
    seconds: dict[str, list[float]] = {way: [] for way in (*ways, "mlxtend")}
    for number in range(repeats):
        for way in ways:
            seconds[way].append(_timed(lambda way=way: take_resamples_apart(fit(way), table[3])))  # type: ignore[misc]
        seconds["mlxtend"].append(_timed(lambda at=number: _ask_mlxtend(TREE, table, n_rounds, at)))  # type: ignore[misc]
    differing = {way: int((said[way] != said["one thread"]).sum()) for way in ways}
    differing["mlxtend"] = _count_differing(TREE, table, n_rounds)
    medians = {way: percentile(values, 50) or 0 for way, values in seconds.items()}
    return [
        {
            "way": way,
            "rounds": n_rounds,
            "rows": len(table[1]),
            "seconds": rounded(median, 3),
            "ratio": rounded(medians["mlxtend"] / median, 2),
            "differing": differing[way],
            "load": machine_load(),
        }
        for way, median in medians.items()
    ]


def _take_apart(estimator: Any, table: Table, n_rounds: int, seed: int) -> object:
    x, y, elsewhere, targets = table
    rows = draw_resamples(len(y), n_rounds, np.random.default_rng(seed))
    return take_resamples_apart(predict_resamples(estimator, x, y, rows, elsewhere), targets)


def _ask_mlxtend(
    estimator: Any, table: Table, n_rounds: int, seed: int
) -> tuple[float, float, float]:
    x, y, elsewhere, targets = table
    error, bias, variance = bias_variance_decomp(
        estimator, x, y, elsewhere, targets, loss="mse", num_rounds=n_rounds, random_seed=seed
    )
    return float(error), float(bias), float(variance)


def _count_differing(estimator: Any, table: Table, n_rounds: int) -> int:
    """Return how many of the three terms differ on the samples that mlxtend draws."""
    x, y, elsewhere, targets = table
    rng = np.random.RandomState(0)
    every = np.arange(len(y))
    rows = np.array([rng.choice(every, size=len(y), replace=True) for _ in range(n_rounds)])
    ours = take_resamples_apart(
        predict_resamples(estimator, x, y, rows, elsewhere, seed=None), targets
    )
    error, bias, variance = _ask_mlxtend(estimator, table, n_rounds, seed=0)
    # mlxtend divides by the number of rounds, and its bias holds a share of the variance.
    unbiased = variance * n_rounds / (n_rounds - 1)
    expected = (error, bias - unbiased / n_rounds, unbiased)
    found = (ours.error, ours.noise_and_bias2, ours.variance)
    return sum(abs(a - b) > 1e-8 * abs(b) for a, b in zip(found, expected, strict=True))


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
