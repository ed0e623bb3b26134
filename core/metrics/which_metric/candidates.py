"""The models that compete: really trained, and what each says of rows that it never saw."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Dataset, load_dataset, split_rows
from core.errors import require
from core.metrics.classifiers import LARGEST_SEED, prepare_columns
from core.metrics.regression.models import REGRESSORS, build_regressor
from core.progress import report
from core.remember import remembered

Classifier = Literal["logistic", "tree", "forest", "boosting", "bayes"]
CLASSIFIERS: tuple[Classifier, ...] = get_args(Classifier)
MOST_TRAINED = 20_000
"""Rows that a model learns from at most, and rows of each other part that it is asked about."""
MOST_JUDGED = 10_000
MOST_TRAINED_REGRESSION = 5_000

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class CandidatesSpec:
    """The table on which the models compete."""

    data: str = "churn"
    seed: int = 0

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task in ("binary", "regression"),
            f"The models say yes or no, or a number, and {dataset.title} is a {dataset.task} table. "
            "Choose a table with two classes or with a number to predict.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Candidates:
    """What every model says of the validation and the test rows.

    `said` has one row per such row of the table: ``part`` ("validation" or "test"), ``truth``
    (1.0 for a positive row, 0.0 for a negative one; the target itself if it is a number), and
    one column per model: its probability of the positive class, or its number.
    """

    spec: CandidatesSpec
    n_train: int
    said: pd.DataFrame


@remembered
def train_candidates(spec: CandidatesSpec) -> Candidates:
    """Train every model on the training rows; ask it about the validation and the test rows.

    Check by eye: on churn, five columns of probabilities for 1,400 + 1,400 subscribers.
    """
    dataset = load_dataset(spec.data)
    split = split_rows(dataset, seed=spec.seed)
    train = split.train[: most_trained(dataset)]
    parts = {
        "validation": split.validation[:MOST_JUDGED],
        "test": split.test[:MOST_JUDGED],
    }
    rows = np.concatenate(list(parts.values()))
    truth = read_truth(dataset)
    said = {"part": np.repeat(list(parts), [len(part) for part in parts.values()])}
    answers = ask_models(dataset, spec.seed, train, rows)
    report(1.0, "Done")
    table = pd.DataFrame({**said, "truth": truth[rows], **answers})
    return Candidates(spec=spec, n_train=len(train), said=table.astype({"part": "str"}))


def model_names(dataset: Dataset) -> tuple[str, ...]:
    """Return the names of the models that compete on a table of this kind."""
    return CLASSIFIERS if dataset.task == "binary" else REGRESSORS


def most_trained(dataset: Dataset) -> int:
    """Return how many rows a model learns from at most: one of the regressions is a linear program."""
    return MOST_TRAINED if dataset.task == "binary" else MOST_TRAINED_REGRESSION


def read_truth(dataset: Dataset) -> Numbers:
    """Return the target as numbers: 1 and 0 for two classes."""
    if dataset.task == "binary":
        return dataset.positive_rows().astype(np.float64)
    return dataset.table[dataset.target].to_numpy(dtype=np.float64)


def ask_models(
    dataset: Dataset, seed: int, train: Rows, rows: Rows, *, begin: float = 0.0, end: float = 1.0
) -> dict[str, Numbers]:
    """Train every model on the rows `train`; return what each says of `rows`.

    The preparation of the columns is learned from the training rows, once for all models.
    `begin` and `end` say which stretch of the whole run this is, for whoever watches.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    table, truth = dataset.table[list(dataset.features)], read_truth(dataset)
    names, said = model_names(dataset), {}
    preparation = prepare_columns(dataset)
    # More threads than cores slow boosting down tenfold, and a class shares the cores.
    with threadpool_limits(limits=1):
        learned = preparation.fit_transform(table.iloc[train])
        asked = preparation.transform(table.iloc[rows])
        for n_done, name in enumerate(names):
            at = begin + (end - begin) * n_done / len(names)
            report(at, f"Training model {n_done + 1} of {len(names)}")
            model = _build_model(dataset, name, seed).fit(learned, truth[train])
            said[name] = (
                model.predict_proba(asked)[:, 1]
                if dataset.task == "binary"
                else model.predict(asked)
            )
    return said


def _build_model(dataset: Dataset, name: str, seed: int) -> Any:
    """Return the untrained model; the regressions are those of the lesson on regression."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.tree import DecisionTreeClassifier

    if dataset.task == "regression":
        return build_regressor(dataset, name, seed)[-1]  # type: ignore[arg-type]
    models = {
        "logistic": lambda: LogisticRegression(max_iter=1000),
        "tree": lambda: DecisionTreeClassifier(min_samples_leaf=20, random_state=seed),
        "forest": lambda: RandomForestClassifier(
            n_estimators=50, min_samples_leaf=5, n_jobs=1, random_state=seed
        ),
        "boosting": lambda: HistGradientBoostingClassifier(
            learning_rate=0.05, max_leaf_nodes=8, early_stopping=False, random_state=seed
        ),
        "bayes": GaussianNB,
    }
    return models[name]()
