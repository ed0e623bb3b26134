"""How able learners are and how hard questions are, by Elo's rule: each answer moves both a little.

The chance of a right answer is g + (1 − g) · σ(ability − difficulty), where g is what guessing brings. After
each answer the ability moves up by gain · (outcome − chance), and the difficulty moves down as much. The
gain is a / (1 + b · n) after n answers, so that early answers count most. Beside the ability in everything
there is one for each chapter, which starts where that in everything stands.

How sure an ability is follows from the same rule. With slope s of the chance, an answer turns an error e
into e · (1 − gain · s) plus gain times the chance of this answer, so the variance v becomes
v · (1 − gain · s)² + gain² · p(1 − p).

Source: Pelánek, "Applications of the Elo rating system in adaptive educational systems" (Computers &
Education 98, 2016), with its a = 1 and b = 0.05. Answers are independent evidence only if they are not
repeats, so of each day the first answer to a question counts, and a difficulty moves only by the first
answer that a learner ever gave.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp

from core.practice.bank import load_entries, load_items
from core.practice.guess import guess_level

GAIN, SLOWS = 1.0, 0.05
DIFFICULTIES = {1: -1.0, 2: 0.0, 3: 1.0}
"""Where a question starts by its author's difficulty, in logits."""
PRIOR = 1.0
"""Variance of the abilities of people before anything is known, in square logits."""
BETWEEN = 0.25
"""Variance of one person's abilities between chapters."""


@dataclass(frozen=True)
class Answered:
    """One answer that counts, in the order of time."""

    learner: str
    item: str
    is_right: bool


@dataclass(frozen=True)
class Traits:
    """What is known of a question before anybody has answered it."""

    chapter: str
    difficulty: float
    guess: float


@dataclass(frozen=True)
class Ability:
    """A rating in logits: 0 answers every second question of middle difficulty."""

    value: float = 0.0
    variance: float = PRIOR
    n: int = 0
    """Answers that it stands on."""

    def after(self, *, is_right: bool, difficulty: float, guess: float) -> "Ability":
        """Return the ability after one more answer."""
        chance = find_chance(self.value, difficulty, guess)
        slope = (chance - guess) * (1 - chance) / (1 - guess)
        step = gain(self.n)
        variance = self.variance * (1 - step * slope) ** 2 + step**2 * chance * (1 - chance)
        return Ability(self.value + step * (is_right - chance), variance, self.n + 1)


@dataclass(frozen=True)
class Level:
    """How able a learner is, in everything and in each chapter in which something was answered."""

    overall: Ability
    chapters: Mapping[str, Ability]

    def in_chapter(self, chapter: str) -> Ability:
        """Return the ability in `chapter`; before any answer there, the ability in everything."""
        return self.chapters.get(chapter, self.overall)


NOBODY = Level(Ability(), {})


@dataclass(frozen=True)
class Ratings:
    """The levels of all learners and the difficulties of all questions that were answered."""

    levels: Mapping[str, Level]
    difficulties: Mapping[str, float]

    def level_of(self, learner: str) -> Level:
        """Return the level of `learner`, 0 before any answer."""
        return self.levels.get(learner, NOBODY)


def rate(
    answers: Iterable[Answered], traits: Mapping[str, Traits], *, moves_difficulties: bool = True
) -> Ratings:
    """Return what `answers` say of learners and questions; those about unknown questions are left out.

    Without `moves_difficulties` those of `traits` stand, as for one learner beside a whole class.
    Check by eye: one right answer to a typed question of middle difficulty moves the ability from 0 to 0.5.
    """
    overall: dict[str, Ability] = {}
    chapters: dict[str, dict[str, Ability]] = defaultdict(dict)
    hard = {name: known.difficulty for name, known in traits.items()}
    n_item: Counter[str] = Counter()
    met: set[tuple[str, str]] = set()
    for answer in answers:
        known = traits.get(answer.item)
        if known is None:
            continue
        who, difficulty = answer.learner, hard[answer.item]
        before = overall.get(who, Ability())
        there = chapters[who].get(known.chapter) or Ability(before.value, before.variance + BETWEEN)
        overall[who], chapters[who][known.chapter] = (
            ability.after(is_right=answer.is_right, difficulty=difficulty, guess=known.guess)
            for ability in (before, there)
        )
        if moves_difficulties and (who, answer.item) not in met:
            met.add((who, answer.item))
            chance = find_chance(before.value, difficulty, known.guess)
            hard[answer.item] -= gain(n_item[answer.item]) * (answer.is_right - chance)
            n_item[answer.item] += 1
    levels = {who: Level(ability, chapters[who]) for who, ability in overall.items()}
    return Ratings(levels, {name: hard[name] for name in n_item})


def find_chance(ability: float, difficulty: float, guess: float = 0.0) -> float:
    """Return the chance of a right answer: at equal ability and difficulty without guessing ½."""
    return guess + (1 - guess) / (1 + exp(difficulty - ability))


def gain(n: int) -> float:
    """Return how far one answer moves a rating that stands on `n` answers."""
    return GAIN / (1 + SLOWS * n)


@lru_cache(maxsize=1)
def read_traits() -> Mapping[str, Traits]:
    """Return what the bank says of each of its questions."""
    examples = {item.id: item for item in load_items()}
    return {
        entry.id: Traits(
            entry.chapter, DIFFICULTIES[entry.difficulty], guess_level(examples[entry.id])
        )
        for entry in load_entries()
    }
