"""Pictures, words and small tables of the profile show its numbers and nothing else."""

import json

import numpy as np
import pandas as pd
import pytest

from core.data.profile.figures import MOST_MAPPED, choose_mapped, plot_column, plot_map, plot_pair
from core.data.profile.lab import LAB, ProfileSpec, profile_table
from core.data.profile.question import judge_wrong_row, pose_question, tell_wrong_row
from core.data.profile.stage import stage_json, stage_pair
from core.data.profile.tables import (
    distance_formulas,
    name_columns,
    pearson_formulas,
    tabulate_columns,
    tabulate_missing,
    tabulate_pairs,
    tabulate_summary,
)
from core.data.profile.words import (
    list_findings,
    say,
    tell_balance,
    tell_column,
    tell_extent,
    tell_pair,
    tell_table,
)
from core.datasets import store_own_dataset
from core.wording import THIN, count


@pytest.fixture(params=LAB.presets, scope="module")
def result(request):
    return profile_table(ProfileSpec(**LAB.presets[request.param]))


def read_number(text):
    return float(text.replace(THIN, "").replace("−", "-").replace("%", "").strip("()"))


def test_the_point_is_where_its_handle_is_and_the_line_is_that_of_least_squares(result):
    scene, points = stage_pair(result).scene, result.points
    for step in (0, 40, 100):
        value = result.sweep["value"].iloc[step]
        assert scene.point_y[step] == value
        y = points["y"].where(~points["is_dragged"], value)
        slope, intercept = np.polyfit(points["x"], y, 1)
        line = scene.moving_lines[0]
        assert line.y[step] == pytest.approx([intercept + slope * x for x in line.x])
    assert scene.still_lines[0].y == scene.moving_lines[0].y[result.at_observed]


def test_every_number_on_the_stage_is_the_number_of_the_sweep(result):
    stage = stage_pair(result)
    for number, column in zip(stage.numbers, ("pearson", "spearman"), strict=False):
        for text, value in zip(number.texts, result.sweep[column], strict=True):
            assert read_number(text) == pytest.approx(value, abs=0.0051)
    both, ranks = stage.charts[:2]
    assert both.point_y == tuple(result.sweep["pearson"])
    assert both.marks[0].y == tuple(result.sweep["spearman"])
    assert ranks.point_y == tuple(result.sweep["rank"])
    assert json.loads(stage_json(result))["handle"]["values"] == list(stage.handle.values)


def test_the_sentence_says_both_correlations_before_and_now(result):
    stage = stage_pair(result)
    said = "".join(text for text, _ in stage.sentences[100])
    for name in ("pearson", "spearman"):
        before, now = getattr(result, f"{name}_before"), result.sweep[name].iloc[100]
        assert f"{name.title()} " in said or f"{name.title()} from" in said
        assert f"from {say(before)} to {say(now)}" in said.replace("goes from", "from")
    start = "".join(text for text, _ in stage.sentences[result.at_observed])
    assert start.startswith("Every ")


def test_the_histogram_shows_all_values_and_both_rules_where_they_lie(result):
    figure = plot_column(result)
    heights = figure.data[0].y if figure.data[0].orientation is None else figure.data[0].x
    assert sum(heights) == result.n_rows - result.column_missing
    lines = {shape.x0 for shape in figure.layout.shapes}
    ends = {result.fence_low, result.fence_high, result.sigma_low, result.sigma_high}
    assert lines <= ends
    assert len(figure.layout.title.text) < 44


def test_the_maps_show_each_pair_once_with_its_correlation(result):
    columns = choose_mapped(result)
    assert len(columns) <= MOST_MAPPED
    pairs = result.pairs.set_index(["a", "b"])
    for name in ("pearson", "spearman"):
        heat = plot_map(result, name).data[0]
        for row, right in enumerate(columns[1:]):
            for column, left in enumerate(columns[:-1]):
                value = heat.z[row][column]
                if column > row:
                    assert np.isnan(value)
                else:
                    pair = (left, right) if (left, right) in pairs.index else (right, left)
                    np.testing.assert_equal(value, pairs.loc[pair, name])


def test_the_line_of_the_scatter_plot_is_that_of_least_squares_over_all_rows():
    result = profile_table(ProfileSpec(data="iris", x="petal length (cm)", y="petal width (cm)"))
    cloud, line, slices = plot_pair(result).data
    slope, intercept = np.polyfit(cloud.x, cloud.y, 1)
    assert line.y == pytest.approx([intercept + slope * x for x in line.x])
    assert sum(slices.customdata) == result.n_pair == 150


def test_points_outside_the_picture_are_counted_and_only_where_they_would_hide_the_shape():
    figure = plot_pair(profile_table(ProfileSpec(x="temperature_c")))
    low, high = figure.layout.yaxis.range
    outside = [y for y in figure.data[0].y if not low <= y <= high]
    assert figure.layout.annotations[0].text.startswith(f"{len(outside)} of 600 points")
    assert min(outside) > 60
    assert not plot_pair(profile_table(ProfileSpec())).layout.annotations


def test_sizes_and_gaps_are_told_with_their_numbers(result):
    said = tell_table(result)
    assert said.startswith(
        f"{count(result.n_rows)} {result.row_noun[1]}, {result.n_columns} columns"
    )
    assert ("no cell is empty" in said) == (result.n_missing == 0)
    assert ("no row is there twice" in said) == (result.n_copies == 0)
    assert (f"{count(result.n_used)} of the" in tell_extent(result)) == (
        result.n_used < result.n_rows
    )


def test_every_finding_is_told_once_or_together_with_its_kind(result):
    said = list_findings(result)
    kinds = result.findings["kind"].value_counts()
    assert len(said) == sum(1 if n > 2 else n for n in kinds)


def test_the_table_of_columns_has_a_row_and_a_shape_for_each(result):
    table = tabulate_columns(result)
    assert len(table) == result.n_columns
    for shape, n_missing in zip(table["Shape"], result.columns["n_missing"], strict=True):
        assert sum(shape) == result.n_rows - n_missing


def test_the_column_is_told_with_its_counts_and_undefined_as_such(result):
    said = tell_column(result)
    if np.isnan(result.mean):
        assert "Far away" not in said
        return
    assert ("undefined by" in said) == (result.n_fence is None or result.n_sigma is None)
    if result.n_fence is not None:
        assert f"{count(result.n_fence)} by the fences" in said


def test_the_summary_has_the_lines_of_describe(result):
    if not np.isnan(result.mean):
        summary = tabulate_summary(result)
        assert summary["describe()"].tolist() == pd.Series([1.0]).describe().index.tolist()
        assert read_number(summary["Value"][5]) == pytest.approx(result.median, rel=0.005)


def test_the_target_is_told_as_classes_or_by_its_tail():
    assert "2 classes: '0' 90.0" in tell_balance(profile_table(ProfileSpec(data="churn")))
    assert "known groups" in tell_balance(profile_table(ProfileSpec(data="segments")))
    assert "skewness 7.1" in tell_balance(profile_table(ProfileSpec()))


def test_the_pair_is_told_with_both_intervals_and_its_verdict(result):
    said = tell_pair(result)
    for name in ("pearson", "spearman"):
        low, high = (say(getattr(result, f"{name}_{end}")) for end in ("low", "high"))
        assert f"interval {low} to {high}" in said
    words = {
        "outliers": "decide Pearson", "missed": "Both miss", "agree": "the same relation",
        "curved": "no straight line", "weak": "hardly a relation",
    }  # fmt: skip
    assert words[result.verdict] in said


def test_warned_pairs_come_first_and_a_leak_only_beside_its_target():
    pairs = tabulate_pairs(profile_table(ProfileSpec()))
    assert pairs["Believe"].iloc[0] == "neither"
    with_leak = [pair for pair in pairs["Pair"] if "seconds" in pair]
    assert with_leak == ["seconds and minutes"]


def test_gaps_are_told_with_difference_and_interval():
    row = tabulate_missing(profile_table(ProfileSpec())).iloc[0]
    assert row["Beyond chance"] == "yes"
    assert read_number(row["Where empty"]) - read_number(row["Elsewhere"]) == pytest.approx(
        read_number(row["Difference"].split(" (")[0]), abs=0.05
    )


def test_the_prediction_is_answered_by_the_worst_place(result):
    worst, before = result.pearson_worst, result.pearson_before
    answers = {"sign": before * worst < 0, "little": abs(worst - before) < 0.1}
    answer = judge_wrong_row(result)
    assert answers.get(answer, True)
    assert f"from {say(before)} to {say(worst)}" in tell_wrong_row(result)


def test_the_formulas_divide_what_they_show(result):
    (formula,) = pearson_formulas(result)
    sds = [read_number(text) for text in formula.bottom_number.split(" × ")]
    shown = read_number(formula.top_number) / (sds[0] * sds[1])
    assert read_number(formula.value) == pytest.approx(shown, abs=0.006)
    for formula in distance_formulas(result):
        top = [read_number(part) for part in formula.top_number.split(" − ")]
        bottom = [read_number(part) for part in formula.bottom_number.split(" − ")]
        below = bottom[0] - bottom[1] if len(bottom) > 1 else bottom[0]
        assert read_number(formula.value) == pytest.approx((top[0] - top[1]) / below, rel=0.01)


def test_a_list_of_columns_says_what_was_chosen_and_what_is_not_here(result):
    names = name_columns(result, "y")
    assert names[result.spec.y] == f"{result.y}, chosen for you"
    everything = name_columns(profile_table(ProfileSpec(column="zzz")), "column")
    assert everything["zzz"] == "zzz (not here)"
    assert len(everything) == 1 + 13 + 1


def test_words_of_a_learners_table_are_never_read_as_markup():
    rng = np.random.default_rng(0)
    name = "<b>width</b>"
    table = pd.DataFrame(rng.normal(size=(60, 2)), columns=[name, "<i>h</i>"])
    table["kind"] = np.where(table[name] > 0, "<u>x</u>", "y")
    own = store_own_dataset(table, title="Own", task="clustering", target=None)
    result = profile_table(ProfileSpec(data=own.name, column="kind"))
    figures = [plot_column(result), plot_pair(result), plot_map(result, "pearson")]
    for figure in figures:
        text = figure.to_json()
        assert "<b>width" not in text
        assert "<i>h" not in text
        assert "<u>x" not in text


def test_a_table_without_pairs_has_words_for_it():
    own = store_own_dataset(
        pd.DataFrame({"word": ["a", "b"] * 20}), title="Own", task="clustering", target=None
    )
    result = profile_table(ProfileSpec(data=own.name))
    assert "no two columns of numbers" in tell_pair(result)
    assert "no target" in tell_balance(result)
    assert tabulate_pairs(result).empty
    assert tabulate_summary(result)["Value"].tolist() == ["40", "2"]
    assert tabulate_missing(result)["Empty in"].tolist() == ["no column"]
    question = pose_question(result)
    assert question["answer"] == "none"
    assert set(question["beliefs"]) == set(question["options"])
