"""The program to take home runs the same study and prints the numbers of the page."""

import pytest
from take_home import check_form, compare, run_script

from core.results import scalars_of
from core.search.study.lab import LAB, StudySpec, follow_study

NEEDED = {"n_complete", "n_pruned", "best_number", "best_value", "test_score", "default_test"}


@pytest.mark.parametrize("name", sorted({*LAB.presets} - {"contour", "importances"}))
def test_the_program_prints_the_numbers_of_the_page(name, tmp_path):
    spec = StudySpec(**LAB.presets[name])
    script, result = LAB.script(spec), follow_study(spec)
    check_form(
        script, imports={"json", "optuna", "pandas", "sklearn", "statistics"}, optional={"numpy"}
    )
    said = run_script(script, tmp_path)
    compare(said, scalars_of(result), needed=NEEDED)
    assert said.keys() == NEEDED


@pytest.mark.parametrize("pruner", ["halving", "hyperband"])
def test_the_other_pruners_stop_the_same_trials_in_the_program(pruner, tmp_path):
    spec = StudySpec(data="wine", model="knn", n_trials=15, pruner=pruner)
    script, result = LAB.script(spec), follow_study(spec)
    check_form(script, imports={"json", "optuna", "pandas", "sklearn", "statistics", "numpy"})
    compare(run_script(script, tmp_path, filters=("ignore",)), scalars_of(result), needed=NEEDED)
