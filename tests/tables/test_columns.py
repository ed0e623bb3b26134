"""Dates, types of columns, names, headers and letters, each against a truth from elsewhere."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tables import read_table
from core.tables.dates import judge_dates
from core.tables.encoding import decode
from core.tables.header import judge_header
from core.tables.names import MAX_NAME_CHARS, clean_names
from core.tables.types import is_id_name
from core.tables.wording import count, listing, quote

RELAXED = settings(deadline=None)  # the machine may be busy

DAYS = st.lists(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), min_size=1, max_size=30)
FORMATS = {
    "%Y-%m-%d": "year first",
    "%Y/%m/%d %H:%M": "year first",
    "%Y-%m": "year first",
    "%d.%m.%Y": "day first",
    "%m/%d/%Y": "month first",
    "%d/%m/%Y %H:%M:%S": "day first",
    "%d-%b-%Y": "month by name",
    "%B %d, %Y": "month by name",
    "%b %Y": "month by name",
}


@pytest.mark.parametrize("pattern", FORMATS)
@RELAXED
@given(days=DAYS)
def test_dates_in_every_usual_format_are_recognised_with_their_order(pattern, days):
    days = [*days, dt.date(2024, 12, 31)]  # a day above 12 shows the order
    read = judge_dates([day.strftime(pattern) for day in days])
    assert read is not None
    assert read.order == FORMATS[pattern]


@RELAXED
@given(days=DAYS)
def test_without_a_day_above_12_the_order_is_open(days):
    cells = [f"{day.month:02d}/{min(day.day, 12):02d}/{day.year}" for day in days]
    read = judge_dates(cells)
    assert read is not None
    assert read.order == "open"


@pytest.mark.parametrize(
    "cell", ["2024-02-30", "2023-02-29", "31/04/2024", "2024-13-01", "0000-00-00", "99/99/9999"]
)
def test_days_that_no_calendar_has_are_no_dates(cell):
    assert judge_dates(["2024-01-01" if cell[4] == "-" else "01/01/2024", cell]) is None


def test_29_february_is_a_date_in_a_leap_year_only():
    assert judge_dates(["2024-02-29"]) is not None
    assert judge_dates(["1900-02-29"]) is None


def test_names_that_number_rows_are_told_from_words_that_only_end_so():
    for name in ("id", "ID", "customerID", "PassengerId", "row id", "user_id", "index", "uuid"):
        assert is_id_name(name)
    for name in ("paid", "width", "grid", "liquid", "Madrid", "number of rooms", "casino"):
        assert not is_id_name(name)


def test_a_year_that_counts_up_is_no_row_counter_but_a_count_from_one_is():
    text = "\n".join(["year,n,x", *(f"{1990 + i},{i + 1},{i % 3}" for i in range(30))])
    types = read_table(text.encode(), "t.csv").columns.set_index("name")["type"]
    assert types.to_dict() == {"year": "numeric", "n": "id-like", "x": "numeric"}


def test_a_key_that_repeats_describes_rows_and_is_no_id():
    text = "\n".join(["store_id,order_id", *(f"{i % 3},{900 - 7 * i}" for i in range(30))])
    types = read_table(text.encode(), "t.csv").columns["type"]
    assert types.tolist() == ["numeric", "id-like"]


def test_all_different_measurements_are_no_ids():
    text = "\n".join(["a,b", *(f"{(i * 7919) % 10007},{i * 0.37}" for i in range(30))])
    assert set(read_table(text.encode(), "t.csv").columns["type"]) == {"numeric"}


@RELAXED
@given(st.lists(st.text(max_size=12) | st.sampled_from(["a", "a (2)", "", " a", "column 2"])))
def test_cleaned_names_are_unique_visible_short_and_each_change_is_told(originals):
    names, repairs = clean_names(originals, "Line 1")
    assert len(names) == len(set(names)) == len(originals)
    assert len(repairs) == sum(a != b for a, b in zip(names, originals, strict=True))
    for name in names:
        assert name.strip() == name != ""
        assert len(name) <= MAX_NAME_CHARS + len(" (99)")
        assert not any(unicodedata.category(char)[0] == "C" for char in name)
        assert not name.startswith(("=", "+", "-", "@"))


def test_an_ordinary_name_is_left_alone():
    ordinary = ["Größe in m²", "income <= 50k", "P(x > 3)", "rate %", "Name: first", "日本", "a_b"]
    assert clean_names(ordinary, "Line 1") == (ordinary, [])


@pytest.mark.parametrize(
    ("first", "body", "is_header", "is_sure"),
    [
        (["age", "city"], [["31", "40"], ["Ulm", "Bonn"]], True, True),
        (["when", "x"], [["2024-01-01"], ["y"]], True, True),
        (["31", "Ulm"], [["40", "50"], ["Bonn", "Ulm"]], False, False),
        (["31", "2"], [["40"], ["3"]], False, True),
        (["1", "2", "3"], [["5"], ["7"], ["9"]], True, False),
        (["red", "yes"], [["blue", "red"], ["no", "yes"]], False, False),
        (["colour", "ok"], [["blue", "red"], ["no", "yes"]], True, False),
        (["NA", "7"], [["40"], ["3"]], False, True),
    ],
)
def test_the_first_row_is_judged_by_what_stands_below_it(first, body, is_header, is_sure):
    verdict = judge_header(first, body)
    assert (verdict.is_header, verdict.is_sure) == (is_header, is_sure)


def test_the_learner_overrules_what_was_guessed():
    content = b"5,red\n6,blue\n7,red\n"
    assert read_table(content, "t.csv", header=True).n_rows == 2
    assert read_table(content, "t.csv", header=False).n_rows == 3
    assert list(read_table(content, "t.csv", header=True).table.columns) == ["5", "red"]


@RELAXED
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_utf_8_text_is_never_taken_for_another_encoding(text):
    assert decode(text.encode()).text == text.removeprefix("\ufeff")


@RELAXED
@given(st.text("äöüßéèñabc ,\n").map("ü".__add__))
def test_windows_text_is_read_letter_by_letter_with_a_notice(text):
    # None of these letters is a byte that UTF-8 would allow after another one.
    decoded = decode(text.encode("cp1252"))
    assert (decoded.text, decoded.encoding) == (text, "cp1252")
    assert "Windows-1252" in decoded.repairs[0]


def test_places_and_counts_are_named_as_people_do():
    assert listing([3]) == "3"
    assert listing([3, 9]) == "3 and 9"
    assert listing(list(range(1, 46))) == "1, 2, 3, 4, 5 and 40 more"
    assert (count(1, "row"), count(1177, "row")) == ("1 row", "1,177 rows")
    assert quote("a\u202eb\n") == r"'a\u202eb\n'"
    assert len(quote("x" * 500)) == 42
