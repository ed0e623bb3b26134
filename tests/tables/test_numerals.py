"""Numbers in every writing of a column; Python's own formatting is the second truth."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.tables import read_table
from core.tables.numerals import fits_number, fits_quantity, judge_form, to_float

RELAXED = settings(deadline=None)  # the machine may be busy

AMOUNTS = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)


def read_column(cells: list[str], header: str = "a;b", beside: str = "x") -> tuple[list, object]:
    """Read quoted cells in a ``;`` table; every row has a word beside them."""
    lines = [header, *(f'"{cell}";{beside}{i}' for i, cell in enumerate(cells))]
    reading = read_table("\n".join(lines).encode(), "t.csv", header=True)
    return reading.table["a"].tolist(), reading


@RELAXED
@given(st.lists(AMOUNTS, min_size=2, max_size=20), st.sampled_from([",", " ", "\u00a0", "'"]))
def test_grouped_amounts_with_a_point_are_read_as_they_were_written(amounts, group):
    cells = [f"{amount:,.2f}".replace(",", group) for amount in amounts]
    assert read_column(cells)[0] == amounts


@RELAXED
@given(st.lists(AMOUNTS, min_size=2, max_size=20), st.sampled_from([".", " ", "\u202f", ""]))
def test_grouped_amounts_with_a_comma_are_read_as_they_were_written(amounts, group):
    swap = {",": group, ".": ","}
    cells = ["".join(swap.get(char, char) for char in f"{amount:,.2f}") for amount in amounts]
    values, reading = read_column(cells)
    assert values == amounts
    assert reading.decimal == ","


@RELAXED
@given(st.lists(st.integers(1000, 999_999), min_size=2, max_size=20))
def test_numbers_that_could_be_read_both_ways_are_always_reported(thousands):
    values, reading = read_column([f"{number:,}" for number in thousands])
    assert values in ([float(n) for n in thousands], [n / 1000 for n in thousands])
    assert any("could mean" in warning for warning in reading.warnings)


def test_one_unmistakable_cell_decides_for_the_whole_column():
    assert read_column(["1,234", "1,5"])[0] == [1.234, 1.5]
    assert read_column(["1,234", "1,234,567"])[0] == [1234, 1234567]
    assert read_column(["1,234", "2.5"])[0] == [1234, 2.5]


def test_thousands_points_beside_decimal_commas_are_grouped():
    text = 'a;b\n"1.234";0,5\n"2.345";1,25\n'
    table = read_table(text.encode(), "t.csv").table
    assert table["a"].tolist() == [1234, 2345]
    assert table["b"].tolist() == [0.5, 1.25]


def test_three_decimals_in_a_file_of_points_stay_decimals_without_a_word():
    reading = read_table(b"a,b\n1.234,x\n2.345,y\n", "t.csv")
    assert reading.table["a"].tolist() == [1.234, 2.345]
    assert not any("could mean" in warning for warning in reading.warnings)


def test_cells_that_contradict_each_other_stay_text_with_a_warning():
    values, reading = read_column(["1.5", "2,5", "3.5"])
    assert values == ["1.5", "2,5", "3.5"]
    assert any("written in different ways" in warning for warning in reading.warnings)


@RELAXED
@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e9, 1e9))
def test_every_float_comes_back_to_the_last_bit(one, other):
    assume("." in repr(one) + repr(other))
    table = read_table(f"a,b\n{one!r},x\n{other!r},y\n".encode(), "t.csv").table
    assert table["a"].tolist() == [one, other]


@pytest.mark.parametrize(
    "text",
    ["1_000", "0x1F", "١٢", "²", "1,23,456", "1.2.3", "--1", "1e", "e5", "1 2", "12:30", "+", ""],
)
def test_what_only_resembles_a_number_is_none(text):
    assert not fits_number(text)
    assert judge_form([text]) == "none"


@pytest.mark.parametrize(
    ("cell", "sign", "number"),
    [("1,234.5", ".", 1234.5), ("1.234,5", ",", 1234.5), ("-,5", ",", -0.5), ("1’000", ".", 1000)],
)
def test_the_decimal_sign_decides_what_a_cell_means(cell, sign, number):
    assert to_float(cell, sign) == number


def test_a_number_with_a_unit_is_a_quantity_but_no_number():
    for text in ("12 kg", "€ 1,200.50", "5%", "3.5 m"):
        assert fits_quantity(text)
        assert not fits_number(text)
    for text in ("model 5", "5 apples", "12-34"):
        assert not fits_quantity(text)
