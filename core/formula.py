"""A formula as the page shows it: in words, then with the learner's own numbers, then its value."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Formula:
    """name = words = numbers = value; words and numbers are fractions, or plain without a bottom."""

    name: str
    top: str
    bottom: str = ""
    top_number: str
    bottom_number: str = ""
    value: str
