"""The picture and the words of the regression lab show the lab's numbers and nothing else."""

import json

import numpy as np
import pytest

from core.metrics.regression.lab import RegressionSpec, measure_regression
from core.metrics.regression.sample import draw_sample
from core.metrics.regression.stage import stage_json, stage_regression
from core.metrics.regression.words import (
    formulas,
    grow_to_the_top,
    say_column,
    say_r2,
    say_times,
    tabulate_r2_examples,
    tabulate_rivals,
    tabulate_rules,
    tell_mean,
    tell_rivals,
)
from core.wording import THIN

VIEWS = {
    "diabetes": RegressionSpec(),
    "houses": RegressionSpec(
        data="house_prices", rivals="diabetes", fit="absolute", point="middle"
    ),
    "deliveries": RegressionSpec(data="delivery_times", fit="huber", place=0.0),
}


@pytest.fixture(params=VIEWS, scope="module")
def result(request):
    return measure_regression(VIEWS[request.param])


def read_number(text):
    word = text.split("\u00a0")[0].split(" (")[0]
    return float(word.replace(THIN, "").replace("−", "-").replace("%", ""))


def sentence_of(stage, step):
    return "".join(text for text, _ in stage.sentences[step])


def test_the_point_is_where_its_handle_is_and_every_stick_ends_on_the_line(result):
    scene, sample = stage_regression(result).scene, draw_sample(result.spec.data, 0)
    for step in (0, 37, 100):
        row = result.sweep.iloc[step]
        assert scene.point_y[step] == row["value"]
        line, sticks = scene.moving_lines[0], scene.sticks
        on_line = np.interp(sticks.x, line.x, line.y[step])
        assert sticks.ends[step] == pytest.approx(on_line)
        assert sticks.point_ends[step] == pytest.approx(
            row["intercept"] + row["slope"] * result.point_x
        )
    drawn = sorted(
        [*zip(*(scene.dots[0].x, scene.dots[0].y), strict=True), (result.point_x, result.observed)]
    )
    assert drawn == sorted(zip(sample.x, sample.y, strict=True))


def test_the_dashed_line_is_the_one_before_the_point_was_moved(result):
    scene = stage_regression(result).scene
    assert scene.still_lines[0].y == scene.moving_lines[0].y[result.at_observed]
    assert scene.point_y[result.at_observed] == result.observed


def test_every_number_on_screen_is_the_number_of_the_sweep(result):
    numbers = {
        number.label.split(" ")[0]: number for number in stage_regression(result).numbers[:5]
    }
    for label, column in {"RMSE": "rmse", "MAE": "mae", "MedAE": "medae", "MSE": "mse"}.items():
        for text, value in zip(numbers[label].texts, result.sweep[column], strict=True):
            assert read_number(text) == pytest.approx(value, rel=0.006)
    for text, note, value in zip(
        numbers["MAPE"].texts, numbers["MAPE"].notes, result.sweep["mape"], strict=True
    ):
        if np.isnan(value):
            assert (text, note) == ("undefined", "a true value is 0")
        else:
            assert read_number(text) == pytest.approx(100 * value, abs=0.51)


def test_r2_below_0_is_called_worse_than_the_mean_and_no_other_is(result):
    own, others = stage_regression(result).numbers[5:7]
    for number, column in ((own, "r2"), (others, "r2_unseen")):
        for text, note, value in zip(number.texts, number.notes, result.sweep[column], strict=True):
            assert read_number(text) == pytest.approx(value, abs=0.0051)
            assert (note == "worse than their mean") == (value < 0)


def test_the_sentence_says_value_shares_and_direction_of_its_step(result):
    stage = stage_regression(result)
    assert sentence_of(stage, result.at_observed).startswith("Every point is where it was observed")
    said = sentence_of(stage, 100)
    assert (
        f"{100 * result.sweep['squared_share'].iloc[100]:.0f}{THIN}% of the squared error" in said
    )
    assert "RMSE grows ×" in said
    assert ("worse than always saying their mean" in said) == (
        result.sweep["r2_unseen"].iloc[100] < 0
    )
    assert "MAPE is undefined" in sentence_of(
        stage, int(np.flatnonzero(result.sweep["value"] == 0)[0])
    )


def test_the_points_of_the_charts_are_the_step_of_the_handle(result):
    growth, shares, unseen = stage_regression(result).charts
    here = result.sweep.iloc[result.at]
    assert growth.point_y[result.at] == here["rmse"]
    assert [mark.y[result.at] for mark in growth.marks] == [here["mae"], here["medae"]]
    assert shares.point_y[result.at] == here["squared_share"]
    assert shares.marks[0].y[result.at] == here["absolute_share"]
    assert unseen.point_y[result.at] == here["r2_unseen"]
    assert all(chart.point_x[result.at] == here["value"] for chart in (growth, shares, unseen))
    assert unseen.y_min < 0


def test_a_view_that_differs_only_in_the_handle_is_drawn_once():
    first = stage_json(measure_regression(RegressionSpec(place=0.3)))
    assert first is stage_json(measure_regression(RegressionSpec(place=0.7)))
    assert first != stage_json(measure_regression(RegressionSpec(fit="absolute")))
    assert len(first) < 120_000
    assert json.loads(first)["handle"]["direction"] == "vertical"


def test_the_formulas_divide_what_they_show(result):
    mae, mse, rest = formulas(result)
    for formula, truth in ((mae, result.mae), (mse, result.mse), (rest, 1 - result.r2)):
        quotient = read_number(formula.top_number) / read_number(formula.bottom_number)
        assert quotient == pytest.approx(truth, rel=2e-3)
        assert read_number(formula.value) == pytest.approx(truth, rel=6e-3)


def test_growth_compares_the_top_with_the_point_as_it_was_observed(result):
    growth = grow_to_the_top(result)
    for name, factor in growth.items():
        assert factor * getattr(result, f"{name}_before") == pytest.approx(
            result.sweep[name].iloc[-1]
        )


def test_in_the_table_of_rules_each_metric_marks_the_rule_that_makes_it_smallest(result):
    table = tabulate_rules(result).set_index("What is said")
    assert "(lowest)" in table.loc["Least squares", "RMSE"]
    assert "(lowest)" in table.loc["Least absolute errors", "MAE"]
    for name in ("RMSE", "MAE", "MedAE"):
        assert table[name].str.contains("lowest").sum() >= 1
        lowest = min(read_number(text) for text in table[name])
        marked = [read_number(text) for text in table[name] if "lowest" in text]
        assert marked == [lowest] * len(marked)


def test_the_worked_example_of_r2_is_1_then_0_then_minus_3():
    assert tabulate_r2_examples()["R²"].tolist() == ["1", "0", "−3"]


def test_the_verdict_names_both_winners_and_says_whether_a_tie_can_be_ruled_out():
    result = measure_regression(VIEWS["diabetes"])
    said = tell_rivals(result)
    assert "RMSE chose “linear, least squares”, MAE chose “linear, Huber”" in said
    gaps = result.gaps.set_index("metric")
    is_clear = {m: not (gaps["low"][m] <= 0 <= gaps["high"][m]) for m in ("rmse", "mae")}
    _, about_rmse, about_mae = (
        said.replace("RMSE is", "|RMSE is").replace("MAE is", "|MAE is").split("|")
    )
    assert ("really better" in about_rmse) == is_clear["rmse"] is False
    assert ("really better" in about_mae) == is_clear["mae"] is True
    table = tabulate_rivals(result)
    assert table["RMSE, validation"].str.contains("chosen").tolist() == [True, *[False] * 4]


def test_the_line_is_called_better_than_the_mean_only_where_it_is(result):
    said = tell_mean(result)
    assert ("which is worse." in said) == (result.r2_unseen < result.mean_r2_unseen)


@pytest.mark.parametrize(
    ("number", "words"), [(0.4328, "0.43"), (-0.0011, "−0.001"), (-0.26, "−0.26"), (0.0, "0.00")]
)
def test_r2_is_said_with_a_true_minus_sign(number, words):
    assert say_r2(number) == words


def test_growth_is_said_as_a_factor_and_nothing_is_said_of_a_start_at_0():
    assert say_times(3.0, 2.0) == f"×{THIN}1.50"
    assert say_times(50.0, 2.0) == f"×{THIN}25.0"
    assert say_times(1.0, 0.0) == ""


def test_the_numbers_of_a_column_share_their_decimals():
    assert say_column(measure_regression(RegressionSpec()).rules["rmse"])[0].count(".") == 1
    decimals = {
        len(text.split(".")[1])
        for text in say_column(measure_regression(RegressionSpec()).rules["mae"])
    }
    assert len(decimals) == 1
