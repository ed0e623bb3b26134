"""What the review says, with its numbers."""

from collections.abc import Mapping, Sequence
from datetime import date

from core.practice.exam.result import Share
from core.practice.exam.words import tell_share
from core.practice.family import write_plural
from core.practice.spaced.answers import SURE
from core.practice.spaced.cards import Card, Guess
from core.practice.spaced.weak import Calibration

MIN_GUESSES = 20
"""Below so many reviews nothing is said about the schedule's own predictions."""


def tell_due(n_due: int, n_cards: int) -> str:
    """Return the heading of the page."""
    if not n_cards:
        return "Nothing to review yet"
    return f"{write_plural(n_due, 'question')} due today" if n_due else "Nothing is due today"


def tell_cards(cards: Sequence[Card]) -> str:
    """Return how many questions were met, and how many are mastered."""
    n_mastered = sum(card.is_mastered for card in cards)
    met = f"You have met {write_plural(len(cards), 'question')}."
    if not n_mastered:
        return (
            f"{met} One counts as mastered once you have answered it rightly on two different days, the last "
            "time as well."
        )
    verb = "counts" if n_mastered == 1 else "count"
    return (
        f"{met} {n_mastered} of them {verb} as mastered: answered rightly on two different days, the last "
        "time as well."
    )


def tell_load(load: Mapping[date, int]) -> str:
    """Return what the next days bring: "Today 5, Sun 2, Mon 0"."""
    days = list(load.items())
    parts = [f"today {days[0][1]}", *(f"{day:%a} {n}" for day, n in days[1:])]
    return "Due: " + ", ".join(parts) + "."


def tell_confidence(levels: Sequence[Calibration]) -> list[str]:
    """Return one line for each level of confidence that was used."""
    return [
        f"{SURE[level.sure]}: {tell_share(Share(level.n_right, level.n))} right"
        for level in levels
        if level.n
    ]


def tell_guesses(guesses: Sequence[Guess]) -> str | None:
    """Return how well the schedule foresaw the answers, or None while there are too few."""
    if len(guesses) < MIN_GUESSES:
        return None
    predicted = sum(guess.predicted for guess in guesses) / len(guesses)
    seen = Share(sum(guess.is_right for guess in guesses), len(guesses))
    return (
        f"Over {len(guesses)} reviews the schedule expected {100 * predicted:.0f} % right answers; "
        f"it was {tell_share(seen)}."
    )
