"""The notebook of the pipeline, and which lines of it a flip changes."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from textwrap import dedent
from threading import Lock

import pandas as pd
from cachetools import LRUCache, cached

from core.automl.inside.trained import FlipsSpec, flip_table, ready_table, train_flips
from core.automl.notebook import Cell, Notebook, cells_of_trial, data_of
from core.automl.notebook.data import FILE
from core.automl.notebook.facts import facts_of

AROUND = 2
"""Unchanged lines shown around a change."""


def write_cells(spec: FlipsSpec, flip: str) -> tuple[Cell, ...]:
    """Return the notebook of the pipeline with one decision flipped; as planned, if it is none of them."""
    ready, params = flip_table(spec, flip)
    return cells_of_trial(ready, ready_table(spec)[1], spec.family, params, FILE)


@cached(LRUCache(maxsize=32), lock=Lock())
def compare_cells(spec: FlipsSpec, flip: str) -> pd.DataFrame:
    """Return the lines of code that differ: ``mark`` (``-`` planned, ``+`` flipped, blank around), ``line``.

    Check by eye: a changed class weight changes the line of the model and no other.
    """
    rows: list[tuple[str, str]] = []
    plain = {cell.name: cell for cell in write_cells(spec, "") if cell.kind == "code"}
    for cell in write_cells(spec, flip):
        before = plain.get(cell.name)
        is_ours = cell.name in ("read", "types", "preprocess")  # the others follow from them
        if cell.kind == "code" and is_ours and (before is None or before.source != cell.source):
            old = before.source.splitlines() if before else []
            for group in _compare(old, cell.source.splitlines()):
                rows += [(" ", "…"), *group] if rows else group
    return pd.DataFrame(rows, columns=["mark", "line"])


def _compare(old: list[str], new: list[str]) -> Iterator[list[tuple[str, str]]]:
    """Yield the changed places, each with lines around it and without the indent that all share."""
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND):
        rows: list[tuple[str, str]] = []
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                rows += [(" ", line) for line in old[old_from:old_to]]
                continue
            rows += [("-", line) for line in old[old_from:old_to]]
            rows += [("+", line) for line in new[new_from:new_to]]
        lines = dedent("\n".join(line for _, line in rows)).split("\n")
        yield [(mark, line) for (mark, _), line in zip(rows, lines, strict=True)]


def write_diff(cell: pd.DataFrame) -> str:
    """Return the changed lines as people write a difference."""
    pairs = zip(cell["mark"], cell["line"], strict=True)
    return "\n".join(f"{mark} {line}".rstrip() for mark, line in pairs)


@cached(LRUCache(maxsize=32), lock=Lock())
def write_planned(spec: FlipsSpec) -> Notebook:
    """Return the notebook of the pipeline as planned, with the scores that it has to give back."""
    ready, settings = ready_table(spec)
    logged = train_flips(spec).logged
    return Notebook(
        name=f"pipeline-{spec.family}",
        title="The whole pipeline",
        cells=write_cells(spec, ""),
        files={FILE: data_of(ready, settings)},
        metric=ready.metric,
        logged=dict(zip(logged["name"], logged["score"], strict=True)),
        made_of=facts_of(ready, settings, [(spec.family, {}, 1.0)], ready.places("train")),
    )
