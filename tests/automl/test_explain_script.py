"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.automl.explain.lab import LAB, explain_winner
from core.automl.explain.script import write_script
from core.automl.explain.shapley import is_installed
from core.automl.explain.view import ExplainSpec
from core.datasets import store_own_dataset
from core.results import scalars_of

IMPORTS = {"json", "numpy", "pandas", "sklearn"}
OF_LIBRARIES = (
    "ignore::UserWarning",
    "ignore::FutureWarning",
    "ignore::DeprecationWarning",
    "ignore::PendingDeprecationWarning",
)
NEEDED = {
    "columns": {"error", "top", "top_rise", "n_above", "random_rise", "controls_built_in"},
    "row": {"row_prediction", "row_base", "row_output"},
    "samples": {"n_runs", "n_steady", "top_best", "top_worst"},
    "twins": {"twin_of", "alone_rise", "original_rise", "copy_rise", "both_rise", "doubled_error"},
    "curve": {"moved", "curve_low", "curve_high", "unsupported", "against"},
    "cause": {"early_error", "late_error", "in_use_error", "engines_said", "engines_true"},
}


LONG = {"close-columns", "lightgbm", "noise-first", "one-row", "other-samples", "twins"}
PRESETS = [
    pytest.param(preset, marks=pytest.mark.full) if preset in LONG else preset
    for preset in LAB.presets
]


@pytest.mark.parametrize("preset", PRESETS)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = ExplainSpec(**LAB.presets[preset])
    if spec.look == "row" and not is_installed():
        pytest.skip("this platform has no shap")
    script = write_script(spec)
    check_form(script, imports=frozenset(IMPORTS), optional={"lightgbm", "scipy", "shap"})
    filters = OF_LIBRARIES if spec.look == "row" or spec.model == "lightgbm" else ()
    said = run_script(script, tmp_path, filters=filters)
    shown = scalars_of(explain_winner(spec))
    compare(said, shown, needed=NEEDED[spec.look], rel=1e-8, abs_tol=1e-8)


def test_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x,
            'f"{1/0}"\n': np.where(rng.random(200) < 0.2, None, "word"),
            "many": [f"w{number}" for number in rng.integers(0, 45, 200)],
            '"""target\'s\\': np.where(x + rng.normal(size=200) > 0.3, "y'es", "no"),
        }
    )
    own = store_own_dataset(
        table, title="Own", task="binary", target='"""target\'s\\', positive="y'es"
    )
    for settings in ({"model": "linear"}, {"model": "lightgbm", "look": "twins"}):
        spec = ExplainSpec(data=own.name, **settings)
        said = run_script(write_script(spec), tmp_path, filters=OF_LIBRARIES)
        compare(said, scalars_of(explain_winner(spec)), rel=1e-8, abs_tol=1e-8)
