"""The tables of the lesson: the course's, one where curves matter, one with a column from the future."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl.settings import Task
from core.datasets import Label, Noun, load_dataset
from core.errors import require

Numbers = NDArray[Any]
SEED = 2026
N_HOURS = 1500
NOISE = 3.0
"""Standard deviation of the bikes of an hour around their mean."""
LEAK = "closing_calls"
"""Calls with the desk that closes accounts. Only who has left has them, so nobody knows them in time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WorthTable:
    """A table, and what is to be predicted from it."""

    title: str
    table: pd.DataFrame
    target: str
    task: Task
    positive: Label | None
    row_noun: Noun
    csv_name: str


def load_table(name: str) -> WorthTable:
    """Return a table of the lesson by its name, or an own one (``own-…``).

    Raises
    ------
    SpecError
        If there is no such table, or it has no column to predict.
    """
    return _MADE[name]() if name in _MADE else _from_course(name)


@lru_cache(maxsize=8)
def _from_course(name: str) -> WorthTable:
    dataset = load_dataset(name)
    task = dataset.task
    require(
        dataset.target is not None and task != "clustering",
        f"{dataset.title} has no column to predict, and a table is worth what it can predict. "
        "Choose another table.",
    )
    kept = [column.name for column in dataset.columns if column.kind != "truth"]
    return WorthTable(
        title=dataset.title,
        table=dataset.table[kept],
        target=str(dataset.target),
        task="regression" if task == "clustering" else task,
        positive=dataset.positive,
        row_noun=dataset.row_noun,
        csv_name=dataset.csv_name,
    )


@lru_cache(maxsize=1)
def make_bike_hours() -> WorthTable:
    """Return hours of a made bike station: how many bikes go out.

    The truth: 60 bikes at rush hours of working days, 45 on the afternoons of days off, more when it is
    mild and dry, half as many in the rain, fewer in the wind, and chance of 3 bikes (a normal error).
    No straight line says that.
    """
    rng = np.random.default_rng(SEED)
    hour = rng.integers(0, 24, N_HOURS)
    is_day_off = rng.random(N_HOURS) < 0.3
    temperature = np.round(rng.uniform(-5, 33, N_HOURS), 1)
    is_rain = rng.random(N_HOURS) < 0.25
    wind = np.round(rng.gamma(2.0, 6.0, N_HOURS), 1)
    humidity = np.round(rng.uniform(25, 100, N_HOURS))
    table = pd.DataFrame(
        {
            "hour": hour,
            "day": np.where(is_day_off, "off", "working"),
            "temperature": temperature,
            "rain": np.where(is_rain, "yes", "no"),
            "wind": wind,
            "humidity": humidity,
        }
    )
    bikes = true_bikes(table) + rng.normal(0, NOISE, N_HOURS)
    return WorthTable(
        title="Bikes by the hour",
        table=table.assign(bikes=np.round(bikes, 1)),
        target="bikes",
        task="regression",
        positive=None,
        row_noun=("hour", "hours"),
        csv_name="bike-hours.csv",
    )


def true_bikes(hours: pd.DataFrame) -> Numbers:
    """Return the mean number of bikes: what the best model of the world would say."""
    hour, temperature = hours["hour"].to_numpy(), hours["temperature"].to_numpy()
    wind, humidity = hours["wind"].to_numpy(), hours["humidity"].to_numpy()
    is_day_off, is_rain = (hours["day"] == "off").to_numpy(), (hours["rain"] == "yes").to_numpy()
    rush = 60 * (np.exp(-((hour - 8) ** 2) / 4) + np.exp(-((hour - 17) ** 2) / 6))
    leisure = 45 * np.exp(-((hour - 14) ** 2) / 18)
    mild = np.clip(1 - ((temperature - 21) / 26) ** 2, 0.1, None)
    weather = 12 * mild - 0.25 * np.minimum(wind, 40) - 0.15 * np.maximum(humidity - 60, 0)
    mean = (10 + np.where(is_day_off, leisure, rush) * mild) * np.where(is_rain, 0.5, 1.0) + weather
    return np.asarray(mean, dtype=np.float64)


@lru_cache(maxsize=1)
def make_leak() -> WorthTable:
    """Return the subscribers who leave, with a column that is written after they have left."""
    course = _from_course("churn")
    rng = np.random.default_rng(SEED)
    has_left = (course.table[course.target] == course.positive).to_numpy()
    calls = np.where(
        has_left, 1 + rng.poisson(1.0, len(has_left)), rng.random(len(has_left)) < 0.01
    )
    table = course.table.copy()
    table.insert(len(table.columns) - 1, LEAK, calls.astype("int64"))
    return WorthTable(
        **{
            **vars(course),
            "title": "Subscribers, with a column too many",
            "table": table,
            "csv_name": "churn-leak.csv",
        }
    )


_MADE: Mapping[str, Callable[[], WorthTable]] = {
    "bike-hours": make_bike_hours,
    "churn-leak": make_leak,
}
