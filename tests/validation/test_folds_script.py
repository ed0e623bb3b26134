"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.datasets import store_own_dataset
from core.results import scalars_of
from core.validation.folds.lab import LAB, FoldsSpec, split_folds
from core.validation.folds.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = FoldsSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(split_folds(spec))
    needed = {"n_fits", "score", "fewest_train", "most_test", "n_late_folds"}
    compare(said, shown, needed=needed, rel=1e-8)
    check_form(script)


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    names = ("x'] ; print('hacked 🌷", 'f"{1/0}"\n', '"""target\'s\\', "who\\")
    table = pd.DataFrame(
        {
            names[0]: np.where(rng.random(300) < 0.1, np.nan, x),
            names[1]: rng.choice(["a", "b"], 300),
            names[2]: x + rng.normal(size=300),
            names[3]: np.repeat([f"g{i}" for i in range(30)], 10),
        }
    )
    own = store_own_dataset(table, title="Own", task="regression", target=names[2])
    for extra in (
        {},
        {"group": names[3], "splitter": "group"},
        {"order": names[1], "splitter": "time"},
    ):
        spec = FoldsSpec(data=own.name, **extra)
        compare(run_script(write_script(spec), tmp_path), scalars_of(split_folds(spec)), rel=1e-8)
