"""What is asked before the table is shown; the answer is read from the result."""

from typing import Any

from core.data.profile.lab import ProfileResult
from core.data.profile.words import say
from core.safe_text import md
from core.wording import count, percent

LITTLE = 0.1
"""A change of Pearson below this is called little."""
MANY = 0.05
"""From this share of empty cells on they are called many."""


def pose_question(result: ProfileResult) -> dict[str, Any]:
    """Return what the page asks: wording (escaped), options, the right one, and the beliefs behind others.

    About one wrong row; where no point can be dragged, about empty cells.
    """
    if not result.n_points:
        return _ask_about_gaps(result)
    return {
        "ask": (
            "Pearson’s correlation says from −1 to 1 how well a straight line fits two columns. For "
            f"{md(result.x)} and {md(result.y)} of {result.n_points} {md(result.row_noun[1])} it is "
            f"{say(result.pearson_before)}. Then a single row is mistyped. What is the worst that it can do?"
        ),
        "options": {
            "little": "move it by less than 0.1",
            "some": "move it by more than 0.1, but not beyond 0",
            "sign": "turn its sign around",
        },
        "answer": judge_wrong_row(result),
        "truth": tell_wrong_row(result),
        "beliefs": {
            "little": "That would be so if all rows had the same say. A far-away one outweighs the others.",
            "some": "That would be so if a row could not lie so far away. Here it may lie anywhere.",
            "sign": "That would be so for fewer rows, or a weaker relation. Here the others hold against it.",
        },
    }


def _ask_about_gaps(result: ProfileResult) -> dict[str, Any]:
    share = result.n_missing / (result.n_rows * result.n_columns)
    return {
        "ask": (
            f"A table has {count(result.n_rows)} {md(result.row_noun[1])}. How many of its cells are empty?"
        ),
        "options": {
            "none": "none",
            "few": "fewer than one in twenty",
            "many": "one in twenty or more",
        },
        "answer": "none" if not share else "few" if share < MANY else "many",
        "truth": f"{count(result.n_missing)} cells are empty ({percent(share)}).",
        "beliefs": {
            "none": "Tables that people keep by hand seldom are complete.",
            "few": "Gaps come in columns, not evenly. Look at each column.",
            "many": "Some tables are kept well.",
        },
    }


def judge_wrong_row(result: ProfileResult) -> str:
    """Return what one row can do to Pearson at its worst place: ``little``, ``some`` or ``sign``."""
    before, worst = result.pearson_before, result.pearson_worst
    if before * worst < 0:
        return "sign"
    return "little" if abs(before - worst) < LITTLE else "some"


def tell_wrong_row(result: ProfileResult) -> str:
    """Say how far one row pushes both correlations."""
    return (
        f"At its worst place one row of {result.n_points} moves Pearson from {say(result.pearson_before)} to "
        f"{say(result.pearson_worst)}, and Spearman from {say(result.spearman_before)} to "
        f"{say(result.spearman_worst)}."
    )
