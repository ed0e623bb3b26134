"""The small charts of the fit counter: what each model learns from, what it found, and the work so far."""

from math import isfinite

from core.scene import round_ticks
from core.stage import Chart, Line
from core.validation.fits.lab import FitCountResult
from core.validation.fits.words import say_hours
from core.wording import count, percent, significant

Ticks = tuple[tuple[float, str], ...]


def draw_charts(result: FitCountResult, places: list[int]) -> tuple[Chart, ...]:
    """Return the charts; the point of each is the number of models that are fitted at each of `places`."""
    best = (_chart_best(result, places),) if result.models["best"].notna().any() else ()
    return (_chart_rows(result, places), *best, _chart_time(result, places))


def ticks_up_to(high: float) -> Ticks:
    """Return whole numbers from 0 to `high`."""
    ticks = [tick for tick in round_ticks(0, high) if tick == round(tick)]
    return tuple((tick, count(tick)) for tick in ticks)


def _chart_best(result: FitCountResult, places: list[int]) -> Chart:
    models = result.models.dropna(subset="best")
    numbers, best = models["number"].astype(float).tolist(), models["best"].tolist()
    found = next(number for number, value in zip(numbers, best, strict=True) if value == best[-1])
    n_after = result.n_fits - result.n_refits - int(found)
    title = (
        "The very last setting is the best one"
        if n_after == 0
        else f"{count(n_after)} further models find nothing better"
    )
    low, high = min(best), max(best)
    reach = max(high - low, 0.05)
    bottom, top = max(low - 0.3 * reach, 0.0), min(high + 0.3 * reach, 1.0)
    at = {0: None, **dict(zip(result.models["number"], result.models["best"], strict=True))}
    points = tuple(at[place] for place in places)
    return Chart(
        title=title,
        alt="Best mean accuracy over the folds of any setting so far, rising in steps.",
        x_label="models, in the order of fitting",
        y_label="best accuracy so far",
        x_max=result.n_fits + 1,
        y_min=bottom,
        y_max=top,
        x_ticks=ticks_up_to(result.n_fits + 1),
        y_ticks=tuple((tick, percent(tick, 0)) for tick in round_ticks(bottom, top, n_most=5)),
        lines=(Line(x=tuple(numbers), y=tuple(best), meaning="validation"),),
        point_x=tuple(float(place) for place in places),
        point_y=tuple(y if y is not None and isfinite(y) else None for y in points),
        point_meaning="validation",
    )


def _chart_rows(result: FitCountResult, places: list[int]) -> Chart:
    models = result.models
    numbers, rows = models["number"].astype(float), models["n_rows"].astype(float)
    low, high = int(rows.min()), int(rows.max())
    title = (
        f"Every model learns from {count(low)} rows"
        if low == high
        else f"A model learns from {count(low)} to {count(high)} rows"
    )
    at = {place: (float(place), float(rows.iloc[place - 1])) for place in places if place}
    return Chart(
        title=title,
        alt="Rows that each model learns from, in the order of fitting.",
        x_label="models, in the order of fitting",
        y_label=f"{result.row_noun[1]} learned from",
        x_max=result.n_fits + 1,
        y_max=1.1 * result.n_rows,
        x_ticks=ticks_up_to(result.n_fits + 1),
        y_ticks=ticks_up_to(1.1 * result.n_rows),
        lines=(
            Line(x=tuple(numbers), y=tuple(rows), meaning="train"),
            Line(
                x=(0.0, result.n_fits + 1.0),
                y=(float(result.n_rows),) * 2,
                meaning="muted",
                label=f"all {count(result.n_rows)}",
                is_dashed=True,
            ),
        ),
        point_x=tuple(at[place][0] if place else None for place in places),
        point_y=tuple(at[place][1] if place else None for place in places),
        point_meaning="train",
    )


def _chart_time(result: FitCountResult, places: list[int]) -> Chart:
    hours = result.spec.minutes / 60
    high = result.n_fits * hours
    is_days = high >= 48
    unit = hours / 24 if is_days else hours
    top = 1.1 * result.n_fits * unit
    ticks = tuple((tick, significant(tick)) for tick in round_ticks(0, top))
    return Chart(
        title=f"With your models it is {say_hours(high)} of work",
        alt="Time with models of your size, growing with every model that is fitted.",
        x_label="models, in the order of fitting",
        y_label="days so far" if is_days else "hours so far",
        x_max=result.n_fits + 1,
        y_max=top,
        x_ticks=ticks_up_to(result.n_fits + 1),
        y_ticks=ticks,
        lines=(
            Line(x=(0.0, float(result.n_fits)), y=(0.0, result.n_fits * unit), meaning="variance"),
        ),
        point_x=tuple(float(place) for place in places),
        point_y=tuple(place * unit for place in places),
        point_meaning="variance",
    )
