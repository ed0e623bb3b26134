from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.practice.strict_yaml import MAX_BYTES, BankError, Document, read_document


def read(folder: Path, text: str | bytes) -> Document:
    path = folder / "metrics" / "sample.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(path)


def test_every_scalar_stays_what_was_written(tmp_path: Path) -> None:
    text = "[no, on, ~, null, 1:30, 0.10, 0o17, 1e3, 2026-01-02, .nan, '7', <<]"
    words = [
        "no",
        "on",
        "~",
        "null",
        "1:30",
        "0.10",
        "0o17",
        "1e3",
        "2026-01-02",
        ".nan",
        "7",
        "<<",
    ]
    assert read(tmp_path, text).content == words


def test_each_value_knows_its_line(tmp_path: Path) -> None:
    document = read(tmp_path, "- id: a\n  options:\n    - text: x\n    - text: y\n- id: b\n")
    assert document.content == [{"id": "a", "options": [{"text": "x"}, {"text": "y"}]}, {"id": "b"}]
    assert document.line_of((0, "options", 1, "text")) == 4
    assert document.line_of((1, "id")) == 5
    assert document.line_of((0, "options", 1, "absent", 3)) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1\nb: *x\n", r"sample\.yaml, line 2: an alias \(\*name\) is not allowed"),
        ("a: 1\nb:\n  c: 2\n  c: 3\n", r"line 4: the key 'c' appears twice"),
        ("a:\n  - !!python/object:os.system x\n", r"line 2: the tag .* is not allowed"),
        ("a: !!int 3\n", r"line 1: the tag .* is not allowed"),
        ("? [1, 2]\n: x\n", r"line 1: a key must be plain text"),
        ("[" * 13 + "]" * 13, r"line 1: nesting goes deeper than 12 levels"),
        ("[" * 50_000, r"line 1: nesting goes deeper than 12 levels"),
        ("a: 1\n b: [2\n", r"line 2: "),
        ("--- 1\n--- 2\n", r"line 2: "),
        ("\n# nothing\n", "the file is empty"),
        ("a: \x07", r"metrics/sample\.yaml: unacceptable character"),
        (b"a: \xff", r"the file is not UTF-8 text \(byte 3\)"),
        (b"a" * (MAX_BYTES + 1), r"may hold 1,000,000 bytes, this one has 1,000,001"),
    ],
)
def test_t11_what_could_surprise_or_harm_is_refused_with_its_place(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises(BankError, match=message):
        read(tmp_path, text)


def test_twelve_levels_are_allowed(tmp_path: Path) -> None:
    assert read(tmp_path, "[" * 12 + "]" * 12).content != []


@given(text=st.text(alphabet="ab:-[]{}&*!?|>'\"#%@`,\n\t ~<\x00é", max_size=40) | st.binary())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None
)
def test_t11_any_file_is_read_or_refused_in_a_sentence(tmp_path: Path, text: str | bytes) -> None:
    sentence = "metrics/sample.yaml."
    try:
        read(tmp_path, text)
    except BankError as error:
        sentence = str(error)
    assert sentence.startswith("metrics/sample.yaml")
    assert sentence.endswith(".")
