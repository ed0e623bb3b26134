"""One hyperparameter and 101 values of it: what is searched, and the model that is trained for each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.datasets import load_dataset, split_rows
from core.errors import require

if TYPE_CHECKING:
    from optuna import Trial
    from optuna.distributions import BaseDistribution

ModelName = Literal["svm", "boosting", "neighbours"]
MODELS: tuple[ModelName, ...] = get_args(ModelName)
N_PLACES = 101
MOST_ROWS = 300
"""Rows to train on, and rows to validate on, at most: a trial must stay cheap."""
LARGEST_SEED = 2**32 - 1
Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Knob:
    """A hyperparameter as Optuna suggests it: `N_PLACES` values from `low` to `high`, evenly spaced."""

    parameter: str
    """Name of the parameter in the study."""
    title: str
    """What people call it: "gamma"."""
    model_title: str
    low: float
    high: float
    is_log: bool
    """The parameter is the power of ten of what the model gets."""

    @property
    def step(self) -> float:
        """The distance between neighbours."""
        return (self.high - self.low) / (N_PLACES - 1)

    @property
    def parameters(self) -> Numbers:
        """All values of the parameter, rising."""
        return np.round(self.low + np.arange(N_PLACES) * self.step, 9)

    def setting(self, parameter: float) -> float:
        """Return what the model gets. Check by eye: -1 gives a gamma of 0.1."""
        return float(10**parameter) if self.is_log else float(round(parameter))

    def place(self, parameter: float) -> int:
        """Return which of the values it is, from 0."""
        return round((parameter - self.low) / self.step)

    @property
    def distribution(self) -> "BaseDistribution":
        """The range as Optuna knows it."""
        from optuna.distributions import FloatDistribution, IntDistribution

        if self.is_log:
            return FloatDistribution(self.low, self.high, step=round(self.step, 9))
        return IntDistribution(int(self.low), int(self.high))

    def suggest(self, trial: "Trial") -> float:
        """Ask the study for the parameter of this trial."""
        if self.is_log:
            return trial.suggest_float(
                self.parameter, self.low, self.high, step=round(self.step, 9)
            )
        return trial.suggest_int(self.parameter, int(self.low), int(self.high))


KNOBS: dict[ModelName, Knob] = {
    "svm": Knob(
        parameter="log10_gamma", title="gamma", model_title="Support vector machine",
        low=-4.0, high=1.0, is_log=True,
    ),
    "boosting": Knob(
        parameter="log10_rate", title="learning rate", model_title="Boosted trees",
        low=-3.0, high=0.0, is_log=True,
    ),
    "neighbours": Knob(
        parameter="n_neighbors", title="number of neighbours", model_title="Nearest neighbours",
        low=1.0, high=101.0, is_log=False,
    ),
}  # fmt: skip


def check_objective(data: str, model: str, seed: int) -> None:
    """Raise `SpecError` unless a study can be run with these."""
    require(model in MODELS, f"The model is one of {', '.join(MODELS)}, got {model!r}.")
    dataset = load_dataset(data)
    require(
        dataset.task == "regression",
        f"This study makes the error of a number small, and {dataset.title} is a {dataset.task} table. "
        "Choose a table whose target is a number.",
    )
    require(
        0 <= seed <= LARGEST_SEED,
        f"A seed lies between 0 and {LARGEST_SEED}, got {seed}. Try 0.",
    )
    n_train = round(dataset.n_rows * dataset.default_shares[0])
    require(
        model != "neighbours" or n_train > N_PLACES,
        f"Up to {N_PLACES} neighbours need more training rows than that, and {dataset.title} has "
        f"{n_train}. Choose another model or a longer table.",
    )


@dataclass(frozen=True, eq=False)
class Objective:
    """The rows, ready to be learnt from; the error of a setting is found by training."""

    model: ModelName
    seed: int
    x_train: Numbers
    y_train: Numbers
    x_validation: Numbers
    y_validation: Numbers

    def measure(self, setting: float) -> float:
        """Train with `setting` and return the RMSE on the validation rows, in the target's unit."""
        from sklearn.metrics import root_mean_squared_error

        model = build_model(self.model, setting, self.seed).fit(self.x_train, self.y_train)
        return float(root_mean_squared_error(self.y_validation, model.predict(self.x_validation)))


def load_objective(data: str, model: ModelName, seed: int) -> Objective:
    """Split and prepare the rows of `data` once, so that a trial only fits its model."""
    from core.metrics.classifiers import prepare_columns

    dataset = load_dataset(data)
    split, table = split_rows(dataset, seed=seed), dataset.table
    features, target = list(dataset.features), table[dataset.target].to_numpy(dtype=np.float64)
    train, validation = split.train[:MOST_ROWS], split.validation[:MOST_ROWS]
    prepare = prepare_columns(dataset).fit(table.iloc[train][features])
    return Objective(
        model=model,
        seed=seed,
        x_train=prepare.transform(table.iloc[train][features]),
        y_train=target[train],
        x_validation=prepare.transform(table.iloc[validation][features]),
        y_validation=target[validation],
    )


def build_model(model: ModelName, setting: float, seed: int) -> Any:
    """Return the untrained model of one trial."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR

    if model == "svm":
        return TransformedTargetRegressor(SVR(gamma=setting), transformer=StandardScaler())
    if model == "boosting":
        return GradientBoostingRegressor(n_estimators=40, learning_rate=setting, random_state=seed)
    return KNeighborsRegressor(int(setting))
