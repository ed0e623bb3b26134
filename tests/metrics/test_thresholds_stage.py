"""The picture and the words of the threshold lab show the lab's numbers and nothing else."""

import json
from math import isclose, isnan

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from core.metrics.classifiers import ClassifierSpec, score_classifier
from core.metrics.thresholds.lab import ThresholdSpec, sweep_thresholds
from core.metrics.thresholds.stage import stage_json, stage_thresholds
from core.metrics.thresholds.words import (
    formulas,
    say_score,
    say_threshold,
    tabulate_rules,
    tell_curves,
    tell_false_alarms,
    tell_hindsight,
    tell_optimism,
    theory_formula,
)
from core.wording import THIN, count, percent, significant

VIEWS = {
    "fraud": ThresholdSpec(),
    "breast cancer": ThresholdSpec(data="breast_cancer", threshold=0.1, cost_miss=50.0),
    "rare": ThresholdSpec(prevalence=0.001, threshold=0.1),
}


@pytest.fixture(params=VIEWS, scope="module")
def result(request):
    return sweep_thresholds(VIEWS[request.param])


def read_number(text: str) -> float:
    return float(text.replace(THIN, "").replace("%", ""))


def test_each_step_shows_the_counts_of_its_own_threshold(result):
    matrix = stage_thresholds(result).matrix
    suffix = "_per_10000" if result.spec.prevalence else ""
    names = [["tp", "fn"], ["fp", "tn"]]
    for row, cells in zip(matrix.rows, names, strict=True):
        for cell, name in zip(row.cells, cells, strict=True):
            assert list(cell.texts) == [count(value) for value in result.sweep[name + suffix]]
            assert cell.is_good == (name in {"tp", "tn"})


def test_the_counts_of_a_step_are_those_of_the_scores_themselves():
    scores = score_classifier(ClassifierSpec()).scores
    judged = scores[scores["part"] == "validation"]
    stage = stage_thresholds(sweep_thresholds(ThresholdSpec()))
    for step in (0, 60, 120, 147, 200):
        is_alarm = judged["score"] >= stage.handle.values[step]
        caught, missed = (cell.texts[step] for cell in stage.matrix.rows[0].cells)
        assert read_number(caught) == (is_alarm & judged["positive"]).sum()
        assert read_number(missed) == (~is_alarm & judged["positive"]).sum()


def test_every_rate_on_screen_is_the_rate_of_the_sweep(result):
    numbers = {number.label: number for number in stage_thresholds(result).numbers}
    for label, metric in {"Accuracy": "accuracy", "Recall": "recall", "F1": "f1"}.items():
        for text, value in zip(numbers[label].texts, result.sweep[metric], strict=True):
            if isnan(value):
                assert text == "undefined"
            else:
                assert isclose(read_number(text), 100 * value, abs_tol=0.0501)


def test_the_majority_baseline_is_always_in_sight(result):
    numbers = stage_thresholds(result).numbers
    baseline = next(number for number in numbers if number.is_reference)
    assert set(baseline.texts) == {percent(max(result.prevalence, 1 - result.prevalence))}


def test_an_undefined_number_says_why(result):
    numbers = {number.label: number for number in stage_thresholds(result).numbers}
    assert numbers["Precision"].texts[-1] == "undefined"
    assert numbers["Precision"].notes[-1] == "no alarm was raised"
    last = "".join(text for text, _meaning in stage_thresholds(result).sentences[-1])
    assert "Precision is undefined: no alarm was raised" in last


def test_the_sentence_carries_the_numbers_of_its_step(result):
    stage = stage_thresholds(result)
    caught = stage.matrix.rows[0].cells[0].texts
    alarms = stage.matrix.rows[1].cells[0].texts
    for step in (1, 50, 100, 150):
        parts = {meaning: text for text, meaning in stage.sentences[step] if meaning}
        assert parts["positive"].startswith(f"{caught[step]} of ")
        assert parts["negative"].startswith(f"{alarms[step]} ")


def test_the_curves_are_scikit_learns_to_the_width_of_a_pixel():
    scores = score_classifier(ClassifierSpec()).scores
    judged = scores[scores["part"] == "validation"]
    roc, precision_recall, _cost = stage_thresholds(sweep_thresholds(ThresholdSpec())).charts
    x, y, _ = roc_curve(judged["positive"], judged["score"])
    assert np.abs(np.interp(x, roc.lines[1].x, roc.lines[1].y) - y).mean() < 0.01
    precision, recall, _ = precision_recall_curve(judged["positive"], judged["score"])
    line = precision_recall.lines[1]
    area = average_precision_score(judged["positive"], judged["score"])
    assert f"{area:.3f}" in precision_recall.title
    assert set(line.y) <= {float(value) for value in precision}
    assert set(line.x) <= {float(value) for value in recall}


def test_the_point_on_each_curve_is_the_step_of_the_handle(result):
    roc, precision_recall, cost = stage_thresholds(result).charts
    at = result.at
    assert roc.point_y[at] == pytest.approx(result.recall)
    assert roc.point_x[at] == pytest.approx(1 - result.specificity)
    assert precision_recall.point_x[at] == pytest.approx(result.recall)
    assert precision_recall.point_y[-1] is None
    assert cost.point_y[at] is None or cost.point_y[at] == pytest.approx(result.cost)


def test_a_view_that_differs_only_in_the_handle_is_drawn_once():
    first = stage_json(sweep_thresholds(ThresholdSpec(threshold=0.3)))
    again = stage_json(sweep_thresholds(ThresholdSpec(threshold=0.7)))
    assert first is again
    dearer = stage_json(sweep_thresholds(ThresholdSpec(cost_miss=99.0)))
    assert dearer != first
    assert json.loads(first)["handle"]["values"] == json.loads(dearer)["handle"]["values"]


@pytest.mark.parametrize(
    ("threshold", "words"),
    [(0, "everything is an alarm"), (1.0, "no alarm at all"), (0.5, "alarm from 50 %"),
     (0.0123, "alarm from 1.2 %"), (0.00123, "alarm from 0.12 %"), (0.995, "alarm from 99.50 %")],
)  # fmt: skip
def test_a_threshold_is_said_in_words(threshold, words):
    assert say_threshold(threshold) == words.replace(" %", THIN + "%")


def test_the_formulas_divide_what_they_show(result):
    for formula in formulas(result):
        quotient = read_number(formula.top_number) / read_number(formula.bottom_number)
        assert read_number(formula.value) == pytest.approx(100 * quotient, abs=0.6)


def test_the_theory_formula_is_cost_of_false_alarm_over_both(result):
    formula = theory_formula(result)
    false_alarm, miss = result.spec.cost_false_alarm, result.spec.cost_miss
    assert formula.value == say_score(false_alarm / (false_alarm + miss))


def test_the_table_of_rules_holds_one_row_for_each_way_to_choose(result):
    table = tabulate_rules(result)
    assert list(table["Way to choose"]) == list(result.rules["name"])
    for text, cost in zip(
        table["Cost on validation"], result.rules["validation_cost"], strict=True
    ):
        assert read_number(text) == pytest.approx(cost, abs=0.51)
    assert table["Alarm from"].tolist()[-2:] == ["never", "always"]


def test_the_verdict_says_what_happened_and_not_what_ought_to(result):
    said = tell_optimism(result)
    was_too_good = result.cheapest_test_cost > result.cheapest_validation_cost
    assert ("a little too good on the rows that it was made with." in said) == was_too_good or (
        "luck was on its side" in said
    )
    assert ("luck was on its side" in said) == (not was_too_good)


def test_hindsight_is_never_dearer(result):
    saved = tell_hindsight(result).split()[2]
    assert read_number(saved) >= 0


def test_both_curves_are_told_with_what_guessing_reaches(result):
    rng = np.random.default_rng(0)
    n = 200_000
    positive = rng.random(n) < result.prevalence
    guess = rng.random(n)
    assert roc_auc_score(positive, guess) == pytest.approx(0.5, abs=0.06)
    assert average_precision_score(positive, guess) == pytest.approx(result.prevalence, rel=0.15)
    said = tell_curves(result)
    assert f"reaches {significant(result.prevalence)}, this model" in said
    assert f"{result.roc_auc:.3f}" in said
    assert f"{result.average_precision:.3f}" in said


def test_a_high_area_does_not_mean_that_the_alarms_are_right():
    result = sweep_thresholds(ThresholdSpec())
    assert result.roc_auc > 0.9
    assert result.precision < 0.5
    said = tell_false_alarms(result)
    assert f"{result.roc_auc:.3f}" in said
    assert percent(1 - result.precision) in said
    assert "not even an alarm" in tell_false_alarms(sweep_thresholds(ThresholdSpec(threshold=1.0)))
