"""Controls that belong to the link: each shows what the URL says, and writes to it when moved."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.link import Link
from core.specs import parse_setting, setting_to_text

LONGEST_LINE = 300
"""Characters that a line of text may have."""


def choose(
    link: Link[Any], name: str, label: str, options: Mapping[Any, str], *, note: str | None = None
) -> None:
    """Let the learner choose one of a few values, all in sight."""
    if _prepare_options(link, name):
        texts = {setting_to_text(value): words for value, words in options.items()}
        st.segmented_control(
            label,
            list(texts),
            format_func=texts.__getitem__,
            required=True,
            wrap=True,
            key=link.key(name),
            on_change=_write_option,
            args=(link, name),
            help=note,
        )


def pick(
    link: Link[Any], name: str, label: str, options: Mapping[Any, str], *, note: str | None = None
) -> None:
    """Let the learner pick one of many values from a list."""
    if _prepare_options(link, name):
        texts = {setting_to_text(value): words for value, words in options.items()}
        st.selectbox(
            label,
            list(texts),
            format_func=texts.__getitem__,
            key=link.key(name),
            on_change=_write_option,
            args=(link, name),
            help=note,
        )


def enter(
    link: Link[Any],
    name: str,
    label: str,
    *,
    low: float | None = None,
    high: float | None = None,
    step: float = 1,
    note: str | None = None,
) -> None:
    """Let the learner enter a number; the spec says which numbers are lawful."""
    if _prepare(link, name):
        st.number_input(
            label,
            min_value=low,
            max_value=high,
            step=step,
            key=link.key(name),
            on_change=_write,
            args=(link, name),
            help=note,
        )


def type_in(
    link: Link[Any], name: str, label: str, *, hint: str | None = None, note: str | None = None
) -> None:
    """Let the learner type a line of text; `hint` stands in the empty box."""
    if _prepare(link, name):
        st.text_input(
            label,
            max_chars=LONGEST_LINE,
            width=400,  # two beside each other on a screen, one below the other on a phone
            placeholder=hint,
            key=link.key(name),
            on_change=_write,
            args=(link, name),
            help=note,
        )


def _prepare(link: Link[Any], name: str) -> bool:
    """Set the widget from the URL; return whether the control is to be shown at all."""
    if name in link.hidden:
        return False
    _show_value(link, name, getattr(link.spec, name))
    return True


def _prepare_options(link: Link[Any], name: str) -> bool:
    """Do the same for a widget of options, which holds each value as the text that the link holds."""
    if name in link.hidden:
        return False
    _show_value(link, name, setting_to_text(getattr(link.spec, name)))
    return True


def _show_value(link: Link[Any], name: str, value: Any) -> None:
    # On every run, not only when it differs: a control behind "More" that nobody has opened yet is
    # first drawn by the browser later, and would then stand at its default.
    st.session_state[link.key(name)] = value


def _write(link: Link[Any], name: str) -> None:
    link.set(**{name: st.session_state[link.key(name)]})


def _write_option(link: Link[Any], name: str) -> None:
    text = st.session_state[link.key(name)]
    link.set(**{name: parse_setting(type(link.spec), name, text)})
