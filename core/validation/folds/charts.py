"""Three small charts of the folds lab, each with the number of folds along its axis."""

from math import isfinite

from core.scene import round_ticks
from core.stage import Chart, Line, Mark, Meaning
from core.validation.folds.lab import FoldsResult
from core.validation.folds.words import METRIC_NAMES, SPLITTER_NAMES, say_short
from core.wording import percent, significant

Ticks = tuple[tuple[float, str], ...]


def draw_charts(result: FoldsResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    last = _shares(result) if result.label is not None else _fits(result)
    return _scores(result), _trained(result), last


def _along(result: FoldsResult) -> dict[str, object]:
    ks = result.sweep["k"].tolist()
    return {
        "x_label": "folds" if result.spec.splitter != "holdout" else "random splits",
        "x_min": -0.4,
        "x_max": len(ks) - 0.6,
        "x_ticks": tuple((float(at), str(k)) for at, k in enumerate(ks)),
        "point_x": tuple(float(at) for at in range(len(ks))),
    }


def _line(values: list[float], meaning: Meaning, label: str, at: float, *, below: bool) -> Line:
    """Return a line through the steps that have a value."""
    places = [(float(x), y) for x, y in enumerate(values) if isfinite(y)]
    return Line(
        x=tuple(x for x, _ in places),
        y=tuple(y for _, y in places),
        meaning=meaning,
        label=label if len(places) > 1 else "",
        label_at=at,
        is_label_below=below,
    )


def _present(values: list[float]) -> tuple[float | None, ...]:
    return tuple(value if isfinite(value) else None for value in values)


def _scores(result: FoldsResult) -> Chart:
    mine, right = result.sweep["score"].tolist(), result.sweep["right_score"].tolist()
    fresh, is_same = result.fresh_score, result.right == result.spec.splitter
    known = [v for v in (*mine, *right, fresh) if isfinite(v)] or [0.0, 1.0]
    spread = max(max(known) - min(known), 0.05 * abs(max(known)), 0.02)
    low, high = min(known) - 0.2 * spread, max(known) + 0.25 * spread
    if result.metric != "mae":
        high = max(min(high, 1.0 + 0.05 * spread), max(known) + 0.05 * spread)
    lines = [_line(mine, "validation", "these folds", 0.55, below=is_same or mine[0] < right[0])]
    if not is_same:
        name = SPLITTER_NAMES[result.right]  # type: ignore[index]
        lines.append(_line(right, "good", name, 0.95, below=mine[0] > right[0]))
    if isfinite(fresh):
        ends = (-0.4, len(mine) - 0.6)
        lines.append(
            Line(
                x=ends, y=(fresh, fresh), meaning="test", label="fresh rows", is_dashed=True,
                label_at=0.03,
            )
        )  # fmt: skip
    rival = () if is_same else (Mark(x=_places(right), y=_present(right), meaning="good"),)
    better = "lower is better" if result.metric == "mae" else "higher is better"
    return Chart(
        title=f"What the folds say: {METRIC_NAMES[result.metric].lower()}, {better}",
        alt="Mean score of the folds against their number, beside the splitter that suits the rows.",
        y_label=METRIC_NAMES[result.metric].lower() + (f" ({result.unit})" if result.unit else ""),
        y_min=low,
        y_max=high,
        y_ticks=tuple((tick, say_short(result, tick)) for tick in round_ticks(low, high, n_most=5)),
        lines=tuple(lines),
        point_y=_present(mine),
        point_meaning="validation",
        marks=rival,
        **_along(result),  # type: ignore[arg-type]
    )


def _places(values: list[float]) -> tuple[float | None, ...]:
    return tuple(float(x) if isfinite(y) else None for x, y in enumerate(values))


def _trained(result: FoldsResult) -> Chart:
    n = result.n_rows
    most = [float(v) / n for v in result.sweep["most_train"]]
    fewest = [float(v) / n for v in result.sweep["fewest_train"]]
    is_even = max(b - a for a, b in zip(fewest, most, strict=True)) < 0.1
    lines = [_line(most, "train", "" if is_even else "most", 0.9, below=False)]
    if not is_even:
        lines.append(_line(fewest, "train", "fewest", 0.9, below=False))
    title = (
        "More folds leave more rows to learn from"
        if is_even and most[-1] > most[0]
        else "Rows to learn from, as a share of all"
    )
    return Chart(
        title=title,
        alt="Share of the rows that a fold trains on, against the number of folds.",
        y_label="share trained on",
        y_max=1.05,
        y_ticks=((0.0, "0"), (0.5, percent(0.5, 0)), (1.0, percent(1.0, 0))),
        lines=tuple(lines),
        point_y=tuple(most),
        point_meaning="train",
        **_along(result),  # type: ignore[arg-type]
    )


def _shares(result: FoldsResult) -> Chart:
    low, high = result.sweep["lowest_share"].tolist(), result.sweep["highest_share"].tolist()
    top = min(1.05, 1.25 * max(*high, result.label_share))
    ends = (-0.4, len(low) - 0.6)
    return Chart(
        title=f"Share of “{result.label}” in a fold; dashed: in the whole table",
        alt="Lowest and highest share of the class in a test part, against the number of folds.",
        y_label="share in a fold",
        y_max=top,
        y_ticks=tuple((t, percent(t, 0)) for t in round_ticks(0.0, top, n_most=5)),
        lines=(
            Line(
                x=ends, y=(result.label_share,) * 2, meaning="muted", label="",
                is_dashed=True,
            ),
            _line(high, "positive", "highest", 0.55, below=False),
            _line(low, "negative", "lowest", 0.55, below=True),
        ),
        point_y=tuple(high),
        point_meaning="positive",
        marks=(Mark(x=_places(low), y=tuple(low), meaning="negative"),),
        **_along(result),  # type: ignore[arg-type]
    )  # fmt: skip


def _fits(result: FoldsResult) -> Chart:
    # Leave one out would flatten all else: the axis ends at the other steps.
    fits = [float(v) for v in result.sweep["n_fits"]]
    shown = [v for k, v in zip(result.sweep["k"], fits, strict=True) if k != result.n_rows]
    top = 1.15 * max(shown)
    return Chart(
        title="Each fold costs one training",
        alt="Number of trainings against the number of folds.",
        y_label="trainings",
        y_max=top,
        y_ticks=tuple((t, significant(t)) for t in round_ticks(0.0, top, n_most=5)),
        lines=(
            _line([v if v <= top else float("nan") for v in fits], "ink", "", 0.5, below=False),
        ),
        point_y=tuple(v if v <= top else None for v in fits),
        **_along(result),  # type: ignore[arg-type]
    )
