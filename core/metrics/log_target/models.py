"""One model trained twice: on the target itself, and on its logarithm."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from core.datasets import Dataset, load_dataset, split_rows
from core.errors import require
from core.metrics.classifiers import prepare_columns
from core.metrics.regression.sample import check_choice, find_feature
from core.progress import report
from core.remember import remembered

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Model = Literal["linear", "boosting"]
MODELS: tuple[Model, ...] = get_args(Model)
Sees = Literal["all", "one"]
SEES: tuple[Sees, ...] = get_args(Sees)
QUICK_CELLS = 100_000
"""Rows × features up to which both trainings take less than about half a second."""


@dataclass(frozen=True, kw_only=True)
class TwinsSpec:
    """The model, what it sees, and the table that it learns from."""

    data: str = "house_prices"
    model: Model = "linear"
    sees: Sees = "one"
    """All columns, or only the one that says most."""
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice(self.data, self.seed)
        require(
            self.model in MODELS, f"The model is one of {', '.join(MODELS)}, got {self.model!r}."
        )
        require(self.sees in SEES, f"A model sees all columns or one, got {self.sees!r}.")


@dataclass(frozen=True, eq=False)
class Twins:
    """What both say of rows that they have not seen, and how far the second missed its own rows."""

    spec: TwinsSpec
    n_train: int
    columns: tuple[str, ...]
    """What the models learn from."""
    log_spread: float
    """Standard deviation of the training residuals on the log scale (no unit)."""
    smearing: float
    """Mean of exp(residual) over the training rows (Duan 1983)."""
    predictions: pd.DataFrame
    """One row per validation and test row, which neither model has seen: ``truth``, ``direct``
    (said by the model of the target, same unit), ``log_said`` (by the model of the logarithm)."""


@remembered
def train_twins(spec: TwinsSpec) -> Twins:
    """Answer "what does a model of the logarithm say, beside a model of the target itself?".

    Raises
    ------
    SpecError
        If a value of the target is 0 or less: it has no logarithm.
    """
    dataset = load_dataset(spec.data)
    split, table = split_rows(dataset, seed=spec.seed), dataset.table
    target = table[dataset.target].to_numpy(dtype=np.float64)
    n_low = int((target <= 0).sum())
    require(
        n_low == 0,
        f"Only numbers above 0 have a logarithm, and {n_low} of the {len(target)} values of "
        f"{dataset.target} are 0 or less. Choose another table, or a target that is always positive.",
    )
    columns = dataset.features
    if spec.sees == "one":
        columns = (find_feature(dataset, table.iloc[split.train]),)
    features, train = table[list(columns)], split.train
    report(0.1, "Training on the target itself")
    direct = build_twin(dataset, spec, columns).fit(features.iloc[train], target[train])
    report(0.5, "Training on its logarithm")
    logged = build_twin(dataset, spec, columns).fit(features.iloc[train], np.log(target[train]))
    residual = np.log(target[train]) - logged.predict(features.iloc[train])
    report(0.9, "Predicting rows that neither has seen")
    # Nothing is chosen on them, so validation and test rows may judge together.
    unseen = np.concatenate([split.validation, split.test])
    return Twins(
        spec=spec,
        n_train=len(train),
        columns=columns,
        log_spread=float(residual.std()),
        smearing=float(np.exp(residual).mean()),
        predictions=pd.DataFrame(
            {
                "truth": target[unseen],
                "direct": direct.predict(features.iloc[unseen]),
                "log_said": logged.predict(features.iloc[unseen]),
            }
        ),
    )


def is_quick(spec: TwinsSpec) -> bool:
    """Say whether the training takes less than about half a second, so that a page may wait."""
    dataset = load_dataset(spec.data)
    return dataset.n_rows * len(dataset.features) <= QUICK_CELLS


def build_twin(dataset: Dataset, spec: TwinsSpec, columns: tuple[str, ...]) -> "Pipeline":
    """Return the untrained pipeline: preparation of `columns`, then the model."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    model = (
        LinearRegression()
        if spec.model == "linear"
        else HistGradientBoostingRegressor(
            learning_rate=0.05, max_leaf_nodes=8, early_stopping=False, random_state=spec.seed
        )
    )
    seen = tuple(column for column in dataset.columns if column.name in (*columns, dataset.target))
    return make_pipeline(prepare_columns(replace(dataset, columns=seen)), model)
