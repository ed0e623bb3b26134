"""Find the practice items and draw some of them for a lesson.

A lesson has one file, ``bank/<chapter>/<lesson>.yaml``: its ``items``, and the ``misconceptions`` that
they reveal. Any item may name a misconception of any lesson. Folder and file name say where an item
belongs; there is no list of files to keep.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from zlib import crc32

import numpy as np
from pydantic import BaseModel, ValidationError

from core.errors import SpecError
from core.practice.numbers import parse_number
from core.practice.schema import Item, Misconception, Option
from core.practice.strict_yaml import BankError, Document, Place, read_document

BANK = Path(__file__).parent / "bank"
SECTIONS = {"items", "misconceptions"}

ModelT = TypeVar("ModelT", bound=BaseModel)


@lru_cache(maxsize=64)
def load_items(lesson: str | None = None) -> tuple[Item, ...]:
    """Return the items about `lesson`, or all items, in the order of the files.

    A lesson without items gives an empty tuple. A faulty file raises `BankError`.
    """
    if lesson is None:
        return read_items(BANK)
    return tuple(item for item in load_items() if item.lesson == lesson)


@lru_cache(maxsize=1)
def load_misconceptions() -> Mapping[str, Misconception]:
    """Return every known misconception by its id."""
    return MappingProxyType(read_misconceptions(BANK))


def read_items(folder: Path) -> tuple[Item, ...]:
    """Return the items of every ``<chapter>/<lesson>.yaml`` in `folder`."""
    items: list[Item] = []
    owners: dict[str, str] = {}
    for path, document in _read_documents(folder):
        for item in _read_lesson(document, chapter=path.parent.name, lesson=path.stem):
            _claim(item.id, document, owners)
            items.append(item)
    return tuple(items)


def read_misconceptions(folder: Path) -> dict[str, Misconception]:
    """Return the misconceptions of every ``<chapter>/<lesson>.yaml`` in `folder`, by id."""
    found: dict[str, Misconception] = {}
    owners: dict[str, str] = {}
    for _path, document in _read_documents(folder):
        raws = document.content.get("misconceptions", {})
        if not isinstance(raws, dict):
            message = f"{document.name}: misconceptions must map an id to each misconception."
            raise BankError(message)
        for key, raw in raws.items():
            _claim(key, document, owners)
            place = ("misconceptions", key)
            owner = f"misconception {key!r}"
            found[key] = _validate(Misconception, raw, document, place, owner=owner)
    return found


def choose_items(
    lesson: str, n: int = 4, *, seed: int, seen: Collection[str] = ()
) -> tuple[Item, ...]:
    """Return up to `n` items about `lesson`: unseen ones first, types in turn, drawn by `seed`.

    `seen` holds the ids that the learner has met.
    """
    pool = load_items(lesson)
    drawn = [pool[at] for at in np.random.default_rng(seed).permutation(len(pool))]
    turn: Counter[tuple[bool, str]] = Counter()
    ranked: list[tuple[bool, int, int, Item]] = []
    for place, item in enumerate(drawn):
        group = (item.id in seen, item.type)
        ranked.append((group[0], turn[group], place, item))
        turn[group] += 1
    return tuple(entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:3])[:n])


def shuffled_options(item: Item, seed: int) -> tuple[Option, ...]:
    """Return the options in the order to show; numbers stay ascending, all else is shuffled.

    The item's id takes part in the draw, so that one seed does not put the key of every item in
    the same place.
    """
    if are_numbers(item.options):
        return item.options
    order = np.random.default_rng([seed, crc32(item.id.encode())]).permutation(len(item.options))
    return tuple(item.options[at] for at in order)


def are_numbers(options: Collection[Option]) -> bool:
    """Return whether every option is just a number."""
    try:
        for option in options:
            parse_number(option.text)
    except SpecError:
        return False
    return True


def _read_documents(folder: Path) -> Iterator[tuple[Path, Document]]:
    for path in sorted(folder.glob("*/*.yaml")):
        document = read_document(path)
        if not isinstance(document.content, dict) or not set(document.content) <= SECTIONS:
            message = (
                f"{document.name}, line 1: a file of the bank holds 'items:' and 'misconceptions:', "
                "nothing else."
            )
            raise BankError(message)
        yield path, document


def _claim(name: str, document: Document, owners: dict[str, str]) -> None:
    if name in owners:
        message = (
            f"{document.name}: the id {name!r} is already used in {owners[name]}. "
            "Give one of the two a new id."
        )
        raise BankError(message)
    owners[name] = document.name


def _read_lesson(document: Document, *, chapter: str, lesson: str) -> list[Item]:
    raws = document.content.get("items", [])
    if not isinstance(raws, list):
        message = f"{document.name}: items must be a list, each item starting '- '."
        raise BankError(message)
    items = []
    for at, raw in enumerate(raws):
        place = ("items", at)
        owner = f"item {raw.get('id', at + 1)!r}" if isinstance(raw, dict) else f"item {at + 1}"
        if isinstance(raw, dict):
            for said in {"chapter", "lesson"} & raw.keys():
                message = (
                    f"{document.name}, line {document.line_of((*place, said))}, {owner}: "
                    f"remove {said!r}; folder and file name say it."
                )
                raise BankError(message)
            raw.update(chapter=chapter, lesson=lesson)
        items.append(_validate(Item, raw, document, place, owner=owner))
    return items


def _validate(
    model: type[ModelT], raw: Any, document: Document, place: Place, *, owner: str
) -> ModelT:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        sentences = []
        for problem in error.errors(include_url=False):
            line = document.line_of((*place, *problem["loc"]))
            where = " → ".join(str(part) for part in problem["loc"])
            reason = problem["msg"].removeprefix("Value error, ").rstrip(".")
            sentences.append(
                f"{document.name}, line {line}, {owner}{', ' if where else ''}{where}: {reason}."
            )
        raise BankError("\n".join(sentences)) from None
