"""What is to be fitted: the settings that decide how often scikit-learn calls fit, and on what."""

from dataclasses import dataclass
from typing import Literal, get_args

from core.datasets import load_dataset
from core.errors import require

What = Literal[
    "grid", "random", "halving", "halving_random", "nested", "cross_validate", "learning_curve",
    "validation_curve", "study", "spark_cv", "spark_split",
]  # fmt: skip
Prep = Literal["none", "inside", "cached", "once"]
Model = Literal["tree", "forest", "count"]
WHATS: tuple[What, ...] = get_args(What)
PREPS: tuple[Prep, ...] = get_args(Prep)
MODELS: tuple[Model, ...] = get_args(Model)

HALVINGS: tuple[What, ...] = ("halving", "halving_random")
DRAWN: tuple[What, ...] = ("random", "halving_random", "study")
"""Settings are drawn, so their number is chosen and not multiplied."""
SEARCHES: tuple[What, ...] = (
    "grid", "random", "halving", "halving_random", "nested", "spark_cv", "spark_split",
)  # fmt: skip
"""They choose a setting and may fit it once more on all rows."""
ALWAYS_REFIT: tuple[What, ...] = ("nested", "spark_cv", "spark_split")
"""The outer folds of nested cross-validation judge the refitted model; Spark has no choice."""
STEPS = ("fill", "scale")
"""Preparing steps of the pipeline: fill gaps with the median, then standardise."""

MOST_VALUES = 10
MOST_FOLDS = 20
MOST_DRAWS = 200
MOST_FITS = 2_000
"""Models that one view trains at most."""
MOST_ROWS = 1_000
"""Of a longer table a random sample is taken: what counts here is how often a model is fitted."""
FEWEST_ROWS = 50
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class LedgerSpec:
    """One run of scikit-learn whose fits are counted.

    Settings that are lawful one by one may not fit together; `core.validation.fits.rule.require_runnable`
    says so when the run is asked for, so that a learner who changes one after the other loses none.
    """

    what: What = "grid"
    """``grid``, ``random``, ``halving``, ``halving_random`` (searches), ``nested`` (a grid search in
    an outer cross-validation), ``cross_validate``, ``learning_curve``, ``validation_curve``,
    ``study`` (trials of Optuna whose objective cross-validates), ``spark_cv`` and ``spark_split``
    (Spark's CrossValidator and TrainValidationSplit, run by their twin here)."""
    first: int = 2
    """Values of the first parameter; 1 leaves it alone. So do the next two."""
    second: int = 3
    third: int = 1
    extra: int = 0
    """Settings of a second grid beside the first one; 0 is none."""
    n_iter: int = 10
    """Draws of a random search, or trials of a study."""
    is_listed: bool = True
    """Whether draws come from the lists of values, without repeats, or from distributions."""
    k: int = 3
    """Folds; a study may have 1, a single hold-out split."""
    outer: int = 5
    """Outer folds of nested cross-validation."""
    n_points: int = 5
    """Sizes of the training set in a learning curve."""
    factor: int = 3
    """Halving keeps one candidate in so many."""
    refit: bool = True
    """Whether the best setting is fitted once more on all rows; nested and Spark always do."""
    prep: Prep = "none"
    """Where two preparing steps stand: ``inside`` the folds, inside but ``cached`` (``memory=``), or
    ``once`` before the folds."""
    data: str = "wine"
    """A table with classes: ``wine``, ``breast_cancer``, ``churn``, … or ``own-…``."""
    model: Model = "tree"
    """``count`` learns nothing and only counts."""
    seed: int = 0
    """Decides folds, draws, and the sample of a long table."""

    def __post_init__(self) -> None:
        require(self.what in WHATS, f"There is no {self.what!r}. There are: {', '.join(WHATS)}.")
        require(
            self.prep in PREPS,
            f"Preparation is one of {', '.join(PREPS)}, got {self.prep!r}.",
        )
        require(
            self.model in MODELS, f"The model is one of {', '.join(MODELS)}, got {self.model!r}."
        )
        for name in ("first", "second", "third"):
            _require_within(f"Values of the {name} parameter", getattr(self, name), 1, MOST_VALUES)
        _require_within("Settings of a second grid", self.extra, 0, MOST_VALUES)
        _require_within("Draws", self.n_iter, 1, MOST_DRAWS)
        _require_within("Folds", self.k, 1, MOST_FOLDS)
        _require_within("Outer folds", self.outer, 2, MOST_FOLDS)
        _require_within("Sizes of the training set", self.n_points, 1, MOST_VALUES)
        _require_within("The factor of halving", self.factor, 2, 4)
        _require_within("A seed", self.seed, 0, LARGEST_SEED)
        _require_table(self.data)


def _require_within(name: str, value: int, low: int, high: int) -> None:
    require(
        low <= value <= high,
        f"{name}: a whole number from {low} to {high}, got {value}. Choose one between.",
    )


def _require_table(data: str) -> None:
    dataset = load_dataset(data)
    require(
        dataset.task in ("binary", "multiclass"),
        f"The trees here tell classes apart, and {dataset.title} is a {dataset.task} table. Choose "
        "a table whose target names classes.",
    )
    require(
        len(dataset.numeric_features) >= 1,
        f"The trees here learn from columns of numbers, and {dataset.title} has none. Bring a table "
        "with at least one.",
    )
    require(
        dataset.n_rows >= FEWEST_ROWS,
        f"Up to {MOST_FOLDS} folds need at least {FEWEST_ROWS} rows, and {dataset.title} has "
        f"{dataset.n_rows}. Bring more rows.",
    )
