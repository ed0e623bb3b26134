"""A climb while it runs, or when it was stopped: the finished trials, and which stands best."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.automl.scores import gain_of
from core.automl.trial import Trial
from core.automl.words import NAMES
from core.automl.worth.climb import BUDGETS, ClimbSpec, read_climb
from core.charts import COLOURS, new_figure
from core.lab import SoFar
from core.wording import significant


def look_at_climb(spec: ClimbSpec) -> SoFar | None:
    """Return what the search of `spec` has finished; None before its first trial."""
    trials, n_splits = read_climb(spec)
    if not trials:
        return None
    n_expected = BUDGETS[spec.size].max_trials
    return SoFar(
        sentence=tell_so_far(trials, n_splits, n_expected),
        figure=plot_so_far(trials, n_expected),
        go_on=f"Resume: {len(trials)} trials and {n_splits} splits stand",
    )


def tell_so_far(trials: Sequence[Trial], n_splits: int, n_expected: int) -> str:
    """Say how many trials are finished, which is best, and how far the finals are."""
    best = find_best(trials)
    metric = NAMES[trials[0].metric]
    stands = "None has a score yet."
    if best is not None:
        stands = f"Best so far: the {NAMES[best.family]}, {metric} {significant(best.score)}."
    finals = f" {n_splits} splits of the finals are judged." if n_splits else ""
    return f"{len(trials)} of {max(n_expected, len(trials))} trials are finished and kept. {stands}{finals}"


def find_best(trials: Sequence[Trial]) -> Trial | None:
    """Return the trial with the best score on the rows that validate."""
    sound = [trial for trial in trials if np.isfinite(trial.score)]
    return max(sound, key=lambda trial: gain_of(trial.metric, trial.score), default=None)


def plot_so_far(trials: Sequence[Trial], n_expected: int) -> go.Figure:
    """Draw the ladder as it is climbed: each trial a dot, the best so far a line."""
    best = find_best(trials)
    metric = trials[0].metric
    gains = np.maximum.accumulate(
        [gain_of(metric, trial.score) if np.isfinite(trial.score) else -np.inf for trial in trials]
    )
    lines = [gain_of(metric, float(gain)) if np.isfinite(gain) else None for gain in gains]
    figure = new_figure(
        title=f"Best so far: {NAMES[best.family]}" if best else "No score yet",
        x_label="model tried",
        y_label=f"{NAMES[metric]} on the rows that validate",
        height=300,
    )
    figure.add_scatter(
        x=[trial.number + 1 for trial in trials], y=[trial.score for trial in trials],
        mode="markers+text", name="a model", text=[NAMES[trial.family] for trial in trials],
        textposition="top center", marker={"color": COLOURS["validation"], "size": 9},
    )  # fmt: skip
    figure.add_scatter(
        x=[trial.number + 1 for trial in trials], y=lines, mode="lines", name="best so far",
        line={"color": COLOURS["good"], "width": 2.5, "shape": "hv"},
    )  # fmt: skip
    figure.update_xaxes(
        range=[0.4, max(n_expected, len(trials)) + 0.6], dtick=1 if n_expected < 10 else 5
    )
    return figure
