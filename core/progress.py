"""How a long run tells how far it is, without knowing who listens.

A run calls ``report(0.4, "fold 2 of 5")``. In a notebook nothing happens; in a job worker the
listener writes the news where the page can read it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float, str], None]

_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


def report(fraction: float, message: str) -> None:
    """Tell the listener, if there is one, that `fraction` (0 to 1) of the run is done."""
    listener = _listener.get()
    if listener is not None:
        listener(min(max(fraction, 0.0), 1.0), message)


@contextmanager
def listen(listener: Listener) -> Iterator[None]:
    """Send every `report` made inside the block to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
