"""Train one kind of model on a real table at every strength of its brake; done once."""

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from core.bias_variance.regularisation.brakes import (
    Brake,
    BrakeName,
    Numbers,
    build_model,
    find_brake,
)
from core.datasets import Dataset, Split, load_dataset, split_rows
from core.errors import require
from core.metrics.classifiers import prepare_columns
from core.progress import report
from core.remember import remembered

Rows = Literal["few", "all"]
ROWS: tuple[Rows, ...] = get_args(Rows)
FEW = {"regression": 40, "binary": 400}
"""A few rows make variance visible; rare classes need more of them."""
TASKS = ("regression", "binary")


@dataclass(frozen=True, kw_only=True)
class HeldSpec:
    """A table, a brake, and how much the model gets to learn from."""

    data: str = "diabetes"
    brake: BrakeName = "lasso"
    is_scaled: bool = True
    rows: Rows = "few"
    seed: int = 0

    def __post_init__(self) -> None:
        dataset, brake = load_dataset(self.data), find_brake(self.brake)
        require(
            dataset.task in TASKS,
            f"Here a model predicts a number or one of two classes, and {dataset.title} is a "
            f"{dataset.task} table. Choose another.",
        )
        require(
            self.is_scaled or not brake.is_penalty or dataset.task == "regression",
            f"Without scaling, logistic regression on {dataset.title} does not come to an end. Scale "
            "the columns, or choose a table whose target is a number.",
        )
        require(self.rows in ROWS, f"A model learns from few rows or all, got {self.rows!r}.")
        require(
            0 <= self.seed < 2**32,
            f"A seed is a whole number from 0 to {2**32 - 1}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Held:
    """What each strength makes of the model.

    Errors are root mean squared errors in the unit of the target, or, for two classes, the mean
    squared error of the probability (Brier).
    """

    spec: HeldSpec
    n_train: int
    n_validation: int
    n_test: int
    last_alpha: float
    """Penalty from which on no column counts; NaN where there is none."""
    path: pd.DataFrame
    """One row per place of the dial, weak to strong: ``place``, ``strength``, ``train_error``,
    ``validation_error``, ``validation_se`` (over the rows), ``test_error``, ``size`` (columns that
    count, or leaves, or trees), ``reach`` (sum of the absolute coefficients; NaN for trees)."""
    coefficients: pd.DataFrame
    """Penalties only: ``place``, ``column``, ``coefficient`` (per unit of the prepared column) and
    ``effect`` (per standard deviation of that column); in standard deviations of the target, or
    in log odds for two classes."""


@dataclass(frozen=True)
class _Parts:
    names: tuple[str, ...]
    x: dict[str, Numbers]
    y: dict[str, Numbers]
    target: Numbers
    """What the model learns: a number in standard deviations from its mean, or 0 and 1."""
    mean: float
    spread: float
    is_binary: bool


@remembered
def hold_back(spec: HeldSpec) -> Held:
    """Answer "what does each strength do to the model, on its own rows and on rows it has not seen?".

    Preparation learns from the train rows alone. Check by eye: the train error never falls as a
    penalty grows, and a lasso at its last alpha has no column left.
    """
    dataset, brake = load_dataset(spec.data), find_brake(spec.brake)
    split = split_rows(dataset, seed=spec.seed)
    parts = _prepare(dataset, spec, split)
    strengths = brake.strengths(parts.x["train"], parts.target)
    path, coefficients = [], []
    for place, (strength, said, model) in enumerate(_say_all(brake, strengths, parts, spec.seed)):
        path.append({"place": place, "strength": float(strength), **_judge(said, parts)})
        if brake.is_penalty:
            row = np.ravel(model.coef_)
            path[-1] |= {"size": int((row != 0).sum()), "reach": float(np.abs(row).sum())}
            coefficients.append(
                pd.DataFrame(
                    {
                        "place": place,
                        "column": parts.names,
                        "coefficient": row,
                        "effect": row * parts.x["train"].std(axis=0),
                    }
                )
            )
        else:
            size = strength if brake.name == "stopping" else model.get_n_leaves()
            path[-1] |= {"size": int(size), "reach": float("nan")}
    report(1.0, "Done")
    return Held(
        spec=spec,
        **{f"n_{part}": len(y) for part, y in parts.y.items()},
        last_alpha=brake.last_alpha(parts.x["train"], parts.target)
        if brake.is_penalty
        else float("nan"),
        path=pd.DataFrame(path),
        coefficients=_gather(coefficients),
    )


def choose_rows(spec: HeldSpec, split: Split) -> Any:
    """Return the train rows that the model learns from."""
    few = FEW[split.dataset.task]
    return split.train if spec.rows == "all" else split.train[:few]


def list_columns(dataset: Dataset, *, is_scaled: bool) -> Any:
    """Return the untrained preparation; without scaling, numbers keep their units."""
    prepared = prepare_columns(dataset)
    if not is_scaled:
        from sklearn.impute import SimpleImputer

        words = prepared.transformers[1]
        numbers = ("numbers", SimpleImputer(strategy="median"), list(dataset.numeric_features))
        prepared.set_params(transformers=[numbers, words])
    return prepared


def _prepare(dataset: Dataset, spec: HeldSpec, split: Split) -> _Parts:
    table, is_binary = dataset.table, dataset.task == "binary"
    target = (dataset.positive_rows() if is_binary else table[dataset.target].to_numpy()).astype(
        np.float64
    )
    rows = replace(split, train=choose_rows(spec, split)).parts
    y = {part: target[at] for part, at in rows.items()}
    require(
        len(y["train"]) >= 20 and len(np.unique(y["train"])) > 1,
        f"A model needs at least 20 train rows whose targets differ, and {dataset.title} gives "
        f"{len(y['train'])}. Take all rows, or bring more.",
    )
    prepared = list_columns(dataset, is_scaled=spec.is_scaled)
    features = table[list(dataset.features)]
    prepared.fit(features.iloc[rows["train"]])
    names = tuple(str(name).split("__", 1)[1] for name in prepared.get_feature_names_out())
    x = {part: prepared.transform(features.iloc[at]) for part, at in rows.items()}
    # In standard deviations of the target a penalty means the same for euros and for millimetres.
    mean, spread = (0.0, 1.0) if is_binary else (y["train"].mean(), y["train"].std())
    learnt = (y["train"] - mean) / spread
    return _Parts(names, x, y, learnt, float(mean), float(spread), is_binary)


def _say_all(brake: Brake, strengths: tuple[float, ...], parts: _Parts, seed: int) -> Any:
    """Yield strength, predictions by part, and model, from weak to strong."""
    common: dict[str, Any] = {
        "n_rows": len(parts.y["train"]),
        "is_binary": parts.is_binary,
        "seed": seed,
    }
    if brake.name == "stopping":
        model = build_model(brake, max(strengths), **common)
        model.fit(parts.x["train"], parts.target)
        staged = model.staged_predict_proba if parts.is_binary else model.staged_predict
        stages = {part: list(staged(x)) for part, x in parts.x.items()}
        for trees in strengths:
            said = {part: _turn_back(said[int(trees) - 1], parts) for part, said in stages.items()}
            yield trees, said, model
        return
    for at, strength in enumerate(strengths):
        report(at / len(strengths), f"{brake.title}: {at + 1} of {len(strengths)}")
        model = build_model(brake, strength, **common).fit(parts.x["train"], parts.target)
        predict = model.predict_proba if parts.is_binary else model.predict
        yield strength, {p: _turn_back(predict(x), parts) for p, x in parts.x.items()}, model


def _turn_back(said: Numbers, parts: _Parts) -> Numbers:
    """Return a prediction in the unit of the target, or the probability of the second class."""
    return said[:, 1] if said.ndim == 2 else parts.mean + parts.spread * said


def _judge(said: dict[str, Numbers], parts: _Parts) -> dict[str, float]:
    squares = {part: (said[part] - y) ** 2 for part, y in parts.y.items()}
    errors = {part: float(values.mean()) for part, values in squares.items()}
    se = float(squares["validation"].std(ddof=1) / len(squares["validation"]) ** 0.5)
    if not parts.is_binary:
        errors = {part: error**0.5 for part, error in errors.items()}
        # The root of a mean scatters by the mean's own error over twice the root (delta method).
        se /= 2 * errors["validation"]
    return {f"{part}_error": error for part, error in errors.items()} | {"validation_se": se}


def _gather(coefficients: list[pd.DataFrame]) -> pd.DataFrame:
    if not coefficients:
        empty = {
            "place": np.array([], dtype=np.int64),
            "coefficient": np.array([]),
            "effect": np.array([]),
        }
        return pd.DataFrame({**empty, "column": pd.Series([], dtype="str")})
    return pd.concat(coefficients, ignore_index=True).astype({"column": "str"})
