"""What the log-target lab says in words: the gap with its interval, the factor, the verdict."""

from functools import lru_cache
from math import isfinite

import numpy as np
import pandas as pd

from core.formula import Formula
from core.metrics.intervals import wilson_interval
from core.metrics.log_target.lab import LogTargetResult
from core.wording import THIN, UNDEFINED, count, percent, significant

RULES = {
    "direct": "No logarithm",
    "plain": "exp alone",
    "smeared": "exp × Duan’s factor",
    "normal": "exp × exp(s²/2)",
}
EXAMPLE = (100_000, 400_000)
"""Two prices whose mean and whose turned-back mean logarithm can be told apart by eye."""


def say_money(number: float, unit: str, digits: int = 3) -> str:
    """Return an amount with sign and unit: "−11 800 EUR"."""
    text = significant(number, digits).replace("-", "−")
    return f"{text}\u00a0{unit}" if unit and isfinite(number) else text


def say_range(low: float, high: float) -> str:
    """Return an interval of amounts: "−17 600 to −6 020"."""
    return f"{significant(low).replace('-', '−')} to {significant(high).replace('-', '−')}"


def say_factor(factor: float) -> str:
    """Return a factor with three decimals: "× 1.055"."""
    return f"×{THIN}{factor:.3f}"


def verdict(low: float, high: float) -> str:
    """Return what an interval of mean errors says: "low", "high" or "right"."""
    return "low" if high < 0 else "high" if low > 0 else "right"


def plain_verdict(result: LogTargetResult) -> str:
    """Return what exp alone does on average: "low", "high" or "right" as far as the rows can tell."""
    plain = _scores(result, "plain")
    return verdict(plain["bias_low"], plain["bias_high"])


def find_middle(result: LogTargetResult) -> str:
    """Return how many true values lie above exp alone: "half", or clearly "more" or "fewer" of them.

    Clearly means that one half lies outside the 95 % interval of the share (Wilson 1927).
    """
    n_above = round(_scores(result, "plain")["share_above"] * result.n_unseen)
    low, high = wilson_interval(n_above, result.n_unseen)
    return "more" if low > 0.5 else "fewer" if high < 0.5 else "half"


def tell_plain(result: LogTargetResult) -> str:
    """Say how far exp alone is off on average, and how much lies above it."""
    plain = _scores(result, "plain")
    how = {
        "low": "too low",
        "high": "too high",
        "right": "neither clearly too low nor too high",
    }[plain_verdict(result)]
    bounds = say_range(plain["bias_low"], plain["bias_high"])
    return (
        f"On average over {count(result.n_unseen)} {result.row_noun[1]} the turned-back predictions are off "
        f"by {say_money(plain['bias'], result.unit)} (95{THIN}% interval {bounds}): {how}. "
        f"Yet {percent(plain['share_above'], 0)} of the true values lie above their prediction."
    )


def _scores(result: LogTargetResult, rule: str) -> dict[str, float]:
    """Return the scores of one way to predict."""
    rows = result.rules.to_dict("records")
    row = next(row for row in rows if row["rule"] == rule)
    return {str(name): float(value) for name, value in row.items() if name != "rule"}


def smearing_formula(result: LogTargetResult) -> Formula:
    """Return Duan's factor with the sum over the training rows."""
    return Formula(
        name="factor",
        top="sum of exp(residual)",
        bottom="rows",
        top_number=f"{result.smearing * result.n_train:.1f}",
        bottom_number=count(result.n_train),
        value=f"{result.smearing:.3f}",
    )


@lru_cache(maxsize=1)
def tabulate_example() -> pd.DataFrame:
    """Return what becomes of two prices on the way through the logarithm and back."""
    prices = np.array(EXAMPLE, dtype=float)
    return pd.DataFrame(
        {
            "Two prices": [" and ".join(count(price) for price in EXAMPLE)],
            "Mean": [count(round(prices.mean()))],
            "Mean of the logarithms": [f"{np.log(prices).mean():.3f}"],
            "exp of that": [count(round(float(np.exp(np.log(prices).mean()))))],
        }
    )


def tabulate_rules(result: LogTargetResult) -> pd.DataFrame:
    """Return the scores on the unseen rows, one column for each of the four ways to predict."""
    unit = f" ({result.unit})" if result.unit else ""
    columns = {
        "Unseen rows": [
            "Factor", f"Mean error{unit}", "95\u202f% interval", "True above", f"MAE{unit}",
            f"RMSE{unit}", "RMSE of logs",
        ]
    }  # fmt: skip
    for rule, name in RULES.items():
        scores = _scores(result, rule)
        columns[name] = [
            f"{scores['factor']:.3f}" if isfinite(scores["factor"]) else "none",
            say_money(scores["bias"], ""),
            say_range(scores["bias_low"], scores["bias_high"]),
            percent(scores["share_above"], 0),
            significant(scores["mae"]),
            significant(scores["rmse"]),
            say_log(scores["log_rmse"]),
        ]
    return pd.DataFrame(columns)


def say_log(value: float) -> str:
    """Return an RMSE on the log scale with three decimals, or that it is undefined."""
    return f"{value:.3f}" if isfinite(value) else UNDEFINED


def tell_direct_logs(result: LogTargetResult) -> str:
    """Say why the model of the target itself may have no RMSE of logarithms."""
    n = result.n_direct_not_positive
    if n == 0:
        return ""
    return (
        f"The model of the target itself predicts 0 or less for {count(n)} "
        f"{result.row_noun[0 if n == 1 else 1]}; that has no logarithm, so its RMSE of logarithms is "
        "undefined. A model of the logarithm cannot say such a thing."
    )


def tell_smearing(result: LogTargetResult) -> str:
    """Say what Duan's factor made of the mean error, and what remains."""
    smeared = _scores(result, "smeared")
    end = {
        "right": "what remains cannot be told from 0",
        "low": "still too low: residuals of training rows are smaller than those of new ones",
        "high": "now too high on these rows",
    }[verdict(smeared["bias_low"], smeared["bias_high"])]
    before, after = (say_money(b, result.unit) for b in (result.plain_bias, result.smeared_bias))
    moved = f"It moves the mean error from {before} to {after}; {end}."
    return f"Here the factor is {result.smearing:.3f}. {moved}"
