"""When each question is due again, by FSRS-6 with its published parameters.

A card is an item for one learner, whatever its numbers. Nothing is stored of a card: it follows from the
answers, so a change of the rules applies to everything that was ever answered. Sources: Ye, Su and Cao,
"A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling" (KDD 2022), and the
package ``fsrs``, which does the arithmetic.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

import fsrs

from core.practice.spaced.answers import Answer, day_of, first_of_each_day

RETENTION = 0.9
"""A question comes back when the chance to know it has fallen to this."""
LONGEST_DAYS = 365


@dataclass(frozen=True)
class Card:
    """What is known of a learner's memory of one item."""

    item: str
    due: date
    stability: float
    """Days until the chance to know it falls to 90 %."""
    n_days: int
    """Days on which it was answered."""
    n_right_days: int
    last_right: bool

    @property
    def is_mastered(self) -> bool:
        """Whether it was answered rightly on two days, the latest among them."""
        return self.n_right_days >= 2 and self.last_right


@dataclass(frozen=True)
class Guess:
    """What the scheduler expected of one answer, and what happened."""

    predicted: float
    is_right: bool


def schedule(
    answers: Iterable[Answer], *, zone: tzinfo | None = None, exam_on: date | None = None
) -> tuple[tuple[Card, ...], tuple[Guess, ...]]:
    """Replay `answers` and return a card for each item, and each prediction with its outcome.

    Wrong is "again", right is "good", right but guessed is "hard". With an exam ahead no card waits
    longer than until the day before it. First answers of an item predict nothing and give no guess.
    """
    by_item: dict[str, list[Answer]] = {}
    for answer in first_of_each_day(answers, zone):
        by_item.setdefault(answer.item, []).append(answer)
    cards, guesses = [], []
    for item, given in by_item.items():
        memory = fsrs.Card(card_id=1)
        for answer in given:
            scheduler = _scheduler(_longest(answer.at, zone, exam_on))
            if memory.last_review is not None:
                predicted = scheduler.get_card_retrievability(memory, answer.at)
                guesses.append(Guess(float(predicted), answer.is_right))
            memory, _ = scheduler.review_card(memory, _rate(answer), answer.at)
        right = [answer for answer in given if answer.is_right]
        cards.append(
            Card(
                item=item,
                due=day_of(memory.due, zone),
                stability=float(memory.stability or 0.0),
                n_days=len(given),
                n_right_days=len(right),
                last_right=given[-1].is_right,
            )
        )
    return tuple(sorted(cards, key=lambda card: (card.due, card.item))), tuple(guesses)


def find_due(cards: Iterable[Card], today: date) -> tuple[Card, ...]:
    """Return the cards due today or earlier, the longest waiting first."""
    return tuple(card for card in cards if card.due <= today)


def forecast_load(cards: Iterable[Card], today: date, n_days: int = 7) -> Mapping[date, int]:
    """Return how many cards fall due on each of the next `n_days` days; what waits already is today's."""
    due = Counter(max(card.due, today) for card in cards)
    days = [today + timedelta(days=ahead) for ahead in range(n_days)]
    return {day: due[day] for day in days}


def interleave(items: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return names of items so that neighbours are about different lessons, as far as there are any.

    `items` are pairs of item and lesson, the most urgent first; that order is kept within a lesson.
    """
    waiting: dict[str, list[str]] = {}
    for item, lesson in items:
        waiting.setdefault(lesson, []).append(item)
    order: list[str] = []
    while waiting:
        for lesson in list(waiting):
            order.append(waiting[lesson].pop(0))
            if not waiting[lesson]:
                del waiting[lesson]
    return tuple(order)


def _rate(answer: Answer) -> fsrs.Rating:
    if not answer.is_right:
        return fsrs.Rating.Again
    return fsrs.Rating.Hard if answer.sure == "guess" else fsrs.Rating.Good


def _longest(at: datetime, zone: tzinfo | None, exam_on: date | None) -> int:
    """Return the longest interval allowed after an answer at this time."""
    if exam_on is None:
        return LONGEST_DAYS
    days = (exam_on - day_of(at, zone)).days
    return min(LONGEST_DAYS, days - 1) if days > 1 else (1 if days == 1 else LONGEST_DAYS)


@lru_cache(maxsize=LONGEST_DAYS + 1)
def _scheduler(longest: int) -> fsrs.Scheduler:
    # Days, not minutes: within a day more answers are practice. No fuzz: the same answers, the same cards.
    return fsrs.Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=longest,
        enable_fuzzing=False,
    )
