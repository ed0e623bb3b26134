"""GIFT, the text format of Moodle; as documented at docs.moodle.org under "GIFT format"."""

import re
from collections.abc import Sequence
from decimal import Decimal

from core.practice.export.choose import Export, ask, name_of
from core.practice.parts import NumericAnswer
from core.practice.schema import Item

_SPECIAL = re.compile(r"([\\~=#{}:])")


def write_gift(items: Sequence[Item]) -> Export:
    """Return `items` as GIFT, each with the feedback of its answers and its explanation.

    Orders become matches of steps with places, for the format has no order. Left out are questions about a
    chart, because a text cannot hold it. Not carried over are misconceptions, checks and generators.
    """
    kept = [item for item in items if item.picture is None]
    left_out = tuple(item.id for item in items if item.picture is not None)
    parts = [f"// {len(kept)} questions of Glassroom. Keys were proved where they were written."]
    parts += [_write(item) for item in kept]
    return Export("\n\n".join(parts) + "\n", len(kept), left_out)


def _write(item: Item) -> str:
    lines = _answers(item)
    body = "\n".join(f"\t{line}" for line in lines)
    head = f"::{_escape(name_of(item))}::[markdown]{_escape(ask(item))}"
    return f"{head}{{{'#' if item.answer else ''}\n{body}\n\t####{_escape(item.explanation)}\n}}"


def _answers(item: Item) -> list[str]:
    if item.answer is not None:
        return _numbers(item, item.answer)
    if item.type == "order":
        return [f"={_escape(step.text)} -> {at}" for at, step in enumerate(item.steps, start=1)]
    if item.type == "match":
        texts = {choice.id: choice.text for choice in item.choices}
        return [f"={_escape(pair.left)} -> {_escape(texts[pair.choice])}" for pair in item.pairs]
    n_wrong = len(item.options) - item.n_keys
    lines = []
    for option in item.options:
        mark = "=" if option.correct else "~"
        if item.type == "multi":
            mark = f"~%{share(1, item.n_keys) if option.correct else share(-1, n_wrong)}%"
        lines.append(f"{mark}{_escape(option.text)}#{_escape(option.feedback)}")
    return lines


def _numbers(item: Item, answer: NumericAnswer) -> list[str]:
    margin = write_decimal(answer.margin)
    lines = [f"={write_decimal(answer.value)}:{margin}#{_escape(answer.feedback)}"]
    lines += [
        f"=%0%{write_decimal(miss.value)}:{margin}#{_escape(miss.feedback)}"
        for miss in item.near_misses
    ]
    return lines


def write_decimal(value: float) -> str:
    """Return a number without an exponent, which not every reader knows: 5e-05 is "0.00005"."""
    return format(Decimal(repr(value)), "f")


def share(top: int, of: int) -> str:
    """Return a share in per cent with the five decimals that Moodle's list of grades has."""
    return f"{100 * top / of:.5f}".rstrip("0").rstrip(".")


def _escape(text: str) -> str:
    """Return `text` on one line, with a backslash before whatever means something in GIFT."""
    return _SPECIAL.sub(r"\\\1", text.strip()).replace("\n", "\\n")
