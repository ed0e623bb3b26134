"""The rows that a model got wrong, the surest mistakes first, and what they look like."""

import re

import numpy as np
import pandas as pd

from core.datasets import Dataset

MOST_IMAGES = 6
PIXEL = re.compile(r"pixel_(?P<y>\d+)_(?P<x>\d+)")


def list_mistakes(rows: pd.DataFrame, labels: tuple[str, ...]) -> pd.DataFrame:
    """List every wrong answer, those of which the model was surest first.

    Takes ``rows`` of `core.metrics.classes.training.JudgedRows`.

    Returns
    -------
    DataFrame
        ``row`` (position in the whole table), ``truth`` and ``predicted`` (labels), ``sureness``
        (the model's probability of its answer) and ``truth_score`` (of the truth).
    """
    scores = rows[[f"score_{place}" for place in range(len(labels))]].to_numpy()
    truth, predicted = rows["truth"].to_numpy(), rows["predicted"].to_numpy()
    at, names = np.arange(len(rows)), np.array(labels)
    table = pd.DataFrame(
        {
            "row": rows["row"].to_numpy(),
            "truth": pd.Series(names[truth], dtype="str"),
            "predicted": pd.Series(names[predicted], dtype="str"),
            "sureness": scores[at, predicted],
            "truth_score": scores[at, truth],
        }
    )
    wrong: pd.DataFrame = table[truth != predicted]
    order = ["sureness", "truth_score", "row"]
    return wrong.sort_values(order, ascending=[False, True, True], ignore_index=True)


def read_pixels(dataset: Dataset, mistakes: pd.DataFrame) -> pd.DataFrame:
    """Return the images of the first mistakes, if the columns of the table are pixels.

    Returns
    -------
    DataFrame
        One row per pixel: ``mistake`` (row of `mistakes`, at most `MOST_IMAGES`), ``x`` (column),
        ``y`` (row, from the top) and ``ink`` (0 to 1); empty for other tables.
    """
    places = [PIXEL.fullmatch(name) for name in dataset.features]
    columns = ["mistake", "x", "y", "ink"]
    if not all(places):
        return pd.DataFrame(columns=columns).astype("float64")
    shown = mistakes["row"].head(MOST_IMAGES)
    table = dataset.table[list(dataset.features)]
    ink = table.iloc[shown].to_numpy(dtype=float) / table.to_numpy().max()
    x, y = (np.array([int(place[axis]) for place in places if place]) for axis in ("x", "y"))
    return pd.DataFrame(
        {
            "mistake": np.repeat(np.arange(len(shown)), len(places)),
            "x": np.tile(x, len(shown)),
            "y": np.tile(y, len(shown)),
            "ink": ink.ravel(),
        }
    )
