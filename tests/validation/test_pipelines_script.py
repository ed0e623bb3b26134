"""The program that a learner takes home says the same numbers as the page."""

import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.results import scalars_of
from core.validation.pipelines.lab import LAB, PipelinesSpec, place_preparation
from core.validation.pipelines.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = PipelinesSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(place_preparation(spec))
    compare(said, shown, needed={"n_models", "n_preparations", "reported", "test", "gap"})
    check_form(script, imports={"json"}, optional=PUBLIC | {"tempfile"})
