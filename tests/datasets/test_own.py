"""Uploaded tables are kept whole, found by their content, and forgotten on request."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from core.datasets import (
    forget_own_dataset,
    list_own_datasets,
    load_dataset,
    split_rows,
    store_own_dataset,
)
from core.datasets import own as own_module
from core.errors import SpecError


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    own_module._open.cache_clear()
    monkeypatch.setenv("GLASSROOM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "Größe (cm) | *": [1.5, 2.5, np.nan, 4.5] * 5,
            "zip": ["007", "NA", "", "<b>x</b>"] * 5,
            "bought": ["no", "yes", "no", "no"] * 5,
        }
    )


def store(table, **changes):
    choices = {"title": "My customers", "task": "binary", "target": "bought"} | changes
    return store_own_dataset(table, **choices)


def test_a_stored_table_is_loaded_with_the_same_content_and_choices(table):
    stored = store(table, row_noun=("customer", "customers"), positive_noun=("buyer", "buyers"))
    own_module._open.cache_clear()
    loaded = load_dataset(stored.name)
    assert loaded is not stored
    for name in ("title", "task", "target", "positive", "row_noun", "positive_noun", "columns"):
        assert getattr(loaded, name) == getattr(stored, name), name
    pd.testing.assert_frame_equal(loaded.table, stored.table)
    assert loaded.csv_bytes() == stored.csv_bytes()
    assert loaded.is_own
    assert not load_dataset("fraud").is_own
    assert loaded.positive_noun == ("buyer", "buyers")
    assert loaded.negative_noun == ("customer with bought ≠ yes", "customers with bought ≠ yes")


def test_names_of_columns_stay_the_words_of_the_person(table):
    assert store(table).features == ("Größe (cm) | *", "zip")


def test_empty_words_are_missing_and_the_word_na_is_a_word(table):
    words = store(table).table["zip"]
    assert words.isna().tolist() == [False, False, True, False] * 5
    assert words[1] == "NA"
    assert words[0] == "007"
    assert store(table).column("zip").missing == "5 of 20 cells are empty"


def test_the_name_depends_on_content_and_choices_alone(table):
    first = store(table)
    assert re.fullmatch("own-[0-9a-f]{16}", first.name)
    assert store(table.copy()).name == first.name
    others = [
        store(table.iloc[::-1]),
        store(table.assign(zip="1")),
        store(table, positive="no"),
        store(table, title="Other"),
        store(table, task="clustering", target=None),
        store(table.rename(columns={"zip": "Zip"})),
    ]
    assert len({first.name, *(other.name for other in others)}) == 7


def test_numbers_and_the_same_digits_as_words_have_different_names(table):
    as_words = store(table.assign(zip=["1", "2"] * 10))
    as_numbers = store(table.assign(zip=[1, 2] * 10))
    assert as_words.name != as_numbers.name


def test_the_rarer_label_is_positive_unless_told(table):
    assert store(table).positive == "yes"
    assert store(table).positive_rows().sum() == 5
    assert store(table, positive="no").positive_rows().sum() == 15


def test_an_own_table_can_be_split(table):
    counts = split_rows(store(table)).counts
    assert counts["positives"].tolist() == [3, 1, 1]


def test_a_table_of_another_computer_is_named_in_a_plain_sentence():
    with pytest.raises(SpecError, match="names a table that was uploaded on another computer"):
        load_dataset("own-0123456789abcdef")


@pytest.mark.parametrize(
    "name",
    [
        "own-../../x",
        "own-",
        "own-0123456789ABCDEF",
        "own-0123456789abcde",
        "own-0123456789abcdef0",
        "own-0123456789abcdef\n",
        "own-0123456789abcdef/../own-0123456789abcdef",
        "own-..%2f..%2f..%2fetc",
        "own-\x00123456789abcde",
        "own-０１２３４５６７８９abcdef",
    ],
)
def test_hostile_names_never_reach_the_file_system(name, home):
    for use in (load_dataset, forget_own_dataset):
        with pytest.raises(SpecError, match="called own- and 16 hexadecimal digits"):
            use(name)
    assert not home.exists()


def test_a_forgotten_table_is_gone_from_disk_and_its_link_says_so(table, home):
    kept, gone = store(table), store(table, title="Secret")
    forget_own_dataset(gone.name)
    assert [path.name for path in (home / "tables").iterdir()] == [kept.name]
    with pytest.raises(SpecError, match="or that was removed here"):
        load_dataset(gone.name)
    assert load_dataset(kept.name).table.equals(kept.table)


def test_own_tables_are_listed_oldest_first_and_by_task(table, home):
    assert list_own_datasets() == ()
    names = [store(table, title=title).name for title in ("c", "a", "b")]
    groups = store(table, task="clustering", target=None).name
    for age, name in enumerate([*names, groups]):
        os.utime(home / "tables" / name, (1e9 + age, 1e9 + age))
    assert [dataset.name for dataset in list_own_datasets()] == [*names, groups]
    assert [dataset.name for dataset in list_own_datasets("binary")] == names
    assert [dataset.name for dataset in list_own_datasets("clustering")] == [groups]


def test_the_list_leaves_out_what_cannot_be_loaded(table, home):
    kept, old, half = (store(table, title=title).name for title in ("kept", "old", "half"))
    path = home / "tables" / old / "dataset.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 0'))
    (home / "tables" / half / "dataset.json").unlink()
    (home / "tables" / "own-stray").mkdir()
    own_module._open.cache_clear()
    assert [dataset.name for dataset in list_own_datasets()] == [kept]


def test_a_forgotten_table_is_no_longer_held_in_memory(table):
    stored = store(table)
    forget_own_dataset(stored.name)
    assert own_module._open.cache_info().currsize == 0


def test_forgetting_what_is_not_there_is_no_error(home):
    forget_own_dataset("own-0123456789abcdef")
    assert not (home / "tables").exists()


def test_a_forgotten_table_can_be_stored_again(table):
    name = store(table).name
    forget_own_dataset(name)
    assert store(table).name == name
    assert len(load_dataset(name).table) == 20


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_disk_that_fails_leaves_nothing_behind(table, home, monkeypatch, step):
    def fail(*_):
        raise OSError(28, "No space left on device")

    target = "os.fsync" if step == "fsync" else "pathlib.Path.rename"
    with monkeypatch.context() as patch:
        patch.setattr(target, fail)
        with pytest.raises(OSError, match="No space left"):
            store(table)
    assert list((home / "tables").iterdir()) == []
    assert len(store(table).table) == 20


def test_a_table_is_written_through_before_it_is_named(table, home, monkeypatch):
    events = []
    fsync, rename = os.fsync, own_module.Path.rename
    monkeypatch.setattr(os, "fsync", lambda fd: (events.append("fsync"), fsync(fd))[1])
    monkeypatch.setattr(
        own_module.Path, "rename", lambda path, to: (events.append("rename"), rename(path, to))[1]
    )
    store(table)
    # both files and their folder before, the folder above afterwards
    assert events == ["fsync"] * 3 + ["rename"] + ["fsync"]


def test_a_process_killed_while_writing_leaves_no_half_table(table, home):
    program = (
        "import os, pandas as pd\n"
        "from core.datasets import own, store_own_dataset\n"
        "own._sync_folder = lambda folder: os._exit(9)\n"
        "store_own_dataset(pd.DataFrame({'x': [1, 2], 'y': [0, 1]}),"
        " title='t', task='binary', target='y')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert run.returncode == 9
    left = [path.name for path in (home / "tables").iterdir()]
    assert left
    assert all(name.startswith(".new-") for name in left)
    small = pd.DataFrame({"x": [1, 2], "y": [0, 1]})
    assert len(store_own_dataset(small, title="t", task="binary", target="y").table) == 2


def test_twenty_sessions_may_store_the_same_table_at_once(table, home):
    with ThreadPoolExecutor(20) as pool:
        names = set(pool.map(lambda _: store(table).name, range(40)))
    assert len(names) == 1
    assert [path.name for path in (home / "tables").iterdir()] == list(names)


def test_a_session_that_comes_second_finds_the_table_of_the_first(table, home, monkeypatch):
    rename = own_module.Path.rename

    def be_second(hidden, folder):
        shutil.copytree(hidden, folder)
        return rename(hidden, folder)

    monkeypatch.setattr(own_module.Path, "rename", be_second)
    stored = store(table)
    assert len(stored.table) == 20
    assert [path.name for path in (home / "tables").iterdir()] == [stored.name]


def test_a_session_that_forgets_second_has_nothing_left_to_do(table, home, monkeypatch):
    name, rename = store(table).name, own_module.Path.rename

    def be_second(folder, hidden):
        shutil.rmtree(folder)
        return rename(folder, hidden)

    monkeypatch.setattr(own_module.Path, "rename", be_second)
    forget_own_dataset(name)
    assert list((home / "tables").iterdir()) == []


def test_tables_are_readable_by_their_owner_alone(table, home):
    folder = home / "tables" / store(table).name
    assert folder.stat().st_mode & 0o077 == 0


def test_a_table_of_another_format_asks_for_a_new_upload(table, home):
    path = home / "tables" / store(table).name / "dataset.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 0'))
    own_module._open.cache_clear()
    with pytest.raises(SpecError, match=r"kept by another version. Upload it again"):
        load_dataset(path.parent.name)
