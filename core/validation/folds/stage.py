"""The picture of the folds lab: one lane for each fold, one cell for each row, k under the hand."""

from math import isfinite
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from core.lanes import CellKind, Lanes, Strip
from core.scene import Axis, round_ticks
from core.stage import Handle, Meaning, Number, Phrase, Stage
from core.validation.folds.charts import draw_charts
from core.validation.folds.lab import FoldsResult
from core.validation.folds.words import (
    METRIC_NAMES,
    SPLITTER_NAMES,
    group_noun,
    name_k,
    name_label,
    say_range,
    say_score,
    say_share_range,
    say_short,
    tell_fault,
    tell_sizes,
    tell_truth,
)
from core.wording import count, percent

TRAIN = CellKind(letter="r", label="trains", meaning="train", height=0.4)
TEST = CellKind(letter="e", label="is tested", meaning="test", height=1.0)
UNUSED = CellKind(letter=".", label="is not used", meaning="muted", height=0.0)
CLASS_COLOURS: tuple[Meaning, ...] = ("positive", "negative", "good")
MOST_CLASSES = len(CLASS_COLOURS)
N_SHADES = 5


def stage_folds(result: FoldsResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.sweep``."""
    return Stage(
        alt=(
            f"{count(result.n_rows)} {result.row_noun[1]} from left to right, one lane for each fold: "
            "which rows train and which are tested."
        ),
        handle=_handle(result),
        lanes=_lanes(result),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, row) for row in result.sweep.itertuples()),
        charts=draw_charts(result),
    )


@cached(LRUCache(maxsize=64), key=lambda result: result.spec.trial, lock=Lock())
def stage_json(result: FoldsResult) -> str:
    """Return the picture as JSON, made once for views that differ only in the number of folds."""
    return stage_folds(result).to_json()


def _handle(result: FoldsResult) -> Handle:
    ks = result.sweep["k"].tolist()
    if len(ks) == 1:  # a handle needs somewhere to go: the same folds stand at both ends
        ks = ks * 2
    places = tuple(at / (len(ks) - 1) for at in range(len(ks)))
    return Handle(
        label="Number of folds",
        positions=places,
        values=tuple(float(k) for k in ks),
        texts=tuple(name_k(result, k) for k in ks),
        ticks=tuple((place, str(k)) for place, k in zip(places, ks, strict=True)),
        axis_label="random splits" if result.spec.splitter == "holdout" else "number of folds",
    )


def _lanes(result: FoldsResult) -> Lanes:
    groups = {int(str(k)): part for k, part in result.lanes.groupby("k", sort=True)}
    folds = [groups[k] for k in result.sweep["k"].tolist()]
    has_unused = any("." in cells for cells in result.lanes["cells"])
    n = result.n_rows
    ticks = (1.0, *(tick for tick in round_ticks(1, n, n_most=6) if tick > 1))
    return Lanes(
        x=Axis(
            label=f"{result.row_noun[1]}, in the order of the table",
            low=1.0,
            high=float(n),
            ticks=tuple((tick, count(tick)) for tick in ticks),
        ),
        kinds=(TRAIN, TEST, UNUSED) if has_unused else (TRAIN, TEST),
        steps=tuple(tuple(part["cells"].tolist()) for part in folds),
        labels=tuple(tuple(f"fold {fold}" for fold in part["fold"]) for part in folds),
        notes=tuple(tuple(say_short(result, v) for v in part["score"]) for part in folds),
        note_label=METRIC_NAMES[result.metric].lower(),
        strips=tuple(_strips(result)),
    )


def _strips(result: FoldsResult) -> list[Strip]:
    strips = []
    labels = result.rows["label"].tolist()
    names = list(dict.fromkeys(labels))
    if result.label is not None:
        letters, kinds = _colour_classes(result, names)
        strips.append(
            Strip(
                label=f"{result.target}: {', '.join(kind.label for kind in kinds)}",
                cells="".join(letters[label] for label in labels),
                kinds=kinds,
            )
        )
    if result.group is not None:
        order = list(dict.fromkeys(result.rows["group"]))
        place = {name: at % 2 for at, name in enumerate(order)}
        kinds = tuple(
            CellKind(letter=letter, label=result.group, meaning=meaning, height=height)
            for letter, meaning, height in (("0", "ink", 1.0), ("1", "muted", 0.45))
        )
        strips.append(
            Strip(
                label=f"{result.group}: {count(len(order))} of them, tall and low in turn",
                cells="".join(str(place[name]) for name in result.rows["group"]),
                kinds=kinds,
            )
        )
    return strips


def _colour_classes(
    result: FoldsResult, names: list[str]
) -> tuple[dict[str, str], tuple[CellKind, ...]]:
    """Return a letter for each class, and how each letter is drawn: tall for the watched class."""
    first = [name for name in names if name == result.label]
    ordered = first + [name for name in names if name != result.label]
    shown, rest = ordered[:MOST_CLASSES], ordered[MOST_CLASSES:]
    if rest:
        shown, rest = ordered[: MOST_CLASSES - 1], ordered[MOST_CLASSES - 1 :]
    letters = {name: chr(ord("a") + at) for at, name in enumerate(shown)}
    letters |= dict.fromkeys(rest, chr(ord("a") + len(shown)))
    labels = [*shown, "all others"] if rest else shown
    kinds = tuple(
        CellKind(
            letter=chr(ord("a") + at),
            label=f"{label} ({('tall', 'middle', 'low')[at + (len(labels) == 2 and at == 1)]})",
            meaning=CLASS_COLOURS[at],
            height=(1.0, 0.65, 0.35)[at + (len(labels) == 2 and at == 1)],
        )
        for at, label in enumerate(labels)
    )
    return letters, kinds


def _numbers(result: FoldsResult) -> tuple[Number, ...]:
    rows = list(result.sweep.itertuples())
    return (
        Number(
            label="Rows to train on",
            texts=tuple(say_range(r.fewest_train, r.most_train) for r in rows),
            notes=(f"of {count(result.n_rows)}, in each fold",) * len(rows),
        ),
        Number(
            label="Rows to test",
            texts=tuple(say_range(r.fewest_test, r.most_test) for r in rows),
            notes=("in each fold",) * len(rows),
        ),
        Number(
            label="A row is tested",
            texts=tuple(f"{say_range(r.fewest_tested, r.most_tested)}\u202f×" for r in rows),
            notes=tuple(
                f"{count(r.n_never_tested)} rows never" if r.n_never_tested else "none is left out"
                for r in rows
            ),
        ),
        Number(
            label="Trainings",
            texts=tuple(count(r.n_fits) for r in rows),
            notes=("one in each fold",) * len(rows),
        ),
        *_watched(result, rows),
        Number(
            label=f"{METRIC_NAMES[result.metric]}, mean of the folds",
            texts=tuple(say_score(result, r.score) for r in rows),
            notes=tuple(_between(result, r) for r in rows),
        ),
        _truth(result, rows),
    )


def _between(result: FoldsResult, row: Any) -> str:
    if row.n_undefined:
        return f"undefined in {count(row.n_undefined)} of {count(row.n_fits)} folds"
    low, high = say_short(result, row.lowest_score), say_short(result, row.highest_score)
    return f"folds from {low} to {high}"


def _truth(result: FoldsResult, rows: list[Any]) -> Number:
    name = SPLITTER_NAMES[result.right]  # type: ignore[index]
    if not isfinite(result.fresh_score):
        return Number(
            label=f"With {name}",
            texts=tuple(say_score(result, r.right_score) for r in rows),
            notes=tuple(f"{count(r.right_k)} folds" for r in rows),
            is_reference=True,
        )
    low, high = say_short(result, result.fresh_low), say_short(result, result.fresh_high)
    return Number(
        label=f"On {count(result.n_fresh)} fresh rows",
        texts=(say_score(result, result.fresh_score),) * len(rows),
        notes=(f"95\u202f% interval {low} to {high}",) * len(rows),
        is_reference=True,
    )


def _watched(result: FoldsResult, rows: list[Any]) -> tuple[Number, ...]:
    """Return what can go wrong with these rows: shared groups, the future, lost classes."""
    found = []
    if result.n_groups is not None:
        found.append(
            Number(
                label=f"{group_noun(result)[1].capitalize()} on both sides",
                texts=tuple(count(r.n_shared) for r in rows),
                notes=(f"of {count(result.n_groups)}, in the worst fold",) * len(rows),
            )
        )
    if result.order is not None:
        found.append(
            Number(
                label="Folds that train on later rows",
                texts=tuple(f"{count(r.n_late_folds)} of {count(r.n_fits)}" for r in rows),
                notes=("later than a row that they test",) * len(rows),
            )
        )
    if result.label is None or not found:
        spread = [say_score(result, r.spread) for r in rows]
        found.append(
            Number(
                label="Spread between folds",
                texts=tuple(spread),
                notes=("standard deviation",) * len(rows),
            )
        )
    if result.label is not None and len(found) < 2:
        found.append(
            Number(
                label=f"Share of {name_label(result)}",
                texts=tuple(say_share_range(r.lowest_share, r.highest_share) for r in rows),
                notes=(f"{percent(result.label_share, 0)} in the table",) * len(rows),
            )
        )
    return tuple(found)


def _sentence(result: FoldsResult, row: Any) -> tuple[Phrase, ...]:
    fault, verdict = tell_fault(result, row)
    words: tuple[Phrase, ...] = ((tell_sizes(result, row), None),)
    if fault:
        words += ((fault, verdict), (" ", None))
    return (*words, (tell_truth(result, row), None))
