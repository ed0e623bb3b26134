"""How often a secret may be guessed: counted in the record, so that no restart sets it back."""

import time
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from core.errors import SpecError
from core.store import Store

GUESSES = 20
"""Wrong guesses in one window, by everybody together."""
GUESSES_FROM_ONE = 5
"""Wrong guesses in one window from one address, so that one prankster does not shut the door for all."""
WINDOW_SECONDS = 15 * 60
MADE, RIGHT = "guess", "guess was right"


class TooManyGuessesError(SpecError):
    """The secret may not be guessed at the moment, by nobody or not from here."""


class Guesses:
    """The guesses at one secret. Not safe for threads: the caller holds a lock around a guess.

    A guess is stored before it is judged, so that ending the server in between gives nobody a free one.
    """

    def __init__(
        self, store: Store, owner: str, what: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._owner, self._what, self._clock = store, owner, what, clock
        right = {event.subject for event in store.events(owner, RIGHT)}
        self._wrong = [
            (datetime.fromisoformat(event.created_at).timestamp(), str(event.body.get("from", "")))
            for event in store.events(owner, MADE, what)
            if event.id not in right
        ]

    def judge(self, is_right: Callable[[], bool], source: str = "") -> bool:
        """Say whether a guess is right, or raise `TooManyGuessesError` without looking at it.

        `source` stands for where the guess comes from; it is stored, so it must name nobody.
        """
        self._require_open([at for at, _ in self.recent()], GUESSES, "")
        own = [at for at, place in self.recent() if place == source]
        self._require_open(own, GUESSES_FROM_ONE, " from your address")
        name, body = uuid4().hex, {"from": source}
        self._store.append(learner=self._owner, kind=MADE, subject=self._what, body=body, id=name)
        if is_right():
            self._store.append(learner=self._owner, kind=RIGHT, subject=name, body={})
            return True
        self._wrong.append((self._clock(), source))
        return False

    def recent(self) -> list[tuple[float, str]]:
        """Return when and from where wrong guesses came in the last quarter of an hour."""
        now = self._clock()
        self._wrong = [guess for guess in self._wrong if guess[0] > now - WINDOW_SECONDS]
        return self._wrong

    def _require_open(self, times: list[float], most: int, where: str) -> None:
        if len(times) < most:
            return
        minutes = max(1, -(-int(min(times) + WINDOW_SECONDS - self._clock()) // 60))
        message = (
            f"There were {most} wrong guesses{where} in {WINDOW_SECONDS // 60} minutes, so the pass phrase "
            f"is not looked at. Wait {minutes} minute{'s' if minutes > 1 else ''}, or type the long word "
            "that `glassroom teacher` says on the server: it always lets you in."
        )
        raise TooManyGuessesError(message)
