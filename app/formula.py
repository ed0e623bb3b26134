"""Formulas with the learner's own numbers put in."""

from functools import lru_cache

import streamlit as st

from core.formula import Formula


def show_formula(formula: Formula) -> None:
    """Show name = words = numbers = value."""
    st.latex(_write(formula))


@lru_cache(maxsize=512)
def _write(formula: Formula) -> str:
    words = _divide(formula.top, formula.bottom)
    numbers = _divide(formula.top_number, formula.bottom_number)
    return rf"{_text(formula.name)} = {words} = {numbers} = {_text(formula.value)}"


def _divide(top: str, bottom: str) -> str:
    return rf"\frac{{{_text(top)}}}{{{_text(bottom)}}}" if bottom else _text(top)


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
