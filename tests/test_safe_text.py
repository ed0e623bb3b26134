"""Text that a person typed is shown letter by letter, in every place where it is shown."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import safe_text

PAYLOADS = [
    "![t](http://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    ":red[stop]",
    "$\\href{javascript:alert(1)}{x}$",
    "http://evil.example/",
    "# a heading",
    "| a | table |",
    "`code`",
    "&lt;b&gt;",
    "a\nb\n\n- list",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_mark_that_markdown_could_read_is_escaped(payload):
    shown = safe_text.md(payload)
    assert "\n" not in shown
    bare = re.sub(r"\\.", "", shown)
    assert not set(bare) & set("`*_{}[]()#<>~$:!|&")


@given(st.text())
def test_an_escaped_text_reads_as_the_text_itself(text):
    shown = safe_text.md(text).replace("\u2060", "")
    assert re.sub(r"\\(.)", r"\1", shown) == safe_text.plain(text)


@pytest.mark.parametrize(
    "text",
    ["http://evil.example", "see HTTPS://evil.example", "www.evil.example", "a@evil.example"],
)
def test_an_address_that_a_person_typed_becomes_no_link(text):
    """The patterns are those of GitHub's Markdown, which look at the text without its escapes."""
    for escape in (safe_text.md, safe_text.md_prose):
        read = re.sub(r"\\(.)", r"\1", escape(text))
        assert not re.search(r"https?://|www\.|[-.\w+]@", read, re.IGNORECASE)


@given(st.text())
def test_shown_text_is_one_short_line_without_invisible_marks(text):
    shown = safe_text.plain(text)
    assert len(shown) <= safe_text.MAX_CHARS
    assert not re.search(r"[\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", shown)


@given(st.text())
def test_plot_text_holds_no_tag(text):
    shown = safe_text.plot(text)
    assert "<" not in shown
    assert html.unescape(shown) == safe_text.plain(text)


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", " =", '"=', "\u00a0="]
)
def test_t14_a_cell_that_a_spreadsheet_would_run_gets_a_quote(start):
    assert safe_text.csv_cell(f"{start}cmd|calc") == f"'{start}cmd|calc"


@pytest.mark.parametrize("value", [-1.5, 0, True, None, "plain", "a=b"])
def test_numbers_and_plain_words_stay_as_they_are(value):
    assert safe_text.csv_cell(value) == value


@given(st.text())
def test_t9_a_file_name_stays_in_its_folder_on_every_system(text):
    name = safe_text.filename(text, ending=".zip")
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,80}\.zip", name)
    assert name.removesuffix(".zip") not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


def test_the_narrow_space_inside_a_number_stays_so_that_it_never_breaks_at_a_line_end():
    assert safe_text.plain("97.0\u202f%") == "97.0\u202f%"
    assert safe_text.md("1\u202f240\u00a0 \n rows\u202f") == "1\u202f240 rows"
    assert safe_text.md_prose("1\u202f240\n rows") == "1\u202f240 rows"
