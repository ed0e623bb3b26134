"""Five places of a measured curve, and the settings that are best on it."""

from typing import Any

import numpy as np
import pandas as pd

from core.bias_variance.draw_the_curve.judge import N_PLACES, Numbers
from core.errors import require

UNDRAWN = float("nan")


def take_five(curve: pd.DataFrame) -> pd.DataFrame:
    """Return five settings, evenly spread over all that were tried."""
    validation, train = (
        curve[curve["part"] == part].reset_index(drop=True) for part in ("validation", "train")
    )
    n_settings = len(validation)
    require(
        n_settings >= N_PLACES,
        f"Five points need at least {N_PLACES} settings, and these rows allow {n_settings}. Choose "
        "another model, or bring more rows.",
    )
    at = np.linspace(0, n_settings - 1, N_PLACES).round().astype(int)
    five = validation.loc[at, ["place", "value", "mean", "low", "high"]]
    five = five.rename(columns={"mean": "real"})
    five["train"] = train.loc[at, "mean"]
    five["drawn"] = UNDRAWN
    return five.reset_index(drop=True)


def find_best(curve: pd.DataFrame, *, is_higher_better: bool) -> dict[str, Any]:
    """Return the best setting on new rows with its score and its ties, and the best on its own rows."""
    validation, train = (curve[curve["part"] == part] for part in ("validation", "train"))
    means: Numbers = validation["mean"].to_numpy()
    own: Numbers = train["mean"].to_numpy()
    at = int(means.argmax() if is_higher_better else means.argmin())
    holds = (validation["low"] <= means[at]) & (means[at] <= validation["high"])
    return {
        "best": float(validation["value"].iloc[at]),
        "best_score": float(means[at]),
        "n_tied": int(holds.sum()),
        "train_best": float(
            train["value"].iloc[int(own.argmax() if is_higher_better else own.argmin())]
        ),
    }
