"""What the dial says in words: strengths, errors, who leaves first, and what was gained."""

from functools import lru_cache
from math import isfinite

import pandas as pd

from core.bias_variance.regularisation.brakes import find_brake
from core.bias_variance.regularisation.dial import N_ROWS, WEIGHTS
from core.bias_variance.regularisation.lab import RegularisationResult
from core.formula import Formula
from core.wording import count, percent, significant

CLEARLY = 0.01
"""Errors that differ by less than this share count as equal when a shape is named."""
NAME_LENGTH = 16


def say_strength(result: RegularisationResult, strength: float) -> str:
    """Return a strength with its name: "alpha 0.167", "depth 3", "25 trees"."""
    if result.spec.brake == "stopping":
        return f"{count(strength)} {'tree' if strength == 1 else 'trees'}"
    if result.spec.brake == "leaf":
        return f"leaves of at least {count(strength)}"
    return f"{result.knob} {significant(strength)}"


def say_error(result: RegularisationResult, error: float) -> str:
    """Return an error with its unit, if it has one."""
    text = significant(error)
    return f"{text}\u00a0{result.unit}" if result.unit else text


def name_error(result: RegularisationResult) -> str:
    """Return what is measured: for two classes the squared error of the probability."""
    return "Brier score" if result.is_binary else "RMSE"


def say_size(result: RegularisationResult, size: float) -> str:
    """Return how large a model is: "3 of 10 columns", "16 leaves", "25 trees"."""
    if find_brake(result.spec.brake).is_penalty:
        return f"{count(size)} of {count(result.n_columns)} columns"
    noun = "tree" if result.spec.brake == "stopping" else "leaf"
    many = {"tree": "trees", "leaf": "leaves"}[noun]
    return f"{count(size)} {noun if size == 1 else many}"


def cut(name: str) -> str:
    """Return a column's name, shortened to what a picture can hold."""
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"


def find_answer(result: RegularisationResult) -> str:
    """Return the shape of the validation error from weak to strong: "valley", "rises" or "falls"."""
    best = result.best_validation_error * (1 + CLEARLY)
    if result.strongest_validation_error <= best:
        return "falls" if result.weakest_validation_error > best else "flat"
    return "valley" if result.weakest_validation_error > best else "rises"


def tell_shape(result: RegularisationResult) -> str:
    """Say what the validation error does along the dial, with its numbers."""
    best = say_strength(result, result.best_strength)
    return (
        f"On {count(result.n_validation)} {result.row_noun[1]} that the model has not seen, the "
        f"{name_error(result)} is {say_error(result, result.weakest_validation_error)} where it is hardly "
        f"held back, {say_error(result, result.best_validation_error)} at {best}, and "
        f"{say_error(result, result.strongest_validation_error)} at the strongest setting."
    )


def tell_judgement(result: RegularisationResult) -> str:
    """Say what the test rows make of the choice, beside the model that is hardly held back."""
    free, chosen = result.weakest_test_error, result.best_test_error
    end = (
        "So the choice holds there, too."
        if chosen < free
        else "So it did not pay there: a choice on few rows can be luck."
    )
    return (
        f"The validation rows chose {say_strength(result, result.best_strength)}. On "
        f"{count(result.n_test)} test {result.row_noun[1]}, which had no say in that, it has a "
        f"{name_error(result)} of {say_error(result, chosen)}, and the model that is hardly held back "
        f"{say_error(result, free)}. {end}"
    )


def tell_trade(result: RegularisationResult) -> str:
    """Say what becomes of bias² and variance on the known truth."""
    return (
        f"From the weakest setting to the strongest, variance falls from "
        f"{significant(result.weakest_variance)} to {significant(result.strongest_variance)}, and bias² "
        f"rises from {significant(max(result.weakest_bias2, 0.0))} to "
        f"{significant(result.strongest_bias2)}."
    )


@lru_cache(maxsize=64)
def list_leavers(result: RegularisationResult) -> tuple[str, ...]:
    """Return the columns in the order in which the penalty drives them out for good."""
    kept = result.coefficients[result.coefficients["coefficient"] != 0]
    last = kept.groupby("column", sort=False)["place"].max()
    names = list(dict.fromkeys(result.coefficients["column"]))
    return tuple(sorted(names, key=lambda name: int(last.get(name, -1))))


def tell_leavers(result: RegularisationResult) -> str:
    """Say which columns a lasso drives out first and last; ridge drives out none."""
    if not find_brake(result.spec.brake).is_penalty:
        return ""
    if result.spec.brake == "ridge":
        return (
            f"Even at the strongest setting all {count(result.n_columns)} columns keep a coefficient. "
            "Ridge makes them small, never 0."
        )
    leavers = list_leavers(result)
    return (
        f"On this dial “{leavers[0]}” is the first to go for good, and “{leavers[-1]}” the last. From alpha "
        f"{significant(result.last_alpha)} on, no column is left, and the model says the same for everybody."
    )


def dial_formula(result: RegularisationResult) -> Formula:
    """Return the law of this brake with the view's own numbers."""
    brake = find_brake(result.spec.brake)
    if brake.name == "ridge":
        kept = result.n_train / (result.n_train + result.strength)
        return Formula(
            name="what a lone column keeps", top="rows", bottom="rows + alpha",
            top_number=count(result.n_train),
            bottom_number=f"{count(result.n_train)} + {significant(result.strength)}",
            value=percent(kept),
        )  # fmt: skip
    if isfinite(result.last_alpha):
        ratio = brake.l1_ratio or 1.0
        pull = result.last_alpha * ratio * result.n_train
        share = "" if ratio == 1 else f" × {ratio:g}"
        return Formula(
            name="last alpha", top="strongest pull of a column",
            bottom="rows" if ratio == 1 else "rows × share of lasso",
            top_number=significant(pull),
            bottom_number=f"{count(result.n_train)}{share}",
            value=significant(result.last_alpha),
        )  # fmt: skip
    if brake.name == "stopping":
        last = max(brake.settings)
        return Formula(
            name="share of the training", top="trees kept", bottom="trees",
            top_number=count(result.strength), bottom_number=count(last),
            value=percent(result.strength / last),
        )  # fmt: skip
    return Formula(
        name="rows behind each answer", top="train rows", bottom="leaves",
        top_number=count(result.n_train), bottom_number=count(result.size),
        value=significant(result.n_train / result.size),
    )  # fmt: skip


def tell_truth(result: RegularisationResult) -> str:
    """Say on which known truth the same dial was turned."""
    n_samples = result.spec.both.dial.n_samples
    n_moving = sum(weight != 0 for weight in WEIGHTS)
    what = "a sine wave"
    if find_brake(result.spec.brake).is_penalty:
        what = f"a target that {n_moving} of {len(WEIGHTS)} columns really move"
    return f"It is {what}, measured {n_samples} times on {N_ROWS} rows, each time with fresh noise."


def tell_law(result: RegularisationResult) -> str:
    """Say what the formula means for this brake."""
    brake = find_brake(result.spec.brake)
    if isfinite(result.last_alpha):
        return (
            "A column pulls with |sum of x · (y − mean of y)|: the more it moves with the target, the "
            "stronger. A lasso leaves it at 0 unless the pull per row exceeds the price. So above the last "
            "alpha even the strongest column stays at 0."
        )
    if brake.name == "ridge":
        return (
            "That is the law for a scaled column that is unrelated to the others: it keeps this share of its "
            "least-squares coefficient. However large alpha is, the share is above 0."
        )
    if brake.name == "stopping":
        return (
            "Each tree corrects what the ones before it left. The last ones correct mostly noise."
        )
    return "A leaf answers with the mean of its rows. A mean of few rows follows their noise."


def tabulate_ends(result: RegularisationResult) -> pd.DataFrame:
    """Return the weakest, the chosen and the strongest setting with their errors."""
    unit = f" ({result.unit})" if result.unit else ""
    named = {"hardly held back": 0, "chosen": result.best_at, "strongest": len(result.path) - 1}
    rows = result.path.to_dict("records")
    return pd.DataFrame(
        [
            {
                "Setting": f"{say_strength(result, rows[place]['strength'])} ({name})",
                "The model": say_size(result, rows[place]["size"]),
                f"Train{unit}": significant(rows[place]["train_error"]),
                f"Validation{unit}": significant(rows[place]["validation_error"]),
                f"Test{unit}": significant(rows[place]["test_error"]),
            }
            for name, place in named.items()
        ]
    )


def tell_brake(result: RegularisationResult) -> str:
    """Say in one or two sentences what was trained, and what the main picture shows."""
    rows = f"{count(result.n_train)} {result.row_noun[1]}"
    if find_brake(result.spec.brake).is_penalty:
        kind = "logistic regression" if result.is_binary else "linear model"
        return (
            f"A {kind} predicts {result.target} from {count(result.n_columns)} columns, and learnt "
            f"from {rows}. The bars are its coefficients: how far one spread more of a column (a standard "
            f"deviation) moves the prediction. {result.brake_title} lets them pay for their size, and alpha "
            "is the price."
        )
    return (
        f"{result.brake_title}: the model predicts {result.target}, and learnt from {rows}. How calm the "
        "dial makes it can be seen where the truth is known: the picture shows such a model on a wave."
    )
