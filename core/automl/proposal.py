"""The notebook of a proposed model as two tidy tables, so that a result can hold it and give it back."""

import json

import pandas as pd

from core.automl.notebook import Cell, Notebook, data_of, write_proposal
from core.automl.notebook.data import FILE
from core.automl.run import Outcome
from core.automl.settings import Settings
from core.automl.table import prepare_table
from core.automl.words import NAMES


def tabulate_notebook(outcome: Outcome) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Return the notebook of the proposal, the numbers that it has to give back, and what it is made of.

    Cells: ``name``, ``kind`` (``text`` or ``code``) and ``source``, in their order. Numbers: ``name`` and
    ``score``. What it is made of (`core.automl.notebook.facts`) comes as JSON.
    Check by eye: one of the numbers is the score on the untouched rows.
    """
    notebook = write_proposal(outcome)
    cells = [(cell.name, str(cell.kind), cell.source) for cell in notebook.cells]
    return (
        pd.DataFrame(cells, columns=["name", "kind", "source"]).astype("str"),
        pd.DataFrame(list(notebook.logged.items()), columns=["name", "score"]),
        json.dumps(notebook.made_of),
    )


def give_notebook(
    proposed: str,
    kept: tuple[pd.DataFrame, pd.DataFrame, str],
    rows: pd.DataFrame,
    settings: Settings,
) -> Notebook:
    """Return the notebook of which `tabulate_notebook` `kept` all but the table, made anew from `rows`.

    `proposed` is a rung of the ladder, or ``blend``. Takes as long as it takes to read the table.
    """
    ready = prepare_table(rows, settings)
    cells, logged, made_of = kept
    return Notebook(
        name="proposal",
        title=f"The proposal: {NAMES[proposed]}",
        cells=tuple(Cell(name, kind, source) for name, kind, source in cells.to_numpy()),
        files={FILE: data_of(ready, settings)},
        metric=ready.metric,
        logged=dict(zip(logged["name"], logged["score"], strict=True)),
        made_of=json.loads(made_of),
    )
