"""Relations of pairs, against pandas, scipy, laws, and relations that are known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats.contingency import association

from core.data.profile.pair import (
    PairSpec,
    correlate_columns,
    correlate_ranks,
    find_dragged,
    measure_pair,
)
from core.data.profile.relations import (
    correlate,
    cramers_v,
    prepare_column,
    rank,
    relate_columns,
    shape_of,
)
from core.data.profile.source import find_table
from core.datasets import store_own_dataset
from core.errors import SpecError

patient = settings(deadline=None)
numbers = st.lists(st.floats(-1e3, 1e3), min_size=20, max_size=40)


def relate(table, target=None):
    columns = [
        prepare_column(name, table[name], is_number=pd.api.types.is_numeric_dtype(table[name]))
        for name in table
    ]
    return relate_columns(columns, target)


@pytest.mark.parametrize("name", ["raw_log", "house_prices", "diabetes", "iris"])
def test_pearson_and_spearman_of_every_pair_are_those_of_pandas(name):
    table = find_table(name).table.select_dtypes("number")
    pairs = relate(table)
    pearson, spearman = table.corr(), table.corr(method="spearman")
    assert len(pairs) == len(table.columns) * (len(table.columns) - 1) / 2
    for row in pairs.itertuples():
        assert row.pearson == pytest.approx(pearson.loc[row.a, row.b])
        assert row.spearman == pytest.approx(spearman.loc[row.a, row.b])


def test_any_shape_is_the_share_of_kruskal_and_wallis_less_what_chance_yields():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 6, 300)
    values = np.round(rng.normal(size=300) + 0.4 * codes, 1)  # with equal ones
    h = stats.kruskal(*(values[codes == k] for k in range(6))).statistic
    by_scipy = 1 - (1 - h / 299) * 299 / 294
    assert shape_of(rank(values), codes) == pytest.approx(np.sqrt(by_scipy))


def test_any_shape_is_near_0_for_columns_that_have_nothing_to_do_with_each_other():
    rng = np.random.default_rng(0)
    shares = [
        shape_of(rank(rng.normal(size=200)), rng.integers(0, 10, 200)) ** 2 for _ in range(200)
    ]
    assert np.mean(shares) < 0.02


def test_cramers_v_without_its_correction_is_that_of_scipy_and_near_0_by_chance():
    rng = np.random.default_rng(0)
    a = rng.integers(0, 4, 20_000)
    b = np.where(rng.random(20_000) < 0.5, a % 3, rng.integers(0, 3, 20_000))
    plain = association(pd.crosstab(a, b).to_numpy(), method="cramer")
    assert cramers_v(a, b) == pytest.approx(plain, abs=1e-3)  # so many rows need no correction
    small = [cramers_v(rng.integers(0, 5, 60), rng.integers(0, 5, 60)) for _ in range(200)]
    naive = [
        association(pd.crosstab(rng.integers(0, 5, 60), rng.integers(0, 5, 60)).to_numpy())
        for _ in range(50)
    ]
    assert np.mean(small) < 0.5 * np.mean(naive)


@patient
@given(numbers, st.floats(0.1, 50), st.floats(-100, 100))
def test_pearson_keeps_under_a_change_of_units_and_turns_with_the_sign(values, factor, shift):
    x = np.arange(len(values), dtype=float)
    y = np.round(values, 3)
    first = correlate(x, y)
    if np.isnan(first):
        assert np.ptp(y) == 0
        return
    assert correlate(x, factor * y + shift) == pytest.approx(first, abs=1e-6)
    assert correlate(x, -y) == pytest.approx(-first, abs=1e-9)


@patient
@given(numbers)
def test_spearman_is_the_same_formula_on_ranks_and_sees_anything_that_rises(values):
    x = np.unique(np.round(values, 2))
    if len(x) < 3:
        return
    assert correlate(rank(x), rank(np.exp(x / 1000) ** 3)) == pytest.approx(1)


def test_a_column_that_never_varies_has_no_correlation_rather_than_0():
    pairs = relate(pd.DataFrame({"a": [1.0] * 30, "b": np.arange(30.0)}))
    assert np.isnan(pairs["pearson"].iloc[0])
    assert np.isnan(pairs["spearman"].iloc[0])
    assert pairs["verdict"].iloc[0] == "other"


def test_rows_where_either_is_missing_are_left_out_of_a_pair():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(200, 2)), columns=["a", "b"])
    table.loc[:49, "a"] = np.nan
    table.loc[150:, "b"] = np.nan
    row = relate(table).iloc[0]
    assert row["n"] == 100
    assert row["pearson"] == pytest.approx(stats.pearsonr(*table.dropna().to_numpy().T).statistic)


@pytest.mark.parametrize(
    ("y", "verdict"),
    [
        (lambda x, rng: x + rng.normal(0, 0.1, len(x)), "agree"),
        (lambda x, rng: (x - 0.5) ** 2 + rng.normal(0, 0.01, len(x)), "missed"),
        (lambda x, _: np.exp(12 * x), "curved"),
        (lambda x, rng: x + 40 * (rng.random(len(x)) < 0.03), "outliers"),
        (lambda x, rng: rng.normal(size=len(x)), "weak"),
    ],
    ids=["agree", "missed", "curved", "outliers", "weak"],
)
def test_a_relation_that_is_known_gets_the_verdict_that_it_deserves(y, verdict):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x = rng.random(600)
        assert relate(pd.DataFrame({"x": x, "y": y(x, rng)}))["verdict"].iloc[0] == verdict


def test_on_the_parabola_y_is_a_function_of_x_and_pearson_and_spearman_are_near_0():
    pair = measure_pair(PairSpec(data="curve-parabola", x="x", y="y"))
    assert abs(pair.pearson) < 0.1
    assert abs(pair.spearman) < 0.1
    assert pair.shape > 0.9
    x = find_table("curve-parabola").table["x"]
    noise = find_table("curve-parabola").table["y"] - (8 * (x - 0.5) ** 2 - 1)
    assert noise.std() == pytest.approx(0.15, rel=0.1)


def test_both_correlations_at_every_place_are_those_of_scipy():
    pair = measure_pair(PairSpec())
    points = pair.points
    x = points["x"].to_numpy()
    for place in range(0, 101, 10):
        row = pair.sweep.iloc[place]
        y = points["y"].where(~points["is_dragged"], row["value"]).to_numpy()
        assert row["pearson"] == pytest.approx(stats.pearsonr(x, y).statistic)
        assert row["spearman"] == pytest.approx(stats.spearmanr(x, y).statistic)
        assert row["rank"] == stats.rankdata(y)[points["is_dragged"].to_numpy().argmax()]


def test_the_largest_value_has_the_last_rank_however_large_it_is():
    sweep = measure_pair(PairSpec()).sweep
    beyond = sweep[sweep["rank"] == 30]
    assert len(beyond) > 50
    assert beyond["spearman"].nunique() == 1
    assert beyond["pearson"].is_monotonic_decreasing
    assert beyond["pearson"].iloc[0] - beyond["pearson"].iloc[-1] > 0.3


def test_the_more_rows_the_less_one_of_them_can_do():
    crowd = measure_pair(PairSpec()).crowd
    reach = (crowd["pearson_before"] - crowd["pearson_low"]).to_numpy()
    assert crowd["n"].tolist()[:3] == [10, 20, 50]
    assert reach[0] > 4 * reach[-1]
    spearman = (crowd["spearman_before"] - crowd["spearman_low"]).to_numpy()
    assert (spearman <= reach + 1e-12).all()


def test_the_dragged_point_is_the_one_that_does_most_harm_when_it_rises():
    rng = np.random.default_rng(0)
    x = rng.random(30)
    for sign in (1, -1):
        y = sign * x + rng.normal(0, 0.1, 30)
        harm = []
        for at in range(30):
            moved = np.where(np.arange(30) == at, y.max() + 20, y)
            harm.append(abs(correlate(x, y) - correlate(x, moved)))
        assert harm[find_dragged(x, y)] == max(harm)


def test_the_vectorised_correlations_equal_the_library():
    rng = np.random.default_rng(0)
    x, ys = rng.normal(size=40), rng.normal(size=(40, 7)).round(1)
    np.testing.assert_allclose(
        correlate_columns(x, ys), [stats.pearsonr(x, y).statistic for y in ys.T]
    )
    np.testing.assert_allclose(
        correlate_ranks(x, ys), [stats.spearmanr(x, y).statistic for y in ys.T]
    )
    assert np.isnan(correlate_columns(x, np.ones((40, 1)))[0])


def test_the_bootstrap_interval_is_as_wide_as_fishers_for_normal_data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=800)
    table = pd.DataFrame({"a": x, "b": 0.6 * x + 0.8 * rng.normal(size=800)})
    own = store_own_dataset(table, title="Normal", task="clustering", target=None)
    pair = measure_pair(PairSpec(data=own.name, x="a", y="b"))
    fisher = stats.pearsonr(*table.to_numpy().T).confidence_interval()
    assert pair.pearson_low == pytest.approx(fisher.low, abs=0.015)
    assert pair.pearson_high == pytest.approx(fisher.high, abs=0.015)


def test_a_pair_with_too_few_common_rows_is_refused_with_a_sentence():
    table = pd.DataFrame(
        {"a": [1.0, 2.0] * 15 + [np.nan] * 30, "b": [np.nan] * 25 + [3.0, 4.0] * 17 + [1.0]}
    )
    own = store_own_dataset(table, title="Apart", task="clustering", target=None)
    with pytest.raises(
        SpecError, match="at least 20 rows with both numbers, and “a” and “b” share 5"
    ):
        measure_pair(PairSpec(data=own.name, x="a", y="b"))
    with pytest.raises(SpecError, match="takes 5 to 200 points, got 1000"):
        PairSpec(n_points=1000)
