"""The picture and the words of the truth lab show the lab's numbers and nothing else."""

from math import log

import numpy as np
import pytest

from core.validation.risk.figures import plot_schemes, plot_sizes, plot_spreads
from core.validation.risk.lab import RiskSpec, measure_trust
from core.validation.risk.stage import stage_json, stage_risk
from core.validation.risk.tables import (
    removed_formula,
    standard_error_formula,
    tabulate_intervals,
    tabulate_schemes,
    tabulate_spreads,
)
from core.validation.risk.words import (
    judge_repeating,
    lean,
    name_folds,
    points,
    share_left,
    tell_bias,
    tell_cover,
    tell_leave_one_out,
    tell_luck,
    tell_mine,
    tell_repeating,
    tell_schemes,
    tell_setting,
    tell_sizes,
    tell_standstill,
)
from core.wording import THIN

VIEWS = {
    "default": RiskSpec(),
    "two": RiskSpec(k=2),
    "loo": RiskSpec(k=60, mine=3),
    "people": RiskSpec(law="groups"),
    "drift": RiskSpec(law="drift", mine=2),
    "nothing": RiskSpec(distance=0.0),
}


@pytest.fixture(params=VIEWS, scope="module")
def result(request):
    return measure_trust(VIEWS[request.param])


def number(text):
    return float(text.split(THIN)[0].replace("−", "-").replace("%", ""))


def test_points_are_percentage_points_with_a_true_minus():
    assert points(0.0594) == f"5.9{THIN}points"
    assert points(-0.0594, is_signed=True) == f"−5.9{THIN}points"
    assert points(-0.0001) == f"0.0{THIN}points"
    assert points(float("nan")) == "undefined"


def test_the_handle_and_the_point_stand_at_the_same_k_and_its_bias(result):
    stage = stage_risk(result)
    ks = result.sweep["k"].tolist()
    assert stage.handle.values == tuple(ks)
    assert stage.scene.point_x == pytest.approx([log(k) for k in ks])
    assert stage.scene.point_y == pytest.approx((100 * result.sweep["bias"]).tolist())
    assert stage_json(result) == stage.to_json()


def test_each_dot_is_a_dataset_near_its_k(result):
    dots = stage_risk(result).scene.dots[0]
    assert sorted(dots.y) == pytest.approx(sorted(100 * result.misses["miss"]))
    ks = np.log(result.sweep["k"].to_numpy())
    nearest = np.abs(np.array(dots.x)[:, None] - ks).argmin(axis=1)
    assert (result.sweep["k"].to_numpy()[nearest] == result.misses["k"]).all()


def test_every_number_on_the_stage_is_one_of_the_sweep(result):
    stage = stage_risk(result)
    numbers = {n.label: n for n in stage.numbers}
    for label, column in {
        "Score, on average": "mean",
        "Bias": "bias",
        "Between folds": "fold_sd",
        "Between dealings": "shuffle_sd",
        "Between datasets": "data_sd",
    }.items():
        for text, value in zip(numbers[label].texts, result.sweep[column], strict=True):
            assert number(text) == pytest.approx(100 * value, abs=0.051)
    for text, value in zip(
        numbers["± 2 standard errors hold"].texts, result.sweep["naive_cover"], strict=True
    ):
        assert int(text.split()[0]) == pytest.approx(100 * value, abs=0.51)
    for chart, column in zip(stage.charts, ("fold_sd", "rmse", "naive_cover"), strict=True):
        assert chart.point_y == pytest.approx((100 * result.sweep[column]).tolist())
        assert chart.y_min <= min(chart.point_y)
        assert max(chart.point_y) <= chart.y_max


def test_the_sentence_leans_only_where_the_interval_of_the_bias_does(result):
    for words, row in zip(
        stage_risk(result).sentences, result.sweep.to_dict("records"), strict=True
    ):
        said = "".join(text for text, _ in words)
        assert ("too pessimistic" in said) == (row["bias_low"] > 0)
        assert ("too optimistic" in said) == (row["bias_high"] < 0)
        assert points(row["data_sd"]) in said


def test_lean_says_right_where_zero_is_inside():
    assert [lean(0.1, 0.2), lean(-0.2, -0.1), lean(-0.1, 0.1)] == [
        "pessimistic",
        "optimistic",
        "right",
    ]


def test_the_strips_are_one_dataset_and_all_datasets(result):
    figure = plot_spreads(result)
    data, shuffle, fold = figure.data
    assert len(fold.x) == result.k
    assert np.mean(fold.x) == pytest.approx(100 * result.my_error)
    assert np.std(shuffle.x, ddof=1) == pytest.approx(100 * result.my_shuffle_sd)
    assert len(data.x) == 200
    assert figure.layout.shapes[0].x0 == pytest.approx(100 * result.my_truth)
    assert points(result.data_sd) in figure.layout.title.text


def test_the_figures_show_the_tables(result):
    bars = plot_schemes(result).data[0]
    rows = result.schemes.iloc[::-1]
    assert list(bars.x) == pytest.approx((100 * rows["bias"]).tolist())
    assert list(bars.error_x.array) == pytest.approx((100 * rows["sd"]).tolist())
    for line in plot_sizes(result).data:
        scheme = "10-fold" if line.name == "10-fold" else "holdout"
        table = result.sizes[result.sizes["scheme"] == scheme]
        assert list(line.y) == pytest.approx((100 * table["rmse"]).tolist())
    for figure in (plot_spreads(result), plot_schemes(result), plot_sizes(result)):
        assert len(figure.layout.title.text) < 44


def test_the_formulas_hold_with_the_numbers_that_they_show(result):
    removed = removed_formula(result)
    share = float(removed.top_number) / float(removed.bottom_number)
    assert number(removed.value) == pytest.approx(100 * share, abs=0.8)
    error = standard_error_formula(result)
    assert number(error.value) == pytest.approx(
        number(error.top_number) / float(error.bottom_number), abs=0.06
    )


def test_what_is_left_is_judged_by_its_share(result):
    left = share_left(result)
    said = judge_repeating(result)
    assert said == ("most" if left >= 0.75 else "half" if left >= 0.35 else "little")
    assert ("only one way" in tell_repeating(result)) == (result.k == 60)


def test_my_interval_is_said_to_hold_the_truth_only_if_it_does(result):
    holds = result.my_naive_low <= result.my_truth <= result.my_naive_high
    assert ("the interval holds it" in tell_mine(result)) == holds
    assert ("does not hold it" in tell_mine(result)) != holds


def test_the_words_name_the_side_of_the_bias(result):
    said = tell_bias(result)
    assert ("too pessimistic" in said) == (result.bias_low > 0)
    assert ("too optimistic" in said) == (result.bias_high < 0)
    if result.spec.law == "groups":
        assert "Rows of one person" in said


def test_sentences_hold_their_numbers(result):
    assert f"{100 * result.naive_cover:.0f}" in tell_cover(result)
    defined = np.isfinite(result.correlation)
    assert (f"{abs(result.correlation):.2f}" in tell_luck(result)) == defined
    loo = result.sweep.set_index("k")["data_sd"]
    assert points(loo[60]) in tell_leave_one_out(result)
    assert ("no more" in tell_leave_one_out(result)) == (loo[60] <= 1.05 * loo[5])
    rows = result.schemes.set_index("title")
    best = rows["rmse"].idxmin()
    assert best[1:] in tell_schemes(result).split("Largest")[0]
    assert points(result.repeated_sd) in tell_standstill(result)
    assert points(result.sizes["rmse"].min()) in tell_sizes(result)


def test_the_tables_have_a_line_for_each_spread_interval_and_scheme(result):
    assert len(tabulate_spreads(result)) == len(tabulate_intervals(result)) == 3
    table = tabulate_schemes(result)
    assert len(table) == len(result.schemes)
    assert [number(text) for text in table["Miss"]] == pytest.approx(
        (100 * result.schemes["rmse"]).tolist(), abs=0.051
    )


def test_the_setting_says_what_hangs_together_and_leaving_one_out_has_its_own_name(result):
    assert ("new people" in tell_setting(result)) == (result.spec.law == "groups")
    assert ("come next" in tell_setting(result)) == (result.spec.law == "drift")
    assert (name_folds(result) == "leave-one-out") == (result.k == 60)
