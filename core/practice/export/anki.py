"""A deck for Anki (``.apkg``): the question in front, the answer and all that is said of it behind."""

import tempfile
from collections.abc import Mapping, Sequence
from html import escape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zlib import crc32

from core.errors import require
from core.practice.draw import shuffled_options
from core.practice.entry import NUMBERS
from core.practice.export.choose import Export, ask, name_of
from core.practice.export.pictures import (
    NO_PICTURES,
    draw_pictures,
    name_picture,
    picture_of,
    without_pictures,
)
from core.practice.grade import show_key
from core.practice.schema import Item

PACKAGES = ("genanki", "markdown")
LETTERS = "abcdefghij"
MODEL_ID = 1_730_160_001
"""Anki knows notes of one kind by this number; it must never change."""
CSS = (
    ".card { font-family: sans-serif; font-size: 18px; text-align: left; max-width: 42em; margin: auto; }"
    " code { font-family: monospace; } img { max-width: 100%; }"
    " table { border-collapse: collapse; } td, th { border: 1px solid; padding: 2px 8px; }"
)


def write_anki(items: Sequence[Item]) -> Export:
    """Return `items` as a package of Anki, in a deck for each lesson.

    A note keeps its number over all exports, so importing again updates it and keeps what Anki knows of it.
    Charts travel as pictures, where they can be drawn. Anki asks whoever learns to judge the answer, so
    nothing is typed or chosen there. Without the extra ``anki`` a `SpecError` says what to install.
    """
    for package in PACKAGES:
        require(
            find_spec(package) is not None,
            f"A deck for Anki takes the package {package}, which is not installed here. Install it "
            '(pip install "glassroom[anki]"), or choose another format.',
        )
    pictures = draw_pictures(items)
    left_out = without_pictures(items, pictures)
    kept = [item for item in items if item.id not in left_out]
    data = _pack(kept, pictures)
    return Export("", len(kept), left_out, NO_PICTURES, data)


def _pack(items: Sequence[Item], pictures: Mapping[str, bytes]) -> bytes:
    genanki: Any = import_module("genanki")
    model = genanki.Model(
        MODEL_ID,
        "Glassroom",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[
            {
                "name": "Question",
                "qfmt": "{{Question}}",
                "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}",
            }
        ],
        css=CSS,
    )
    decks: dict[str, Any] = {}
    for item in items:
        name = f"Glassroom::{item.chapter}::{item.lesson}".replace("_", " ")
        deck = decks.setdefault(name, genanki.Deck(crc32(name.encode()), name))
        tags = [item.chapter, item.objective, *item.skills]
        note = genanki.Note(
            model=model,
            fields=[write_front(item, pictures), write_back(item)],
            guid=genanki.guid_for("glassroom", name_of(item)),
            tags=tags,
        )
        deck.add_note(note)
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for item in items:
            if (picture := picture_of(item, pictures)) is not None:
                files.append(Path(folder, name_picture(item)))
                files[-1].write_bytes(picture)
        package = Path(folder, "glassroom.apkg")
        made = genanki.Package(list(decks.values()), media_files=[str(path) for path in files])
        made.write_to_file(str(package))
        return package.read_bytes()


def write_front(item: Item, pictures: Mapping[str, bytes]) -> str:
    """Return the question as HTML, with its chart and what there is to choose from."""
    parts = [_html(ask(item))]
    if item.picture and picture_of(item, pictures) is not None:
        parts.append(f'<img src="{name_picture(item)}" alt="{escape(item.picture.alt)}">')
    shown = [part.text for part in shuffled_options(item, 0)]
    if item.type == "multi":
        parts.append(_html(f"Choose {NUMBERS[item.n_keys]}."))
    if item.type in {"single", "multi"}:
        parts.append(_list([f"{LETTERS[at]}) {text}" for at, text in enumerate(shown)]))
    elif item.type == "order":
        parts += [_html("Put these in order:"), _list(shown)]
    elif item.type == "match":
        parts += [_list([pair.left for pair in item.pairs]), _html("To choose from:"), _list(shown)]
    elif item.answer is not None and item.answer.unit:
        parts.append(_html(f"In {item.answer.unit}."))
    return "\n".join(parts)


def write_back(item: Item) -> str:
    """Return the answer as HTML: the key, why it is so, and what is wrong with each wrong option."""
    parts = [_html(f"**Answer:** {show_key(item).strip()}"), _html(item.explanation)]
    wrong = [f"{option.text}: {option.feedback}" for option in item.options if not option.correct]
    if wrong:
        parts += [_html("**Why not the others?**"), _list(wrong)]
    return "\n".join(parts)


def _list(lines: Sequence[str]) -> str:
    return _html("\n".join(f"- {line}" for line in lines))


def _html(text: str) -> str:
    markdown: Any = import_module("markdown")
    return str(markdown.markdown(text, extensions=["tables", "fenced_code", "sane_lists"]))
