"""Formulas with the learner's own numbers put in."""

from functools import lru_cache

import streamlit as st

from core.formula import Formula


def show_formula(formula: Formula) -> None:
    """Show name = words = numbers = value."""
    st.latex(_write(formula))


@lru_cache(maxsize=512)
def _write(formula: Formula) -> str:
    words = rf"\frac{{{_text(formula.top)}}}{{{_text(formula.bottom)}}}"
    numbers = rf"\frac{{{_text(formula.top_number)}}}{{{_text(formula.bottom_number)}}}"
    return rf"{_text(formula.name)} = {words} = {numbers} = {_text(formula.value)}"


# What upright text cannot hold is set as mathematics between two pieces of text.
_MATHS = {"\u202f": r"\,", "\u2212": "-", "²": "^{2}", "×": r"\times "}


def _text(words: str) -> str:
    r"""Return `words` as upright text; what LaTeX would read as a command is escaped or left out."""
    kept = "".join(mark for mark in words if mark not in "\\{}^~$")
    for mark in "%&#_":
        kept = kept.replace(mark, f"\\{mark}")
    for mark, maths in _MATHS.items():
        kept = kept.replace(mark, rf"}}{maths}\text{{")
    return rf"\text{{{kept}}}"
