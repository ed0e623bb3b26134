"""A model of AutoML as a notebook that anybody can read, change and run, and its proof."""

from core.automl.notebook.cells import Cell, notebook_of, script_of
from core.automl.notebook.data import data_of
from core.automl.notebook.write import (
    Notebook,
    cells_of_blend,
    cells_of_one,
    cells_of_trial,
    write_proposal,
    write_trial,
)

__all__ = [
    "Cell",
    "Notebook",
    "cells_of_blend",
    "cells_of_one",
    "cells_of_trial",
    "data_of",
    "notebook_of",
    "script_of",
    "write_proposal",
    "write_trial",
]
