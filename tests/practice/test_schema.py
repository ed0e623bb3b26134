import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

patient = settings(deadline=None)  # the machine may be busy


def test_a_sound_item_is_accepted(draft) -> None:
    assert draft.single().options[0].correct
    assert draft.numeric(answer={"value": "40/70"}, near_misses=[]).answer.value == 40 / 70


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "Big Letters"}, "String should match pattern"),
        ({"version": "0"}, "greater than or equal to 1"),
        ({"difficulty": "4"}, "less than or equal to 3"),
        ({"type": "essay"}, "Input should be 'single', 'multi'"),
        ({"bloom": "guess"}, "Input should be 'remember'"),
        ({"skills": []}, "at least 1 item"),
        ({"stem": ""}, "at least 1 character"),
        ({"stem": 7}, "Input should be a valid string"),
        ({"stem": "<b>Why?</b>"}, "prose may hold"),
        ({"stem": "See [this](http://x)?"}, "prose may hold"),
        ({"stem": "# Why?"}, "prose may hold"),
        ({"explanation": "Costs $5"}, r"not '\$'"),
        ({"surprise": "x"}, "Extra inputs are not permitted"),
        ({"options": []}, "at least 3 options, got 0"),
        ({"answer": {"value": "1", "tolerance": {"decimals": 0}, "feedback": "x"}}, "no answer"),
    ],
)
def test_a_faulty_item_is_refused(draft, changes, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        draft.single(**changes)


def test_exactly_one_option_is_correct(draft) -> None:
    right = [draft.option(name, text=name, correct=True) for name in "abc"]
    with pytest.raises(ValidationError, match="exactly one option is correct, got 3"):
        draft.single(options=right)
    wrong = [draft.option(name, text=name) for name in "abc"]
    with pytest.raises(ValidationError, match="exactly one option is correct, got 0"):
        draft.single(options=wrong)


def test_a_wrong_option_names_its_misconception_and_the_right_one_has_none(draft) -> None:
    options = draft.single_raw()["options"]
    for changed in ({**options[0], "misconception": "swap"}, {**options[1], "misconception": None}):
        kept = [option for option in options if option["id"] != changed["id"]]
        with pytest.raises(ValidationError, match="a wrong option names its misconception"):
            draft.single(options=[changed, *kept])


def test_every_option_has_feedback(draft) -> None:
    options = draft.single_raw()["options"]
    del options[2]["feedback"]
    with pytest.raises(ValidationError, match=r"options\.2\.feedback\s+Field required"):
        draft.single(options=options)


def test_option_ids_differ(draft) -> None:
    options = draft.single_raw()["options"]
    options[2]["id"] = "b"
    with pytest.raises(ValidationError, match="option ids must differ, b appears twice"):
        draft.single(options=options)


def test_a_numeric_item_has_an_answer_and_no_options(draft) -> None:
    with pytest.raises(ValidationError, match="has an answer and near_misses, no options"):
        draft.numeric(options=draft.single_raw()["options"])
    raw = draft.numeric_raw()
    del raw["answer"]
    with pytest.raises(ValidationError, match="a numeric item needs an answer"):
        type(draft.single()).model_validate(raw)


@pytest.mark.parametrize("value", ["0.8", "0.81", "0.795"])
def test_a_near_miss_lies_outside_the_tolerance(draft, value: str) -> None:
    miss = {"value": value, "misconception": "swap", "feedback": "Close."}
    with pytest.raises(ValidationError, match="further apart than the tolerance"):
        draft.numeric(near_misses=[miss])


def test_neighbouring_whole_numbers_are_told_apart(draft) -> None:
    misses = [{"value": "18", "misconception": "swap", "feedback": "One too few."}]
    answer = {"value": "19", "tolerance": {"decimals": 0}, "highest": None}
    item = draft.numeric(answer=answer, near_misses=misses)
    assert item.answer.accepts(19)
    assert not item.answer.accepts(18)


def test_two_near_misses_can_be_told_apart(draft) -> None:
    misses = [
        {"value": value, "misconception": "swap", "feedback": value} for value in ("0.5", "0.51")
    ]
    with pytest.raises(ValidationError, match="further apart than the tolerance"):
        draft.numeric(near_misses=misses)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"lowest": "0.9"}, "must lie between lowest and highest"),
        ({"highest": "0.5"}, "must lie between lowest and highest"),
        ({"unit": "%"}, "ask for a share"),
        ({"value": "nan"}, "is not one number"),
        ({"value": math.inf}, "finite number"),
        ({"tolerance": {"decimals": 2, "rel": "-1"}}, "greater than or equal to 0"),
    ],
)
def test_a_faulty_answer_is_refused(draft, answer, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        draft.numeric(answer=answer)


@patient
@given(value=st.floats(0, 1), decimals=st.integers(0, 6))
def test_rounding_the_key_as_asked_is_always_accepted(draft, value: float, decimals: int) -> None:
    answer = {"value": value, "tolerance": {"decimals": decimals}}
    item = draft.numeric(answer=answer, near_misses=[])
    assert item.answer.accepts(float(f"{value:.{decimals}f}"))
    assert not item.answer.accepts(value + 0.51 * 10**-decimals)


def test_the_widest_of_the_tolerances_counts(draft) -> None:
    def accepts(entry: float, **tolerance: float) -> bool:
        answer = {"value": 200.0, "highest": "999", "tolerance": {"decimals": 0} | tolerance}
        return draft.numeric(answer=answer, near_misses=[]).answer.accepts(entry)

    assert accepts(203, abs=3)
    assert not accepts(203.1, abs=3)
    assert accepts(210, rel=0.05)
    assert not accepts(210.1, rel=0.05)
    assert accepts(200.5, abs=0.1, rel=0.001)


@pytest.mark.parametrize("name", ["os:system", "core.os", "core.a:b.c", "corex.a:b", "core:run"])
def test_a_check_is_a_function_of_core(draft, name: str) -> None:
    check = {**draft.check("recall"), "function": name}
    with pytest.raises(ValidationError, match="String should match pattern"):
        draft.single(check=check)


def test_an_item_cannot_be_changed(draft) -> None:
    with pytest.raises(ValidationError, match="Instance is frozen"):
        draft.single().stem = "Else?"
