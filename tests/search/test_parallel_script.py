"""The take-home program of parallel search, run as a stranger would, against the page."""

import pytest
from take_home import check_form, compare, run_script

from core.results import scalars_of
from core.search.parallel.lab import LAB, ParallelSpec, search_in_parallel


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("GLASSROOM_HOME", str(tmp_path_factory.mktemp("home")))


SLOW = {"long", "tumours"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.full) if n in SLOW else n for n in LAB.presets]
)
def test_the_program_says_the_numbers_of_the_page(name, tmp_path):
    spec = ParallelSpec(**LAB.presets[name])
    said = run_script(LAB.script(spec), tmp_path)
    needed = ("waves", "wave_speed", "alone_missed", "missed", "more", "n_farther", "amdahl")
    compare(said, scalars_of(search_in_parallel(spec)), needed=needed)


def test_the_program_is_tidy_and_uses_public_libraries_alone():
    imports = {"json", "time", "numpy", "optuna", "pandas", "joblib", "sklearn"}
    check_form(LAB.script(ParallelSpec()), imports=imports, most_lines=100)
