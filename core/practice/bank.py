"""Find the practice items, and the variants of those whose numbers vary.

A lesson has one file, ``bank/<chapter>/<lesson>.yaml``: its ``items``, and the ``misconceptions`` that
they reveal. Any item may name a misconception of any lesson. Folder and file name say where an item
belongs; there is no list of files to keep. How an item is written stands in `core.practice.schema`.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from core.practice.numbers import is_number
from core.practice.parts import Misconception, Shown
from core.practice.schema import Family, Heading, Item
from core.practice.strict_yaml import BankError, Document, Place, read_document
from core.practice.variants import (
    Deployed,
    deployment_path,
    find_variant,
    read_deployed,
    read_deployment,
    render,
)

BANK = Path(__file__).parent / "bank"
SECTIONS = {"items", "misconceptions"}

ModelT = TypeVar("ModelT", bound=BaseModel)


@lru_cache(maxsize=64)
def load_items(lesson: str | None = None) -> tuple[Item, ...]:
    """Return the items about `lesson`, or all items, in the order of the files.

    A family stands here with its first deployed variant. A lesson without items gives an empty tuple.
    A faulty file raises `BankError`.
    """
    return tuple(
        _show_example(entry, BANK) for entry in load_entries() if lesson in (None, entry.lesson)
    )


@lru_cache(maxsize=1)
def load_entries() -> tuple[Item | Family, ...]:
    """Return every item and every family of the bank, in the order of the files."""
    return read_entries(BANK)


def load_families(lesson: str | None = None) -> tuple[Family, ...]:
    """Return the families of `lesson`, or of the whole bank."""
    return tuple(
        entry
        for entry in load_entries()
        if isinstance(entry, Family) and lesson in (None, entry.lesson)
    )


def load_deployed(item: Item | Family) -> Deployed | None:
    """Return what was found out about `item` when its lesson was built; None if it was not yet."""
    if isinstance(item, Family):
        return read_deployed(BANK, item)
    found = read_deployment(deployment_path(BANK, item.chapter, item.lesson)).items.get(item.id)
    return found if found and found.version == item.version else None


@lru_cache(maxsize=1024)
def load_item(name: str, seed: int | None = None) -> Item | None:
    """Return the item called `name`, of a family the variant with this `seed`.

    None if there is no such item, or no such variant is deployed (any more).
    """
    entry = next((entry for entry in load_entries() if entry.id == name), None)
    if not isinstance(entry, Family):
        return entry if seed is None else None
    variant = None if seed is None else find_variant(read_deployed(BANK, entry), seed)
    return None if variant is None else render(entry, variant)


@lru_cache(maxsize=1)
def load_misconceptions() -> Mapping[str, Misconception]:
    """Return every known misconception by its id."""
    return MappingProxyType(read_misconceptions(BANK))


def read_items(folder: Path) -> tuple[Item, ...]:
    """Return the items of every ``<chapter>/<lesson>.yaml`` in `folder`, families by an example."""
    return tuple(_show_example(entry, folder) for entry in read_entries(folder))


def read_entries(folder: Path) -> tuple[Item | Family, ...]:
    """Return the items and families of every ``<chapter>/<lesson>.yaml`` in `folder`."""
    entries: list[Item | Family] = []
    owners: dict[str, str] = {}
    for path, document in _read_documents(folder):
        for entry in _read_lesson(document, chapter=path.parent.name, lesson=path.stem):
            _claim(entry.id, document, owners)
            entries.append(entry)
    return tuple(entries)


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


def are_numbers(options: Collection[Shown]) -> bool:
    """Return whether every option is just a number."""
    return all(is_number(option.text) for option in options)


def _show_example(entry: Item | Family, folder: Path) -> Item:
    if isinstance(entry, Item):
        return entry
    return render(entry, read_deployed(folder, entry).variants[0])


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


def _read_lesson(document: Document, *, chapter: str, lesson: str) -> list[Item | Family]:
    raws = document.content.get("items", [])
    if not isinstance(raws, list):
        message = f"{document.name}: items must be a list, each item starting '- '."
        raise BankError(message)
    entries: list[Item | Family] = []
    for at, raw in enumerate(raws):
        place = ("items", at)
        owner = f"item {raw.get('id', at + 1)!r}" if isinstance(raw, dict) else f"item {at + 1}"
        if isinstance(raw, dict):
            for said in {"chapter", "lesson", "seed"} & raw.keys():
                origin = "the build draws it" if said == "seed" else "folder and file name say it"
                message = (
                    f"{document.name}, line {document.line_of((*place, said))}, {owner}: "
                    f"remove {said!r}; {origin}."
                )
                raise BankError(message)
            raw.update(chapter=chapter, lesson=lesson)
        if isinstance(raw, dict) and "vary" in raw:
            written_at = f"{document.name}, line {document.line_of(place)}"
            parted = _part_template(raw, place=written_at)
            entries.append(_validate(Family, parted, document, place, owner=owner))
        else:
            entries.append(_validate(Item, raw, document, place, owner=owner))
    return entries


def _part_template(raw: dict[str, Any], *, place: str) -> dict[str, Any]:
    """Part what is fixed in a family from what is filled in for each variant."""
    template = {name: raw[name] for name in Item.model_fields if name in raw}
    fixed = {name: template.pop(name) for name in Heading.model_fields if name in raw}
    unknown = {name: part for name, part in raw.items() if name not in {*template, *fixed}}
    return unknown | fixed | {"template": template, "place": place}


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
