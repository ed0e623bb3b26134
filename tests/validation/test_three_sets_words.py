"""What the page of three sets says, in words and in the picture."""

import json

import pytest

from core.validation.three_sets.lab import LAB, ThreeSetsSpec, choose_by_peeking
from core.validation.three_sets.questions import choose_question
from core.validation.three_sets.stage import stage_json, stage_three_sets
from core.validation.three_sets.words import (
    describe_rows,
    formulas,
    say_gap,
    say_score,
    tell_blame,
    tell_bound,
    tell_choice,
    tell_theory,
    tell_truth_source,
)


def view(name):
    return choose_by_peeking(ThreeSetsSpec(**LAB.presets[name]))


def said(result):
    return "".join(text for text, _ in stage_three_sets(result).sentences[result.at])


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_preset_is_a_whole_stage_and_its_words_are_whole(preset):
    result = view(preset)
    drawn = json.loads(stage_json(result))
    assert len(drawn["numbers"]) == 8
    assert len(drawn["sentences"]) == len(result.sweep)
    parts = (
        said(result), describe_rows(result), tell_blame(result), tell_choice(result),
        tell_theory(result), tell_bound(result), tell_truth_source(result),
        str(choose_question(result)),
    )  # fmt: skip
    words = " ".join(filter(None, parts))
    for fault in (" nan", "is None", " inf", "  ", "..", " ,"):
        assert fault not in words, words


def test_the_sentence_says_what_is_said_what_is_true_and_what_the_honest_way_says():
    result = view("default")
    words = said(result)
    assert f"shows {say_score(result, result.said)} on the 100 test rows that chose it" in words
    assert f"really worth {say_score(result, 0.5)}" in words
    assert f"the test rows say {say_score(result, result.judged)}" in words
    assert "Nothing was chosen" in said(view("one-model"))


def test_the_stroke_under_the_hand_is_what_is_said_too_much():
    result = view("signal")
    scene = stage_three_sets(result).scene
    gaps = [a - b for a, b in zip(scene.point_y, scene.sticks.point_ends, strict=True)]
    assert gaps == pytest.approx(result.sweep["optimism"].tolist())


def test_the_formulas_hold_the_numbers_of_this_view():
    spread, height = formulas(view("default"))
    assert spread.value == "5.0\u202f%"
    result = view("default")
    assert height.value == f"{result.optimism / 0.05:.1f}"
    assert formulas(view("one-model")) == ()
    assert formulas(view("churn")) == ()


def test_the_prediction_is_answered_by_the_run():
    coins, signal = choose_question(view("default")), choose_question(view("signal"))
    assert coins["answer"] == "said"
    assert say_score(view("default"), view("default").said) in coins["options"]["said"]
    assert signal["answer"] == "true"
    assert say_score(view("signal"), view("signal").true) in signal["options"]["true"]
    for question in (coins, signal):
        assert len(set(question["options"].values())) == 3
        assert set(question["beliefs"]) == set(question["options"]) - {question["answer"]}


def test_gaps_have_their_sign():
    result = view("default")
    assert say_gap(result, 0.121) == "+12.1\u00a0points"
    assert say_gap(result, -0.004) == "−0.4\u00a0points"
    assert say_gap(result, 0.0001) == "0.0\u00a0points"
