"""The runs behind the practice items on leaks, against counts made by hand."""

import numpy as np
import pytest

from core.validation.leakage.checks import (
    choose_on_noise,
    encode_shop,
    split_days,
    split_patients,
    try_guessers,
)
from core.validation.leakage.draws import draw_days, draw_guessers


def test_whole_patients_are_dealt_out_to_the_folds():
    facts = split_patients(12, 5, 4)
    assert (facts["patients_in_test"], facts["scans_in_test"], facts["n_shared"]) == (3, 15, 0)
    assert facts["n_shared_shuffled"] > 0


def test_a_split_in_time_trains_on_all_blocks_before():
    facts = split_days(60, 4, 3)
    assert facts == {"n_train": 36, "n_test": 12, "n_others": 48, "n_later": 12}


def test_an_order_leaves_the_share_of_its_shop_above_and_below():
    facts = encode_shop([1, 1, 0, 0, 0])
    assert facts == pytest.approx({"without_own": 0.25, "with_own": 0.4, "half_removed": 0.2})


def test_the_best_of_some_guessing_models_by_simulation_without_any_law():
    rng = np.random.default_rng(1)
    best = rng.binomial(25, 0.5, size=(4000, 20)).max(axis=1).mean() / 25
    facts = try_guessers(20, 25, 2)
    assert facts["best"] == pytest.approx(best, abs=0.005)
    assert facts["one"] == pytest.approx(0.5, abs=0.002)


def test_draws_repeat_and_ask_for_a_split_that_has_a_future():
    for seed in range(30):
        values = draw_days(np.random.default_rng(seed))
        assert values == draw_days(np.random.default_rng(seed))
        assert values["trained"] + values["block"] < values["days"]
    assert any(draw_guessers(np.random.default_rng(seed)) is None for seed in range(30))


def test_columns_of_noise_chosen_before_the_folds_look_useful_and_inside_they_do_not():
    facts = choose_on_noise(80, 1000, 15, 5)
    assert min(facts["before"], facts["more_folds"], facts["scaled"]) > 0.7
    assert facts["inside"] == pytest.approx(0.5, abs=0.1)
