"""Run one search with its preparation in four places, and write down every fit."""

import tempfile
import warnings
from dataclasses import dataclass
from time import thread_time
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Dataset, load_dataset
from core.errors import require
from core.remember import remembered

if TYPE_CHECKING:
    from core.validation.fits.counting import Ledger

Placement = Literal["before", "model_step", "pipeline", "cached"]
PLACEMENTS: tuple[Placement, ...] = get_args(Placement)
STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""Values of C that are tried, in this order."""
STEPS = ("fill", "scale", "fill words", "encode", "select", "model")
N_KEPT = 10
"""Columns that the selection keeps."""
MOST_TEST_ROWS = 1000
MOST_NOISE = 1000
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class PlacementsSpec:
    """One table and one search; the preparation is put in all four places."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``fraud``, ``breast_cancer`` or ``own-…``."""
    n_rows: int = 1000
    """Rows for training and cross-validation, at most 70 % of the table."""
    n_noise: int = 0
    """Columns of random numbers added to the table."""
    n_settings: int = 3
    """Values of C that the search tries."""
    k: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task == "binary",
            f"This search parts two classes, and {dataset.title} is a {dataset.task} table. "
            "Choose a table with a yes/no target.",
        )
        require(
            60 <= self.n_rows <= 5000,
            f"The search learns from 60 to 5000 rows, got {self.n_rows}. Try 1000.",
        )
        require(
            0 <= self.n_noise <= MOST_NOISE,
            f"There can be 0 to {MOST_NOISE} columns of noise, got {self.n_noise}.",
        )
        require(
            1 <= self.n_settings <= len(STRENGTHS),
            f"The search tries 1 to {len(STRENGTHS)} settings, got {self.n_settings}.",
        )
        require(2 <= self.k <= 10, f"The lesson makes 2 to 10 folds, got {self.k}. Try 5.")
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Placements:
    """What each place of the preparation costs and reports.

    `scores` has one row per placement: ``placement``, ``reported`` (mean AUC over the folds of the
    best setting), ``lowest`` and ``highest`` fold, ``test`` (AUC on the test rows), ``seconds`` of the
    whole search. `fits` has one row per placement and step: ``placement``, ``step``, ``n_fits``
    (counted), ``seconds`` (in fit). Seconds are those of the processor, measured here: a machine that is
    busy with other things adds none. All else is the same each time.
    """

    spec: PlacementsSpec
    n_train: int
    n_test: int
    scores: pd.DataFrame
    fits: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Parts:
    """The rows of a run; `numbers` and `words` name its columns."""

    train: pd.DataFrame
    test: pd.DataFrame
    y_train: NDArray[np.bool_]
    y_test: NDArray[np.bool_]
    numbers: tuple[str, ...]
    words: tuple[str, ...]


@remembered
def compare_placements(spec: PlacementsSpec) -> Placements:
    """Answer "what does it cost to prepare inside the folds, and what does it change?".

    Raises
    ------
    SpecError
        If a class has fewer rows than there are folds.
    """
    from core.validation.fits.counting import Ledger, keep_ledger

    parts = draw_parts(spec)
    n_models = spec.n_settings * spec.k + 1
    scores, fits = [], []
    for placement in PLACEMENTS:
        ledger = Ledger(n_expected=n_models)
        start = thread_time()  # all of it runs in this thread
        with keep_ledger(ledger), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a constant column of an own table has no F value
            found = _run(placement, spec, parts)
        seconds = thread_time() - start
        scores.append({"placement": placement, **found, "seconds": seconds})
        fits += _count(placement, ledger)
    return Placements(
        spec=spec,
        n_train=len(parts.train),
        n_test=len(parts.test),
        scores=pd.DataFrame(scores),
        fits=pd.DataFrame(fits),
    )


def draw_parts(spec: PlacementsSpec) -> Parts:
    """Draw training and test rows, each class in its share, and add the columns of noise."""
    from sklearn.model_selection import train_test_split

    dataset = load_dataset(spec.data)
    y = dataset.positive_rows()
    n_train = min(spec.n_rows, round(0.7 * dataset.n_rows))
    n_test = min(dataset.n_rows - n_train, MOST_TEST_ROWS)
    smallest = min(int(y.sum()), int((~y).sum()))
    require(
        smallest * n_train / dataset.n_rows >= spec.k + 1,
        f"Each fold needs a row of each class, and {dataset.title} has only {smallest} of one for "
        f"{spec.k} folds. Take fewer folds or more rows.",
    )
    table = dataset.table[list(dataset.features)]
    noise = tuple(f"noise_{number}" for number in range(spec.n_noise))
    if noise:
        values = np.random.default_rng(spec.seed).normal(size=(len(table), spec.n_noise))
        table = table.join(pd.DataFrame(values, columns=list(noise)))
    train, test, y_train, y_test = train_test_split(
        table, y, train_size=n_train, test_size=n_test, stratify=y, random_state=spec.seed
    )
    numbers = (*dataset.numeric_features, *noise)
    return Parts(train, test, y_train, y_test, numbers, dataset.categorical_features)


def is_quick(_spec: PlacementsSpec) -> bool:
    """Say whether a page may wait: never, four searches take seconds."""
    return False


def n_kept(dataset: Dataset, n_noise: int) -> int:
    """Return how many columns the selection keeps: 10, or all where there are fewer."""
    return min(N_KEPT, len(dataset.features) + n_noise)


def _run(placement: Placement, spec: PlacementsSpec, parts: Parts) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import Pipeline

    from core.validation.pipelines.steps import build_model, build_preparation, build_search

    steps = build_preparation(parts, n_kept(load_dataset(spec.data), spec.n_noise))
    train, test = parts.train, parts.test
    with tempfile.TemporaryDirectory() as folder:
        if placement == "before":
            rows = pd.concat([train, test])
            target = np.concatenate([parts.y_train, parts.y_test])
            ready = Pipeline(steps).fit_transform(rows, target)
            train, test = ready[: len(train)], ready[len(train) :]
            search = build_search(build_model(), "C", spec)
            model: Any = search
        elif placement == "model_step":
            search = build_search(build_model(), "C", spec)
            model = Pipeline([*steps, ("search", search)])
        else:
            memory = folder if placement == "cached" else None
            whole = Pipeline([*steps, ("model", build_model())], memory=memory)
            model = search = build_search(whole, "model__C", spec)
        model.fit(train, parts.y_train)
        said = model.predict_proba(test)[:, 1]
    folds = [search.cv_results_[f"split{fold}_test_score"] for fold in range(spec.k)]
    best = [float(scores[search.best_index_]) for scores in folds]
    return {
        "reported": float(search.best_score_),
        "lowest": min(best),
        "highest": max(best),
        "test": float(roc_auc_score(parts.y_test, said)),
    }


def _count(placement: Placement, ledger: "Ledger") -> list[dict[str, Any]]:
    lines = []
    for step in STEPS:
        entries = [entry for entry in ledger.entries if entry.step == step]
        if entries:
            seconds = sum(entry.cpu_seconds for entry in entries)
            lines.append(
                {"placement": placement, "step": step, "n_fits": len(entries), "seconds": seconds}
            )
    return lines
