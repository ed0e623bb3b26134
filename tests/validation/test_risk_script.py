"""The program that a learner takes home says the same numbers as the page."""

import pytest
from take_home import check_form, compare, run_script

from core.results import scalars_of
from core.validation.risk.lab import LAB, RiskSpec, measure_trust
from core.validation.risk.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = RiskSpec(**LAB.presets[preset])
    script = write_script(spec)
    assert not script.files
    said, shown = run_script(script, tmp_path), scalars_of(measure_trust(spec))
    needed = {"truth", "estimate", "bias", "data_sd", "naive_cover", "my_truth"}
    compare(said, shown, needed=needed, rel=1e-7, abs_tol=1e-8)
    check_form(script, imports={"json", "numpy", "scipy", "sklearn"})
