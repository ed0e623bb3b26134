"""Tests that share a server stay on one worker: two servers side by side cost twice the time."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from groups import ROOT, group_of

pytestmark = pytest.mark.xdist_group("groups")
TRIAL = """
import os, pytest
pytestmark = pytest.mark.xdist_group("trial")
@pytest.mark.parametrize("n", range(12))
def test_where(n):
    print("ran on", os.environ["PYTEST_XDIST_WORKER"])
"""
CONFTEST = """
import pytest
from groups import make_scheduler
@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config, log):
    return make_scheduler(config, log)
"""


def test_a_file_says_its_group():
    assert group_of("tests/test_groups.py") == "groups"
    assert group_of("tests/test_figures.py") is None
    for path in (ROOT / "tests/browser").glob("test_*.py"):
        assert group_of(path.relative_to(ROOT).as_posix()) == "browser"
    for path in (ROOT / "tests/class_mode").glob("test_*.py"):
        name = path.relative_to(ROOT).as_posix()
        assert group_of(name) == "class" or "serving" not in path.read_text(encoding="utf-8")


def test_of_two_workers_one_runs_all_tests_of_a_group(tmp_path):
    (tmp_path / "test_trial.py").write_text(TRIAL)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-rP"]
    variables = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "test_trial.py"],
        cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    workers = re.findall(r"^ran on (gw\d)$", run.stdout, flags=re.MULTILINE)
    assert len(workers) == 12, run.stdout + run.stderr
    assert len(set(workers)) == 1
