"""The picture of the forecast: a learning curve, the law that goes on, and the rows really added."""

from threading import Lock

from cachetools import LRUCache, cached

from core.bias_variance.losses import Loss
from core.bias_variance.more_data.lab import MoreDataResult, loss_of
from core.bias_variance.more_data.words import say_range
from core.scene import Axis, Dots, Line, Meaning, Scene, round_ticks
from core.stage import Chart, Handle, Mark, Number, Phrase, Stage
from core.wording import count

Ticks = tuple[tuple[float, str], ...]


@cached(LRUCache(maxsize=64), key=lambda result: result.spec.trial, lock=Lock())
def stage_json(result: MoreDataResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_more_data(result).to_json()


def stage_more_data(result: MoreDataResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.steps``."""
    rows = [float(n) for n in result.steps["n_train"]]
    high = _right_end(result)
    return Stage(
        alt=(
            "Error on rows learnt from and on new rows against the number of rows, with a forecast and the "
            "errors when rows were really added. The number of rows can be dragged."
        ),
        handle=Handle(
            label="Rows to learn from",
            positions=tuple(n / high for n in rows),
            values=tuple(result.steps["factor"].tolist()),
            texts=tuple(f"{count(n)} rows" for n in rows),
        ),
        scene=_scene(result, loss_of(result)),
        numbers=_numbers(result, loss_of(result)),
        sentences=tuple(_sentence(result, at) for at in range(len(rows))),
        charts=(_savings(result), _widths(result)),
    )


def _right_end(result: MoreDataResult) -> float:
    return 1.06 * result.n_doubled


def _ticks(low: float, high: float) -> Ticks:
    return tuple(
        (tick, f"{tick:,.10g}".replace(",", "\u202f").replace("-", "−"))
        for tick in round_ticks(low, high)
    )


def _line(result: MoreDataResult, table: str, column: str, **looks: object) -> Line:
    frame, loss = getattr(result, table), loss_of(result)
    return Line(
        x=tuple(map(float, frame["n_train"])),
        y=tuple(loss.drawn(value) for value in frame[column]),
        **looks,  # type: ignore[arg-type]
    )


def _points(result: MoreDataResult) -> tuple[float, ...]:
    column = "forecast" if result.is_possible else "truth"
    return tuple(loss_of(result).drawn(value) for value in result.steps[column])


def _scene(result: MoreDataResult, loss: Loss) -> Scene:
    columns = [result.curve["validation_high"].clip(upper=2 * result.curve["validation"].max())]
    top = 1.08 * loss.drawn(
        max(float(column.max()) for column in (*columns, result.added["error"]))
    )
    high = _right_end(result)
    lines = [
        _line(result, "curve", "validation", meaning="validation", label="on new rows"),
        _line(result, "curve", "validation_low", meaning="validation", is_dashed=True),
        _line(result, "curve", "validation_high", meaning="validation", is_dashed=True),
        _line(result, "curve", "train", meaning="train", label="on rows learnt from", label_at=0.5),
    ]
    if result.is_possible:
        lines += [
            _line(result, "law", "error", meaning="test", label="forecast", label_at=0.8),
            _line(result, "law", "low", meaning="test", is_dashed=True),
            _line(result, "law", "high", meaning="test", is_dashed=True),
        ]
    return Scene(
        x=Axis(label="rows to learn from", low=0.0, high=high, ticks=_ticks(0.0, high)),
        y=Axis(label=loss.axis, low=0.0, high=top or 1.0, ticks=_ticks(0.0, top or 1.0)),
        point_x=tuple(map(float, result.steps["n_train"])),
        point_y=_points(result),
        point_meaning="test" if result.is_possible else "good",
        dots=(
            Dots(
                label="rows really added",
                x=tuple(map(float, result.added["n_train"])),
                y=tuple(loss.drawn(value) for value in result.added["error"]),
                meaning="good",
                is_hollow=True,
            ),
        ),
        still_lines=tuple(lines),
    )


def _numbers(result: MoreDataResult, loss: Loss) -> tuple[Number, ...]:
    steps, n = result.steps.to_dict("records"), len(result.steps)
    return (
        Number(
            label="Forecast",
            texts=tuple(
                loss.say(row["forecast"]) if result.is_possible else "none" for row in steps
            ),
            notes=tuple(
                f"95\u202f%: {say_range(result, row['forecast_low'], row['forecast_high'])}"
                if result.is_possible
                else "the curve does not fall like a law"
                for row in steps
            ),
        ),
        Number(
            label="Really added",
            texts=tuple(loss.say(row["truth"]) for row in steps),
            notes=tuple(
                f"draws: {say_range(result, row['truth_low'], row['truth_high'])}" for row in steps
            ),
        ),
        Number(
            label="Change by the rows",
            texts=tuple(loss.say_change(row["truth"] - result.truth_now) for row in steps),
            notes=tuple(f"{count(row['n_train'] - result.n_rows)} rows added" for row in steps),
        ),
        Number(
            label="Measured before",
            texts=(loss.say(result.measured),) * n,
            notes=(f"at {count(result.n_measured)} rows, on your own",) * n,
            is_reference=True,
        ),
    )


def _sentence(result: MoreDataResult, at: int) -> tuple[Phrase, ...]:
    loss, row = loss_of(result), result.steps.iloc[at]
    rows = count(int(row["n_train"]))
    truth: tuple[Phrase, ...] = (
        ("rows really added gave ", None),
        (f"{loss.say(float(row['truth']))}", "good"),
        (".", None),
    )
    if not result.is_possible:
        return ((f"With {rows} rows: no forecast; ", None), *truth)
    return (
        (f"With {rows} rows: ", None),
        (f"{loss.say(float(row['forecast']))} forecast", "test"),
        (", ", None),
        *truth,
    )


def _savings(result: MoreDataResult) -> Chart:
    loss, steps = loss_of(result), result.steps
    x = tuple(map(float, steps["n_train"]))
    truth = tuple(loss.drawn(result.truth_now - value) for value in steps["truth"])
    said: tuple[float, ...] = ()
    if result.is_possible:
        start = float(steps["forecast"].iloc[0])
        said = tuple(loss.drawn(start - value) for value in steps["forecast"])
    low, high = min(*truth, *said, 0.0), max(*truth, *said, 0.0)
    room = 0.15 * (high - low) or 1.0
    pairs: tuple[tuple[tuple[float, ...], Meaning, str], ...] = (
        (truth, "good", "really"), (said, "test", "forecast"),
    )  # fmt: skip
    return Chart(
        title="What the added rows save",
        alt="Fall of the error against the number of rows, forecast and really added.",
        x_label="rows to learn from",
        y_label=f"saved ({loss.step})",
        x_min=x[0],
        x_max=x[-1],
        y_min=low - room,
        y_max=high + room,
        x_ticks=_ticks(x[0], x[-1]),
        y_ticks=_ticks(low - room, high + room),
        lines=tuple(
            Line(
                x=x,
                y=y,
                meaning=meaning,
                label=label,
                label_at=0.85 if meaning == "good" else 0.3,
                is_dashed=meaning == "test",
            )
            for y, meaning, label in pairs
            if y
        ),
        point_x=x,
        point_y=truth,
        point_meaning="good",
        marks=(Mark(x=x, y=said, meaning="test"),) if said else (),
    )


def _widths(result: MoreDataResult) -> Chart:
    """Draw how wide the interval of the forecast is, or, without one, how far the draws lie apart."""
    loss, steps = loss_of(result), result.steps
    name = "forecast" if result.is_possible else "truth"
    x = tuple(map(float, steps["n_train"]))
    wide = tuple(
        loss.drawn(high - low)
        for low, high in zip(steps[f"{name}_low"], steps[f"{name}_high"], strict=True)
    )
    top = 1.2 * max(wide) or 1.0
    return Chart(
        title="Width of the forecast’s interval" if result.is_possible else "Spread of the draws",
        alt="Width of the interval against the number of rows.",
        x_label="rows to learn from",
        y_label=f"width ({loss.step})",
        x_min=x[0],
        x_max=x[-1],
        y_max=top,
        x_ticks=_ticks(x[0], x[-1]),
        y_ticks=_ticks(0.0, top),
        lines=(Line(x=x, y=wide, meaning="test" if result.is_possible else "good"),),
        point_x=x,
        point_y=wide,
        point_meaning="test" if result.is_possible else "good",
    )
