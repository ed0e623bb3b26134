"""Models that learn from any table, each with one knob from rigid to nervous."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from core.datasets import Dataset, Task
from core.errors import SpecError, require
from core.metrics.classifiers import prepare_columns

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

TableModelName = Literal[
    "ridge", "lasso", "polynomial", "neighbours", "tree", "forest", "boosting", "svm"
]
TABLE_MODEL_NAMES: tuple[TableModelName, ...] = get_args(TableModelName)
SUPERVISED: tuple[Task, ...] = ("binary", "multiclass", "regression")
MOST_POWERS = 3000
"""Columns that the polynomial may make out of those of a table."""


@dataclass(frozen=True, kw_only=True)
class Knob:
    """The parameter of scikit-learn that sets how far a model bends."""

    parameter: str
    """Its name in scikit-learn: ``max_depth``."""
    step: str
    """The step of the pipeline that has it: ``model``, or ``powers`` of the polynomial."""
    label: str
    values: tuple[float, ...]
    """From the most rigid model to the most nervous one."""
    default: float
    is_whole: bool = False
    is_log: bool = False
    """Whether the values are spread by factors rather than by steps."""

    def to_setting(self, value: float) -> float:
        """Return `value` as scikit-learn wants it: whole numbers for counts."""
        return int(value) if self.is_whole else float(value)


@dataclass(frozen=True, kw_only=True)
class TableModel:
    """Models of one kind for classes and for numbers."""

    name: TableModelName
    title: str
    build: Callable[[bool, int], Any]
    """From "is it for classes?" and a seed to an estimator of scikit-learn."""
    for_classes: Knob
    for_numbers: Knob
    tasks: tuple[Task, ...] = SUPERVISED
    has_probabilities: bool = True

    def knob(self, task: Task) -> Knob:
        """Return the knob that the model has in `task`."""
        return self.for_numbers if task == "regression" else self.for_classes


def find_table_model(name: str) -> TableModel:
    """Return the model called `name`; an unknown name raises `SpecError`."""
    for model in TABLE_MODELS:
        if model.name == name:
            return model
    message = (
        f"There is no model called {name!r}. There are: {', '.join(TABLE_MODEL_NAMES)}. Choose one."
    )
    raise SpecError(message)


def check_table_model(dataset: Dataset, name: str) -> None:
    """Raise `SpecError` if the model called `name` cannot learn the target of `dataset`."""
    model = find_table_model(name)
    require(
        dataset.task in SUPERVISED,
        f"A curve of scores needs a target to predict, and {dataset.title} has none. Choose a table "
        "with classes or a number to predict.",
    )
    require(
        dataset.task in model.tasks,
        f"{model.title} is offered here for {', '.join(model.tasks)} tables, and {dataset.title} is a "
        f"{dataset.task} table. Choose another model.",
    )


def build_table_model(
    dataset: Dataset, name: str, *, setting: float | None = None, seed: int = 0
) -> "Pipeline":
    """Return the untrained pipeline ``prepare``, (``powers``,) ``model`` for `dataset`.

    Empty cells are filled, numbers standardised and words turned into 0/1 columns, all learned from
    the rows that the pipeline is fitted on. `setting` turns the knob; None leaves it at its default.
    """
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    check_table_model(dataset, name)
    model, knob = find_table_model(name), find_table_model(name).knob(dataset.task)
    steps: list[tuple[str, Any]] = [("prepare", _prepare(dataset))]
    if name == "polynomial":
        steps += [("powers", PolynomialFeatures(include_bias=False)), ("scale", StandardScaler())]
    pipeline = Pipeline([*steps, ("model", model.build(dataset.task != "regression", seed))])
    value = knob.to_setting(knob.default if setting is None else setting)
    return pipeline.set_params(**{f"{knob.step}__{knob.parameter}": value})


def needs_preparation(dataset: Dataset) -> bool:
    """Return whether the table holds words or gaps."""
    return bool(dataset.categorical_features) or dataset.n_missing > 0


def _prepare(dataset: Dataset) -> Any:
    """Return the untrained preparation; where there are only numbers and no gaps, just its last step.

    It makes the same numbers, and asking each column for words and gaps costs more than most fits.
    """
    from sklearn.preprocessing import StandardScaler

    return prepare_columns(dataset) if needs_preparation(dataset) else StandardScaler()


def _ridge(is_for_classes: bool, _seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge

    return LogisticRegression(max_iter=5000) if is_for_classes else Ridge()


def _lasso(is_for_classes: bool, seed: int) -> Any:
    from sklearn.linear_model import Lasso, LogisticRegression

    if is_for_classes:
        return LogisticRegression(
            l1_ratio=1.0, solver="liblinear", max_iter=5000, random_state=seed
        )
    return Lasso(max_iter=100_000, tol=1e-3)


def _polynomial(is_for_classes: bool, _seed: int) -> Any:
    from sklearn.linear_model import LinearRegression, LogisticRegression

    return LogisticRegression(C=100.0, max_iter=5000) if is_for_classes else LinearRegression()


def _neighbours(is_for_classes: bool, _seed: int) -> Any:
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    return KNeighborsClassifier() if is_for_classes else KNeighborsRegressor()


def _tree(is_for_classes: bool, seed: int) -> Any:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    kind = DecisionTreeClassifier if is_for_classes else DecisionTreeRegressor
    return kind(random_state=seed)


def _forest(is_for_classes: bool, seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = RandomForestClassifier if is_for_classes else RandomForestRegressor
    return kind(n_estimators=25, random_state=seed)


def _boosting(is_for_classes: bool, seed: int) -> Any:
    from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

    kind = GradientBoostingClassifier if is_for_classes else GradientBoostingRegressor
    return kind(learning_rate=0.2, max_depth=2, random_state=seed)


def _svm(is_for_classes: bool, _seed: int) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC, SVR

    # A cost of 1 must mean the same whatever the unit of the target is.
    return (
        SVC() if is_for_classes else TransformedTargetRegressor(SVR(), transformer=StandardScaler())
    )


def _same(knob: Knob) -> dict[str, Any]:
    return {"for_classes": knob, "for_numbers": knob}


_STRENGTH = Knob(
    parameter="C", step="model", label="freedom C", default=1.0, is_log=True,
    values=(0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0),
)  # fmt: skip
_DEPTHS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0)

TABLE_MODELS: tuple[TableModel, ...] = (
    TableModel(
        name="ridge", title="Linear, ridge", build=_ridge, for_classes=_STRENGTH,
        for_numbers=Knob(
            parameter="alpha", step="model", label="penalty α", default=1.0, is_log=True,
            values=(1e5, 1e4, 1e3, 100.0, 10.0, 1.0, 0.1, 0.01),
        ),
    ),
    TableModel(
        name="lasso", title="Linear, lasso", build=_lasso, tasks=("binary", "regression"),
        for_classes=Knob(
            parameter="C", step="model", label="freedom C", default=1.0, is_log=True,
            values=(0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0),
        ),
        for_numbers=Knob(
            parameter="alpha", step="model", label="penalty α", default=1.0, is_log=True,
            values=(100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03),
        ),
    ),
    TableModel(
        name="polynomial", title="Polynomial", build=_polynomial,
        **_same(Knob(
            parameter="degree", step="powers", label="degree", default=2.0, is_whole=True,
            values=(1.0, 2.0, 3.0),
        )),
    ),
    TableModel(
        name="neighbours", title="Nearest neighbours", build=_neighbours,
        **_same(Knob(
            parameter="n_neighbors", step="model", label="neighbours", default=5.0, is_whole=True,
            is_log=True, values=(200.0, 100.0, 50.0, 30.0, 20.0, 15.0, 10.0, 7.0, 5.0, 3.0, 2.0, 1.0),
        )),
    ),
    TableModel(
        name="tree", title="Decision tree", build=_tree,
        **_same(Knob(
            parameter="max_depth", step="model", label="depth", default=30.0, is_whole=True,
            values=_DEPTHS,
        )),
    ),
    TableModel(
        name="forest", title="Random forest", build=_forest,
        **_same(Knob(
            parameter="max_depth", step="model", label="depth", default=30.0, is_whole=True,
            values=(1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0),
        )),
    ),
    TableModel(
        name="boosting", title="Boosting", build=_boosting,
        **_same(Knob(
            parameter="n_estimators", step="model", label="trees", default=50.0, is_whole=True,
            is_log=True, values=(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0),
        )),
    ),
    TableModel(
        name="svm", title="Support vectors", build=_svm, has_probabilities=False,
        for_classes=Knob(
            parameter="C", step="model", label="cost of a miss C", default=1.0, is_log=True,
            values=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0),
        ),
        for_numbers=Knob(
            parameter="regressor__C", step="model", label="cost of a miss C", default=1.0, is_log=True,
            values=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0),
        ),
    ),
)  # fmt: skip
