"""The program that a learner takes home says the same numbers as the page."""

import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.automl.service.lab import LAB, ServiceSpec, pass_gate
from core.automl.service.script import write_script
from core.results import scalars_of

QUIET = ("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
"""MLflow's own, of its libraries; ours would be of another kind."""


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = ServiceSpec(**LAB.presets[preset])
    script = write_script(spec)
    said = run_script(script, tmp_path, filters=QUIET)
    shown = scalars_of(pass_gate(spec))
    compare(said, shown, needed={"outcome", "meant", "answer", "n_dummies_alone"}, rel=1e-7)
    check_form(script, imports={"json", "mlflow"}, optional=PUBLIC | set(OTHERS))


OTHERS = ("os", "re", "subprocess", "sys", "tempfile", "pathlib", "skops")
