"""Where the rows come from, what each column means, and how they were split."""

import pandas as pd
import streamlit as st

from app.learner import current_learner, place_of_tables
from app.link import Link
from app.prose import show_rows, show_table
from app.training import forget_views
from core import safe_text
from core.datasets import Dataset, forget_own_dataset, owns_dataset, split_rows
from core.remember import prune
from core.wording import count, percent


def tell_origin(dataset: Dataset) -> str:
    """Say in one sentence whether the rows are real."""
    if dataset.is_own:
        if owns_dataset(dataset.name, current_learner()):
            return f"These rows are yours; they stay {place_of_tables()}."
        return "These rows were uploaded by somebody who sent you a link to them."
    if dataset.is_real:
        return f"These {safe_text.md(dataset.row_noun[1])} are real."
    return f"These {safe_text.md(dataset.row_noun[1])} are generated, by a law that is known."


@st.dialog("About the data", width="large")
def show_about_data(link: Link[object], dataset: Dataset, seed: int | None) -> None:
    """Show origin, truth, licence and columns of `dataset`; with a `seed`, the split it makes."""
    st.subheader(safe_text.md(dataset.title), anchor=False)
    st.markdown(f"{tell_origin(dataset)} {safe_text.md_prose(dataset.provenance)}")
    st.markdown(f"**What is known about them.** {safe_text.md_prose(dataset.truth)}")
    st.markdown(f"**Licence.** {safe_text.md_prose(dataset.licence)}")
    if seed is None:
        st.markdown("**No fixed split.** A lesson that needs parts deals the rows itself.")
    else:
        st.markdown(
            f"**The split.** Made once, by seed {seed}: the model learns from the first part, the second is "
            "for choosing, the third judges at the end."
        )
        show_rows(_tabulate_split(dataset, seed))
    st.markdown("**The columns**")
    show_table(_tabulate_columns(dataset))
    is_mine = dataset.is_own and owns_dataset(dataset.name, current_learner())
    if is_mine and st.button("Remove this table from this computer"):
        _remove(link, dataset)


def _remove(link: Link[object], dataset: Dataset) -> None:
    forget_own_dataset(dataset.name, owner=current_learner())
    # What was computed from the table holds parts of it.
    prune(0)
    forget_views()
    link.clear()
    st.rerun()


def _tabulate_split(dataset: Dataset, seed: int) -> pd.DataFrame:
    counts = split_rows(dataset, seed=seed).counts
    table = pd.DataFrame({"part": counts["part"], dataset.row_noun[1]: counts["rows"].map(count)})
    if "positives" in counts and dataset.positive_noun is not None:
        table[dataset.positive_noun[1]] = counts["positives"].map(count)
        table["share"] = counts["positive_share"].map(percent)
    return table


def _tabulate_columns(dataset: Dataset) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "column": [column.name for column in dataset.columns],
            "what it is": [column.meaning for column in dataset.columns],
            "unit": [column.unit or "" for column in dataset.columns],
            "kind": [column.kind for column in dataset.columns],
            "missing": [column.missing or "" for column in dataset.columns],
        }
    )
