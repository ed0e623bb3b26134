"""A table of one's own in the truth lab: the spreads that one table can show. Its truth stays hidden."""

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.metrics.classifiers import prepare_columns
from core.progress import report
from core.remember import remembered

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

NO_TABLE = "none"
MOST_ROWS = 1000
"""More rows than that are drawn from, so that a table of any size takes seconds."""
N_FOLDS, N_DEALINGS = 5, 20
SAID = (
    "own_error",
    "own_fold_sd",
    "own_shuffle_sd",
    "own_corrected_low",
    "own_corrected_high",
    "own_guess_error",
)
"""What is said of one's own table."""
NO_DEALINGS = pd.DataFrame({"dealing": [], "fold": [], "n_test": [], "error": []})


@dataclass(frozen=True, kw_only=True)
class OwnSpec:
    """A table with two classes, and the model that is trained on it."""

    data: str
    """``own-…``, or any other table with two classes."""
    penalty: float = 1.0
    """Of the ridge classifier (alpha of scikit-learn)."""
    seed: int = 0

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        require(
            dataset.task == "binary",
            f"The lesson tells two classes apart, and {dataset.title} is a {dataset.task} table. "
            "Choose a table with a yes/no target.",
        )


@dataclass(frozen=True, eq=False)
class OwnDealings:
    """Cross-validated errors of one table, dealt into folds again and again."""

    spec: OwnSpec
    n_rows: int
    guess_error: float
    """Share of wrong answers of always saying the more frequent class."""
    folds: pd.DataFrame
    """One row per fold of each dealing: ``dealing`` and ``fold`` (from 1), ``n_test``, ``error``."""


@remembered
def deal_own(spec: OwnSpec) -> OwnDealings:
    """Answer "how much does the score of one table change from fold to fold, and from dealing to dealing?".

    Trains a ridge classifier on 5 stratified folds of each of 20 dealings (`RepeatedStratifiedKFold`).
    Check by eye: a column that says the class makes every error 0.

    Raises
    ------
    SpecError
        If one of the classes has fewer rows than there are folds.
    """
    dataset, rows = load_dataset(spec.data), choose_rows(spec)
    table = dataset.table[list(dataset.features)].iloc[rows].reset_index(drop=True)
    truth = dataset.positive_rows()[rows]
    n_rarest = int(min(truth.sum(), (~truth).sum()))
    require(
        n_rarest >= N_FOLDS,
        f"Each of the {N_FOLDS} folds needs both classes, and the rarer one has {n_rarest} rows. "
        "Choose a table with more of them.",
    )
    lines: list[dict[str, Any]] = []
    model = build_model(spec)
    for at, (train, test) in enumerate(build_splitter(spec).split(table, truth)):
        if at % N_FOLDS == 0:
            report(at / (N_FOLDS * N_DEALINGS), f"Dealing {at // N_FOLDS + 1} of {N_DEALINGS}")
        said = model.fit(table.iloc[train], truth[train]).predict(table.iloc[test])
        lines.append(
            {
                "dealing": at // N_FOLDS + 1,
                "fold": at % N_FOLDS + 1,
                "n_test": len(test),
                "error": float((said != truth[test]).mean()),
            }
        )
    return OwnDealings(
        spec=spec, n_rows=len(rows), guess_error=n_rarest / len(rows), folds=pd.DataFrame(lines)
    )


def choose_rows(spec: OwnSpec) -> np.ndarray:
    """Return the places of the rows that are used, in the order of the table."""
    n_rows = load_dataset(spec.data).n_rows
    if n_rows <= MOST_ROWS:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(spec.seed).permutation(n_rows)[:MOST_ROWS])


def build_splitter(spec: OwnSpec) -> Any:
    """Return the folds of all dealings."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    return RepeatedStratifiedKFold(n_splits=N_FOLDS, n_repeats=N_DEALINGS, random_state=spec.seed)


def build_model(spec: OwnSpec) -> "Pipeline":
    """Return the untrained pipeline: columns prepared by their kind, then a ridge classifier."""
    from sklearn.linear_model import RidgeClassifier
    from sklearn.pipeline import make_pipeline

    return make_pipeline(prepare_columns(load_dataset(spec.data)), RidgeClassifier(spec.penalty))


def summarise_own(found: OwnDealings | None) -> dict[str, float]:
    """Return what one table shows, by the names of `SAID`; NaN without a table.

    The interval is that of `core.validation.risk.sweep.bound_error` with the first dealing's folds.
    """
    if found is None:
        return dict.fromkeys(SAID, float("nan"))
    return dict(zip(SAID, _summarise(found), strict=True))


@cached(LRUCache(maxsize=32), key=lambda found: found.spec, lock=Lock())
def _summarise(found: OwnDealings) -> tuple[float, ...]:
    from core.validation.risk.sweep import bound_error  # that module imports the law's trials

    first = found.folds.loc[found.folds["dealing"] == 1, "error"].to_numpy()
    error, spread = np.asarray(first.mean()), np.asarray(first.std(ddof=1))
    low, high = bound_error("corrected", error, spread, N_FOLDS, found.n_rows)
    dealt = found.folds.groupby("dealing")["error"].mean()
    said = (error, spread, dealt.std(ddof=1), low, high, found.guess_error)
    return tuple(float(value) for value in said)
