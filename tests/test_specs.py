"""Settings survive JSON and text exactly, and wrong ones are explained."""

import json
import math
from dataclasses import dataclass, field, fields, replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SpecError, require
from core.specs import (
    parse_setting,
    setting_to_text,
    spec_from_json,
    spec_from_text,
    spec_to_json,
)


@dataclass(frozen=True, kw_only=True)
class Data:
    rows: int = 100
    noise: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Spec:
    name: str = "tree"
    n_repeats: int = 3
    noise: float = 0.3
    is_shuffled: bool = True
    criterion: Literal["gini", "entropy"] = "gini"
    n_folds: Literal[2, 5, 10] = 5
    max_depth: int | None = None
    share: float | Literal["auto"] = "auto"
    group: str | None = None
    size: int | float = 1
    depths: tuple[int, ...] = (1, 2, 4)
    weights: tuple[float, ...] = ()
    columns: tuple[str, ...] = ()
    limits: tuple[float, float] = (0.0, 1.0)
    grid: tuple[tuple[int | None, ...], ...] = ()
    data: Data = field(default_factory=Data)
    seed: int = 0

    def __post_init__(self):
        require(self.n_repeats >= 2, f"Variance needs at least 2 repeats, got {self.n_repeats}.")


@dataclass(frozen=True, kw_only=True)
class Bare:
    rows: int


finite = st.floats(allow_nan=False, allow_infinity=False)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
depths = st.integers(-(10**20), 10**20)
specs = st.builds(
    Spec,
    name=words,
    n_repeats=st.integers(2),
    noise=finite,
    is_shuffled=st.booleans(),
    criterion=st.sampled_from(["gini", "entropy"]),
    n_folds=st.sampled_from([2, 5, 10]),
    max_depth=st.none() | depths,
    share=finite | st.just("auto"),
    group=st.none() | words.filter(lambda text: text.strip() != "none"),
    size=st.integers() | finite,
    depths=st.lists(depths).map(tuple),
    weights=st.lists(finite).map(tuple),
    columns=st.lists(words).map(tuple),
    limits=st.tuples(finite, finite),
    grid=st.lists(st.lists(st.none() | depths, max_size=3).map(tuple), max_size=3).map(tuple),
    data=st.builds(Data, rows=depths, noise=finite),
    seed=depths,
)


def signature(value):
    """Tell values apart that Python calls equal: 1, 1.0 and True; 0.0 and -0.0."""
    return repr(value)


@given(specs)
def test_a_spec_comes_back_from_json_exactly(spec):
    back = spec_from_json(Spec, spec_to_json(spec))
    assert signature(back) == signature(spec)


@given(specs)
def test_a_spec_comes_back_from_text_exactly(spec):
    names = [field.name for field in fields(spec) if field.name != "data"]
    texts = {name: setting_to_text(getattr(spec, name)) for name in names}
    assert signature(spec_from_text(Spec, texts)) == signature(replace(spec, data=Data()))


@given(finite)
def test_a_float_is_written_as_short_as_it_can_be(number):
    text = setting_to_text(number)
    assert float(text) == number
    digits = text.partition("e")[0].replace(".", "").replace("-", "").strip("0")
    shorter = f"{number:.{max(len(digits) - 2, 0)}e}"  # one significant digit less
    assert len(digits) <= 1 or float(shorter) != number


def test_equal_settings_give_equal_json():
    assert spec_to_json(Spec(noise=1, weights=(1, 2))) == spec_to_json(
        Spec(noise=1.0, weights=(1.0, np.float64(2)))
    )
    assert json.loads(spec_to_json(Spec()))["data"] == {"rows": 100, "noise": 0.1}


def test_settings_left_out_of_json_keep_their_defaults():
    assert spec_from_json(Spec, '{"noise": 2, "data": {"rows": 7}}') == Spec(
        noise=2.0, data=Data(rows=7)
    )


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_setting_is_never_infinite_or_nan(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        spec_to_json(Spec(noise=number))


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ({"n_repeats": np.int64(3)}, r"Spec.n_repeats must be int, got np.int64\(3\)"),
        ({"seed": True}, "Spec.seed must be int, got True"),
        ({"noise": "0.3"}, "Spec.noise must be float, got '0.3'"),
        ({"is_shuffled": 1}, "Spec.is_shuffled must be bool, got 1"),
        ({"criterion": "mse"}, "Spec.criterion must be .*'gini', 'entropy'.* got 'mse'"),
        ({"max_depth": 2.5}, r"Spec.max_depth must be int \| None, got 2.5"),
        ({"depths": (1, None)}, "Spec.depths must be int, got None"),
        ({"limits": (1.0,)}, r"Spec.limits must be tuple.* got \(1.0,\)"),
        ({"data": "rows"}, "Spec.data must be Data, got 'rows'"),
    ],
)
def test_a_value_that_does_not_fit_its_annotation_is_a_defect(setting, problem):
    with pytest.raises(TypeError, match=problem):
        spec_to_json(replace(Spec(), **setting))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON: Expecting property name.* at character 2"),
        ("3", "Spec is written as names and values, got 3"),
        ('{"nois": 1}', "no setting 'nois'. There are: name, n_repeats, noise"),
        ('{"noise": "a"}', "noise must be float, got 'a'"),
        ('{"n_repeats": 1}', "Variance needs at least 2 repeats, got 1"),
        ('{"data": {"row": 1}}', "no setting 'row'. There are: rows, noise"),
    ],
)
def test_wrong_json_is_explained(text, problem):
    with pytest.raises(SpecError, match=problem):
        spec_from_json(Spec, text)


def test_a_setting_without_a_default_is_asked_for():
    with pytest.raises(SpecError, match="The setting 'rows' needs a value"):
        spec_from_text(Bare, {})
    with pytest.raises(SpecError, match="The setting 'rows' needs a value"):
        spec_from_json(Bare, "{}")
    assert spec_from_text(Bare, {"rows": "3"}) == Bare(rows=3)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", "none", "none"),
        ("name", " two words ", " two words "),
        ("n_repeats", " 12 ", 12),
        ("noise", "1e-3", 0.001),
        ("noise", "2", 2.0),
        ("is_shuffled", "Yes", True),
        ("is_shuffled", "1", True),
        ("is_shuffled", "FALSE", False),
        ("is_shuffled", "no", False),
        ("is_shuffled", "0", False),
        ("n_folds", "10", 10),
        ("max_depth", "none", None),
        ("max_depth", "4", 4),
        ("share", "auto", "auto"),
        ("share", "0.5", 0.5),
        ("size", "3", 3),
        ("size", "3.0", 3.0),
        ("depths", "1, 2,4", (1, 2, 4)),
        ("depths", "", ()),
        ("columns", 'age,"income, net"', ("age", "income, net")),
        ("limits", "0,1.5", (0.0, 1.5)),
        ("grid", '"1,none",3', ((1, None), (3,))),
    ],
)
def test_text_becomes_the_value_of_its_annotation(name, text, value):
    assert signature(parse_setting(Spec, name, text)) == signature(value)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("nois", "1", "no setting 'nois'. There are: name, n_repeats, noise, .*, seed"),
        ("noise", "much", "noise must be a finite number, .* such as 0.5; got 'much'"),
        ("noise", "0,6", "noise must be .* with a decimal point, such as 0.5; got '0,6'"),
        ("noise", "nan", "noise must be a finite number.*; got 'nan'"),
        ("noise", "-inf", "noise must be a finite number.*; got '-inf'"),
        ("noise", "1e999", "noise must be a finite number.*; got '1e999'"),
        ("weights", "1,inf", "weights must be a finite number.*; got 'inf'"),
        ("n_repeats", "2.0", "n_repeats must be a whole number, such as 3; got '2.0'"),
        ("n_repeats", "9" * 5000, "n_repeats must be a whole number, .* got '9{60}…'"),
        ("is_shuffled", "maybe", "is_shuffled must be one of true, yes, 1, false, .*'maybe'"),
        ("criterion", "mse", "criterion must be one of gini, entropy; got 'mse'"),
        ("n_folds", "3", "n_folds must be one of 2, 5, 10; got '3'"),
        ("max_depth", "deep", "must be a whole number.* got 'deep'. For no value write none"),
        ("share", "x", "share must be one of auto; got 'x'. share must be a finite number"),
        ("limits", "1,2,3", "limits must be 2 values with commas between them; got '1,2,3'"),
        ("depths", "1\n2", "depths must be one line of values"),
        ("columns", '"a', "columns must be one line of values with commas"),
        ("data", "1", "data cannot be set by text"),
    ],
)
def test_wrong_text_is_explained(name, text, problem):
    with pytest.raises(SpecError, match=problem):
        parse_setting(Spec, name, text)


def test_the_laws_of_the_spec_hold_for_text_too():
    with pytest.raises(SpecError, match="Variance needs at least 2 repeats, got 1"):
        spec_from_text(Spec, {"n_repeats": "1"})


@given(st.sampled_from([field.name for field in fields(Spec)]), words)
def test_any_text_gives_a_value_or_an_explanation(name, text):
    try:
        value = parse_setting(Spec, name, text)
    except SpecError:
        return
    assert signature(parse_setting(Spec, name, setting_to_text(value))) == signature(value)
