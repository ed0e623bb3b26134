"""Six ways to hold a model back, each a dial from weak to strong."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.errors import SpecError

BrakeName = Literal["lasso", "ridge", "elastic_net", "depth", "leaf", "stopping"]
NAMES: tuple[BrakeName, ...] = get_args(BrakeName)
Numbers = NDArray[np.float64]

N_STEPS = 32
"""Places of a penalty's dial, each of the same factor."""
STEPS_TO_THE_LAST = 30
"""The place of a lasso's dial where the penalty is just strong enough to leave no column."""
RIDGE_FACTOR, LASSO_FACTOR = 10**0.2, 10**0.1
WEAKEST = 1e-3
HALF = 0.5
"""Share of lasso in the elastic net; the rest is ridge."""
LEARNING_RATE, TREE_DEPTH, N_TREES = 0.1, 3, 200
"""Boosting, before it is stopped early."""
TOLERANCE = 1e-10
MOST_ROUNDS = 100_000


@dataclass(frozen=True, kw_only=True)
class Brake:
    """One way to hold a model back."""

    name: BrakeName
    title: str
    knob: str
    """What the dial sets, as a practitioner calls it."""
    settings: tuple[float, ...] = ()
    """From weak to strong; a penalty's settings depend on the rows instead."""
    l1_ratio: float | None = None
    """Share of the lasso's penalty; None for what is no penalty."""

    @property
    def is_penalty(self) -> bool:
        """Whether it makes coefficients pay for their size."""
        return self.l1_ratio is not None

    def strengths(self, x: Numbers, y: Numbers) -> tuple[float, ...]:
        """Return the dial from weak to strong, for these prepared rows and their target."""
        if self.l1_ratio is None:
            return self.settings
        steps = np.arange(N_STEPS)
        if self.l1_ratio == 0:
            grid = len(y) * WEAKEST * RIDGE_FACTOR**steps
        else:
            grid = self.last_alpha(x, y) * LASSO_FACTOR ** (steps - STEPS_TO_THE_LAST)
        return tuple(float(alpha) for alpha in grid)

    def last_alpha(self, x: Numbers, y: Numbers) -> float:
        """Return the penalty from which on every coefficient is exactly 0; NaN if there is none.

        A coefficient leaves 0 only where its pull |xᵀ(y − ȳ)| / n exceeds the penalty's share on
        absolute sizes, so the strongest pull decides: max |xᵀ(y − ȳ)| / (n × l1_ratio). Ridge has
        no such penalty. Source: Tibshirani 1996; Friedman, Hastie and Tibshirani 2010.
        """
        if not self.l1_ratio:
            return float("nan")
        return float(np.abs(x.T @ (y - y.mean())).max() / (len(y) * self.l1_ratio))


BRAKES: tuple[Brake, ...] = (
    Brake(name="lasso", title="Lasso", knob="alpha", l1_ratio=1.0),
    Brake(name="ridge", title="Ridge", knob="alpha", l1_ratio=0.0),
    Brake(name="elastic_net", title="Elastic net", knob="alpha", l1_ratio=HALF),
    Brake(
        name="depth", title="Tree, by its depth", knob="depth",
        settings=(12, 10, 8, 7, 6, 5, 4, 3, 2, 1),
    ),
    Brake(
        name="leaf", title="Tree, by its smallest leaf", knob="rows in a leaf",
        settings=(1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30),
    ),
    Brake(
        name="stopping", title="Boosting, stopped early", knob="trees",
        settings=(200, 150, 100, 70, 50, 35, 25, 18, 12, 8, 5, 3, 2, 1),
    ),
)  # fmt: skip


def find_brake(name: str) -> Brake:
    """Return the brake called `name`; an unknown name raises `SpecError`."""
    for brake in BRAKES:
        if brake.name == name:
            return brake
    message = f"There is no brake called {name!r}. There are: {', '.join(NAMES)}."
    raise SpecError(message)


def build_model(brake: Brake, strength: float, *, n_rows: int, is_binary: bool, seed: int) -> Any:
    """Return the untrained estimator of scikit-learn at this strength."""
    if brake.is_penalty:
        return (
            _build_logistic(brake, strength, n_rows)
            if is_binary
            else _build_linear(brake, strength)
        )
    return _build_tree(brake, strength, is_binary=is_binary, seed=seed)


def _build_linear(brake: Brake, alpha: float) -> Any:
    from sklearn.linear_model import ElasticNet, Lasso, Ridge

    if brake.name == "ridge":
        return Ridge(alpha=alpha)
    if brake.name == "lasso":
        return Lasso(alpha=alpha, tol=TOLERANCE, max_iter=MOST_ROUNDS)
    return ElasticNet(alpha=alpha, l1_ratio=HALF, tol=TOLERANCE, max_iter=MOST_ROUNDS)


def _build_logistic(brake: Brake, alpha: float, n_rows: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    # C is the inverse of a penalty on the sum over the rows; ridge's alpha is one already.
    if brake.name == "ridge":
        return LogisticRegression(C=1 / alpha, tol=1e-8, max_iter=1000)
    return LogisticRegression(
        C=1 / (alpha * n_rows), l1_ratio=brake.l1_ratio, solver="saga", tol=1e-3,
        max_iter=5000, random_state=0,
    )  # fmt: skip


def _build_tree(brake: Brake, strength: float, *, is_binary: bool, seed: int) -> Any:
    from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    if brake.name == "stopping":
        boosting = GradientBoostingClassifier if is_binary else GradientBoostingRegressor
        return boosting(
            n_estimators=int(strength), learning_rate=LEARNING_RATE, max_depth=TREE_DEPTH,
            random_state=seed,
        )  # fmt: skip
    tree = DecisionTreeClassifier if is_binary else DecisionTreeRegressor
    if brake.name == "depth":
        return tree(max_depth=int(strength), random_state=seed)
    return tree(min_samples_leaf=int(strength), random_state=seed)
