"""A few rows of a table, small enough that one point matters, and the places it can be dragged to."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Dataset, load_dataset, split_rows
from core.errors import require
from core.scene import round_ticks

Point = Literal["edge", "middle"]
POINTS: tuple[Point, ...] = get_args(Point)
N_POINTS = 30
FEWEST_POINTS = 8
N_PLACES = 101
MOST_UNSEEN = 2_000
LARGEST_SEED = 2**32 - 1
REACH = 3.0
"""How far up a point can be dragged, in times of the largest value of the sample."""
FEATURES = {"diabetes": "bmi", "delivery_times": "distance_km", "house_prices": "area_m2"}
"""The column along x; of other tables it is the one that goes along with the target most closely."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sample:
    """What the line learns from, and the rows that it has not seen."""

    feature: str
    rows: NDArray[np.int64]
    """Positions in the table of the `x` and `y` that follow."""
    x: Numbers
    y: Numbers
    unseen_x: Numbers
    unseen_y: Numbers
    low: float
    """Ends of the axis along which a point is dragged, in the unit of the target."""
    high: float

    def find(self, point: Point) -> int:
        """Return which of the rows is dragged: the one farthest right, or nearest the mean of x."""
        return int(self.x.argmax() if point == "edge" else np.abs(self.x - self.x.mean()).argmin())

    def places(self, point: Point) -> Numbers:
        """Return the values that the dragged point takes, rising; its own is one of them.

        Where 0 lies within reach it is one too, because there MAPE has no value.
        """
        places = np.linspace(self.low, self.high, N_PLACES)
        if self.low <= 0 <= self.high:
            places[np.abs(places).argmin()] = 0.0
        observed = self.y[self.find(point)]
        places[np.abs(places - observed).argmin()] = observed
        return places


def check_choice(data: str, seed: int) -> None:
    """Raise `SpecError` unless `data` is a table with a number to predict and `seed` a seed."""
    dataset = load_dataset(data)
    require(
        dataset.task == "regression",
        f"A regression predicts a number, and {dataset.title} is a {dataset.task} table. "
        "Choose a table whose target is a number.",
    )
    require(
        0 <= seed <= LARGEST_SEED,
        f"A seed is a whole number from 0 to {LARGEST_SEED}, got {seed}.",
    )


def draw_sample(data: str, seed: int) -> Sample:
    """Take the first training rows of a table, and its validation rows as those never seen.

    Rows whose x is missing are left out. Check by eye: ``diabetes`` gives 30 patients.

    Raises
    ------
    SpecError
        If too few rows are left, or if all their values along x or y are the same.
    """
    dataset = load_dataset(data)
    split = split_rows(dataset, seed=seed)
    train = dataset.table.iloc[split.train]
    feature = find_feature(dataset, train)
    columns = [feature, str(dataset.target)]
    sample = train[columns].dropna()
    rows = split.train[train[columns].notna().all(axis=1).to_numpy()][:N_POINTS]
    sample = sample.head(N_POINTS)
    unseen = dataset.table.iloc[split.validation][columns].dropna().head(MOST_UNSEEN)
    x, y = sample.to_numpy(dtype=np.float64).T
    unseen_x, unseen_y = unseen.to_numpy(dtype=np.float64).T
    _require_spread(dataset, feature, (x, y, unseen_y))
    low, high = _reach(y)
    return Sample(feature, rows, x, y, unseen_x, unseen_y, low, high)


def find_feature(dataset: Dataset, train: pd.DataFrame) -> str:
    """Return the column that a model with one column learns from."""
    return FEATURES.get(dataset.name) or _find_closest(dataset, train)


def _find_closest(dataset: Dataset, train: pd.DataFrame) -> str:
    """Return the column of numbers whose ranks go along with those of the target most closely."""
    target = train[str(dataset.target)]
    _require_values(dataset, str(dataset.target), target.to_numpy(dtype=np.float64))
    numbers = [name for name in dataset.numeric_features if train[name].nunique() > 2]
    require(
        bool(numbers),
        f"A line needs a column of numbers to lean on, and {dataset.title} has none with more than "
        "two values. Bring one more column.",
    )
    ranks = train[numbers].rank()
    closeness = ranks.corrwith(target.rank()).abs().fillna(0.0)
    return str(closeness.idxmax())


def _require_spread(
    dataset: Dataset, feature: str, values: tuple[Numbers, Numbers, Numbers]
) -> None:
    n_sample = len(values[0])
    require(
        n_sample >= FEWEST_POINTS,
        f"A line that can be judged needs at least {FEWEST_POINTS} training rows, and "
        f"{dataset.title} has {n_sample} with a value of {feature}. Bring more rows.",
    )
    target = str(dataset.target)
    for name, some in zip((feature, target, target), values, strict=True):
        _require_values(dataset, name, some)


def _require_values(dataset: Dataset, name: str, values: Numbers) -> None:
    require(
        len(np.unique(values)) > 1,
        f"A line needs values that differ, and all {len(values)} values of {name} in these rows of "
        f"{dataset.title} are the same. Choose another seed or another table.",
    )


def _reach(y: Numbers) -> tuple[float, float]:
    """Return round ends: from 0 to three times the largest value, or as far to both sides."""
    largest = float(y.max())
    spread = float(y.max() - y.min())
    low = 0.0 if y.min() >= 0 else float(y.min()) - spread
    high = REACH * largest if y.min() >= 0 else largest + REACH * spread
    step = float(np.diff(round_ticks(low, high))[0])
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)
