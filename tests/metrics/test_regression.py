"""What the page teaches about regression metrics, each sentence on lines and models really fitted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from sklearn import metrics

from core.datasets import load_dataset, split_rows, store_own_dataset
from core.errors import SpecError
from core.metrics.regression.lab import LAB, RegressionSpec, measure_regression, name_slow_part
from core.metrics.regression.lines import RULES, LinesSpec, drag_points, measure_columns
from core.metrics.regression.models import RivalsSpec, build_regressor, judge_rivals
from core.metrics.regression.sample import draw_sample
from core.results import result_to_json

DEFAULT = RegressionSpec()
VIEWS = {
    "diabetes": DEFAULT,
    "middle": RegressionSpec(point="middle", fit="absolute"),
    "houses": RegressionSpec(data="house_prices", rivals="house_prices", place=1.0),
    "deliveries": RegressionSpec(data="delivery_times", fit="huber", place=0.3),
}
EACH_VIEW = pytest.mark.parametrize("spec", VIEWS.values(), ids=VIEWS)
ERRORS = st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=40)


def rows_of(spec):
    """The sample with the point where the handle is: x, y."""
    sample, result = draw_sample(spec.data, spec.seed), measure_regression(spec)
    y = sample.y.copy()
    y[sample.find(spec.point)] = result.value
    return sample.x, y


def by_rule(spec):
    sweep = drag_points(spec.lines).sweep
    return {rule: sweep[sweep["rule"] == rule].reset_index(drop=True) for rule in RULES}


# --- the sentences of the page -----------------------------------------------------------------


@EACH_VIEW
def test_rmse_is_never_below_mae_on_any_line_or_model(spec):
    sweep, scores = drag_points(spec.lines).sweep, judge_rivals(spec.competition).scores
    for table in (sweep, scores):
        assert (table["rmse"] >= table["mae"] * (1 - 1e-12)).all()


@settings(max_examples=100, deadline=None)
@given(ERRORS)
def test_rmse_is_never_below_mae_and_equals_it_if_all_errors_have_one_size(errors):
    truth = np.zeros((len(errors), 1))
    scores = measure_columns(truth, np.array(errors)[:, None])
    assert scores["rmse"][0] >= scores["mae"][0] - 1e-9
    same = np.where(np.array(errors) < 0, -7.0, 7.0)[:, None]
    scores = measure_columns(truth, same)
    assert scores["rmse"][0] == pytest.approx(scores["mae"][0]) == pytest.approx(7.0)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0.5, 10), min_size=9, max_size=9, unique=True), st.floats(11, 1e4))
def test_one_outlier_moves_rmse_more_than_mae_and_medae_not_at_all_beyond_the_middle(errors, far):
    """The line stays as it is; the point with the largest error moves farther away."""
    errors = np.sort(errors)
    moved = errors.copy()
    moved[-1] = far
    truth = np.zeros((9, 1))
    before, after = (measure_columns(truth, e[:, None]) for e in (errors, moved))
    assert after["rmse"][0] / before["rmse"][0] > after["mae"][0] / before["mae"][0] > 1
    assert after["medae"][0] == before["medae"][0] == errors[4]
    # Only when more than half of all errors are large does the median follow.
    moved[-5:] = far
    assert measure_columns(truth, moved[:, None])["medae"][0] == far


def growth_to_the_top(**settings):
    result = measure_regression(RegressionSpec(rivals="diabetes", place=1.0, **settings))
    names = ("rmse", "mae", "medae")
    return [getattr(result, name) / getattr(result, f"{name}_before") for name in names]


@pytest.mark.parametrize("data", ["diabetes", "house_prices"])
@pytest.mark.parametrize("fit", ["squares", "absolute", "huber"])
def test_dragging_a_point_to_the_top_moves_rmse_most_then_mae_then_medae(data, fit):
    rmse, mae, medae = growth_to_the_top(data=data, fit=fit)
    assert rmse > mae > 1.2
    assert mae > medae


def test_a_line_that_follows_the_point_can_make_the_small_errors_grow_most():
    rmse, mae, medae = growth_to_the_top(data="delivery_times", fit="squares")
    assert medae > mae > rmse
    rmse, mae, medae = growth_to_the_top(data="delivery_times", fit="absolute")
    assert rmse > mae > medae


@EACH_VIEW
def test_least_squares_has_the_lowest_rmse_and_least_absolute_errors_the_lowest_mae(spec):
    tables = by_rule(spec)
    for rule in RULES:
        assert (tables["squares"]["mse"] <= tables[rule]["mse"] * (1 + 1e-9)).all()
        assert (tables["absolute"]["mae"] <= tables[rule]["mae"] * (1 + 1e-9)).all()


@EACH_VIEW
def test_of_all_constants_the_mean_has_the_lowest_rmse_and_the_median_the_lowest_mae(spec):
    _, y = rows_of(spec)
    result = measure_regression(spec)
    scores = result.rules.set_index("rule")
    constants = np.linspace(y.min(), y.max(), 2001)
    rmse = np.sqrt(((y[:, None] - constants) ** 2).mean(axis=0))
    mae = np.abs(y[:, None] - constants).mean(axis=0)
    assert scores.loc["mean", "rmse"] <= rmse.min() <= scores.loc["mean", "rmse"] * 1.001
    assert scores.loc["median", "mae"] <= mae.min() + 1e-9
    assert scores.loc["mean", "mae"] >= scores.loc["median", "mae"]


@pytest.mark.parametrize("point", ["edge", "middle"])
def test_once_the_point_has_crossed_it_the_line_of_least_absolute_errors_stands_still(point):
    table = by_rule(RegressionSpec(point=point))["absolute"]
    sample = draw_sample("diabetes", 0)
    x = sample.x[sample.find(point)]
    above = table[table["value"] > 1.5 * (table["intercept"] + table["slope"] * x)]
    assert len(above) > 30
    assert above["slope"].std() < 1e-6
    assert above["medae"].std() < 1e-6
    assert (np.diff(above["mae"]) > 0).all()
    squares = by_rule(RegressionSpec(point="edge"))["squares"]
    assert (np.diff(squares["slope"]) > 0).all()


def test_an_outlier_can_raise_r2_on_its_own_rows_and_ruin_it_on_others():
    result = measure_regression(DEFAULT)
    assert result.r2 > result.r2_before
    assert result.r2_unseen < result.r2_unseen_before - 0.3


def test_a_line_can_be_worse_than_always_saying_the_mean():
    result = measure_regression(VIEWS["houses"])
    assert result.r2_unseen < -0.1 < result.mean_r2_unseen <= 0 < result.r2


def test_r2_of_a_constant_is_minus_its_squared_distance_from_their_mean_over_their_variance():
    for spec in VIEWS.values():
        sample, result = draw_sample(spec.data, spec.seed), measure_regression(spec)
        distance = sample.y.mean() - sample.unseen_y.mean()
        law = -(distance**2) / sample.unseen_y.var()
        assert result.mean_r2_unseen == pytest.approx(law, rel=1e-9)
        assert result.mean_r2_unseen <= 0


def test_r2_is_at_most_1_and_can_be_any_negative_number():
    truth = np.array([1.0, 2.0, 3.0])
    assert metrics.r2_score(truth, [2, 2, 2]) == 0
    assert metrics.r2_score(truth, [3, 2, 1]) == 1 - ((-2) ** 2 + 0 + 2**2) / 2 == -3
    for wanted in (-0.5, -7, -1e6):
        miss = np.sqrt((1 - wanted) * 2 / 3)
        assert metrics.r2_score(truth, truth + miss) == pytest.approx(wanted)
    for spec in VIEWS.values():
        sweep = drag_points(spec.lines).sweep
        assert (sweep[["r2", "r2_unseen"]] <= 1).all().all()


def test_least_squares_with_an_intercept_never_scores_below_0_on_its_own_rows():
    for spec in VIEWS.values():
        assert (by_rule(spec)["squares"]["r2"] >= -1e-9).all()
        assert by_rule(spec)["median"]["r2"].max() <= 1e-9


def test_mse_is_in_squared_units_and_r2_has_none():
    x, y = rows_of(VIEWS["deliveries"])
    said = np.polyval(np.polyfit(x, y, 1), x)
    minutes, hours = (measure_columns(y[:, None] / k, said[:, None] / k) for k in (1, 60))
    for name, factor in {"mae": 60, "rmse": 60, "medae": 60, "mse": 3600, "r2": 1}.items():
        assert minutes[name][0] == pytest.approx(factor * hours[name][0])


def test_mean_squared_error_has_lost_its_argument_squared():
    with pytest.raises(TypeError, match="unexpected keyword argument 'squared'"):
        metrics.mean_squared_error([1, 2], [1, 3], squared=False)


def test_mape_is_undefined_where_a_true_value_is_0_and_only_there():
    for spec in VIEWS.values():
        sweep = drag_points(spec.lines).sweep
        assert (sweep["mape"].isna() == (sweep["value"] == 0)).all()
    assert np.isnan(measure_regression(replace(DEFAULT, place=0.0)).mape)
    # scikit-learn would rather divide by the smallest step of a floating-point number.
    assert metrics.mean_absolute_percentage_error([0, 1], [1, 1]) > 1e15


def test_rmse_and_mae_choose_different_models_for_delivery_times_and_each_wins_by_its_own_measure():
    result = measure_regression(DEFAULT)
    assert result.by_rmse != result.by_mae
    assert result.by_rmse_test_rmse < result.by_mae_test_rmse
    assert result.by_mae_test_mae < result.by_rmse_test_mae
    validation = result.scores[result.scores["part"] == "validation"].set_index("model")
    assert validation["rmse"].idxmin() == result.by_rmse
    assert validation["mae"].idxmin() == result.by_mae


# --- the numbers have a second source ----------------------------------------------------------


@EACH_VIEW
def test_the_metrics_at_the_handle_follow_from_their_definitions(spec):
    x, y = rows_of(spec)
    result = measure_regression(spec)
    error = y - (result.intercept + result.slope * x)
    assert result.mae == pytest.approx(np.abs(error).sum() / len(y))
    assert result.mse == pytest.approx((error @ error) / len(y))
    assert result.rmse == pytest.approx(result.mse**0.5)
    assert result.medae == pytest.approx(np.sort(np.abs(error))[[14, 15]].mean())
    assert result.mape == pytest.approx(np.mean(np.abs(error / y)))
    assert result.r2 == pytest.approx(1 - (error @ error) / ((y - y.mean()) ** 2).sum())
    sample = draw_sample(spec.data, spec.seed)
    mine = np.abs(error[sample.find(spec.point)])
    assert result.squared_share == pytest.approx(mine**2 / (error @ error))
    assert result.absolute_share == pytest.approx(mine / np.abs(error).sum())
    unseen = sample.unseen_y - (result.intercept + result.slope * sample.unseen_x)
    spread = ((sample.unseen_y - sample.unseen_y.mean()) ** 2).sum()
    assert result.r2_unseen == pytest.approx(1 - (unseen @ unseen) / spread)


def test_the_line_of_least_squares_solves_the_normal_equations():
    for place in (0.0, 0.5, 0.9):
        spec = replace(DEFAULT, place=place)
        x, y = rows_of(spec)
        result = measure_regression(spec)
        assert result.slope == pytest.approx(np.cov(x, y)[0, 1] / np.var(x, ddof=1))
        assert result.intercept == pytest.approx(y.mean() - result.slope * x.mean())


def test_the_line_of_least_absolute_errors_is_the_optimum_of_its_linear_program():
    spec = replace(DEFAULT, fit="absolute")
    x, y = rows_of(spec)
    n = len(x)
    # Minimise the sum of u + v where a + b·x + u − v = y and u, v are 0 or more.
    best = linprog(
        np.r_[0, 0, np.ones(2 * n)],
        A_eq=np.column_stack([np.ones(n), x, np.eye(n), -np.eye(n)]),
        b_eq=y,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * n),
    )
    assert measure_regression(spec).mae == pytest.approx(best.fun / n)


def test_the_huber_line_treats_far_points_alike_however_far_they_are():
    table = by_rule(DEFAULT)["huber"]
    far = table[table["value"] > 500]
    assert far["slope"].std() < 1e-3 * abs(far["slope"].mean())


def test_the_gap_between_the_winners_is_that_of_their_scores_and_the_interval_that_of_a_resampling():
    spec = RivalsSpec()
    rivals = judge_rivals(spec)
    dataset = load_dataset(spec.data)
    split, table = split_rows(dataset, seed=0), dataset.table
    truth = table["minutes"].to_numpy()
    errors = []
    for name in (rivals.by_rmse, rivals.by_mae):
        model = build_regressor(dataset, name, 0)
        model.fit(table.iloc[split.train][list(dataset.features)], truth[split.train])
        said = model.predict(table.iloc[split.test][list(dataset.features)])
        errors.append(said - truth[split.test])
    scores = rivals.scores[rivals.scores["part"] == "test"].set_index("model")
    drawn = np.random.default_rng(7).integers(0, 600, (4000, 600))
    measure = {
        "rmse": lambda e: np.sqrt((e[drawn] ** 2).mean(axis=1)),
        "mae": lambda e: np.abs(e[drawn]).mean(axis=1),
    }
    for gap in rivals.gaps.itertuples():
        column = scores[gap.metric]
        assert gap.difference == pytest.approx(column[rivals.by_rmse] - column[rivals.by_mae])
        ends = np.quantile(
            measure[gap.metric](errors[0]) - measure[gap.metric](errors[1]), [0.025, 0.975]
        )
        width = ends[1] - ends[0]
        assert [gap.low, gap.high] == pytest.approx(list(ends), abs=0.12 * width)
    assert list(rivals.gaps["metric"]) == ["rmse", "mae"]


# --- where the rows come from ------------------------------------------------------------------


def test_the_sample_are_training_rows_and_the_others_are_validation_rows():
    sample, split = draw_sample("diabetes", 3), split_rows(load_dataset("diabetes"), seed=3)
    table = load_dataset("diabetes").table
    assert sample.rows.tolist() == split.train[:30].tolist()
    assert sample.y.tolist() == table["progression"].iloc[split.train[:30]].tolist()
    assert sorted(sample.unseen_x) == sorted(table["bmi"].iloc[split.validation])


@pytest.mark.parametrize("data", ["diabetes", "house_prices", "delivery_times"])
@pytest.mark.parametrize("point", ["edge", "middle"])
def test_a_point_is_dragged_over_101_rising_places_its_own_and_0_among_them(data, point):
    sample = draw_sample(data, 0)
    places = sample.places(point)
    assert len(places) == 101
    assert (np.diff(places) > 0).all()
    assert sample.y[sample.find(point)] in places
    assert 0.0 in places
    assert sample.high >= 3 * sample.y.max()
    assert sample.find("edge") == int(np.argmax(sample.x))


def own_table(n=120, **columns):
    rng = np.random.default_rng(0)
    size = rng.normal(10, 3, n)
    table = pd.DataFrame(
        {"noise": rng.normal(size=n), "size": size, "kind": rng.choice(list("ab"), n)}
    )
    table["gain"] = 5 * size - 80 + rng.normal(0, 4, n)
    for name, values in columns.items():
        table[name] = values
    return store_own_dataset(table, title="Own", task="regression", target="gain")


def test_an_own_table_is_read_along_its_closest_column_with_gaps_left_out():
    size = np.random.default_rng(0).normal(10, 3, 120)
    size[::3] = np.nan
    own = own_table(size=size)
    result = measure_regression(RegressionSpec(data=own.name, rivals=own.name))
    assert result.feature == "size"
    assert result.unit == ""
    assert result.n_points == 30
    assert np.isfinite(result.sample.to_numpy(dtype=float)).all()
    assert result.low < 0 < result.high
    assert judge_rivals(RivalsSpec(data=own.name)).n_test == 24


def test_tables_that_a_line_cannot_learn_from_are_refused_with_a_sentence():
    same = own_table(gain=1.0)
    with pytest.raises(SpecError, match=r"all 72 values of gain .* are the same"):
        measure_regression(RegressionSpec(data=same.name))
    words = own_table(size=0, noise=1)
    with pytest.raises(SpecError, match="needs a column of numbers to lean on"):
        measure_regression(RegressionSpec(data=words.name))
    few = own_table(n=10)
    with pytest.raises(SpecError, match="at least 8 training rows"):
        measure_regression(RegressionSpec(data=few.name))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"data": "fraud"}, "predicts a number, and .* is a binary table"),
        ({"rivals": "iris"}, "is a multiclass table. Choose"),
        ({"fit": "ridge"}, "one of squares, absolute, huber, got 'ridge'"),
        ({"point": "left"}, "one of edge, middle, got 'left'"),
        ({"place": 1.2}, "between 0 .bottom. and 1 .top., got 1.2"),
        ({"place": float("nan")}, "got nan"),
        ({"seed": -1}, "from 0 to 4294967295, got -1"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        RegressionSpec(**settings)


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_preset_gives_a_result_that_can_be_written_down(preset):
    result = measure_regression(RegressionSpec(**LAB.presets[preset]))
    assert '"by_rmse_test_rmse"' in result_to_json(result)
    assert abs(result.sweep["position"][result.at] - result.spec.place) <= 0.006


def test_the_first_view_is_quick_and_a_large_table_is_trained_elsewhere():
    assert name_slow_part(DEFAULT) is None
    large = own_table(n=20_000)
    slow = name_slow_part(RegressionSpec(rivals=large.name))
    assert slow.run is judge_rivals
    assert slow.spec == RivalsSpec(data=large.name)
    assert "process of their own" in slow.what


def test_same_settings_give_the_same_lines():
    first = drag_points.run_fresh(LinesSpec(data="delivery_times", seed=4))
    again = drag_points.run_fresh(LinesSpec(data="delivery_times", seed=4))
    pd.testing.assert_frame_equal(first.sweep, again.sweep, check_exact=True)
