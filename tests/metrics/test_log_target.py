"""What the page teaches about logarithmic targets, each sentence on really trained models."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gmean, ttest_1samp
from sklearn import metrics
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression

from core.datasets import load_dataset, split_rows, store_own_dataset
from core.datasets.house_prices import NOISE, median_log_price
from core.errors import SpecError
from core.metrics.log_target.lab import LAB, LogTargetSpec, correct_log_target, name_slow_part
from core.metrics.log_target.models import TwinsSpec, train_twins
from core.results import result_to_json

DEFAULT = LogTargetSpec()
ALL = LogTargetSpec(sees="all")
BOOSTING = LogTargetSpec(model="boosting", sees="all")
DIABETES = LogTargetSpec(data="diabetes", sees="all")
VIEWS = {"houses": DEFAULT, "all": ALL, "boosting": BOOSTING, "diabetes": DIABETES}
EACH_VIEW = pytest.mark.parametrize("spec", VIEWS.values(), ids=VIEWS)


def rows_of(spec):
    rows = train_twins(spec.twins).predictions
    return rows["truth"].to_numpy(), np.exp(rows["log_said"].to_numpy()), rows["direct"].to_numpy()


# --- the sentences of the page -----------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(1e-2, 1e5), min_size=2, max_size=30, unique=True))
def test_exp_of_the_mean_logarithm_is_never_above_the_mean(values):
    turned_back = np.exp(np.log(values).mean())
    assert turned_back <= np.mean(values) * (1 + 1e-12)
    assert turned_back == pytest.approx(gmean(values))


@pytest.mark.parametrize(
    "spec", [DEFAULT, BOOSTING, DIABETES], ids=["houses", "boosting", "diabetes"]
)
def test_turned_back_predictions_are_too_low_on_average(spec):
    result = correct_log_target(spec)
    assert result.bias_high < 0
    assert result.bias == result.plain_bias


@pytest.mark.parametrize("seed", range(4))
def test_turned_back_predictions_are_too_low_whatever_the_split(seed):
    assert correct_log_target(replace(DEFAULT, seed=seed)).bias_high < 0


@pytest.mark.parametrize("spec", [DEFAULT, ALL, BOOSTING], ids=["one", "all", "boosting"])
def test_half_of_the_houses_lie_above_the_turned_back_prediction_as_at_a_median(spec):
    result = correct_log_target(spec)
    # A share of 1,200 rows varies by about ± 3 points around one half.
    assert result.share_above == pytest.approx(0.5, abs=0.03)
    assert result.mean_truth > result.median_truth


def test_the_known_law_of_the_houses_says_the_same():
    """The median is exp of the mean logarithm; the mean lies above it by exp(variance / 2)."""
    houses = load_dataset("house_prices")
    medians = np.exp(median_log_price(houses.table))
    gap = houses.true_values() / medians
    assert gap == pytest.approx(np.exp(NOISE**2 / 2))
    prices = houses.table["price_eur"].to_numpy()
    assert (prices > medians).mean() == pytest.approx(0.5, abs=0.03)
    assert (medians - prices).mean() < 0
    assert ttest_1samp(medians - prices, 0).pvalue < 0.01
    assert ttest_1samp(houses.true_values() - prices, 0).pvalue > 0.01


@EACH_VIEW
def test_duans_factor_puts_the_mean_right_within_its_uncertainty(spec):
    result = correct_log_target(spec)
    smeared = result.rules.set_index("rule").loc["smeared"]
    assert smeared["bias_low"] < 0 < smeared["bias_high"]
    assert result.smearing > 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=2, max_size=50))
def test_duans_factor_is_at_least_1_where_residuals_average_0(residuals):
    centred = np.array(residuals) - np.mean(residuals)
    assert np.exp(centred).mean() >= 1 - 1e-12


def test_the_less_is_left_unexplained_the_nearer_the_factor_is_to_1():
    one, every = correct_log_target(DEFAULT), correct_log_target(ALL)
    assert one.log_spread > 1.5 * every.log_spread
    assert one.smearing > every.smearing > 1


@EACH_VIEW
def test_for_nearly_normal_residuals_the_normal_factor_agrees_with_duans(spec):
    result = correct_log_target(spec)
    assert result.normal_factor == pytest.approx(np.exp(result.log_spread**2 / 2))
    assert result.smearing == pytest.approx(result.normal_factor, abs=0.01)


def test_one_factor_hardly_changes_mae_and_rmse():
    rules = correct_log_target(DEFAULT).rules.set_index("rule")
    for metric in ("mae", "rmse"):
        assert rules.loc["smeared", metric] == pytest.approx(rules.loc["plain", metric], rel=0.03)


@EACH_VIEW
def test_an_rmse_of_logarithms_has_no_unit_and_one_of_prices_has(spec):
    truth, said, _ = rows_of(spec)
    result = correct_log_target(spec)
    cents = metrics.root_mean_squared_error(np.log(100 * truth), np.log(100 * said))
    assert cents == pytest.approx(result.log_rmse)
    assert metrics.root_mean_squared_error(100 * truth, 100 * said) == pytest.approx(
        100 * result.rmse
    )


def test_the_smaller_number_of_the_log_scale_can_belong_to_the_worse_model_in_euros():
    result = correct_log_target(DEFAULT)
    assert result.log_rmse < 1 < result.direct_rmse
    assert result.rmse > result.direct_rmse
    other_way = correct_log_target(BOOSTING)
    assert other_way.rmse < other_way.direct_rmse


def test_a_prediction_of_0_or_less_has_no_logarithm_and_so_its_score_is_undefined():
    result = correct_log_target(ALL)
    _, _, direct = rows_of(ALL)
    assert result.n_direct_not_positive == (direct <= 0).sum() > 0
    assert np.isnan(result.direct_log_rmse)
    assert correct_log_target(DEFAULT).n_direct_not_positive == 0
    assert np.isfinite(correct_log_target(DEFAULT).direct_log_rmse)


def test_the_errors_of_dear_houses_fan_out_and_on_the_log_scale_they_do_not():
    for spec in (DEFAULT, ALL, BOOSTING):
        result = correct_log_target(spec)
        assert result.direct_fan > 1.8
        assert result.log_fan == pytest.approx(1, abs=0.1)


def test_training_residuals_of_a_close_fit_are_too_small():
    result = correct_log_target(BOOSTING)
    truth, said, _ = rows_of(BOOSTING)
    assert result.log_spread < 0.9 * np.std(np.log(truth / said))


# --- the numbers have a second source ----------------------------------------------------------


@EACH_VIEW
def test_the_scores_of_each_factor_follow_from_their_definitions(spec):
    truth, said, direct = rows_of(spec)
    sweep = correct_log_target(spec).sweep
    for place in (0, 40, 61, 100):
        row = sweep.iloc[place]
        error = said * row["factor"] - truth
        assert row["bias"] == pytest.approx(error.mean())
        assert row["mae"] == pytest.approx(np.abs(error).mean())
        assert row["rmse"] == pytest.approx(np.sqrt((error**2).mean()))
        assert row["log_rmse"] == pytest.approx(
            np.sqrt((np.log(said * row["factor"] / truth) ** 2).mean())
        )
        assert row["share_above"] == (error < 0).mean()
        interval = ttest_1samp(error, 0).confidence_interval(0.95)
        width = interval.high - interval.low
        assert [row["bias_low"], row["bias_high"]] == pytest.approx([*interval], abs=0.02 * width)
    assert correct_log_target(spec).direct_bias == pytest.approx((direct - truth).mean())


def test_the_model_of_the_logarithm_is_the_one_that_scikit_learn_wraps():
    dataset = load_dataset("house_prices")
    split, table = split_rows(dataset, seed=0), dataset.table
    model = TransformedTargetRegressor(LinearRegression(), func=np.log, inverse_func=np.exp)
    train, unseen = table.iloc[split.train], np.concatenate([split.validation, split.test])
    model.fit(train[["area_m2"]], train["price_eur"])
    truth, said, _ = rows_of(DEFAULT)
    assert model.predict(table.iloc[unseen][["area_m2"]]) == pytest.approx(said)
    assert truth.tolist() == table["price_eur"].iloc[unseen].tolist()
    residual = np.log(train["price_eur"]) - np.log(model.predict(train[["area_m2"]]))
    assert correct_log_target(DEFAULT).smearing == pytest.approx(np.exp(residual).mean())


def test_the_factors_are_evenly_spaced_and_1_is_one_of_them():
    sweep = correct_log_target(DEFAULT).sweep
    assert len(sweep) == 101
    assert np.diff(sweep["factor"]) == pytest.approx(0.005)
    assert 1.0 in sweep["factor"].tolist()
    assert correct_log_target(replace(DEFAULT, factor=1.0554)).factor_used == 1.055


# --- what cannot work --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"data": "churn"}, "predicts a number, and .* is a binary table"),
        ({"model": "forest"}, "one of linear, boosting, got 'forest'"),
        ({"sees": "two"}, "sees all columns or one, got 'two'"),
        ({"factor": 2.0}, "between 0.8 and 1.3, got 2"),
        ({"factor": float("nan")}, "got nan"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        LogTargetSpec(**settings)


def own_table(n=200, low=1.0):
    rng = np.random.default_rng(0)
    x = rng.normal(size=n)
    table = pd.DataFrame({"x": x, "y": low + np.exp(x + rng.normal(0, 0.5, n))})
    return store_own_dataset(table, title="Own", task="regression", target="y")


def test_an_own_table_is_taken_if_all_its_values_are_above_0():
    result = correct_log_target(LogTargetSpec(data=own_table().name))
    assert result.columns == ("x",)
    assert result.unit == ""
    with pytest.raises(
        SpecError, match=r"Only numbers above 0 have a logarithm, and [0-9]+ of the 200"
    ):
        correct_log_target(LogTargetSpec(data=own_table(low=-1.0).name))


def test_the_first_view_is_quick_and_a_large_table_is_trained_elsewhere():
    assert name_slow_part(DEFAULT) is None
    large = own_table(n=110_000)
    slow = name_slow_part(LogTargetSpec(data=large.name))
    assert slow.run is train_twins
    assert slow.spec == TwinsSpec(data=large.name)


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_preset_gives_a_result_that_can_be_written_down(preset):
    result = correct_log_target(LogTargetSpec(**LAB.presets[preset]))
    assert '"smearing"' in result_to_json(result)
