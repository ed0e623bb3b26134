import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SpecError
from core.store.event import CHAIN_START, Row, chain_hash, read_row, write_body, write_row

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
json_value = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
bodies = st.dictionaries(text, json_value, max_size=5)


def row(**changed: object) -> Row:
    fields = {"learner": "ann", "kind": "answer", "subject": "k-fold", "body": {}, "id": "a"}
    return write_row(**{**fields, **changed})  # type: ignore[arg-type]


@given(bodies)
def test_a_json_body_comes_back_as_it_went_in(body: dict[str, object]) -> None:
    assert read_row(row(body=body)).body == body


def test_a_tuple_comes_back_as_a_list() -> None:
    assert write_body({"k": (1, 2)}) == '{"k":[1,2]}'


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ([1], "body is a mapping of names to values, got list"),
        ({"a": [1, {2, 3}]}, r"got set at body.a\[1\]. Convert it first"),
        ({"a": b"x"}, "got bytes at body.a"),
        ({"a": {1: 2}}, "names in an event's body must be text, got 1 at body.a"),
        ({"a": float("nan")}, "finite numbers only, got nan at body.a. Leave it out"),
        ({"a": -float("inf")}, "finite numbers only, got -inf"),
        ({"a": "\ud800"}, "cannot be written down"),
        ({"a": 10**5000}, "cannot be written down"),
    ],
)
def test_a_body_that_is_not_json_is_refused_with_its_place(body: object, sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        row(body=body)


def test_a_body_that_contains_itself_is_refused() -> None:
    body: dict[str, object] = {}
    body["self"] = body
    with pytest.raises(SpecError, match=r"nests at most 20 levels deep\. Flatten it"):
        row(body=body)


def test_a_body_holds_at_most_64_kilobytes_of_utf_8() -> None:
    frame = len('{"t":""}')
    assert len(row(body={"t": "é" * ((64_000 - frame) // 2)}).body.encode()) == 64_000
    with pytest.raises(SpecError, match=r"at most 64000 bytes of JSON, got 64002\. Shorten it"):
        row(body={"t": "é" * ((64_000 - frame) // 2 + 1)})


@pytest.mark.parametrize("field", ["learner", "kind", "subject", "id"])
def test_names_are_at_most_200_storable_characters(field: str) -> None:
    assert getattr(row(**{field: "é" * 200}), field) == "é" * 200
    with pytest.raises(SpecError, match=f"An event's {field} holds . to 200 characters, got 201"):
        row(**{field: "é" * 201})
    with pytest.raises(SpecError, match=f"{field} holds a character that cannot be stored"):
        row(**{field: "a\0b"})
    with pytest.raises(SpecError, match=f"{field} holds a character that cannot be stored"):
        row(**{field: "\udfff"})
    with pytest.raises(SpecError, match=f"An event's {field} must be text, got int"):
        row(**{field: 7})


@pytest.mark.parametrize("field", ["learner", "kind", "id"])
def test_only_the_subject_may_be_empty(field: str) -> None:
    assert row(subject="").subject == ""
    with pytest.raises(SpecError, match=f"{field} holds 1 to 200 characters, got 0. Name it"):
        row(**{field: ""})


def test_the_time_is_utc_with_milliseconds() -> None:
    stamp = row().created_at
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stamp)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(stamp)) < timedelta(seconds=5)


def test_an_event_without_an_id_gets_a_new_one_each_time() -> None:
    first, second = row(id=None).id, row(id=None).id
    assert first != second
    assert re.fullmatch("[0-9a-f]{32}", first)


def test_the_chain_hash_is_sha256_of_the_previous_hash_and_the_content() -> None:
    # Written by hand from the description, with bytes instead of json.dumps.
    one = Row("i", "ann", "answer", "k", '{"é":1}', "2026-11-21T07:20:13.123Z")
    by_hand = (
        b'[1,"i","ann","answer","k","{\\"\\u00e9\\":1}","2026-11-21T07:20:13.123Z"]'
    ).replace(b"\\u00e9", "é".encode())
    assert chain_hash(CHAIN_START, 1, one) == hashlib.sha256(bytes(32) + by_hand).digest()


@given(st.lists(text, min_size=6, max_size=6), st.integers(0, 5), text)
def test_a_change_of_any_field_changes_the_hash(texts: list[str], place: int, other: str) -> None:
    changed = [*texts[:place], other, *texts[place + 1 :]]
    same = chain_hash(CHAIN_START, 1, Row(*texts)) == chain_hash(CHAIN_START, 1, Row(*changed))
    assert same == (texts == changed)
    assert chain_hash(CHAIN_START, 2, Row(*texts)) != chain_hash(CHAIN_START, 1, Row(*texts))
