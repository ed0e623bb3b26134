"""A table of unknown truth: trees, bags and boosts on bootstrap samples of its rows; done once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.bias_variance.ensembles.training import LARGEST_SEED, LEARNING_RATE, MOST_MEMBERS, Method
from core.bias_variance.ensembles.trees import NO_LIMIT, trusting_inputs
from core.bias_variance.fitting import draw_resamples, predict_resamples
from core.bias_variance.resampled import mark_unseen, take_resamples_apart
from core.bias_variance.table_models import needs_preparation
from core.datasets import Dataset, load_dataset
from core.errors import require
from core.metrics.classifiers import prepare_columns
from core.progress import report
from core.remember import remembered

RESAMPLED: tuple[Method, ...] = ("tree", "bagged", "boosted")
"""Stacks are left out: in a bootstrap sample a row stands in several folds at once, so the meta-model
would be shown answers."""
ENDS = (1, NO_LIMIT)
N_ROUNDS = 10
MOST_ROWS = 150
FEWEST_ROWS = 30


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """A table whose target is a number, and the seed of rows, resamples and models."""

    data: str = "diabetes"
    seed: int = 0

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task == "regression",
            f"This lesson predicts numbers, and {dataset.title} is a {dataset.task} table. "
            "Choose a table for regression.",
        )
        require(
            dataset.n_rows >= FEWEST_ROWS,
            f"Bootstrap samples need at least {FEWEST_ROWS} rows here, and {dataset.title} has "
            f"{dataset.n_rows}. Bring more rows.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class TableRun:
    """What resampling tells of each ensemble on rows that it has not seen."""

    spec: TableSpec
    n_rows: int
    """Rows that were resampled, at most `MOST_ROWS`."""
    target_variance: float
    """Mean squared distance of the target from its mean, in its squared unit: the error of always saying
    that mean."""
    terms: pd.DataFrame
    """One row per method and depth: ``method``, ``depth``, ``noise_and_bias2``, ``variance``,
    ``variance_se``, ``error``, ``error_se``, each as a share of `target_variance`."""


@remembered
def resample_table(spec: TableSpec) -> TableRun:
    """Answer "what does an ensemble do to variance on a table whose truth nobody knows?".

    Every model learns from the same `N_ROUNDS` bootstrap samples and is judged by the rows that it lacks.
    Check by eye: a share of 1 is the error of always saying the mean.
    """
    dataset = load_dataset(spec.data)
    chosen = choose_rows(spec)
    table = dataset.table[list(dataset.features)].iloc[chosen].reset_index(drop=True)
    target = dataset.table[dataset.target].to_numpy(dtype=float)[chosen]
    spread = float(target.var())
    require(
        spread > 0,
        f"The target of {dataset.title} is the same in all rows that were drawn, so there is nothing to "
        "learn. Choose another target.",
    )
    rows = draw_resamples(len(target), N_ROUNDS, np.random.default_rng([spec.seed, 1]))
    unseen = mark_unseen(rows, len(target))
    places = table if needs_preparation(dataset) else table.to_numpy(dtype=float)
    lines: list[dict[str, Any]] = []
    for method in RESAMPLED:
        for depth in ENDS:
            report(len(lines) / (len(RESAMPLED) * len(ENDS)), f"Resampling {dataset.title}")
            model = build_model(dataset, method, depth)
            with trusting_inputs():
                said = predict_resamples(model, places, target, rows, places, seed=spec.seed)
            terms = take_resamples_apart(said, target, unseen)
            lines.append(
                {
                    "method": method,
                    "depth": depth,
                    "noise_and_bias2": terms.noise_and_bias2 / spread,
                    "variance": terms.variance / spread,
                    "variance_se": terms.variance_se / spread,
                    "error": terms.error / spread,
                    "error_se": terms.error_se / spread,
                }
            )
    report(1.0, "Done")
    table_of_terms = pd.DataFrame(lines).astype({"method": "str"})
    return TableRun(spec=spec, n_rows=len(target), target_variance=spread, terms=table_of_terms)


def choose_rows(spec: TableSpec) -> NDArray[np.int64]:
    """Return the places of the rows that are used, in the order of the table."""
    n_rows = load_dataset(spec.data).n_rows
    if n_rows <= MOST_ROWS:
        return np.arange(n_rows)
    drawn = np.random.default_rng([spec.seed, 0]).choice(n_rows, MOST_ROWS, replace=False)
    return np.sort(drawn)


def build_model(dataset: Dataset, method: str, depth: int) -> Any:
    """Return the untrained model, with the preparation that its table needs."""
    from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.tree import DecisionTreeRegressor

    max_depth = depth or None
    models = {
        "tree": DecisionTreeRegressor(max_depth=max_depth),
        "bagged": RandomForestRegressor(MOST_MEMBERS, max_depth=max_depth),
        "boosted": GradientBoostingRegressor(
            n_estimators=MOST_MEMBERS, learning_rate=LEARNING_RATE, max_depth=max_depth
        ),
    }
    if not needs_preparation(dataset):
        return models[method]
    return make_pipeline(prepare_columns(dataset), models[method])
