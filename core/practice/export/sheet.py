"""A sheet to print: questions with room for answers, and the answers on a page of their own."""

from collections.abc import Mapping, Sequence

from core.practice.draw import shuffled_options
from core.practice.entry import NUMBERS
from core.practice.export.choose import Export, ask
from core.practice.export.pictures import (
    NO_PICTURES,
    as_address,
    draw_pictures,
    picture_of,
    without_pictures,
)
from core.practice.grade import show_key
from core.practice.schema import Item

LETTERS = "abcdefghij"
BREAK = "\n\n---\n\n"


def write_sheet(items: Sequence[Item], *, seed: int = 0) -> Export:
    """Return `items` as Markdown: first all questions, then all answers with their explanation.

    `seed` draws the order of the options. Charts stand in it as pictures, where they can be drawn.
    """
    pictures = draw_pictures(items)
    left_out = without_pictures(items, pictures)
    kept = [item for item in items if item.id not in left_out]
    asked = [_ask(item, at, seed, pictures) for at, item in enumerate(kept, start=1)]
    answers = [_answer(item, at, seed) for at, item in enumerate(kept, start=1)]
    head = "# Questions\n\nName: ____________________    Date: ____________"
    text = "\n\n".join([head, *asked]) + BREAK + "\n\n".join(["# Answers", *answers]) + "\n"
    return Export(text, len(kept), left_out, NO_PICTURES)


def _ask(item: Item, number: int, seed: int, pictures: Mapping[str, bytes]) -> str:
    lines = [f"**{number}.** {ask(item)}", ""]
    picture = picture_of(item, pictures)
    if item.picture and picture:
        lines += [f"![{item.picture.alt}]({as_address(picture)})", ""]
    shown = shuffled_options(item, seed)
    if item.type == "multi":
        lines += [f"Choose {NUMBERS[item.n_keys]}.", ""]
    if item.type in {"single", "multi"}:
        lines += [f"- [ ] {LETTERS[at]}) {part.text}" for at, part in enumerate(shown)]
    elif item.type == "order":
        lines += [f"- ____ {part.text}" for part in shown]
    elif item.type == "match":
        lines += [f"- {pair.left}: ____" for pair in item.pairs]
        lines += ["", "To choose from: " + "; ".join(part.text for part in shown) + "."]
    else:
        unit = item.answer.unit if item.answer else None
        lines += [f"Answer: ____________ {unit or ''}".rstrip()]
    return "\n".join(lines)


def _answer(item: Item, number: int, seed: int) -> str:
    key = show_key(item).strip()
    if item.type in {"single", "multi"}:
        shown = shuffled_options(item, seed)
        right = {option.id for option in item.options if option.correct}
        letters = [LETTERS[at] for at, part in enumerate(shown) if part.id in right]
        head = f"**{number}.** {', '.join(letters)}"
    else:
        head = f"**{number}.**"
    mark = "\n\n" if "\n" in key or item.type in {"multi", "order", "match"} else " "
    return f"{head}{mark}{key}\n\n{item.explanation.strip()}"
