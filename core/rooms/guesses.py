"""How often a secret may be guessed: counted in the record, so that no restart sets it back."""

import time
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from core.errors import SpecError
from core.store import Store

GUESSES = 20
"""Wrong guesses in one window, by everybody together."""
WINDOW_SECONDS = 15 * 60
MADE, RIGHT = "guess", "guess was right"


class TooManyGuessesError(SpecError):
    """The secret may not be guessed at the moment, by nobody."""


class Guesses:
    """The guesses at one secret. Not safe for threads: the caller holds a lock around a guess.

    A guess is stored before it is judged, so that ending the server in between gives nobody a free one.
    """

    def __init__(
        self, store: Store, owner: str, what: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._owner, self._what, self._clock = store, owner, what, clock
        right = {event.subject for event in store.events(owner, RIGHT)}
        self._times = [
            datetime.fromisoformat(event.created_at).timestamp()
            for event in store.events(owner, MADE, what)
            if event.id not in right
        ]

    def judge(self, is_right: Callable[[], bool]) -> bool:
        """Say whether a guess is right, or raise `TooManyGuessesError` without looking at it."""
        now = self._clock()
        self._times = [at for at in self._times if at > now - WINDOW_SECONDS]
        if len(self._times) >= GUESSES:
            minutes = max(1, -(-int(min(self._times) + WINDOW_SECONDS - now) // 60))
            message = (
                f"There were {GUESSES} wrong guesses in {WINDOW_SECONDS // 60} minutes, so nobody may try "
                f"now. Wait {minutes} minute{'s' if minutes > 1 else ''}."
            )
            raise TooManyGuessesError(message)
        name = uuid4().hex
        self._store.append(learner=self._owner, kind=MADE, subject=self._what, body={}, id=name)
        if is_right():
            self._store.append(learner=self._owner, kind=RIGHT, subject=name, body={})
            return True
        self._times.append(now)
        return False
