"""What a ledger says: its models one by one, its steps added up, and the best setting so far."""

from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.validation.fits.ledger import FitLedger
from core.validation.fits.plan import STEPS, LedgerSpec, What

ONE_BY_ONE: tuple[What, ...] = ("grid", "random", "study", "spark_cv", "spark_split")
"""Searches that finish one setting on all folds before the next, and compare all of them at the end."""


def _what_was_run(run: FitLedger) -> object:
    return run.spec


@cached(LRUCache(maxsize=32), key=_what_was_run, lock=Lock())
def read_ledger(run: FitLedger) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Return the tables of models and steps, and what they count."""
    fits = run.fits
    models = fits[fits["step"] == "model"].reset_index(drop=True)
    models = pd.DataFrame(
        {
            "number": range(1, len(models) + 1),
            **{
                name: models[name]
                for name in ("candidate", "setting", "outer", "round", "fold", "is_refit")
            },
            "n_rows": models["n_rows"],
            "n_held_out": models["n_held_out"],
            "n_calls": models["order"],
            "accuracy": models["accuracy"],
            "best": _best_so_far(run.spec, models),
            "seconds": fits["seconds"].cumsum()[fits["step"] == "model"].to_numpy(),
        }
    )
    names = [*STEPS, "model"] if run.spec.prep != "none" else ["model"]
    by_step = fits.groupby("step")["seconds"].agg(["size", "sum"]).reindex(names)
    steps = pd.DataFrame(
        {
            "step": names,
            "n_fits": by_step["size"].to_numpy(dtype="int64"),
            "seconds": by_step["sum"].to_numpy(),
        }
    ).astype({"step": "str"})
    return {"models": models, "steps": steps}, {
        "n_fits": len(models),
        "n_refits": int(models["is_refit"].sum()),
        "n_prep_fits": int((fits["step"] == STEPS[0]).sum()),
        "n_calls": len(fits),
        "seconds": float(fits["seconds"].sum()),
    }


def _best_so_far(spec: LedgerSpec, models: pd.DataFrame) -> pd.Series:
    """Return the best mean accuracy of any setting that is through all its folds, after each fit."""
    if spec.what not in ONE_BY_ONE:
        return pd.Series(np.nan, index=models.index)
    in_folds = models[~models["is_refit"]]
    by_candidate = in_folds.groupby("candidate")["accuracy"]
    is_through = by_candidate.cumcount() + 1 == by_candidate.transform("size")
    means = by_candidate.transform("mean").where(is_through)
    return means.cummax().ffill().reindex(models.index).ffill()
