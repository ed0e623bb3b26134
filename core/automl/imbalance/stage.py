"""The picture of the imbalance lab: what each way costs, under a handle that sets the price of a miss."""

from math import log10
from threading import Lock

from cachetools import LRUCache, cached

from core.automl.imbalance.charts import (
    COLOUR_OF,
    PRICE_TICKS,
    TRAINED,
    bills_of,
    draw_charts,
)
from core.automl.imbalance.judging import BILLS, PRICES
from core.automl.imbalance.lab import ImbalanceResult
from core.automl.imbalance.words import BILL_NAMES, say_cost, say_threshold
from core.scene import Axis, Line, MovingDots, Scene
from core.stage import Cell, Handle, Matrix, MatrixRow, Number, Phrase, Stage
from core.wording import count, percent

HIGHEST_BILL = 1.5
"""Of what one pays without a model; what costs more leaves the frame."""
SHOWN = ("half", "moved", *TRAINED)


def stage_bills(result: ImbalanceResult) -> Stage:
    """Return the live picture of `result`; one step for each price."""
    return Stage(
        alt=(
            "What each way costs in percent of having no model, against the price of a miss. The handle sets "
            "the price."
        ),
        handle=_handle(),
        scene=_scene(result),
        matrix=_matrix(result),
        numbers=tuple(_number(result, method) for method in BILLS),
        sentences=tuple(_sentence(result, step) for step in range(len(PRICES))),
        charts=draw_charts(result),
    )


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.bench, lock=Lock())
def stage_json(result: ImbalanceResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_bills(result).to_json()


def _places() -> tuple[float, ...]:
    return tuple(log10(price) for price in PRICES)


def _handle() -> Handle:
    last = log10(PRICES[-1])
    return Handle(
        label="What a miss costs, in false alarms",
        positions=tuple(place / last for place in _places()),
        values=PRICES,
        texts=tuple(f"{price:g} false alarm{'s' * (price != 1)}" for price in PRICES),
    )


def _scene(result: ImbalanceResult) -> Scene:
    places = _places()
    heights = {method: tuple(bills_of(result, method)["bill"].tolist()) for method in SHOWN}
    names = {method: BILL_NAMES[method] for method in SHOWN}
    return Scene(
        x=Axis(label="a miss costs (false alarms)", low=0.0, high=places[-1], ticks=PRICE_TICKS),
        y=Axis(
            label="cost, no model = 100\u202f%",
            low=0.0,
            high=HIGHEST_BILL,
            ticks=((0.0, "0"), (0.5, "50\u202f%"), (1.0, "100\u202f%"), (1.5, "150\u202f%")),
        ),
        point_x=places,
        point_y=heights["moved"],
        point_meaning="good",
        still_lines=(
            Line(x=(0.0, places[-1]), y=(1.0, 1.0), meaning="ink", is_dashed=True),
            *(
                Line(
                    x=places,
                    y=heights[method],
                    meaning=COLOUR_OF[method],
                    label=names[method],
                    is_dashed=method in ("half", "fewer"),
                )
                for method in SHOWN
            ),
        ),
        moving_dots=tuple(
            MovingDots(
                label="",
                x=tuple((place,) for place in places),
                y=tuple((height,) for height in heights[method]),
                meaning=COLOUR_OF[method],
                is_small=True,
            )
            for method in SHOWN
            if method != "moved"
        ),
    )


def _matrix(result: ImbalanceResult) -> Matrix:
    def row(method: str) -> MatrixRow:
        rows = bills_of(result, method)
        parts = (
            ("tp", "caught", True),
            ("fn", "missed", False),
            ("fp", "false alarms", False),
        )
        return MatrixRow(
            label=BILL_NAMES[method],
            meaning=COLOUR_OF[method],
            cells=tuple(
                Cell(caption=caption, texts=tuple(count(n) for n in rows[cell]), is_good=is_good)
                for cell, caption, is_good in parts
            ),
        )

    return Matrix(
        label="What each way catches, each at its cheapest threshold",
        columns=("caught", "missed", "false alarms"),
        rows=tuple(row(method) for method in SHOWN),
    )


def _number(result: ImbalanceResult, method: str) -> Number:
    rows = bills_of(result, method)
    return Number(
        label=BILL_NAMES[method],
        texts=tuple(percent(bill, 0) for bill in rows["bill"]),
        notes=tuple(
            f"{say_cost(cost)} per 1\u202f000, alarm from {say_threshold(threshold)}"
            for cost, threshold in zip(rows["cost"], rows["threshold"], strict=True)
        ),
        is_reference=method == "half",
    )


def _sentence(result: ImbalanceResult, step: int) -> tuple[Phrase, ...]:
    half, moved, weights = (
        float(bills_of(result, method)["bill"].iloc[step]) for method in ("half", "moved", "weights")
    )  # fmt: skip
    price = PRICES[step]
    start = (
        "A miss costs as much as a false alarm"
        if price == 1
        else f"A miss costs {price:g} false alarms"
    )
    verdict = ", more than no model at all" if half > 1 else ""
    return (
        (f"{start}. With an alarm from 50\u202f% the untouched model costs ", None),
        (f"{percent(half, 0)} of having no model{verdict}", "muted"),
        ("; with its threshold moved ", None),
        (percent(moved, 0), "good"),
        ("; with class weights and their best threshold ", None),
        (percent(weights, 0), "validation"),
        (".", None),
    )
