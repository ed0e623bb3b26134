"""The program that a learner takes home says the same numbers as the page."""

import subprocess
import sys

import pytest
from take_home import compare, run_script

from core.automl.inside.lab import LAB, InsideSpec, look_inside
from core.automl.inside.script import write_script
from core.results import scalars_of

NEEDED = {"base", "score", "gain", "low", "high", "n_columns", "train_score", "n_rows"}


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = InsideSpec(**LAB.presets[preset])
    script = write_script(spec)
    shown = scalars_of(look_inside(spec))
    said = run_script(script, tmp_path, filters=["ignore:lbfgs failed to converge"])
    compare(said, shown, needed=NEEDED)
    for command in (["check", "--select", "F,I"], ["format", "--diff", "--line-length", "100"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "-"],
            input=script.code,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
