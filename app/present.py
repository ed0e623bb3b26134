"""Present mode: the same lesson for a projector, one beat at a time.

``?present=1`` hides the menu and the tools and enlarges the type; ``beat=2`` says how far the class is.
The arrow keys and the keys of a presenter's clicker step through the beats.
"""

import streamlit as st

CARDS = {
    "predict": "predict_card",
    "see": "card_run",
    "explain": "card_explain",
    "practise": "card_practise",
}
"""The beats in order, each with the key of the card that shows it."""
BEATS = tuple(CARDS)


def is_presenting() -> bool:
    """Return whether this page is shown to a room."""
    return st.query_params.get("present", "") not in {"", "0", "false"}


def beat_in_sight() -> int:
    """Return how many beats are shown: in present mode those reached so far, otherwise all."""
    if not is_presenting():
        return len(BEATS)
    text = st.query_params.get("beat", "1")
    reached = int(text) if text.isdecimal() else 1
    return min(max(reached, 1), len(BEATS))


def card_in_sight() -> str:
    """Return the key of the card that the class has reached."""
    return CARDS[BEATS[beat_in_sight() - 1]]


def shows(beat: str) -> bool:
    """Return whether `beat` is in sight."""
    return BEATS.index(beat) < beat_in_sight()


def step_beats(by: int) -> None:
    """Go `by` beats forward (or back)."""
    reached = min(max(beat_in_sight() + by, 1), len(BEATS))
    st.query_params["beat"] = str(reached)
