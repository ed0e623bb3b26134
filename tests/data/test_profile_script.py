"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.data.profile.lab import LAB, ProfileSpec, profile_table
from core.data.profile.script import write_script
from core.data.profile.source import find_table
from core.datasets import store_own_dataset
from core.results import scalars_of


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = ProfileSpec(**LAB.presets[preset])
    said = run_script(write_script(spec), tmp_path)
    needed = {"n_copies", "pearson", "spearman_low", "shape", "pearson_here"}
    compare(said, scalars_of(profile_table(spec)), needed=needed)


@pytest.mark.parametrize("column", ["x'] ; print('hacked", "word"])
def test_own_rows_with_hostile_names_and_gaps_give_the_same_numbers_at_home(column, tmp_path):
    rng = np.random.default_rng(0)
    names = ["x'] ; print('hacked", 'f"{1/0}"\n']
    table = pd.DataFrame(np.where(rng.random((300, 2)) < 0.1, np.nan, rng.normal(size=(300, 2))))
    table.columns = names
    own = store_own_dataset(table.assign(word="NA"), title="Own", task="clustering", target=None)
    spec = ProfileSpec(data=own.name, column=column)
    said = run_script(write_script(spec), tmp_path)
    assert said["n_pair"] == len(table.dropna())
    compare(said, scalars_of(profile_table(spec)))


def test_a_table_of_words_has_a_short_program(tmp_path):
    own = store_own_dataset(
        pd.DataFrame({"word": ["a", "b"] * 20}), title="Own", task="clustering", target=None
    )
    said = run_script(write_script(ProfileSpec(data=own.name)), tmp_path)
    assert said == {
        "n_rows": 40, "n_columns": 1, "n_missing": 0, "n_copies": 38, "column_missing": 0,
        "column_distinct": 2,
    }  # fmt: skip


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_is_tidy_and_uses_public_libraries_only(preset):
    spec = ProfileSpec(**LAB.presets[preset])
    script = write_script(spec)
    check_form(script, imports={"json", "numpy", "pandas", "scipy"})
    assert set(script.files) == {find_table(spec.data).csv_name}
