"""An answer as it is stored: one short text, whatever the type of the question.

The id of an option; a number as it was typed; the ids of all chosen options or of the steps in their order,
with spaces between; or ``left=choice`` for each pair. It is read back here, and told in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.practice.parts import Shown
from core.practice.schema import Item

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def join_choices(item: Item, chosen: Iterable[str]) -> str:
    """Return the entry for these options of a multi item: always in the order of the file."""
    named = set(chosen)
    return " ".join(option.id for option in item.options if option.id in named)


def join_places(item: Item, places: Mapping[str, int | None]) -> str:
    """Return the entry for an order item: steps by place, those without a place left out.

    Two steps in one place are both kept, so that grading can ask for another place.
    """
    placed = [(place, step.id) for step in item.steps if (place := places.get(step.id)) is not None]
    return " ".join(f"{place}.{name}" for place, name in sorted(placed))


def join_pairs(item: Item, chosen: Mapping[str, str | None]) -> str:
    """Return the entry for a match item: ``left=choice`` for each left side that was matched."""
    return " ".join(
        f"{pair.id}={choice}" for pair in item.pairs if (choice := chosen.get(pair.id)) is not None
    )


def read_choices(entry: str) -> tuple[str, ...]:
    """Return the ids of the chosen options."""
    return tuple(entry.split())


def read_places(entry: str) -> dict[str, int]:
    """Return the place of each step that has one, from 1; what cannot be read is left out."""
    parted = [part.partition(".") for part in entry.split()]
    return {name: int(place) for place, _, name in parted if place.isdecimal() and name}


def read_pairs(entry: str) -> dict[str, str]:
    """Return the choice for each left side that was matched."""
    parted = [part.partition("=") for part in entry.split()]
    return {left: choice for left, sign, choice in parted if sign}


def is_complete(item: Item, entry: str) -> bool:
    """Return whether `entry` answers the whole question: enough options, all steps, all pairs."""
    if item.type == "multi":
        return (
            len(join_choices(item, read_choices(entry)).split())
            == item.n_keys
            == len(entry.split())
        )
    if item.type == "order":
        places = read_places(entry)
        known = {step.id for step in item.steps}
        return places.keys() == known and set(places.values()) == set(range(1, len(known) + 1))
    if item.type == "match":
        pairs, known = read_pairs(entry), {choice.id for choice in item.choices}
        return pairs.keys() == {pair.id for pair in item.pairs} and set(pairs.values()) <= known
    return entry != ""


def write_asked(item: Item, order: Sequence[str]) -> dict[str, Any]:
    """Return the question as it was shown, as plain JSON: words that may be changed later.

    `order` holds the ids of the options, steps or choices from top to bottom.
    """
    shown = {part.id: part.text for part in parts_of(item)}
    asked: dict[str, Any] = {
        "stem": item.stem,
        "code": item.code,
        "options": [[name, shown[name]] for name in order if name in shown],
    }
    if item.type in {"multi", "order", "match"}:
        asked["type"] = item.type
    if item.pairs:
        asked["pairs"] = [[pair.id, pair.left] for pair in item.pairs]
    if item.picture:
        asked["picture"] = item.picture.alt
    return asked


def tell_entry(asked: Mapping[str, Any], entry: str) -> str | None:
    """Return what was said in words, as Markdown; None for what a person typed.

    `asked` is what `write_asked` wrote, or what an older Glassroom kept of the question.
    """
    texts = dict(asked["options"])
    if asked.get("type") == "multi":
        return _list([texts.get(name, name) for name in read_choices(entry)], "- ")
    if asked.get("type") == "order":
        places = read_places(entry)
        ordered = sorted(places, key=places.__getitem__)
        return _list([texts.get(name, name) for name in ordered], "1. ")
    if asked.get("type") == "match":
        pairs = read_pairs(entry)
        said = [(left, pairs[name]) for name, left in asked["pairs"] if name in pairs]
        return _list([f"{left}: **{texts.get(choice, choice)}**" for left, choice in said], "- ")
    return texts.get(entry)


def tell_key(item: Item) -> str:
    """Return the right answer of a choice, an order or a match, as Markdown."""
    if item.type == "single":
        return next(option.text for option in item.options if option.correct)
    return (
        tell_entry(write_asked(item, [part.id for part in parts_of(item)]), key_entry(item)) or ""
    )


def key_entry(item: Item) -> str:
    """Return the entry that is right: what a learner who knows would give."""
    if item.type == "order":
        return join_places(item, {step.id: at for at, step in enumerate(item.steps, start=1)})
    if item.type == "match":
        return join_pairs(item, {pair.id: pair.choice for pair in item.pairs})
    if item.answer is not None:
        return repr(item.answer.value)
    return join_choices(item, [option.id for option in item.options if option.correct])


def parts_of(item: Item) -> tuple[Shown, ...]:
    """Return what is shown to choose from: the options, the steps or the choices."""
    return item.options or item.steps or item.choices


def _list(lines: Sequence[str], mark: str) -> str:
    """Return a Markdown list that stands apart from the words before it."""
    return "\n\n" + "\n".join(f"{mark}{line}" for line in lines) + "\n"
