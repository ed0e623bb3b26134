"""The models that are packed, registered and served in the lessons: a table, its rows, and four kinds."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Dataset, load_dataset
from core.errors import require
from core.tracking.session import LARGEST_SEED, SessionSpec, build, take_rows

Kind = Literal["logistic", "tree", "forest", "neighbours"]
SETTINGS: dict[Kind, dict[str, Any]] = {
    "logistic": {"C": 1.0},
    "tree": {"max_depth": 4},
    "forest": {"n_estimators": 40, "max_depth": 8},
    "neighbours": {"n_neighbors": 15},
}
TEST_SHARE = 0.3


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """A table with two classes, and how its rows are dealt."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )
        SessionSpec(data=self.data, seed=self.seed)  # refuses tables that part no two classes


@dataclass(frozen=True, eq=False)
class Rows:
    """Features and answers (True for the class that is sought), for training and held back."""

    train: pd.DataFrame
    y_train: NDArray[np.bool_]
    test: pd.DataFrame
    y_test: NDArray[np.bool_]


def deal_rows(dataset: Dataset, seed: int) -> Rows:
    """Split at most 2,000 rows of `dataset`; 30 % are held back, with the same share of both classes."""
    from sklearn.model_selection import train_test_split

    table = take_rows(dataset, seed)
    target = (table[dataset.target] == dataset.positive).to_numpy()
    require(
        min(target.sum(), (~target).sum()) >= 4,
        f"Each class needs at least 4 rows, and {dataset.title} has fewer. Bring more rows.",
    )
    train, test, y_train, y_test = train_test_split(
        table[list(dataset.features)], target,
        test_size=TEST_SHARE, random_state=seed, stratify=target,
    )  # fmt: skip
    return Rows(train, y_train, test, y_test)


def train(spec: TableSpec, kind: Kind) -> Any:
    """Return the pipeline of preparation and model of this `kind`, trained on the training rows."""
    from sklearn.pipeline import make_pipeline

    from core.metrics.classifiers import prepare_columns

    dataset = load_dataset(spec.data)
    rows = deal_rows(dataset, spec.seed)
    model = build({"model": kind, **SETTINGS[kind]}, spec.seed)
    return make_pipeline(prepare_columns(dataset), model).fit(rows.train, rows.y_train)


def chance(model: Any, rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return the probability of the sought class for each row, as a trained model says it."""
    said: NDArray[np.float64] = model.predict_proba(rows)[:, 1]
    return said
