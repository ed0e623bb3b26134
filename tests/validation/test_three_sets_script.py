"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.datasets import store_own_dataset
from core.results import scalars_of
from core.validation.three_sets.lab import LAB, ThreeSetsSpec, choose_by_peeking
from core.validation.three_sets.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = ThreeSetsSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(choose_by_peeking(spec))
    needed = {"run_said", "run_true", "run_blamed", "run_judged", "run_judged_true"}
    compare(said, shown, needed=needed, rel=1e-8)
    check_form(script, optional={"scipy"})


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1200, 3))
    table = pd.DataFrame(x, columns=["x'] ; print('hacked", 'f"{1/0}"', "\\"])
    table["label"] = np.where(x[:, 0] + rng.normal(size=1200) > 0, "yes", "no")
    own = store_own_dataset(table, title="Own", task="binary", target="label").name
    spec = ThreeSetsSpec(data=own)
    compare(run_script(write_script(spec), tmp_path), scalars_of(choose_by_peeking(spec)), rel=1e-8)
