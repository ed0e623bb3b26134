"""Do two metrics choose opposite models? Pairs of trained models, searched over many splits.

Every pair is judged on rows that no model was trained on. These rows are halved: on one half an example
is found, on the other it is shown, so that the search itself does not make it look clearer than it is.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import load_dataset
from core.errors import require
from core.metrics.which_metric.bills import HALF
from core.metrics.which_metric.candidates import CandidatesSpec, ask_models, read_truth
from core.metrics.which_metric.resample import (
    ENDS,
    draw_weights,
    find_best_f1,
    resample_auc,
    resample_f1,
    resample_mean,
)
from core.progress import report
from core.remember import remembered

Dispute = Literal["f1_auc", "best_f1_auc", "log_loss_auc", "rmse_mae"]
DISPUTES: tuple[Dispute, ...] = get_args(Dispute)
N_SPLITS = 4
MOST_LEARNED = 4_000
MOST_JUDGED = 8_000
LARGEST_START = 2**32 - 1 - N_SPLITS
TINY = 1e-15
"""scikit-learn moves probabilities this far away from 0 and 1 before it takes their logarithm."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class SearchSpec:
    """The table, and the seed of the first split."""

    data: str = "churn"
    start: int = 0

    def __post_init__(self) -> None:
        CandidatesSpec(data=self.data)  # refuses tables of another kind
        require(
            0 <= self.start <= LARGEST_START,
            f"The first split of the search is a whole number from 0 to {LARGEST_START}, got "
            f"{self.start}.",
        )


@dataclass(frozen=True, eq=False)
class Search:
    """What became of every pair of models on every split.

    `pairs` has one row per ``dispute`` and pair: ``split`` (its seed), ``first`` (the model that the
    first metric prefers on the rows where the pair is judged) and ``second``; ``gap_1``, how much
    better `first` is by the first metric, with ``low_1`` and ``high_1`` (95 %, paired bootstrap);
    ``gap_2`` …, the same by the second one (above 0 `first` is better, whatever the metric); and
    ``clearness``, how clearly the two metrics disagree on the other half: the smaller of both gaps
    there in standard errors, 0 if they agree.
    """

    spec: SearchSpec
    n_splits: int
    n_learned: int
    n_judged: int
    """Rows of the half on which a pair is judged."""
    pairs: pd.DataFrame


@remembered
def search_disputes(spec: SearchSpec) -> Search:
    """Train all models on several splits and compare each pair by two metrics.

    Check by eye: 5 models make 10 pairs a split, so 40 rows a dispute.
    """
    dataset = load_dataset(spec.data)
    truth = read_truth(dataset)
    n_learned = min(MOST_LEARNED, dataset.n_rows // 2)
    frames, halves = [], []
    for number in range(N_SPLITS):
        seed = spec.start + number
        rows = _draw(truth, dataset.task == "binary", n_learned, seed)
        said = ask_models(
            dataset, seed, rows[0], rows[1], begin=number / N_SPLITS, end=(number + 1) / N_SPLITS
        )
        halves = np.array_split(np.arange(len(rows[1])), 2)
        frames.append(_compare(dataset.task, truth[rows[1]], said, halves).assign(split=seed))
    report(1.0, "Done")
    pairs = pd.concat(frames, ignore_index=True)
    columns = ["dispute", "split", *pairs.columns.drop(["dispute", "split"])]
    types = {"dispute": "str", "first": "str", "second": "str"}
    return Search(
        spec=spec,
        n_splits=N_SPLITS,
        n_learned=n_learned,
        n_judged=len(halves[1]),
        pairs=pairs[columns].astype(types),
    )


def _draw(
    truth: Numbers, is_binary: bool, n_learned: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows to learn from and the rows to be judged on, in random order."""
    from sklearn.model_selection import train_test_split

    learned, others = train_test_split(
        np.arange(len(truth)),
        train_size=n_learned,
        random_state=seed,
        stratify=truth if is_binary else None,
    )
    return learned, others[:MOST_JUDGED]


def _compare(
    task: str, truth: Numbers, said: dict[str, Numbers], halves: list[NDArray[np.int64]]
) -> pd.DataFrame:
    """Return one row per dispute and pair."""
    found, judged = halves
    goodness = {}
    for model, answers in said.items():
        threshold = find_best_f1(truth[found], answers[found])[1] if task == "binary" else 0.0
        goodness[model] = [
            _measure(task, truth[half], answers[half], threshold) for half in (found, judged)
        ]
    rows = []
    for dispute in DISPUTES:
        if (dispute == "rmse_mae") != (task == "regression"):
            continue
        rows += [
            {"dispute": dispute, **_confront(dispute, pair, goodness)}
            for pair in combinations(said, 2)
        ]
    return pd.DataFrame(rows)


def _confront(
    dispute: Dispute, pair: tuple[str, str], goodness: dict[str, list[dict[str, Numbers]]]
) -> dict[str, str | float]:
    metrics = name_sides(dispute)
    first, second = pair
    if goodness[first][1][metrics[0]][0] < goodness[second][1][metrics[0]][0]:
        first, second = second, first
    row: dict[str, str | float] = {"first": first, "second": second}
    clear = []
    for side, metric in enumerate(metrics, start=1):
        found, judged = (
            goodness[first][half][metric] - goodness[second][half][metric] for half in (0, 1)
        )
        low, high = np.nanquantile(judged[1:], ENDS)
        row |= {
            f"gap_{side}": float(judged[0]),
            f"low_{side}": float(low),
            f"high_{side}": float(high),
        }
        spread = float(np.nanstd(found[1:]))
        clear.append(float(found[0]) / spread if spread > 0 else 0.0)
    is_opposite = clear[0] * clear[1] < 0
    return row | {"clearness": min(abs(clear[0]), abs(clear[1])) if is_opposite else 0.0}


def name_sides(dispute: Dispute) -> tuple[str, str]:
    """Return the two metrics of a dispute."""
    sides = {
        "f1_auc": ("f1", "roc_auc"),
        "best_f1_auc": ("best_f1", "roc_auc"),
        "log_loss_auc": ("log_loss", "roc_auc"),
        "rmse_mae": ("rmse", "mae"),
    }
    return sides[dispute]


def _measure(task: str, truth: Numbers, said: Numbers, threshold: float) -> dict[str, Numbers]:
    """Return every metric, the higher the better: its value, then that of each bootstrap sample."""
    once = np.ones((1, len(truth)), dtype=np.float32)
    weights = np.concatenate([once, draw_weights(len(truth))])
    if task == "regression":
        error = said - truth
        squares = resample_mean(error**2, weights)
        return {"rmse": -np.sqrt(squares), "mae": -resample_mean(np.abs(error), weights)}
    chance = np.clip(np.where(truth == 1, said, 1 - said), TINY, 1 - TINY)
    return {
        "f1": resample_f1(truth, said >= HALF, weights),
        "best_f1": resample_f1(truth, said >= threshold, weights),
        "roc_auc": resample_auc(truth, said, weights),
        "log_loss": resample_mean(np.log(chance), weights),
    }
