"""One process runs the jobs of a home; a second one is refused with the number of the first."""

import os
import subprocess
import sys

import pytest

from core import jobs
from core.store.errors import StoreError

HOLDING = """
import sys, core.jobs
core.jobs.open_jobs()
print("open", flush=True)
sys.stdin.read()
"""


def test_a_second_server_on_the_same_home_may_not_touch_the_jobs_of_the_first(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("GLASSROOM_HOME", str(tmp_path))
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"GLASSROOM_HOME": str(tmp_path)},
        text=True,
    )
    assert first.stdout.readline() == "open\n"
    with pytest.raises(StoreError, match=f"already runs on .* \\(process {first.pid}\\)"):
        jobs.open_jobs()
    first.kill()
    first.wait()
    first.stdin.close()
    first.stdout.close()
    assert jobs.open_jobs() is jobs.open_jobs()
