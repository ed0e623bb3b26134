"""What the lesson says of other samples, twins, curves and fires, and which words and figures go where."""

from collections.abc import Callable, Mapping

import pandas as pd
import plotly.graph_objects as go

from core.automl.explain.figures import plot_built_in, plot_columns, plot_row, plot_values
from core.automl.explain.more_figures import (
    plot_curve,
    plot_fires,
    plot_moves,
    plot_ranks,
    plot_twins,
)
from core.automl.explain.view import ExplainResult, Look
from core.automl.explain.words import (
    is_number,
    ordinal,
    plain_number,
    say_rise,
    signed,
    tell_columns,
    tell_row,
    tell_two_lists,
    unit_after,
)
from core.wording import THIN, count, percent, significant


def tell_samples(result: ExplainResult) -> str:
    """Say how steady the order is."""
    first = str(result.part.loc[~result.part["is_control"], "column"].iloc[0])
    reach = (
        f"always {ordinal(result.top_best)}"
        if result.top_best == result.top_worst
        else f"between {ordinal(result.top_best)} and {ordinal(result.top_worst)}"
    )
    return (
        f"{count(result.n_runs)} models learnt from other rows with other chance. “{first}” is first on "
        "average, "
        f"{reach}. {count(result.n_steady)} of {count(result.n_columns)} columns beat both columns of noise "
        "in "
        "every run."
    )


def tell_twins(result: ExplainResult) -> str:
    """Say what a copy of the first column does to its importance."""
    alone = say_rise(result, result.alone_rise)
    both = say_rise(result, result.both_rise)
    if result.copy_rise == 0:
        middle = (
            "With a copy in the table this model goes on splitting on the original and never on the copy, "
            "which says the same: shuffling the copy costs nothing."
        )
    else:
        middle = (
            f"With a copy in the table, {say_rise(result, result.original_rise)} for the original and "
            f"{say_rise(result, result.copy_rise)} for the copy: while one is shuffled, the other still "
            "tells."
        )
    return (
        f"Alone, when “{result.twin_of}” is shuffled, {alone}. {middle} With both shuffled together, "
        f"{both}."
    )


def tell_groups(result: ExplainResult) -> str:
    """Say what close columns of the table itself do."""
    if result.marks.empty:
        return (
            "No two columns of numbers in this table have a rank correlation of 0.7 or more, so it holds no "
            "twins of its own. Try “Breast cancer”."
        )
    row = result.marks.iloc[result.marks["rise"].argmax()]
    return (
        f"This table has twins of its own. In one group of {int(row['n_columns'])} columns that go together "
        f"(linked by rank correlations of 0.7 or more) the best alone: "
        f"{say_rise(result, float(row['highest']))}. "
        f"All of them one by one, added up: {say_rise(result, float(row['total']))}. All shuffled together: "
        f"{say_rise(result, float(row['rise']))}."
    )


def tabulate_groups(result: ExplainResult) -> pd.DataFrame:
    """Return the groups of close columns: best alone, sum of all alone, together."""
    table = result.marks
    names = [name if len(name) < 70 else f"{name[:67]}…" for name in table["group"]]
    return pd.DataFrame(
        {
            "columns that go together": names,
            "how many": [str(n) for n in table["n_columns"]],
            "best alone": [plain_number(value) for value in table["highest"]],
            "one by one, added": [plain_number(value) for value in table["total"]],
            "together": [plain_number(value) for value in table["rise"]],
        }
    )


def tell_curve(result: ExplainResult) -> str:
    """Say how the mean prediction moves, where rows are missing, and who goes the other way."""
    if is_number(result):
        ends = [
            f"{significant(value)}{unit_after(result)}"
            for value in (result.curve_low, result.curve_high)
        ]
    else:
        ends = [percent(result.curve_low), percent(result.curve_high)]
    missing = (
        f"On {percent(result.unsupported, 0)} of the axis (dotted) fewer than 1{THIN}% of the rows that "
        "trained lie: "
        "there the model invents."
        if result.unsupported
        else "There are rows all along."
    )
    return (
        f"Where there are rows, the mean prediction lies between {ends[0]} and {ends[1]} as “{result.moved}” "
        "moves. "
        f"{missing} For {percent(result.against, 0)} of the rows the curve goes the other way than the mean."
    )


def tell_cause(result: ExplainResult) -> str:
    """Say what the model claims about two changes, and what they really do."""
    calls = f"{abs(result.calls_true):.0f}"
    return (
        f"Two more engines at every fire: the model says the damage changes by {signed(result.engines_said)} "
        f"thousand EUR; really it changes by {signed(result.engines_true)}. Two more calls: the model says "
        f"{signed(result.calls_said)}; really {calls}. Large fires bring calls, engines and damage, so both "
        "predict damage well, and neither makes it."
    )


def tell_leak(result: ExplainResult) -> str:
    """Say what a column from the future does."""
    late = result.marks[result.marks["version"] == "late"]
    place = int(late["rise"].rank(ascending=False)[late["column"] == "repair_offers"].iloc[0])
    return (
        f"With the number of repair offers in the table, that column is {ordinal(place)} of {len(late)}, and "
        "the "
        f"RMSE on fires of the archive falls from {significant(result.early_error)} to "
        f"{significant(result.late_error)} thousand EUR. While it burns no offer has been asked for; then "
        "the RMSE is "
        f"{significant(result.in_use_error)}."
    )


def _say_nothing(_result: ExplainResult) -> str:
    return ""


Tell = Callable[[ExplainResult], str]
TELL: Mapping[Look, tuple[Tell, Tell]] = {
    "columns": (tell_columns, tell_two_lists),
    "row": (tell_row, _say_nothing),
    "samples": (tell_samples, _say_nothing),
    "twins": (tell_twins, tell_groups),
    "curve": (tell_curve, _say_nothing),
    "cause": (tell_cause, tell_leak),
}
DRAW: Mapping[Look, Mapping[str, Callable[[ExplainResult], go.Figure]]] = {
    "columns": {"by shuffling": plot_columns, "its own list": plot_built_in},
    "row": {"this row": plot_row, "all rows": plot_values},
    "samples": {"ranks": plot_ranks},
    "twins": {"twins": plot_twins},
    "curve": {"curve": plot_curve},
    "cause": {"moves": plot_moves, "fires": plot_fires},
}


def tell_view(result: ExplainResult) -> str:
    """Say what is seen in this way of looking."""
    return TELL[result.spec.look][0](result)


def tell_more(result: ExplainResult) -> str:
    """Say what else belongs to it; empty, if that is all."""
    return TELL[result.spec.look][1](result)


def draw_view(result: ExplainResult) -> dict[str, go.Figure]:
    """Return the figures of this way of looking, by name."""
    return {name: draw(result) for name, draw in DRAW[result.spec.look].items()}
