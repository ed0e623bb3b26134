"""What the page says, in words and in the picture."""

import json

import pytest

from core.validation.folds.figures import plot_worlds
from core.validation.folds.lab import LAB, FoldsSpec, split_folds
from core.validation.folds.questions import choose_question
from core.validation.folds.stage import stage_folds, stage_json
from core.validation.folds.words import (
    describe_rows,
    formulas,
    list_columns,
    list_splitters,
    name_k,
    say_range,
    say_score,
    tell_price,
    tell_spread,
    tell_tested,
    tell_use,
)


def view(name):
    return split_folds(FoldsSpec(**LAB.presets[name]))


def said(result, at=None):
    sentence = stage_folds(result).sentences[result.at if at is None else at]
    return "".join(text for text, _ in sentence)


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_preset_is_a_whole_stage_and_its_words_are_whole(preset):
    result = view(preset)
    drawn = json.loads(stage_json(result))
    assert len(drawn["lanes"]["steps"][result.at]) == result.n_fits
    assert len(drawn["numbers"]) == 8
    sentences = (
        said(result), describe_rows(result), tell_use(result), tell_price(result),
        tell_spread(result), tell_tested(result), str(choose_question(result)),
    )  # fmt: skip
    words = " ".join(filter(None, sentences))
    for fault in (" nan", "None ", " inf", "  ", ".."):
        assert fault not in words, words


def test_the_sentence_names_the_people_on_both_sides_and_the_truth():
    result = view("default")
    assert f"{result.n_shared} of 40 people are on both sides" in said(result)
    assert f"The folds say {say_score(result, result.score)}" in said(result)
    assert f"fresh recordings it is {say_score(result, result.fresh_score)}" in said(result)
    assert "None of the 40 people is on both sides" in said(view("by-person"))


def test_the_sentence_counts_folds_without_a_score():
    result = view("rare-class")
    assert f"{result.n_undefined} of them " in said(result)
    assert "so no score" in said(result)
    number = next(n for n in stage_folds(result).numbers if "ROC" in n.label)
    assert number.notes[result.at] == f"undefined in {result.n_undefined} of 12 folds"


def test_the_sentence_says_when_the_future_trains_for_the_past():
    assert "In 5 of 5 folds the future trains for the past" in said(view("future-in-the-past"))
    assert "from earlier ones only" in said(view("time-order"))


def test_lanes_note_the_score_of_each_fold():
    result = view("sorted-classes")
    lanes = stage_folds(result).lanes
    assert lanes.notes[result.at] == ("0\u202f%",) * 3
    assert lanes.labels[result.at] == ("fold 1", "fold 2", "fold 3")
    assert lanes.strips[0].cells == "a" * 50 + "b" * 50 + "c" * 50


def test_the_handle_says_what_its_end_means():
    assert name_k(view("leave-one-out"), 150) == "150 folds: leave one out"
    assert name_k(view("leave-one-person-out"), 40) == "40 folds: leave one person out"
    assert name_k(view("repeated"), 4) == "3 × 4 folds"
    assert name_k(view("hold-out"), 6) == "6 random splits"


def test_the_formulas_hold_the_numbers_of_this_table():
    rows, share = formulas(view("default"))
    assert (rows.top_number, rows.bottom_number, rows.value) == ("240", "5", "48")
    assert share.value == "80.0\u202f%"
    people, _ = formulas(view("by-person"))
    assert (people.top_number, people.value) == ("40", "8")
    assert formulas(view("time-order")) == ()


def test_the_prediction_is_answered_by_the_run():
    priced = choose_question(view("default"))
    result = view("default")
    assert priced["answer"] == "fresh"
    assert say_score(result, result.worlds_fresh) in priced["options"]["fresh"]
    assert len(set(priced["options"].values())) == 3
    for preset, answer in {
        "sorted-classes": "once", "repeated": "several", "hold-out": "never",
    }.items():  # fmt: skip
        question = choose_question(view(preset))
        assert question["answer"] == answer
        assert set(question["beliefs"]) >= set(question["options"]) - {answer}


def test_the_figure_holds_three_judges_of_twenty_tables():
    result = view("default")
    figure = plot_worlds(result)
    assert [len(trace.x) for trace in figure.data] == [20] * 3
    assert figure.layout.title.text == "Shuffled folds flatter on 20 of 20 tables"
    assert len(figure.layout.title.text) < 44
    assert sorted(figure.data[0].y) == sorted(result.worlds["naive"])


def test_the_splitter_that_suits_is_marked():
    for preset, name in {
        "default": "GroupKFold ✓", "future-in-the-past": "TimeSeriesSplit ✓",
        "sorted-classes": "StratifiedKFold ✓",
    }.items():  # fmt: skip
        assert [n for n, _ in list_splitters(view(preset)) if "✓" in n] == [name]


def test_ranges_are_said_shortly():
    assert say_range(48, 48) == "48"
    assert say_range(34, 35) == "34–35"
    assert list_columns("days", "none") == {None: "none", "day": "day", "is_weekend": "is_weekend"}
