"""What the forecast lab says in words: what was measured, forecast, and found."""

from math import isfinite

import pandas as pd

from core.bias_variance.forecast import N_RESAMPLES
from core.bias_variance.more_data.lab import MoreDataResult, loss_of
from core.bias_variance.more_data.trial import N_DRAWS
from core.formula import Formula
from core.wording import count, significant

SHARES = {"same": 1.0, "little": 0.85, "third": 0.67, "half": 0.5}
"""What may be left of the error at twice the rows."""
HELPED = 0.92
"""Share of the error that may be left before one says that twice the rows helped little."""
BELIEFS = {
    "same": "That would be so if the rows it has had already shown all that this model can learn.",
    "little": "That is a curve near its end: each further row tells little that is new.",
    "third": "An error that falls with the root of the rows would do so: 1/√2 is 0.71.",
    "half": "That would be so if the error were all chance of the rows, and fell as fast as they grow.",
}


def say_error(result: MoreDataResult, value: float) -> str:
    """Return an error with its name: "RMSE 57.3 points", "4.5 % mistakes"."""
    return loss_of(result).name(value)


def say_range(result: MoreDataResult, low: float, high: float) -> str:
    """Return an interval of errors: "3.1 % to 6.0 %"."""
    loss = loss_of(result)
    return f"{loss.say(low)} to {loss.say(high)}"


def tell_case(result: MoreDataResult) -> str:
    """Say what is known, and what was held back."""
    return (
        f"{result.model_title} on {count(result.n_rows)} {result.row_noun[1]} that you know. All the others "
        f"were held back: they are the data of tomorrow, and its judges.{loss_of(result).meaning}"
    )


def tell_curve(result: MoreDataResult) -> str:
    """Say how the error fell on the known rows."""
    first = result.curve.iloc[0]
    return (
        f"From {count(int(first['n_train']))} to {count(result.n_measured)} rows the error on new ones went "
        f"from {loss_of(result).say(float(first['validation']))} to {loss_of(result).say(result.measured)}."
    )


def tell_forecast(result: MoreDataResult) -> str:
    """Say what the law forecasts for twice the rows, or why there is no forecast."""
    if not result.is_possible:
        return f"There is no forecast. {result.reason}"
    return (
        f"For {count(result.n_doubled)} rows the power law forecasts "
        f"{say_error(result, result.forecast)}, with a 95\u202f% interval from "
        f"{say_range(result, result.forecast_low, result.forecast_high)}."
    )


def tell_truth(result: MoreDataResult) -> str:
    """Say what came when the rows were really added."""
    return (
        f"With {count(result.n_doubled - result.n_rows)} rows really added, {N_DRAWS} times anew, it was "
        f"{say_error(result, result.truth)} ({say_range(result, result.truth_low, result.truth_high)}); with "
        f"none added, {loss_of(result).say(result.truth_now)}."
    )


def tell_match(result: MoreDataResult) -> str:
    """Say whether the interval held the truth."""
    if not result.is_possible:
        return f"{tell_forecast(result)} {tell_truth(result)}"
    held = "held" if result.is_inside else "did not hold"
    return f"{tell_truth(result)} The forecast’s interval {held} it."


def tell_change(result: MoreDataResult) -> str:
    """Say what doubling the rows brought, and what that says of this model."""
    change = loss_of(result).say_change(result.truth - result.truth_now)
    if result.left < HELPED:
        ending = (
            "This model was still short of rows. For one that is too rigid, or where the rest is noise, it "
            "changes little: choose Diabetes and the ridge."
        )
    else:
        ending = "Rows are not what this model is short of."
    return f"Here twice the rows changed the error by {change}. {ending}"


def tell_gap(result: MoreDataResult) -> str:
    """Say how far apart both errors end."""
    loss = loss_of(result)
    return (
        f"At {count(result.n_measured)} rows it errs by {loss.say(result.train)} on rows it learnt from and "
        f"by {loss.say(result.measured)} on new ones."
    )


def tell_floor(result: MoreDataResult) -> str:
    """Say what the law leaves with endless rows."""
    if not result.is_possible:
        return f"No law was fitted here. {result.reason}"
    loss = loss_of(result)
    return (
        f"Here the law begins to level out at a = {loss.say(result.a)}, the error that it sees left with "
        f"endless rows, and falls with the rows to the power {result.c:.2f}. Three numbers fitted to "
        f"{len(result.curve)} points: each is uncertain. Do not lean on a, for it lies beyond all that was "
        "measured."
    )


def tell_interval() -> str:
    """Say how the interval of the forecast is made, and how far to trust it."""
    return (
        f"The interval is made by drawing the splits again, {count(N_RESAMPLES)} times, and fitting a law to "
        "each draw. Splits share rows, so such draws agree too well, and the interval would miss the truth "
        "far more often than it promises. So it is widened for shared rows. Then it comes near to its "
        "promise. It misses more often where a few rows err enormously, as in the delivery times: whether "
        "such a row is among those that you know is chance."
    )


def law_formula(result: MoreDataResult) -> Formula | None:
    """Return what the law still expects to lose at twice the rows; None without a law."""
    if not result.is_possible:
        return None
    loss, b = loss_of(result), result.b * (100 if loss_of(result).is_share else 1)
    return Formula(
        name="error − a",
        top="b",
        bottom="rows to the power c",
        top_number=significant(b),
        bottom_number=f"{result.n_doubled} to the power {result.c:.2f}",
        value=loss.say(result.forecast - result.a),
    )


def tabulate_steps(result: MoreDataResult) -> pd.DataFrame:
    """Return forecast and truth at each number of rows."""
    rows = result.steps.to_dict("records")
    loss = loss_of(result)
    return pd.DataFrame(
        {
            "Rows": [count(row["n_train"]) for row in rows],
            "Forecast": [
                f"{loss.say(row['forecast'])} "
                f"({say_range(result, row['forecast_low'], row['forecast_high'])})"
                if result.is_possible
                else "none"
                for row in rows
            ],
            "Really added": [loss.say(row["truth"]) for row in rows],
            "Draws": [say_range(result, row["truth_low"], row["truth_high"]) for row in rows],
        }
    )


def ask_doubling(result: MoreDataResult) -> str:
    """Return the question that is asked before anything is shown."""
    return (
        f"{result.model_title} learnt from {count(result.n_rows)} {result.row_noun[1]} and now gives "
        f"{say_error(result, result.truth_now)} on new ones. Tomorrow it gets as many rows again. Where will "
        "the error be then? Place your forecast."
    )


def list_options(result: MoreDataResult) -> dict[str, str]:
    """Return four forecasts: what the error of now would be by each share."""
    say = loss_of(result).say
    now = result.truth_now
    options = {name: f"about {say(share * now)}" for name, share in SHARES.items()}
    return options | {"same": f"as now, {say(now)}, or worse"}


def find_answer(result: MoreDataResult) -> str:
    """Return the forecast that lies next to the truth."""
    share = result.left if isfinite(result.left) else 1.0
    return min(SHARES, key=lambda name: abs(SHARES[name] - share))
