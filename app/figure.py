"""Show a figure of `core` on the page."""

from collections.abc import Mapping

import plotly.graph_objects as go
import streamlit as st

from core import safe_text

# No toolbar: its buttons are noise on a phone, and one of them would send the chart to a cloud.
CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}


def show_figure(figure: go.Figure, *, key: str, alt: str) -> None:
    """Draw the figure in the reader's theme; `alt` says what it shows to those who do not see it."""
    st.plotly_chart(figure, key=key, alt=alt, config=CONFIG, theme="streamlit", width="stretch")


def show_figures(figures: Mapping[str, go.Figure | str], *, alt: str) -> None:
    """Draw figures by name in two columns, row by row; a sentence says why there is none."""
    places = [column for _ in range(-(-len(figures) // 2)) for column in st.columns(2)]
    for (name, figure), place in zip(figures.items(), places, strict=False):
        with place:
            if isinstance(figure, str):
                st.markdown(f"**No {safe_text.md(name)} to draw.** {safe_text.md_prose(figure)}")
            else:
                show_figure(figure, key=name, alt=f"{name}: {alt}")
