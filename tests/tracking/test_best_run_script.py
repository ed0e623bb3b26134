"""The program that a learner takes home says the same numbers as the page."""

import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.results import scalars_of
from core.tracking.best_run.lab import LAB, BestRunSpec, find_best_run
from core.tracking.best_run.script import write_script

QUIET = ("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
"""MLflow's own, of its libraries; ours would be of another kind."""


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = BestRunSpec(**LAB.presets[preset])
    script = write_script(spec)
    said = run_script(script, tmp_path, filters=QUIET)
    shown = scalars_of(find_best_run(spec))
    compare(said, shown, needed={"first", "best", "best_value", "n_found", "is_refused"})
    check_form(script, imports={"json", "mlflow"}, optional=PUBLIC | {"os", "contextlib"})
