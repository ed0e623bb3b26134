"""What the folds of each k hold and say, in one row per k."""

from typing import Any

import numpy as np
import pandas as pd

from core.validation.folds.trial import Trial


def sweep_folds(trial: Trial) -> pd.DataFrame:
    """Return one row per number of folds; the columns are those of `FoldsResult.sweep`.

    Check by eye: the fewest and the most rows tested in `k` folds of `n` differ by at most one.
    """
    rows = []
    right = trial.right_folds.groupby("k")["score"].agg(["mean", "std"])
    for k, folds in trial.folds.groupby("k", sort=True):
        times = _count_tests(folds["cells"].tolist())
        nearest = int(right.index[np.abs(right.index.to_numpy() - int(str(k))).argmin()])
        scores = folds["score"]
        rows.append(
            {
                "k": int(str(k)),
                "n_fits": len(folds),
                "fewest_train": folds["n_train"].min(),
                "most_train": folds["n_train"].max(),
                "fewest_test": folds["n_test"].min(),
                "most_test": folds["n_test"].max(),
                "fewest_tested": times.min(),
                "most_tested": times.max(),
                "n_never_tested": int((times == 0).sum()),
                "lowest_share": folds["share"].min(),
                "highest_share": folds["share"].max(),
                "n_without_label": int((folds["share"] == 0).sum()),
                "n_shared": folds["n_shared"].max(),
                "n_late_folds": int((folds["n_late"] > 0).sum()),
                "score": scores.mean(),
                "lowest_score": scores.min(),
                "highest_score": scores.max(),
                "spread": scores.std(),
                "n_undefined": int(scores.isna().sum()),
                "right_k": nearest,
                "right_score": right["mean"].to_dict()[nearest],
                "right_spread": right["std"].to_dict()[nearest],
            }
        )
    return pd.DataFrame(rows)


def _count_tests(lanes: list[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return how many folds test each row."""
    letters = np.array([list(lane) for lane in lanes])
    times: np.ndarray[Any, np.dtype[np.int64]] = (letters == "e").sum(axis=0)
    return times
