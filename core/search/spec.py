"""What to search, with which tool, for how long: one spec whatever the tool."""

from dataclasses import dataclass
from typing import Literal, get_args

from core.datasets import Task, load_dataset
from core.errors import require
from core.search.models import CARDS, MODELS, Model, space_of
from core.search.space import Space, require_space

Strategy = Literal[
    "grid", "random", "halving_grid", "halving_random",
    "tpe", "optuna_random", "optuna_grid", "qmc", "cmaes", "gp",
]  # fmt: skip
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
SKLEARN: tuple[Strategy, ...] = ("grid", "random", "halving_grid", "halving_random")
"""Strategies that scikit-learn runs; Optuna runs the others."""
HALVINGS: tuple[Strategy, ...] = ("halving_grid", "halving_random")
GRIDS: tuple[Strategy, ...] = ("grid", "halving_grid", "optuna_grid")
Pruner = Literal["none", "median", "halving", "hyperband"]
PRUNERS: tuple[Pruner, ...] = get_args(Pruner)
Metric = Literal[
    "", "accuracy", "balanced_accuracy", "f1_macro", "roc_auc", "roc_auc_ovr", "neg_log_loss",
    "r2", "neg_root_mean_squared_error", "neg_mean_absolute_error",
]  # fmt: skip
METRICS_OF: dict[Task, tuple[Metric, ...]] = {
    "binary": ("roc_auc", "accuracy", "balanced_accuracy", "f1_macro", "neg_log_loss"),
    "multiclass": ("accuracy", "balanced_accuracy", "f1_macro", "roc_auc_ovr", "neg_log_loss"),
    "regression": ("r2", "neg_root_mean_squared_error", "neg_mean_absolute_error"),
}
"""Metrics by task as scikit-learn names them, so that more is always better; the first is the default."""
WITHOUT_PROBABILITIES: tuple[Model, ...] = ("svm",)

MOST_TRIALS = 500
MOST_FOLDS = 10
MOST_ROWS = 2_000
"""Of a longer table a random sample is taken: what is taught here is the search, not the model."""
FEWEST_ROWS = 30
LARGEST_TEST_SHARE = 0.5
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class SearchSpec:
    """One search for good settings of one model on one table."""

    data: str = "breast_cancer"
    """A table with a target: ``breast_cancer``, ``diabetes``, ``churn``, … or ``own-…``."""
    model: Model = "svm"
    space: Space = ()
    """What may be tried; empty is the model's usual space."""
    strategy: Strategy = "tpe"
    """``grid``, ``random``, ``halving_grid`` and ``halving_random`` are scikit-learn's searches; the
    others are samplers of Optuna."""
    n_trials: int = 30
    """Settings to try; a grid takes the finest that has no more, halving begins with so many."""
    k: int = 5
    """Folds that judge each setting."""
    metric: Metric = ""
    """As scikit-learn names it (more is better); empty is the usual one of the task."""
    pruner: Pruner = "none"
    """Who may stop a hopeless trial between two steps; only Optuna's samplers ask."""
    at_once: int = 1
    """Trials that are chosen before any of them is known; only Optuna's samplers learn from trials. The
    trials depend on it, and not on how many workers there are to train them."""
    seed: int = 0
    """The chance of the search."""
    fold_seed: int = 0
    """Decides the folds, the sample of a long table, the test rows, and the model's own chance."""
    test_share: float = 0.0
    """Share of the rows that are put aside before the search and that no trial sees."""

    def __post_init__(self) -> None:
        for what, value, known in (
            ("model", self.model, MODELS),
            ("strategy", self.strategy, STRATEGIES),
            ("pruner", self.pruner, PRUNERS),
        ):
            require(
                value in known,
                f"The {what} is one of {', '.join(known)}, got {value!r}. Choose one.",
            )
        _require_within("Trials", self.n_trials, 1, MOST_TRIALS)
        _require_within("Folds", self.k, 2, MOST_FOLDS)
        _require_within("A seed", self.seed, 0, LARGEST_SEED)
        _require_within("The seed of the folds", self.fold_seed, 0, LARGEST_SEED)
        _require_within("Trials at once", self.at_once, 1, MOST_TRIALS)
        _require_batches(self)
        _require_table(self)
        require(
            0 <= self.test_share <= LARGEST_TEST_SHARE,
            f"The test rows are a share from 0 to {LARGEST_TEST_SHARE:g} of all rows, got "
            f"{self.test_share:g}. Choose one between, such as 0.25.",
        )
        if self.space:
            require_space(self.space)
        _require_metric(self)
        require(
            self.pruner == "none" or self.strategy not in SKLEARN,
            "scikit-learn's searches never ask between two steps of a training, so nothing can be "
            "stopped early there. Choose no pruner, or a sampler of Optuna such as tpe.",
        )

    @property
    def task(self) -> Task:
        """What is learned: ``binary``, ``multiclass`` or ``regression``."""
        return load_dataset(self.data).task

    @property
    def searched(self) -> Space:
        """The space that is searched."""
        return self.space or space_of(self.model, self.task)

    @property
    def scoring(self) -> Metric:
        """The metric by its name in scikit-learn."""
        return self.metric or METRICS_OF[self.task][0]

    @property
    def resource(self) -> str:
        """What a training is counted in: ``folds``, ``rounds`` or ``epochs``."""
        return CARDS[self.model].resource


def _require_within(name: str, value: int, low: int, high: int) -> None:
    require(
        low <= value <= high,
        f"{name}: a whole number from {low} to {high}, got {value}. Choose one between.",
    )


def _require_batches(spec: SearchSpec) -> None:
    require(
        spec.at_once == 1 or spec.strategy not in (*SKLEARN, "optuna_grid"),
        "A grid and scikit-learn's searches learn nothing from single trials, so all of theirs may be "
        "trained at once anyway. Choose at_once=1, or a sampler of Optuna such as tpe.",
    )
    require(
        spec.at_once == 1 or spec.pruner == "none",
        "A pruner compares a trial with those before it, so they cannot be begun at once. "
        "Choose at_once=1 or no pruner.",
    )


def _require_table(spec: SearchSpec) -> None:
    dataset = load_dataset(spec.data)
    require(
        dataset.task != "clustering",
        f"A search needs a target to judge by, and {dataset.title} has none. Choose a table with one.",
    )
    require(
        dataset.n_rows >= FEWEST_ROWS,
        f"A search needs at least {FEWEST_ROWS} rows, and {dataset.title} has {dataset.n_rows}. "
        "Bring more rows.",
    )


def _require_metric(spec: SearchSpec) -> None:
    known = METRICS_OF[spec.task]
    require(
        spec.metric == "" or spec.metric in known,
        f"For a {spec.task} table the metric is one of {', '.join(known)}, got {spec.metric!r}. "
        "Choose one of these.",
    )
    require(
        spec.metric != "neg_log_loss" or spec.model not in WITHOUT_PROBABILITIES,
        "A support vector machine gives no probabilities, and log loss needs them. "
        "Choose another metric or another model.",
    )
