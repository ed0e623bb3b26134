"""The words and figures of the probability lab show the lab's numbers and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from core.metrics.probabilities.checks import (
    compare_honesty,
    count_group,
    price_mistake,
    rank_scores,
)
from core.metrics.probabilities.figures import (
    plot_calibration_map,
    plot_pairs,
    plot_price,
    plot_reliability,
)
from core.metrics.probabilities.lab import ProbabilitySpec, judge_probabilities
from core.metrics.probabilities.tables import (
    formulas,
    tabulate_dearest,
    tabulate_parts,
    tabulate_versions,
)
from core.metrics.probabilities.words import (
    judge_group,
    say_points,
    tell_bins,
    tell_effect,
    tell_error,
    tell_group,
    tell_impossible,
    tell_knowledge,
    tell_mistake,
    tell_order,
    tell_reversed,
    tell_rows,
)
from core.wording import THIN, count, percent

BAYES = ProbabilitySpec()
VIEWS = {
    "bayes": BAYES,
    "platt": replace(BAYES, calibration="sigmoid"),
    "isotonic": replace(BAYES, calibration="isotonic", bins="count"),
    "few rows": ProbabilitySpec(data="breast_cancer", model="logistic", calibration="isotonic"),
    "tree": ProbabilitySpec(model="tree", given=0.001),
    "fraud": ProbabilitySpec(data="fraud", model="logistic"),
}


@pytest.fixture(params=VIEWS, scope="module")
def result(request):
    return judge_probabilities(VIEWS[request.param])


def of(name):
    return judge_probabilities(VIEWS[name])


def read_number(text):
    return float(text.replace(THIN, ""))


# --- words --------------------------------------------------------------------------------------


def test_the_verdict_on_the_first_question_follows_the_interval(result):
    inside = result.group_low <= result.group_said <= result.group_high
    assert (judge_group(result) == "said") == inside
    said = tell_group(result)
    assert percent(result.group_happened) in said
    assert percent(result.group_said) in said


@pytest.mark.parametrize(
    ("said", "answer"), [(0.2, "more"), (0.5, "said"), (0.9, "less"), (0.4, "said"), (0.6, "said")]
)
def test_too_sure_means_less_and_too_timid_means_more(said, answer):
    group = {"group_said": said, "group_low": 0.4, "group_high": 0.6}
    assert judge_group(replace(of("bayes"), **group)) == answer


def test_the_error_is_called_more_than_chance_only_if_it_is(result):
    doubt = "more than chance" in tell_error(result)
    trust = "no reason to doubt" in tell_error(result)
    too_high = result.ece > result.ece_if_honest_high
    assert (doubt, trust) == (too_high, not too_high)
    assert say_points(result.ece) in tell_error(result)


def test_scores_of_0_and_1_leave_chance_no_room():
    assert "leave chance no room" in tell_error(of("tree"))
    assert "leave chance no room" not in tell_error(of("bayes"))


def test_what_calibration_did_to_the_order_is_said_for_each_way():
    assert "79.3\u202f% of all pairs" in tell_order(of("bayes"))
    assert "changes no pair of rows" in tell_order(of("platt"))
    isotonic = of("isotonic")
    assert f"{count(isotonic.raw_n_distinct)} different scores became" in tell_order(isotonic)
    tied = replace(of("platt"), roc_auc=0.5)
    assert "what moved are ties" in tell_order(tied)


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ((0.4, 0.3, 0.2), "Both help here"),
        ((0.2, 0.3, 0.4), "Neither helps here"),
        ((0.3, 0.2, 0.4), "One helps and one harms"),
        ((0.3, 0.4, 0.2), "One helps and one harms"),
        ((0.3, 0.2, 0.3), "Platt helps; the other still gives exact zeros"),
        ((0.3, 0.3, 0.2), "Isotonic calibration helps; the other still"),
    ],
)
def test_the_effect_of_calibration_is_said_as_it_was(losses, words):
    bayes = of("bayes")
    versions = bayes.versions.copy()
    versions.loc[:2, "log_loss"] = losses
    assert words in tell_effect(replace(bayes, versions=versions))


def test_a_zero_that_came_true_counts_as_infinite():
    said = tell_effect(of("few rows"))
    assert "infinite after isotonic calibration. Neither helps here" in said
    assert "Both help here" in tell_effect(of("tree"))
    assert tell_impossible(of("bayes")) == ""
    tree = of("tree")
    assert f"{tree.n_impossible} subscribers turned out" in tell_impossible(tree)
    assert "undefined" in set(tabulate_dearest(tree)["Share"])
    assert "average rows" not in tell_mistake(tree)
    assert formulas(tree)[0].name == "log loss, clipped"


def test_the_parts_of_the_brier_score_add_up_as_printed(result):
    *parts, total = tabulate_parts(result)["Price"]
    numbers = [float(text.replace("−", "-").replace("+", "").replace(THIN, "")) for text in parts]
    assert sum(numbers) == pytest.approx(float(total.strip("=" + THIN)), abs=3e-4)
    assert float(total.strip("=" + THIN)) == pytest.approx(result.brier, abs=5e-5)


def test_the_base_rate_and_the_true_probabilities_are_both_named():
    said = tell_knowledge(of("bayes"))
    assert "misses by 0 points" in said
    assert "would prefer the one that knows nothing" in said
    assert "true probabilities" not in tell_knowledge(of("few rows"))


def test_the_three_parts_of_the_rows_are_named(result):
    said = tell_rows(result)
    for rows in (result.n_train, result.n_calibration, result.n_test):
        assert count(rows) in said


def test_bins_matter_and_where_they_do_not_this_is_said():
    assert "The error depends on the bins: " in tell_bins(of("bayes"))
    assert "With 2 different scores" in tell_bins(of("tree"))


def test_a_mistake_is_said_with_its_price_and_its_share():
    assert "given 0.01 costs 4.605. Over 1\u202f400 subscribers" in tell_mistake(of("bayes"))
    right = judge_probabilities(replace(BAYES, given=1.0))
    assert "costs nothing" in tell_mistake(right)
    assert f"{1 - right.roc_auc:.3f}" in tell_reversed(right)


def test_the_formulas_divide_what_they_show(result):
    for formula in formulas(result):
        quotient = read_number(formula.top_number) / read_number(formula.bottom_number)
        assert read_number(formula.value) == pytest.approx(quotient, rel=0.1)


def test_the_table_holds_one_row_for_each_version(result):
    table = tabulate_versions(result)
    assert len(table) == len(result.versions)
    for text, value in zip(table["Brier"], result.versions["brier"], strict=True):
        assert float(text) == pytest.approx(value, abs=5e-5)
    infinite = table["Log loss"].str.startswith("infinite").tolist()
    assert infinite == (result.versions["n_impossible"] > 0).tolist()


def test_the_dearest_rows_fall_in_price():
    table = tabulate_dearest(of("bayes"))
    prices = [float(price) for price in table["Costs"]]
    assert prices == sorted(prices, reverse=True)
    assert len(table) == 5


# --- figures ------------------------------------------------------------------------------------


def test_the_diagram_shows_every_bin_with_its_count_and_its_interval(result):
    bins = result.reliability_bins
    here = bins[bins["version"] == result.spec.calibration]
    figure = plot_reliability(result)
    bars = next(trace for trace in figure.data if trace.type == "bar")
    assert list(bars.text) == [count(n) for n in here["n"]]
    assert sum(bars.y) == result.n_test
    points = next(trace for trace in figure.data if "95 % interval" in (trace.name or ""))
    np.testing.assert_allclose(points.x, here["said"])
    np.testing.assert_allclose(points.y + points.error_y.array, here["high"])
    np.testing.assert_allclose(points.y - points.error_y.arrayminus, here["low"])
    names = [trace.name for trace in figure.data]
    assert ("as the model says it" in names) == (result.spec.calibration != "raw")
    assert list(bars.x) == [str(number + 1) for number in here["bin"]]
    assert figure.layout.xaxis.range[1] >= here["said"].max()
    assert figure.layout.yaxis.range[1] >= here["happened"].max()


@pytest.mark.parametrize(
    ("distance", "words"),
    [(0.1135, "11.3 points"), (0.0016, "0.16 points"), (0.0, "0 points"), (0.01, "1.0 points")],
)
def test_a_distance_is_said_in_points(distance, words):
    assert say_points(distance) == words


def test_each_figure_is_built_once_for_views_that_share_it_and_anew_for_others():
    bayes, dearer = of("bayes"), judge_probabilities(replace(BAYES, given=0.001))
    finer = judge_probabilities(replace(BAYES, n_bins=20))
    assert plot_reliability(bayes) is plot_reliability(dearer)
    assert plot_reliability(bayes) is not plot_reliability(finer)
    assert plot_reliability(bayes) is not plot_reliability(of("platt"))
    assert plot_price(bayes) is plot_price(finer)
    assert plot_price(bayes) is not plot_price(dearer)
    assert plot_calibration_map(bayes) is plot_calibration_map(of("platt"))
    assert plot_calibration_map(bayes) is not plot_calibration_map(of("fraud"))


def test_the_calibration_curves_rise(result):
    for trace in plot_calibration_map(result).data:
        assert (np.diff(np.asarray(trace.y, dtype=float)) >= -1e-12).all()


def test_few_scores_are_points_and_many_are_lines():
    assert plot_calibration_map(of("tree")).data[1].mode == "markers"
    assert plot_calibration_map(of("bayes")).data[1].mode == "lines"


def test_each_mark_of_the_price_list_costs_minus_ln_p(result):
    for trace in plot_price(result).data:
        x, y = (np.asarray(values, dtype=float) for values in (trace.x, trace.y))
        np.testing.assert_allclose(y, -np.log(x), atol=1e-9)
    assert f"{result.mistake_loss:.3f}" in plot_price(result).layout.title.text


def test_the_pairs_show_15_and_12_of_16():
    figure = plot_pairs(of("bayes"))
    grids = [trace for trace in figure.data if trace.type == "heatmap"]
    assert [float(np.sum(grid.z)) for grid in grids] == [15, 12]
    assert "15 of 16" in figure.layout.xaxis.title.text
    assert "12 of 16" in figure.layout.xaxis2.title.text
    assert figure.layout.yaxis2.anchor == "x2"


# --- the runs behind the practice items -------------------------------------------------------------


def test_the_runs_behind_the_items_find_what_a_hand_finds():
    assert price_mistake(0.5)["loss"] == pytest.approx(np.log(2))
    assert price_mistake(0.5, 4)["added"] == pytest.approx(np.log(2) / 4)
    ranked = rank_scores([0.4, 0.9], [0.1, 0.6])
    assert (ranked["auc"], ranked["pairs_right"], ranked["auc_reversed"]) == (0.75, 3, 0.25)
    assert ranked["auc_squared"] == ranked["auc"]
    assert ranked["brier_squared"] == pytest.approx((0.84**2 + 0.19**2 + 0.01**2 + 0.36**2) / 4)
    honesty = compare_honesty(100, 0.2)
    assert honesty["gap_a"] == 0
    group = count_group(10, 0, 0.5)
    assert (group["low"], group["gap"]) == (0, 0.5)
    assert group["high"] == pytest.approx(0.278, abs=5e-4)
