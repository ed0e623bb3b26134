"""Will more data help? What the lesson says of forecasts and of rows that are really added."""

import numpy as np
import pytest

from core.bias_variance.forecast import extrapolate_learning_curve
from core.bias_variance.learning import LearningCurveSpec, measure_learning_curve
from core.bias_variance.more_data.lab import MoreDataSpec, forecast_more_rows
from core.bias_variance.more_data.stage import stage_more_data
from core.bias_variance.more_data.trial import FACTORS, N_DRAWS
from core.bias_variance.more_data.words import (
    SHARES,
    ask_doubling,
    find_answer,
    law_formula,
    list_options,
    tabulate_steps,
    tell_change,
    tell_forecast,
    tell_match,
)
from core.errors import SpecError


@pytest.fixture(scope="module")
def digits():
    return forecast_more_rows(MoreDataSpec())


def test_every_number_of_the_view_comes_from_the_curve_or_from_added_rows(digits):
    curve = measure_learning_curve(LearningCurveSpec(data="digits", model="neighbours", n_rows=300))
    largest = curve.scores[curve.scores["n_train"] == curve.scores["n_train"].max()]
    assert digits.measured == pytest.approx(1 - largest["validation"].mean())
    assert digits.n_fits == len(curve.scores) + len(FACTORS) * N_DRAWS
    assert (digits.n_measured, digits.n_doubled) == (240, 600)
    ends = digits.added[digits.added["factor"] == 2.0]["error"]
    assert digits.truth == pytest.approx(ends.mean())
    assert (digits.truth_low, digits.truth_high) == (ends.min(), ends.max())
    assert digits.left == pytest.approx(digits.truth / digits.truth_now)


def test_the_law_is_a_plus_b_over_rows_to_the_power_c(digits):
    last = digits.law[digits.law["n_train"] == 600].iloc[0]
    assert last["error"] == pytest.approx(digits.a + digits.b / 600**digits.c)
    formula = law_formula(digits)
    assert formula is not None
    assert "600 to the power" in formula.bottom_number


def test_what_lies_above_the_floor_shrinks_by_the_same_factor_each_time_the_rows_double(digits):
    above = [digits.b * n**-digits.c for n in (100, 200, 400)]
    assert above[1] / above[0] == pytest.approx(above[2] / above[1])


def test_a_model_that_is_short_of_rows_gains_from_twice_as_many(digits):
    assert digits.left < 0.75
    assert "short of rows" in tell_change(digits)


def test_where_both_lines_have_met_rows_change_little():
    ridge = forecast_more_rows(MoreDataSpec(data="diabetes", model="ridge", n_rows=180))
    assert ridge.measured - ridge.train < 0.1 * ridge.measured
    assert ridge.left > 0.95
    assert "not what this model is short of" in tell_change(ridge)


def test_the_gap_closes_with_rows_for_a_model_that_cannot_learn_every_row_by_heart(digits):
    gap = (digits.curve["validation"] - digits.curve["train"]).to_numpy()
    assert gap[-1] < gap[0] / 3
    tree = measure_learning_curve(LearningCurveSpec(data="diabetes", model="tree", repeats=1))
    by_size = (tree.scores["validation"] - tree.scores["train"]).groupby(tree.scores["n_train"])
    assert by_size.mean().iloc[-1] > 0.8 * by_size.mean().iloc[0]


def test_a_gap_that_is_still_wide_is_what_rows_can_close(digits):
    assert digits.measured - digits.train > 0.3 * digits.measured
    assert digits.truth < digits.measured


def test_a_line_drawn_on_from_any_two_neighbours_falls_below_0_before_the_rows_have_doubled(digits):
    n, errors = digits.curve["n_train"].to_numpy(), digits.curve["validation"].to_numpy()
    slopes = np.diff(errors) / np.diff(n)
    assert (errors[1:] + slopes * (digits.n_doubled - n[1:]) < 0).all()


def test_twice_the_rows_is_near_and_ten_times_the_rows_is_a_guess():
    curve = measure_learning_curve(LearningCurveSpec(data="digits", model="neighbours", n_rows=300))
    line = extrapolate_learning_curve(curve, (600, 3000)).line
    error, width = 1 - line["score"], line["high"] - line["low"]
    assert width[1] > width[0]
    assert width[1] / error[1] > 1.5 * width[0] / error[0]


def test_a_tree_without_limit_errs_by_0_on_its_own_rows_however_many_there_are():
    curve = measure_learning_curve(
        LearningCurveSpec(data="diabetes", model="tree", n_rows=400, repeats=1)
    )
    assert (curve.scores["train"].abs() < 1e-6).all()


def test_least_squares_with_as_many_columns_as_rows_is_at_its_worst_and_has_no_forecast():
    poly = forecast_more_rows(MoreDataSpec(data="diabetes", model="polynomial", n_rows=120))
    worst = poly.curve.sort_values("validation").iloc[-1]
    assert 50 <= worst["n_train"] <= 75  # degree 2 makes 65 columns of 10
    assert not poly.is_possible
    assert "no falling law" in tell_forecast(poly)
    assert law_formula(poly) is None
    assert len(stage_more_data(poly).handle.positions) == len(FACTORS)
    assert set(tabulate_steps(poly)["Forecast"]) == {"none"}


def test_the_question_names_the_error_of_now_and_gives_away_no_later_one(digits):
    asked = ask_doubling(digits)
    assert "8.0" in asked or f"{100 * digits.truth_now:.1f}" in asked
    assert f"{100 * digits.truth:.1f}" not in asked
    assert find_answer(digits) in SHARES
    assert set(list_options(digits)) == set(SHARES)
    assert ("held it" in tell_match(digits)) == digits.is_inside


def test_the_handle_moves_over_the_rows_without_new_training(digits):
    again = forecast_more_rows(MoreDataSpec(growth=1.5))
    assert again.at == 2
    assert again.steps.equals(digits.steps)
    assert len(stage_more_data(digits).sentences) == len(FACTORS)


def test_a_small_table_is_not_refused_but_begins_with_fewer_rows():
    assert MoreDataSpec(data="diabetes", model="ridge").trial.n_rows == (442 - 40) // 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"growth": 3.0}, "up to twice the known ones"),
        ({"bend": 12}, "got 12"),
        ({"data": "iris", "n_rows": 100}, "Iris flowers has 150 rows. To double 60 known rows"),
    ],
)
def test_views_that_cannot_be_are_refused_with_their_repair(settings, message):
    with pytest.raises(SpecError, match=message):
        MoreDataSpec(**settings)
