"""The picture and the words of the comparison lab show the lab's numbers and nothing else."""

import numpy as np
import pytest

from core.validation.compare.figures import plot_judges, plot_winners
from core.validation.compare.lab import CompareSpec, compare_models
from core.validation.compare.stage import stage_compare, stage_json
from core.validation.compare.words import (
    bounds,
    judge_alarms,
    points,
    ratio_formula,
    say_p,
    say_verdict,
    tabulate_judges,
    tell_alarms,
    tell_corrected,
    tell_models,
    tell_ratio,
    tell_rows,
    tell_verdicts,
    tell_winner,
)
from core.wording import THIN

OPEN = ": with these rows you cannot tell."
VIEWS = {
    "default": CompareSpec(),
    "ten": CompareSpec(repeats=10),
    "once": CompareSpec(repeats=1),
    "same": CompareSpec(b="logistic", n_rows=100),
    "two": CompareSpec(k=2, n_rows=100, repeats=3),
    "bayes": CompareSpec(b="bayes", n_rows=200),
}


@pytest.fixture(params=VIEWS, scope="module")
def result(request):
    return compare_models(VIEWS[request.param])


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0.012, -0.004, 0.028), f"A came out better by 1.2{THIN}points (−0.4 to 2.8){OPEN}"),
        ((0.017, 0.012, 0.022), f"A is better by 1.7{THIN}points (1.2 to 2.2)."),
        ((-0.017, -0.022, -0.012), f"B is better by 1.7{THIN}points (1.2 to 2.2)."),
        ((-0.012, -0.028, 0.004), f"B came out better by 1.2{THIN}points (−0.4 to 2.8){OPEN}"),
        ((0.0, -0.02, 0.02), "A and B are level (−2.0 to 2.0): with these rows you cannot tell them apart."),
        ((0.0, 0.0, 0.0), "A and B give the same answers: there is nothing to compare."),
    ],
)  # fmt: skip
def test_the_verdict_names_a_winner_only_where_zero_is_outside(numbers, said):
    assert say_verdict(*numbers) == said


def test_small_numbers_are_said_as_people_read_them():
    assert say_p(0.0412) == "0.041"
    assert say_p(0.0001) == "below 0.001"
    assert say_p(float("nan")) == "undefined"
    assert points(-0.0004, has_unit=False) == "0.0"
    assert bounds(-0.001, 0.035) == "−0.1 to 3.5"


def test_the_handle_the_point_and_the_charts_stand_at_the_step(result):
    stage = stage_compare(result)
    assert stage.handle.values == tuple(range(1, 11))
    assert stage.scene.point_y == pytest.approx((100 * result.sweep["difference"]).tolist())
    alarms, widths = stage.charts
    assert alarms.point_y == pytest.approx((100 * result.sweep["naive_alarms"]).tolist())
    width = 100 * (result.sweep["naive_high"] - result.sweep["naive_low"])
    assert widths.point_y[1:] == pytest.approx(width.tolist()[1:])
    assert stage_json(result) == stage.to_json()


def test_each_dot_is_the_mean_of_a_repeat_and_each_line_an_end_of_an_interval(result):
    scene = stage_compare(result).scene
    means = 100 * result.folds.groupby("repeat")["difference"].mean()
    assert scene.dots[0].y == pytest.approx(means.tolist())
    ends = [line.y for line in scene.still_lines[1:]]
    columns = ("naive_low", "naive_high", "corrected_low", "corrected_high")
    for drawn, column in zip(ends, columns, strict=True):
        assert drawn == pytest.approx((100 * result.sweep[column]).tolist())


def test_the_numbers_on_the_stage_are_those_of_the_sweep(result):
    numbers = {number.label: number for number in stage_compare(result).numbers}
    for judge, label in (("naive", "t-test, folds"), ("corrected", "t-test, corrected")):
        ends = zip(result.sweep[f"{judge}_low"], result.sweep[f"{judge}_high"], strict=True)
        assert numbers[label].texts == tuple(bounds(*pair) for pair in ends)
        for note, p in zip(numbers[label].notes, result.sweep[f"{judge}_p"], strict=True):
            assert ("undefined" in note) == np.isnan(p)
    for text, value in zip(
        numbers["False alarms, folds"].texts, result.sweep["naive_alarms"], strict=True
    ):
        assert text == f"{100 * value:.0f} of 100"


def test_the_sentence_holds_both_verdicts(result):
    for words, row in zip(
        stage_compare(result).sentences, result.sweep.to_dict("records"), strict=True
    ):
        said = "".join(text for text, _ in words)
        for judge in ("naive", "corrected"):
            verdict = say_verdict(row["difference"], row[f"{judge}_low"], row[f"{judge}_high"])
            assert verdict in said


def test_the_figures_show_the_tables(result):
    figure = plot_judges(result)
    for mark, row in zip(figure.data, result.judges.iloc[::-1].to_dict("records"), strict=True):
        assert mark.x[0] == pytest.approx(100 * row["difference"])
        assert mark.x[0] + mark.error_x.array[0] == pytest.approx(100 * row["high"])
        assert mark.x[0] - mark.error_x.arrayminus[0] == pytest.approx(100 * row["low"])
    n_seeing = int((result.judges["p"] < 0.05).sum())
    assert figure.layout.title.text.startswith(f"{n_seeing} of 4")
    measured, law = plot_winners(result).data
    assert list(measured.y) == pytest.approx((100 * result.winners["flattery"]).tolist())
    assert list(law.y) == pytest.approx((100 * result.winners["law"]).tolist())


def test_the_words_hold_their_numbers(result):
    assert str(result.n_rows) in tell_models(result)
    assert tell_corrected(result) in tell_verdicts(result)
    assert f"in {100 * result.naive_alarms:.0f} of 100" in tell_alarms(result)
    assert points(result.flattery) in tell_winner(result)
    said = tell_rows(result)
    assert ("counts nothing" in said) == (result.only_a + result.only_b == 0)
    if result.only_a + result.only_b:
        assert f"{result.only_a} answered rightly by A alone" in said
    assert f"{1 / (result.spec.k * result.spec.repeats):.3f}" in tell_ratio(result)


def test_the_question_is_answered_by_the_measured_alarms(result):
    share = result.naive_alarms
    assert judge_alarms(result) == ("few" if share <= 0.08 else "some" if share < 0.25 else "many")


def test_the_formula_divides_rows_tested_by_rows_learnt_from(result):
    formula = ratio_formula(result)
    value = int(formula.top_number) / int(formula.bottom_number)
    assert float(formula.value) == pytest.approx(value, abs=0.006)
    assert int(formula.top_number) + int(formula.bottom_number) == result.n_rows


def test_the_table_has_a_line_for_each_judge(result):
    table = tabulate_judges(result)
    assert len(table) == 4
    assert table["p"].tolist() == [say_p(p) for p in result.judges["p"]]
