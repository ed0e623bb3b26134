"""The picture of an ensemble: the fits of many samples, their mean and the truth, under one handle."""

from threading import Lock

import numpy as np
from cachetools import LRUCache, cached

from core.bias_variance.decomposition.words import say_term
from core.bias_variance.ensembles.charts import AXIS, draw_charts, label_depths
from core.bias_variance.ensembles.training import DEPTHS, N_DRAWN
from core.bias_variance.ensembles.view import EnsemblesResult
from core.bias_variance.ensembles.words import TITLES, say_depth, say_models
from core.datasets.curves import load_curve
from core.scene import Axis, Line, MovingLine, Scene
from core.stage import Handle, Number, Phrase, Stage
from core.wording import count, percent, significant


def stage_ensembles(result: EnsemblesResult) -> Stage:
    """Return the live picture of `result`; one step for each depth."""
    ticks = label_depths()
    return Stage(
        alt=(
            f"{N_DRAWN} fits ({TITLES[result.spec.method].lower()}), each on a fresh sample, with their mean "
            "and the truth. The handle sets how deep each tree may grow."
        ),
        handle=Handle(
            label="How deep each tree may grow",
            positions=tuple(place for place, _ in ticks),
            values=tuple(float(depth) for depth in DEPTHS),
            texts=tuple(say_depth(depth) for depth in DEPTHS),
            ticks=ticks,
            axis_label=AXIS,
        ),
        scene=_scene(result),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, at) for at in range(len(DEPTHS))),
        charts=draw_charts(result),
    )


def _what_is_drawn(result: EnsemblesResult) -> object:
    return result.spec.samples, result.spec.method, result.n_members


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def stage_json(result: EnsemblesResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_ensembles(result).to_json()


def _scene(result: EnsemblesResult) -> Scene:
    reach = 1.5 + result.spec.noise
    places = np.linspace(0, 1, 101)
    truth = load_curve(result.spec.truth).true_value(places)
    return Scene(
        x=Axis(label="x", low=0.0, high=1.0, ticks=((0, "0"), (0.5, "0.5"), (1, "1"))),
        y=Axis(label="y", low=-reach, high=reach, ticks=((-1, "−1"), (0, "0"), (1, "1"))),
        moving_lines=(*_sheaf(result), _mean(result)),
        still_lines=(
            Line(
                x=tuple(places.tolist()),
                y=tuple(truth.tolist()),
                meaning="good",
                label="the truth",
                is_dashed=True,
            ),
        ),
    )


def _sheaf(result: EnsemblesResult) -> tuple[MovingLine, ...]:
    n_depths = len(DEPTHS)
    fits = result.fits["y"].to_numpy().reshape(n_depths, N_DRAWN, -1)
    xs = tuple(result.fits["x"].to_numpy()[: fits.shape[2]].tolist())
    label = f"{count(N_DRAWN)} fits, each on a fresh sample"
    return tuple(
        MovingLine(
            label=label if number == 0 else "",
            x=xs,
            y=tuple(tuple(heights) for heights in fits[:, number].tolist()),
            meaning="variance",
            is_thin=True,
        )
        for number in range(N_DRAWN)
    )


def _mean(result: EnsemblesResult) -> MovingLine:
    n_places = len(result.means) // len(DEPTHS)
    heights = result.means["mean"].to_numpy().reshape(len(DEPTHS), n_places)
    return MovingLine(
        label="their mean",
        x=tuple(result.means["x"].to_numpy()[:n_places].tolist()),
        y=tuple(tuple(row) for row in heights.tolist()),
        meaning="bias",
    )


def _numbers(result: EnsemblesResult) -> tuple[Number, ...]:
    here, alone, n_steps = result.depths, result.trees, len(DEPTHS)
    return (
        _part(result, "bias2", "Bias²"),
        _part(result, "variance", "Variance"),
        Number(
            label="Noise",
            texts=(significant(result.noise),) * n_steps,
            notes=("known exactly",) * n_steps,
        ),
        Number(
            label="Sum of the three",
            texts=tuple(significant(value) for value in here["total"]),
            notes=tuple(f"± {se:.4f} by chance" for se in here["total_se"]),
        ),
        Number(
            label="One tree: sum",
            texts=tuple(significant(value) for value in alone["total"]),
            notes=tuple(f"± {se:.4f} by chance" for se in alone["total_se"]),
            is_reference=True,
        ),
    )


def _part(result: EnsemblesResult, part: str, label: str) -> Number:
    pairs = zip(result.depths[part], result.depths[f"{part}_se"], strict=True)
    said = [say_term(value, se).split(" ± ") for value, se in pairs]
    return Number(
        label=label,
        texts=tuple(value for value, _ in said),
        notes=tuple(
            f"± {se}; one tree {significant(max(alone, 0))}"
            for (_, se), alone in zip(said, result.trees[part], strict=True)
        ),
    )


def _sentence(result: EnsemblesResult, at: int) -> tuple[Phrase, ...]:
    row, alone = result.depths.iloc[at], result.trees.iloc[at]
    made = say_models(result.spec.method, result.n_members, DEPTHS[at])
    total = float(row["total"])
    bias, variance, noise = (
        percent(max(value, 0.0) / total if total > 0 else 0.0, 0)
        for value in (float(row["bias2"]), float(row["variance"]), result.noise)
    )
    return (
        (f"{made[0].upper()}{made[1:]}: ", None),
        (f"{bias} of the error is bias", "bias"),
        (", ", None),
        (f"{variance} is variance", "variance"),
        (" and ", None),
        (f"{noise} is noise", "noise"),
        (_compare(result, float(total), float(alone["total"])), None),
    )


def _compare(result: EnsemblesResult, total: float, alone: float) -> str:
    """Say how much of one tree's distance from the truth is left; noise is the same for both."""
    if result.spec.method == "tree":
        return "."
    left = alone - result.noise
    if left <= 0:
        return "."
    change = 1 - (total - result.noise) / left
    if abs(change) < 0.02:
        return ". One tree is just as far from the truth."
    side = "nearer to" if change > 0 else "farther from"
    return f". It is {percent(abs(change), 0)} {side} the truth than one tree, in squared distance."
