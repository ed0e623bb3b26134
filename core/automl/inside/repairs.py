"""Repairs in a workshop: a table in which every decision of AutoML comes up, by a law that is known.

Whether a repair comes late depends on the crack, the parts, the device, the day and some words of the
note, and on whether somebody wrote down the weight. It does not depend on the customer.
"""

import io
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Column, Dataset
from core.datasets.generated import GENERATED_LICENCE

N_ROWS = 800
N_CUSTOMERS = 230
SEED = 20_261_122
DEVICES = {
    "phone": (0.40, 0.0), "laptop": (0.26, 0.9), "tablet": (0.16, 0.2), "watch": (0.09, -0.7),
    "camera": (0.065, 0.5), "radio": (0.01, 0.0), "drone": (0.006, 0.3), "e-reader": (0.005, 0.0),
    "projector": (0.004, 0.4),
}  # fmt: skip
"""Share of the repairs, and effect on being late."""
FAULTS = {
    "the screen stays dark": 0.0, "does not charge any more": -0.4, "fell down the stairs": 0.3,
    "water came into the housing": 1.2, "the buttons are stuck": -0.2, "gets very hot after a while": 0.4,
    "makes a scratching noise": 0.1, "was opened by somebody else before": 0.8,
}  # fmt: skip
WISHES = (
    "please call before", "will be picked up by a friend", "needed for a journey", "has time until spring",
    "wants the old part back", "paid in advance", "comes from another town", "asks for a cheap way",
)  # fmt: skip
MOODS = ("friendly", "in a hurry", "undecided", "well prepared", "worried", "curious")
WEIGHT_LOST, PRICE_LOST = 0.22, 0.06
INTERCEPT = -2.95


@lru_cache(maxsize=1)
def draw_repairs() -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Return the table, and the true probability of being late for each row."""
    rng = np.random.default_rng(SEED)
    device = rng.choice(list(DEVICES), N_ROWS, p=[share for share, _ in DEVICES.values()])
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 731, N_ROWS), unit="D")
    crack = rng.gamma(1.6, 0.003, N_ROWS).round(4)
    parts = rng.lognormal(3.6, 0.6, N_ROWS).round(2)
    weight = rng.lognormal(-0.6, 0.8, N_ROWS).round(2)
    is_unweighed = rng.random(N_ROWS) < WEIGHT_LOST
    fault = rng.choice(list(FAULTS), N_ROWS)
    score = (
        INTERCEPT
        + np.array([DEVICES[word][1] for word in device])
        + np.array([FAULTS[word] for word in fault])
        + 230 * crack
        + 0.032 * (parts - 40)
        + 0.9 * is_unweighed
        + 0.8 * (day.weekday >= 4)
        + 0.7 * np.isin(day.month, [11, 12, 1])
    )
    probability = np.asarray(1 / (1 + np.exp(-score)), dtype=np.float64)
    note = [
        f"{a}; {b}; customer {c}"
        for a, b, c in zip(
            fault, rng.choice(WISHES, N_ROWS), rng.choice(MOODS, N_ROWS), strict=True
        )
    ]
    price = np.where(rng.random(N_ROWS) < PRICE_LOST, " ", [f"{euro:.2f}" for euro in parts])
    table = pd.DataFrame(
        {
            "order_no": [f"R-{number}" for number in rng.permutation(N_ROWS) + 10_000],
            "program": "v2",
            "received": day.strftime("%Y-%m-%d"),
            "device": device,
            "customer": [f"K{number}" for number in rng.integers(100, 100 + N_CUSTOMERS, N_ROWS)],
            "crack_m": crack,
            "weight_kg": np.where(is_unweighed, np.nan, weight),
            "parts_eur": price,
            "note": note,
            "late": np.where(rng.random(N_ROWS) < probability, "yes", "no"),
        }
    )
    return table, probability


def _read() -> tuple[pd.DataFrame, bytes]:
    content = draw_repairs()[0].to_csv(index=False, lineterminator="\n").encode()
    return pd.read_csv(io.BytesIO(content)), content


REPAIRS = Dataset(
    name="repairs",
    title="Repairs",
    task="binary",
    target="late",
    positive="yes",
    row_noun=("repair", "repairs"),
    positive_noun=("late repair", "late repairs"),
    negative_noun=("repair in time", "repairs in time"),
    columns=(
        Column(name="order_no", meaning="number on the receipt", kind="categorical"),
        Column(name="program", meaning="version of the workshop's program", kind="categorical"),
        Column(name="received", meaning="day on which it was brought", kind="categorical"),
        Column(name="device", meaning="what is broken", kind="categorical"),
        Column(name="customer", meaning="who brought it", kind="categorical"),
        Column(name="crack_m", meaning="length of the longest crack", unit="metre"),
        Column(
            name="weight_kg", meaning="weight", unit="kilogram", missing="nobody put it on the scales"
        ),
        Column(
            name="parts_eur", meaning="price of the parts, written as text", kind="categorical",
            missing="no offer yet: a blank stands in the cell",
        ),
        Column(name="note", meaning="what the customer said", kind="categorical"),
        Column(name="late", meaning="ready later than promised", kind="target"),
    ),
    n_rows=N_ROWS,
    licence=GENERATED_LICENCE,
    provenance=f"Drawn by a law that is known, with seed {SEED}. No person stands behind any row.",
    is_real=False,
    truth=(
        "Late are repairs with long cracks, dear parts, water inside, laptops, those of Friday to Sunday and "
        "of November to January, and those that nobody weighed. The customer makes no difference."
    ),
    read=_read,
    know=lambda: draw_repairs()[1],
)  # fmt: skip
