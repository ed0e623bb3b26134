"""Questions for a Jupyter notebook: the JSON that the package jupyterquiz shows."""

import json
from collections.abc import Sequence
from typing import Any

from core.practice.export.choose import Export, name_of
from core.practice.parts import NumericAnswer
from core.practice.schema import Item

HELD = {"single", "multi", "numeric"}


def write_notebook(items: Sequence[Item]) -> Export:
    """Return `items` as the JSON of jupyterquiz; orders, matches and questions about a chart are left out."""
    kept = [item for item in items if item.type in HELD and item.picture is None]
    left_out = tuple(item.id for item in items if item not in kept)
    text = json.dumps([_write(item) for item in kept], ensure_ascii=False, indent=1)
    return Export(f"{text}\n", len(kept), left_out)


def _write(item: Item) -> dict[str, Any]:
    question: dict[str, Any] = {"name": name_of(item), "question": item.stem}
    if item.code is not None:
        question["code"] = item.code
    if item.answer is not None:
        return question | {"type": "numeric", "answers": _numbers(item, item.answer)}
    answers = [
        {"answer": option.text, "correct": option.correct, "feedback": option.feedback}
        for option in item.options
    ]
    kind = "many_choice" if item.type == "multi" else "multiple_choice"
    return question | {"type": kind, "answers": answers}


def _numbers(item: Item, key: NumericAnswer) -> list[dict[str, Any]]:
    """Return ranges, for jupyterquiz compares a value exactly or by its significant digits."""
    said = [(key.value, True, key.feedback)]
    said += [(miss.value, False, miss.feedback) for miss in item.near_misses]
    answers: list[dict[str, Any]] = [
        {
            "type": "range",
            "range": [value - key.margin, value + key.margin],
            "correct": is_right,
            "feedback": feedback,
        }
        for value, is_right, feedback in said
    ]
    return [*answers, {"type": "default", "feedback": "Not this number. Try again."}]
