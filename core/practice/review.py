"""Say what is wrong with the wording of an item: the rules of good items that a program can check.

That a key is true is not for this module: see `core.practice.proof`.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import pairwise

from scipy.stats import chisquare

from core.errors import SpecError
from core.lab import load_lab
from core.practice.bank import are_numbers
from core.practice.entry import NUMBERS
from core.practice.numbers import parse_number
from core.practice.parts import Option
from core.practice.proof import read_link
from core.practice.schema import Item
from core.results import spec_from_text

LONGEST = 1.4
"""The key may be this many times as long as the longest wrong option."""
EVEN_FROM = 20
"""Single-choice items from which on the place of the keys is judged."""

_CATCH_ALL = re.compile(r"\b(all|none|both|neither)( of (the|these))? (above|options)\b", re.I)
_NEGATION = re.compile(r"\b(?:not|never|except|(?<!at )least)\b", re.I)


def review_item(item: Item, misconceptions: Collection[str]) -> tuple[str, ...]:
    """Return one sentence for each rule that `item` breaks; nothing to say is an empty tuple.

    `misconceptions` holds the ids that exist.
    """
    problems = [
        f"the misconception {name!r} is described in no file of the bank"
        for name in item.misconceptions
        if name not in misconceptions
    ]
    problems += _review_stem(item.stem)
    problems += _review_feedback(item)
    if item.options:
        problems += _review_options(item.options)
    if item.type == "multi":
        problems += _review_number(item)
    problems += _review_texts("steps", [step.text for step in item.steps])
    problems += _review_texts("choices", [choice.text for choice in item.choices])
    problems += _review_texts("left sides", [pair.left for pair in item.pairs])
    problems += [problem for link in item.refs if (problem := find_link_problem(link))]
    return tuple(f"{item.id}: {problem}." for problem in problems)


def find_link_problem(link: str) -> str | None:
    """Return why `link` (``thresholds?data=fraud``) leads nowhere, or None if it leads somewhere.

    The path must name a lab and the settings must make a spec of that lab.
    """
    try:
        lab, settings = read_link(link)
        spec_from_text(load_lab(lab).spec, settings)
    except SpecError as error:
        return f"the link {link!r} leads nowhere: {str(error).rstrip('.')}"
    return None


def review_key_places(items: Iterable[Item]) -> str | None:
    """Return a sentence if the keys stand in some places far more often than in others.

    Options that are numbers stay in ascending order and are left out. Judged from 20 items on,
    by a chi-square test at 0.01 against what the numbers of options make us expect.
    """
    choices = [
        item.options for item in items if item.type == "single" and not are_numbers(item.options)
    ]
    if len(choices) < EVEN_FROM:
        return None
    places = Counter(
        at for options in choices for at, option in enumerate(options) if option.correct
    )
    longest = max(len(options) for options in choices)
    expected = [
        sum(1 / len(options) for options in choices if at < len(options)) for at in range(longest)
    ]
    observed = [places[at] for at in range(longest)]
    if chisquare(observed, expected).pvalue > 0.01:
        return None
    return f"the keys stand unevenly: {observed} times in places 1 to {longest}. Move some."


def _review_stem(stem: str) -> list[str]:
    problems = []
    if not stem.endswith("?"):
        problems.append("the stem must end with its question")
    plain = re.sub(r"\*\*(NOT|NEVER|EXCEPT|LEAST)\*\*", "", _question(stem))
    found = _NEGATION.search(re.sub(r'"[^"]*"', "", plain))
    if found:
        problems.append(f"{found.group()!r} in a question is easily overlooked: write it **NOT**")
    return problems


def _review_feedback(item: Item) -> list[str]:
    said = [option.feedback for option in item.options]
    said += [miss.feedback for miss in item.near_misses]
    said += [pair.feedback for pair in item.pairs]
    said += [step.feedback for step in item.steps if step.feedback]
    if item.answer is not None:
        said.append(item.answer.feedback)
    repeated = [text for text, n in Counter(said).items() if n > 1]
    return [f"the feedback {text[:40]!r} is given twice" for text in repeated]


def _review_number(item: Item) -> list[str]:
    word = NUMBERS[item.n_keys]
    if re.search(rf"\b{word}\b", _question(item.stem), re.I):
        return []
    return [f"the question of a multi item must say that {word} are to be chosen"]


def _review_texts(what: str, texts: list[str]) -> list[str]:
    alike = {" ".join(text.casefold().split()) for text in texts}
    return [f"two {what} read the same"] if len(alike) < len(texts) else []


def _question(stem: str) -> str:
    return re.split(r"(?<=[.!?])\s+|\n\n", stem)[-1]


def _review_options(options: tuple[Option, ...]) -> list[str]:
    problems = []
    problems += _review_texts("options", [option.text for option in options])
    problems += [
        f"option {option.id!r} refers to the others, whose order changes"
        for option in options
        if _CATCH_ALL.search(option.text)
    ]
    if are_numbers(options):
        numbers = [parse_number(option.text) for option in options]
        if not all(a < b for a, b in pairwise(numbers)):
            problems.append("options that are numbers must ascend")
        return problems
    key = max(len(option.text) for option in options if option.correct)
    longest_wrong = max(len(option.text) for option in options if not option.correct)
    if key > LONGEST * longest_wrong:
        problems.append(f"the key has {key} characters, the longest wrong option {longest_wrong}")
    return problems
