"""Visitors of a swimming pool, day by day: the past is known, the future is what one must predict."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Column, Dataset

N_DAYS = 240
N_AHEAD = 40
"""Days after the table that the model is really for."""
SEED = 20_260_402
LEVEL, TREND = 400.0, 0.5
"""Visitors on day 0, and how many more there are each day."""
WEEKEND = 120.0
SWING, PERIOD = 90.0, 180.0
"""Height (visitors) and length (days) of the slow wave of the year."""
KEPT, NOISE = 0.6, 25.0
"""Share of a surprise that is still felt a day later, and standard deviation of the new one."""
FEATURES = ("day", "is_weekend")


def expected_visitors(
    day: NDArray[np.int64], phase: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return how many visitors the law expects on each day, and which days are weekends."""
    is_weekend = day % 7 >= 5
    wave = SWING * np.sin(2 * np.pi * day / PERIOD + phase)
    return LEVEL + TREND * day + WEEKEND * is_weekend + wave, is_weekend


def draw_days(n_futures: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw one past of `N_DAYS` days, and `n_futures` ways in which it could go on.

    The deviation from what the law expects is an AR(1): `KEPT` of yesterday's, plus noise.
    """
    phase = float(rng.uniform(0, 2 * np.pi))
    rest = np.empty(N_DAYS)
    rest[0] = rng.normal(0, NOISE / np.sqrt(1 - KEPT**2))
    for day in range(1, N_DAYS):
        rest[day] = KEPT * rest[day - 1] + rng.normal(0, NOISE)
    past = _write(np.arange(N_DAYS), rest, phase)
    ahead = np.full(n_futures, rest[-1])
    futures = []
    for day in range(N_DAYS, N_DAYS + N_AHEAD):
        ahead = KEPT * ahead + rng.normal(0, NOISE, n_futures)
        futures.append(_write(np.full(n_futures, day), ahead, phase))
    return past, pd.concat(futures, ignore_index=True)


def _write(day: NDArray[np.int64], rest: NDArray[np.float64], phase: float) -> pd.DataFrame:
    expected, is_weekend = expected_visitors(day, phase)
    visitors = np.maximum((expected + rest).round(), 0).astype(np.int64)
    return pd.DataFrame(
        {"day": day, "is_weekend": is_weekend.astype(np.int64), "visitors": visitors}
    )


def make_days() -> pd.DataFrame:
    """Return the lesson's table: 240 days in their order."""
    return draw_days(1, np.random.default_rng(SEED))[0]


def _read() -> tuple[pd.DataFrame, bytes]:
    table = make_days()
    return table, table.to_csv(index=False, lineterminator="\n").encode()


DAYS = Dataset(
    name="days",
    title="Visitors of a pool, day by day",
    task="regression",
    target="visitors",
    row_noun=("day", "days"),
    columns=(
        Column(name="day", meaning="number of the day, from 0", unit="days"),
        Column(name="is_weekend", meaning="1 on Saturday and Sunday, else 0"),
        Column(name="visitors", meaning="visitors on that day", unit="visitors", kind="target"),
    ),
    n_rows=N_DAYS,
    licence="as Glassroom itself",
    provenance="Made by a law of ours, so that the days to come can be drawn as well, many times over.",
    is_real=False,
    truth=(
        "Visitors = 400 + 0.5 × day + 120 on weekends + a wave of 90 that returns every 180 days "
        "+ a deviation that keeps 60 % of the day before and adds noise with a standard deviation of 25."
    ),
    read=_read,
)
