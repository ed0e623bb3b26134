"""What the regression lab says in words: amounts with their unit, formulas with numbers, the verdict."""

from functools import lru_cache
from math import floor, isfinite, log10

import pandas as pd

from core.formula import Formula
from core.metrics.regression.lab import RegressionResult
from core.wording import THIN, UNDEFINED, count, significant

RULES = {
    "squares": "least squares",
    "absolute": "least absolute errors",
    "huber": "Huber",
    "mean": "always the mean",
    "median": "always the median",
}
REGRESSORS = {
    "squares": "linear, least squares",
    "absolute": "linear, least absolute errors",
    "huber": "linear, Huber",
    "boosting": "boosting, squared errors",
    "boosting_absolute": "boosting, absolute errors",
}
METRIC_NAMES = {"rmse": "RMSE", "mae": "MAE", "medae": "MedAE"}


def say_amount(number: float, unit: str, digits: int = 3) -> str:
    """Return an amount with its unit: "142 points"; without unit if nobody said it."""
    text = significant(number, digits)
    return f"{text}\u00a0{unit}" if unit and isfinite(number) else text


def say_value(result: RegressionResult, value: float) -> str:
    """Return a value of the target to four digits, with its unit."""
    return say_amount(value, result.unit, 4)


def say_r2(number: float) -> str:
    """Return R² with two decimals and a true minus sign: "−0.26"."""
    if not isfinite(number):
        return UNDEFINED
    text = f"{number:.2f}" if abs(number) >= 0.005 or number == 0 else f"{number:.3f}"
    if float(text) == 0:
        return "0.00"
    return text.replace("-", "−")


def say_times(now: float, before: float) -> str:
    """Return how many times as large: "× 1.8"; empty where nothing can be compared."""
    if not (isfinite(now) and isfinite(before)) or before == 0:
        return ""
    return f"×{THIN}{now / before:.2f}" if now / before < 1.995 else f"×{THIN}{now / before:.1f}"


def grow_to_the_top(result: RegressionResult) -> dict[str, float]:
    """Return how many times each metric grows when the point is dragged to the top of its axis."""
    top, before = result.sweep.iloc[-1], result.sweep.iloc[result.at_observed]
    return {
        name: float(top[name] / before[name]) if before[name] > 0 else float("nan")
        for name in METRIC_NAMES
    }


def formulas(result: RegressionResult) -> tuple[Formula, ...]:
    """Return MAE, MSE and 1 − R² with the sums of this line."""
    n = result.n_points
    total = result.mse * n
    spread = total / (1 - result.r2)
    return (
        Formula(
            name="MAE",
            top="sum of |error|",
            bottom="rows",
            top_number=significant(result.mae * n, 4),
            bottom_number=count(n),
            value=significant(result.mae),
        ),
        Formula(
            name="MSE",
            top="sum of error²",
            bottom="rows",
            top_number=significant(total, 4),
            bottom_number=count(n),
            value=significant(result.mse),
        ),
        Formula(
            name="1 − R²",
            top="squared errors of the line",
            bottom="squared errors of the mean",
            top_number=significant(total, 4),
            bottom_number=significant(spread, 4),
            value=significant(1 - result.r2),
        ),
    )


def say_column(values: pd.Series) -> list[str]:
    """Return the numbers of one column with the same decimals: four digits for the largest."""
    largest = float(values.abs().max())
    decimals = max(0, 3 - floor(log10(largest))) if largest > 0 else 0
    return [
        count(value) if decimals == 0 else f"{value:.{decimals}f}"
        for value in values.round(decimals)
    ]


def tabulate_rules(result: RegressionResult) -> pd.DataFrame:
    """Return every line and constant with its scores here; the lowest of each metric is marked."""
    rules = result.rules
    columns = {}
    for metric, name in METRIC_NAMES.items():
        lowest = rules[metric].min()
        columns[name] = [
            text + (" (lowest)" if value <= lowest * (1 + 1e-9) else "")
            for text, value in zip(say_column(rules[metric]), rules[metric], strict=True)
        ]
    return pd.DataFrame(
        {"What is said": [_begin(RULES[rule]) for rule in rules["rule"]], **columns}
    )


@lru_cache(maxsize=1)
def tabulate_r2_examples() -> pd.DataFrame:
    """Return three predictions for the true values 1, 2, 3 and the R² that scikit-learn gives them."""
    from sklearn.metrics import r2_score

    truth = (1, 2, 3)
    said = {"1, 2, 3": (1, 2, 3), "2, 2, 2 (the mean)": (2, 2, 2), "3, 2, 1": (3, 2, 1)}
    return pd.DataFrame(
        {
            "Predictions for 1, 2, 3": list(said),
            "R²": [
                f"{r2_score(truth, numbers):.0f}".replace("-", "−") for numbers in said.values()
            ],
        }
    )


def tabulate_rivals(result: RegressionResult) -> pd.DataFrame:
    """Return the scores of the competing models; the two columns that chose are on validation rows."""
    parts = {part: rows.set_index("model") for part, rows in result.scores.groupby("part")}
    validation, test = parts["validation"], parts["test"].loc[parts["validation"].index]

    def mark(metric: str, winner: str) -> list[str]:
        return [
            text + (" (chosen)" if model == winner else "")
            for text, model in zip(say_column(validation[metric]), validation.index, strict=True)
        ]

    return pd.DataFrame(
        {
            "Model": [_begin(REGRESSORS[str(model)]) for model in validation.index],
            "RMSE, validation": mark("rmse", result.by_rmse),
            "MAE, validation": mark("mae", result.by_mae),
            "RMSE, test": say_column(test["rmse"]),
            "MAE, test": say_column(test["mae"]),
        }
    )


def _begin(words: str) -> str:
    return words[0].upper() + words[1:]


def tell_rivals(result: RegressionResult) -> str:
    """Say whom each metric chose, who won on the test rows, and how sure that is."""
    if result.by_rmse == result.by_mae:
        return (
            f"This time both metrics chose the same model: {REGRESSORS[result.by_rmse]}. On other "
            "tables, or with another seed, they do not agree."
        )
    unit, gaps = result.rivals_unit, result.gaps.set_index("metric")
    names = {"rmse": REGRESSORS[result.by_rmse], "mae": REGRESSORS[result.by_mae]}
    chosen = f"RMSE chose “{names['rmse']}”, MAE chose “{names['mae']}”."
    said = [f"{chosen} Judged on {count(result.n_test_rivals)} test rows:"]
    for metric in ("rmse", "mae"):
        gap, low, high = (float(gaps.loc[metric, name]) for name in ("difference", "low", "high"))  # type: ignore[arg-type]
        winner, sign = (names["rmse"], -1) if gap < 0 else (names["mae"], 1)
        ends = sorted((sign * low, sign * high))
        bounds = " to ".join(significant(end).replace("-", "−") for end in ends)
        sure = (
            "so it is really better by that measure"
            if ends[0] > 0
            else "so a tie cannot be ruled out"
        )
        said.append(
            f"{METRIC_NAMES[metric]} is lower for “{winner}” by {say_amount(abs(gap), unit)} "
            f"(95{THIN}% interval {bounds}), {sure}."
        )
    return " ".join(said)


def tell_mean(result: RegressionResult) -> str:
    """Say what always saying the mean scores on rows that it has not seen, and how the line compares."""
    verdict = "worse" if result.r2_unseen < result.mean_r2_unseen else "better"
    return (
        f"Always saying the mean of these {count(result.n_points)} {result.row_noun[1]} scores "
        f"{significant_r2(result.mean_r2_unseen)} on the {count(result.n_unseen)} others: just below 0, "
        f"because the others have a mean of their own. The line scores {say_r2(result.r2_unseen)}, "
        f"which is {verdict}."
    )


def significant_r2(number: float) -> str:
    """Return a small R² to two significant digits: "−0.0013"."""
    return significant(number, 2).replace("-", "−")
