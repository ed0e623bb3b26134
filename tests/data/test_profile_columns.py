"""Columns in brief and gaps, against pandas, scipy, published examples and hand work."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.data.profile.columns import N_BINS, describe_columns, judge_type
from core.data.profile.missing import compare_missing, newcombe
from core.data.profile.source import find_table
from core.datasets import list_datasets

patient = settings(deadline=None)
TABLES = ["raw_log", "churn", "house_prices", "delivery_times", "iris", "curve-parabola"]


def brief(values):
    return describe_columns(pd.DataFrame({"v": values}), {}).columns.iloc[0]


@pytest.mark.parametrize("name", TABLES)
def test_the_summary_of_every_column_of_numbers_is_that_of_pandas(name):
    table = find_table(name).table
    ours = describe_columns(table, {}).columns.set_index("column")
    pairs = {
        "mean": "mean", "sd": "std", "low": "min", "q1": "25%", "median": "50%", "q3": "75%",
        "high": "max",
    }  # fmt: skip
    for column, about in table.select_dtypes("number").describe().items():
        for mine, theirs in pairs.items():
            assert ours[mine][column] == pytest.approx(about[theirs])
        assert ours["skew"][column] == pytest.approx(stats.skew(table[column].dropna(), bias=False))
        assert ours["n_missing"][column] == len(table) - about["count"]


def test_the_fences_of_five_numbers_worked_out_by_hand():
    row = brief([1, 2, 3, 4, 100])
    assert (row["q1"], row["q3"], row["fence_low"], row["fence_high"]) == (2, 4, -1, 7)
    assert row["n_fence"] == 1
    # Mean 22 and sd 43.6 put 3 sd at 153: the hundred hides behind the spread that it makes.
    assert row["sigma_high"] == pytest.approx(22 + 3 * np.sqrt(7610 / 4))
    assert row["n_sigma"] == 0


def test_normal_data_0_27_percent_beyond_3_sd_and_0_70_percent_beyond_the_fences():
    n = 400_000
    row = brief(np.random.default_rng(0).normal(size=n))
    q = stats.norm.ppf(0.75)
    beyond = 2 * stats.norm.sf(q + 1.5 * 2 * q)
    assert beyond == pytest.approx(0.0070, abs=5e-5)
    assert 2 * stats.norm.sf(3) == pytest.approx(0.0027, abs=5e-5)
    for count, share in ((row["n_fence"], beyond), (row["n_sigma"], 2 * stats.norm.sf(3))):
        assert count == pytest.approx(n * share, abs=4 * np.sqrt(n * share))


@patient
@given(st.lists(st.floats(-1e6, 1e6), min_size=10, max_size=10), st.floats(-1e12, 1e12))
def test_among_ten_values_none_can_ever_lie_3_standard_deviations_away(values, far):
    assert brief([*values[:-1], far])["n_sigma"] <= 0


def test_a_million_among_nine_zeros_is_at_2_85():
    row = brief([0.0] * 9 + [1e6])
    assert (row["high"] - row["mean"]) / row["sd"] == pytest.approx(9 / np.sqrt(10))
    assert 9 / np.sqrt(10) == pytest.approx(2.85, abs=0.005)


def test_far_away_values_stretch_the_standard_deviation_and_the_quartiles_hardly_move():
    rng = np.random.default_rng(0)
    honest = rng.normal(50, 5, 1000)
    before, after = brief(honest), brief(np.concatenate([honest, np.full(20, 500.0)]))
    assert after["sd"] > 10 * before["sd"]
    assert after["q3"] - after["q1"] == pytest.approx(before["q3"] - before["q1"], rel=0.05)


def test_a_rule_that_does_not_apply_says_why_and_counts_nothing():
    for values, note in (
        ([0, 1] * 50, "only 2 different values"),
        ([0] * 90 + list(range(10)), "no width"),
        ([1e308, -1e308, 1, 2], "too large to be squared"),
    ):
        row = brief(values)
        assert row["n_fence"] == -1
        assert note in row["rule_note"]
    assert brief(["a", "b"])["rule_note"] == "the column holds no numbers"


@pytest.mark.parametrize("name", TABLES)
def test_the_bars_of_every_column_hold_every_value_once(name):
    table = find_table(name).table
    levels = describe_columns(table, {}).levels
    sizes = levels.groupby("column")["n_rows"].sum()
    assert sizes.to_dict() == table.notna().sum().to_dict()
    assert levels.groupby("column").size().max() <= N_BINS


def test_the_bars_of_a_number_are_those_of_numpy():
    values = np.random.default_rng(0).gamma(2, size=500)
    bars = describe_columns(pd.DataFrame({"v": values}), {}).levels
    heights, edges = np.histogram(values, bins=N_BINS)
    assert bars["n_rows"].tolist() == heights.tolist()
    np.testing.assert_allclose(bars["left"], edges[:-1])


def test_types_are_those_of_an_uploaded_file():
    table = find_table("raw_log").table
    kinds = {name: judge_type(name, table[name]) for name in table}
    assert kinds.pop("order_id") == "id-like"
    assert kinds.pop("city") == "constant"
    assert kinds.pop("vehicle") == "categorical"
    assert set(kinds.values()) == {"numeric"}
    dates = pd.Series([f"2024-01-{day:02}" for day in range(1, 29)], dtype="str")
    assert judge_type("day", dates) == "date"


@pytest.mark.parametrize("dataset", list_datasets(), ids=lambda dataset: dataset.name)
def test_every_table_of_the_course_can_be_described(dataset):
    columns = describe_columns(dataset.table, {}).columns
    assert columns["column"].tolist() == list(dataset.table.columns)
    assert columns["n_missing"].sum() == dataset.n_missing


def test_the_difference_of_two_shares_has_newcombes_published_interval():
    # Newcombe 1998, Table II, example (a), method 10.
    difference, low, high = newcombe((56, 48), (70, 80))
    assert (difference, low, high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_newcombes_interval_covers_the_true_difference_about_95_times_in_100():
    rng = np.random.default_rng(0)
    hits = rng.binomial([60, 200], [0.3, 0.2], (2000, 2))
    covered = [
        low <= 0.1 <= high
        for _, low, high in (newcombe((int(a), int(b)), (60, 200)) for a, b in hits)
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.02)


def gaps(rng, n, chance):
    y = rng.normal(size=n)
    x = pd.Series(rng.normal(size=n)).mask(rng.random(n) < chance(y))
    return pd.DataFrame({"x": x, "y": y})


def test_gaps_by_chance_are_called_related_about_5_times_in_100_and_others_nearly_always():
    found = {"chance": 0, "related": 0}
    for seed in range(60):
        rng = np.random.default_rng(seed)
        tables = {
            "chance": gaps(rng, 400, lambda y: np.full(len(y), 0.3)),
            "related": gaps(rng, 400, lambda y: np.where(y > 0, 0.5, 0.1)),
        }
        for name, table in tables.items():
            row = compare_missing(table, "y", is_number=True, positive=None, seed=0).iloc[0]
            found[name] += bool(row["is_related"])
    assert found["chance"] <= 8
    assert found["related"] >= 58


def test_the_difference_of_the_medians_and_its_interval_agree_with_hand_and_order():
    table = find_table("raw_log").table
    row = compare_missing(table, "minutes", is_number=True, positive=None, seed=0).iloc[0]
    is_empty = table["tip_eur"].isna()
    assert row["without"] == table["minutes"][is_empty].median()
    assert row["given"] == table["minutes"][~is_empty].median()
    assert row["low"] < row["difference"] < row["high"]


def test_classes_are_compared_by_shares_and_the_one_that_differs_most_is_named():
    rng = np.random.default_rng(0)
    label = rng.choice(["a", "b", "c"], 900)
    table = pd.DataFrame({"label": label, "x": rng.normal(size=900)})
    table["x"] = table["x"].mask((label == "c") & (rng.random(900) < 0.6))
    row = compare_missing(table, "label", is_number=False, positive=None, seed=0).iloc[0]
    assert (row["label"], row["without"], bool(row["is_related"])) == ("c", 1.0, True)


def test_what_cannot_be_compared_says_why():
    table = pd.DataFrame({"x": [np.nan] * 3 + [1.0] * 50, "y": range(53)})
    row = compare_missing(table, "y", is_number=True, positive=None, seed=0).iloc[0]
    assert row["reason"] == "fewer than 10 rows on one side"
    assert np.isnan(row["difference"])
    row = compare_missing(table, None, is_number=False, positive=None, seed=0).iloc[0]
    assert row["reason"] == "there is no target to compare with"
