"""What is said of a learner's level, in shares of questions and not in logits."""

from collections.abc import Mapping
from math import sqrt

from core.practice.level.choose import FEW
from core.practice.level.rating import Ability, Level, find_chance

FEWEST = 10
"""Answers from which on a level is spoken of."""


def tell_level(level: Level) -> str:
    """Return what the answers say of the learner, with how sure that is."""
    known = level.overall
    if known.n < FEWEST:
        missing = FEWEST - known.n
        return (
            f"After {missing} more answer{'s' if missing != 1 else ''} your level can be told. Until then "
            "questions of middle difficulty come first."
        )
    return (
        f"Of questions of middle difficulty whose answer cannot be guessed, you would now know about "
        f"**{_share(known)}** ({_share(known, -1.96)[:-2]}\u2013{_share(known, 1.96)}: the 95 % interval, "
        f"from {known.n} answers)."
    )


def tell_chapters(level: Level, titles: Mapping[str, str]) -> list[str]:
    """Return a line for each chapter with enough answers, the lowest level first."""
    known = {
        name: there for name, there in level.chapters.items() if there.n >= FEW and name in titles
    }
    if level.overall.n < FEWEST:
        return []
    return [
        f"{titles[name]}: about {_share(there)} ({_share(there, -1.96)[:-2]}\u2013{_share(there, 1.96)}, "
        f"{there.n} answers)"
        for name, there in sorted(known.items(), key=lambda pair: pair[1].value)
    ]


def _share(ability: Ability, errors: float = 0.0) -> str:
    """Return the share of middle questions that would be known, so many standard errors away."""
    at = ability.value + errors * sqrt(ability.variance)
    return f"{100 * find_chance(at, 0.0):.0f} %"
