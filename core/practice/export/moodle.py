"""Moodle XML; as documented at docs.moodle.org under "Moodle XML format"."""

from base64 import b64encode
from collections.abc import Sequence
from xml.etree import ElementTree as Tree  # it writes, and reads nothing

from core.practice.export.choose import Export, ask, name_of
from core.practice.export.gift import share, write_decimal
from core.practice.export.pictures import (
    NO_PICTURES,
    draw_pictures,
    name_picture,
    picture_of,
    without_pictures,
)
from core.practice.schema import Item

TYPES = {
    "single": "multichoice",
    "multi": "multichoice",
    "numeric": "numerical",
    "order": "matching",
    "match": "matching",
}
PENALTY = "0.3333333"


def write_moodle(items: Sequence[Item]) -> Export:
    """Return `items` as Moodle XML, in a category for each lesson, with tags and all feedback.

    Orders become matches of steps with places, so that versions without the type "ordering" read them. Charts
    travel as pictures, where they can be drawn. Not carried over are misconceptions, checks and generators.
    """
    pictures = draw_pictures(items)
    left_out = without_pictures(items, pictures)
    kept = [item for item in items if item.id not in left_out]
    quiz = Tree.Element("quiz")
    lesson = None
    for item in kept:
        if item.lesson != lesson:
            lesson = item.lesson
            _add_category(quiz, item)
        _add_question(quiz, item, picture_of(item, pictures))
    Tree.indent(quiz)
    text = Tree.tostring(quiz, encoding="unicode")
    return Export(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', len(kept), left_out, NO_PICTURES
    )


def _add_category(quiz: Tree.Element, item: Item) -> None:
    question = Tree.SubElement(quiz, "question", type="category")
    _text(question, "category", f"$course$/Glassroom/{item.chapter}/{item.lesson}")


def _add_question(quiz: Tree.Element, item: Item, picture: bytes | None) -> None:
    question = Tree.SubElement(quiz, "question", type=TYPES[item.type])
    _text(question, "name", name_of(item))
    _add_stem(question, item, picture)
    _text(question, "generalfeedback", item.explanation, format="markdown")
    _value(question, "defaultgrade", "1")
    _value(question, "penalty", PENALTY)
    _value(question, "hidden", "0")
    _value(question, "idnumber", name_of(item))
    if item.type in {"single", "multi"}:
        _add_options(question, item)
    elif item.answer is not None:
        _add_numbers(question, item)
    else:
        _add_pairs(question, item)
    for hint in item.hints:
        _text(question, "hint", hint, format="markdown")
    tags = Tree.SubElement(question, "tags")
    for tag in (item.chapter, item.objective, *item.skills):
        _text(tags, "tag", tag)


def _add_stem(question: Tree.Element, item: Item, picture: bytes | None) -> None:
    if item.picture is None or picture is None:
        _text(question, "questiontext", ask(item), format="markdown")
        return
    name = name_picture(item)
    shown = f"{ask(item)}\n\n![{item.picture.alt}](@@PLUGINFILE@@/{name})"
    stem = Tree.SubElement(question, "questiontext", format="markdown")
    _value(stem, "text", shown)
    file = Tree.SubElement(stem, "file", name=name, path="/", encoding="base64")
    file.text = b64encode(picture).decode()


def _add_options(question: Tree.Element, item: Item) -> None:
    _value(question, "single", "true" if item.type == "single" else "false")
    _value(question, "shuffleanswers", "true")
    _value(question, "answernumbering", "none")
    n_wrong = len(item.options) - item.n_keys
    for option in item.options:
        fraction = share(1, item.n_keys) if option.correct else "0"
        if item.type == "multi" and not option.correct:
            fraction = share(-1, n_wrong)
        _add_answer(question, option.text, option.feedback, fraction, format="markdown")


def _add_numbers(question: Tree.Element, item: Item) -> None:
    key = item.answer
    if key is None:
        return
    said = [(key.value, key.feedback, "100")]
    said += [(miss.value, miss.feedback, "0") for miss in item.near_misses]
    for value, feedback, fraction in said:
        answer = _add_answer(question, write_decimal(value), feedback, fraction)
        _value(answer, "tolerance", write_decimal(key.margin))


def _add_answer(
    question: Tree.Element, text: str, feedback: str, fraction: str, **how: str
) -> Tree.Element:
    answer = Tree.SubElement(question, "answer", {"fraction": fraction, **how})
    _value(answer, "text", text)
    _text(answer, "feedback", feedback, format="markdown")
    return answer


def _add_pairs(question: Tree.Element, item: Item) -> None:
    _value(question, "shuffleanswers", "true")
    texts = {choice.id: choice.text for choice in item.choices}
    pairs = [(pair.left, texts[pair.choice]) for pair in item.pairs]
    pairs += [(step.text, str(at)) for at, step in enumerate(item.steps, start=1)]
    for left, right in pairs:
        part = Tree.SubElement(question, "subquestion", format="markdown")
        _value(part, "text", left)
        _text(part, "answer", right)


def _text(parent: Tree.Element, name: str, text: str, **how: str) -> None:
    _value(Tree.SubElement(parent, name, how), "text", text)


def _value(parent: Tree.Element, name: str, text: str) -> None:
    Tree.SubElement(parent, name).text = text
