"""The program that a learner takes home says the same numbers as the page."""

import pytest
from take_home import check_form, compare, run_script

from core.results import scalars_of
from core.validation.leakage.lab import LAB, LeakageSpec, investigate
from core.validation.leakage.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = LeakageSpec(**LAB.presets[preset] | {"n_repeats": 3})
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(investigate(spec))
    needed = {"found_reported", "found_in_use", "fall_low", "mended_gap_high"}
    compare(said, shown, needed=needed)
    check_form(script, imports={"json", "pandas", "scipy", "sklearn"}, optional={"numpy"})
