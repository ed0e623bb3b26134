"""A question of the teacher to the room: asked, answered once by each person, counted, and closed."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from core import safe_text
from core.errors import require
from core.settings import read_settings
from core.store import Event, Store, open_store

OWNER = "class"
ASKED, CLOSED, VOTED = "poll asked", "poll closed", "vote"
MIN_OPTIONS, MAX_OPTIONS = 2, 6
MAX_QUESTION, MAX_OPTION = 200, 80
MAX_VOTES = 20
"""How often one person may change their mind about one question; each vote is an event that is kept."""


@dataclass(frozen=True)
class Poll:
    """One question with its answers."""

    id: str
    room: str
    question: str
    options: tuple[str, ...]


class Polls:
    """The polls of one home, kept as events and held in memory; every method is safe for threads.

    In each room the latest question counts. Of a person's votes the latest counts, whatever tab it came from.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._polls: dict[str, Poll] = {}
        self._closed = {event.subject for event in store.everyone(CLOSED)}
        self._votes: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._n_votes: Counter[tuple[str, str]] = Counter()
        self._turns: dict[str, threading.Lock] = {}
        for event in store.everyone(ASKED):
            self._keep(event)
        for event in store.everyone(VOTED):
            self._count(event.subject, event.learner, int(str(event.body["choice"])))

    def ask(self, room: str, question: str, options: Sequence[str]) -> Poll:
        """Ask a room; the question before this one is closed.

        Raises
        ------
        SpecError
            The question is empty or too long, or there are not 2 to 6 different answers.
        """
        question = safe_text.plain(question)
        answers = tuple(text for text in map(safe_text.plain, options) if text)
        require(question != "", "A question needs words. Type one.")
        require(
            len(question) <= MAX_QUESTION,
            f"A question has at most {MAX_QUESTION} characters, got {len(question)}. Shorten it.",
        )
        require(
            MIN_OPTIONS <= len(answers) <= MAX_OPTIONS,
            f"A question has {MIN_OPTIONS} to {MAX_OPTIONS} answers, got {len(answers)}. Type more or fewer.",
        )
        require(
            len(set(answers)) == len(answers),
            "Two of the answers are the same. Change one of them.",
        )
        longest = max(map(len, answers))
        require(
            longest <= MAX_OPTION,
            f"An answer has at most {MAX_OPTION} characters, got {longest}. Shorten it.",
        )
        earlier = self.current(room)
        if earlier is not None and self.is_open(earlier):
            self.close(earlier)
        body = {"question": question, "options": list(answers)}
        event = self._store.append(
            learner=OWNER, kind=ASKED, subject=room, body=body, id=uuid4().hex
        )
        with self._guard:
            return self._keep(event)

    def current(self, room: str) -> Poll | None:
        """Return the latest question to this room, open or closed."""
        with self._guard:
            return next((p for p in reversed(self._polls.values()) if p.room == room), None)

    def is_open(self, poll: Poll) -> bool:
        """Whether one may still vote."""
        with self._guard:
            return poll.id not in self._closed

    def close(self, poll: Poll) -> None:
        """End the voting; from now on everybody may see the result."""
        self._store.append(
            learner=OWNER, kind=CLOSED, subject=poll.id, body={}, id=f"closed:{poll.id}"
        )
        with self._guard:
            self._closed.add(poll.id)

    def vote(self, learner: str, poll: Poll, choice: int) -> None:
        """Store that `learner` chooses the answer at place `choice` (from 0), whatever they chose before.

        Raises
        ------
        SpecError
            The question is closed, there is no such answer, or they changed their mind 20 times.
        StoreError
            It was not stored, and does not count.
        """
        require(self.is_open(poll), "This question is closed. Your vote before that counts.")
        require(0 <= choice < len(poll.options), "There is no such answer. Load the page again.")
        with self._guard:
            turn = self._turns.setdefault(learner, threading.Lock())
        with turn:  # two tabs of one person: what is stored last counts, here as on the disk
            require(
                self._n_votes[poll.id, learner] < MAX_VOTES,
                f"You have answered {MAX_VOTES} times. The last one counts.",
            )
            self._store.append(
                learner=learner, kind=VOTED, subject=poll.id, body={"choice": choice}
            )
            self._count(poll.id, learner, choice)

    def choice_of(self, learner: str, poll: Poll) -> int | None:
        """Return what `learner` chose, or None."""
        with self._guard:
            return self._votes[poll.id].get(learner)

    def count(self, poll: Poll, is_member: Callable[[str], bool]) -> tuple[int, ...]:
        """Return the votes for each answer, of those who are still members.

        With the votes 0, 1 and 1 of three members for a question with three answers it is ``(1, 2, 0)``.
        """
        with self._guard:
            votes = list(self._votes[poll.id].items())
        chosen = Counter(choice for learner, choice in votes if is_member(learner))
        return tuple(chosen[place] for place in range(len(poll.options)))

    def _keep(self, event: Event) -> Poll:
        options = tuple(str(option) for option in event.body["options"])
        poll = Poll(event.id, event.subject, str(event.body["question"]), options)
        self._polls[poll.id] = poll
        return poll

    def _count(self, poll: str, learner: str, choice: int) -> None:
        with self._guard:
            self._votes[poll][learner] = choice
            self._n_votes[poll, learner] += 1


_opened: dict[Path, Polls] = {}
_guard = threading.Lock()


def open_polls() -> Polls:
    """Return the polls of this home, opening them if this process has not yet done so."""
    home = read_settings().home
    with _guard:
        if home not in _opened:
            _opened[home] = Polls(open_store(home))
        return _opened[home]
