"""The lesson on bugs: each program really fails as told, and its repair really works."""

import ast
import re
import subprocess
import sys

import pytest

from core.errors import SpecError
from core.tracking.bugs.attempt import ProgramsSpec, run_programs
from core.tracking.bugs.checks import draw_columns, draw_place, draw_version
from core.tracking.bugs.collection import BUGS, EVERY, GROUPS, group_of
from core.tracking.bugs.figures import plot_groups
from core.tracking.bugs.lab import LAB, BugsSpec, look_for_bug, name_slow_part
from core.tracking.bugs.words import (
    ask_for,
    beliefs_of,
    code_of,
    find_answer,
    mended_of,
    options_of,
    quote,
    share_formula,
    tabulate_groups,
    tabulate_programs,
    tell_elsewhere,
    tell_mending,
    tell_outcome,
    why_of,
)

LOUD = {
    "keyword": ("SyntaxError", "invalid syntax"),
    "names": ("NameError", "name 'np' is not defined"),
    "loader": ("NameError", "name 'load_diabetes' is not defined"),
    "split": ("NameError", "name 'X_test' is not defined"),
    "members": ("TypeError", "unhashable type: 'dict'"),
    "bracket": ("SyntaxError", "invalid syntax"),
    "squared": ("TypeError", "unexpected keyword argument 'squared'"),
    "twice": ("MlflowException", "Changing param values is not allowed"),
    "autolog": ("MlflowException", "already logged with value='2.0'"),
    "info": ("TypeError", "'RunInfo' object is not subscriptable"),
    "experiment": ("MlflowException", "Invalid experiment ID"),
    "dataset": ("ValueError", "truth value of a DataFrame is ambiguous"),
    "artifact": ("TypeError", "missing 1 required positional argument: 'local_path'"),
    "file": ("FileNotFoundError", "No such file or directory: 'importance.csv'"),
    "nested": ("TypeError", "unexpected keyword argument 'Nested'"),
    "letter": ("MlflowException", "Run with id={run.info.run_id} not found"),
    "scheme": ("MlflowException", "Could not find a registered artifact repository for: run:/"),
    "slash": ("MlflowException", "Not a proper runs:/ URI"),
    "version-missing": ("MlflowException", "'tumours' not found"),
    "description": ("AttributeError", "no attribute 'update_model_version'"),
    "signature": ("TypeError", "unexpected keyword argument 'input'"),
    "dot": ("MlflowException", "Invalid model name ('model.v2')"),
}
"""What the reference of the course says of each, as the libraries write it."""
SILENT = {
    "version": ("python=3.1\n", "python=3.10\n"),
    "exclude": ("['tenure', 'calls']", "['id', 'tenure', 'calls']"),
    "index": ("{'kernel': '1'}", "{'kernel': 'rbf'}"),
    "unpickle": ("['taken.txt']", "not taken: "),
    "close": ("0 letters", "21 letters"),
    "clients": ("{}", "{'auc': 0.8}"),
    "packed": ("402 kB", "1 kB"),
}


@pytest.fixture(scope="module")
def every():
    return look_for_bug(BugsSpec(bug=EVERY))


def outcome(every, name, version):
    rows = every.programs[(every.programs["bug"] == name) & (every.programs["version"] == version)]
    return rows.iloc[0]


def test_every_program_is_told_of_once():
    assert LOUD.keys() | SILENT.keys() == BUGS.keys()
    assert not LOUD.keys() & SILENT.keys()
    assert [group_of(bugs[0].name) for bugs in GROUPS.values()] == list(GROUPS)


@pytest.mark.parametrize("name", LOUD)
def test_a_loud_mistake_ends_with_the_error_that_is_told(every, name):
    broken = outcome(every, name, "broken")
    error, said = LOUD[name]
    assert broken["error"] == error
    assert said in broken["message"]


@pytest.mark.parametrize("name", SILENT)
def test_a_silent_mistake_ends_well_and_says_something_else(every, name):
    broken, mended = SILENT[name]
    assert outcome(every, name, "broken")["error"] == ""
    assert broken in outcome(every, name, "broken")["said"]
    assert mended in outcome(every, name, "mended")["said"]


@pytest.mark.parametrize("name", BUGS)
def test_a_mended_program_runs_to_its_end_and_differs_at_the_wrong_line(every, name):
    bug = BUGS[name]
    assert outcome(every, name, "mended")["error"] == ""
    assert outcome(every, name, "mended")["said"]
    assert sum(bug.point in line for line in bug.lines) == 1
    ast.parse(bug.mended)
    # What is missing belongs above the line that asks for it.
    is_missing = LOUD.get(name, ("",))[0] in {"NameError", "FileNotFoundError"}
    assert is_missing or bug.lines[bug.line - 1] not in bug.mended.splitlines()
    assert max(len(line) for line in bug.lines) <= 88


def test_python_stops_where_it_cannot_go_on_and_not_where_the_mistake_is(every):
    result = look_for_bug(BugsSpec(bug="twice"))
    assert (result.wrong_line, result.stopped_line) == (3, 5)
    assert every.n_elsewhere == 1
    assert "stopped at line 5" in tell_outcome(result)
    assert "1 of 22 loud programs" in tell_elsewhere(every)


@pytest.mark.parametrize("name", ["members", "twice"])
def test_a_plain_python_process_stops_at_the_same_line(every, name, tmp_path):
    """A second way: the program as a file of its own, its error read from what Python prints."""
    (tmp_path / "program.py").write_text(BUGS[name].code)
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    lines = re.findall(r'program.py", line (\d+)', done.stderr)
    assert int(lines[-1]) == outcome(every, name, "broken")["line"]
    assert LOUD[name][1] in done.stderr


def test_loud_and_silent_programs_add_up(every):
    assert (every.n_loud, every.n_silent) == (len(LOUD), len(SILENT))
    assert every.n_mended == every.n_programs == len(BUGS)
    groups = tabulate_groups(every)
    assert groups["loud"].sum() == every.n_loud
    assert groups["silent"].sum() == every.n_silent
    assert (every.wrong_line, every.stopped_line, every.is_loud) == (None, None, None)


def test_what_differs_from_run_to_run_is_left_out_of_messages(every):
    told = " ".join([*every.programs["message"], *every.programs["said"]])
    assert not re.search(r"[0-9a-f]{32}", told)
    assert "/tmp" not in told
    again = run_programs.run_fresh(ProgramsSpec(bug="letter")).programs
    kept = every.programs[every.programs["bug"] == "letter"]
    assert again["message"].tolist() == kept["message"].tolist()
    assert again["line"].tolist() == kept["line"].tolist()


def test_a_syntax_error_is_found_before_the_first_line_runs(every):
    assert outcome(every, "bracket", "broken")["said"] == ""
    assert outcome(every, "bracket", "broken")["line"] == 4


def test_what_init_loads_is_pickled_with_the_model(every):
    sizes = [
        int(outcome(every, "packed", version)["said"].split(" kB")[0])
        for version in ("broken", "mended")
    ]
    assert sizes[0] > 100 * sizes[1]


@pytest.mark.parametrize("name", ["version", "twice", "split", EVERY])
def test_words_and_questions_say_what_happened_and_give_nothing_away(name):
    result = look_for_bug(BugsSpec(bug=name))
    options = options_of(result)
    assert find_answer(result) in options
    assert beliefs_of(result).keys() == options.keys() - {find_answer(result)}
    assert tell_outcome(result)
    if name == EVERY:
        assert code_of(result) == ""
        assert f"{len(BUGS)} small programs" in ask_for(result)
        assert find_answer(result) == "most"
        assert share_formula(result).value == f"{len(SILENT) / len(BUGS):.0%}"
        assert len(tabulate_programs(result)) == len(BUGS)
        assert len(plot_groups(result).layout.title.text) < 44
        return
    assert len(options) <= 8
    assert code_of(result) == BUGS[name].code
    assert mended_of(result) != code_of(result)
    assert str(result.wrong_line) in tell_outcome(result)
    assert "ended well" in tell_mending(result)
    assert quote(result, "broken")
    assert why_of(result) not in ask_for(result)


def test_the_draws_of_numbers_make_good_questions():
    import numpy as np

    rng = np.random.default_rng(0)
    for _ in range(50):
        version, columns = draw_version(rng), draw_columns(rng)
        assert version["whole"] < version["as_number"] < version["as_text"]
        assert columns["by_text"] < columns["by_list"] < columns["all"]
        place = draw_place(rng)
        assert place is None or place["depth"] not in (place["place"], place["from_one"])


def test_what_cannot_work_is_refused_with_a_repair():
    with pytest.raises(SpecError, match=r"no program called 'typo'\. Choose one of version, "):
        BugsSpec(bug="typo")


def test_only_the_first_program_is_quick():
    assert name_slow_part(BugsSpec()) is None
    assert name_slow_part(BugsSpec(bug="close")).what.startswith("The program “Keep notes")
    assert name_slow_part(BugsSpec(bug=EVERY)).what.startswith("All 29 programs")
    assert set(LAB.presets) == {"default", "loud", "silent", "models"}
