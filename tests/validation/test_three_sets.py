"""The best of many: against chance alone, against scikit-learn, against a million rows."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import roc_auc_score

from core.datasets import store_own_dataset
from core.datasets.churn import draw_subscribers, true_probability
from core.errors import SpecError
from core.validation.three_sets.lab import (
    ThreeSetsSpec,
    choose_by_peeking,
    name_slow_part,
)
from core.validation.three_sets.laws import (
    N_COLUMNS,
    N_FRESH,
    N_TRAIN,
    N_USEFUL,
    SHIFT,
    count_right,
    draw_rows,
    draw_world,
    find_pool,
    rank_rows,
    true_accuracy,
)
from core.validation.three_sets.peeks import MS, PeekSpec, draw_columns, peek_often, train_models
from core.validation.three_sets.tables import find_table
from core.validation.three_sets.theory import bound_best, expect_best, spread_of_score

MILLION = 1_000_000


def test_the_expected_best_is_that_of_all_outcomes_counted_one_by_one():
    for n_models, n_rows in ((1, 3), (2, 1), (2, 3), (3, 2), (3, 4)):
        outcomes = list(product(product((0, 1), repeat=n_rows), repeat=n_models))
        best = [max(sum(hits) for hits in models) / n_rows for models in outcomes]
        assert expect_best(n_models, n_rows) == pytest.approx(np.mean(best))


def test_the_expected_best_is_that_of_a_hundred_thousand_draws():
    hits = np.random.default_rng(0).binomial(100, 0.5, size=(20_000, 100))
    drawn = hits.max(axis=1) / 100
    error = drawn.std() / np.sqrt(len(drawn))
    assert expect_best(100, 100) == pytest.approx(drawn.mean(), abs=4 * error)
    skewed = np.random.default_rng(1).binomial(50, 0.9, size=(20_000, 30)).max(axis=1) / 50
    assert expect_best(30, 50, 0.9) == pytest.approx(skewed.mean(), abs=0.002)


@pytest.mark.parametrize("n_rows", [50, 100, 1000])
def test_the_best_of_guessers_never_passes_the_bound(n_rows):
    for m in MS:
        assert expect_best(m, n_rows) <= bound_best(m, n_rows) + 1e-12


def test_four_times_the_test_rows_halve_the_flattery():
    for m in (10, 100, 1000):
        ratio = (expect_best(m, 200) - 0.5) / (expect_best(m, 800) - 0.5)
        assert ratio == pytest.approx(2, abs=0.06)
    assert spread_of_score(100) == 0.05


def test_models_without_any_signal_climb_as_independent_guessers_do():
    sweep = choose_by_peeking(ThreeSetsSpec()).sweep
    lag = sweep["expected"] - sweep["said"]
    assert lag.max() < 0.012, "they share columns, so they climb a little less"
    assert lag.min() > -3 * sweep["optimism_error"].max()
    assert (sweep["true"] == 0.5).all()


def test_the_best_climbs_with_every_look_and_what_it_is_worth_does_not():
    sweep = choose_by_peeking(ThreeSetsSpec()).sweep
    assert (np.diff(sweep["said"]) > 0).all()
    assert sweep["said"].iloc[-1] - sweep["said"].iloc[0] > 0.13
    assert sweep["true"].nunique() == 1


@pytest.mark.parametrize("data", ["noise", "signal"])
def test_chosen_by_validation_the_test_rows_say_the_truth_on_average(data):
    sweep = choose_by_peeking(ThreeSetsSpec(data=data)).sweep
    assert (sweep["judged_optimism"].abs() < 3.5 * sweep["judged_error"]).all()
    assert (sweep["optimism"].iloc[4:] > 10 * sweep["optimism_error"].iloc[4:]).all()


def test_the_validation_score_of_the_best_takes_the_blame_instead():
    sweep = choose_by_peeking(ThreeSetsSpec(data="signal")).sweep
    assert (sweep["blamed"] - sweep["said"]).abs().max() < 0.03


def test_the_choice_by_test_rows_is_no_worse_it_only_has_no_judge():
    sweep = choose_by_peeking(ThreeSetsSpec(data="signal")).sweep
    assert (sweep["true"] - sweep["judged_true"]).abs().max() < 0.02
    assert sweep["true"].iloc[-1] > sweep["true"].iloc[0] + 0.1


def test_one_model_looked_at_once_is_not_flattered():
    result = choose_by_peeking(ThreeSetsSpec(m=1))
    assert result.said == result.judged
    assert abs(result.optimism) < 3.5 * result.optimism_error


def test_more_test_rows_forgive_more_looks():
    few, many = (choose_by_peeking(ThreeSetsSpec(n_test=n, m=1000)) for n in (100, 500))
    assert few.optimism / many.optimism == pytest.approx(np.sqrt(5), rel=0.1)


@pytest.mark.parametrize("data", ["noise", "churn"])
def test_each_model_is_the_linear_regression_of_scikit_learn_on_its_three_columns(data):
    world = draw_world(data, 100, 0, 3)
    weights = train_models(world, 0, 3)
    columns = draw_columns(world.train[0].shape[1], 0, 3)
    features, labels = world.train
    for model in (0, 17, 500, 999):
        seen = columns[model]
        peer = LinearRegression().fit(features[:, seen], labels)
        assert weights[model, 0] == pytest.approx(peer.intercept_)
        assert weights[model, 1 + seen] == pytest.approx(peer.coef_)
        assert np.count_nonzero(weights[model]) <= 4
        said = peer.predict(world.test[0][:, seen])
        right = np.mean((said > 0.5) == world.test[1])
        assert count_right(weights[[model]], *world.test)[0] == pytest.approx(right)
        area = roc_auc_score(world.test[1], said)
        assert rank_rows(weights[[model]], *world.test)[0] == pytest.approx(area)


def test_what_a_model_is_worth_is_what_a_million_rows_of_the_law_say():
    world = draw_world("signal", 100, 0, 0)
    weights = train_models(world, 0, 0)[:8]
    rng = np.random.default_rng(99)
    labels = rng.integers(0, 2, MILLION)
    means = np.r_[np.full(N_USEFUL, SHIFT), np.zeros(N_COLUMNS - N_USEFUL)]
    right = np.zeros(len(weights))
    for part in np.array_split(labels, 20):
        features = rng.normal(size=(len(part), N_COLUMNS)) + np.outer(2 * part - 1, means)
        right += count_right(weights, features, part) * len(part)
    assert world.judge(weights) == pytest.approx(right / MILLION, abs=4 * 0.5 / np.sqrt(MILLION))


def test_one_useful_column_is_worth_the_normal_distribution_at_its_shift():
    weights = np.array([[0.5, 1.0], [0.5, -1.0], [0.9, 0.0], [0.5, 0.0]])
    worth = true_accuracy(weights, np.array([SHIFT]))
    assert worth[:2] == pytest.approx([0.636831, 0.363169], abs=1e-5)
    assert worth[2:] == pytest.approx([0.5, 0.5])


def test_what_a_churn_model_is_worth_is_what_two_hundred_thousand_subscribers_say():
    pool = find_pool("churn")
    table = draw_subscribers(200_000, np.random.default_rng(77))
    labels = (np.random.default_rng(78).random(len(table)) < true_probability(table)).astype(int)
    assert labels.mean() == pytest.approx(0.1, abs=0.005)
    assert pool.labels.mean() == pytest.approx(0.1, abs=0.005)
    at = [pool.names.index(name) for name in ("tenure_months", "satisfaction", "support_calls")]
    world = draw_world("churn", 200, 0, 0)
    peer = LinearRegression().fit(world.train[0][:, at], world.train[1])
    weights = np.zeros((1, 1 + len(pool.names)))
    weights[0, 0], weights[0, 1 + np.array(at)] = peer.intercept_, peer.coef_
    raw = table[["tenure_months", "satisfaction", "support_calls"]].to_numpy(dtype=float)
    standard = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    area = roc_auc_score(labels, standard @ peer.coef_)
    assert world.judge(weights)[0] == pytest.approx(area, abs=0.03)


def test_the_rows_that_judge_are_in_none_of_the_three_sets():
    drawn = draw_rows("churn", 200, 0, 5)
    kept = {row.tobytes() for row in drawn.fresh[0]}
    shared = sum(row.tobytes() in kept for row in drawn.features)
    assert len(drawn.fresh[0]) == N_FRESH
    assert shared <= 5, "only twins by chance"
    assert len(drawn.features) == N_TRAIN + 400


def test_a_table_of_ones_own_is_drawn_from_without_overlap():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(1500, 5))
    table = pd.DataFrame(x, columns=list("abcde")).assign(
        word=rng.choice(["p", "q"], 1500), y=(x[:, 0] + rng.normal(size=1500) > 0).astype(int)
    )
    table.loc[3, "a"] = np.nan
    own = store_own_dataset(table, title="Own", task="binary", target="y").name
    result = choose_by_peeking(ThreeSetsSpec(data=own))
    assert result.metric == "auc"
    assert result.optimism > 0
    drawn = draw_rows(own, 100, 0, 0)
    assert len(drawn.features) + len(drawn.fresh[0]) == 1500
    with pytest.raises(SpecError, match="need 2,700 rows"):
        ThreeSetsSpec(data=own, n_test=1000)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"m": 0}, "1 to 1,000 models, got 0"),
        ({"m": 1001}, "got 1001"),
        ({"n_test": 70}, "50, 100, 200, 500, 1000, got 70"),
        ({"seed": -1}, "A seed is a whole number"),
        ({"data": "iris"}, "needs two classes, and Iris"),
        ({"data": "churn", "n_test": 50}, "about 8 rows of each class among 50"),
        ({"data": "nowhere"}, "There is no table called 'nowhere'"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_the_repair(settings, message):
    with pytest.raises(SpecError, match=message):
        ThreeSetsSpec(**settings)


def test_the_number_of_models_moves_to_the_nearest_that_was_tried():
    assert choose_by_peeking(ThreeSetsSpec(m=90)).m == 100
    assert choose_by_peeking(ThreeSetsSpec(m=4)).m in {3, 5}


def test_the_same_spec_gives_the_same_numbers():
    a, b = (peek_often.run_fresh(PeekSpec(n_test=50, seed=2)) for _ in range(2))
    pd.testing.assert_frame_equal(a.runs, b.runs)


def test_the_first_view_is_ready_and_others_are_trained_elsewhere():
    assert name_slow_part(ThreeSetsSpec(m=7)) is None
    assert "thousand models" in name_slow_part(ThreeSetsSpec(data="signal")).what


@pytest.mark.parametrize("data", ["noise", "signal"])
def test_the_table_of_a_law_holds_the_rows_of_one_run(data):
    dataset, drawn = find_table(data), draw_rows(data, 100, 0, 0)
    assert dataset.table[list(dataset.features)].to_numpy() == pytest.approx(
        drawn.features, abs=1e-4
    )
    assert dataset.table["label"].tolist() == drawn.labels.tolist()
    assert len(dataset.table) == dataset.n_rows == 400
    assert find_table("churn").name == "churn"


def test_rows_of_one_class_cannot_be_ranked():
    assert np.isnan(rank_rows(np.ones((2, 3)), np.zeros((4, 2)), np.zeros(4, dtype=int))).all()
