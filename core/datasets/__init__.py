"""The tables that lessons learn from: real, generated with a known truth, and the learner's own."""

from core.datasets.catalogue import list_datasets, load_dataset
from core.datasets.curves import CURVES, Curve, load_curve
from core.datasets.dataset import TASKS, Column, Dataset, Kind, Label, Noun, Task
from core.datasets.own import (
    forget_own_dataset,
    list_own_datasets,
    owns_dataset,
    store_own_dataset,
)
from core.datasets.reading_code import write_reading_code, write_splitting_code
from core.datasets.splits import Split, split_rows

__all__ = [
    "CURVES",
    "TASKS",
    "Column",
    "Curve",
    "Dataset",
    "Kind",
    "Label",
    "Noun",
    "Split",
    "Task",
    "forget_own_dataset",
    "list_datasets",
    "list_own_datasets",
    "load_curve",
    "load_dataset",
    "owns_dataset",
    "split_rows",
    "store_own_dataset",
    "write_reading_code",
    "write_splitting_code",
]
