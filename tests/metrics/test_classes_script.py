"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.datasets import load_dataset, store_own_dataset
from core.metrics.classes.lab import LAB, ClassesSpec, judge_classes
from core.metrics.classes.script import write_script
from core.results import scalars_of

ALWAYS = {"accuracy", "macro_f1", "weighted_recall", "macro_roc_auc", "kappa", "majority_accuracy"}
WITH_RARE = {"accuracy_change", "macro_f1_change", "n_rare_found"}


def check(spec, folder):
    needed = ALWAYS | (WITH_RARE if spec.rare_rows else set())
    said = run_script(write_script(spec), folder)
    compare(said, scalars_of(judge_classes(spec)), needed=needed)


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_of_a_preset_says_the_same_numbers_as_the_page(preset, tmp_path):
    check(ClassesSpec(**LAB.presets[preset]), tmp_path)


def test_column_names_and_classes_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    kinds = ["it's", 'a "yes"', "{1/0}"]
    answer = rng.choice(kinds, 300, p=[0.5, 0.3, 0.2])
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": rng.normal(size=300) + [kinds.index(a) for a in answer],
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, np.char.upper(answer)),
            '"""target\'s\\': answer,
        }
    )
    own = store_own_dataset(table, title="Own", task="multiclass", target='"""target\'s\\')
    spec = ClassesSpec(data=own.name, rare="it's", rare_rows=30)
    check(spec, tmp_path)
    words = store_own_dataset(
        table.drop(columns="x'] ; print('hacked"), title="W", task="multiclass", target='"""target\'s\\'
    )  # fmt: skip
    spec = ClassesSpec(data=words.name, model="logistic", rare_rows=None)
    check(spec, tmp_path)


def test_every_script_is_short_tidy_and_uses_public_libraries_only():
    for settings in LAB.presets.values():
        script = write_script(ClassesSpec(**settings))
        check_form(script, most_lines=125)
        assert set(script.files) == {load_dataset(settings.get("data", "digits")).csv_name}
