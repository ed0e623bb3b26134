"""The law behind the fraud table, checked by hand, by integration and by simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from core.datasets import load_dataset, split_rows
from core.datasets.fraud import draw_payments, true_probability

# Chosen so that every term of the law is zero and only its constant is left.
PLAIN = {
    "amount_eur": 30.0,
    "hour": 12,
    "minutes_since_last": 545,
    "distance_km": 5.0,
    "merchant": "fashion",
    "card_present": 1,
    "foreign": 0,
    "failed_pins": 0,
    "payments_last_day": 2,
    "account_age_days": 1_000,
}


def log_odds(**changes):
    return logit(true_probability(pd.DataFrame([PLAIN | changes]))[0])


@pytest.fixture(scope="module")
def fresh():
    """200,000 payments that nobody has seen, with labels drawn here."""
    rng = np.random.default_rng(99)
    payments = draw_payments(200_000, rng)
    probability = true_probability(payments)
    return payments, probability, rng.random(len(payments)) < probability


@pytest.fixture(scope="module")
def fitted(fresh):
    """Ranking quality on fresh payments of two models trained on the 20,000 train rows."""
    fraud = load_dataset("fraud")
    train = fraud.table.iloc[split_rows(fraud).train]
    payments, _, is_fraud = fresh
    models = {
        "logistic": LogisticRegression(max_iter=1_000),
        "boosting": HistGradientBoostingClassifier(
            learning_rate=0.05, max_iter=150, max_leaf_nodes=8, l2_regularization=5
        ),
    }
    scores = {}
    # One thread: several test processes that spin on two cores are slower than one that does not.
    with threadpool_limits(1):
        for name, model in models.items():
            encode = make_column_transformer(
                (StandardScaler(), list(fraud.numeric_features)),
                (OneHotEncoder(sparse_output=False), list(fraud.categorical_features)),
            )
            fit = make_pipeline(encode, model).fit(train[list(fraud.features)], train["fraud"])
            score = fit.predict_proba(payments)[:, 1]
            scores[name] = (
                roc_auc_score(is_fraud, score),
                average_precision_score(is_fraud, score),
            )
    return scores


def test_exactly_one_payment_in_a_hundred_is_a_fraud():
    table = load_dataset("fraud").table
    assert table["fraud"].value_counts().to_dict() == {0: 39_600, 1: 400}


def test_the_law_alone_yields_one_percent():
    probability = true_probability(draw_payments(400_000, np.random.default_rng(5)))
    error = probability.std() / np.sqrt(len(probability))
    assert abs(probability.mean() - 0.01) < 4 * error


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, -9.914),
        ({"amount_eur": 30.0 * np.e}, -9.914 + 1.6),
        ({"minutes_since_last": 545 * np.exp(2)}, -9.914 - 0.6),
        ({"distance_km": 5 * np.exp(2)}, -9.914 + 0.6),
        ({"card_present": 0}, -9.914 + 2.2),
        ({"foreign": 1}, -9.914 + 2.0),
        ({"failed_pins": 1}, -9.914 + 3.0),
        ({"failed_pins": 9}, -9.914 + 9.0),
        ({"payments_last_day": 4}, -9.914 + 1.2),
        ({"payments_last_day": 0}, -9.914),
        ({"hour": 3}, -9.914 + 1.6),
        ({"merchant": "gift_cards"}, -9.914 + 2.2),
        ({"account_age_days": 100}, -9.914),
        ({"account_age_days": 100, "card_present": 0}, -9.914 + 2.2 + 2.0),
    ],
)
def test_each_term_of_the_law_adds_what_the_hand_computes(changes, expected):
    assert log_odds(**changes) == pytest.approx(expected, abs=1e-9)


def test_far_from_home_soon_after_the_last_payment_is_more_than_the_sum_of_both():
    far, soon = {"distance_km": 500.0}, {"minutes_since_last": 10}
    both = log_odds(**far, **soon) - log_odds(**far) - log_odds(**soon) + log_odds()
    assert both == pytest.approx(2.5, abs=1e-9)


def test_the_true_probabilities_of_the_table_add_up_to_its_frauds():
    fraud = load_dataset("fraud")
    probability = fraud.true_values()
    error = probability.std() / np.sqrt(fraud.n_rows)
    assert abs(probability.mean() - 0.01) < 3 * error


def test_the_true_values_are_the_law_applied_to_the_table():
    fraud = load_dataset("fraud")
    assert np.allclose(fraud.true_values(), true_probability(fraud.table), rtol=1e-12)


def test_the_true_probabilities_are_calibrated_on_the_table():
    fraud = load_dataset("fraud")
    probability, is_fraud = fraud.true_values(), fraud.positive_rows()
    for low, high in [(0, 0.001), (0.001, 0.01), (0.01, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 1)]:
        rows = (probability >= low) & (probability < high)
        expected = probability[rows].sum()
        error = np.sqrt((probability[rows] * (1 - probability[rows])).sum())
        assert abs(is_fraud[rows].sum() - expected) < 4 * error, (low, high)


def expected_auc(probability):
    """P(a fraud scores above an honest payment), from the law alone and without any label."""
    p = np.sort(probability)
    honest_below = np.cumsum(1 - p) - (1 - p) / 2
    return (p * honest_below).sum() / (p.sum() * (1 - p).sum())


def expected_average_precision(probability):
    """Average precision of the true ranking in a large sample, from the law alone."""
    p = np.sort(probability)[::-1]
    precision = np.cumsum(p) / np.arange(1, len(p) + 1)
    return (p * precision).sum() / p.sum()


def test_even_the_truth_reaches_only_the_documented_quality(fresh):
    _, probability, is_fraud = fresh
    assert expected_auc(probability) == pytest.approx(0.97, abs=0.005)
    assert expected_average_precision(probability) == pytest.approx(0.53, abs=0.02)
    # Simulated labels agree: 2,000 frauds leave an error of about 0.002 and 0.012.
    assert roc_auc_score(is_fraud, probability) == pytest.approx(0.97, abs=0.01)
    assert average_precision_score(is_fraud, probability) == pytest.approx(0.53, abs=0.05)


def test_the_truth_ranks_better_than_any_fitted_model(fresh, fitted):
    _, probability, is_fraud = fresh
    auc = roc_auc_score(is_fraud, probability)
    precision = average_precision_score(is_fraud, probability)
    assert all(auc > score for score, _ in fitted.values())
    assert all(precision > score for _, score in fitted.values())


def test_a_linear_model_ranks_well_but_most_of_its_alarms_are_still_false(fitted):
    auc, precision = fitted["logistic"]
    assert 0.90 < auc < 0.96
    assert 0.28 < precision < 0.50


def test_boosting_finds_the_interactions_that_a_linear_model_misses(fitted):
    assert fitted["boosting"][0] > fitted["logistic"][0]
    assert fitted["boosting"][1] > fitted["logistic"][1] + 0.03


def test_payments_are_possible_ones():
    table = load_dataset("fraud").table
    assert (table["amount_eur"] >= 0.5).all()
    assert table["hour"].between(0, 23).all()
    assert table["minutes_since_last"].between(1, 30 * 24 * 60).all()
    assert (table["distance_km"] > 0).all()
    assert (table["account_age_days"] >= 1).all()
    # An honest median purchase is everyday money.
    assert 20 < table["amount_eur"].median() < 50


def test_expit_of_the_plain_payment_can_be_checked_by_eye():
    assert true_probability(pd.DataFrame([PLAIN]))[0] == pytest.approx(expit(-9.914))
    assert expit(-9.914) == pytest.approx(4.95e-5, rel=0.01)
