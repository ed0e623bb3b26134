"""What all generated tables share: an exact number of positives, fixed decimals, one CSV."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[2] / "datasets"


@dataclass(frozen=True, eq=False)
class Sample:
    """A table as drawn, and what the process that drew it knew of each row.

    `true_values` is the probability of the positive class, or the target without its noise, or
    the number of the cluster.
    """

    table: pd.DataFrame
    true_values: NDArray[np.float64]


def draw_labels(
    probability: NDArray[np.float64], *, n: int, n_positive: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Label candidate rows by chance and keep exactly `n`, of which `n_positive` are positive.

    The first `n_positive` positives and the first ``n - n_positive`` negatives are kept, then
    shuffled. Within each class the rows stay a fair sample, and because the law has the same
    positive share as the kept rows, `probability` stays the true one.

    Returns
    -------
    tuple
        Positions of the kept candidates and their labels (1 or 0), both of length `n`.
    """
    is_positive = rng.random(len(probability)) < probability
    positives = np.flatnonzero(is_positive)[:n_positive]
    negatives = np.flatnonzero(~is_positive)[: n - n_positive]
    if len(positives) + len(negatives) < n:
        message = f"too few candidates: {len(positives)} positive, {len(negatives)} negative"
        raise ValueError(message)
    kept = rng.permutation(np.concatenate([positives, negatives]))
    return kept, is_positive[kept].astype(np.int64)


def render_csv(table: pd.DataFrame, decimals: Mapping[str, int]) -> bytes:
    """Return `table` as CSV with a fixed number of decimals per column.

    Fixed decimals keep the bytes equal on machines whose `exp` differs in the last bit.
    """
    words = table.copy()
    for name, places in decimals.items():
        words[name] = [
            "" if is_empty else f"{value:.{places}f}"
            for value, is_empty in zip(table[name], table[name].isna(), strict=True)
        ]
    return words.to_csv(index=False, lineterminator="\n").encode()


def reader(
    name: str, make: Callable[[], Sample], decimals: Mapping[str, int]
) -> Callable[[], tuple[pd.DataFrame, bytes]]:
    """Return the `Dataset.read` of a generated table.

    The committed CSV is read; where the package was installed without it, it is made anew, byte
    for byte the same.
    """

    def read() -> tuple[pd.DataFrame, bytes]:
        path = FOLDER / f"{name}.csv"
        csv = path.read_bytes() if path.exists() else render_csv(make().table, decimals)
        return pd.read_csv(io.BytesIO(csv)), csv

    return read


GENERATED_LICENCE = "CC0 1.0: made by this project; use it as you like."
