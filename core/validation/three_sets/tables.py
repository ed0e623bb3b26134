"""The tables behind the views, as "About the data" shows them; those of a law hold one run's rows."""

from functools import partial

import numpy as np
import pandas as pd

from core.datasets import Column, Dataset, load_dataset
from core.validation.three_sets.laws import LAWS, N_COLUMNS, N_TRAIN, N_USEFUL, SHIFT, draw_rows

N_SHOWN = 100
"""Rows to validate and to test in the table that stands for a law."""
TITLES = {"noise": "Coin flips", "signal": "A little signal"}
TRUTHS = {
    "noise": "The label is a fair coin and has nothing to do with any column, so every model is right half "
    "the time on new rows. Only the training rows hold as many of one label as of the other.",
    "signal": f"The label is a fair coin. The first {N_USEFUL} columns lie {SHIFT} above 0 for one label and "
    "as far below for the other, with a standard deviation of 1; the rest is noise.",
}


def find_table(data: str) -> Dataset:
    """Return the table called `data`; for a law, the rows of one run."""
    if data not in LAWS:
        return load_dataset(data)
    return Dataset(
        name=data,
        title=TITLES[data],
        task="binary",
        target="label",
        positive=1,
        row_noun=("row", "rows"),
        positive_noun=("row with label 1", "rows with label 1"),
        negative_noun=("row with label 0", "rows with label 0"),
        columns=(
            *(
                Column(name=f"x{at}", meaning=_describe(data, at - 1), unit=None)
                for at in range(1, N_COLUMNS + 1)
            ),
            Column(name="label", meaning="0 or 1, a fair coin", kind="target"),
        ),
        n_rows=N_TRAIN + 2 * N_SHOWN,
        licence="as Glassroom itself",
        provenance="Drawn anew in each run by a law of ours, so that the truth is known exactly.",
        is_real=False,
        truth=TRUTHS[data],
        read=partial(_read, data),
    )


def _describe(data: str, at: int) -> str:
    helps = data == "signal" and at < N_USEFUL
    return "normal, helps a little" if helps else "normal, says nothing"


def _read(data: str) -> tuple[pd.DataFrame, bytes]:
    drawn = draw_rows(data, N_SHOWN, 0, 0)
    names = [f"x{at}" for at in range(1, N_COLUMNS + 1)]
    table = pd.DataFrame(drawn.features.round(4), columns=names)
    table["label"] = np.asarray(drawn.labels)
    return table, table.to_csv(index=False, lineterminator="\n").encode()
