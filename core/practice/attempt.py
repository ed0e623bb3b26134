"""What is kept of one answer, so that it can be read whatever becomes of the question."""

from collections.abc import Mapping
from typing import Any

from core.practice.entry import write_asked
from core.practice.grade import Verdict, show_key
from core.practice.parts import Shown
from core.practice.schema import Item


def write_attempt(
    item: Item, shown: tuple[Shown, ...], *, draw: str, answer: str, verdict: Verdict
) -> dict[str, Any]:
    """Return the body of an answer: the variant, what was asked in which order, and the verdict.

    Words that are changed later, and numbers that are no longer asked, stand here as they were.
    """
    return {
        "lesson": item.lesson,
        "version": item.version,
        "seed": item.seed,
        "draw": draw,
        "answer": answer,
        "state": verdict.state,
        "misconception": verdict.misconception,
        "credit": verdict.credit,
        "asked": write_asked(item, [part.id for part in shown])
        | {"key": show_key(item), "feedback": verdict.feedback},
    }


def name_attempt(item: Item, draw: str) -> str:
    """Return the id of the answer to this variant in this draw: a resend stores nothing new."""
    return f"{draw}:{item.id}:{item.version}:{item.seed}"


def is_about(body: Mapping[str, Any], item: Item, draw: str) -> bool:
    """Return whether the answer `body` was given to exactly this question of this draw."""
    return (body["draw"], body["version"], body.get("seed")) == (draw, item.version, item.seed)


def is_kept_without_its_question(
    body: Mapping[str, Any], item: Item, *, draw: str, seed: int | None
) -> bool:
    """Return whether the question of this draw was answered and has been changed since.

    `seed` is the variant that the draw names. Answers of an older Glassroom did not keep what was
    asked; their questions are asked anew.
    """
    is_of_this_draw = body["draw"] == draw and body.get("seed") == seed and "asked" in body
    return is_of_this_draw and not is_about(body, item, draw)
