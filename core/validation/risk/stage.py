"""The picture of the truth lab: how far scores miss the true error, with the number of folds to drag."""

from itertools import pairwise
from math import log
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from core.scene import Axis, Dots, Line, Meaning, Scene, round_ticks
from core.stage import Chart, Handle, Mark, Number, Phrase, Stage
from core.validation.risk.lab import RiskResult
from core.validation.risk.words import in_hundred, lean, points
from core.wording import percent

MARGIN = 0.06
"""Room left and right of the outermost k, as a share of the axis."""
Ticks = tuple[tuple[float, str], ...]


@cached(LRUCache(maxsize=64), key=lambda result: result.spec.trials, lock=Lock())
def stage_json(result: RiskResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_risk(result).to_json()


def stage_risk(result: RiskResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.sweep``."""
    ks = [int(k) for k in result.sweep["k"]]
    low, high = _edges(ks)
    n = result.spec.n_rows
    return Stage(
        alt=(
            "How far the cross-validated error lies from the true one, for each number of folds. Each dot is "
            "one dataset. The number of folds can be dragged."
        ),
        handle=Handle(
            label="Number of folds",
            positions=tuple((log(k) - low) / (high - low) for k in ks),
            values=tuple(float(k) for k in ks),
            texts=tuple("leave one out" if k == n else f"{k} folds" for k in ks),
        ),
        scene=_scene(result, ks),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, row) for row in result.sweep.itertuples()),
        charts=(_spreads(result, ks), _misses(result, ks), _covers(result, ks)),
    )


def _edges(ks: list[int]) -> tuple[float, float]:
    room = MARGIN * (log(ks[-1]) - log(ks[0]))
    return log(ks[0]) - room, log(ks[-1]) + room


def _k_ticks(ks: list[int]) -> Ticks:
    """Label few enough of the ks to stand side by side on a phone."""
    wanted = [k for k in (2, 3, 5, 10, 20, 60) if k in ks and k < ks[-1] / 1.4] + [ks[-1]]
    return tuple((log(k), str(k)) for k in wanted)


def _scene(result: RiskResult, ks: list[int]) -> Scene:
    misses, sweep = result.misses, result.sweep
    low, high = _edges(ks)
    top = 1.05 * 100 * float(misses["miss"].max())
    bottom = 1.05 * 100 * float(misses["miss"].min())
    # Side by side around their k, so that equal misses do not hide each other.
    width = 0.6 * min(log(b / a) for a, b in pairwise(ks))
    n_draws = int(misses["draw"].max()) + 1
    places = misses["k"].map(log) + width * (misses["draw"] / (n_draws - 1) - 0.5)
    x = tuple(log(k) for k in ks)
    bias = tuple((100 * sweep["bias"]).tolist())
    return Scene(
        x=Axis(label="number of folds", low=low, high=high, ticks=_k_ticks(ks)),
        y=Axis(
            label="score minus true error (points)", low=bottom, high=top, ticks=_ticks(bottom, top)
        ),
        point_x=x,
        point_y=bias,
        point_meaning="bias",
        dots=(
            Dots(
                label="one dataset each",
                x=tuple(places.tolist()),
                y=tuple((100 * misses["miss"]).tolist()),
                meaning="variance",
                is_hollow=True,
            ),
        ),
        still_lines=(
            Line(x=(low, high), y=(0.0, 0.0), meaning="good", label="the truth", is_dashed=True),
            Line(x=x, y=bias, meaning="bias", label=f"mean of {result.n_draws}"),
        ),
    )


def _ticks(low: float, high: float, n_most: int = 6) -> Ticks:
    return tuple(
        (tick, f"{tick:g}".replace("-", "−")) for tick in round_ticks(low, high, n_most=n_most)
    )


def _numbers(result: RiskResult) -> tuple[Number, ...]:
    sweep, n_steps = result.sweep, len(result.sweep)

    def spread(label: str, column: str, note: str) -> Number:
        texts = tuple(points(value) for value in sweep[column])
        return Number(label=label, texts=texts, notes=(note,) * n_steps)

    def cover(label: str, kind: str) -> Number:
        bounds = zip(sweep[f"{kind}_cover_low"], sweep[f"{kind}_cover_high"], strict=True)
        return Number(
            label=label,
            texts=tuple(in_hundred(value) for value in sweep[f"{kind}_cover"]),
            notes=tuple(f"95\u202f%: {100 * low:.0f}–{100 * high:.0f}" for low, high in bounds),
        )

    return (
        Number(
            label="Score, on average",
            texts=tuple(percent(value) for value in sweep["mean"]),
            notes=tuple(f"each model: {int(n)} rows" for n in sweep["n_learn"]),
        ),
        Number(
            label="True error, on average",
            texts=(percent(result.truth),) * n_steps,
            notes=(f"best possible: {percent(result.best_error)}",) * n_steps,
            is_reference=True,
        ),
        Number(
            label="Bias",
            texts=tuple(points(value, is_signed=True) for value in sweep["bias"]),
            notes=tuple(
                f"95\u202f%: {100 * low:+.1f} to {100 * high:+.1f}".replace("-", "−")
                for low, high in zip(sweep["bias_low"], sweep["bias_high"], strict=True)
            ),
        ),
        spread("Between folds", "fold_sd", "what is reported"),
        spread("Between dealings", "shuffle_sd", "what repeating removes"),
        spread("Between datasets", "data_sd", "what is meant"),
        cover("± 2 standard errors hold", "naive"),
        cover("Corrected interval holds", "corrected"),
    )


def _sentence(result: RiskResult, row: Any) -> tuple[Phrase, ...]:
    n = result.spec.n_rows
    who = "Leaving one row out" if row.k == n else f"With {row.k} folds"
    words = {
        "pessimistic": f"too pessimistic by {points(row.bias)} on average",
        "optimistic": f"too optimistic by {points(-row.bias)} on average",
        "right": f"right on average, as far as {result.n_draws} datasets can tell",
    }
    side = lean(row.bias_low, row.bias_high)
    return (
        (f"{who}, the score is ", None),
        (words[side], "good" if side == "right" else "bias"),
        (". Another dataset would move it by about ", None),
        (points(row.data_sd), "variance"),
        (", another dealing of the same rows by ", None),
        (points(row.shuffle_sd), "test"),
        (".", None),
    )


def _chart(ks: list[int], **more: Any) -> Chart:
    low, high = _edges(ks)
    return Chart(
        x_label="number of folds",
        x_min=low,
        x_max=high,
        x_ticks=_k_ticks(ks),
        point_x=tuple(log(k) for k in ks),
        **more,
    )


def _along(
    ks: list[int],
    y: tuple[float, ...],
    meaning: Meaning,
    label: str,
    at: float,
    *,
    is_below: bool = False,
) -> Line:
    x = tuple(log(k) for k in ks)
    return Line(x=x, y=y, meaning=meaning, label=label, label_at=at, is_label_below=is_below)


def _spreads(result: RiskResult, ks: list[int]) -> Chart:
    fold, shuffle, data = (
        tuple((100 * result.sweep[name]).tolist()) for name in ("fold_sd", "shuffle_sd", "data_sd")
    )
    x = tuple(log(k) for k in ks)
    top = 1.08 * max(fold)
    return _chart(
        ks,
        title="What folds show is not what is meant",
        alt="Three spreads against the number of folds.",
        y_label="spread (points)",
        y_max=top,
        y_ticks=_ticks(0.0, top, 5),
        lines=(
            _along(ks, fold, "noise", "folds", 0.75),
            _along(ks, data, "variance", "datasets", 0.55),
            _along(ks, shuffle, "test", "dealings", 0.97),
        ),
        point_y=fold,
        point_meaning="noise",
        marks=(
            Mark(x=x, y=data, meaning="variance"),
            Mark(x=x, y=shuffle, meaning="test"),
        ),
    )


def _misses(result: RiskResult, ks: list[int]) -> Chart:
    y = tuple((100 * result.sweep["rmse"]).tolist())
    held = 100 * float(result.schemes.set_index("scheme")["rmse"]["holdout"])
    low, high = _edges(ks)
    top = 1.25 * max(*y, held)
    # Within a twentieth of the smallest is a tie: hundreds of datasets cannot tell more.
    enough = next(k for k, miss in zip(ks, y, strict=True) if miss <= 1.05 * min(y))
    return _chart(
        ks,
        title=f"From {enough} folds on it hardly falls",
        alt="Typical distance from score to true error against the number of folds.",
        y_label="typical miss (points)",
        y_max=top,
        y_ticks=_ticks(0.0, top, 5),
        lines=(
            Line(
                x=(low, high),
                y=(held, held),
                meaning="muted",
                label="hold-out",
                is_dashed=True,
                label_at=0.6,
            ),
            Line(x=tuple(log(k) for k in ks), y=y, meaning="validation"),
        ),
        point_y=y,
        point_meaning="validation",
    )


def _covers(result: RiskResult, ks: list[int]) -> Chart:
    naive, corrected = (
        tuple((100 * result.sweep[f"{kind}_cover"]).tolist()) for kind in ("naive", "corrected")
    )
    low, high = _edges(ks)
    x = tuple(log(k) for k in ks)
    bottom = max(0.0, min(*naive, *corrected) - 10)
    return _chart(
        ks,
        title="Two intervals that promise 95 of 100",
        alt="How often two intervals hold the true error, against the number of folds.",
        y_label="hold the truth (of 100)",
        y_min=bottom,
        y_max=108.0,
        y_ticks=_ticks(bottom, 100.0, 5),
        lines=(
            Line(x=(low, high), y=(95.0, 95.0), meaning="good", label="", is_dashed=True),
            _along(ks, naive, "noise", "not corrected", 0.7, is_below=True),
            _along(ks, corrected, "validation", "corrected", 0.5),
        ),
        point_y=naive,
        point_meaning="noise",
        marks=(Mark(x=x, y=corrected, meaning="validation"),),
    )
