"""The learner's own table: upload, see what was understood, choose what to predict, use it."""

import hashlib
import threading
from collections.abc import Callable

import pandas as pd
import streamlit as st
from cachetools import LRUCache, cached

from app.learner import LOCAL, current_learner, place_of_tables
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


def own_tables(task: Task | None = "binary") -> dict[str, str]:
    """Return the learner's own tables for `task`, or all (None): name in a link, and title."""
    return {
        dataset.name: dataset.title for dataset in list_own_datasets(task, owner=current_learner())
    }


@st.dialog("Use your own table", width="large")
def offer_own_table(use: Callable[[str], None], *, task: Task | None = "binary") -> None:
    """Ask for a table that suits `task`; `use` gets the name under which it is kept.

    For a lesson without a task (None) the table is kept whole, with every column and without a target.

    The table stays where Glassroom runs. A table that cannot be used ends in a sentence, and the lesson
    goes on with the data it had.
    """
    st.markdown(
        f"CSV, TSV, Excel or Parquet, with one row for each case and {TARGETS[task] if task else WHOLE}. "
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
            _choose_target(reading, sent.name, use, task)
    except SpecError as error:
        st.warning(safe_text.md(error), icon=":material/info:")


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
    reading: TableReading, file_name: str, use: Callable[[str], None], task: TargetTask
) -> None:
    names = [str(name) for name in reading.table.columns]
    guess = suggest_target(reading)
    target = st.selectbox(
        "Column to predict", names, index=names.index(guess), format_func=safe_text.plain
    )
    # A lesson on two classes takes what the column looks like; the others say what they need, so
    # that grades from 1 to 6 may be numbers here and classes there.
    judgement = judge_target(reading.table, target, task=None if task == "binary" else task)
    prepared = prepare_table(reading, target)
    for sentence in (*judgement.warnings, *prepared.left_out):
        st.markdown(f"- {safe_text.md(sentence)}")
    if judgement.task != task:
        message = (
            f"This lesson needs {TARGETS[task]}; “{target}” {FOUND[judgement.task]}. "
            "Choose another column."
        )
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
