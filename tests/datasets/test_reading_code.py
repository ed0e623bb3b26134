"""The code that a learner takes home reads the same table and draws the same rows."""

import contextlib
import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from core.datasets import (
    list_datasets,
    load_dataset,
    split_rows,
    store_own_dataset,
    write_reading_code,
    write_splitting_code,
)


def run_at_home(code, dataset, folder):
    (folder / dataset.csv_name).write_bytes(dataset.csv_bytes())
    names = {"pd": pd, "train_test_split": train_test_split}
    with contextlib.chdir(folder):
        exec(code, names)
    return names


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSROOM_HOME", str(tmp_path / "home"))
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            'it\'s "x"\n': rng.normal(size=40) / 3,
            "zip": ["007", "NA", "", "a\rb"] * 10,
            "n": pd.Series([1, None] * 20, dtype="Int64"),
            "y": ["no", "yes"] * 20,
        }
    )
    return store_own_dataset(table, title="Own", task="binary", target="y")


@pytest.mark.parametrize("name", [dataset.name for dataset in list_datasets()])
def test_every_table_is_read_and_split_at_home_as_in_the_lesson(name, tmp_path):
    dataset = load_dataset(name)
    split = split_rows(dataset, seed=4)
    code = write_reading_code(dataset) + write_splitting_code(split)
    result = run_at_home(code, dataset, tmp_path)
    pd.testing.assert_frame_equal(result["table"], dataset.table, check_exact=True)
    for part, rows in split.parts.items():
        assert np.array_equal(result[part].index, rows), part


def test_an_own_table_is_read_and_split_at_home_as_in_the_lesson(own, tmp_path):
    split = split_rows(own, seed=1, shares=(0.5, 0.25, 0.25))
    result = run_at_home(write_reading_code(own) + write_splitting_code(split), own, tmp_path)
    pd.testing.assert_frame_equal(result["table"], own.table, check_exact=True)
    for part, rows in split.parts.items():
        assert np.array_equal(result[part].index, rows), part


def test_the_code_of_a_course_table_is_one_plain_line():
    assert write_reading_code(load_dataset("iris")) == 'table = pd.read_csv("iris.csv")\n'


# Line ends inside a cell and every other printable character; a byte 0 has no place in a CSV.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NAMES = WORDS.filter(str.strip)


@settings(max_examples=30, deadline=None)
@given(
    words=st.lists(WORDS, min_size=3, max_size=6).filter(any),
    numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=6, max_size=6),
    names=st.lists(NAMES, min_size=2, max_size=2, unique=True),
)
def test_whatever_words_and_numbers_a_person_brings_come_back_unchanged(
    words, numbers, names, tmp_path_factory
):
    home = tmp_path_factory.mktemp("home")
    table = pd.DataFrame({names[0]: words, names[1]: numbers[: len(words)]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSROOM_HOME", str(home))
        patch.setattr(os, "fsync", lambda _: None)  # thirty disks' worth of waiting
        own = store_own_dataset(table, title="Own", task="clustering", target=None)
        kept = own.table
        result = run_at_home(write_reading_code(own), own, home)
    pd.testing.assert_frame_equal(result["table"], kept, check_exact=True)
    assert kept[names[1]].tolist() == numbers[: len(words)]
    assert kept[names[0]].fillna("").tolist() == words
