"""What is said about a drawing: the question, the comparison, and the belief behind it."""

from functools import lru_cache
from math import isfinite
from typing import Any

import pandas as pd

from core.bias_variance.draw_the_curve.judge import CLOSE, NEAR
from core.bias_variance.draw_the_curve.lab import DrawResult
from core.formula import Formula
from core.wording import THIN, count, percent, significant

SHAPES = {
    "better": "better all the way",
    "valley": "better first, then worse",
    "worse": "worse all the way",
    "hill": "worse first, then better",
    "flat": "flat",
}
BELIEFS = {
    "better": (
        "That would be so if a model that may bend further could only gain. It gains on the rows that it "
        "learns from; on new ones it pays for the noise that it took along."
    ),
    "valley": (
        "You expected a best setting in between: too rigid on the left, too nervous on the right."
    ),
    "worse": "That would be so if the most rigid model had all that there is to learn already.",
    "hill": "That would be so if a model had to get worse before it gets better.",
    "flat": "That would be so if the setting did not matter.",
}

MEANINGS = {"RMSE": " (a typical error)", "R²": " (1 is perfect, 0 is as good as the mean)"}


def say_setting(result: DrawResult, value: float) -> str:
    """Return a setting with its name: "depth 3"."""
    return f"{result.knob} {say_value(value)}"


def say_value(value: float) -> str:
    """Return a setting alone; thousands and thousandths are readable."""
    return count(value) if value >= 1 else f"{value:g}"


def say_score(result: DrawResult, score: float) -> str:
    """Return a score with its unit: "57.4 points", "0.43", "12.0 %"."""
    if result.metric_title in {"accuracy", "share of errors"}:
        return percent(score)
    text = significant(score).replace("-", "−")
    return f"{text}\u00a0{result.unit}" if result.unit else text


def ask_for_curve(result: DrawResult) -> str:
    """Return the question that the board puts; it tells nothing of the measured curve."""
    good = "High" if result.is_higher_better else "Low"
    meaning = MEANINGS.get(result.metric_title, "")
    return (
        f"A model learns to predict {result.target} ({result.model_title.lower()}). From left to right it "
        f"may bend further ({result.knob} {say_value(result.places[0])} to {say_value(result.places[-1])}). "
        f"Draw its {result.metric_title}{meaning} on {result.row_noun[1]} that it has not seen. "
        f"{good} is good."
    )


def tell_baseline(result: DrawResult) -> str:
    """Return what the dashed line of the board is."""
    if result.metric_title in {"accuracy", "share of errors"}:
        return f"always the most frequent class: {say_score(result, result.baseline)}"
    return f"always the mean: {say_score(result, result.baseline)}"


def tell_drawing(result: DrawResult) -> str:
    """Say kindly how near the drawing was, and what was believed."""
    if not result.drawn_shape:
        return "You looked without drawing. Draw the next one first: it makes the picture stick."
    start = (
        f"You drew a curve that is {SHAPES[result.drawn_shape]}. The measured one is "
        f"{SHAPES[result.real_shape]}."
    )
    return f"{start} {_tell_distance(result)} {_tell_belief(result)}"


def _tell_distance(result: DrawResult) -> str:
    if result.distance <= CLOSE:
        return "Your points lie within its band or next to it. Well seen."
    where = "too high" if result.level > 0 else "too low"
    if result.shape_distance <= CLOSE:
        return (
            f"The shape is right, and the whole lies {where} by "
            f"{say_score(result, abs(result.level))} on average."
        )
    how = "are not far off" if result.distance <= NEAR else "are some way off"
    gap, span = (say_score(result, value) for value in measure_gap(result))
    return f"Your points {how}: on average {gap} beyond its band, and the whole curve spans {span}."


def _tell_belief(result: DrawResult) -> str:
    if result.drawn_shape == result.real_shape:
        return BELIEFS[result.drawn_shape] if result.drawn_shape == "valley" else ""
    if result.drawn_shape == "better" and result.nearest == "train":
        return f"Your shape is that of the curve on its own rows, which it learnt from. {BELIEFS['better']}"
    return BELIEFS[result.drawn_shape]


def tell_curve(result: DrawResult) -> str:
    """Say what was measured, with its numbers."""
    tied = (
        f" {count(result.n_tied)} of {count(len(result.curve) // 2)} settings have a band that holds this "
        "score: between them the rows cannot decide."
        if result.n_tied > 1
        else ""
    )
    return (
        f"On rows that it has not seen, the model is best at "
        f"{say_setting(result, result.best)}: {result.metric_title} {say_score(result, result.best_score)}. "
        f"On its own rows it is best at {say_setting(result, result.train_best)}.{tied}"
    )


def tell_method(result: DrawResult) -> str:
    """Say how the curve was measured."""
    settings = len(result.curve) // 2
    return (
        f"{count(result.n_rows)} {result.row_noun[1]}, dealt into {result.folds} folds {result.repeats} "
        f"times: {count(settings)} settings × {result.folds * result.repeats} = "
        f"{count(result.n_fits)} trainings. The band is a 95{THIN}% interval that allows for rows shared by "
        "the trainings (Nadeau and Bengio 2003)."
    )


def measure_gap(result: DrawResult) -> tuple[float, float]:
    """Return how far the points lie beyond the band on average, and the range that this is held against."""
    five = result.five
    real = five["real"].clip(result.bottom, result.top)
    band = float((five["high"] - five["low"]).mean())
    unit = max(float(real.max() - real.min()), band)
    return result.distance * unit, unit


def distance_formula(result: DrawResult) -> Formula | None:
    """Return how far the drawing lies beyond the band; None before drawing."""
    if not isfinite(result.distance):
        return None
    beyond, unit = measure_gap(result)
    return Formula(
        name="distance",
        top="mean gap beyond the band",
        bottom="range of the curve",
        top_number=significant(beyond) if beyond else "0",
        bottom_number=significant(unit),
        value=percent(result.distance, 0),
    )


@lru_cache(maxsize=64)
def tabulate_five(result: DrawResult) -> pd.DataFrame:
    """Return the five places as people read them."""
    unit = f" ({result.unit})" if result.unit else ""

    def say(row: dict[Any, Any], name: str) -> str:
        return say_score(result, row[name]).removesuffix(f"\u00a0{result.unit}")

    lines = []
    for row in result.five.to_dict("records"):
        line = {result.knob.capitalize(): say_value(row["value"])}
        if result.drawn_shape:
            line[f"You drew{unit}"] = say(row, "drawn")
        line[f"Measured{unit}"] = say(row, "real")
        line["Its band"] = f"{say(row, 'low')} to {say(row, 'high')}"
        line["On its own rows"] = say(row, "train")
        lines.append(line)
    return pd.DataFrame(lines)


def name_view(result: DrawResult) -> str:
    """Return what a drawing is about: another table, model, direction or seed is another curve."""
    spec = result.spec
    return f"{spec.data} {spec.model} {spec.direction} {spec.seed}"
