"""The committed files are what the generator makes, and the README says what they are."""

import hashlib
import re

import pytest

from core.datasets import load_dataset
from core.datasets.generate import GENERATORS, write_generated
from core.datasets.generated import FOLDER


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    write_generated(folder)
    return folder


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_generator_writes_every_committed_file_and_no_other(fresh):
    assert {path.name for path in fresh.iterdir()} == {
        path.name for path in FOLDER.iterdir() if path.is_file()
    }


@pytest.mark.parametrize("name", GENERATORS)
def test_the_generator_makes_the_committed_bytes_again(fresh, name):
    assert sha256(fresh / f"{name}.csv") == sha256(FOLDER / f"{name}.csv")


def test_the_readme_is_the_one_that_the_catalogue_writes(fresh):
    assert (fresh / "README.md").read_text() == (FOLDER / "README.md").read_text()


@pytest.mark.parametrize("name", GENERATORS)
def test_the_readme_names_the_hash_and_every_column_of_the_file(name):
    text = (FOLDER / "README.md").read_text()
    section = next(part for part in text.split("\n## ") if f"(`{name}`)" in part.split("\n")[0])
    path = FOLDER / f"{name}.csv"
    assert re.search(r"SHA-256 `(\w{64})`", section).group(1) == sha256(path)
    header = path.read_text().split("\n", 1)[0].split(",")
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.MULTILINE)
    assert [column for column, _ in rows] == header
    assert all(meaning.strip() for _, meaning in rows)


@pytest.mark.parametrize("name", GENERATORS)
def test_without_its_file_a_table_is_made_anew_byte_for_byte(name, monkeypatch, tmp_path):
    dataset = load_dataset(name)
    monkeypatch.setattr("core.datasets.generated.FOLDER", tmp_path)
    table, csv = dataset.read()
    assert csv == (FOLDER / f"{name}.csv").read_bytes()
    assert table.equals(dataset.table)


def test_no_file_outgrows_a_download_over_a_slow_line():
    assert all(path.stat().st_size < 2_500_000 for path in FOLDER.iterdir())
