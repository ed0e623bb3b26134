"""What the page teaches about probabilities, each sentence on really trained models."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB

from core.datasets import load_dataset, split_rows
from core.errors import SpecError
from core.metrics.classifiers import prepare_columns
from core.metrics.probabilities.lab import (
    EIGHT_SCORES,
    EIGHT_TRUTHS,
    LAB,
    ProbabilitySpec,
    judge_probabilities,
    name_slow_part,
)
from core.metrics.probabilities.models import (
    CALIBRATIONS,
    CalibrationSpec,
    build_model,
    calibrate_classifier,
    is_quick,
)
from core.results import result_to_json

BAYES = ProbabilitySpec()
FRAUD = ProbabilitySpec(data="fraud")
CANCER = ProbabilitySpec(data="breast_cancer")
CANCER_LOGISTIC = replace(CANCER, model="logistic")
TREE = ProbabilitySpec(model="tree")
TABLES = pytest.mark.parametrize("spec", [BAYES, FRAUD, CANCER], ids=lambda spec: spec.data)


def rows_of(spec, version="raw"):
    scores = calibrate_classifier(spec.trained).scores
    return scores["positive"].to_numpy(), scores[version].to_numpy()


def row_of(result, version):
    return result.versions.set_index("version").loc[version]


# --- the sentences of the page -----------------------------------------------------------------


@TABLES
def test_naive_bayes_exaggerates_what_it_is_sure_of_happens_less_often(spec):
    result = judge_probabilities(spec)
    positive, score = rows_of(spec)
    group = score > 0.9
    assert result.group_n == group.sum()
    assert result.group_said == pytest.approx(score[group].mean())
    assert result.group_happened == pytest.approx(positive[group].mean())
    interval = binomtest(int(positive[group].sum()), int(group.sum())).proportion_ci(
        method="wilson"
    )
    assert (result.group_low, result.group_high) == pytest.approx((interval.low, interval.high))
    assert result.group_said > result.group_high
    assert result.ece > 3 * result.ece_if_honest_high


def test_logistic_regression_is_nearly_calibrated_over_many_splits():
    specs = [ProbabilitySpec(model="logistic", seed=seed) for seed in range(6)]
    results = [judge_probabilities(spec) for spec in specs]
    # By the meaning of the bound an honest model is above it once in 20 splits.
    assert sum(result.ece > result.ece_if_honest_high for result in results) <= 2


@TABLES
@pytest.mark.parametrize("calibration", ["sigmoid", "isotonic"])
def test_calibration_mends_naive_bayes(spec, calibration):
    result = judge_probabilities(replace(spec, calibration=calibration))
    assert result.brier < result.raw_brier
    assert result.log_loss < result.raw_log_loss
    assert result.ece < result.raw_ece


@pytest.mark.parametrize("spec", [BAYES, TREE, CANCER_LOGISTIC], ids=lambda s: s.model)
def test_platt_leaves_the_ranking_and_the_area_as_they_are_while_the_brier_score_changes(spec):
    result = judge_probabilities(replace(spec, calibration="sigmoid"))
    assert result.roc_auc == pytest.approx(result.raw_roc_auc, abs=1e-12)
    assert result.brier != pytest.approx(result.raw_brier, rel=0.01)


@TABLES
def test_platt_and_isotonic_never_turn_a_pair_round(spec):
    _, raw = rows_of(spec)
    for version in ("sigmoid", "isotonic"):
        _, calibrated = rows_of(spec, version)
        assert (np.diff(calibrated[np.argsort(raw, kind="stable")]) >= -1e-12).all()


@TABLES
def test_isotonic_steps_make_ties_and_so_move_the_area_a_little(spec):
    result = judge_probabilities(replace(spec, calibration="isotonic"))
    assert result.n_distinct < result.raw_n_distinct / 5
    assert 0 < abs(result.roc_auc - result.raw_roc_auc) < 0.03


def test_any_rising_curve_leaves_the_area_as_it_is_but_not_the_brier_score():
    positive, score = rows_of(BAYES)
    for curve in (np.square, np.sqrt, lambda p: p / (p + 5 * (1 - p))):
        assert metrics.roc_auc_score(positive, curve(score)) == metrics.roc_auc_score(
            positive, score
        )
        other = metrics.brier_score_loss(positive, curve(score))
        assert other != pytest.approx(metrics.brier_score_loss(positive, score), rel=0.05)


def test_isotonic_steps_on_few_rows_end_in_0_and_1_and_then_one_row_costs_without_end():
    result = judge_probabilities(replace(CANCER_LOGISTIC, calibration="isotonic"))
    positive, score = rows_of(CANCER_LOGISTIC, "isotonic")
    assert result.n_impossible == (positive & (score == 0)).sum() + (~positive & (score == 1)).sum()
    assert result.n_impossible > 0
    assert result.log_loss > 3 * result.raw_log_loss
    assert np.isnan(row_of(result, "isotonic")["log_loss_high"])
    assert result.log_loss == pytest.approx(metrics.log_loss(positive, score))


def test_platts_curve_can_have_the_wrong_shape_and_harm():
    result = judge_probabilities(ProbabilitySpec(model="forest", calibration="sigmoid"))
    assert result.log_loss > result.raw_log_loss
    assert result.ece > result.ece_if_honest_high > result.raw_ece


def test_a_full_grown_tree_says_only_0_and_1_and_is_infinitely_wrong():
    result = judge_probabilities(TREE)
    positive, score = rows_of(TREE)
    assert set(score) == {0.0, 1.0}
    wrong = positive != (score == 1)
    assert result.n_impossible == wrong.sum()
    assert result.log_loss == pytest.approx(wrong.mean() * 52 * log(2))
    assert result.brier == pytest.approx(wrong.mean()) == pytest.approx(result.ece)


def test_the_true_probabilities_cost_least_but_do_not_have_the_smallest_calibration_error():
    for spec in (BAYES, FRAUD):
        result = judge_probabilities(spec)
        truth = row_of(result, "truth")
        others = result.versions[result.versions["version"] != "truth"]
        assert truth["log_loss"] < others["log_loss"].min()
        assert truth["brier"] < others["brier"].min()
        assert truth["ece"] > result.base_rate_ece
    assert "truth" not in set(judge_probabilities(CANCER).versions["version"])


def test_always_saying_the_base_rate_is_calibrated_and_knows_nothing():
    result = judge_probabilities(BAYES)
    base = row_of(result, "base_rate")
    assert result.base_rate_ece == pytest.approx(0, abs=1e-12)
    assert base["roc_auc"] == 0.5
    assert base["resolution"] == pytest.approx(0, abs=1e-12)
    assert base["brier"] == pytest.approx(0.1 * 0.9)
    assert base["log_loss"] == pytest.approx(-(0.1 * log(0.1) + 0.9 * log(0.9)))


@pytest.mark.parametrize("seed", range(4))
def test_lower_log_loss_does_not_mean_better_calibrated(seed):
    # Two really trained models: a forest that Platt distorts, a full-grown tree that Platt mends.
    knowing = judge_probabilities(ProbabilitySpec(model="forest", calibration="sigmoid", seed=seed))
    honest = judge_probabilities(ProbabilitySpec(model="tree", calibration="sigmoid", seed=seed))
    assert knowing.log_loss < honest.log_loss
    assert knowing.ece > honest.ece
    assert knowing.reliability > honest.reliability
    assert knowing.resolution > honest.resolution


def test_the_calibration_error_depends_on_the_bins():
    table = judge_probabilities(replace(FRAUD, model="logistic")).error_by_bins
    raw = table[table["version"] == "raw"]
    assert raw["ece"].max() > 1.3 * raw["ece"].min()


def test_with_equal_width_a_rare_class_fills_one_bin_and_with_equal_count_all():
    width, count = (
        judge_probabilities(ProbabilitySpec(data="fraud", model="logistic", bins=bins))
        for bins in ("width", "count")
    )
    bins = width.reliability_bins
    assert bins[bins["version"] == "raw"]["n"].max() > 0.95 * width.n_test
    bins = count.reliability_bins
    assert set(bins[bins["version"] == "raw"]["n"]) == {count.n_test / 10}


@pytest.mark.parametrize(("given", "price"), [(0.9, 0.105), (0.5, 0.693), (0.01, 4.605)])
def test_one_mistake_costs_minus_ln_p_and_brings_an_nth_of_it_to_the_mean(given, price):
    result = judge_probabilities(replace(BAYES, given=given))
    assert round(result.mistake_loss, 3) == price
    # Hand the same row to scikit-learn among n − 1 perfect ones.
    n = result.n_test
    mean = metrics.log_loss(np.ones(n), np.append(np.ones(n - 1), given), labels=[0, 1])
    assert result.mistake_added == pytest.approx(mean)
    assert result.mistake_in_rows * result.log_loss == pytest.approx(result.mistake_loss)


@TABLES
def test_the_dearest_rows_are_the_most_confident_mistakes(spec):
    positive, score = rows_of(spec)
    table = judge_probabilities(spec).dearest
    table = table[table["version"] == "raw"]
    given = np.sort(np.where(positive, score, 1 - score))
    np.testing.assert_array_equal(table["given"], given[: len(table)])
    dataset = load_dataset(spec.data)
    np.testing.assert_array_equal(
        dataset.positive_rows()[table["row"].to_numpy()], table["positive"]
    )
    share = table["loss"].sum() / (judge_probabilities(spec).log_loss * len(score))
    assert table["share"].sum() == pytest.approx(share)


def test_by_scores_15_of_16_pairs_are_right_and_by_labels_12():
    pairs = judge_probabilities(BAYES).pairs
    credit = pairs.groupby("scores")["credit"].agg(["sum", "mean", "size"])
    assert credit.loc["scores"].tolist() == [15, 0.9375, 16]
    assert credit.loc["labels"].tolist() == [12, 0.75, 16]
    labels = np.array(EIGHT_SCORES) >= 0.5
    assert metrics.roc_auc_score(EIGHT_TRUTHS, EIGHT_SCORES) == 0.9375
    assert metrics.roc_auc_score(EIGHT_TRUTHS, labels) == 0.75
    assert round(metrics.log_loss(EIGHT_TRUTHS, EIGHT_SCORES), 3) == 0.4
    assert round(metrics.log_loss(EIGHT_TRUTHS, labels.astype(float)), 2) == 9.01
    assert metrics.roc_auc_score(EIGHT_TRUTHS, 1 - np.array(EIGHT_SCORES)) == 0.0625


@TABLES
def test_labels_instead_of_scores_give_the_balanced_accuracy_and_hide_the_ranking(spec):
    result = judge_probabilities(spec)
    positive, score = rows_of(spec)
    balanced = metrics.balanced_accuracy_score(positive, score >= 0.5)
    assert result.roc_auc_labels == pytest.approx(balanced)
    assert result.roc_auc_labels < result.roc_auc


@TABLES
def test_reversed_scores_turn_the_area_round_with_the_same_labels(spec):
    result = judge_probabilities(spec)
    assert result.roc_auc_reversed == pytest.approx(1 - result.roc_auc, abs=1e-3)
    assert result.roc_auc_reversed < 0.5 - 5 * result.guessing_spread


# --- the calibrations, each written a second time -------------------------------------------------


@pytest.fixture(scope="module")
def by_hand():
    """Naive Bayes on churn, trained here once more: scores of both parts and what happened."""
    dataset = load_dataset("churn")
    split, positive = split_rows(dataset, seed=0), dataset.positive_rows()
    table = dataset.table[list(dataset.features)]
    prepare = prepare_columns(dataset)
    model = GaussianNB().fit(prepare.fit_transform(table.iloc[split.train]), positive[split.train])
    kept, judged = (
        model.predict_proba(prepare.transform(table.iloc[rows]))[:, 1]
        for rows in (split.validation, split.test)
    )
    return kept, positive[split.validation], judged


def test_platts_curve_is_the_most_likely_s_curve_on_the_validation_rows(by_hand):
    kept, happened, judged = by_hand
    n_up, n_down = happened.sum(), (~happened).sum()
    target = np.where(happened, (n_up + 1) / (n_up + 2), 1 / (n_down + 2))  # Platt 1999, 2.2

    def unlikelihood(line):
        p = expit(line[0] * kept + line[1])
        return -(target * np.log(p) + (1 - target) * np.log1p(-p)).sum()

    slope, start = minimize(unlikelihood, [1.0, -2.0], method="Nelder-Mead", tol=1e-9).x
    _, sigmoid = rows_of(BAYES, "sigmoid")
    np.testing.assert_allclose(sigmoid, expit(slope * judged + start), atol=1e-4)
    _, raw = rows_of(BAYES)
    np.testing.assert_allclose(raw, judged)


def test_isotonic_steps_are_the_max_min_means_of_the_validation_rows(by_hand):
    kept, happened, judged = by_hand
    order = np.argsort(kept, kind="stable")
    sums = np.concatenate([[0], np.cumsum(happened[order])])
    n = len(kept)
    # Value at i: the largest over a ≤ i of the smallest over b ≥ i of the mean from a to b.
    start, end = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(end >= start, (sums[end + 1] - sums[start]) / (end + 1 - start), np.inf)
    smallest = np.minimum.accumulate(mean[:, ::-1], axis=1)[:, ::-1]
    steps = np.where(np.tri(n, dtype=bool).T, smallest, -np.inf).max(axis=0)
    _, isotonic = rows_of(BAYES, "isotonic")
    expected = np.interp(judged, kept[order], steps)
    np.testing.assert_allclose(isotonic, expected, atol=1e-9)
    # On the rows that it was fitted on, what is said happens exactly as often.
    assert steps.mean() == pytest.approx(happened.mean())


def test_no_row_is_used_twice():
    trained = calibrate_classifier(CalibrationSpec())
    split = split_rows(load_dataset("churn"), seed=0)
    assert trained.scores["row"].tolist() == split.test.tolist()
    assert (trained.n_train, trained.n_calibration) == (len(split.train), len(split.validation))
    used = set(split.train) | set(split.validation)
    assert used.isdisjoint(trained.scores["row"])


# --- spec, result, speed ----------------------------------------------------------------------


@TABLES
def test_the_numbers_of_every_version_are_scikit_learns(spec):
    result = judge_probabilities(spec)
    for version in CALIBRATIONS:
        positive, score = rows_of(spec, version)
        row = row_of(result, version)
        assert row["roc_auc"] == pytest.approx(metrics.roc_auc_score(positive, score))
        assert row["brier"] == pytest.approx(metrics.brier_score_loss(positive, score))
        assert row["log_loss"] == pytest.approx(metrics.log_loss(positive, score))
        squares = (score - positive) ** 2
        reach = 1.959964 * np.sqrt(np.var(squares, ddof=1) / len(squares))
        assert row["brier_high"] - row["brier"] == pytest.approx(reach)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data": "house_prices"}, "needs two classes, and House prices is a regression table"),
        ({"model": "oracle"}, r"The model is one of naive_bayes, .* got 'oracle'"),
        ({"calibration": "magic"}, "The calibration is one of raw, sigmoid, isotonic, got 'magic'"),
        ({"bins": "odd"}, "Bins have equal 'width' or equal 'count', got 'odd'"),
        ({"n_bins": 1}, "needs 2 to 50 bins, got 1. Try 10"),
        ({"given": 0.0}, "the price of 0 would be infinite; got 0. Try 0.01"),
        ({"given": 1.1}, "above 0 and up to 1"),
        ({"seed": -1}, "A seed is a whole number from 0 to"),
    ],
)
def test_a_spec_that_cannot_work_says_the_law_and_the_repair(settings, message):
    with pytest.raises(SpecError, match=message):
        ProbabilitySpec(**settings)


def test_too_few_rows_for_calibration_are_refused_with_a_repair(monkeypatch):
    from core.metrics.probabilities import models

    monkeypatch.setattr(models, "FEWEST_OF_A_CLASS", 141)
    with pytest.raises(SpecError, match=r"at least 141 rows of each class .* has 140 of one\. Bri"):
        calibrate_classifier.run_fresh(CalibrationSpec())


def test_certainty_that_was_right_costs_nothing():
    result = judge_probabilities(replace(BAYES, given=1.0))
    assert str(result.mistake_loss) == "0.0"


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_preset_gives_a_result_that_is_strict_json(preset):
    result = judge_probabilities(ProbabilitySpec(**LAB.presets[preset]))
    assert '"roc_auc"' in result_to_json(result)
    assert set(result.versions["version"]) >= {"raw", "sigmoid", "isotonic", "base_rate"}
    for name in ("ece", "brier", "log_loss"):
        row = row_of(result, result.spec.calibration)
        assert getattr(result, name) == row[name]


def test_bins_and_prices_train_nothing_anew():
    slow = [
        name_slow_part(ProbabilitySpec(model="forest", bins=bins, given=given))
        for bins, given in (("width", 0.5), ("count", 0.01))
    ]
    assert slow[0].spec == slow[1].spec
    assert "trained and calibrated on" in slow[0].what
    assert name_slow_part(BAYES) is None
    assert is_quick(CANCER.trained)


def test_each_model_is_named_after_what_it_is():
    kinds = [type(build_model(model, 0)).__name__ for model in ("naive_bayes", "forest", "tree")]
    assert kinds == ["GaussianNB", "RandomForestClassifier", "DecisionTreeClassifier"]


def test_the_split_is_made_with_scikit_learn_and_the_seed():
    dataset = load_dataset("breast_cancer")
    rest, test = train_test_split(
        np.arange(569), test_size=114, random_state=3, stratify=dataset.table[dataset.target]
    )
    scores = calibrate_classifier(CalibrationSpec(data="breast_cancer", seed=3)).scores
    assert sorted(scores["row"]) == sorted(test)
    assert len(rest) == 455
