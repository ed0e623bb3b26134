"""What blind guessing brings."""

from math import comb, factorial, prod

from core.practice.schema import Item


def guess_level(item: Item) -> float:
    """Return the mean credit of blind guessing; 0 where a number is typed."""
    if item.type == "single":
        return 1 / len(item.options)
    if item.type == "multi":
        return 1 / comb(len(item.options), item.n_keys)
    if item.type == "order":
        return 1 / factorial(len(item.steps))
    if item.type == "match":
        return 1 / prod(len(item.choices) for _ in item.pairs)
    return 0.0
