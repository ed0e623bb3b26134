"""Let the train rows choose a hyperparameter, and let other rows choose it: four knobs, each turned."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from core.datasets import load_dataset, split_rows
from core.errors import require
from core.metrics.classifiers import prepare_columns
from core.progress import report
from core.remember import remembered
from core.search.hyperparameters.quantities import Numbers, Sample, tabulate_quantities

KnobName = Literal["depth", "neighbours", "penalty", "rounds"]
KNOBS: tuple[KnobName, ...] = get_args(KnobName)
MOST_ROWS = 300
FEWEST_ROWS = 60
LARGEST_SEED = 2**32 - 1
SETTINGS: dict[KnobName, tuple[float, ...]] = {
    # from the most rigid model to the most flexible one
    "depth": tuple(range(1, 21)),
    "neighbours": (50, 40, 30, 25, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2, 1),
    "penalty": (1e4, 3e3, 1e3, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01),
    "rounds": (1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300),
}
SEARCHED = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
"""Penalties among which a grid search chooses."""
FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class TrainingSpec:
    """A table whose target is a number, and the seed of its rows."""

    data: str = "diabetes"
    seed: int = 0

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task == "regression",
            f"The models of this lesson predict a number, and {dataset.title} is a {dataset.task} table. "
            "Choose a table whose target is a number.",
        )
        require(
            bool(dataset.numeric_features),
            f"This lesson looks at the slope of a column of numbers, and {dataset.title} has none. "
            "Choose a table with one.",
        )
        n_train = round(dataset.n_rows * dataset.default_shares[0])
        require(
            n_train >= 2 * FEWEST_ROWS,
            f"Two samples of {FEWEST_ROWS} training rows are needed, and {dataset.title} has {n_train} "
            "training rows. Bring a longer table.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed lies between 0 and {LARGEST_SEED}, got {self.seed}. Try 0.",
        )


@dataclass(frozen=True, eq=False)
class Training:
    """What was trained. Errors are RMSE in the unit of the target."""

    spec: TrainingSpec
    n_train: int
    n_validation: int
    searched_penalty: float
    """The penalty that a grid search found by cross-validation, and how many fits that took."""
    n_search_fits: int
    is_normalize_refused: bool
    """``LinearRegression(normalize=True)`` is an error."""
    quantities: pd.DataFrame
    """See `core.search.hyperparameters.quantities.tabulate_quantities`."""
    errors: pd.DataFrame
    """One row per knob and setting, from rigid to flexible: ``knob``, ``setting``, ``train``,
    ``validation``."""


@remembered
def train_models(spec: TrainingSpec) -> Training:
    """Train on two samples and with two sets of settings; then turn four knobs.

    Check by eye: with 1 neighbour the error on the train rows is 0.
    """
    dataset = load_dataset(spec.data)
    split, table = split_rows(dataset, seed=spec.seed), dataset.table
    train, validation = split.train[:MOST_ROWS], split.validation[:MOST_ROWS]
    target = table[dataset.target].to_numpy(dtype=np.float64)
    features = list(dataset.features)
    prepare = prepare_columns(dataset).fit(table.iloc[train][features])
    x, x_new = (prepare.transform(table.iloc[rows][features]) for rows in (train, validation))
    report(0.1, "Training five models on two samples")
    search = search_penalty(x, target[train])
    halves = _take_halves(dataset, table.iloc[train])
    return Training(
        spec=spec,
        n_train=len(train),
        n_validation=len(validation),
        searched_penalty=float(search.best_params_["ridge__alpha"]),
        n_search_fits=len(SEARCHED) * FOLDS + 1,
        is_normalize_refused=refuses_normalize(),
        quantities=tabulate_quantities(*halves, spec.seed),
        errors=_turn_knobs(x, target[train], x_new, target[validation], spec.seed),
    )


def _take_halves(dataset: Any, rows: pd.DataFrame) -> tuple[Sample, Sample]:
    """Return the columns of numbers and the target of each half; gaps filled with the median."""
    numbers = rows[list(dataset.numeric_features)].astype(float)
    x = numbers.fillna(numbers.median()).fillna(0.0).to_numpy()
    y, half = rows[dataset.target].to_numpy(dtype=np.float64), len(rows) // 2
    return (x[:half], y[:half]), (x[half : 2 * half], y[half : 2 * half])


def build_model(knob: KnobName, setting: float, seed: int) -> Any:
    """Return the untrained model of one setting; rounds of boosting are counted while it trains."""
    if knob == "depth":
        return DecisionTreeRegressor(max_depth=int(setting), random_state=seed)
    if knob == "neighbours":
        return KNeighborsRegressor(int(setting))
    if knob == "penalty":
        return make_pipeline(PolynomialFeatures(2), StandardScaler(), Ridge(alpha=setting))
    return GradientBoostingRegressor(n_estimators=int(setting), random_state=seed)


def _turn_knobs(x: Numbers, y: Numbers, x_new: Numbers, y_new: Numbers, seed: int) -> pd.DataFrame:
    rows = []
    for n_done, knob in enumerate(KNOBS):
        report(0.2 + 0.2 * n_done, f"Turning the knob “{knob}”")
        said = _predict_boosting(x, y, x_new, seed) if knob == "rounds" else None
        for setting in SETTINGS[knob]:
            if said is not None:
                fitted, predicted = said[int(setting)]
            else:
                model = build_model(knob, setting, seed).fit(x, y)
                fitted, predicted = model.predict(x), model.predict(x_new)
            rows.append(
                {
                    "knob": knob,
                    "setting": float(setting),
                    "train": root_mean_squared_error(y, fitted),
                    "validation": root_mean_squared_error(y_new, predicted),
                }
            )
    return pd.DataFrame(rows)


def _predict_boosting(
    x: Numbers, y: Numbers, x_new: Numbers, seed: int
) -> dict[int, tuple[Numbers, Numbers]]:
    """Train once: after each round the model is that of a shorter training."""
    model = build_model("rounds", SETTINGS["rounds"][-1], seed).fit(x, y)
    stages = zip(model.staged_predict(x), model.staged_predict(x_new), strict=True)
    return {n: (fitted.copy(), said.copy()) for n, (fitted, said) in enumerate(stages, start=1)}


def search_penalty(x: Numbers, y: Numbers) -> GridSearchCV:
    """Let a grid search choose the penalty: a fit around the fit, with rows held back each time."""
    model = build_model("penalty", 1.0, 0)
    return GridSearchCV(
        model, {"ridge__alpha": list(SEARCHED)}, cv=FOLDS, scoring="neg_root_mean_squared_error"
    ).fit(x, y)


def refuses_normalize() -> bool:
    """Return whether LinearRegression refuses the argument ``normalize`` of older notes."""
    model: Any = LinearRegression
    try:
        model(normalize=True)
    except TypeError:
        return True
    return False
