"""The law and the gaps of the churn table."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from scipy.stats import chi2_contingency, ttest_ind
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core.datasets import load_dataset
from core.datasets.churn import (
    draw_subscribers,
    hide_values,
    make_churn,
    make_complete,
    true_probability,
)

PLAIN = {
    "tenure_months": 20.0,
    "monthly_fee_eur": 35.0,
    "contract": "monthly",
    "internet": "dsl",
    "payment": "card",
    "region": "north",
    "support_calls": 0,
    "data_gb": 35.0,
    "satisfaction": 7.0,
    "paperless": 0,
}


def log_odds(**changes):
    return logit(true_probability(pd.DataFrame([PLAIN | changes]))[0])


def test_exactly_one_subscriber_in_ten_leaves():
    table = load_dataset("churn").table
    assert table["churned"].value_counts().to_dict() == {0: 6_300, 1: 700}


def test_the_law_alone_yields_ten_percent():
    probability = true_probability(draw_subscribers(400_000, np.random.default_rng(5)))
    error = probability.std() / np.sqrt(len(probability))
    assert abs(probability.mean() - 0.10) < 4 * error


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, -2.681),
        ({"tenure_months": 20 * np.e}, -2.681 - 0.4),
        ({"monthly_fee_eur": 45.0}, -2.681 + 0.3),
        ({"monthly_fee_eur": 55.0}, -2.681 + 0.6 + 0.7),
        ({"monthly_fee_eur": 55.0, "contract": "one_year"}, -2.681 + 0.6 - 0.9),
        ({"contract": "two_years"}, -2.681 - 1.6),
        ({"internet": "fibre"}, -2.681 + 0.3),
        ({"payment": "direct_debit"}, -2.681 - 0.4),
        ({"support_calls": 2}, -2.681 + 0.4),
        ({"support_calls": 20}, -2.681 + 1.2),
        ({"satisfaction": 2.0}, -2.681 + 1.5),
        ({"data_gb": 35 * np.exp(2)}, -2.681 - 0.3),
        ({"region": "south"}, -2.681),
        ({"paperless": 1}, -2.681),
    ],
)
def test_each_term_of_the_law_adds_what_the_hand_computes(changes, expected):
    assert log_odds(**changes) == pytest.approx(expected, abs=1e-9)


def test_the_true_probabilities_are_calibrated_on_the_table():
    churn = load_dataset("churn")
    probability, leaves = churn.true_values(), churn.positive_rows()
    assert abs(probability.mean() - 0.10) < 3 * probability.std() / np.sqrt(churn.n_rows)
    for rows in np.array_split(np.argsort(probability), 8):
        error = np.sqrt((probability[rows] * (1 - probability[rows])).sum())
        assert abs(leaves[rows].sum() - probability[rows].sum()) < 4 * error


def test_hiding_cells_changes_nothing_else():
    complete, hidden = make_complete(), make_churn()
    is_shown = hidden.table.notna()
    assert complete.table.notna().all(axis=None)
    assert hidden.table.where(is_shown, complete.table).equals(complete.table)
    assert np.array_equal(complete.true_values, true_probability(complete.table))
    assert np.array_equal(complete.true_values, hidden.true_values)


@pytest.mark.parametrize(("name", "share"), [("data_gb", 0.04), ("payment", 0.02)])
def test_completely_random_gaps_have_their_share_and_depend_on_nothing(name, share):
    complete, table = make_complete().table, load_dataset("churn").table
    is_empty = table[name].isna()
    assert abs(is_empty.mean() - share) < 4 * np.sqrt(share * (1 - share) / len(table))
    for other in table.columns:
        values = complete[other]
        if pd.api.types.is_numeric_dtype(values):
            p_value = ttest_ind(values[is_empty], values[~is_empty], equal_var=False).pvalue
        else:
            p_value = chi2_contingency(pd.crosstab(is_empty, values)).pvalue
        assert p_value > 0.001, other


def test_answers_are_missing_by_tenure_and_by_nothing_else():
    complete, table = make_complete().table, load_dataset("churn").table
    is_empty, is_new = table["satisfaction"].isna(), table["tenure_months"] <= 6
    for group, share in ((is_new, 0.50), (~is_new, 0.15)):
        error = np.sqrt(share * (1 - share) / group.sum())
        assert abs(is_empty[group].mean() - share) < 4 * error
        for other in ("satisfaction", "support_calls", "monthly_fee_eur", "churned"):
            values = complete.loc[group, other]
            empty, shown = values[is_empty[group]], values[~is_empty[group]]
            assert ttest_ind(empty, shown, equal_var=False).pvalue > 0.001, other


def test_a_linear_model_reaches_a_roc_auc_of_about_080_and_the_truth_about_082():
    churn = load_dataset("churn")
    rng = np.random.default_rng(17)
    complete = draw_subscribers(100_000, rng)
    probability = true_probability(complete)
    leaves = rng.random(len(complete)) < probability
    numbers, words = list(churn.numeric_features), list(churn.categorical_features)
    encode = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), words),
    )
    model = make_pipeline(encode, LogisticRegression(max_iter=1_000))
    model.fit(churn.table[list(churn.features)], churn.positive_rows())
    reached = roc_auc_score(leaves, model.predict_proba(hide_values(complete, rng))[:, 1])
    best = roc_auc_score(leaves, probability)
    assert reached == pytest.approx(0.80, abs=0.01)
    assert best == pytest.approx(0.82, abs=0.01)
    assert reached < best


def test_subscribers_are_possible_ones():
    table = load_dataset("churn").table
    assert table["tenure_months"].between(1, 120).all()
    assert table["satisfaction"].dropna().isin(range(1, 11)).all()
    assert (table["monthly_fee_eur"] > 0).all()
