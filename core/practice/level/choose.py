"""Which question comes next: one that the learner may well answer, about another lesson than the last."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.practice.bank import load_entries
from core.practice.level.rating import Level, Ratings, Traits, find_chance
from core.practice.schema import Family, Item
from core.practice.spaced.answers import Answer
from core.practice.spaced.weak import find_beliefs, items_about

TARGET = 0.7
"""The chance of a right answer that is aimed at: hard enough to learn from, easy enough to go on. Ours."""
REST = 8
"""Questions that must lie between two meetings of the same one, where there are so many."""
FEW = 5
"""Answers in a chapter from which on its level is spoken of."""

What = Literal["all", "weak", "chapter", "lesson"]


@dataclass(frozen=True)
class Scope:
    """What is practised: everything, weak spots, a chapter or a lesson by its name."""

    what: What
    name: str = ""


@dataclass(frozen=True)
class Pool:
    """The questions of a scope, and why these."""

    entries: tuple[Item | Family, ...]
    beliefs: tuple[str, ...] = ()
    """Misconceptions that they can reveal, where weak spots are practised."""
    chapter: str | None = None
    """The chapter with the lowest level, where no belief shows but weak spots are practised."""


def find_pool(scope: Scope, answers: Sequence[Answer], level: Level) -> Pool:
    """Return the questions of `scope`.

    Weak spots are the beliefs behind recent wrong answers; without any, the chapter with the lowest level
    among those with 5 answers; without that, everything.
    """
    entries = load_entries()
    if scope.what == "weak":
        beliefs = tuple(name for name, _ in find_beliefs(answers))
        names = set(items_about(beliefs))
        if names:
            return Pool(tuple(entry for entry in entries if entry.id in names), beliefs)
        known = {name: there for name, there in level.chapters.items() if there.n >= FEW}
        if not known:
            return Pool(entries)
        lowest = min(known, key=lambda name: known[name].value)
        return Pool(tuple(e for e in entries if e.chapter == lowest), chapter=lowest)
    chosen = {
        "all": entries,
        "chapter": tuple(entry for entry in entries if entry.chapter == scope.name),
        "lesson": tuple(entry for entry in entries if entry.lesson == scope.name),
    }[scope.what]
    return Pool(chosen or entries)


def choose_next(
    pool: Sequence[Item | Family],
    ratings: Ratings,
    learner: str,
    traits: Mapping[str, Traits],
    *,
    asked: Sequence[str] = (),
    today: Sequence[str] = (),
    seed: int = 0,
) -> Item | Family:
    """Return the question to ask next.

    `asked` holds the ids that were asked, the latest last; `today` those answered today. Out come, as far as
    `pool` allows: nothing asked just now, another lesson than the last one, nothing twice a day, a chance of
    a right answer near 70 %, what was asked least often; equals are drawn by `seed`.
    """
    level, times, done = ratings.level_of(learner), Counter(asked), Counter(today)
    rested = _without(pool, set(asked[-min(REST, len(pool) - 1) :]) if len(pool) > 1 else set())
    lesson = next((entry.lesson for entry in load_entries() if asked and entry.id == asked[-1]), "")
    other = [entry for entry in rested if entry.lesson != lesson] or rested
    order = np.random.default_rng(seed).permutation(len(other))

    def rank(at: int) -> tuple[int, float, int]:
        entry = other[at]
        known = traits[entry.id]
        hard = ratings.difficulties.get(entry.id, known.difficulty)
        chance = find_chance(level.in_chapter(known.chapter).value, hard, known.guess)
        return done[entry.id], round(abs(chance - TARGET), 1), times[entry.id]

    return other[min(order, key=rank)]


def _without(pool: Sequence[Item | Family], names: set[str]) -> list[Item | Family]:
    return [entry for entry in pool if entry.id not in names] or list(pool)
