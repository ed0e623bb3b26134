"""The program that a learner takes home says the same numbers as the page."""

import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.results import scalars_of
from core.tracking.lost.lab import LAB, LostSpec, read_notes
from core.tracking.lost.script import write_script

QUIET = ("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
"""MLflow's own, of its libraries; ours would be of another kind."""


@pytest.mark.parametrize("preset", ["default", "tumours"])
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = LostSpec(**LAB.presets[preset])
    script = write_script(spec)
    said = run_script(script, tmp_path, filters=QUIET)
    shown = scalars_of(read_notes(spec))
    compare(said, shown, needed={"best", "best_score", "best_settings", "again_score"})
    check_form(script, imports={"json", "mlflow"}, optional=PUBLIC | {"os", "ast"})


def test_how_the_notes_are_kept_does_not_change_the_program():
    programs = {
        write_script(LostSpec(notes=notes)).code for notes in ("printed", "named", "tracked")
    }
    assert len(programs) == 1
