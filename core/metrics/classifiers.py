"""Classifiers that are really trained, and the score that each gives to rows it never saw."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd

from core.datasets import Dataset, load_dataset, split_rows
from core.errors import require
from core.progress import report
from core.remember import remembered

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

Model = Literal["logistic", "forest", "boosting"]
MODELS: tuple[Model, ...] = get_args(Model)
LARGEST_SEED = 2**32 - 1
QUICK_CELLS = 1_000_000
"""Rows × features up to which logistic regression trains in less than half a second."""


@dataclass(frozen=True, kw_only=True)
class ClassifierSpec:
    """One model on one table with two classes."""

    data: str = "fraud"
    """Name of a binary table: ``fraud``, ``churn``, ``breast_cancer`` or ``own-…``."""
    model: Model = "logistic"
    seed: int = 0
    """Decides the split and the model's own chance."""

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task == "binary",
            f"A threshold parts two classes, and {dataset.title} is a {dataset.task} table. "
            "Choose a table with a yes/no target.",
        )
        require(
            self.model in MODELS, f"The model is one of {', '.join(MODELS)}, got {self.model!r}."
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class ScoredRows:
    """What the model says of rows that it was not trained on.

    `scores` has one row per validation and test row: ``part`` ("validation" or "test"), ``row``
    (position in the dataset), ``positive`` (is it really?), ``score`` (0 to 1, the model's
    probability of the positive class).
    """

    spec: ClassifierSpec
    n_train: int
    n_validation: int
    n_test: int
    n_positive_train: int
    n_positive_validation: int
    n_positive_test: int
    scores: pd.DataFrame

    @property
    def learned_base_rate(self) -> float:
        """Share of positives among the rows that the model learned from."""
        return self.n_positive_train / self.n_train


@remembered
def score_classifier(spec: ClassifierSpec) -> ScoredRows:
    """Train on the training rows; score the validation and the test rows.

    Answers "how strongly does a trained model suspect each row?". Empty cells are filled (median
    or most frequent value), numbers standardised, words turned into 0/1 columns (the rarest
    beyond 20 share one), all learned from the training rows alone.

    Raises
    ------
    SpecError
        If a part of the split would lack one of the classes.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    dataset = load_dataset(spec.data)
    split = split_rows(dataset, seed=spec.seed)
    table, is_positive = dataset.table[list(dataset.features)], dataset.positive_rows()
    report(0.05, f"Training on {len(split.train):,} {dataset.row_noun[1]}")
    model = build_classifier(dataset, spec)
    # More threads than cores slow boosting down tenfold, and a class shares the cores.
    with threadpool_limits(limits=1):
        model.fit(table.iloc[split.train], is_positive[split.train])
        report(0.9, "Scoring the rows that the model has not seen")
        scores = [
            pd.DataFrame(
                {
                    "part": part,
                    "row": rows,
                    "positive": is_positive[rows],
                    "score": model.predict_proba(table.iloc[rows])[:, 1],
                }
            )
            for part, rows in (("validation", split.validation), ("test", split.test))
        ]
    report(1.0, "Done")
    return ScoredRows(
        spec=spec,
        **{f"n_{part}": len(rows) for part, rows in split.parts.items()},
        **{
            f"n_positive_{part}": int(is_positive[rows].sum()) for part, rows in split.parts.items()
        },
        scores=pd.concat(scores, ignore_index=True),
    )


def is_quick(spec: ClassifierSpec) -> bool:
    """Say whether training takes less than about half a second, so that a page may wait."""
    dataset = load_dataset(spec.data)
    n_cells = dataset.n_rows * len(dataset.features)
    return spec.model == "logistic" and n_cells <= QUICK_CELLS


def build_classifier(dataset: Dataset, spec: ClassifierSpec) -> "Pipeline":
    """Return the untrained pipeline: preparation by kind of column, then the model."""
    from sklearn.pipeline import make_pipeline

    return make_pipeline(prepare_columns(dataset), _build_model(spec))


def prepare_columns(dataset: Dataset) -> "ColumnTransformer":
    """Return the untrained preparation of the features: numbers and words, each by its kind."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = make_pipeline(
        SimpleImputer(strategy="most_frequent"),
        OneHotEncoder(handle_unknown="ignore", max_categories=20, sparse_output=False),
    )
    return ColumnTransformer(
        [
            ("numbers", numbers, list(dataset.numeric_features)),
            ("words", words, list(dataset.categorical_features)),
        ]
    )


def _build_model(spec: ClassifierSpec) -> object:
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    if spec.model == "logistic":
        return LogisticRegression(max_iter=1000)
    if spec.model == "forest":
        return RandomForestClassifier(
            n_estimators=100, min_samples_leaf=5, n_jobs=1, random_state=spec.seed
        )
    return HistGradientBoostingClassifier(
        learning_rate=0.05, max_leaf_nodes=8, early_stopping=False, random_state=spec.seed
    )
