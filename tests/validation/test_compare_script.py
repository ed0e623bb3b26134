"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.datasets import store_own_dataset
from core.results import scalars_of
from core.validation.compare.lab import LAB, CompareSpec, compare_models
from core.validation.compare.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = CompareSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(compare_models(spec))
    needed = {"difference", "naive_p", "corrected_low", "mcnemar_p"}
    compare(said, shown, needed=needed, rel=1e-7, abs_tol=1e-8)
    check_form(script, imports=PUBLIC | {"scipy"})


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    answer = rng.choice(["it's", 'a "yes"'], 120, p=[0.6, 0.4])
    table = pd.DataFrame(
        {
            "x'] ; print('hacked 🌷": rng.normal(size=120) + (answer != "it's"),
            'f"{1/0}"\n': np.where(rng.random(120) < 0.2, None, np.char.upper(answer)),
            '"""target\'s\\': answer,
        }
    )
    own = store_own_dataset(table, title="Own", task="binary", target='"""target\'s\\')
    spec = CompareSpec(data=own.name, n_rows=100, b="bayes", k=2, repeats=2)
    compare(run_script(write_script(spec), tmp_path), scalars_of(compare_models(spec)))
