"""Pieces of a page that are more than one call and less than a beat."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from core import safe_text


def show_rows(table: pd.DataFrame, *beside: pd.DataFrame) -> None:
    """Show a small table of words and numbers; the first column and columns of words left, the others right.

    Tables `beside` it stand next to it where there is room for all, and else below it.

    Markdown, not a data grid: it is read aloud, it wraps on a phone, and it costs nothing to load.
    """
    if not beside:
        st.markdown(_write(table))
        return
    with st.container(horizontal=True, gap="medium"):
        for each in (table, *beside):
            st.markdown(_write(each), width="content")


def show_table(table: pd.DataFrame, *, column_config: Mapping[str, Any] | None = None) -> None:
    """Show a table of any size in a grid.

    Its toolbar saves a CSV, so a text that a spreadsheet would run is shown with the quote that stops it.
    """
    safe = table.rename(columns=safe_text.csv_cell)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name].dtype):
            safe[name] = safe[name].map(safe_text.csv_cell)
    st.dataframe(safe, hide_index=True, column_config=column_config)


def _write(table: pd.DataFrame) -> str:
    columns = [table[name].tolist() for name in table.columns]
    return _write_table(tuple(table.columns), tuple(zip(*columns, strict=True)))


@lru_cache(maxsize=256)
def _write_table(names: tuple[object, ...], rows: tuple[tuple[object, ...], ...]) -> str:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    marks = [
        "---:" if position > 0 and any(map(_is_number, cells)) else ":---"
        for position, cells in enumerate(columns)
    ]
    texts = [[safe_text.md(cell) for cell in cells] for cells in (names, *rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [texts[0], marks, *texts[1:]])


def _is_number(cell: object) -> bool:
    return str(cell).lstrip("+−-=×<>≤≥ \u202f")[:1].isdigit()
