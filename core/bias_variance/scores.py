"""The scores that a curve may show, each with its direction and its best value."""

from dataclasses import dataclass
from typing import Literal, get_args

from core.bias_variance.table_models import find_table_model
from core.datasets import Dataset, Task
from core.errors import require

ScoreName = Literal["accuracy", "auc", "log_loss", "rmse", "mae", "r2"]
SCORE_NAMES: tuple[ScoreName, ...] = get_args(ScoreName)


@dataclass(frozen=True, kw_only=True)
class Score:
    """One way to judge predictions."""

    name: ScoreName
    title: str
    scorer: str
    """Its name in scikit-learn, where larger is always better."""
    tasks: tuple[Task, ...]
    is_higher_better: bool
    best: float
    needs_probabilities: bool = False

    def from_scorer(self, value: float) -> float:
        """Turn what scikit-learn's scorer says into the number that people read."""
        return value if self.is_higher_better else -value

    def to_loss(self, value: float) -> float:
        """Return how far `value` is from the best one; 0 is perfect."""
        return self.best - value if self.is_higher_better else value - self.best


SCORES: tuple[Score, ...] = (
    Score(
        name="accuracy", title="accuracy", scorer="accuracy", tasks=("binary", "multiclass"),
        is_higher_better=True, best=1.0,
    ),
    Score(
        name="auc", title="ROC AUC", scorer="roc_auc", tasks=("binary",), is_higher_better=True,
        best=1.0,
    ),
    Score(
        name="log_loss", title="log loss", scorer="neg_log_loss", tasks=("binary", "multiclass"),
        is_higher_better=False, best=0.0, needs_probabilities=True,
    ),
    Score(
        name="rmse", title="RMSE", scorer="neg_root_mean_squared_error", tasks=("regression",),
        is_higher_better=False, best=0.0,
    ),
    Score(
        name="mae", title="MAE", scorer="neg_mean_absolute_error", tasks=("regression",),
        is_higher_better=False, best=0.0,
    ),
    Score(
        name="r2", title="R²", scorer="r2", tasks=("regression",), is_higher_better=True, best=1.0,
    ),
)  # fmt: skip


def find_score(dataset: Dataset, metric: str, model: str) -> Score:
    """Return the score called `metric`; an empty name means accuracy for classes and RMSE for numbers.

    Raises
    ------
    SpecError
        If the score does not suit the task of `dataset`, or the model gives no probabilities for it.
    """
    name = metric or ("rmse" if dataset.task == "regression" else "accuracy")
    require(
        name in SCORE_NAMES,
        f"A metric is one of {', '.join(SCORE_NAMES)}, got {name!r}. Choose one.",
    )
    score = next(score for score in SCORES if score.name == name)
    fitting = ", ".join(score.name for score in SCORES if dataset.task in score.tasks)
    require(
        dataset.task in score.tasks,
        f"{score.title} judges {' and '.join(score.tasks)} tables, and {dataset.title} is a "
        f"{dataset.task} table. Choose one of {fitting}.",
    )
    kind = find_table_model(model)
    require(
        kind.has_probabilities or not score.needs_probabilities,
        f"{score.title} needs probabilities, and {kind.title.lower()} gives none. Choose accuracy.",
    )
    return score
