"""Three small charts of the imbalance lab: precision and recall, said and happened, the threshold chosen."""

from math import isfinite, log10
from typing import Any

import pandas as pd

from core.automl.imbalance.judging import PRICES
from core.automl.imbalance.lab import ImbalanceResult
from core.automl.imbalance.ways import WAYS
from core.stage import Chart, Line, Mark, Meaning
from core.wording import percent

UNIT_TICKS = ((0.0, "0"), (0.5, "50\u202f%"), (1.0, "100\u202f%"))
COLOUR_OF: dict[str, Meaning] = {
    "half": "muted",
    "plain": "good",
    "moved": "good",
    "weights": "validation",
    "fewer": "positive",
    "fewer_weighted": "test",
}
LINE_NAMES = {
    "plain": "nothing",
    "weights": "class weights",
    "fewer": "down-sampled",
    "fewer_weighted": "re-weighted",
}
PRICE_TICKS = tuple((log10(price), f"{price:g}") for price in (1, 2, 5, 10, 20, 50, 100, 200, 500))
FEW_TICKS = tuple((log10(price), f"{price:g}") for price in (1, 10, 100))
TRAINED = ("weights", "fewer", "fewer_weighted")


def draw_charts(result: ImbalanceResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    return _precision_recall(result), _calibration(result), _thresholds(result)


def bills_of(result: ImbalanceResult, method: str) -> pd.DataFrame:
    """Return what `method` costs, one row for each price."""
    return result.bills[result.bills["method"] == method]


def _rates(result: ImbalanceResult, method: str) -> dict[str, tuple[float | None, ...]]:
    """Return recall and precision at each price; None where no alarm was raised."""
    rows = bills_of(result, method)
    alarms = rows["tp"] + rows["fp"]
    recall = rows["tp"] / (rows["tp"] + rows["fn"])
    pairs = zip(recall, rows["tp"], alarms, strict=True)
    points = [(float(r), float(tp / n)) if n else (None, None) for r, tp, n in pairs]
    return {"x": tuple(x for x, _ in points), "y": tuple(y for _, y in points)}


def _precision_recall(result: ImbalanceResult) -> Chart:
    best = max(WAYS, key=lambda way: float(getattr(result, f"{way}_average_precision")))
    lines = [
        Line(x=(0.0, 1.0), y=(result.base_rate,) * 2, meaning="muted", label="guessing", is_dashed=True)
    ]  # fmt: skip
    lines += [_line(result.curves, way, "recall", "precision") for way in WAYS]
    point = _rates(result, "moved")
    return Chart(
        title=f"Best average precision {getattr(result, f'{best}_average_precision'):.3f}",
        alt=f"Precision against recall of the four trainings. The best is: {LINE_NAMES[best]}.",
        x_label="recall",
        y_label="precision",
        lines=tuple(lines),
        point_x=point["x"],
        point_y=point["y"],
        point_meaning="good",
        marks=tuple(
            Mark(**_rates(result, method), meaning=COLOUR_OF[method]) for method in TRAINED
        ),
        **_unit_axes(),
    )


def _calibration(result: ImbalanceResult) -> Chart:
    nowhere = (None,) * len(PRICES)
    diagonal = Line(x=(0.0, 1.0), y=(0.0, 1.0), meaning="muted", label="honest", is_dashed=True)
    return Chart(
        title=f"{percent(result.base_rate, 0)} happens, weights say {percent(result.weights_mean_said, 0)}",
        alt="What happened against what was said, for the four trainings, in bins of equal count.",
        x_label="probability said",
        y_label="share that happened",
        lines=(
            diagonal,
            *(
                _line(
                    result.calibration,
                    way,
                    "said",
                    "happened",
                    label="class weights" if way == "weights" else "",
                )
                for way in WAYS
            ),
        ),
        point_x=nowhere,
        point_y=nowhere,
        **_unit_axes(),
    )


def _line(table: pd.DataFrame, way: str, x: str, y: str, label: str = "") -> Line:
    rows = table[table["way"] == way]
    return Line(
        label=label,
        label_at=0.9 if label else None,
        is_label_below=True,
        x=tuple(float(value) for value in rows[x]),
        y=tuple(float(value) for value in rows[y]),
        meaning=COLOUR_OF[way],
        is_dashed=way == "fewer",
    )


def _unit_axes() -> dict[str, Any]:
    return {"x_max": 1.0, "y_max": 1.0, "x_ticks": UNIT_TICKS, "y_ticks": UNIT_TICKS}


def _thresholds(result: ImbalanceResult) -> Chart:
    places = tuple(log10(price) for price in PRICES)

    def chosen(method: str) -> tuple[float, ...]:
        values = bills_of(result, method)["threshold"]
        return tuple(float(value) if isfinite(value) else 1.0 for value in values)

    return Chart(
        title="Weights move the scale of thresholds",
        alt="The cheapest threshold at each price of a miss, without and with balancing, and by the rule.",
        x_label="a miss costs (false alarms)",
        y_label="alarm from",
        x_max=places[-1],
        y_max=1.0,
        x_ticks=FEW_TICKS,
        y_ticks=UNIT_TICKS,
        lines=(
            Line(
                x=places, y=chosen("rule"), meaning="muted", label="rule", is_dashed=True, label_at=0.1
            ),
            Line(x=places, y=chosen("moved"), meaning="good"),
            Line(
                x=places,
                y=chosen("weights"),
                meaning="validation",
                label="class weights",
                label_at=0.35,
            ),
        ),
        point_x=places,
        point_y=chosen("moved"),
        point_meaning="good",
        marks=(Mark(x=places, y=chosen("weights"), meaning="validation"),),
    )  # fmt: skip
