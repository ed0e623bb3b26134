"""A study while it runs, or when it was stopped: what is finished, and what stands best."""

import plotly.graph_objects as go

from core.charts import COLOURS, new_figure
from core.lab import SoFar
from core.search.run import SearchResult, read_study
from core.search.spec import SearchSpec
from core.wording import count, significant

METRIC_WORDS = {"roc_auc": "ROC AUC", "accuracy": "accuracy", "r2": "R²"}
FEWEST_TO_DRAW = 2


def look_at_study(spec: SearchSpec) -> SoFar | None:
    """Return what the study of `spec` has finished; None before its first trial.

    Reads the study's file, which another process may be writing.
    """
    found = read_study(spec)
    if not found.n_trials:
        return None
    return SoFar(
        sentence=tell_so_far(found),
        figure=plot_so_far(found) if found.n_complete >= FEWEST_TO_DRAW else None,
        go_on=f"Resume: {found.n_trials} of {found.n_expected} trials stand",
    )


def tell_so_far(found: SearchResult) -> str:
    """Say how many trials are finished, how they ended, and which is best."""
    parts = [
        f"{count(n)} {word}"
        for n, word in (
            (found.n_complete, "complete"),
            (found.n_pruned, "stopped early"),
            (found.n_failed, "failed"),
        )
        if n
    ]
    best = ""
    if found.best_number is not None:
        best = (
            f" The best so far is trial {found.best_number}, with a mean "
            f"{METRIC_WORDS[found.spec.scoring]} of {say_score(found.best_value)}."
        )
    return (
        f"{count(found.n_trials)} of {count(found.n_expected)} trials are finished and kept: "
        f"{', '.join(parts)}.{best}"
    )


def say_score(score: float) -> str:
    """Return a score with three decimals and a real minus."""
    return f"{score:.3f}".replace("-", "−") if score == score else significant(score)  # noqa: PLR0124


def plot_so_far(found: SearchResult) -> go.Figure:
    """Draw each complete trial as a dot, and the best so far as a line."""
    trials = found.trials
    complete = trials[trials["state"] == "complete"]
    figure = new_figure(
        title=f"Best so far: {say_score(found.best_value)}",
        x_label="trial",
        y_label=f"mean {METRIC_WORDS[found.spec.scoring]} over the folds",
        height=300,
    )
    figure.add_scatter(
        x=complete["number"], y=complete["value"], mode="markers", name="a complete trial",
        marker={"color": COLOURS["validation"], "size": 7},
    )  # fmt: skip
    figure.add_scatter(
        x=trials["number"], y=trials["best_so_far"], mode="lines", name="best so far",
        line={"color": COLOURS["good"], "width": 2.5, "shape": "hv"},
    )  # fmt: skip
    figure.update_xaxes(range=[-0.5, found.n_expected - 0.5])
    return figure
