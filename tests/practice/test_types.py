"""Several choices, orders and pairs: what an item must be, how it is answered, graded, told and kept."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.practice import proof
from core.practice.attempt import write_attempt
from core.practice.bank import load_items
from core.practice.draw import shuffled_options
from core.practice.entry import (
    is_complete,
    join_choices,
    join_pairs,
    join_places,
    key_entry,
    parts_of,
    read_choices,
    read_pairs,
    read_places,
    tell_entry,
    write_asked,
)
from core.practice.grade import grade, show_key
from core.practice.proof import prove
from core.practice.review import review_item
from core.store.event import write_body

ITEMS = load_items()
NEW = [item for item in ITEMS if item.form not in {"single", "numeric"}]
by_id = {"ids": lambda item: item.id}
FORMS = ("multi", "order", "match", "chart", "bug")


@pytest.mark.parametrize("form", FORMS)
def test_of_each_form_the_bank_has_four_items_in_three_lessons(form) -> None:
    found = [item for item in ITEMS if item.form == form]
    assert len(found) >= 4
    assert len({item.lesson for item in found}) >= 3


@pytest.mark.parametrize("item", ITEMS, **by_id)
def test_the_right_entry_of_every_item_is_right_and_whole(item) -> None:
    verdict = grade(item, key_entry(item))
    assert (verdict.state, verdict.credit, verdict.misconception) == ("right", 1.0, None)
    assert is_complete(item, key_entry(item))


@pytest.mark.parametrize("item", [i for i in NEW if i.type == "multi"], **by_id)
def test_every_other_choice_is_wrong_and_names_a_misconception(item) -> None:
    names = [option.id for option in item.options]
    for chosen in itertools.combinations(names, item.n_keys):
        verdict = grade(item, join_choices(item, chosen))
        n_right = sum(o.correct for o in item.options if o.id in chosen)
        n_wrong = item.n_keys - n_right
        # As the reference has it: right chosen over all right ones, less wrong chosen over all wrong ones.
        worth = max(0, n_right / item.n_keys - n_wrong / (len(names) - item.n_keys))
        assert verdict.credit == pytest.approx(worth)
        assert (verdict.state == "right") == (n_wrong == 0)
        assert (verdict.misconception in item.misconceptions) == (n_wrong > 0)


@pytest.mark.parametrize("item", [i for i in NEW if i.type == "order"], **by_id)
def test_every_other_order_is_wrong_and_explained(item) -> None:
    names = [step.id for step in item.steps]
    for order in itertools.permutations(names):
        places = {name: at for at, name in enumerate(order, start=1)}
        verdict = grade(item, join_places(item, places))
        is_right = list(order) == names
        assert (verdict.state, verdict.credit) == (("right", 1) if is_right else ("wrong", 0))
        assert (verdict.misconception in item.misconceptions) == (not is_right)


@pytest.mark.parametrize("item", [i for i in NEW if i.type == "match"], **by_id)
def test_every_wrong_pair_is_explained_and_the_first_names_its_misconception(item) -> None:
    for pair in item.pairs:
        for choice in item.choices:
            chosen = {other.id: other.choice for other in item.pairs} | {pair.id: choice.id}
            verdict = grade(item, join_pairs(item, chosen))
            if choice.id == pair.choice:
                assert verdict.state == "right"
            else:
                assert verdict.misconception == pair.misconception
                assert pair.feedback in verdict.feedback


def test_what_is_not_whole_is_asked_again_and_says_what_is_missing(draft) -> None:
    multi, order, match = draft.multi(), draft.order(), draft.match()
    said = [
        (multi, "", "Choose two of them."),
        (multi, "a", "Choose two of them, you have chosen one."),
        (multi, "a b c", "Choose two of them, you have chosen three."),
        (multi, "a nobody", "Choose two of them, you have chosen two."),
        (order, "1.a 2.b", "Give every step a place, from 1 to 3."),
        (order, "1.a 1.b 2.c", "Two steps have the place 1. Give each step a place of its own."),
        (order, "1.a 2.b 4.c", "Give every step a place, from 1 to 3."),
        (match, "a=x", "Match every line: two are still open."),
        (match, "a=x b=y", "Match every line: one is still open."),
        (match, "a=x b=y c=nobody", "Match every line: no are still open."),
    ]
    for item, entry, told in said:
        verdict = grade(item, entry)
        assert (verdict.state, verdict.feedback) == ("unreadable", told)
        assert verdict.misconception is None


@given(entry=st.text(max_size=30))
def test_no_entry_that_comes_from_outside_breaks_grading(draft, entry) -> None:
    for item in (draft.multi(), draft.order(), draft.match()):
        assert grade(item, entry).state in {"right", "wrong", "unreadable"}


def test_two_of_three_right_choices_are_worth_less_a_wrong_one(draft) -> None:
    assert grade(draft.multi(), "a b").credit == 1
    assert grade(draft.multi(), "a c").credit == 0
    five = [draft.option(name, text=name, correct=name in "abc") for name in "abcde"]
    verdict = grade(draft.multi(options=five), "a b d")
    assert verdict.credit == pytest.approx(2 / 3 - 1 / 2)
    assert verdict.state == "wrong"


def test_what_is_written_is_read_back(draft) -> None:
    assert read_choices(join_choices(draft.multi(), ["b", "a"])) == ("a", "b")
    places = {"a": 3, "b": 1, "c": None}
    assert read_places(join_places(draft.order(), places)) == {"a": 3, "b": 1}
    pairs = {"a": "y", "b": None, "c": "x"}
    assert read_pairs(join_pairs(draft.match(), pairs)) == {"a": "y", "c": "x"}


def test_an_answer_is_told_in_words_even_when_the_bank_has_changed(draft) -> None:
    for item, entry, told in (
        (draft.multi(), "a c", ["- Recall falls", "- Recall rises"]),
        (draft.order(), "1.c 2.a 3.b", ["1. Judge", "1. Split", "1. Fit"]),
        (draft.match(), "a=y b=y c=x", ["- Left a: **Variance**", "- Left c: **Bias**"]),
    ):
        shown = shuffled_options(item, seed=3)
        body = json.loads(
            write_body(
                write_attempt(item, shown, draw="d", answer=entry, verdict=grade(item, entry))
            )
        )
        said = tell_entry(body["asked"], body["answer"])
        assert all(line in said for line in told)
        assert body["asked"]["key"] == show_key(item)


def test_an_answer_from_before_there_were_types_is_read() -> None:
    asked = {"stem": "What?", "code": None, "options": [["a", "Recall"], ["b", "Precision"]]}
    assert tell_entry(asked, "b") == "Precision"
    assert tell_entry({**asked, "options": []}, "0.85") is None, "a number is shown as it was typed"


@pytest.mark.parametrize("item", [i for i in NEW if i.type == "order"], **by_id)
def test_steps_are_never_shown_in_their_order(item) -> None:
    for seed in range(60):
        assert [s.id for s in shuffled_options(item, seed)] != [s.id for s in item.steps]


@pytest.mark.parametrize("item", NEW, **by_id)
def test_what_is_shown_is_kept_with_the_answer(item) -> None:
    asked = write_asked(item, [part.id for part in parts_of(item)])
    assert [text for _, text in asked["options"]] == [part.text for part in parts_of(item)]
    assert asked.get("picture") == (item.picture.alt if item.picture else None)


@pytest.mark.parametrize(
    ("make", "changes", "message"),
    [
        ("multi", {"options": 1}, "at least 2 options are correct and 2 wrong, got 1 and 3"),
        ("multi", {"steps": "x"}, "a multi item has options, no steps"),
        ("order", {"steps": "short"}, "give at least 3 steps, got 2"),
        ("order", {"steps": "silent"}, "step 'c': every step but the first says"),
        ("match", {"pairs": "unknown"}, "the pairs name choices that do not exist: z"),
        ("match", {"pairs": "alike"}, "not every left side may belong to the same choice"),
        ("match", {"pairs": "few"}, "give at least 3 pairs, got 2"),
    ],
)
def test_a_faulty_item_is_refused(draft, make, changes, message) -> None:
    sound = getattr(draft, make)()
    steps = [step.model_dump() for step in sound.steps or draft.order().steps]
    pairs = [pair.model_dump() for pair in sound.pairs]
    made = {
        1: [draft.option(name, text=name, correct=name == "a") for name in "abcd"],
        "x": steps,
        "short": steps[:2],
        "silent": [*steps[:2], {"id": "c", "text": "Judge"}],
        "unknown": [*pairs[:2], {**(pairs or [{}])[-1], "choice": "z"}],
        "alike": [{**pair, "choice": "x"} for pair in pairs],
        "few": pairs[:2],
    }
    with pytest.raises(ValidationError, match=message):
        getattr(draft, make)(**{name: made[which] for name, which in changes.items()})


def test_an_item_is_proved_or_reviewed_and_not_both(draft) -> None:
    with pytest.raises(ValidationError, match="has a check that proves its key, or else says"):
        draft.single(check=None)
    reviewed = {"reason": "It needs a platform.", "by": "Glassroom", "on": "2026-11-21",
                "sources": [{"title": "Handbook", "address": "https://example.org/a"}]}  # fmt: skip
    with pytest.raises(ValidationError, match="has a check that proves its key, or else says"):
        draft.single(reviewed=reviewed)
    assert prove(draft.single(check=None, reviewed=reviewed)).claims == ()


def test_the_question_of_a_multi_item_says_how_many(draft) -> None:
    assert review_item(draft.multi(), ["swap", "paradox"]) == ()
    told = review_item(draft.multi(stem="Two models. What can happen?"), ["swap", "paradox"])
    assert told == ("draft: the question of a multi item must say that two are to be chosen.",)


def test_what_reads_the_same_is_noticed(draft) -> None:
    steps = [step.model_dump() for step in draft.order().steps]
    steps[1]["text"] = " split"
    assert "two steps read the same" in " ".join(review_item(draft.order(steps=steps), ["swap"]))


def test_a_fact_decides_about_each_option_of_a_multi_item(draft) -> None:
    options = [option.model_dump() for option in draft.multi().options]
    for option, fact in zip(options, ("yes", "yes", "no", "no"), strict=True):
        option["fact"] = fact
    facts = {"yes": 1.0, "no": 0.0, "recall": 0.5}
    item = draft.multi(options=options)
    assert all(claim.holds for claim in proof._claim_parts(item, facts))
    assert not all(claim.holds for claim in proof._claim_parts(item, facts | {"no": 1.0}))
    assert not all(claim.holds for claim in proof._claim_parts(item, facts | {"yes": 0.0}))


def test_facts_rise_down_the_steps_of_an_order(draft) -> None:
    steps = [{**step.model_dump(), "fact": step.id} for step in draft.order().steps]
    item = draft.order(steps=steps)
    assert all(c.holds for c in proof._claim_parts(item, {"a": 1.0, "b": 2.0, "c": 3.0}))
    assert not all(c.holds for c in proof._claim_parts(item, {"a": 1.0, "b": 3.0, "c": 2.0}))
    assert not all(c.holds for c in proof._claim_parts(item, {"a": 1.0, "b": 1.0, "c": 2.0}))
