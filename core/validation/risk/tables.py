"""The tables of the truth lab, and its formulas with the learner's own numbers."""

import pandas as pd

from core.formula import Formula
from core.validation.risk.lab import RiskResult
from core.validation.risk.words import in_hundred, points, say_bounds
from core.wording import THIN, UNDEFINED, count, percent


def removed_formula(result: RiskResult) -> Formula:
    """Return the share of the variance that repetition removes."""
    removed, total = 1e4 * result.shuffle_sd**2, 1e4 * result.data_sd**2
    return Formula(
        name="removed",
        top="dealings, squared",
        bottom="datasets, squared",
        top_number=f"{removed:.1f}",
        bottom_number=f"{total:.1f}",
        value=percent(removed / total, 0) if total > 0 else UNDEFINED,
    )


def standard_error_formula(result: RiskResult) -> Formula:
    """Return the standard error of the folds of one's own dataset."""
    k = result.k
    return Formula(
        name="error",
        top="spread of folds",
        bottom="root of folds",
        top_number=f"{100 * result.my_fold_sd:.2f}",
        bottom_number=f"{k**0.5:.3f}",
        value=points(result.my_fold_sd / k**0.5, digits=2),
    )


def tabulate_spreads(result: RiskResult) -> pd.DataFrame:
    """Return the three spreads and what each is good for."""
    amounts = (result.fold_sd, result.shuffle_sd, result.data_sd)
    return pd.DataFrame(
        {
            "Spread": [
                "between folds: what most reports show",
                "between dealings: what repeating takes away",
                "between datasets: how far the score can be off",
            ],
            "Points": [_bare(amount) for amount in amounts],
        }
    )


def _bare(amount: float, *, is_signed: bool = False) -> str:
    """Return points without the word, for a column that says it above."""
    return points(amount, is_signed=is_signed).removesuffix(f"{THIN}points")


def tabulate_intervals(result: RiskResult) -> pd.DataFrame:
    """Return the intervals of one's own dataset, and how often each kind keeps its promise."""
    rows = result.sweep.iloc[result.at]
    names = {
        "naive": "± two standard errors",
        "corrected": "corrected",
        "counted": "counted (Wilson)",
    }
    return pd.DataFrame(
        [
            {
                "95 % interval": name,
                "Yours": say_bounds(
                    getattr(result, f"my_{kind}_low"), getattr(result, f"my_{kind}_high")
                ),
                "Points wide": _bare(float(rows[f"{kind}_width"])),
                "Holds the truth": in_hundred(float(rows[f"{kind}_cover"])),
            }
            for kind, name in names.items()
        ]
    )


def tabulate_schemes(result: RiskResult) -> pd.DataFrame:
    """Return every way to estimate with its cost, bias, spread and distance from the truth."""
    rows = result.schemes
    return pd.DataFrame(
        {
            "In points": rows["title"],
            "Trained": [count(n) for n in rows["n_fits"]],
            "Bias": [_bare(value, is_signed=True) for value in rows["bias"]],
            "Spread": [_bare(value) for value in rows["sd"]],
            "Miss": [_bare(value) for value in rows["rmse"]],
        }
    )
