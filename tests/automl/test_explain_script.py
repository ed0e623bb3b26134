"""The program that a learner takes home says the same numbers as the page."""

import pytest
from take_home import check_form, compare, run_script

from core.automl.explain.lab import LAB, explain_winner
from core.automl.explain.script import write_script
from core.automl.explain.shapley import is_installed
from core.automl.explain.view import ExplainSpec
from core.results import scalars_of

IMPORTS = {"json", "numpy", "pandas", "scipy", "sklearn"}
OF_SHAP = ("ignore::UserWarning", "ignore::FutureWarning", "ignore::DeprecationWarning")
NEEDED = {"error", "top", "top_rise", "n_above", "random_rise", "controls_built_in"}


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = ExplainSpec(**LAB.presets[preset])
    if spec.look == "row" and not is_installed():
        pytest.skip("this platform has no shap")
    script = write_script(spec)
    check_form(script, imports=frozenset(IMPORTS), optional={"lightgbm", "shap"})
    filters = OF_SHAP if spec.look == "row" or spec.model == "lightgbm" else ()
    said = run_script(script, tmp_path, filters=filters)
    shown = scalars_of(explain_winner(spec))
    compare(said, shown, needed=NEEDED, rel=1e-8, abs_tol=1e-8)
