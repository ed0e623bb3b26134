"""The profile as a whole: planted faults are found, clean columns are not accused, bad wishes are told."""

import numpy as np
import pandas as pd
import pytest

from core.data.profile.lab import LAB, ProfileSpec, name_slow_part, profile_table
from core.data.profile.pair import measure_pair
from core.data.profile.source import (
    N_COPIES,
    N_FORGOTTEN,
    N_ORDERS,
    N_ROBOTS,
    draw_raw_log,
    find_table,
)
from core.data.profile.table import MOST_COLUMNS, MOST_ROWS, TableSpec, describe_table
from core.datasets import store_own_dataset
from core.errors import SpecError
from core.remember import use_one_thread
from core.results import result_to_json, scalars_of


@pytest.fixture(scope="module")
def raw():
    return describe_table(TableSpec())


def own(table, **choices):
    choices = {"task": "clustering", "target": None} | choices
    return store_own_dataset(pd.DataFrame(table), title="Own", **choices).name


def kinds_of(profile):
    return set(zip(profile.findings["kind"], profile.findings["column"], strict=True))


def test_the_raw_export_holds_the_faults_that_its_text_names():
    table = find_table("raw_log").table
    assert len(table) == find_table("raw_log").n_rows == N_ORDERS + N_COPIES
    assert table.duplicated().sum() == N_COPIES
    distinct = table.drop_duplicates()
    assert (distinct["minutes"] > 130).sum() == N_FORGOTTEN
    assert (distinct["vehicle"] == "robot").sum() == N_ROBOTS
    assert distinct["order_id"].is_unique
    np.testing.assert_allclose(table["seconds"], 60 * table["minutes"], atol=0.5)
    again = draw_raw_log(np.random.default_rng(20_260_107))
    pd.testing.assert_frame_equal(table, again)


def test_every_planted_fault_is_found(raw):
    planted = {
        ("leak", "seconds"), ("copies", ""), ("twin", "distance_km"), ("id-like", "order_id"),
        ("constant", "city"), ("missing", "tip_eur"), ("rare", "vehicle"), ("outliers", "minutes"),
        ("skew", "minutes"), ("skew", "bonus_points"),
    }  # fmt: skip
    assert planted <= kinds_of(raw)
    assert raw.n_copies == N_COPIES


def test_columns_without_a_fault_are_not_accused(raw):
    accused = {column for _, column in kinds_of(raw)}
    assert accused.isdisjoint({"temperature_c", "rain", "items"})


def test_a_table_of_noise_has_no_finding():
    rng = np.random.default_rng(0)
    name = own({"a": rng.normal(size=500), "b": rng.random(500), "c": rng.choice(list("xyz"), 500)})
    assert describe_table(TableSpec(data=name)).findings.empty


def test_rows_without_a_tip_come_from_slower_deliveries(raw):
    row = raw.missing.set_index("column").loc["tip_eur"]
    assert row["is_related"]
    assert row["low"] > 0


def test_without_the_rows_that_have_a_gap_deliveries_look_faster_than_they_were():
    table = find_table("raw_log").table
    assert table.dropna()["minutes"].median() < table["minutes"].median() - 0.5


def test_with_many_columns_some_pairs_look_related_by_chance():
    rng = np.random.default_rng(0)
    name = own({f"c{n}": rng.normal(size=100) for n in range(30)})
    strongest = describe_table(TableSpec(data=name)).pairs["pearson"].abs().max()
    # Each pair alone would reach this in one of a thousand tables.
    assert strongest > 0.32


def test_in_the_raw_export_few_far_away_values_decide_pearson():
    result = profile_table(ProfileSpec())
    assert (result.x, result.y, result.verdict) == ("distance_km", "minutes", "outliers")
    assert result.pearson_high < result.spearman_low
    assert result.inside == pytest.approx(result.spearman, abs=0.03)
    # The forgotten taps are known: without them Pearson is strong, and Spearman as it was.
    table = find_table("raw_log").table
    honest = table.loc[table["minutes"] < 130, ["distance_km", "minutes"]]
    assert honest.corr().iloc[0, 1] > result.pearson + 0.4
    assert honest.corr(method="spearman").iloc[0, 1] == pytest.approx(result.spearman, abs=0.03)


def test_one_wrong_row_can_turn_the_sign_of_pearson_and_not_of_spearman():
    result = profile_table(ProfileSpec())
    assert result.pearson_before > 0.4
    assert result.pearson_worst < 0 < result.spearman_worst


def test_where_mean_and_median_lie_far_apart_the_column_has_a_long_tail():
    for data, column in (("raw_log", "bonus_points"), ("delivery_times", "minutes")):
        result = profile_table(ProfileSpec(data=data, column=column))
        assert result.skew > 2
        assert result.mean - result.median > 0.2 * result.median


def test_in_a_column_with_a_long_tail_honest_values_lie_beyond_the_fences():
    # Prices follow their law to the last row: none of them is a mistake.
    result = profile_table(ProfileSpec(data="house_prices", column="price_eur"))
    assert result.n_fence > 0.02 * result.n_rows


def test_a_pair_of_words_is_measured_by_cramers_v_and_a_mixed_one_by_any_shape():
    pairs = describe_table(TableSpec(data="churn")).pairs.set_index(["a", "b"])
    assert pairs.loc[("contract", "churned"), "kind"] == "words"
    assert pairs.loc[("monthly_fee_eur", "internet"), "kind"] == "mixed"
    assert np.isnan(pairs.loc[("contract", "churned"), "pearson"])
    assert pairs.loc[("contract", "churned"), "cramer"] > pairs.loc[("region", "churned"), "cramer"]


def test_the_target_may_be_chosen_and_is_then_judged_like_an_uploaded_one():
    profile = describe_table(TableSpec(data="churn", target="contract"))
    assert profile.target == "contract"
    assert profile.classes["label"].tolist() == ["monthly", "one_year", "two_years"]
    number = describe_table(TableSpec(data="churn", target="data_gb"))
    assert number.is_number
    assert number.classes.empty
    with pytest.raises(SpecError, match="needs at least 2 different values"):
        describe_table(TableSpec(target="city"))


def test_a_wish_for_a_column_of_another_table_is_passed_over_and_told():
    result = profile_table(ProfileSpec(data="iris", x="basket_eur", column="tip_eur", target="zzz"))
    assert result.unknown == ("basket_eur", "tip_eur", "zzz")
    assert result.x in find_table("iris").numeric_features
    assert result.column == "species"


def test_one_wished_column_gets_a_partner_and_two_equal_ones_are_parted():
    assert profile_table(ProfileSpec(x="temperature_c")).y == "minutes"
    result = profile_table(ProfileSpec(x="items", y="items"))
    assert result.y == "items"
    assert result.x != "items"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"data": "nowhere"}, "There is no table called 'nowhere'"),
        ({"place": 1.5}, r"lies between 0 \(bottom\) and 1 \(top\), got 1.5"),
        ({"n_points": 3}, "takes 5 to 200 points, got 3"),
        ({"seed": -1}, "A seed is a whole number from 0 to 4294967295, got -1"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        ProfileSpec(**settings)


@pytest.mark.parametrize(
    "table",
    [
        {"word": ["a", "b"] * 30},
        {"same": [1.0] * 60, "word": ["a", "b"] * 30},
        {"one": [1.5]},
        {"huge": [1e308, -1e308] * 30, "tiny": [1e-320, 2e-320] * 30},
        {"a": [np.nan] * 59 + [1.0], "b": range(60)},
        {"0": [0, 1] * 30, "1": [0] * 59 + [1]},
        {"a": [f"text number {n} and more" for n in range(60)], "b": np.arange(60) ** 3},
    ],
    ids=["words", "constant", "one cell", "huge", "nearly empty", "yes or no", "free text"],
)
def test_odd_tables_are_profiled_without_a_crash_and_undefined_is_nan(table):
    result = profile_table(ProfileSpec(data=own(table)))
    assert result.n_rows == len(next(iter(table.values())))
    assert "NaN" not in result_to_json(result)
    if result.n_points == 0:
        assert np.isnan(result.pearson_before)


def test_a_long_table_is_compared_on_a_sample_and_a_wide_one_on_its_most_related_columns():
    rng = np.random.default_rng(0)
    y = rng.normal(size=MOST_ROWS + 500)
    table = pd.DataFrame(rng.normal(size=(len(y), 60)), columns=[f"c{n}" for n in range(60)])
    table["c57"] += y
    name = own(table.assign(y=y), task="regression", target="y")
    profile = describe_table(TableSpec(data=name))
    assert (profile.n_rows, profile.n_used) == (len(y), MOST_ROWS)
    assert (profile.n_related, profile.n_skipped) == (MOST_COLUMNS, 61 - MOST_COLUMNS)
    assert profile.pairs["a"].iloc[0] == "c57"
    assert len(profile.columns) == 61


def test_a_large_table_waits_for_a_job_first_for_the_table_then_for_the_pair():
    assert name_slow_part(ProfileSpec()) is None
    spec = ProfileSpec(data="digits")
    describe_table.forget()
    first = name_slow_part(spec)
    if describe_table.recall(spec.table) is None:
        assert first.run is describe_table
        describe_table(spec.table)
    second = name_slow_part(spec)
    assert second.run is measure_pair
    assert "Handwritten digits" in second.what


def test_the_same_spec_gives_the_same_numbers_and_another_seed_other_samples():
    use_one_thread()
    again = describe_table.run_fresh(TableSpec(data="churn"))
    other = describe_table(TableSpec(data="churn", seed=1))
    assert scalars_of(again) == scalars_of(describe_table(TableSpec(data="churn")))
    pd.testing.assert_frame_equal(again.pairs, describe_table(TableSpec(data="churn")).pairs)
    assert not again.pairs["pearson"].equals(other.pairs["pearson"])


@pytest.mark.parametrize("preset", LAB.presets)
def test_at_the_observed_place_nothing_has_changed(preset):
    spec = ProfileSpec(**LAB.presets[preset])
    result = profile_table(spec)
    row = result.sweep.iloc[result.at_observed]
    assert row["value"] == result.observed
    assert row["pearson"] == result.pearson_before
    points = result.points
    assert row["pearson"] == pytest.approx(np.corrcoef(points["x"], points["y"])[0, 1])
