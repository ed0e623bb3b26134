"""The picture and the words of the imbalance lab show the lab's numbers and nothing else."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.automl.imbalance.charts import TRAINED, bills_of
from core.automl.imbalance.checks import bring_back, judge_balanced_test, thin_out, weigh_classes
from core.automl.imbalance.figures import plot_gains, title_gains
from core.automl.imbalance.judging import BILLS, PRICES
from core.automl.imbalance.lab import ImbalanceSpec, compare_ways
from core.automl.imbalance.stage import SHOWN, stage_bills, stage_json
from core.automl.imbalance.words import (
    BILL_NAMES,
    NAMES,
    rule_formula,
    say_share,
    say_threshold,
    shift_formula,
    tabulate_probabilities,
    tabulate_ways,
    tell_bill,
    tell_fair,
    tell_gain,
    tell_honesty,
    tell_most_f1,
    tell_repair,
    tell_rows,
    tell_rule,
    tell_shape,
    tell_twin,
)
from core.wording import count, percent


@pytest.fixture(params=["churn", "pumps"], scope="module")
def result(request):
    return compare_ways(ImbalanceSpec(data=request.param))


def test_the_point_under_the_hand_is_the_bill_of_the_moved_threshold(result):
    stage = stage_bills(result)
    last = np.log10(PRICES[-1])
    for step, price in enumerate(PRICES):
        assert stage.handle.values[step] == price
        assert stage.scene.point_x[step] == pytest.approx(stage.handle.positions[step] * last)
        assert stage.scene.point_y[step] == bills_of(result, "moved")["bill"].iloc[step]
    assert stage.handle.values[result.at] == result.price_used


def test_every_number_on_the_stage_is_that_of_the_bills(result):
    stage = stage_bills(result)
    bills = result.bills.set_index(["method", "price"])
    for number, method in zip(stage.numbers, BILLS, strict=True):
        assert number.label == BILL_NAMES[method]
        for step, price in enumerate(PRICES):
            assert number.texts[step] == percent(bills.loc[(method, price), "bill"], 0)
    for row, method in zip(stage.matrix.rows, SHOWN, strict=True):
        for cell, name in zip(row.cells, ("tp", "fn", "fp"), strict=True):
            assert cell.texts[result.at] == count(bills.loc[(method, result.price_used), name])


def test_the_points_on_the_precision_recall_chart_are_those_of_the_bills(result):
    chart = stage_bills(result).charts[0]
    for mark, method in zip(chart.marks, TRAINED, strict=True):
        row = bills_of(result, method).iloc[result.at]
        assert mark.x[result.at] == pytest.approx(row["tp"] / (row["tp"] + row["fn"]))
        assert mark.y[result.at] == pytest.approx(row["tp"] / (row["tp"] + row["fp"]))
    assert len(chart.lines) == 5


def test_a_price_at_which_half_costs_more_than_no_model_is_called_so(result):
    stage = stage_bills(result)
    for step, bill in enumerate(bills_of(result, "half")["bill"]):
        said = "".join(text for text, _ in stage.sentences[step])
        assert ("more than no model at all" in said) == (bill > 1)


def test_the_picture_is_the_same_json_wherever_the_handle_stands(result):
    moved = compare_ways(replace(result.spec, price=100.0))
    assert stage_json(result) == stage_json(moved)
    json.loads(stage_json(result))


def test_the_figure_shows_every_gain_with_its_interval(result):
    figure = plot_gains(result)
    gains = result.gains.set_index(["method", "compared"])
    for trace, compared in zip(figure.data, ("usual", "fair"), strict=True):
        for x, above, words in zip(trace.x, trace.error_x.array, trace.customdata, strict=True):
            method = next(name for name, title in NAMES.items() if title == words[0])
            assert x == gains.loc[(method, compared), "gain"]
            assert x + above == pytest.approx(gains.loc[(method, compared), "high"])
    assert figure.layout.title.text == title_gains(result)


@pytest.mark.parametrize(
    ("n", "title"),
    [
        (0, "Fairly compared, none of 3 gains"),
        (1, "Fairly compared, 1 of 3 still gains"),
        (2, "Fairly compared, 2 of 3 still gain"),
    ],
)
def test_the_title_says_how_many_gain_and_fits_its_line(result, n, title):
    assert title_gains(replace(result, n_honest_gains=n)) == title
    assert len(title) < 44


def test_the_words_name_who_gains_and_who_loses_beyond_chance():
    churn, pumps = (compare_ways(ImbalanceSpec(data=data)) for data in ("churn", "pumps"))
    assert tell_fair(churn) == "None of the three beats a moved threshold beyond chance."
    assert tell_fair(pumps) == (
        "Beyond chance, class weights and down-sampling do better than a moved threshold."
    )
    gains = churn.gains.copy()
    gains.loc[gains["method"] == "fewer", ["gain", "is_clear"]] = [-0.1, True]
    assert tell_fair(replace(churn, gains=gains)).endswith(
        "Beyond chance, down-sampling does worse."
    )
    assert "where they seemed to gain 0.200" in tell_gain(churn)
    assert "choose the table of pumps" in tell_shape(churn).lower()
    assert f"{pumps.weights_best_f1:.3f}" in tell_shape(pumps)


def test_the_sentences_hold_the_numbers_of_the_result(result):
    assert count(result.n_kept) in tell_rows(result)
    for way in ("plain", "weights", "fewer", "fewer_weighted"):
        assert say_share(getattr(result, f"{way}_mean_said")) in tell_honesty(result)
    assert f"{result.twin_f1:.3f}" in tell_twin(result)
    is_pumps = result.spec.data == "pumps"
    assert ("changed the order of the rows" in tell_twin(result)) == is_pumps
    assert percent(result.moved_bill, 0) in tell_bill(result)
    best = max(NAMES, key=lambda method: getattr(result, f"{method}_f1"))
    assert tell_most_f1(result).startswith(NAMES[best])
    assert ("not honest" in tell_rule(result)) == (result.rule_cost > 1.03 * result.moved_cost)
    assert "not honest" in tell_rule(replace(result, rule_cost=2 * result.moved_cost))
    assert "no worse here" in tell_rule(replace(result, rule_cost=result.moved_cost))
    assert shift_formula(result).value == say_share(result.base_rate_looks)
    assert rule_formula(result).value == say_threshold(1 / (1 + result.price_used))


def test_re_weighting_is_called_honest_only_where_the_mean_is_near_the_base_rate(result):
    assert "honest again" in tell_repair(result)
    off = replace(result, fewer_weighted_mean_said=result.fewer_mean_said)
    assert "does not mend" in tell_repair(off)
    half = result.base_rate + 0.3 * (result.fewer_mean_said - result.base_rate)
    assert "does not reach it" in tell_repair(replace(result, fewer_weighted_mean_said=half))


def test_the_tables_show_each_way_once_and_undefined_where_no_alarm_was_raised(result):
    ways = tabulate_ways(result)
    assert list(ways["What is done"]) == list(NAMES.values())
    is_undefined = result.ways["precision"].isna()
    assert ((ways["Precision"] == "undefined") == is_undefined).all()
    assert len(tabulate_probabilities(result)) == 4


def test_shares_keep_three_digits_at_most():
    assert [say_share(share) for share in (0.1, 0.01, 0.0104, 0.1538)] == [
        f"{text}\u202f%" for text in ("10", "1", "1.04", "15.4")
    ]


def test_no_alarm_at_all_is_said_in_a_word():
    assert say_threshold(np.inf) == "never"
    assert say_threshold(0.5) == percent(0.5, 0)


# --- what proves the practice items ------------------------------------------------------------------


def test_the_checks_count_rows():
    thinned = thin_out(n_positive=50, n_common=950, n_kept=700)
    assert thinned["weight"] == pytest.approx(950 / 700)
    assert thinned["off"] == 0
    assert bring_back(said=50, left=9)["real"] == pytest.approx(10)
    judged = judge_balanced_test(caught=90, alarmed=10, times=9)
    assert judged["real"] == pytest.approx(0.5)
    assert judged["pretended"] == pytest.approx(0.9)
    assert weigh_classes(n=1000, n_positive=100)["weight"] == pytest.approx(5)
