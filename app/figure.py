"""Show a figure of `core` on the page."""

import plotly.graph_objects as go
import streamlit as st

# No toolbar: its buttons are noise on a phone, and one of them would send the chart to a cloud.
CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}


def show_figure(figure: go.Figure, *, key: str, alt: str) -> None:
    """Draw the figure in the reader's theme; `alt` says what it shows to those who do not see it."""
    st.plotly_chart(figure, key=key, alt=alt, config=CONFIG, theme="streamlit", width="stretch")
