"""Two models trained on the same folds of the same rows, again and again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.metrics.classifiers import prepare_columns
from core.progress import report
from core.remember import remembered
from core.validation.compare.equals import FOLD_CHOICES, LARGEST_SEED, MOST_REPEATS

if TYPE_CHECKING:
    from sklearn.model_selection import RepeatedStratifiedKFold
    from sklearn.pipeline import Pipeline

Model = Literal["logistic", "neighbours", "bayes", "tree", "forest"]
MODELS: tuple[Model, ...] = get_args(Model)
FEWEST_ROWS, MOST_ROWS = 60, 2000


@dataclass(frozen=True, kw_only=True)
class PairSpec:
    """Two models, a table, and how it is dealt into folds."""

    data: str = "breast_cancer"
    """A table with two classes: ``breast_cancer``, ``churn``, ``fraud`` or ``own-…``."""
    a: Model = "logistic"
    b: Model = "neighbours"
    n_rows: int = 300
    """Rows drawn from the table, in the proportion of its classes; all, if it has fewer."""
    k: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task == "binary",
            f"The lesson compares models that tell two classes apart, and {dataset.title} is a "
            f"{dataset.task} table. Choose a table with a yes/no target.",
        )
        for model in (self.a, self.b):
            require(model in MODELS, f"A model is one of {', '.join(MODELS)}, got {model!r}.")
        require(
            FEWEST_ROWS <= self.n_rows <= MOST_ROWS,
            f"{FEWEST_ROWS} to {MOST_ROWS} rows are compared on, got {self.n_rows}. Try 300.",
        )
        require(
            self.k in FOLD_CHOICES,
            f"The lesson compares with {', '.join(map(str, FOLD_CHOICES))} folds, got {self.k}. Choose one.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Pair:
    """What both models answered. Shares are of right answers (accuracy)."""

    spec: PairSpec
    n_rows: int
    n_majority: int
    """Rows of the more frequent class: what always saying it gets right."""
    folds: pd.DataFrame
    """One row per fold of each repeat: ``repeat`` (from 1), ``fold``, ``n_test``, ``n_train``,
    ``a``, ``b`` (accuracies), ``difference`` (a minus b)."""
    answers: pd.DataFrame
    """One row per row of the table that was used: ``row`` (its place there), ``a_right``, ``b_right``:
    whether the model that had not seen it in the first repeat answers rightly."""


@remembered
def compare_pair(spec: PairSpec) -> Pair:
    """Answer "what do two models score on the same folds?".

    Check by eye: a model compared with itself differs nowhere, unless it has chance of its own.

    Raises
    ------
    SpecError
        If one of the classes has fewer rows than there are folds.
    """
    dataset = load_dataset(spec.data)
    rows = choose_rows(spec)
    table = dataset.table[list(dataset.features)].iloc[rows].reset_index(drop=True)
    truth = dataset.positive_rows()[rows]
    n_rarest = int(min(truth.sum(), (~truth).sum()))
    require(
        n_rarest >= spec.k,
        f"Each of the {spec.k} folds needs both classes, and the rarer one has {n_rarest} rows. "
        "Take more rows, or fewer folds.",
    )
    lines: list[dict[str, Any]] = []
    answers = np.zeros((2, len(rows)), dtype=bool)
    for at, (train, test) in enumerate(build_splitter(spec).split(table, truth)):
        if at % spec.k == 0:
            report(at / (spec.k * MOST_REPEATS), f"Repeat {at // spec.k + 1} of {MOST_REPEATS}")
        # Both models prepare their columns alike, so it is done once for the two.
        prepare, a_model = build_model(spec, "a")
        _, b_model = build_model(spec, "b")
        learnt = prepare.fit_transform(table.iloc[train], truth[train])
        asked = prepare.transform(table.iloc[test])
        right = [
            model.fit(learnt, truth[train]).predict(asked) == truth[test]
            for model in (a_model, b_model)
        ]
        a, b = (float(answer.mean()) for answer in right)
        lines.append(
            {
                "repeat": at // spec.k + 1,
                "fold": at % spec.k + 1,
                "n_test": len(test),
                "n_train": len(train),
                "a": a,
                "b": b,
                "difference": a - b,
            }
        )
        if at < spec.k:
            answers[:, test] = right
    return Pair(
        spec=spec,
        n_rows=len(rows),
        n_majority=int(max(truth.sum(), (~truth).sum())),
        folds=pd.DataFrame(lines),
        answers=pd.DataFrame({"row": rows, "a_right": answers[0], "b_right": answers[1]}),
    )


def choose_rows(spec: PairSpec) -> np.ndarray:
    """Return the places of the rows that are used, in the order of the table."""
    from sklearn.model_selection import train_test_split

    dataset = load_dataset(spec.data)
    every = np.arange(dataset.n_rows)
    if dataset.n_rows <= spec.n_rows:
        return every
    kept, _ = train_test_split(
        every, train_size=spec.n_rows, stratify=dataset.positive_rows(), random_state=spec.seed
    )
    return np.sort(kept)


def build_splitter(spec: PairSpec) -> "RepeatedStratifiedKFold":
    """Return the folds of all repeats, the same for both models."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    return RepeatedStratifiedKFold(n_splits=spec.k, n_repeats=MOST_REPEATS, random_state=spec.seed)


def build_model(spec: PairSpec, which: str) -> "Pipeline":
    """Return the untrained pipeline of model ``a`` or ``b``; B's own chance has another seed."""
    from sklearn.pipeline import make_pipeline

    name = spec.a if which == "a" else spec.b
    seed = spec.seed if which == "a" else spec.seed + 1
    return make_pipeline(prepare_columns(load_dataset(spec.data)), _build(name, seed))


def _build(name: Model, seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.tree import DecisionTreeClassifier

    models = {
        "logistic": lambda: LogisticRegression(max_iter=1000),
        "neighbours": lambda: KNeighborsClassifier(15),
        "bayes": GaussianNB,
        "tree": lambda: DecisionTreeClassifier(min_samples_leaf=5, random_state=seed),
        "forest": lambda: RandomForestClassifier(
            n_estimators=30, min_samples_leaf=2, random_state=seed
        ),
    }
    return models[name]()
