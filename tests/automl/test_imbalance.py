"""Balancing moves probabilities by a known law and hardly the order; the bench measures that."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_sample_weight

from core.automl.imbalance.judging import PRICES, count_cells, list_cuts
from core.automl.imbalance.lab import ImbalanceSpec, compare_ways, name_slow_part
from core.automl.imbalance.models import BenchSpec, train_ways
from core.automl.imbalance.pumps import N_ROWS, PUMPS, make_pumps
from core.automl.imbalance.ways import METHODS, WAYS, balance_rows, deflate, inflate
from core.datasets import load_dataset, split_rows, store_own_dataset
from core.errors import SpecError
from core.metrics.classifiers import prepare_columns


@pytest.fixture(scope="module")
def churn():
    return compare_ways(ImbalanceSpec())


@pytest.fixture(scope="module")
def scores():
    return train_ways(BenchSpec()).scores


@pytest.fixture(scope="module")
def pumps():
    return compare_ways(ImbalanceSpec(data="pumps"))


def rng():
    return np.random.default_rng(0)


def draw_world(n, seed, intercept=-3.5):
    """Draw rows whose true law is logistic, and their true probabilities."""
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(n, 2))
    true = 1 / (1 + np.exp(-(intercept + rows @ [1.2, -0.8])))
    return rows, chance.random(n) < true, true


# --- what is done to the training rows -------------------------------------------------------------


def test_70_of_95_kept_weigh_1_over_0_737_as_in_the_public_example():
    positive = np.repeat([True, False], [50, 950])
    lesson = balance_rows(positive, "fewer_weighted", 14, rng())
    kept = ~positive[lesson.places]
    assert kept.sum() == 700
    assert set(lesson.weights[kept]) == {950 / 700}
    assert round(700 / 950, 3) == 0.737
    assert lesson.weights[~kept] == pytest.approx(1)
    assert lesson.weights.sum() == pytest.approx(1000)


def test_class_weights_are_those_of_scikit_learn():
    positive = rng().random(500) < 0.1
    lesson = balance_rows(positive, "weights", 1, rng())
    assert lesson.weights == pytest.approx(compute_sample_weight("balanced", positive))
    assert len(lesson.places) == 500


@pytest.mark.parametrize("way", WAYS)
def test_weights_that_the_rows_brought_are_multiplied(way):
    positive = np.arange(200) % 10 == 0
    own = rng().integers(1, 4, 200).astype(float)
    alone = balance_rows(positive, way, 3, rng())
    with_own = balance_rows(positive, way, 3, rng(), own)
    assert (with_own.places == alone.places).all()
    assert with_own.weights == pytest.approx(alone.weights * own[alone.places])


def test_all_positives_and_no_row_twice_are_kept():
    positive = np.arange(1000) % 20 == 0
    lesson = balance_rows(positive, "fewer", 3, rng())
    assert len(np.unique(lesson.places)) == len(lesson.places) == 200
    assert positive[lesson.places].sum() == positive.sum()
    everything = balance_rows(positive, "fewer", 1000, rng())
    assert (everything.places == np.arange(1000)).all()


@pytest.mark.parametrize(
    ("positive", "own", "message"),
    [
        ([True] * 5, None, "Balancing needs rows of both classes, got 5 positive ones of 5"),
        ([True, False], [1.0, -1.0], "Each row has one weight, 0 or more"),
        ([True, False], [1.0], "Each row has one weight, 0 or more"),
    ],
)
def test_rows_that_cannot_be_balanced_are_refused(positive, own, message):
    own = None if own is None else np.array(own)
    with pytest.raises(SpecError, match=message):
        balance_rows(np.array(positive), "weights", 1, rng(), own)


# --- the law of the shift -----------------------------------------------------------------------------


def test_thinning_out_adds_minus_the_log_of_the_kept_share_to_the_log_odds():
    p, r = np.linspace(0.01, 0.99, 99), 0.2
    gained = np.log(inflate(p, r) / (1 - inflate(p, r))) - np.log(p / (1 - p))
    assert gained == pytest.approx(-np.log(r))
    assert deflate(inflate(p, r), r) == pytest.approx(p)
    assert float(inflate(0.1, 1 / 9)) == pytest.approx(0.5)


def test_a_model_trained_on_fewer_rows_shows_that_shift_and_re_weighting_takes_it_back():
    rows, positive, _ = draw_world(200_000, seed=1)
    fits = {}
    for way in ("plain", "fewer", "fewer_weighted"):
        lesson = balance_rows(positive, way, 2, rng())
        model = LogisticRegression(C=1e6)
        fits[way] = model.fit(rows[lesson.places], positive[lesson.places], lesson.weights)
    n_common = (~positive).sum()
    shift = -np.log(2 * positive.sum() / n_common)
    intercepts = {way: fit.intercept_[0] for way, fit in fits.items()}
    assert intercepts["plain"] == pytest.approx(-3.5, abs=0.05)
    assert intercepts["fewer"] == pytest.approx(-3.5 + shift, abs=0.06)
    assert intercepts["fewer_weighted"] == pytest.approx(-3.5, abs=0.06)
    for fit in fits.values():
        assert fit.coef_[0] == pytest.approx([1.2, -0.8], abs=0.06)
    fresh, happened, true = draw_world(100_000, seed=2)
    said = {way: fit.predict_proba(fresh)[:, 1].mean() for way, fit in fits.items()}
    assert said["plain"] == pytest.approx(happened.mean(), rel=0.03)
    assert said["fewer_weighted"] == pytest.approx(happened.mean(), rel=0.03)
    looks = inflate(true, 2 * positive.sum() / n_common)
    assert said["fewer"] == pytest.approx(looks.mean(), rel=0.03)
    assert said["fewer"] > 3 * happened.mean()


def test_adding_the_same_to_all_log_odds_changes_no_order():
    _, positive, true = draw_world(5000, seed=3)
    shifted = inflate(true, 0.05)
    assert metrics.roc_auc_score(positive, shifted) == metrics.roc_auc_score(positive, true)
    assert metrics.average_precision_score(positive, shifted) == pytest.approx(
        metrics.average_precision_score(positive, true), abs=1e-12
    )
    cut = float(deflate(0.5, 0.05))
    assert ((shifted >= 0.5) == (true >= cut)).all()


@pytest.mark.parametrize("price", [1.0, 4.0, 20.0])
def test_with_honest_probabilities_the_rule_is_the_cheapest_threshold(price):
    """The expected cost of an alarm is 1 − q, of silence price·q: equal at q = 1 / (1 + price)."""
    _, _, true = draw_world(20_000, seed=4)
    cuts = np.linspace(0.001, 0.999, 999)
    cost = [np.where(true >= cut, 1 - true, price * true).mean() for cut in cuts]
    assert cuts[int(np.argmin(cost))] == pytest.approx(1 / (1 + price), abs=0.02)


# --- the bench -----------------------------------------------------------------------------------------


def test_what_judges_is_never_resampled_and_the_deals_are_those_of_the_course(churn, scores):
    dataset = load_dataset("churn")
    for number in (0, churn.n_splits - 1):
        split = split_rows(dataset, seed=number)
        for part, rows in (("validation", split.validation), ("test", split.test)):
            here = scores[(scores["split"] == number) & (scores["part"] == part)]
            assert (here["positive"].to_numpy() == dataset.positive_rows()[rows]).all()


def test_the_scores_are_those_of_the_model_trained_by_hand(scores):
    dataset = load_dataset("churn")
    split = split_rows(dataset, seed=3)
    table, positive = dataset.table[list(dataset.features)], dataset.positive_rows()
    prepare = prepare_columns(dataset).fit(table.iloc[split.train])
    train, test = (prepare.transform(table.iloc[rows]) for rows in (split.train, split.test))
    here = scores[(scores["split"] == 3) & (scores["part"] == "test")]
    for way, weight in (("plain", None), ("weights", "balanced")):
        model = LogisticRegression(max_iter=1000, class_weight=weight)
        said = model.fit(train, positive[split.train]).predict_proba(test)[:, 1]
        assert here[way].to_numpy() == pytest.approx(said, abs=1e-6)


def test_every_score_of_a_deal_is_that_of_scikit_learn(churn, scores):
    rows = scores[(scores["split"] == 0) & (scores["part"] == "test")]
    truth = rows["positive"]
    found = churn.deals[churn.deals["split"] == 0].set_index("method")
    for way in WAYS:
        said = rows[way]
        one = found.loc[way]
        assert one["f1"] == pytest.approx(metrics.f1_score(truth, said >= 0.5))
        assert one["brier"] == pytest.approx(((said - truth) ** 2).mean())
        assert one["mean_said"] == pytest.approx(said.mean())
        ranks = stats.mannwhitneyu(said[truth], said[~truth]).statistic
        assert one["roc_auc"] == pytest.approx(ranks / (truth.sum() * (~truth).sum()))
        best = one["best_threshold"]
        assert one["best_f1"] == pytest.approx(metrics.f1_score(truth, said >= best))
        chance = np.where(truth, said, 1 - said)
        assert one["log_loss"] == pytest.approx(-np.log(chance).mean())
        assert one["tp"] + one["fn"] == truth.sum()
    assert found.loc["moved", "f1"] == found.loc["plain", "best_f1"]


def test_the_best_threshold_is_chosen_by_the_validation_rows_alone(churn, scores):
    rows = scores[(scores["split"] == 1) & (scores["part"] == "validation")]
    precision, recall, _ = metrics.precision_recall_curve(rows["positive"], rows["plain"])
    best = stats.hmean([precision[:-1].clip(1e-12), recall[:-1].clip(1e-12)]).max()
    chosen = churn.deals.set_index(["split", "method"]).loc[(1, "moved"), "threshold"]
    assert metrics.f1_score(rows["positive"], rows["plain"] >= chosen) == pytest.approx(best)


def test_the_cheapest_threshold_is_found_among_all():
    positive = np.array([1, 0, 1, 0, 0, 1, 0, 0, 0, 1], dtype=bool)
    score = np.array([0.9, 0.8, 0.8, 0.6, 0.5, 0.5, 0.3, 0.2, 0.2, 0.1])
    prices = np.array([1.0, 3.0, 100.0])
    found = list_cuts(positive, score).cheapest(prices)
    for price, cut in zip(prices, found, strict=True):
        costs = {
            t: (positive & (score < t)).sum() * price + (~positive & (score >= t)).sum()
            for t in [np.inf, *score]
        }
        assert costs[cut] == min(costs.values())
    assert found[-1] == 0.1
    cells = count_cells(positive, score, np.array([np.inf, 0.5]))
    assert [int(n) for n in (cells["tp"][0], cells["fp"][0], cells["fn"][0])] == [0, 0, 4]
    assert [int(n) for n in (cells["tp"][1], cells["fp"][1], cells["tn"][1])] == [3, 3, 3]


def test_gains_are_paired_and_their_interval_is_that_of_nadeau_and_bengio(churn):
    f1 = churn.deals.pivot(index="split", columns="method", values="f1")
    differences = (f1["moved"] - f1["plain"]).to_numpy()
    n = len(differences)
    reach = stats.t.ppf(0.975, n - 1) * differences.std(ddof=1) * np.sqrt(1 / n + 0.2 / 0.6)
    row = churn.gains.set_index(["method", "compared"]).loc[("moved", "usual")]
    assert row["gain"] == pytest.approx(churn.moved_f1 - churn.plain_f1)
    assert row["high"] - row["gain"] == pytest.approx(reach)
    assert bool(row["is_clear"]) == (row["low"] > 0 or row["high"] < 0)


def test_a_bill_of_100_percent_is_the_cheaper_of_alarming_everybody_and_nobody(churn):
    bills = churn.bills.set_index(["method", "price"])
    here = bills.loc[("half", 10.0)]
    n_positive, n_common = churn.n_positive_test, churn.n_test - churn.n_positive_test
    cost = here["fp"] + 10 * here["fn"]
    assert here["bill"] == pytest.approx(cost / min(10 * n_positive, n_common))
    assert here["cost"] == pytest.approx(1000 * cost / churn.n_test)
    assert churn.half_cost == here["cost"]


def test_the_reliability_of_all_bins_together_is_the_mean_said_and_the_base_rate(churn):
    for way, rows in churn.calibration.groupby("way"):
        said, happened = (
            np.average(rows[name], weights=rows["n"]) for name in ("said", "happened")
        )
        assert said == pytest.approx(getattr(churn, f"{way}_mean_said"))
        assert happened == pytest.approx(churn.base_rate)


def test_the_curves_end_at_the_base_rate_or_above_and_lie_within_0_and_1(churn):
    assert churn.curves["precision"].between(0, 1).all()
    last = churn.curves[churn.curves["recall"] == 1]
    assert (last["precision"] >= churn.base_rate - 1e-9).all()


# --- what the page teaches ------------------------------------------------------------------------------


def test_most_of_the_gain_of_class_weights_is_only_a_threshold(churn):
    gains = churn.gains.set_index(["method", "compared"])
    assert gains.loc[("weights", "usual"), "low"] > 0.1
    assert gains.loc[("weights", "fair"), "low"] < 0 < gains.loc[("weights", "fair"), "high"]
    assert churn.n_honest_gains == 0
    assert churn.most_f1 == "moved"


def test_class_weights_at_50_percent_are_the_untouched_model_at_the_base_rate(churn):
    assert churn.twin_f1 == pytest.approx(churn.weights_f1, abs=0.01)
    assert churn.same_threshold == pytest.approx(churn.base_rate)
    assert churn.base_rate_looks == pytest.approx(0.5)


def test_balancing_leaves_the_order_and_spoils_the_probabilities(churn):
    for way in ("weights", "fewer"):
        assert getattr(churn, f"{way}_roc_auc") == pytest.approx(churn.plain_roc_auc, abs=0.01)
        assert getattr(churn, f"{way}_mean_said") > 3 * churn.base_rate
        assert getattr(churn, f"{way}_log_loss") > churn.plain_log_loss
    assert churn.plain_mean_said == pytest.approx(churn.base_rate, abs=0.01)
    assert churn.fewer_weighted_mean_said == pytest.approx(churn.base_rate, abs=0.01)


def test_at_some_prices_50_percent_costs_more_than_no_model_at_all(churn):
    assert churn.half_bill > 1 > churn.moved_bill


def test_weights_do_help_a_model_of_the_wrong_shape(pumps):
    gains = pumps.gains.set_index(["method", "compared"])
    assert gains.loc[("weights", "fair"), "low"] > 0
    assert gains.loc[("weights", "order"), "low"] > 0
    assert pumps.n_honest_gains >= 1


def test_a_model_that_can_bend_needs_no_weights_there(pumps):
    bent = compare_ways(ImbalanceSpec(data="pumps", model="lightgbm"))
    assert bent.moved_f1 > 1.5 * pumps.moved_f1
    assert bent.n_honest_gains == 0


def test_on_a_balanced_test_precision_would_rise_without_a_better_alarm(churn):
    one = churn.ways.set_index("method").loc["weights"]
    false_alarm_rate = one["fp"] / (one["fp"] + one["tn"])
    balanced = one["recall"] / (one["recall"] + false_alarm_rate)
    assert balanced > 2 * one["precision"]


# --- specs, tables ---------------------------------------------------------------------------------------


def test_the_handle_changes_costs_and_nothing_that_is_trained(churn):
    dear = compare_ways(ImbalanceSpec(price=97))
    assert dear.price_used == 100.0
    assert dear.price_used == PRICES[dear.at]
    assert dear.rule_threshold == pytest.approx(1 / 101)
    assert dear.moved_f1 == churn.moved_f1
    assert dear.moved_cost > churn.moved_cost


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data": "house_prices"}, "A rare class needs two classes"),
        ({"model": "svm"}, "The model is one of linear, lightgbm, forest"),
        ({"per_positive": 0}, "For each positive row 1 to 1,000 others are kept, got 0"),
        ({"price": 0.5}, "A miss costs as much as 1 to 500 false alarms here, got 0.5"),
        ({"seed": -1}, "A seed is a whole number"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(settings, message):
    with pytest.raises(SpecError, match=message):
        ImbalanceSpec(**settings)


@pytest.mark.parametrize(
    ("n_positive", "message"),
    [(30, "40 positive rows are the fewest"), (300, "This is about a rare class")],
)
def test_own_tables_with_too_few_or_too_many_positives_are_refused(n_positive, message):
    table = pd.DataFrame(
        {"x": rng().normal(size=500), "y": ["yes"] * n_positive + ["no"] * (500 - n_positive)}
    )
    own = store_own_dataset(table, title="Own", task="binary", target="y", positive="yes")
    with pytest.raises(SpecError, match=message):
        train_ways(BenchSpec(data=own.name))


def test_an_own_table_is_compared_like_any_other():
    chance = rng()
    x = chance.normal(size=600)
    table = pd.DataFrame(
        {"x": x, "y": np.where(chance.random(600) < 1 / (1 + np.exp(2 - x)), "yes", "no")}
    )
    own = store_own_dataset(table, title="Own", task="binary", target="y", positive="yes")
    result = compare_ways(ImbalanceSpec(data=own.name))
    assert set(result.ways["method"]) == set(METHODS)
    assert name_slow_part(result.spec) is not None
    assert name_slow_part(ImbalanceSpec(price=3.0)) is None


def test_the_table_of_pumps_is_the_one_that_its_words_describe():
    table = PUMPS.table
    assert len(table) == N_ROWS
    assert int(PUMPS.positive_rows().sum()) == 160
    assert ((table["vibration"] > 7) & (table["failing"] == 0)).sum() == 80
    true = make_pumps().true_values
    assert true.mean() == pytest.approx(160 / N_ROWS, rel=0.15)
    assert metrics.roc_auc_score(PUMPS.positive_rows(), true) > 0.9
