"""A family: templates, what may stand in them, and what a draw may give."""

from typing import Any

import numpy as np
import pytest

from core.errors import SpecError
from core.practice import family as module
from core.practice.family import (
    Values,
    draw_values,
    fill,
    write_number,
    write_percent,
    write_plural,
)
from core.practice.schema import Family, Heading


@pytest.fixture
def family_of(draft):
    """Builds families from a draft item, with changes."""

    def build(**changes: Any) -> Family:
        raw = draft.numeric_raw(**changes)
        fixed = {name: raw.pop(name) for name in Heading.model_fields}
        vary = {"function": "core.metrics.classes.checks:draw_fruit"}
        return Family.model_validate(fixed | {"vary": vary, "place": "x, line 1", "template": raw})

    return build


COUNTS = {"tp": 40, "fp": 30, "fn": 10, "tn": 920, "recall": "4/5"}


def test_numbers_are_filled_into_every_text(family_of) -> None:
    family = family_of(
        stem="Of {{ tp + fn }} ill people {{ tp|plural('is', 'are') }} found. What is the recall?",
        answer={"value": "{{ recall }}", "feedback": "{{ tp }} of {{ tp + fn }}."},
        hints=["Divide by {{ tp + fn }}."],
        refs=["thresholds?threshold=0.{{ tp }}"],
    )
    item = fill(family, COUNTS, seed=7)
    assert item.stem == "Of 50 ill people 40 are found. What is the recall?"
    assert item.answer.value == 0.8
    assert item.answer.feedback == "40 of 50."
    assert item.hints == ("Divide by 50.",)
    assert item.refs == ("thresholds?threshold=0.40",)
    assert item.seed == 7


def test_an_arg_that_is_one_name_keeps_its_value(family_of, draft) -> None:
    check = draft.check("recall") | {
        "args": {"rows": "{{ rows }}", "n": "{{ n }}", "w": "n={{ n }}"}
    }
    item = fill(family_of(check=check), {"rows": [[1, 2], [3]], "n": 4}, seed=0)
    assert item.check.args == {"rows": [[1, 2], [3]], "n": 4, "w": "n=4"}


def test_conditions_choose_words_and_leave_no_empty_lines(family_of) -> None:
    stem = "It is refitted.\n{% if refit %}\nCount the last fit.\n{% endif %}\nHow many fits?"
    family = family_of(stem=stem)
    assert fill(family, {"refit": True}, 0).stem == (
        "It is refitted.\nCount the last fit.\nHow many fits?"
    )
    assert fill(family, {"refit": False}, 0).stem == "It is refitted.\nHow many fits?"


def test_options_that_are_numbers_are_put_in_ascending_order(draft) -> None:
    texts = {"a": "{{ x }}", "b": "{{ y }}", "c": "0.5"}
    options = [draft.option(n, text=t, correct=n == "a") for n, t in texts.items()]
    raw = draft.single_raw(options=options)
    fixed = {name: raw.pop(name) for name in Heading.model_fields}
    family = Family(**fixed, vary={"function": "core.a:b"}, place="x", template=raw)
    assert [o.id for o in fill(family, {"x": 0.7, "y": -0.2}, 0).options] == ["b", "c", "a"]
    assert [o.id for o in fill(family, {"x": 0.1, "y": 0.2}, 0).options] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"stem": "What is {{ beauty }}?"}, "'beauty' is undefined"),
        ({"answer": {"value": "{{ tp }}"}}, "answer: the key must lie between lowest and highest"),
        ({"answer": {"value": "4/7"}}, "near misses must lie further apart"),
        ({"stem": "Why <{{ tp }}>, <b>{{ tp }}</b>?"}, "prose may hold"),
        ({"stem": "What is {{ tp?"}, "unexpected"),
    ],
)
def test_what_cannot_be_asked_is_named_with_its_seed(family_of, changes, problem: str) -> None:
    with pytest.raises(SpecError, match=f"^x, line 1, item 'draft', seed 3: .*{problem}"):
        fill(family_of(**changes), COUNTS, seed=3)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ rows.append(1) }}",
        "{% for n in range(3) %}x{% endfor %}",
        "{{ cycler }}",
        "{% include 'x' %}",
    ],
)
def test_a_template_reaches_nothing_but_its_values(family_of, attack: str) -> None:
    with pytest.raises((SpecError, TypeError), match=r"undefined|unsafe|no loader"):
        fill(family_of(stem=f"{attack} What?"), {"rows": [1]}, seed=0)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1200, None, "1,200"), (0.7, 2, "0.70"), (-6, None, "\u22126"), (-0.258, 2, "\u22120.26"),
     (-0.001, 2, "0.00"), (0.1 + 0.2, None, "0.3"), (5.0, None, "5"), (1234567.5, 1, "1,234,567.5")],
)  # fmt: skip
def test_a_number_in_prose(value, decimals, text: str) -> None:
    assert write_number(value, decimals) == text


def test_percent_and_plural() -> None:
    assert write_percent(0.59) == "59 %"
    assert write_percent(-0.0725, 1) == "\u22127.2 %"
    assert [write_plural(n, "part") for n in (0, 1, 1200)] == ["0 parts", "1 part", "1,200 parts"]
    assert write_plural(2, "mouse", "mice") == "2 mice"


def test_a_drawn_float_is_written_without_noise(family_of) -> None:
    item = fill(family_of(answer={"value": "{{ x }}"}), {"x": 0.1 + 0.2}, seed=0)
    assert item.answer.value == 0.3
    assert fill(family_of(stem="Is it {{ x }}?"), {"x": 2.0}, 0).stem == "Is it 2?"


def draw_with(monkeypatch, family, function) -> Values | None:
    monkeypatch.setattr(module, "_find_draw", lambda address: function)
    return draw_values(family, seed=4)


def test_the_same_seed_draws_the_same_plain_values(family_of, monkeypatch) -> None:
    def draw(rng):
        return {"n": rng.integers(100), "many": (np.float64(0.5), 1), "table": np.eye(2, dtype=int)}

    values = draw_with(monkeypatch, family_of(), draw)
    assert values == draw_values(family_of(), seed=4) != draw_values(family_of(), seed=5)
    assert type(values["n"]) is int
    assert values["many"] == [0.5, 1]
    assert values["table"] == [[1, 0], [0, 1]]
    assert draw_with(monkeypatch, family_of(), lambda rng: None) is None


@pytest.mark.parametrize(
    ("value", "problem"), [({1}, "'x' is a set"), (float("nan"), "'x' is nan")]
)
def test_a_value_that_no_file_can_hold_is_refused(family_of, monkeypatch, value, problem) -> None:
    with pytest.raises(SpecError, match=problem):
        draw_with(monkeypatch, family_of(), lambda rng: {"x": value})


@pytest.mark.parametrize(
    "name", ["core.practice.numbers:parse_number", "core.practice.numbers:absent"]
)
def test_only_a_function_that_returns_values_is_asked(family_of, name: str) -> None:
    wrong = family_of().model_copy(update={"vary": {"function": name}})
    wrong = Family.model_validate(wrong.model_dump(warnings=False))
    with pytest.raises(SpecError, match=f"{name} draws no numbers"):
        draw_values(wrong, seed=0)
