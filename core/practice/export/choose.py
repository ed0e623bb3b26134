"""Which questions an export holds, and what it must leave out."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import require
from core.practice.bank import load_deployed, load_entries
from core.practice.schema import Item
from core.practice.variants import render

MOST_VARIANTS = 30


@dataclass(frozen=True)
class Export:
    """One file of an export."""

    text: str
    n_questions: int
    left_out: tuple[str, ...]
    """Ids of questions that the format cannot hold, such as those about a chart."""
    reason: str = "as the format cannot hold them"
    data: bytes | None = None
    """What is no text, such as a deck of Anki; `text` is then empty."""


def choose_items(lessons: Sequence[str] = (), *, n_variants: int = 1) -> tuple[Item, ...]:
    """Return the items of `lessons` (none: of all), each family with its first `n_variants` variants."""
    require(
        1 <= n_variants <= MOST_VARIANTS,
        f"An export holds 1 to {MOST_VARIANTS} variants of a question, got {n_variants}.",
    )
    known = list(dict.fromkeys(entry.lesson for entry in load_entries()))
    unknown = [lesson for lesson in lessons if lesson not in known]
    require(
        not unknown, f"The bank has no lesson {', '.join(unknown)}. It has: {', '.join(known)}."
    )
    found: list[Item] = []
    for entry in load_entries():
        if lessons and entry.lesson not in lessons:
            continue
        if isinstance(entry, Item):
            found.append(entry)
        elif (deployed := load_deployed(entry)) is not None:
            found += [render(entry, variant) for variant in deployed.variants[:n_variants]]
    return tuple(found)


def name_of(item: Item) -> str:
    """Return a name that is unique in an export: the id, and the seed of a variant."""
    return item.id if item.seed is None else f"{item.id}-{item.seed}"


def ask(item: Item) -> str:
    """Return the stem as Markdown, with its code as a block."""
    if item.code is None:
        return item.stem
    return f"{item.stem}\n\n```python\n{item.code.rstrip()}\n```"
