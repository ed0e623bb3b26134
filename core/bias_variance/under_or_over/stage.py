"""The picture of the diagnosis: both errors over the knob, and the verdict under the hand."""

from threading import Lock

from cachetools import LRUCache, cached

from core.bias_variance.losses import Loss
from core.bias_variance.under_or_over.lab import UnderOverResult, loss_of
from core.bias_variance.under_or_over.words import VERDICTS, say_number, say_setting
from core.scene import Axis, Line, Scene, round_ticks
from core.stage import Chart, Handle, Number, Phrase, Stage

Ticks = tuple[tuple[float, str], ...]
MOST_TICKS = 8


def _what_is_drawn(result: UnderOverResult) -> object:
    spec = result.spec
    return (spec.data, spec.model, spec.n_rows, spec.metric, spec.folds, spec.repeats, spec.seed)


@cached(LRUCache(maxsize=64), key=_what_is_drawn, lock=Lock())
def stage_json(result: UnderOverResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_case(result).to_json()


def stage_case(result: UnderOverResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.sweep``."""
    settings = result.sweep["setting"].tolist()
    n = len(settings)
    return Stage(
        alt=(
            f"Error on rows learnt from and on new rows, for each {result.label} from rigid to free. The "
            "setting can be dragged."
        ),
        handle=Handle(
            label=f"How far the model may bend: {result.label}",
            positions=tuple((place + 0.5) / n for place in range(n)),
            values=tuple(float(place) for place in range(n)),
            texts=tuple(say_setting(result, value) for value in settings),
        ),
        scene=_scene(result, loss_of(result)),
        numbers=_numbers(result, loss_of(result)),
        sentences=tuple(_sentence(result, place) for place in range(n)),
        charts=(
            _chart(result, "gap", "How the gap grows", "gap"),
            _chart(result, "regret", "Above the best", "more"),
        ),
    )


def _x(result: UnderOverResult) -> tuple[float, ...]:
    return tuple(float(place) for place in range(len(result.sweep)))


def _y(result: UnderOverResult, column: str) -> tuple[float, ...]:
    loss = loss_of(result)
    return tuple(loss.drawn(value) for value in result.sweep[column])


def _x_ticks(result: UnderOverResult) -> Ticks:
    settings = result.sweep["setting"].tolist()
    step = -(-len(settings) // MOST_TICKS)
    return tuple((float(at), say_number(settings[at])) for at in range(0, len(settings), step))


def _ticks(top: float) -> Ticks:
    return tuple((tick, f"{tick:,.10g}".replace(",", "\u202f")) for tick in round_ticks(0.0, top))


def _scene(result: UnderOverResult, loss: Loss) -> Scene:
    x, baseline = _x(result), loss.drawn(result.baseline)
    top = 1.12 * max(*_y(result, "validation"), *_y(result, "train"), baseline) or 1.0
    ends = (-0.5, len(x) - 0.5)
    return Scene(
        x=Axis(
            label=f"{result.label}: rigid to free", low=ends[0], high=ends[1], ticks=_x_ticks(result)
        ),
        y=Axis(label=loss.axis, low=0.0, high=top, ticks=_ticks(top)),
        point_x=x,
        point_y=_y(result, "validation"),
        point_meaning="validation",
        still_lines=(
            Line(
                x=ends, y=(baseline, baseline), meaning="muted", label="always the same",
                is_dashed=True, label_at=0.12,
            ),
            Line(x=x, y=_y(result, "validation"), meaning="validation", label="on new rows"),
            *(
                Line(x=x, y=_y(result, f"validation_{end}"), meaning="validation", is_dashed=True)
                for end in ("low", "high")
            ),
            Line(x=x, y=_y(result, "train"), meaning="train", label="on rows learnt from"),
        ),
    )  # fmt: skip


def _numbers(result: UnderOverResult, loss: Loss) -> tuple[Number, ...]:
    sweep, n = result.sweep, len(result.sweep)
    ends = zip(sweep["validation_low"], sweep["validation_high"], strict=True)
    return (
        Number(
            label="Error on new rows",
            texts=tuple(map(loss.say, sweep["validation"])),
            notes=tuple(f"95\u202f%: {loss.say(low)} to {loss.say(high)}" for low, high in ends),
        ),
        Number(
            label="On rows learnt from",
            texts=tuple(map(loss.say, sweep["train"])),
            notes=("what training sees",) * n,
        ),
        Number(
            label="Gap", texts=tuple(map(loss.say, sweep["gap"])), notes=("new minus learnt from",) * n
        ),
        Number(
            label="Above the best",
            texts=tuple(map(loss.say, sweep["regret"])),
            notes=(f"best: {say_setting(result, result.best_setting)}",) * n,
        ),
        Number(
            label="Diagnosis",
            texts=tuple(VERDICTS[verdict] for verdict in sweep["verdict"]),
            notes=("judged on new rows",) * n,
        ),
        Number(
            label="Always the same",
            texts=(loss.say(result.baseline),) * n,
            notes=("without any model",) * n,
            is_reference=True,
        ),
    )  # fmt: skip


def _sentence(result: UnderOverResult, place: int) -> tuple[Phrase, ...]:
    loss, row = loss_of(result), result.sweep.iloc[place]
    ending = {
        "over": " It bends too much: a setting further left is better on new rows.",
        "under": " It bends too little: a setting further right is better on new rows.",
        "balanced": " No other setting is better by more than chance could make.",
    }[str(row["verdict"])]
    return (
        (f"At {say_setting(result, float(row['setting']))}: ", None),
        (f"{loss.say(row['train'])} on rows learnt from", "train"),
        (", ", None),
        (f"{loss.say(row['validation'])} on new rows", "validation"),
        (".", None),
        (ending, None),
    )


def _chart(result: UnderOverResult, column: str, title: str, label: str) -> Chart:
    x, y = _x(result), tuple(max(value, 0.0) for value in _y(result, column))
    top = 1.15 * max(y) or 1.0
    return Chart(
        title=title,
        alt=f"{title}, against the {result.label}.",
        x_label=result.label,
        y_label=f"{label} ({loss_of(result).step})",
        x_min=-0.5,
        x_max=len(x) - 0.5,
        y_max=top,
        x_ticks=_x_ticks(result),
        y_ticks=_ticks(top),
        lines=(Line(x=x, y=y, meaning="variance" if column == "gap" else "validation"),),
        point_x=x,
        point_y=y,
        point_meaning="variance" if column == "gap" else "validation",
    )
