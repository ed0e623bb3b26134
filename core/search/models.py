"""The models that a search can tune, each with the space that its users usually search."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, get_args

from core.datasets import Task
from core.errors import require
from core.search.space import Parameter, Space

Model = Literal[
    "logistic", "forest", "extra_trees", "knn", "svm", "boosting", "lightgbm", "sgd"
]  # fmt: skip
MODELS: tuple[Model, ...] = get_args(Model)
Resource = Literal["folds", "rounds", "epochs"]

ROUNDS = 100
"""Rounds of boosting."""
EPOCHS = 20
"""Passes of stochastic gradient descent over the rows."""
N_TREES = 50


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A class of scikit-learn or LightGBM with what is not searched."""

    module: str
    name: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    is_random: bool = False
    """Whether it takes a ``random_state``."""


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """One kind of model, for classes and for numbers."""

    title: str
    classifier: Tool
    regressor: Tool
    space: Space
    regression_space: Space = ()
    """The space of the regressor, if it differs."""
    resource: Resource = "folds"
    """What a training is counted in while it runs, so that a hopeless one can be stopped early."""


def _real(name: str, low: float, high: float, **more: Any) -> Parameter:
    return Parameter(name=name, low=low, high=high, log=more.pop("log", True), **more)


def _whole(name: str, low: int, high: int, *, log: bool = False) -> Parameter:
    return Parameter(name=name, kind="int", low=low, high=high, log=log)


def _choice(name: str, *choices: Any) -> Parameter:
    return Parameter(name=name, kind="choice", choices=choices)


_TREE_SPACE = (
    _whole("max_depth", 2, 20),
    _whole("min_samples_leaf", 1, 20, log=True),
    _real("max_features", 0.1, 1.0, log=False),
)
_QUIET = {
    "n_estimators": ROUNDS,
    "n_jobs": 1,
    "verbosity": -1,
    "deterministic": True,
    "force_col_wise": True,
}
_STOPLESS = {"max_iter": ROUNDS, "early_stopping": False}

CARDS: Mapping[Model, ModelCard] = {
    "logistic": ModelCard(
        title="Logistic or ridge regression",
        classifier=Tool(
            module="sklearn.linear_model", name="LogisticRegression", fixed={"max_iter": 1000}
        ),
        regressor=Tool(module="sklearn.linear_model", name="Ridge"),
        space=(_real("C", 1e-4, 1e2), _choice("class_weight", None, "balanced")),
        regression_space=(_real("alpha", 1e-4, 1e4),),
    ),
    "forest": ModelCard(
        title="Random forest",
        classifier=Tool(
            module="sklearn.ensemble",
            name="RandomForestClassifier",
            fixed={"n_estimators": N_TREES, "n_jobs": 1},
            is_random=True,
        ),
        regressor=Tool(
            module="sklearn.ensemble",
            name="RandomForestRegressor",
            fixed={"n_estimators": N_TREES, "n_jobs": 1},
            is_random=True,
        ),
        space=_TREE_SPACE,
    ),
    "extra_trees": ModelCard(
        title="Extremely randomised trees",
        classifier=Tool(
            module="sklearn.ensemble",
            name="ExtraTreesClassifier",
            fixed={"n_estimators": N_TREES, "n_jobs": 1},
            is_random=True,
        ),
        regressor=Tool(
            module="sklearn.ensemble",
            name="ExtraTreesRegressor",
            fixed={"n_estimators": N_TREES, "n_jobs": 1},
            is_random=True,
        ),
        space=_TREE_SPACE,
    ),
    "knn": ModelCard(
        title="Nearest neighbours",
        classifier=Tool(module="sklearn.neighbors", name="KNeighborsClassifier"),
        regressor=Tool(module="sklearn.neighbors", name="KNeighborsRegressor"),
        space=(
            _whole("n_neighbors", 1, 50, log=True),
            _choice("weights", "uniform", "distance"),
            _choice("p", 1, 2),
        ),
    ),
    "svm": ModelCard(
        title="Support vector machine (RBF)",
        classifier=Tool(module="sklearn.svm", name="SVC"),
        regressor=Tool(module="sklearn.svm", name="SVR"),
        space=(_real("C", 1e-2, 1e3), _real("gamma", 1e-5, 1e1)),
    ),
    "boosting": ModelCard(
        title="Histogram gradient boosting",
        classifier=Tool(
            module="sklearn.ensemble",
            name="HistGradientBoostingClassifier",
            fixed=_STOPLESS,
            is_random=True,
        ),
        regressor=Tool(
            module="sklearn.ensemble",
            name="HistGradientBoostingRegressor",
            fixed=_STOPLESS,
            is_random=True,
        ),
        space=(
            _real("learning_rate", 0.01, 1.0),
            _whole("max_leaf_nodes", 4, 64, log=True),
            _whole("min_samples_leaf", 2, 50, log=True),
            _real("l2_regularization", 1e-6, 10.0),
        ),
        resource="rounds",
    ),
    "lightgbm": ModelCard(
        title="LightGBM",
        classifier=Tool(module="lightgbm", name="LGBMClassifier", fixed=_QUIET, is_random=True),
        regressor=Tool(module="lightgbm", name="LGBMRegressor", fixed=_QUIET, is_random=True),
        space=(
            _real("learning_rate", 0.01, 1.0),
            _whole("num_leaves", 4, 64, log=True),
            _whole("min_child_samples", 2, 50, log=True),
            _real("reg_lambda", 1e-6, 10.0),
        ),
        resource="rounds",
    ),
    "sgd": ModelCard(
        title="Linear model by gradient descent",
        classifier=Tool(
            module="sklearn.linear_model",
            name="SGDClassifier",
            fixed={"loss": "log_loss", "learning_rate": "constant"},
            is_random=True,
        ),
        regressor=Tool(
            module="sklearn.linear_model",
            name="SGDRegressor",
            fixed={"learning_rate": "constant"},
            is_random=True,
        ),
        space=(
            _real("eta0", 1e-5, 1e-1),
            _real("alpha", 1e-6, 1e-1),
            _choice("penalty", "l2", "l1", "elasticnet"),
            _real(
                "l1_ratio", 0.05, 0.95, log=False, only_if="penalty", only_values=("elasticnet",)
            ),
        ),
        resource="epochs",
    ),
}


def tool_of(model: Model, task: Task) -> Tool:
    """Return the class that learns `task`: classes or numbers."""
    require(
        task != "clustering",
        "A search needs a target to judge by, and a clustering table has none. Choose a table with one.",
    )
    card = CARDS[model]
    return card.regressor if task == "regression" else card.classifier


def space_of(model: Model, task: Task) -> Space:
    """Return the usual space of `model` for `task`."""
    card = CARDS[model]
    return (card.regression_space or card.space) if task == "regression" else card.space


def settings_of(model: Model, task: Task, seed: int) -> dict[str, Any]:
    """Return what is not searched: the fixed settings, and the seed where there is chance."""
    tool = tool_of(model, task)
    return {**tool.fixed, **({"random_state": seed} if tool.is_random else {})}


def build_model(model: Model, task: Task, params: Mapping[str, Any], seed: int) -> Any:
    """Return the untrained model with `params`."""
    tool = tool_of(model, task)
    make = getattr(import_module(tool.module), tool.name)
    return make(**{**settings_of(model, task, seed), **params})


def write_model(model: Model, task: Task, seed: int, params: str = "**params") -> str:
    """Return the Python text of `build_model`, its parameters named by the text `params`."""
    settings = settings_of(model, task, seed)
    words = [f"{name}={value!r}" for name, value in settings.items()]
    return f"{tool_of(model, task).name}({', '.join([*words, params])})"
