from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from core.practice.bank import are_numbers, load_deployed, load_families, load_items
from core.practice.draw import choose_items, choose_variant, reopen_item, shuffled_options
from core.practice.entry import parts_of

patient = settings(deadline=None)  # the machine may be busy

LESSON = "thresholds"
FAMILY = load_families()[0]
seeds = st.integers(0, 10**6)


@patient
@given(seed=seeds, n=st.integers(0, 20))
def test_a_draw_holds_distinct_items_and_is_the_same_again(seed: int, n: int) -> None:
    drawn = choose_items(LESSON, n, seed=seed)
    assert len({item.id for item in drawn}) == len(drawn) == min(n, len(load_items(LESSON)))
    assert drawn == choose_items(LESSON, n, seed=seed)


@patient
@given(seed=seeds, seen=st.sets(st.sampled_from([item.id for item in load_items(LESSON)])))
def test_unseen_items_come_first(seed: int, seen: set[str]) -> None:
    met = [item.id in seen for item in choose_items(LESSON, seed=seed, seen=seen)]
    assert met == sorted(met)
    assert met.count(False) == min(4, len(load_items(LESSON)) - len(seen))


@patient
@given(seed=seeds)
def test_four_fresh_items_mix_the_types_evenly(seed: int) -> None:
    types = Counter(item.type for item in choose_items(LESSON, seed=seed))
    assert types == dict.fromkeys(["single", "numeric", "multi", "match"], 1)


def test_over_many_draws_every_item_has_its_turn() -> None:
    drawn = Counter(item.id for seed in range(200) for item in choose_items(LESSON, seed=seed))
    assert set(drawn) == {item.id for item in load_items(LESSON)}


def test_a_lesson_without_items_draws_none() -> None:
    assert choose_items("no-such-lesson", seed=0) == ()


@pytest.mark.parametrize("item", load_items(), ids=lambda item: item.id)
def test_shuffling_moves_options_and_keeps_numbers_ascending(item) -> None:
    orders = {shuffled_options(item, seed) for seed in range(60)}
    assert all(
        sorted(o.id for o in order) == sorted(o.id for o in parts_of(item)) for order in orders
    )
    assert len(orders) == 1 if are_numbers(parts_of(item)) else len(orders) > 1
    assert shuffled_options(item, 7) == shuffled_options(item, 7)


def test_a_shuffled_key_stands_in_each_place_equally_often(draft) -> None:
    item = draft.single()
    places = Counter(
        at
        for seed in range(900)
        for at, option in enumerate(shuffled_options(item, seed))
        if option.correct
    )
    assert chisquare([places[at] for at in range(3)]).pvalue > 0.01


def test_one_seed_does_not_put_every_key_in_the_same_place(draft) -> None:
    orders = {
        tuple(option.id for option in shuffled_options(draft.single(id=f"item-{n}"), seed=1))
        for n in range(40)
    }
    assert len(orders) == 6


def deployed_seeds(family) -> list[int]:
    return [variant.seed for variant in load_deployed(family).variants]


def test_a_family_comes_with_numbers_that_were_not_met() -> None:
    every = deployed_seeds(FAMILY)
    for left in (every[0], every[17], every[-1]):
        met = [seed for seed in every if seed != left]
        assert choose_variant(FAMILY, seed=3, met=met).seed == left


def test_when_all_numbers_were_met_the_oldest_come_again() -> None:
    every = deployed_seeds(FAMILY)
    met = [*every[5:], *every[:5], every[5]]
    assert choose_variant(FAMILY, seed=3, met=met).seed == every[6]


def test_a_draw_of_four_never_repeats_the_numbers_before_all_were_asked() -> None:
    lesson, met = FAMILY.lesson, {}
    for n in range(30):
        for item in choose_items(lesson, seed=n, met=met):
            if item.seed is not None:
                assert item.seed not in met.get(item.id, [])
                met.setdefault(item.id, []).append(item.seed)
    assert len(met[FAMILY.id]) > 5


def test_what_was_drawn_is_opened_again_with_the_same_numbers() -> None:
    item = choose_variant(FAMILY, seed=8)
    assert reopen_item(item.id, item.seed, otherwise=1) == item


def test_numbers_that_are_no_longer_deployed_give_way_to_others_and_stay_so() -> None:
    stand_in = reopen_item(FAMILY.id, 10**9, otherwise=5)
    assert stand_in.seed in deployed_seeds(FAMILY)
    assert reopen_item(FAMILY.id, None, otherwise=5) == stand_in
    plain = next(item for item in load_items() if item.seed is None)
    assert reopen_item(plain.id, 3, otherwise=5) == plain
    assert reopen_item("no-such-item", None, otherwise=5) is None
