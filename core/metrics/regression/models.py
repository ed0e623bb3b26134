"""Five models for one number, and which of them each metric prefers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Dataset, load_dataset, split_rows
from core.metrics.classifiers import prepare_columns
from core.metrics.regression.sample import check_choice
from core.progress import report
from core.remember import remembered

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Regressor = Literal["squares", "absolute", "huber", "boosting", "boosting_absolute"]
REGRESSORS: tuple[Regressor, ...] = get_args(Regressor)
QUICK_CELLS = 50_000
"""Rows × features of a table on which all five train in about half a second."""
MOST_TRAINED = 5_000
"""Rows that the models learn from at most: least absolute deviations is a linear program."""
N_RESAMPLES = 2_000
SCORES = ("rmse", "mae", "medae", "r2")


@dataclass(frozen=True, kw_only=True)
class RivalsSpec:
    """The table on which the models compete."""

    data: str = "delivery_times"
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice(self.data, self.seed)


@dataclass(frozen=True, eq=False)
class Rivals:
    """What the models score, and how sure we can be that the two winners differ."""

    spec: RivalsSpec
    n_train: int
    n_validation: int
    n_test: int
    by_rmse: str
    """The model with the lowest RMSE on the validation rows, and the one with the lowest MAE."""
    by_mae: str
    scores: pd.DataFrame
    """One row per model and part ("validation", "test"): ``model``, ``part``, `SCORES`."""
    gaps: pd.DataFrame
    """On the test rows, for ``metric`` rmse and mae: ``difference`` (model chosen by RMSE minus
    model chosen by MAE), and its 95 % interval ``low``, ``high`` from 2,000 paired resamples.
    No rows if one model wins both."""


@remembered
def judge_rivals(spec: RivalsSpec) -> Rivals:
    """Train five models, choose one by RMSE and one by MAE on validation rows, judge both on test.

    Check by eye: no RMSE is smaller than its MAE.
    """
    dataset = load_dataset(spec.data)
    split, table = split_rows(dataset, seed=spec.seed), dataset.table
    features = list(dataset.features)
    target = table[dataset.target].to_numpy(dtype=np.float64)
    train = split.train[:MOST_TRAINED]
    parts = {"validation": split.validation, "test": split.test}
    errors: dict[tuple[str, str], NDArray[np.float64]] = {}
    rows = []
    for n_done, name in enumerate(REGRESSORS):
        report(n_done / len(REGRESSORS), f"Training model {n_done + 1} of {len(REGRESSORS)}")
        model = build_regressor(dataset, name, spec.seed)
        model.fit(table.iloc[train][features], target[train])
        for part, positions in parts.items():
            said = model.predict(table.iloc[positions][features])
            errors[name, part] = said - target[positions]
            rows.append({"model": name, "part": part, **_measure(target[positions], said)})
    scores = pd.DataFrame(rows).astype({"model": "str", "part": "str"})
    judged = scores[scores["part"] == "validation"].set_index("model")
    by_rmse, by_mae = (str(judged[metric].idxmin()) for metric in ("rmse", "mae"))
    report(1.0, "Done")
    return Rivals(
        spec=spec,
        n_train=len(train),
        n_validation=len(split.validation),
        n_test=len(split.test),
        by_rmse=by_rmse,
        by_mae=by_mae,
        scores=scores,
        gaps=_compare(errors[by_rmse, "test"], errors[by_mae, "test"], by_rmse != by_mae),
    )


def is_quick(spec: RivalsSpec) -> bool:
    """Say whether the training takes no longer than about half a second, so that a page may wait."""
    dataset = load_dataset(spec.data)
    return dataset.n_rows * len(dataset.features) <= QUICK_CELLS


def build_regressor(dataset: Dataset, name: Regressor, seed: int) -> "Pipeline":
    """Return the untrained pipeline: preparation by kind of column, then the model."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import HuberRegressor, LinearRegression, QuantileRegressor
    from sklearn.pipeline import make_pipeline

    boosting = {
        "learning_rate": 0.05,
        "max_leaf_nodes": 8,
        "early_stopping": False,
        "random_state": seed,
    }
    models = {
        "squares": LinearRegression,
        "absolute": lambda: QuantileRegressor(quantile=0.5, alpha=0),
        "huber": lambda: HuberRegressor(max_iter=1000),
        "boosting": lambda: HistGradientBoostingRegressor(**boosting),
        "boosting_absolute": lambda: HistGradientBoostingRegressor(
            loss="absolute_error", **boosting
        ),
    }
    return make_pipeline(prepare_columns(dataset), models[name]())


def _measure(truth: NDArray[np.float64], said: NDArray[np.float64]) -> dict[str, float]:
    from sklearn import metrics

    return {
        "rmse": float(metrics.root_mean_squared_error(truth, said)),
        "mae": float(metrics.mean_absolute_error(truth, said)),
        "medae": float(metrics.median_absolute_error(truth, said)),
        "r2": float(metrics.r2_score(truth, said)),
    }


def _compare(
    first: NDArray[np.float64], second: NDArray[np.float64], are_two: bool
) -> pd.DataFrame:
    """Resample test rows, both models' errors together: what is hard for one is hard for both."""
    from scipy.stats import bootstrap

    def rmse(error: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
        return np.asarray(np.sqrt(np.mean(error**2, axis=axis)))

    def mae(error: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
        return np.asarray(np.mean(np.abs(error), axis=axis))

    rows = []
    for name, score in {"rmse": rmse, "mae": mae}.items() if are_two else ():
        interval = bootstrap(
            (first, second),
            lambda a, b, axis, score=score: score(a, axis) - score(b, axis),
            paired=True,
            method="percentile",
            n_resamples=N_RESAMPLES,
            rng=np.random.default_rng(0),
        ).confidence_interval
        rows.append(
            {
                "metric": name,
                "difference": float(score(first, 0) - score(second, 0)),
                "low": float(interval.low),
                "high": float(interval.high),
            }
        )
    table = pd.DataFrame(rows, columns=["metric", "difference", "low", "high"])
    return table.astype({"metric": "str", "difference": float, "low": float, "high": float})
