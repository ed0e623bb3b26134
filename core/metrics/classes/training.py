"""Models that tell several classes apart, trained on a table as it is and with one class made rare."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Dataset, Label, load_dataset, split_rows
from core.errors import require
from core.metrics.classifiers import LARGEST_SEED, prepare_columns
from core.progress import report
from core.remember import remembered

Model = Literal["neighbours", "logistic", "tree", "forest", "majority"]
MODELS: tuple[Model, ...] = get_args(Model)
N_SPLITS = 10
"""Splits over which the table as it is and the table with a rare class are compared."""
LARGEST_START = LARGEST_SEED - N_SPLITS + 1
"""Each split has a seed of its own, one higher than the last."""
FEWEST_ROWS = 5
"""Rows of a class that training, validation and test can share."""
QUICK_CELLS = 150_000
"""Rows × features up to which all trainings of a view together take about half a second; twenty
forests take longer on any table."""

Codes = NDArray[np.int64]
"""Classes by their place among the labels in ascending order, from 0."""


@dataclass(frozen=True, kw_only=True)
class ClassesTraining:
    """One model on one table with several classes, of which one may be made rare."""

    data: str = "digits"
    """Name of a table with several classes: ``digits``, ``wine``, ``iris`` or ``own-…``."""
    model: Model = "neighbours"
    rare: str | None = None
    """The class that is made rare, as text; None leaves the table as it is."""
    rare_rows: int | None = None
    """Rows of that class that stay in the table."""
    seed: int = 0
    """Decides which rows stay, the split, and the model's own chance."""

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task == "multiclass",
            f"This lesson tells three or more classes apart, and {dataset.title} is a "
            f"{dataset.task} table. Choose digits, wine or iris.",
        )
        require(
            self.model in MODELS, f"The model is one of {', '.join(MODELS)}, got {self.model!r}."
        )
        require(
            0 <= self.seed <= LARGEST_START,
            f"A seed is a whole number from 0 to {LARGEST_START}, got {self.seed}.",
        )
        require(
            (self.rare is None) == (self.rare_rows is None),
            "A class is made rare by its name and by how many of its rows stay. Give both or none.",
        )
        require(
            self.rare_rows is None or self.rare_rows >= FEWEST_ROWS,
            f"Training, validation and test share the rare class, so at least {FEWEST_ROWS} of its "
            f"rows stay, got {self.rare_rows}. Keep more.",
        )


@dataclass(frozen=True, eq=False)
class JudgedRows:
    """What the model says of the validation rows, and how ten splits compare."""

    spec: ClassesTraining
    n_rows: int
    """Rows of the table that was split, after a class was made rare."""
    n_train: int
    n_test: int
    majority: int
    """Place of the class with the most training rows: what a model that learnt nothing says."""
    rows: pd.DataFrame
    """One row per validation row of this split: ``row`` (position in the whole table), ``truth``
    and ``predicted`` (places of the labels), and the model's probabilities ``score_0``, …"""
    splits: pd.DataFrame
    """One row per split and table: ``split`` (from 0, which is this one), ``is_rare`` (was a class
    made rare?), ``accuracy``, ``weighted_f1``, ``macro_f1``, ``macro_recall``, and, of the rare
    class, ``n_rare`` validation rows and ``n_rare_found``."""


@remembered
def train_classes(spec: ClassesTraining) -> JudgedRows:
    """Train on the training rows and judge the validation rows, over `N_SPLITS` splits.

    Answers "what does the model say of rows it never saw, and what changes when one class gets
    rare?". Split number i is drawn by the seed + i; each is trained on once with the table as it
    is and, if `rare` is set, once after rows of that class were left out at random.

    Raises
    ------
    SpecError
        If a part of a split would lack one of the classes.
    """
    whole = load_dataset(spec.data)
    label = find_label(whole, spec.rare)
    scores: list[dict[str, float]] = []
    first: list[tuple[_JudgedSplit, Codes]] = []
    for split in range(N_SPLITS):
        seed = spec.seed + split
        for is_rare, dataset, kept in _draw_tables(whole, label, spec, seed):
            done = _judge_split(dataset, spec.model, seed)
            scores.append({"split": split, "is_rare": is_rare, **_score(done, whole, label)})
            if split == 0:
                first.append((done, kept))
        report((split + 1) / N_SPLITS, f"Split {split + 1} of {N_SPLITS}")
    judged, kept = first[-1]  # with the rare class, if one was made rare
    return JudgedRows(
        spec=spec,
        n_rows=len(kept),
        n_train=judged.n_train,
        n_test=judged.n_test,
        majority=judged.majority,
        rows=judged.rows.assign(row=kept[judged.rows["row"]]),
        splits=pd.DataFrame(scores),
    )


def find_label(dataset: Dataset, text: str | None) -> Label | None:
    """Return the label that is written as `text`; for a text that no label has, the last label.

    A link that names digit 8 stays useful when another table is chosen.
    """
    if text is None:
        return None
    labels = {str(label): label for label in dataset.labels}
    return labels.get(text, dataset.labels[-1])


def thin_class(dataset: Dataset, label: Label, n_rows: int, seed: int) -> tuple[Dataset, Codes]:
    """Leave rows of one class out at random until `n_rows` of them are left, before any split.

    Returns the smaller table and, for each of its rows, the position in the whole one. A class
    with fewer rows stays as it is. Check by eye: digits have 174 eights; with 20 of them 1,643 of
    the 1,797 rows are left.
    """
    table = dataset.table
    of_class = np.flatnonzero(table[dataset.target] == label)
    n_dropped = max(len(of_class) - n_rows, 0)
    dropped = np.random.default_rng(seed).choice(of_class, n_dropped, replace=False)
    kept = np.delete(np.arange(len(table)), dropped)
    thinned = table.iloc[kept].reset_index(drop=True)
    smaller = replace(dataset, n_rows=len(kept), read=lambda: (thinned, dataset.csv_bytes()))
    return smaller, kept


def is_quick(spec: ClassesTraining) -> bool:
    """Say whether all trainings take less than about half a second, so that a page may wait."""
    dataset = load_dataset(spec.data)
    return spec.model != "forest" and dataset.n_rows * len(dataset.features) <= QUICK_CELLS


def build_model(name: Model, seed: int) -> Any:
    """Return the untrained scikit-learn classifier called `name`."""
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.tree import DecisionTreeClassifier

    if name == "neighbours":
        return KNeighborsClassifier(n_neighbors=5)
    if name == "logistic":
        return LogisticRegression(max_iter=1000)
    if name == "tree":
        return DecisionTreeClassifier(min_samples_leaf=5, random_state=seed)
    if name == "forest":
        return RandomForestClassifier(random_state=seed)
    return DummyClassifier(strategy="most_frequent")


@dataclass(frozen=True, eq=False)
class _JudgedSplit:
    n_train: int
    n_test: int
    majority: int
    rows: pd.DataFrame


def _draw_tables(
    whole: Dataset, label: Label | None, spec: ClassesTraining, seed: int
) -> Iterator[tuple[bool, Dataset, Codes]]:
    yield False, whole, np.arange(whole.n_rows)
    if label is not None and spec.rare_rows is not None:
        yield True, *thin_class(whole, label, spec.rare_rows, seed)


def _judge_split(dataset: Dataset, model: Model, seed: int) -> _JudgedSplit:
    split = split_rows(dataset, seed=seed)
    table = dataset.table
    codes = pd.Categorical(table[dataset.target], categories=dataset.labels).codes.astype("int64")
    features = table[list(dataset.features)]
    prepare = prepare_columns(dataset)
    learned = prepare.fit_transform(features.iloc[split.train])
    trained = build_model(model, seed).fit(learned, codes[split.train])
    unseen = prepare.transform(features.iloc[split.validation])
    probabilities = trained.predict_proba(unseen)
    rows = pd.DataFrame(
        {
            "row": split.validation,
            "truth": codes[split.validation],
            "predicted": trained.predict(unseen),
            **{f"score_{place}": column for place, column in enumerate(probabilities.T)},
        }
    )
    majority = int(np.bincount(codes[split.train]).argmax())
    return _JudgedSplit(len(split.train), len(split.test), majority, rows)


def _score(done: _JudgedSplit, whole: Dataset, label: Label | None) -> dict[str, float]:
    """Return the scores of one split; every class is in its truth, so all of them are defined."""
    from sklearn.metrics import precision_recall_fscore_support

    truth, predicted = done.rows["truth"].to_numpy(), done.rows["predicted"].to_numpy()
    _, recall, f1, n_rows = precision_recall_fscore_support(truth, predicted, zero_division=np.nan)
    is_rare = truth == (whole.labels.index(label) if label is not None else -1)
    return {
        "accuracy": float((truth == predicted).mean()),
        "weighted_f1": float(np.average(f1, weights=n_rows)),
        "macro_f1": float(f1.mean()),
        "macro_recall": float(recall.mean()),
        "n_rare": int(is_rare.sum()),
        "n_rare_found": int((is_rare & (predicted == truth)).sum()),
    }
