import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.practice.bank import load_items
from core.practice.grade import grade, show_key

patient = settings(deadline=None)  # the machine may be busy

ITEMS = load_items()
SINGLE = [item for item in ITEMS if item.type == "single"]
NUMERIC = [item for item in ITEMS if item.type == "numeric"]
by_id = {"ids": lambda item: item.id}


@pytest.mark.parametrize("item", SINGLE, **by_id)
def test_each_option_is_judged_with_its_own_feedback_and_misconception(item) -> None:
    for option in item.options:
        verdict = grade(item, option.id)
        assert verdict.state == ("right" if option.correct else "wrong")
        assert verdict.feedback == option.feedback
        assert verdict.misconception == option.misconception
        assert [o.correct for o in item.options if o.text == verdict.key] == [True]


@pytest.mark.parametrize("answer", ["", "z", "A", "Accuracy"])
def test_an_answer_that_is_no_option_is_asked_again(draft, answer: str) -> None:
    verdict = grade(draft.single(), answer)
    assert (verdict.state, verdict.misconception) == ("unreadable", None)
    assert verdict.feedback == "Choose one of the options."


@pytest.mark.parametrize("item", NUMERIC, **by_id)
def test_the_shown_key_of_a_numeric_item_is_a_right_answer(item) -> None:
    verdict = grade(item, show_key(item))
    assert (verdict.state, verdict.feedback) == ("right", item.answer.feedback)


@pytest.mark.parametrize("item", NUMERIC, **by_id)
def test_a_near_miss_gets_the_feedback_of_its_misconception(item) -> None:
    for miss in item.near_misses:
        for entry in (repr(miss.value), f"{miss.value:.{item.answer.tolerance.decimals}f}"):
            verdict = grade(item, entry)
            assert (verdict.state, verdict.misconception) == ("wrong", miss.misconception)
            assert verdict.feedback == miss.feedback


def test_a_number_beyond_the_tolerance_of_a_near_miss_is_not_taken_for_it(draft) -> None:
    assert grade(draft.numeric(), "0.9649").misconception == "paradox"
    assert grade(draft.numeric(), "0.9651").misconception is None


@pytest.mark.parametrize("entry", ["0.8", "0,80", "80 %", "4/5", "40 / 50", "8e-1", "0.804"])
def test_a_right_number_may_be_written_in_any_usual_way(draft, entry: str) -> None:
    assert grade(draft.numeric(), entry).state == "right"


@pytest.mark.parametrize("entry", ["", "four fifths", "1/0", "nan", "0.8.0"])
def test_what_cannot_be_read_is_never_wrong_but_asked_again(draft, entry: str) -> None:
    verdict = grade(draft.numeric(), entry)
    assert (verdict.state, verdict.misconception) == ("unreadable", None)
    assert verdict.feedback.endswith(".")


def test_a_number_outside_the_possible_range_is_asked_back(draft) -> None:
    item = draft.numeric()
    verdict = grade(item, "57")
    assert verdict.state == "unreadable"
    assert "lies between 0 and 1, and 57 does not. Did you mean 57 %?" in verdict.feedback
    assert "Did you mean" not in grade(item, "-3").feedback
    assert grade(item, "1").state == "wrong"
    at_least = draft.numeric(answer={"lowest": "0.5", "highest": None}, near_misses=[])
    assert "is at least 0.5, and 0.1 does not" in grade(at_least, "0.1").feedback
    at_most = draft.numeric(answer={"lowest": None, "highest": "0.9"}, near_misses=[])
    assert "is at most 0.9" in grade(at_most, "0.95").feedback


def test_an_unknown_wrong_number_is_told_its_side_and_the_answer(draft) -> None:
    assert grade(draft.numeric(), "0.7").feedback == "0.7 is too low."
    assert grade(draft.numeric(), "0.9").feedback == "0.9 is too high."


def test_a_count_with_a_separator_is_asked_back(draft) -> None:
    answer = {"value": "1234", "highest": None, "tolerance": {"decimals": 0}, "unit": "fits"}
    item = draft.numeric(answer=answer, near_misses=[])
    assert grade(item, "1,234").state == "unreadable"
    assert grade(item, "1 234").state == "right"
    assert grade(item, "1233").state == "wrong"
    assert show_key(item) == "1234 fits"


@patient
@given(answer=st.text(max_size=40))
def test_any_answer_gets_a_verdict(draft, answer: str) -> None:
    for item in (draft.single(), draft.numeric()):
        verdict = grade(item, answer)
        assert verdict.feedback
        assert verdict.key
