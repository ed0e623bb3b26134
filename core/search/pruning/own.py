"""The same curves for a table that the learner brings: boosted trees, trained here and now."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from core.datasets import Dataset, load_dataset
from core.errors import require
from core.progress import report
from core.remember import remembered
from core.search.pruning.curves import CARDS, N_SEARCHES, CurveCard, draw_settings

FEWEST_ROWS, FEWEST_OF_A_CLASS, MOST_COLUMNS = 100, 20, 200
MOST_ROWS = 3_000
"""Of a longer table a random sample is taken, so that sixty trainings end in time."""


@dataclass(frozen=True, kw_only=True)
class OwnCurvesSpec:
    """Whose table."""

    data: str

    def __post_init__(self) -> None:
        own_card(self.data)  # refuses what cannot be trained


@dataclass(frozen=True, eq=False)
class OwnCurves:
    """The tables that `core.search.pruning.make_curves` writes of a pool, of an own table."""

    spec: OwnCurvesSpec
    curves: pd.DataFrame
    """One row for each setting and step: ``setting``, ``step``, ``loss``."""
    stops: pd.DataFrame
    """One row for each search and place: ``search``, ``place``, and the steps that each pruner gave."""


def is_own(name: str) -> bool:
    """Return whether this is a table of a learner, not one of the pools."""
    return name.startswith("own-")


def own_card(name: str) -> CurveCard:
    """Return the card of an own table: the boosted trees of the first pool.

    Raises
    ------
    SpecError
        If the table has not two classes, is too short, or becomes too wide when its words are encoded.
    """
    load_dataset(name)  # refuses one that is gone
    return _judge(name)


@lru_cache(maxsize=32)
def _judge(name: str) -> CurveCard:
    """Look at a table once; its name is made of its content."""
    dataset, pattern = load_dataset(name), CARDS["boosting"]
    _require_usable(dataset)
    return CurveCard(
        name=name,
        title=f"{dataset.title}: boosted trees",
        data=name,
        model=pattern.model,
        rate=pattern.rate,
        unit=pattern.unit,
        per_step=pattern.per_step,
        space=pattern.space,
    )


def sample_rows(dataset: Dataset) -> pd.DataFrame:
    """Return the rows that are trained on: all, or a random sample of a long table."""
    if dataset.n_rows <= MOST_ROWS:
        return dataset.table
    return dataset.table.sample(MOST_ROWS, random_state=0)


@remembered
def train_own_curves(spec: OwnCurvesSpec) -> OwnCurves:
    """Train all settings of an own table to the end, and ask every pruner in every search.

    Check by eye: 60 settings, 20 steps each, and 30 searches of 30 trainings.
    """
    from core.search.pruning.make_curves import replay, tabulate_losses, train_curve

    card, losses = own_card(spec.data), []
    settings = draw_settings(card)
    for number, params in enumerate(settings):
        report(0.6 * number / len(settings), f"Training {number + 1} of {len(settings)}")
        losses.append(train_curve(card, params))
    known, stops = np.array(losses), []
    for search in range(N_SEARCHES):
        report(0.6 + 0.4 * search / N_SEARCHES, f"Search {search + 1} of {N_SEARCHES}")
        stops.append(replay(search, known))
    return OwnCurves(
        spec=spec,
        curves=tabulate_losses(known),
        stops=pd.concat(stops, ignore_index=True).astype("int16"),
    )


def _require_usable(dataset: Dataset) -> None:
    require(
        dataset.task == "binary",
        f"These curves are of a model that tells two classes apart, and {dataset.title} is a "
        f"{dataset.task} table. Choose a column with two classes as the target.",
    )
    require(
        dataset.n_rows >= FEWEST_ROWS,
        f"Curves need at least {FEWEST_ROWS} rows, and {dataset.title} has {dataset.n_rows}. "
        "Bring a longer table.",
    )
    rarest = int(sample_rows(dataset)[dataset.target].value_counts().min())
    require(
        rarest >= FEWEST_OF_A_CLASS,
        f"Each class needs at least {FEWEST_OF_A_CLASS} rows, and one of {dataset.title} has {rarest}. "
        "Choose another target, or bring more rows of it.",
    )
    words = dataset.table[list(dataset.categorical_features)]
    n_columns = len(dataset.numeric_features) + int(words.nunique().sum())
    require(
        n_columns <= MOST_COLUMNS,
        f"A column is made for each word, at most {MOST_COLUMNS} in all, and {dataset.title} would have "
        f"{n_columns}. Leave out columns with many different words, such as names.",
    )
