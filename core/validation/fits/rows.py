"""The rows that the counted models learn from: numbers only, as many as a view can train on."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import load_dataset
from core.validation.fits.plan import MOST_ROWS


@dataclass(frozen=True, eq=False)
class Rows:
    """What the models see; the index of `x` numbers the rows from 0."""

    x: pd.DataFrame
    y: NDArray[np.int64]
    n_classes: int


@lru_cache(maxsize=16)
def gather_rows(data: str, seed: int) -> Rows:
    """Return the columns of numbers and the class of each row, a sample of `MOST_ROWS` at most."""
    dataset = load_dataset(data)
    table = dataset.table
    if len(table) > MOST_ROWS:
        rng = np.random.default_rng(seed)
        table = table.iloc[np.sort(rng.choice(len(table), MOST_ROWS, replace=False))]
    table = table.reset_index(drop=True)
    classes, y = np.unique(table[dataset.target].astype("str").to_numpy(), return_inverse=True)
    x = table[list(dataset.numeric_features)].astype("float64")
    return Rows(x=x, y=y.astype(np.int64), n_classes=len(classes))
