"""The learner in front of this page, and what is remembered of them.

`st.session_state` is a cache: a reload or a lost Wi-Fi empties it. Predictions, answers and progress are
events in the store, and a page finds them there again on every run.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.store import Event, Store, StoreError, open_store

LOCAL = "local"
"""On one's own machine there is one learner, and no login."""


def record(kind: str, subject: str, body: Mapping[str, Any], *, event_id: str) -> bool:
    """Store an event under an id of ours, so that a resend is harmless; say whether it is kept.

    If it is not, the page says so; what the learner typed is still there to be sent again.
    """
    try:
        _store().append(learner=LOCAL, kind=kind, subject=subject, body=body, id=event_id)
    except StoreError as error:
        st.error(f"This was not saved. {error}", icon=":material/error:")
        return False
    return True


def recall(kind: str, subject: str) -> Event | None:
    """Return the latest event of this kind about `subject`, or None."""
    try:
        return _store().latest(LOCAL, kind, subject)
    except StoreError:
        return None


def recall_all(kind: str) -> tuple[Event, ...]:
    """Return every event of this kind, oldest first."""
    try:
        return _store().events(LOCAL, kind)
    except StoreError:
        return ()


def _store() -> Store:
    return open_store()
