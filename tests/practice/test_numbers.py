import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.errors import SpecError
from core.practice.numbers import decimals_shown, is_number, parse_number

patient = settings(deadline=None)  # the machine may be busy

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.85", 0.85),
        ("0,85", 0.85),
        (" .5 ", 0.5),
        (",5", 0.5),
        ("5.", 5.0),
        ("85 %", 0.85),
        ("85%", 0.85),
        ("17/20", 0.85),
        ("17 / 20", 0.85),
        ("-1/4", -0.25),
        ("1e-3", 0.001),
        ("2E3", 2000.0),
        ("1 234", 1234.0),
        ("1 234 567,5", 1234567.5),
        ("1\u2009234", 1234.0),
        ("1\u202f234", 1234.0),
        ("1\u00a0234", 1234.0),
        ("\u22120.3", -0.3),
        ("\u2013 0.3", -0.3),
        ("+7", 7.0),
        ("1,234", 1.234),
        ("007", 7.0),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "half",
            "nan",
            "inf",
            "-Infinity",
            "1,234.5",
            "1.234,5",
            "1 23",
            "12 34",
            "1234 567",
            "1/2/3",
        ),
        *("%", "5 %%", "1/2 %", "0x10", "1_000", "2**9", "--1", "- - 1", "1e", "e5", ".", ","),
        *("0.5 euros", "٣", "１２", "½", "1\n2", "__import__('os')", "[1]", "1;2", "1e5.5"),
    ],
)
def test_what_is_not_one_number_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(SpecError, match=r"is not one number\. Write one number, such as 0\.85"):
        parse_number(text)


def test_an_empty_entry_is_told_how_to_write_a_number() -> None:
    with pytest.raises(SpecError, match=r"^Write one number"):
        parse_number(" \u2009 ")


@pytest.mark.parametrize("text", ["1/0", "1/0.000", "0/0", "5 / -0"])
def test_nothing_is_divided_by_zero(text: str) -> None:
    with pytest.raises(SpecError, match="cannot be divided by 0"):
        parse_number(text)


@pytest.mark.parametrize("text", ["1e999", "-1e400", "1e300/1e-300"])
def test_a_number_beyond_all_bounds_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match="too large to compare"):
        parse_number(text)


def test_an_endless_entry_is_refused() -> None:
    with pytest.raises(SpecError, match="too long for a number"):
        parse_number("1" * 100_000)


@pytest.mark.parametrize(("text", "joined"), [("1,234", "1234"), ("12.345", "12345")])
def test_a_count_with_a_separator_is_asked_back(text: str, joined: str) -> None:
    with pytest.raises(SpecError, match=rf"Does {text} mean {joined} or ") as caught:
        parse_number(text, whole=True)
    for offered in str(caught.value).split("Write ")[1].rstrip(".").split(" or "):
        parse_number(offered, whole=True)


@pytest.mark.parametrize(("text", "value"), [("1234", 1234), ("1 234", 1234), ("0,850", 0.85)])
def test_a_count_without_doubt_is_read(text: str, value: float) -> None:
    assert parse_number(text, whole=True) == value


@patient
@given(text=st.text(max_size=80), whole=st.booleans())
def test_any_text_gives_a_finite_number_or_advice(text: str, whole: bool) -> None:
    _read_or_be_advised(text, whole)


@patient
@given(text=st.text(alphabet="0123456789.,eE+-/% \u2212\u2009", max_size=20), whole=st.booleans())
def test_any_mixture_of_signs_gives_a_finite_number_or_advice(text: str, whole: bool) -> None:
    _read_or_be_advised(text, whole)


@patient
@given(value=finite)
def test_the_shortest_text_of_a_float_gives_that_float_again(value: float) -> None:
    assert parse_number(repr(value)) == value


@patient
@given(value=st.floats(-1e12, 1e12))
def test_comma_and_point_mean_the_same(value: float) -> None:
    text = f"{value:.6f}"
    assert parse_number(text.replace(".", ",")) == parse_number(text) == float(text)


@patient
@given(value=st.integers(-(10**15), 10**15), space=st.sampled_from(" \u00a0\u2009\u202f"))
def test_grouped_counts_are_read_whole(value: int, space: str) -> None:
    assert parse_number(f"{value:,}".replace(",", space), whole=True) == value


@patient
@given(top=st.integers(-999, 999), bottom=st.integers(1, 999))
def test_a_fraction_is_its_quotient(top: int, bottom: int) -> None:
    assert parse_number(f"{top}/{bottom}") == top / bottom


@patient
@given(value=st.floats(-1e6, 1e6))
def test_a_percentage_is_a_hundredth(value: float) -> None:
    assume("e" not in repr(value))
    assert parse_number(f"{value!r} %") == value / 100


def _read_or_be_advised(text: str, whole: bool) -> None:
    try:
        value = parse_number(text, whole=whole)
    except SpecError as error:
        advice = str(error)
    else:
        advice = "." if math.isfinite(value) else ""
    assert advice.endswith((".", "?"))


@pytest.mark.parametrize(
    ("text", "n"),
    [("5", 0), ("-0.26", 2), ("\u22120,260", 3), ("57 %", 0), ("57.1%", 1), ("1 234.5", 1), ("17/20", 0),
     ("1.5e-3", 4), ("1e3", 0), (".5", 1)],
)  # fmt: skip
def test_the_decimals_that_a_number_shows_are_counted(text: str, n: int) -> None:
    assert decimals_shown(text) == n


def test_a_number_is_told_from_words() -> None:
    assert is_number("\u22120.26")
    assert not is_number("0.9 and 0")
