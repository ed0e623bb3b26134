"""The same model trained in four ways on the same rows, again and again, and what each says of others."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from core.automl.imbalance.pumps import find_table
from core.automl.imbalance.ways import WAYS, balance_rows, count_kept
from core.datasets import Dataset, split_rows
from core.errors import require
from core.metrics.classifiers import prepare_columns
from core.progress import report

Model = Literal["linear", "lightgbm", "forest"]
MODELS: tuple[Model, ...] = get_args(Model)
N_SPLITS: dict[Model, int] = {"linear": 10, "lightgbm": 5, "forest": 4}
N_SPLITS_OF_MANY_ROWS = 3
MANY_ROWS = 60_000
FEWEST_POSITIVE = 40
"""Positive rows of the table; with fewer, the rows that choose a threshold hold a handful of them."""
MOST_PER_POSITIVE = 1000
LARGEST_SEED = 1_000_000


@dataclass(frozen=True, kw_only=True)
class BenchSpec:
    """A table, a model, and how many of the common class stay when it is thinned out."""

    data: str = "churn"
    model: Model = "linear"
    per_positive: int = 1
    """Rows of the common class that are kept for each positive one."""
    seed: int = 0

    def __post_init__(self) -> None:
        dataset = find_table(self.data)
        require(
            dataset.task == "binary",
            f"A rare class needs two classes, and {dataset.title} is a {dataset.task} table. Choose a "
            "table with a yes/no target.",
        )
        require(
            self.model in MODELS, f"The model is one of {', '.join(MODELS)}, got {self.model!r}."
        )
        require(
            self.model != "forest" or dataset.n_rows <= MANY_ROWS,
            f"A forest learns here from at most {MANY_ROWS:,} rows, and {dataset.title} has "
            f"{dataset.n_rows:,}. Choose the straight model or LightGBM.",
        )
        require(
            1 <= self.per_positive <= MOST_PER_POSITIVE,
            f"For each positive row 1 to {MOST_PER_POSITIVE:,} others are kept, got "
            f"{self.per_positive}. Try 1 or 3.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED:,}, got {self.seed}.",
        )

    @property
    def n_splits(self) -> int:
        """How often the rows are dealt anew."""
        is_large = find_table(self.data).n_rows > MANY_ROWS
        return N_SPLITS_OF_MANY_ROWS if is_large else N_SPLITS[self.model]


@dataclass(frozen=True, eq=False)
class BenchScores:
    """What each model says of rows that it never saw; counts are of one split, and nearly equal in all.

    `scores` has one row per split and row of its validation and test part: ``split``, ``part``
    ("validation" or "test"), ``positive``, and the probabilities ``plain``, ``weights``, ``fewer`` and
    ``fewer_weighted`` of the four ways to train.
    """

    spec: BenchSpec
    n_train: int
    n_validation: int
    n_test: int
    n_positive_train: int
    n_positive_validation: int
    n_positive_test: int
    n_kept: int
    """Rows of the common class that are left after thinning it out."""
    scores: pd.DataFrame

    @property
    def kept_share(self) -> float:
        """Share of the common class that is left."""
        return self.n_kept / (self.n_train - self.n_positive_train)


def train_ways(spec: BenchSpec) -> BenchScores:
    """Deal the rows anew `BenchSpec.n_splits` times and train the model in every way on each deal.

    Columns are prepared as in `core.metrics.classifiers`, by all training rows, alike for all ways.

    Raises
    ------
    SpecError
        If the positives are not the rarer class, or too few.
    """
    dataset = find_table(spec.data)
    positive = dataset.positive_rows()
    _check_classes(dataset, int(positive.sum()))
    parts = []
    for number in range(spec.n_splits):
        report(number / spec.n_splits, f"Deal {number + 1} of {spec.n_splits}")
        parts.append(_train_on_deal(spec, dataset, number))
    report(1.0, "Done")
    split = split_rows(dataset, seed=spec.seed)
    n_positive = {name: int(positive[rows].sum()) for name, rows in split.parts.items()}
    n_common = len(split.train) - n_positive["train"]
    return BenchScores(
        spec=spec,
        **{f"n_{name}": len(rows) for name, rows in split.parts.items()},
        **{f"n_positive_{name}": n for name, n in n_positive.items()},
        n_kept=count_kept(n_positive["train"], n_common, spec.per_positive),
        scores=pd.concat(parts, ignore_index=True),
    )


def _train_on_deal(spec: BenchSpec, dataset: Dataset, number: int) -> pd.DataFrame:
    seed = spec.seed + number
    split = split_rows(dataset, seed=seed)
    table, positive = dataset.table[list(dataset.features)], dataset.positive_rows()
    prepare = prepare_columns(dataset)
    learnt = prepare.fit_transform(table.iloc[split.train])
    happened = positive[split.train]
    judges = {"validation": split.validation, "test": split.test}
    rows = {part: prepare.transform(table.iloc[places]) for part, places in judges.items()}
    said: dict[str, dict[str, Any]] = {part: {} for part in judges}
    for way in WAYS:
        lesson = balance_rows(happened, way, spec.per_positive, np.random.default_rng(seed))
        model = build_model(spec.model, seed)
        model.fit(learnt[lesson.places], happened[lesson.places], sample_weight=lesson.weights)
        for part in judges:
            said[part][way] = model.predict_proba(rows[part])[:, 1]
    return pd.concat(
        [
            pd.DataFrame(
                {"split": number, "part": part, "positive": positive[places], **said[part]}
            )
            for part, places in judges.items()
        ],
        ignore_index=True,
    )


def _check_classes(dataset: Dataset, n_positive: int) -> None:
    require(
        n_positive >= FEWEST_POSITIVE,
        f"The rows are dealt into three parts, so {FEWEST_POSITIVE} positive rows are the fewest, and "
        f"{dataset.title} has {n_positive}. Bring more rows.",
    )
    require(
        2 * n_positive <= dataset.n_rows,
        f"This is about a rare class, and {n_positive:,} of {dataset.n_rows:,} rows of {dataset.title} "
        "are positive. Bring the table again with the other class as the positive one.",
    )


def build_model(name: Model, seed: int) -> Any:
    """Return the untrained model, near the defaults of its library."""
    if name == "linear":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=1000)
    if name == "forest":
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(min_samples_leaf=5, random_state=seed)
    from lightgbm import LGBMClassifier

    return LGBMClassifier(
        n_jobs=1, deterministic=True, force_row_wise=True, verbosity=-1, random_state=seed
    )
