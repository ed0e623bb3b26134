"""The words, the code and the picture of a question, and the fields in which it is answered.

What the fields hold is kept under keys that begin with one name, so that a lesson's form, an exam and a
review ask in the same way.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from app.figure import show_figure
from core.practice.entry import (
    NUMBERS,
    join_choices,
    join_pairs,
    join_places,
    read_choices,
    read_pairs,
    read_places,
)
from core.practice.parts import Shown
from core.practice.picture import draw_picture
from core.practice.schema import Item

Then = Callable[[], None] | None


def show_stem(item: Item, *, key: str, lead: str = "") -> None:
    """Show what is asked: the words, then the picture or the code that they are about."""
    st.markdown(f"{lead}{item.stem}")
    if item.picture:
        show_figure(draw_picture(item), key=f"{key}:picture", alt=item.picture.alt)
    if item.code:
        st.code(item.code, language="python", wrap_lines=True, line_numbers=item.bug is not None)


def show_fields(item: Item, shown: Sequence[Shown], *, key: str, then: Then = None) -> None:
    """Show the fields for an answer; `shown` are options, steps or choices in their order.

    `then` is called after each change, where the fields do not wait for a button.
    """
    texts = {part.id: part.text for part in shown}
    if item.type == "single":
        st.radio(
            "Your answer", list(texts), index=None, format_func=texts.__getitem__,
            label_visibility="collapsed", key=key, on_change=then,
        )  # fmt: skip
    elif item.type == "multi":
        st.caption(f"Choose {NUMBERS[item.n_keys]}.")
        for name, text in texts.items():
            st.checkbox(text, key=f"{key}:{name}", on_change=then)
    elif item.type == "order":
        st.caption(f"Give each step its place, from 1 to {len(shown)}.")
        for name, text in texts.items():
            _choose(text, range(1, len(shown) + 1), str, key=f"{key}:{name}", then=then)
    elif item.type == "match":
        for pair in item.pairs:
            _choose(pair.left, texts, texts.__getitem__, key=f"{key}:{pair.id}", then=then)
    else:
        unit = item.answer.unit if item.answer else None
        label = f"Your answer, {unit}" if unit else "Your answer"
        st.text_input(label, width=240, key=key, on_change=then)


def read_fields(item: Item, *, key: str) -> str:
    """Return the entry that the fields hold; empty where nothing was said."""
    state = st.session_state
    if item.type == "multi":
        return join_choices(item, [o.id for o in item.options if state.get(f"{key}:{o.id}")])
    if item.type == "order":
        return join_places(item, {step.id: state.get(f"{key}:{step.id}") for step in item.steps})
    if item.type == "match":
        return join_pairs(item, {pair.id: state.get(f"{key}:{pair.id}") for pair in item.pairs})
    return str(state.get(key) or "").strip()


def fill_fields(item: Item, entry: str, *, key: str) -> None:
    """Put `entry` into the fields before they are shown."""
    state = st.session_state
    if item.type == "multi":
        chosen = read_choices(entry)
        state.update({f"{key}:{option.id}": option.id in chosen for option in item.options})
    elif item.type == "order":
        places = read_places(entry)
        state.update({f"{key}:{step.id}": places.get(step.id) for step in item.steps})
    elif item.type == "match":
        pairs, known = read_pairs(entry), {choice.id for choice in item.choices}
        state.update(
            {f"{key}:{p.id}": pairs[p.id] if pairs.get(p.id) in known else None for p in item.pairs}
        )
    elif item.type == "single":
        state[key] = entry if entry in {option.id for option in item.options} else None
    else:
        state[key] = entry


def _choose(
    label: str,
    among: Sequence[int] | dict[str, str],
    name: Callable[..., str],
    *,
    key: str,
    then: Then,
) -> None:
    st.radio(
        label, list(among), index=None, format_func=name, horizontal=True, key=key, on_change=then
    )
