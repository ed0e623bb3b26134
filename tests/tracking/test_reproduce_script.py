"""The program that a learner takes home trains twice and says the same numbers as the page."""

import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.results import scalars_of
from core.tracking.reproduce.lab import LAB, ReproduceSpec, reproduce
from core.tracking.reproduce.program import CHANGED, PROGRAM
from core.tracking.reproduce.script import write_script

QUIET = ("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
"""MLflow's own, of its libraries; ours would be of another kind."""


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = ReproduceSpec(**LAB.presets[preset])
    script = write_script(spec)
    said = run_script(script, tmp_path, filters=QUIET)
    shown = scalars_of(reproduce(spec))
    compare(said, shown, needed={"score_then", "score_now", "is_same", "n_differ"})
    check_form(
        script, imports={"json", "subprocess"}, optional=PUBLIC | {"os", "sys", "pathlib", "mlflow"}
    )


def test_the_programs_beside_it_are_tidy(tmp_path):
    from core.script import Script

    files = write_script(ReproduceSpec(keeps_code=False)).files
    for name in (PROGRAM, CHANGED):
        program = Script("train", files[name].decode(), {})
        check_form(
            program, imports={"pandas", "sklearn"}, optional={"argparse", "json", "os", "pathlib"}
        )
