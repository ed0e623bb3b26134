"""The program of the lab of luck trains the watched search and says the numbers of the page."""

import pytest

from core.results import scalars_of
from core.search.luck.lab import LAB, LuckSpec, search_and_look
from tests.take_home import check_form, compare, run_script

NEEDED = ("run_said", "run_true", "run_nested", "said", "true", "gap", "gap_error", "flattered")


@pytest.mark.parametrize("view", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page(view, tmp_path):
    settings = LAB.presets[view]
    if view != "default":  # the same program with fewer settings takes seconds
        settings = {**settings, "n_trials": min(5, settings.get("n_trials", 5))}
    spec = LuckSpec(**settings)
    said = run_script(LAB.script(spec), tmp_path)
    compare(said, scalars_of(search_and_look(spec)), needed=NEEDED)


@pytest.mark.parametrize("view", ["default", "coins"])
def test_the_script_is_tidy(view):
    script = LAB.script(LuckSpec(**LAB.presets[view]))
    check_form(script, imports={"json", "pandas", "scipy", "sklearn"}, optional={"numpy"})
