"""The picture of the decomposition: a sheaf of fits, their mean, the truth, under one handle."""

from threading import Lock

import numpy as np
from cachetools import LRUCache, cached

from core.bias_variance.decomposition.charts import draw_charts, label_settings
from core.bias_variance.decomposition.lab import DecompositionResult
from core.bias_variance.decomposition.words import name_axis, say_setting, say_term
from core.bias_variance.measure import N_DRAWN
from core.datasets.curves import load_curve
from core.scene import Axis, Dots, Line, MovingLine, Scene
from core.stage import Handle, Number, Phrase, Stage
from core.wording import count, percent, significant

EVERY = 2
"""Of the places where fits are known, every second one is drawn."""
MOST_DOTS = 60


def stage_decomposition(result: DecompositionResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.terms``."""
    return Stage(
        alt=(
            f"{N_DRAWN} fits ({result.family_title.lower()}), each on a fresh sample, with their mean and "
            f"the truth, {result.truth_title.lower()}. The handle sets the {result.knob}."
        ),
        handle=_handle(result),
        scene=_scene(result),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, at) for at in range(len(result.terms))),
        charts=draw_charts(result),
    )


def _what_is_drawn(result: DecompositionResult) -> object:
    return result.spec.samples


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def stage_json(result: DecompositionResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_decomposition(result).to_json()


def _handle(result: DecompositionResult) -> Handle:
    ticks = label_settings(result)
    return Handle(
        label=f"How far the model may bend: {result.knob}",
        positions=tuple(place for place, _ in ticks),
        values=tuple(float(step) for step in range(len(ticks))),
        texts=tuple(say_setting(result, value) for value in result.terms["setting"]),
        ticks=ticks,
        axis_label=name_axis(result),
    )


def _scene(result: DecompositionResult) -> Scene:
    reach = 1.5 + 1.5 * result.spec.noise
    places = np.linspace(0, 1, 101)
    first = result.rows[result.rows["sample"] == 1]
    step = max(1, -(-len(first) // MOST_DOTS))
    return Scene(
        x=Axis(label="x", low=0.0, high=1.0, ticks=((0, "0"), (0.5, "0.5"), (1, "1"))),
        y=Axis(label="y", low=-reach, high=reach, ticks=((-1, "−1"), (0, "0"), (1, "1"))),
        dots=(
            Dots(
                label="one of the samples",
                x=tuple(first["x"].iloc[::step].tolist()),
                y=tuple(first["y"].iloc[::step].tolist()),
                meaning="noise",
                is_hollow=True,
            ),
        ),
        moving_lines=(*_sheaf(result), _mean(result)),
        still_lines=(
            Line(
                x=tuple(places.tolist()),
                y=tuple(load_curve(result.spec.truth).true_value(places).tolist()),
                meaning="good",
                label="the truth",
                is_dashed=True,
            ),
        ),
    )


def _sheaf(result: DecompositionResult) -> tuple[MovingLine, ...]:
    n_steps = len(result.terms)
    xs = result.means["x"].to_numpy().reshape(n_steps, -1)[0, ::EVERY]
    fits = (
        result.fits["y"]
        .to_numpy()
        .reshape(n_steps, -1, len(result.means) // n_steps)[:, :, ::EVERY]
    )
    label = f"{count(fits.shape[1])} fits, each on a fresh sample"
    return tuple(
        MovingLine(
            label=label if number == 0 else "",
            x=tuple(xs.tolist()),
            y=tuple(tuple(heights) for heights in fits[:, number].tolist()),
            meaning="variance",
            is_thin=True,
        )
        for number in range(fits.shape[1])
    )


def _mean(result: DecompositionResult) -> MovingLine:
    n_steps = len(result.terms)
    xs = result.means["x"].to_numpy().reshape(n_steps, -1)[0, ::EVERY]
    heights = result.means["mean"].to_numpy().reshape(n_steps, -1)[:, ::EVERY]
    return MovingLine(
        label=f"mean of all {count(result.n_samples)} fits",
        x=tuple(xs.tolist()),
        y=tuple(tuple(row) for row in heights.tolist()),
        meaning="bias",
    )


def _numbers(result: DecompositionResult) -> tuple[Number, ...]:
    terms, n_steps = result.terms, len(result.terms)
    return (
        _term(result, "bias2", "Bias²", "the mean fit against the truth"),
        _term(result, "variance", "Variance", "the fits against their mean"),
        Number(
            label="Noise",
            texts=(significant(result.noise),) * n_steps,
            notes=("known exactly",) * n_steps,
        ),
        Number(
            label="Sum of the three",
            texts=tuple(significant(value) for value in terms["total"]),
            notes=tuple(f"± {se:.4f} by chance" for se in terms["total_se"]),
        ),
        Number(
            label="Error on fresh rows",
            texts=tuple(significant(value) for value in terms["error"]),
            notes=tuple(
                f"{residual / se:+.1f} standard errors off".replace("-", "−")
                if result.noise > 0
                else "exactly"
                for residual, se in zip(terms["residual"], terms["residual_se"], strict=True)
            ),
        ),
        Number(
            label="Error on its own rows",
            texts=tuple(significant(value) for value in terms["train_error"]),
            notes=("what training sees",) * n_steps,
            is_reference=True,
        ),
    )


def _term(result: DecompositionResult, name: str, label: str, note: str) -> Number:
    terms = result.terms
    pairs = list(zip(terms[name], terms[f"{name}_se"], strict=True))
    return Number(
        label=label,
        texts=tuple(say_term(value, se).split(" ±")[0] for value, se in pairs),
        notes=tuple(f"± {se:.4f}; {note}" for _, se in pairs),
    )


def _sentence(result: DecompositionResult, at: int) -> tuple[Phrase, ...]:
    row = result.terms.iloc[at]
    total = float(row["total"])
    shares = [
        max(float(row[name]), 0.0) / total if total else 0.0
        for name in ("bias2", "variance", "noise")
    ]
    bias, variance, noise = (percent(share, 0) for share in shares)
    return (
        (f"At {say_setting(result, float(row['setting']))}, ", None),
        (f"{bias} of the error is bias", "bias"),
        (", ", None),
        (f"{variance} is variance", "variance"),
        (" and ", None),
        (f"{noise} is noise", "noise"),
        (_verdict(shares), None),
    )


def _verdict(shares: list[float]) -> str:
    bias, variance, noise = shares
    if bias > max(variance, noise):
        return ". The fits agree with each other and miss the truth together."
    if variance > max(bias, noise):
        return ". On average they are right, and each one is wrong in its own way."
    return ". Most of what is left, nobody could hit."
