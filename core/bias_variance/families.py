"""Families of models with one knob each, from rigid to nervous."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import SpecError

FamilyName = Literal[
    "polynomial", "ridge", "lasso", "neighbours", "tree", "forest", "boosting", "svm"
]
RIDGE_DEGREE = 12
"""Ridge and lasso hold back a polynomial of this degree."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """Models of one kind that differ in how far they bend."""

    name: FamilyName
    title: str
    knob: str
    """What the knob sets, as a label: "degree"."""
    settings: tuple[float, ...]
    """From the most rigid model to the most nervous one."""
    build: Callable[[float, int], Any]
    """From a setting and a seed to an estimator of scikit-learn."""
    is_linear_in_y: bool = False
    """Whether predictions are a fixed matrix times the targets, so that one fit serves all samples."""

    def settings_for(self, n_rows: int) -> tuple[float, ...]:
        """Return the settings that `n_rows` rows can be given to."""
        if self.name == "neighbours":
            return tuple(k for k in self.settings if k <= n_rows)
        if self.name == "polynomial":
            return tuple(degree for degree in self.settings if degree < n_rows)
        return self.settings


def _polynomial(degree: float, _seed: int) -> Any:
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures

    # Between −1 and 1 the powers of x stay apart, and least squares keeps its digits.
    return make_pipeline(_spread(), PolynomialFeatures(int(degree)), LinearRegression())


def _ridge(strength: float, _seed: int) -> Any:
    from sklearn.linear_model import Ridge

    return _held_back(Ridge(alpha=strength))


def _lasso(strength: float, _seed: int) -> Any:
    from sklearn.linear_model import Lasso

    return _held_back(Lasso(alpha=strength, max_iter=100_000, tol=1e-3))


def _held_back(regression: Any) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    powers = PolynomialFeatures(RIDGE_DEGREE, include_bias=False)
    return make_pipeline(_spread(), powers, StandardScaler(), regression)


def _spread() -> Any:
    from sklearn.preprocessing import MinMaxScaler

    return MinMaxScaler((-1, 1))


def _neighbours(k: float, _seed: int) -> Any:
    from sklearn.neighbors import KNeighborsRegressor

    return KNeighborsRegressor(int(k))


def _tree(depth: float, seed: int) -> Any:
    from sklearn.tree import DecisionTreeRegressor

    return DecisionTreeRegressor(max_depth=int(depth), random_state=seed)


def _forest(depth: float, seed: int) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(n_estimators=25, max_depth=int(depth), random_state=seed)


def _boosting(n_trees: float, seed: int) -> Any:
    from sklearn.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(
        n_estimators=int(n_trees), learning_rate=0.3, max_depth=2, random_state=seed
    )


def _svm(strength: float, _seed: int) -> Any:
    from sklearn.svm import SVR

    return SVR(C=strength, gamma=20.0, epsilon=0.05)


FAMILIES: tuple[Family, ...] = (
    Family(
        name="polynomial", title="Polynomial", knob="degree", settings=tuple(range(13)),
        build=_polynomial, is_linear_in_y=True,
    ),
    Family(
        name="ridge", title="Ridge", knob="penalty",
        settings=tuple(10.0**power for power in (4, 3, 2, 1, 0, -1, -2, -3, -4, -5, -6)),
        build=_ridge, is_linear_in_y=True,
    ),
    Family(
        name="lasso", title="Lasso", knob="penalty",
        settings=(1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001), build=_lasso,
    ),
    Family(
        name="neighbours", title="Nearest neighbours", knob="neighbours",
        settings=(200, 100, 50, 30, 25, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2, 1),
        build=_neighbours, is_linear_in_y=True,
    ),
    Family(
        name="tree", title="Tree", knob="depth", settings=tuple(range(1, 11)), build=_tree,
    ),
    Family(
        name="forest", title="Random forest", knob="depth", settings=(1, 2, 3, 4, 6, 8, 10),
        build=_forest,
    ),
    Family(
        name="boosting", title="Boosting", knob="trees",
        settings=(1, 2, 4, 8, 16, 32, 64, 128), build=_boosting,
    ),
    Family(
        name="svm", title="Support vectors", knob="cost of a miss",
        settings=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0), build=_svm,
    ),
)  # fmt: skip


def find_family(name: str) -> Family:
    """Return the family called `name`; an unknown name raises `SpecError`."""
    for family in FAMILIES:
        if family.name == name:
            return family
    names = ", ".join(family.name for family in FAMILIES)
    message = f"There is no family of models called {name!r}. There are: {names}."
    raise SpecError(message)
