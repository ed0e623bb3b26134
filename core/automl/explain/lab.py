"""Explain the winner: what a model of AutoML leans on, six ways, each with its test of honesty."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from core.automl.explain.dependence import Dependence, DependenceSpec, trace_dependence
from core.automl.explain.fires import Fires, FiresSpec, fight_fires
from core.automl.explain.importance import Importance, measure_importance
from core.automl.explain.script import write_script
from core.automl.explain.shapley import Shapley, ShapleySpec, explain_rows, is_installed
from core.automl.explain.stability import Stability, StabilitySpec, repeat_importance
from core.automl.explain.twins import Twins, double_column
from core.automl.explain.view import ExplainResult, ExplainSpec, Row
from core.automl.explain.winner import WinnerSpec, set_up
from core.datasets import load_dataset
from core.lab import Lab, SlowPart

NAN = float("nan")


def explain_winner(spec: ExplainSpec) -> ExplainResult:
    """Answer "what does this model lean on, and how far can one trust that?".

    Trains what is not remembered; the rest takes milliseconds. Check by eye: shuffling the random number
    costs next to nothing.

    Raises
    ------
    SpecError
        If the table cannot be explained, or the library shap is missing where it is needed.
    """
    found = measure_importance(spec.winner)
    told = _tell_nothing() | _TELL[spec.look](spec, found)
    return ExplainResult(spec=spec, **_tell_columns(found), **told)


def _tell_columns(found: Importance) -> dict[str, Any]:
    columns = found.columns
    real, controls = columns[~columns["is_control"]], columns[columns["is_control"]]
    top = real.iloc[0]
    random = columns[
        columns["column"] == set_up(found.spec.data, found.spec.seed).controls[0]
    ].iloc[0]
    return {
        "n_train": found.n_train,
        "n_judged": found.n_judged,
        "n_columns": len(real),
        "error": found.error,
        "train_error": found.train_error,
        "top": str(top["column"]),
        "top_rise": float(top["rise"]),
        "top_built_in_rank": int(top["built_in_rank"]),
        "n_above": int(real["is_above"].sum()),
        "ceiling": max(0.0, float(controls["high"].max())),
        "random_rise": float(random["rise"]),
        "random_built_in_rank": int(random["built_in_rank"]),
        "controls_built_in": float(controls["built_in"].sum()),
        "n_below_random": int((real["built_in_rank"] > random["built_in_rank"]).sum()),
        "columns": columns,
    }


def _tell_nothing() -> dict[str, Any]:
    undefined = (
        "row_truth", "row_prediction", "row_base", "row_output", "row_off", "alone_rise", "original_rise",
        "copy_rise", "both_rise", "doubled_error", "group_rise", "group_total", "curve_low", "curve_high",
        "unsupported", "against", "early_error", "late_error", "in_use_error", "calls_said", "calls_true",
        "engines_said", "engines_true",
    )  # fmt: skip
    return (
        dict.fromkeys(undefined, NAN)
        | dict.fromkeys(("scale", "twin_of", "moved"), "")
        | dict.fromkeys(("n_runs", "n_steady", "top_best", "top_worst", "group_size"), 0)
        | {"part": pd.DataFrame(), "marks": pd.DataFrame()}
    )


def _tell_row(spec: ExplainSpec, _found: Importance) -> dict[str, Any]:
    shapley = explain_rows(_shapley_of(spec))
    place = choose_row(shapley, spec.row)
    row = shapley.rows.iloc[place]
    here = shapley.values[shapley.values["row"] == place]
    order = here["value"].abs().sort_values(ascending=False, kind="stable").index
    return {
        "scale": shapley.scale,
        "row_truth": float(row["truth"]),
        "row_prediction": float(row["prediction"]),
        "row_base": shapley.base,
        "row_output": float(row["output"]),
        "row_off": float(row["off"]),
        "part": here.loc[order, ["column", "text", "value"]].reset_index(drop=True),
        "marks": shapley.values,
    }


def choose_row(shapley: Shapley, row: Row) -> int:
    """Return the place of the row with the highest, middle or lowest prediction, or missed by most."""
    said, truth = (shapley.rows[name].to_numpy() for name in ("prediction", "truth"))
    if row == "missed":
        return int(np.abs(said - truth).argmax())
    order = np.argsort(said, kind="stable")
    return int(order[{"lowest": 0, "middle": len(order) // 2, "highest": -1}[row]])


def _tell_samples(spec: ExplainSpec, _found: Importance) -> dict[str, Any]:
    stability: Stability = repeat_importance(_stability_of(spec))
    real = stability.ranks[~stability.ranks["is_control"]]
    first = real.iloc[0]
    return {
        "n_runs": stability.n_runs,
        "n_steady": int((real["share_above"] == 1).sum()),
        "top_best": int(first["best"]),
        "top_worst": int(first["worst"]),
        "part": stability.ranks,
        "marks": stability.runs,
    }


def _tell_twins(spec: ExplainSpec, _found: Importance) -> dict[str, Any]:
    twins: Twins = double_column(spec.winner)
    rises, groups = twins.doubled.set_index("bar")["rise"], twins.groups
    group = groups.iloc[int(groups["n_columns"].argmax())] if len(groups) else None
    return {
        "twin_of": twins.column,
        "alone_rise": float(rises["alone"]),
        "original_rise": float(rises["original"]),
        "copy_rise": float(rises["twin"]),
        "both_rise": float(rises["both"]),
        "doubled_error": twins.doubled_error,
        "group_size": 0 if group is None else int(group["n_columns"]),
        "group_rise": NAN if group is None else float(group["rise"]),
        "group_total": NAN if group is None else float(group["total"]),
        "part": twins.doubled,
        "marks": twins.groups,
    }


def _tell_curve(spec: ExplainSpec, found: Importance) -> dict[str, Any]:
    dependence: Dependence = trace_dependence(_dependence_of(spec, found))
    return {
        "moved": dependence.spec.column,
        "curve_low": dependence.lowest,
        "curve_high": dependence.highest,
        "unsupported": dependence.unsupported,
        "against": dependence.against,
        "part": dependence.curve,
        "marks": dependence.curves,
    }


def _tell_cause(spec: ExplainSpec, _found: Importance) -> dict[str, Any]:
    fires: Fires = fight_fires(_fires_of(spec))
    names = (
        "early_error",
        "late_error",
        "in_use_error",
        "calls_said",
        "calls_true",
        "engines_said",
    )
    return {name: getattr(fires, name) for name in (*names, "engines_true")} | {
        "part": fires.moves,
        "marks": fires.columns,
    }


_TELL: dict[str, Any] = {
    "columns": lambda _spec, _found: {},
    "row": _tell_row,
    "samples": _tell_samples,
    "twins": _tell_twins,
    "curve": _tell_curve,
    "cause": _tell_cause,
}


def _shapley_of(spec: ExplainSpec) -> ShapleySpec:
    return ShapleySpec(data=spec.data, model=spec.model, seed=spec.seed)


def _stability_of(spec: ExplainSpec) -> StabilitySpec:
    return StabilitySpec(data=spec.data, model=spec.model, seed=spec.seed)


def _fires_of(spec: ExplainSpec) -> FiresSpec:
    return FiresSpec(model=spec.model, seed=spec.seed)


def _dependence_of(spec: ExplainSpec, found: Importance) -> DependenceSpec:
    real = found.columns[~found.columns["is_control"]]
    column = spec.column or str(real["column"].iloc[0])
    return DependenceSpec(data=spec.data, model=spec.model, column=column, seed=spec.seed)


def _trainings(spec: ExplainSpec) -> Iterator[tuple[Any, Any, str]]:
    """Yield what a view needs, in order: the run, its spec, and what is being done, in words."""
    title = load_dataset(spec.data).title
    if spec.winner != WinnerSpec():
        yield (
            measure_importance,
            spec.winner,
            f"A model is being trained on {title}, and its columns shuffled.",
        )
    found = measure_importance.recall(spec.winner)
    if spec.look == "row" and is_installed():
        yield explain_rows, _shapley_of(spec), f"Predictions on {title} are being taken apart."
    elif spec.look == "samples":
        yield (
            repeat_importance,
            _stability_of(spec),
            f"Ten models are being trained on samples of {title}.",
        )
    elif spec.look == "twins":
        yield (
            double_column,
            spec.winner,
            f"A model is being trained on {title} with one column twice.",
        )
    elif spec.look == "curve" and found is not None:
        yield (
            trace_dependence,
            _dependence_of(spec, found),
            f"One column of {title} is being moved.",
        )
    elif spec.look == "cause":
        yield fight_fires, _fires_of(spec), "Two models are being trained on fires."


def name_slow_part(spec: ExplainSpec) -> SlowPart | None:
    """Return the first training that a view still waits for; None for the view that the lesson opens with."""
    for run, run_spec, what in _trainings(spec):
        if run.recall(run_spec) is None:
            return SlowPart(run=run, spec=run_spec, what=what)
    return None


LAB = Lab(
    name="explain",
    question="What does the winner lean on, and how far can one trust that?",
    spec=ExplainSpec,
    run=explain_winner,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "lightgbm": {"model": "lightgbm"},
        "noise-first": {"data": "delivery_times"},
        "one-row": {"look": "row"},
        "one-house": {"data": "house_prices", "model": "linear", "look": "row", "row": "missed"},
        "other-samples": {"look": "samples"},
        "twins": {"data": "house_prices", "look": "twins"},
        "close-columns": {"data": "breast_cancer", "look": "twins"},
        "curve": {"look": "curve", "column": "tenure_months"},
        "cause": {"look": "cause"},
    },
)
