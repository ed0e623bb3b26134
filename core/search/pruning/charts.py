"""Small charts of the lab of pruning, each over the steps of a training."""

import numpy as np

from core.scene import Line, round_ticks
from core.search.pruning.curves import load_curves
from core.search.pruning.lab import PruningResult
from core.stage import Chart, Mark
from core.wording import percent

TICKS = (1, 5, 10, 15, 20)


def draw_charts(result: PruningResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    return _agreement(result), _place(result), _spent(result)


def name_steps(result: PruningResult) -> str:
    """Return what the steps are, for an axis."""
    if result.per_step == 1:
        return f"{result.unit}s"
    return f"steps of {result.per_step} {result.unit}s"


def _agreement(result: PruningResult) -> Chart:
    x, y = tuple(map(float, result.steps["step"])), tuple(result.steps["agreement"])
    return Chart(
        title="Does the order now agree with the end?",
        alt="Rank correlation between the losses at each step and at the end.",
        x_label=name_steps(result),
        y_label="agreement (1: same order)",
        x_max=float(result.n_steps),
        y_min=min(0.0, *y) - 0.08,
        y_max=1.08,
        x_ticks=tuple((float(t), str(t)) for t in TICKS),
        y_ticks=tuple(
            (t, f"{t:g}".replace("-", "−")) for t in round_ticks(min(0.0, *y), 1.0, n_most=5)
        ),
        lines=(
            Line(x=(0.0, x[-1]), y=(0.0, 0.0), meaning="muted", is_dashed=True),
            Line(x=x, y=y, meaning="validation"),
        ),
        point_x=x,
        point_y=y,
        point_meaning="validation",
    )


def _place(result: PruningResult) -> Chart:
    x, mean = tuple(map(float, result.steps["step"])), tuple(result.steps["winner_place"])
    losses = load_curves(result.spec.curves).losses[load_curves(result.spec.curves).orders]
    watched = losses[result.spec.search]
    here = watched[int(watched[:, -1].argmin())]
    own = tuple((watched < here).sum(axis=0) + 1.0)
    return Chart(
        title="Place of the later winner (dashed: mean)",
        alt="Place of the training that ends best among all, at each step; 1 is in front.",
        x_label=name_steps(result),
        y_label=f"place of {result.n_trials}",
        x_max=float(result.n_steps),
        y_min=0.0,
        y_max=float(result.n_trials) + 1,
        x_ticks=tuple((float(t), str(t)) for t in TICKS),
        y_ticks=((1.0, "1"), (10.0, "10"), (20.0, "20"), (30.0, "30")),
        lines=(
            Line(x=x, y=own, meaning="good"),
            Line(x=x, y=mean, meaning="muted", is_dashed=True),
        ),
        point_x=x,
        point_y=own,
        point_meaning="good",
        marks=(Mark(x=x, y=mean, meaning="muted"),),
    )


def _spent(result: PruningResult) -> Chart:
    known = load_curves(result.spec.curves)
    given = known.stops[result.spec.pruner][result.spec.search]
    steps = np.arange(1, result.n_steps + 1)
    whole = result.n_trials * result.n_steps
    spent = tuple((np.minimum(given[:, None], steps).sum(axis=0) / whole).tolist())
    plain = tuple((steps / result.n_steps).tolist())
    x = tuple(map(float, steps))
    return Chart(
        title=f"Steps made in the end: {percent(spent[-1], 0)}",
        alt="Share of all steps made up to each step, with the pruner and without.",
        x_label=name_steps(result),
        y_label="share of all steps",
        x_max=float(result.n_steps),
        y_max=1.06,
        x_ticks=tuple((float(t), str(t)) for t in TICKS),
        y_ticks=tuple((t, percent(t, 0)) for t in (0.0, 0.5, 1.0)),
        lines=(
            Line(x=x, y=plain, meaning="muted", label="without", is_dashed=True, label_at=0.6),
            Line(x=x, y=spent, meaning="positive", label="with pruner", label_at=0.95),
        ),
        point_x=x,
        point_y=spent,
        point_meaning="positive",
        marks=(Mark(x=x, y=plain, meaning="muted"),),
    )
