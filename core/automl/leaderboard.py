"""The leaderboard of a search as a picture: one mark a trial, and the proposed one in its own colour."""

import plotly.graph_objects as go

from core.automl.run import Outcome
from core.automl.settings import LOWER_IS_BETTER
from core.automl.words import NAMES
from core.charts import COLOURS, new_figure
from core.wording import significant


def plot_leaderboard(outcome: Outcome) -> go.Figure:
    """Draw each trial's score on the rows that validate, in the order in which they were tried."""
    metric = outcome.ready.metric
    better = "less" if metric in LOWER_IS_BETTER else "more"
    sound = [trial for trial in outcome.trials if not trial.problem]
    scores = [trial.score for trial in sound]
    best = min(scores) if metric in LOWER_IS_BETTER else max(scores)
    figure = new_figure(
        title=f"Best of {len(outcome.trials)} trials: {significant(best)}",
        x_label="trial",
        y_label=f"{NAMES[metric]} on rows that validate ({better} is better)",
    )
    chosen = {number for number, _ in outcome.finals.chosen.members}
    for name, is_chosen, symbol, colour in (
        ("tried", False, "circle", COLOURS["negative"]),
        ("proposed", True, "star", COLOURS["good"]),
    ):
        shown = [trial for trial in sound if (trial.number in chosen) == is_chosen]
        figure.add_scatter(
            x=[trial.number for trial in shown], y=[trial.score for trial in shown], name=name,
            mode="markers", marker={"symbol": symbol, "size": 11, "color": colour},
            customdata=[NAMES[trial.family] for trial in shown],
            hovertemplate="%{customdata}: %{y:.4f}<extra>" + name + "</extra>",
        )  # fmt: skip
    return figure.update_layout(showlegend=True)
