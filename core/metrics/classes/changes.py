"""What the scores do when one class gets rare, split by split."""

from typing import Any

import numpy as np
import pandas as pd

from core.metrics.classes.training import JudgedRows

COMPARED = ("accuracy", "weighted_f1", "macro_f1", "macro_recall")
"""The scores that are followed from the table as it is to the table with a rare class."""


def compare_splits(judged: JudgedRows) -> dict[str, Any]:
    """Return the mean change of each score over the splits, and every change behind it.

    The keys are fields of `core.metrics.classes.lab.ClassesResult`; changes are NaN, and the table of
    them is empty, if no class was made rare.
    """
    splits = judged.splits
    as_is, rare = splits[~splits["is_rare"]], splits[splits["is_rare"]]
    pairs = as_is.merge(rare, on="split", suffixes=("_as_is", "_rare"))
    changes = pd.concat(
        [
            pd.DataFrame(
                {
                    "split": pairs["split"],
                    "score": pd.Series(score, index=pairs.index, dtype="str"),
                    "as_is": pairs[f"{score}_as_is"],
                    "rare": pairs[f"{score}_rare"],
                    "change": pairs[f"{score}_rare"] - pairs[f"{score}_as_is"],
                }
            )
            for score in COMPARED
        ],
        ignore_index=True,
    )
    means = changes.groupby("score")["change"].mean().to_dict()
    return {
        "n_splits": len(as_is),
        "n_rare_judged": int(rare["n_rare"].sum()),
        "n_rare_found": int(rare["n_rare_found"].sum()),
        "accuracy_as_is": float(as_is["accuracy"].mean()),
        "macro_f1_as_is": float(as_is["macro_f1"].mean()),
        **{f"{score}_change": float(means.get(score, np.nan)) for score in COMPARED},
        "changes": changes,
    }
