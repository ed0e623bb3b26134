"""A class: its room code, who has joined, and how a person proves to be the same again."""

from core.rooms.codes import group, normalise_code
from core.rooms.guesses import (
    GUESSES,
    GUESSES_FROM_ONE,
    WINDOW_SECONDS,
    TooManyGuessesError,
)
from core.rooms.polls import Poll, Polls, open_polls
from core.rooms.rooms import CLASS, TEACHER, Member, Room, Rooms, open_rooms, say_teacher_token

__all__ = [
    "CLASS",
    "GUESSES",
    "GUESSES_FROM_ONE",
    "TEACHER",
    "WINDOW_SECONDS",
    "Member",
    "Poll",
    "Polls",
    "Room",
    "Rooms",
    "TooManyGuessesError",
    "group",
    "normalise_code",
    "open_polls",
    "open_rooms",
    "say_teacher_token",
]
