"""What the page teaches about thresholds, each sentence on really trained models."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from core.errors import SpecError
from core.metrics.classifiers import score_classifier
from core.metrics.confusion import METRICS
from core.metrics.thresholds.lab import LAB, ThresholdSpec, sweep_thresholds
from core.results import result_to_json

FRAUD = ThresholdSpec(data="fraud")
CHURN = ThresholdSpec(data="churn")
CANCER = ThresholdSpec(data="breast_cancer")
TABLES = pytest.mark.parametrize("spec", [FRAUD, CHURN, CANCER], ids=lambda spec: spec.data)


def rows_of(spec, part="validation"):
    scores = score_classifier(spec.classifier).scores
    rows = scores[scores["part"] == part]
    return rows["positive"].to_numpy(), rows["score"].to_numpy()


# --- the sentences of the page -----------------------------------------------------------------


def test_a_model_that_never_raises_an_alarm_is_99_percent_accurate_on_fraud():
    result = sweep_thresholds(replace(FRAUD, threshold=1.0))
    assert result.tp + result.fp == 0
    assert result.accuracy == result.majority_accuracy == 0.99
    assert result.recall == 0
    gaps = result.undefined[result.undefined["place"] == result.at].set_index("metric")["reason"]
    assert set(gaps.index) == {"precision", "mcc"}
    assert "no alarm was raised" in gaps["precision"]


def test_always_saying_stay_is_90_percent_accurate_on_churn_and_catches_nobody():
    result = sweep_thresholds(replace(CHURN, threshold=1.0))
    assert (result.accuracy, result.recall, result.tp) == (0.9, 0, 0)
    assert result.balanced_accuracy == 0.5


@TABLES
def test_raising_the_threshold_never_raises_recall(spec):
    sweep = sweep_thresholds(spec).sweep
    assert (np.diff(sweep["threshold"]) > 0).all()
    assert (np.diff(sweep["recall"]) <= 0).all()
    assert (np.diff(sweep["specificity"]) >= 0).all()


@pytest.mark.parametrize("spec", [FRAUD, CHURN], ids=lambda spec: spec.data)
def test_precision_can_fall_when_the_threshold_rises(spec):
    precision = sweep_thresholds(spec).sweep["precision"].dropna()
    assert (np.diff(precision) < 0).any()
    assert precision.max() > precision.iloc[0]


@pytest.mark.parametrize("spec", [FRAUD, CANCER], ids=lambda spec: spec.data)
def test_with_prevalence_of_a_thousandth_most_alarms_are_false_even_at_high_recall_and_specificity(
    spec,
):
    sweep = sweep_thresholds(replace(spec, prevalence=0.001)).sweep
    # The laws of chance, from the two rates alone.
    caught = 0.001 * sweep["recall"]
    by_bayes = caught / (caught + 0.999 * (1 - sweep["specificity"]))
    defined = sweep["precision"].notna()
    np.testing.assert_allclose(sweep["precision"][defined], by_bayes[defined])
    good = sweep[(sweep["recall"] >= 0.8) & sweep["specificity"].between(0.9, 0.995)]
    assert len(good) > 0
    assert (good["precision"] < 0.5).all()


def test_the_roc_curve_does_not_move_with_prevalence_but_the_precision_recall_curve_does():
    results = [sweep_thresholds(replace(FRAUD, prevalence=share)) for share in (None, 0.001, 0.5)]
    now, rare, common = (dict(iter(result.curves.groupby("curve"))) for result in results)
    for other in (rare, common):
        assert other["roc"].equals(now["roc"])
        np.testing.assert_allclose(other["precision_recall"]["x"], now["precision_recall"]["x"])
    # All points but those without a false alarm move, and in the direction of the prevalence.
    precision = [curves["precision_recall"]["y"] for curves in (rare, now, common)]
    moves = now["precision_recall"]["y"].between(0.0001, 0.9999)
    assert moves.sum() > 100
    assert (precision[0][moves] < precision[1][moves]).all()
    assert (precision[1][moves] < precision[2][moves]).all()
    assert len({result.roc_auc for result in results}) == 1
    by_prevalence = [results[1], results[0], results[2]]
    areas = [result.average_precision for result in by_prevalence]
    assert areas == sorted(set(areas))


def test_moving_the_threshold_does_not_change_the_roc_auc_of_the_model():
    results = [sweep_thresholds(replace(FRAUD, threshold=t)) for t in (0.0, 0.01, 0.5, 1.0)]
    assert len({result.roc_auc for result in results}) == 1
    assert len({result.accuracy for result in results}) == 4
    positive, score = rows_of(FRAUD)
    pairs = score[positive][:, None] - score[~positive][None, :]
    # The share of (positive, negative) pairs in the right order, ties counting half.
    assert results[0].roc_auc == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean())


def test_roc_auc_from_hard_labels_is_lower_than_from_scores():
    truth, score = [0, 0, 0, 0, 1, 1, 1, 1], [0.1, 0.2, 0.6, 0.3, 0.4, 0.7, 0.8, 0.9]
    assert metrics.roc_auc_score(truth, score) == 0.9375
    assert metrics.roc_auc_score(truth, np.array(score) >= 0.5) == 0.75
    positive, score = rows_of(FRAUD)
    result = sweep_thresholds(FRAUD)
    hard = metrics.roc_auc_score(positive, score >= result.threshold_used)
    assert hard == pytest.approx(result.balanced_accuracy)
    assert hard < result.roc_auc


def optimism_of(spec, n_seeds):
    """Mean optimism of the threshold chosen on validation, in standard errors over seeds."""
    gaps = [sweep_thresholds(replace(spec, seed=seed)).optimism for seed in range(n_seeds)]
    return np.mean(gaps) / (np.std(gaps, ddof=1) / np.sqrt(n_seeds))


def test_a_threshold_chosen_on_validation_looks_cheaper_there_than_on_test_on_average():
    assert optimism_of(replace(CANCER, cost_miss=50), n_seeds=30) > 3


@pytest.mark.full
@pytest.mark.parametrize("cost_miss", [5, 10])
def test_the_optimism_of_the_chosen_threshold_shows_on_churn_too(cost_miss):
    assert optimism_of(replace(CHURN, cost_miss=cost_miss), n_seeds=200) > 4


# --- the numbers behind them -------------------------------------------------------------------


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_place_of_the_handle_agrees_with_scikit_learn(preset):
    spec = ThresholdSpec(**LAB.presets[preset])
    result = sweep_thresholds(spec)
    positive, score = rows_of(spec)
    share, weight = positive.mean(), None
    if spec.prevalence is not None:
        weight = np.where(positive, spec.prevalence / share, (1 - spec.prevalence) / (1 - share))
    options = {"sample_weight": weight}
    for place in result.sweep.iloc[::10].to_dict("records"):
        alarm = score >= place["threshold"]
        (tn, fp), (fn, tp) = metrics.confusion_matrix(positive, alarm, labels=[False, True])
        assert [place[cell] for cell in ("tp", "fp", "fn", "tn")] == [tp, fp, fn, tn]
        expected = {
            "accuracy": metrics.accuracy_score(positive, alarm, **options),
            "balanced_accuracy": metrics.balanced_accuracy_score(positive, alarm, **options),
            "precision": metrics.precision_score(positive, alarm, zero_division=np.nan, **options),
            "recall": metrics.recall_score(positive, alarm, **options),
            "specificity": metrics.recall_score(positive, alarm, pos_label=False, **options),
            "f1": metrics.f1_score(positive, alarm, **options),
            "mcc": metrics.matthews_corrcoef(positive, alarm, **options),
        }
        if alarm.all() or not alarm.any():
            expected["mcc"] = np.nan
        shown = [place[metric] for metric in METRICS]
        assert shown == pytest.approx([expected[m] for m in METRICS], rel=1e-9, nan_ok=True)


@TABLES
def test_the_sentence_numbers_are_the_row_of_the_sweep_nearest_to_the_threshold(spec):
    result = sweep_thresholds(replace(spec, threshold=0.3))
    row = result.sweep.iloc[result.at]
    assert result.threshold_used == row["threshold"] == 0.3
    for name in ("tp", "fp", "fn", "tn", "cost", *METRICS):
        assert getattr(result, name) == row[name]
    assert (result.n_positive, result.n_negative) == (result.tp + result.fn, result.fp + result.tn)
    assert result.n_judged == result.n_positive + result.n_negative
    assert result.base_rate == result.prevalence == result.n_positive / result.n_judged


@TABLES
def test_bars_to_the_right_of_the_handle_are_exactly_the_alarms(spec):
    result = sweep_thresholds(spec)
    bars, sweep = result.histogram, result.sweep
    for edge in range(0, 201, 5):
        right = bars[bars["left"] >= sweep["position"][edge] - 1e-9]
        assert right["n_positive"].sum() == sweep["tp"][edge]
        assert right["n_negative"].sum() == sweep["fp"][edge]
    assert bars["positive_share"].sum() == pytest.approx(1)
    assert bars["negative_share"].sum() == pytest.approx(1)


def test_bounds_are_wilsons_and_hold_the_rate():
    result = sweep_thresholds(replace(FRAUD, threshold=0.1))
    row = result.sweep.iloc[result.at]
    for rate, hits, trials in [
        ("recall", result.tp, result.n_positive),
        ("specificity", result.tn, result.n_negative),
        ("precision", result.tp, result.tp + result.fp),
    ]:
        truth = binomtest(hits, trials).proportion_ci(0.95, method="wilson")
        assert [row[f"{rate}_low"], row[f"{rate}_high"]] == pytest.approx([truth.low, truth.high])
        assert row[f"{rate}_low"] < row[rate] < row[f"{rate}_high"]


@pytest.mark.parametrize("prevalence", [None, 0.001, 0.8])
def test_counts_per_10000_rows_add_up_to_10000_and_give_the_same_scores(prevalence):
    result = sweep_thresholds(replace(FRAUD, prevalence=prevalence))
    sweep = result.sweep
    cells = {cell: sweep[f"{cell}_per_10000"] for cell in ("tp", "fp", "fn", "tn")}
    np.testing.assert_allclose(sum(cells.values()), 10_000)
    np.testing.assert_allclose(cells["tp"] + cells["fn"], 10_000 * result.prevalence)
    np.testing.assert_allclose((cells["tp"] + cells["tn"]) / 10_000, sweep["accuracy"])
    cost = (cells["fp"] * 1 + cells["fn"] * 10) / 10
    np.testing.assert_allclose(cost, sweep["cost"])
    assert result.majority_accuracy == max(result.prevalence, 1 - result.prevalence)


@TABLES
def test_every_gap_in_the_sweep_has_its_reason_and_nothing_else_has(spec):
    result = sweep_thresholds(spec)
    gaps = {(row.place, row.metric) for row in result.undefined.itertuples()}
    holes = {
        (place, metric)
        for metric in METRICS
        for place in np.flatnonzero(result.sweep[metric].isna())
    }
    assert gaps == holes
    assert result.undefined["reason"].str.contains(" is undefined: ").all()


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_preset_gives_a_result_that_can_be_written_down(preset):
    result = sweep_thresholds(ThresholdSpec(**LAB.presets[preset]))
    assert '"threshold_used"' in result_to_json(result)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"threshold": 1.2}, "scores from 0 to 1, got 1.2. Choose"),
        ({"threshold": -0.1}, "got -0.1"),
        ({"threshold": float("nan")}, "got nan"),
        ({"prevalence": 0.0}, "both classes must exist, so it lies between 0 and 1; got 0.0"),
        ({"prevalence": 1.0}, "got 1.0. Try 0.01"),
        ({"prevalence": float("nan")}, "got nan"),
        ({"cost_miss": -1.0}, "0 or more, and a miss was given the cost -1"),
        ({"cost_false_alarm": float("inf")}, "a false alarm was given the cost inf"),
        ({"cost_false_alarm": 0.0, "cost_miss": 0.0}, "all thresholds are equally cheap"),
        ({"data": "digits"}, "is a multiclass table"),
        ({"model": "svm"}, "got 'svm'"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        ThresholdSpec(**settings)
