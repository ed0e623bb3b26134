"""The program of the lab of pruning prunes the watched search and says the numbers of the page."""

import pytest

from core.results import scalars_of
from core.search.pruning.lab import LAB, PruningSpec, prune_searches
from tests.take_home import check_form, compare, run_script

NEEDED = ("run_used", "run_best", "run_winner", "run_winner_steps", "run_killed")
PACKAGES = {"json", "numpy", "optuna", "pandas", "sklearn"}
QUIET = ("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.mark.parametrize("view", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(view, tmp_path):
    spec = PruningSpec(**LAB.presets[view])
    script = LAB.script(spec)
    said = run_script(script, tmp_path, filters=QUIET)
    compare(said, scalars_of(prune_searches(spec)), needed=NEEDED)
    check_form(script, imports=PACKAGES, optional={"lightgbm"})
