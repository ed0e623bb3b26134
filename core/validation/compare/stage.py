"""The picture of the comparison: two intervals over the number of repeats, which is dragged."""

from math import isfinite
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from core.scene import Axis, Dots, Line, Scene, round_ticks
from core.stage import Chart, Handle, Mark, Number, Phrase, Stage
from core.validation.compare.lab import CompareResult
from core.validation.compare.words import bounds, points, say_p, say_verdict
from core.wording import percent

Ticks = tuple[tuple[float, str], ...]
LOW, HIGH = 0.5, 10.5
TICKS: Ticks = tuple((float(n), str(n)) for n in (1, 2, 4, 6, 8, 10))


@cached(LRUCache(maxsize=64), key=lambda result: result.spec.pair, lock=Lock())
def stage_json(result: CompareResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_compare(result).to_json()


def stage_compare(result: CompareResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.sweep``."""
    repeats = result.sweep["repeats"].tolist()
    return Stage(
        alt=(
            "Difference of accuracy between A and B with two 95 % intervals, for 1 to 10 repeats. The number "
            "of repeats can be dragged."
        ),
        handle=Handle(
            label="Repeats",
            positions=tuple((n - LOW) / (HIGH - LOW) for n in repeats),
            values=tuple(float(n) for n in repeats),
            texts=tuple("1 repeat" if n == 1 else f"{n} repeats" for n in repeats),
        ),
        scene=_scene(result),
        numbers=_numbers(result),
        sentences=tuple(_sentence(row) for row in result.sweep.itertuples()),
        charts=(_alarms(result), _widths(result)),
    )


def _places(result: CompareResult, column: str) -> tuple[float, ...]:
    return tuple((100 * result.sweep[column]).tolist())


def _ticks(low: float, high: float) -> Ticks:
    return tuple((tick, f"{tick:g}".replace("-", "−")) for tick in round_ticks(low, high, n_most=6))


def _scene(result: CompareResult) -> Scene:
    x = tuple(float(n) for n in result.sweep["repeats"])
    each = 100 * result.folds.groupby("repeat")["difference"].mean()
    # With two folds, one repeat has an interval as wide as a house; it may leave the frame.
    later = 100 * result.sweep.iloc[1:]
    low = min(later["corrected_low"].min(), each.min(), 0.0)
    high = max(later["corrected_high"].max(), each.max(), 0.0)
    room = 0.12 * (high - low) or 1.0
    low, high = float(low - room), float(high + room)
    bands = (("naive", "noise", "t-test, folds"), ("corrected", "validation", "t-test, corrected"))
    return Scene(
        x=Axis(label="repeats of the cross-validation", low=LOW, high=HIGH, ticks=TICKS),
        y=Axis(label="accuracy, A − B (points)", low=low, high=high, ticks=_ticks(low, high)),
        point_x=x,
        point_y=_places(result, "difference"),
        point_meaning="ink",
        dots=(Dots(label="one repeat each", x=x, y=tuple(each.tolist()), meaning="variance"),),
        still_lines=(
            Line(
                x=(LOW, HIGH), y=(0.0, 0.0), meaning="good", label="no difference", is_dashed=True
            ),
            *(
                Line(
                    x=x,
                    y=_places(result, f"{judge}_{end}"),
                    meaning=meaning,  # type: ignore[arg-type]
                    label=label if end == "high" else "",
                )
                for judge, meaning, label in bands
                for end in ("low", "high")
            ),
        ),
    )


def _numbers(result: CompareResult) -> tuple[Number, ...]:
    sweep, n_steps = result.sweep, len(result.sweep)
    fits = tuple(f"models trained: {2 * result.spec.k * int(n)}" for n in sweep["repeats"])

    def interval(label: str, judge: str) -> Number:
        ends = zip(sweep[f"{judge}_low"], sweep[f"{judge}_high"], strict=True)
        notes = tuple(
            f"points, p: {say_p(p)}" if isfinite(p) else "p undefined: nothing varies"
            for p in sweep[f"{judge}_p"]
        )
        return Number(label=label, texts=tuple(bounds(*pair) for pair in ends), notes=notes)

    def alarms(label: str, judge: str) -> Number:
        ends = zip(sweep[f"{judge}_alarms_low"], sweep[f"{judge}_alarms_high"], strict=True)
        return Number(
            label=label,
            texts=tuple(f"{100 * share:.0f} of 100" for share in sweep[f"{judge}_alarms"]),
            notes=tuple(f"promised: 5 (95\u202f%: {100 * a:.0f}–{100 * b:.0f})" for a, b in ends),
        )

    return (
        Number(label="Accuracy of A", texts=tuple(map(percent, sweep["a"])), notes=fits),
        Number(label="Accuracy of B", texts=tuple(map(percent, sweep["b"])), notes=("",) * n_steps),
        interval("t-test, folds", "naive"),
        interval("t-test, corrected", "corrected"),
        alarms("False alarms, folds", "naive"),
        alarms("False alarms, corrected", "corrected"),
    )


def _sentence(row: Any) -> tuple[Phrase, ...]:
    naive = say_verdict(row.difference, row.naive_low, row.naive_high)
    corrected = say_verdict(row.difference, row.corrected_low, row.corrected_high)
    return (
        ("t-test over the folds: ", None),
        (naive, "noise"),
        (" Corrected: ", None),
        (corrected, "validation"),
    )


def _alarms(result: CompareResult) -> Chart:
    x = tuple(float(n) for n in result.sweep["repeats"])
    naive, corrected = _places(result, "naive_alarms"), _places(result, "corrected_alarms")
    top = 1.15 * max(*naive, 10.0)
    return Chart(
        title="False alarms between two equal models",
        alt="Share of comparisons of equals in which a winner is announced, against the repeats.",
        x_label="repeats",
        y_label="winners (of 100)",
        x_min=LOW,
        x_max=HIGH,
        y_max=top,
        x_ticks=TICKS,
        y_ticks=_ticks(0.0, top),
        lines=(
            Line(x=(LOW, HIGH), y=(5.0, 5.0), meaning="good", is_dashed=True),
            Line(x=x, y=naive, meaning="noise", label="folds", label_at=0.55),
            Line(x=x, y=corrected, meaning="validation", label="corrected", label_at=0.8),
        ),
        point_x=x,
        point_y=naive,
        point_meaning="noise",
        marks=(Mark(x=x, y=corrected, meaning="validation"),),
    )


def _widths(result: CompareResult) -> Chart:
    x = tuple(float(n) for n in result.sweep["repeats"])
    naive, corrected = (
        tuple((100 * (result.sweep[f"{j}_high"] - result.sweep[f"{j}_low"])).tolist())
        for j in ("naive", "corrected")
    )
    top = 1.15 * (max(*naive[1:], *corrected[1:]) or 1.0)
    shrunk = f"{points(naive[-1] / 100, has_unit=False)} against {points(corrected[-1] / 100)}"
    return Chart(
        title=f"Width at last: {shrunk}",
        alt="Width of the two intervals against the repeats.",
        x_label="repeats",
        y_label="width (points)",
        x_min=LOW,
        x_max=HIGH,
        y_max=top,
        x_ticks=TICKS,
        y_ticks=_ticks(0.0, top),
        lines=(
            Line(x=x[1:], y=naive[1:], meaning="noise", label="folds", label_at=0.6),
            Line(x=x[1:], y=corrected[1:], meaning="validation", label="corrected", label_at=0.6),
        ),
        point_x=(None, *x[1:]) if naive[0] > top else x,
        point_y=(None, *naive[1:]) if naive[0] > top else naive,
        point_meaning="noise",
        marks=(
            Mark(
                x=(None, *x[1:]) if corrected[0] > top else x,
                y=(None, *corrected[1:]) if corrected[0] > top else corrected,
                meaning="validation",
            ),
        ),
    )
