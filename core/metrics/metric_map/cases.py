"""What a metric is given: truths and answers of rows that a really trained model has never seen."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.datasets import Task, load_dataset, split_rows
from core.errors import require
from core.metrics.classifiers import (
    LARGEST_SEED,
    ClassifierSpec,
    prepare_columns,
    score_classifier,
)
from core.metrics.clusters.fits import ClusteringSpec, fit_kmeans
from core.metrics.clusters.rows import gather_rows

Group = Literal["labels", "scores", "classes", "numbers", "clusters"]
"""Kinds of metrics, by what they are given."""
GROUPS: tuple[Group, ...] = get_args(Group)
TASKS: dict[Group, Task] = {
    "labels": "binary",
    "scores": "binary",
    "classes": "multiclass",
    "numbers": "regression",
    "clusters": "clustering",
}
THRESHOLD = 0.5
MOST_JUDGED = 10_000
"""Test rows that are judged at most; an experiment may repeat each of them ten times."""
MOST_TRAINED = 20_000
N_CLUSTERS = 3
"""Clusters that are looked for where nobody knows the groups."""
QUICK_CELLS = 100_000
"""Rows × features up to which training and trying take less than about half a second."""
QUICK_ROWS = 500
"""The same for clusters, where every row is compared with every other one."""

Values = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class AnswersSpec:
    """One kind of metric on one table."""

    group: Group = "labels"
    data: str = "churn"
    """A table that suits the group."""
    seed: int = 0
    """Decides the split, the first centres of the clusters, and what is drawn at random."""

    def __post_init__(self) -> None:
        require(self.group in GROUPS, f"A kind is one of {', '.join(GROUPS)}, got {self.group!r}.")
        check_table(TASKS[self.group], self.data)
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Case:
    """Rows as a metric sees them; an experiment turns one case into another.

    `truth` and `said` hold, row by row: yes or no (labels); yes or no, and a score from 0 to 1
    (scores); places of classes (classes); numbers (numbers); known groups and clusters (clusters,
    with `truth` empty text where nobody knows).
    """

    truth: Values
    said: Values
    n_classes: int = 0
    """Classes of the task, whether or not they occur here."""
    second: Values | None = None
    """The model's second choice, for many classes."""
    points: NDArray[np.float64] | None = None
    """What k-means measures distances in: rows × columns, each column standardised."""
    base: float = 0.0
    """What a model says that looks at no column: the share of positives, or the mean, in training."""

    @property
    def n_rows(self) -> int:
        """Rows that are judged."""
        return len(self.truth)


@dataclass(frozen=True, eq=False)
class Answers:
    """The case as the model left it."""

    case: Case
    n_train: int
    """Rows that the model learned from; for clusters the same rows that are judged."""


def check_table(task: Task, data: str) -> None:
    """Raise `SpecError` unless the table `data` can be used for `task`."""
    dataset = load_dataset(data)
    if task == "clustering":
        _ = ClusteringSpec(data=data)  # needs columns of numbers and says so
        return
    need = {
        "binary": "two classes",
        "multiclass": "three or more classes",
        "regression": "a number as its target",
    }[task]
    require(
        dataset.task == task,
        f"These metrics need a table with {need}, and {dataset.title} is a {dataset.task} table. "
        "Choose another table.",
    )


def answer_unseen(spec: AnswersSpec) -> Answers:
    """Train a model and let it answer for rows that it has not seen; clusters are found in all rows.

    Two classes and many: logistic regression. Numbers: linear regression. Clusters: k-means with
    as many clusters as there are known groups, 3 if nobody knows. Check by eye: for ``churn``
    1,400 subscribers are judged.
    """
    if spec.group in ("labels", "scores"):
        return _answer_two(spec)
    if spec.group == "clusters":
        return _find_clusters(spec)
    return _answer_many(spec) if spec.group == "classes" else _answer_numbers(spec)


def is_quick(spec: AnswersSpec) -> bool:
    """Say whether a view is ready within about half a second, so that a page may wait."""
    dataset = load_dataset(spec.data)
    if spec.group == "clusters":
        return dataset.n_rows <= QUICK_ROWS
    return dataset.n_rows * len(dataset.features) <= QUICK_CELLS


def _answer_two(spec: AnswersSpec) -> Answers:
    scored = score_classifier(ClassifierSpec(data=spec.data, model="logistic", seed=spec.seed))
    rows = scored.scores[scored.scores["part"] == "test"].head(MOST_JUDGED)
    truth, score = rows["positive"].to_numpy(dtype=bool), rows["score"].to_numpy(dtype=np.float64)
    said = score >= THRESHOLD if spec.group == "labels" else score
    return Answers(Case(truth, said, 2, base=scored.learned_base_rate), scored.n_train)


def _answer_many(spec: AnswersSpec) -> Answers:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    dataset = load_dataset(spec.data)
    split, table = split_rows(dataset, seed=spec.seed), dataset.table
    labels = np.array(dataset.labels)
    codes = np.searchsorted(labels, table[dataset.target].to_numpy())
    train, judged = split.train[:MOST_TRAINED], split.test[:MOST_JUDGED]
    features = table[list(dataset.features)]
    model = make_pipeline(prepare_columns(dataset), LogisticRegression(max_iter=1000))
    model.fit(features.iloc[train], codes[train])
    order = np.argsort(model.predict_proba(features.iloc[judged]), axis=1)
    best, second = (model.classes_[order[:, place]] for place in (-1, -2))
    return Answers(Case(codes[judged], best, len(labels), second=second), len(train))


def _answer_numbers(spec: AnswersSpec) -> Answers:
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    dataset = load_dataset(spec.data)
    split, table = split_rows(dataset, seed=spec.seed), dataset.table
    target = table[dataset.target].to_numpy(dtype=np.float64)
    features = table[list(dataset.features)]
    train, judged = split.train[:MOST_TRAINED], split.test[:MOST_JUDGED]
    model = make_pipeline(prepare_columns(dataset), LinearRegression())
    model.fit(features.iloc[train], target[train])
    said = model.predict(features.iloc[judged])
    return Answers(Case(target[judged], said, base=float(target[train].mean())), len(train))


def _find_clusters(spec: AnswersSpec) -> Answers:
    rows = gather_rows(spec.data, is_scaled=True, seed=spec.seed)
    n_known = len(set(rows.truth.tolist()))
    k = n_known if n_known > 1 else N_CLUSTERS
    found = fit_kmeans(rows.scaled, k, seed=spec.seed).labels_
    return Answers(Case(rows.truth, found, k, points=rows.scaled), len(found))
