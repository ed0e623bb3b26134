"""The program that a learner takes home runs the same programs and counts the same."""

import pytest
from take_home import check_form, compare, run_script

from core.results import scalars_of
from core.tracking.bugs.collection import EVERY
from core.tracking.bugs.lab import LAB, BugsSpec, look_for_bug
from core.tracking.bugs.script import write_script


@pytest.mark.parametrize(
    "bug", [*(preset.get("bug", "version") for preset in LAB.presets.values()), "unpickle"]
)
def test_the_script_says_the_same_numbers_as_the_page(bug, tmp_path):
    spec = BugsSpec(bug=bug)
    said = run_script(write_script(spec), tmp_path)
    shown = scalars_of(look_for_bug(spec))
    compare(said, shown, needed={"n_loud", "n_silent", "n_mended", "wrong_line", "stopped_line"})


@pytest.mark.parametrize("bug", ["version", EVERY])
def test_the_script_is_tidy(bug):
    check_form(write_script(BugsSpec(bug=bug)), imports={"json", "subprocess"}, optional=EVERYTHING)


@pytest.mark.full
def test_the_script_of_the_whole_collection_counts_the_same(tmp_path):
    spec = BugsSpec(bug=EVERY)
    said = run_script(write_script(spec), tmp_path)
    compare(said, scalars_of(look_for_bug(spec)), needed={"n_loud", "n_silent", "n_elsewhere"})


EVERYTHING = {
    "json", "os", "re", "sys", "tempfile", "pathlib", "mlflow", "sklearn", "numpy", "pandas", "kneed",
    "math", "pickle", "skops",
}  # fmt: skip
