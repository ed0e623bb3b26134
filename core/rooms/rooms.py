"""Who is in the class: join by room code and nickname, come back by a personal code."""

import hashlib
import re
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core import safe_text
from core.errors import require
from core.rooms.codes import (
    PERSONAL_SYMBOLS,
    TEACHER_SYMBOLS,
    derive_code,
    draw_room_code,
    is_same,
    normalise_code,
)
from core.rooms.guesses import Guesses
from core.rooms.key import read_key
from core.settings import read_settings
from core.store import Event, Store, StoreError, open_store

TEACHER = "teacher"
CLASS = "class"
"""Owner of the events that belong to nobody in particular."""
OPENED, JOINED, REMOVED = "room opened", "joined", "removed"
MAX_NICKNAME = 30
RESEND_SECONDS = 60.0
TRY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Room:
    """A class that one can join."""

    code: str
    opened_at: str


@dataclass(frozen=True)
class Member:
    """Somebody who joined. The id goes into events and logs; the nickname is only shown."""

    id: str
    nickname: str
    room: str
    joined_at: str


class Rooms:
    """The rooms of one home, kept as events and held in memory; every method is safe for threads.

    One room is open at a time. Who joined an earlier one keeps their place and their record.
    """

    def __init__(
        self,
        store: Store,
        key: bytes,
        *,
        teacher_phrase: str = "",
        size: int = 500,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._key, self._size, self._clock = store, key, size, clock
        self._phrase = _plain_phrase(teacher_phrase)
        self._lock = threading.RLock()
        self._guesses = Guesses(store, CLASS, TEACHER, clock=clock)
        self._members: dict[str, Member] = {}
        self._by_code: dict[str, str] = {}
        for event in store.everyone(JOINED):
            self._admit(event)
        for event in store.everyone(REMOVED):
            self._dismiss(event.learner)
        rooms = store.events(CLASS, OPENED)
        self._room = Room(rooms[-1].subject, rooms[-1].created_at) if rooms else self.open_room()

    @property
    def room(self) -> Room:
        """The room that can be joined now."""
        with self._lock:
            return self._room

    @property
    def teacher_token(self) -> str:
        """The long word by which the teacher signs in."""
        return _derive_token(self._key)

    def open_room(self) -> Room:
        """Open a new room; its code replaces that of the one before, which nobody can join any more."""
        with self._lock:
            code = draw_room_code()
            event = self._store.append(learner=CLASS, kind=OPENED, subject=code, body={})
            self._room = Room(code, event.created_at)
            return self._room

    def join(self, code: str, nickname: str, *, attempt: str) -> Member:
        """Return the new member called `nickname`.

        `attempt` is 32 random hexadecimal digits made with the form. The same one again within a minute
        gives the same member, so that a double click does not meet its own nickname.

        Raises
        ------
        SpecError
            The code is not that of the open room, the nickname is empty, too long or taken, or the
            room is full.
        """
        require(TRY.fullmatch(attempt) is not None, "This form is too old. Load the page again.")
        name = read_nickname(nickname)
        learner = f"p{hashlib.sha256(attempt.encode()).hexdigest()[:24]}"
        with self._lock:
            require(
                is_same(normalise_code(code), self._room.code),
                "This is not the code of the room. Look at the board and type it again.",
            )
            earlier = self._members.get(learner)
            if earlier is not None:
                return self._resend(earlier)
            here = [m for m in self._members.values() if m.room == self._room.code]
            require(
                len(here) < self._size,
                f"The room is full: it holds {self._size} people. Tell your teacher.",
            )
            require(
                _fold(name) not in {_fold(member.nickname) for member in here},
                "Somebody in this room has this nickname. Choose another, or come back with your "
                "personal code if it is yours.",
            )
            event = self._store.append(
                learner=learner,
                kind=JOINED,
                subject=self._room.code,
                body={"nickname": name},
                id=f"joined:{learner}",
            )
            return self._admit(event)

    def rejoin(self, code: str) -> Member:
        """Return the member whose personal code this is, or raise `SpecError`.

        12 symbols (59 bits) cannot be guessed, so wrong ones need not be counted.
        """
        with self._lock:
            learner = self._by_code.get(_fingerprint(normalise_code(code)))
            require(
                learner is not None,
                "Nobody has this personal code. It has 12 letters and digits; look at them again, "
                "or join anew.",
            )
            return self._members[str(learner)]

    def sign_in_teacher(self, word: str, *, address: str = "") -> str:
        """Return the teacher's id if `word` is the long token or the pass phrase.

        The token has 128 bits. No number of guesses finds it, so it is looked at always: it is the way in
        while somebody keeps the phrase shut by guessing. Only the phrase, which a person made up, is guarded.
        Of the `address` that a word comes from, a fingerprint is stored.

        Raises
        ------
        TooManyGuessesError
            There were 20 wrong guesses in 15 minutes, or 5 from this address: the phrase is not looked at.
        SpecError
            The word is wrong.
        """
        if is_same(normalise_code(word), self.teacher_token):
            return TEACHER
        place = derive_code(self._key, f"address {address}", PERSONAL_SYMBOLS)
        with self._lock:
            require(
                bool(self._phrase)
                and self._guesses.judge(lambda: is_same(_plain_phrase(word), self._phrase), place),
                "This is not the teacher's word. Type it again.",
            )
        return TEACHER

    def count_wrong_guesses(self) -> int:
        """Return how often a wrong pass phrase was typed in the last 15 minutes."""
        with self._lock:
            return len(self._guesses.recent())

    def knows(self, learner: str) -> bool:
        """Whether `learner` is the teacher or has joined, and was not removed since."""
        return learner == TEACHER or learner in self._members

    def nickname(self, learner: str) -> str:
        """Return what to call `learner`."""
        member = self._members.get(learner)
        return "Teacher" if learner == TEACHER else member.nickname if member else "nobody"

    def personal_code(self, learner: str) -> str:
        """Return the code with which `learner` comes back on another device."""
        return derive_code(self._key, f"personal code of {learner}", PERSONAL_SYMBOLS)

    def members(self) -> tuple[Member, ...]:
        """Return those who joined the open room, in the order in which they came."""
        with self._lock:
            return tuple(m for m in self._members.values() if m.room == self._room.code)

    def remove(self, learner: str) -> None:
        """Send somebody out: their cookie and personal code end; what they did stays in the record."""
        with self._lock:
            require(learner in self._members, "Nobody of this name is in the class.")
            room = self._members[learner].room
            self._store.append(learner=learner, kind=REMOVED, subject=room, body={})
            self._dismiss(learner)

    def forget(self, learner: str) -> None:
        """Send somebody out and erase everything that the record holds of them."""
        with self._lock:
            require(learner in self._members, "Nobody of this name is in the class.")
            member = self._members[learner]
            self._dismiss(learner)  # first, so that nothing of theirs is stored meanwhile
            try:
                self._store.forget(learner)
            except StoreError:
                self._keep(member)
                raise

    def _admit(self, event: Event) -> Member:
        member = Member(event.learner, str(event.body["nickname"]), event.subject, event.created_at)
        self._keep(member)
        return member

    def _keep(self, member: Member) -> None:
        self._members[member.id] = member
        self._by_code[_fingerprint(self.personal_code(member.id))] = member.id

    def _dismiss(self, learner: str) -> None:
        self._members.pop(learner, None)
        self._by_code.pop(_fingerprint(self.personal_code(learner)), None)

    def _resend(self, member: Member) -> Member:
        age = self._clock() - datetime.fromisoformat(member.joined_at).timestamp()
        require(age < RESEND_SECONDS, "This form was used already. Load the page again.")
        return member


def read_nickname(text: str) -> str:
    """Return a nickname on one line of 1 to 30 characters, or raise `SpecError`."""
    name = safe_text.plain(text)
    require(
        any(mark.isalnum() for mark in name),
        "A nickname holds at least one letter or digit. Type one.",
    )
    require(
        len(name) <= MAX_NICKNAME,
        f"A nickname has at most {MAX_NICKNAME} characters, got {len(name)}. Shorten it.",
    )
    return name


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().replace(" ", "")


def _plain_phrase(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text[:200]).split())


def _fingerprint(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


def say_teacher_token(home: Path) -> str:
    """Return the long word by which the teacher of this home signs in, also while a server runs."""
    return _derive_token(read_key(home))


def _derive_token(key: bytes) -> str:
    return derive_code(key, TEACHER, TEACHER_SYMBOLS)


_opened: dict[Path, Rooms] = {}
_guard = threading.Lock()


def open_rooms() -> Rooms:
    """Return the rooms of this home, opening them if this process has not yet done so."""
    settings = read_settings()
    with _guard:
        if settings.home not in _opened:
            _opened[settings.home] = Rooms(
                open_store(settings.home),
                read_key(settings.home),
                teacher_phrase=settings.teacher_phrase,
                size=settings.class_size,
            )
        return _opened[settings.home]
