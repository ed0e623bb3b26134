"""The page of the mock exam: the exam that is being written, a result, or the choice of one."""

import streamlit as st

from app.exam.choose import show_choice
from app.exam.desk import open_sitting
from app.exam.report import show_report
from app.exam.writing import show_clock, show_desk

READING_WIDTH = 860


def show_exam() -> None:
    """Show where this learner stands."""
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=READING_WIDTH, gap="medium", key="exam"),
    ):
        if open_sitting() is not None:
            st.title("Mock exam", anchor=False)
            show_clock()
            show_desk()
        elif "sitting" not in st.query_params or not show_report(st.query_params["sitting"]):
            show_choice()
