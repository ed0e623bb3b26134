"""The learner in front of this page, and what is remembered of them.

`st.session_state` is a cache: a reload or a lost Wi-Fi empties it. Predictions, answers and progress are
events in the store, and a page finds them there again on every run.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.identity import current_identity
from core.rooms import open_rooms
from core.store import Event, Store, StoreError, open_store

LOCAL = "local"
"""On one's own machine there is one learner, and no login."""


def current_learner() -> str:
    """Return whose page this is: in class mode the person of the cookie, otherwise the local learner.

    Somebody who was sent out of the class, or has left it, gets no further.
    """
    learner = current_identity()
    if learner is None:
        return LOCAL
    if not open_rooms().knows(learner):
        st.error("You are no longer in this class. Load the page again to join it.")
        st.stop()
    return learner


def place_of_tables() -> str:
    """Return where an own table is kept, to end a sentence with."""
    return "on this computer" if current_learner() == LOCAL else "on the computer of the class"


def record(kind: str, subject: str, body: Mapping[str, Any], *, event_id: str) -> bool:
    """Store an event under an id of ours, so that a resend is harmless; say whether it is kept.

    If it is not, the page says so; what the learner typed is still there to be sent again.
    """
    learner = current_learner()
    try:
        _store().append(learner=learner, kind=kind, subject=subject, body=body, id=event_id)
    except StoreError as error:
        st.error(f"This was not saved. {error}", icon=":material/error:")
        return False
    return True


def recall(kind: str, subject: str) -> Event | None:
    """Return the latest event of this kind about `subject`, or None."""
    try:
        return _store().latest(current_learner(), kind, subject)
    except StoreError:
        return None


def recall_all(kind: str) -> tuple[Event, ...]:
    """Return every event of this kind, oldest first."""
    try:
        return _store().events(current_learner(), kind)
    except StoreError:
        return ()


def recall_about(subject: str, kinds: tuple[str, ...]) -> tuple[Event, ...]:
    """Return the events of these kinds about `subject`, oldest first."""
    try:
        events = _store().events(current_learner(), None, subject)
    except StoreError:
        return ()
    return tuple(event for event in events if event.kind in kinds)


def _store() -> Store:
    return open_store()
