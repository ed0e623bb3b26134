"""The learner's own table: upload, see what was understood, choose what to predict, use it."""

import hashlib
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st
from cachetools import LRUCache, cached

from app.controls import pick
from app.learner import LOCAL, current_learner, place_of_tables
from app.link import Link
from app.prose import show_table
from core import safe_text
from core.datasets import Label, Task, list_own_datasets, store_own_dataset
from core.errors import SpecError
from core.read_apart import read_table_apart
from core.settings import read_settings
from core.tables import TableReading, judge_target, read_table, suggest_target
from core.tables.prepare import prepare_table
from core.tables.target import TargetJudgement
from core.tables.target import Task as TargetTask

KINDS = ["csv", "tsv", "txt", "xlsx", "parquet"]
TARGETS: dict[Task, str] = {
    "binary": "one column that says which of two classes it belongs to",
    "multiclass": "one column that says which of three or more classes it belongs to",
    "regression": "one column that holds the number to predict",
    "clustering": "at least two columns of numbers",
}
"""What the table must hold for each task."""
WHOLE = "any columns"
"""What it must hold where there is no task."""
FOUND: dict[TargetTask, str] = {
    "binary": "names two classes",
    "multiclass": "names more than two classes",
    "regression": "holds numbers",
}
Tasks = tuple[TargetTask, ...]
SUPERVISED: Tasks = ("binary", "multiclass", "regression")
COLUMN_OF: dict[frozenset[TargetTask], str] = {
    frozenset(SUPERVISED): "one column to predict: classes, or numbers",
    frozenset({"binary", "regression"}): "one column to predict: two classes, or numbers",
}
"""What the table must hold where a lesson takes several tasks."""


def own_tables(task: Task | None = "binary") -> dict[str, str]:
    """Return the learner's own tables for `task`, or all (None): name in a link, and title."""
    return {
        dataset.name: dataset.title for dataset in list_own_datasets(task, owner=current_learner())
    }


def pick_data(link: Link[Any], tables: Mapping[str, str], tasks: Tasks) -> None:
    """Let the learner pick a table of the course, or one of their own that suits one of `tasks`."""
    own: dict[str, str] = {}
    for task in tasks:
        own |= own_tables(task)
    pick(link, "data", "Data", {**tables, **own})


def invite_own_table(link: Link[Any], tasks: Tasks) -> None:
    """Show the button that opens the dialog, unless the link leaves the choice of data out."""
    if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
        offer_own_table(lambda name: link.set(data=name), task=tasks)


@st.dialog("Use your own table", width="large")
def offer_own_table(use: Callable[[str], None], *, task: Task | Tasks | None = "binary") -> None:
    """Ask for a table that suits `task`; `use` gets the name under which it is kept.

    For a lesson without a task (None) the table is kept whole, with every column and without a target.
    Of several tasks the chosen column decides; numbers that may be classes too are asked about.

    The table stays where Glassroom runs. A table that cannot be used ends in a sentence, and the lesson
    goes on with the data it had.
    """
    st.markdown(
        f"CSV, TSV, Excel or Parquet, with one row for each case and {_name_needed(task)}. "
        f"The table stays {place_of_tables()}."
    )
    sent = st.file_uploader(
        "Your table",
        type=KINDS,
        max_upload_size=read_settings().max_upload_mb,
        label_visibility="collapsed",
    )
    if sent is None:
        return
    try:
        with st.spinner("Reading …"):
            reading = _read(sent.getvalue(), sent.name)
        _show_reading(reading)
        if task is None:
            _take_whole(reading, sent.name, use)
        elif task == "clustering":
            _take_columns(reading, sent.name, use)
        else:
            _choose_target(reading, sent.name, use, (task,) if isinstance(task, str) else task)
    except SpecError as error:
        st.warning(safe_text.md(error), icon=":material/info:")


def _name_needed(task: Task | Tasks | None) -> str:
    """Return what the table must hold, in words."""
    if task is None:
        return WHOLE
    if isinstance(task, str):
        return TARGETS[task]
    return TARGETS[task[0]] if len(task) == 1 else COLUMN_OF[frozenset(task)]


def _read(content: bytes, file_name: str) -> TableReading:
    """Read a table of one's own here; in a class, where it may be anybody's, in a process apart."""
    if current_learner() == LOCAL:
        return read_table(content, file_name)
    return _read_apart(content, file_name)


@cached(
    LRUCache(maxsize=4),
    key=lambda content, file_name: (hashlib.sha256(content).digest(), file_name),
    lock=threading.Lock(),
)
def _read_apart(content: bytes, file_name: str) -> TableReading:
    reading: TableReading = read_table_apart(content, file_name)
    return reading


def _show_reading(reading: TableReading) -> None:
    st.markdown(f"**{reading.n_rows:,} rows, {reading.n_columns} columns** were read.")
    for sentence in (*reading.repairs, *reading.warnings):
        st.markdown(f"- {safe_text.md(sentence)}")
    with st.expander("What each column was taken for"):
        show_table(reading.columns)


def _take_columns(reading: TableReading, file_name: str, use: Callable[[str], None]) -> None:
    """Keep the table without a target: nothing is predicted, the rows are only compared."""
    prepared = prepare_table(reading, None)
    for sentence in prepared.left_out:
        st.markdown(f"- {safe_text.md(sentence)}")
    _keep(prepared.table, file_name, use)


def _take_whole(reading: TableReading, file_name: str, use: Callable[[str], None]) -> None:
    """Keep every column that holds anything, ids and dates too: the lesson says what they are."""
    filled = reading.table.dropna(axis=1, how="all")
    for name in reading.table.columns.difference(filled.columns, sort=False):
        st.markdown(f"- Column “{safe_text.md(name)}” is empty and left out.")
    _keep(filled, file_name, use)


def _keep(table: pd.DataFrame, file_name: str, use: Callable[[str], None]) -> None:
    if st.button("Use this table", type="primary"):
        dataset = store_own_dataset(
            table,
            title=safe_text.plain(file_name),
            target=None,
            task="clustering",
            owner=current_learner(),
        )
        use(dataset.name)
        st.rerun()


def _choose_target(
    reading: TableReading, file_name: str, use: Callable[[str], None], tasks: Tasks
) -> None:
    names = [str(name) for name in reading.table.columns]
    guess = suggest_target(reading)
    target = st.selectbox(
        "Column to predict", names, index=names.index(guess), format_func=safe_text.plain
    )
    judgement = judge_target(reading.table, target, task=_ask_task(reading, target, tasks))
    prepared = prepare_table(reading, target)
    for sentence in (*judgement.warnings, *prepared.left_out):
        st.markdown(f"- {safe_text.md(sentence)}")
    task = judgement.task
    if task not in tasks:
        message = f"This lesson needs {_name_needed(tasks)}; “{target}” {FOUND[task]}. Choose another column."
        raise SpecError(message)
    positive = _choose_positive(judgement) if task == "binary" else None
    if st.button("Use this table", type="primary"):
        dataset = store_own_dataset(
            prepared.table,
            title=safe_text.plain(file_name),
            target=target,
            task=task,
            positive=positive,
            owner=current_learner(),
        )
        use(dataset.name)
        st.rerun()


def _ask_task(reading: TableReading, target: str, tasks: Tasks) -> TargetTask | None:
    """Return what `target` is to be taken for; None leaves it to what the column looks like.

    A lesson on one task says what it needs, so that grades from 1 to 6 may be numbers here and classes
    there; a lesson on two classes takes what the column looks like.
    """
    if len(tasks) == 1:
        return None if tasks[0] == "binary" else tasks[0]
    looks = judge_target(reading.table, target).task
    if looks == "regression" or "regression" not in tasks or not _holds_numbers(reading, target):
        return None
    ways = {"classes": "as classes", "regression": "as a number"}
    chosen = st.radio(
        "How is it to be predicted?", list(ways), format_func=ways.__getitem__, horizontal=True
    )
    return "regression" if chosen == "regression" else None


def _holds_numbers(reading: TableReading, name: str) -> bool:
    return bool(pd.api.types.is_numeric_dtype(reading.table[name].dropna().dtype))


def _choose_positive(judgement: TargetJudgement) -> Label:
    labels: dict[str, Label] = dict(
        zip(judgement.classes["label"], judgement.classes["value"], strict=True)
    )
    chosen = st.radio(
        "Which class should raise the alarm?",
        list(labels),
        index=list(labels).index(str(judgement.positive)),
        format_func=safe_text.md,
        horizontal=True,
    )
    return labels[chosen]
