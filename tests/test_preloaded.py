"""A program that begins with its libraries imported runs as in a Python of its own."""

import os
import subprocess
import sys

import pytest
from preloaded import can_divide, run_preloaded

pytestmark = pytest.mark.skipif(not can_divide(), reason="needs a process that can be divided")

OPTIONS = ["-I", "-W", "error", "-W", "ignore:harmless"]
TELL = """
import json, os, sys, __main__
import numpy
print(json.dumps({
    "name": __name__, "of main": __main__.__dict__ is globals(), "file": __file__, "arguments": sys.argv,
    "folder": os.getcwd(), "seen": os.environ.get("SEEN"), "left": "LEFT" in os.environ,
    "typed": sys.stdin.read(), "isolated": sys.flags.isolated, "marked": hasattr(numpy, "mark"),
    "given": sys.warnoptions, "path": sys.path,
}))
os.environ["LEFT"] = numpy.mark = "1"
"""


@pytest.fixture
def run(tmp_path):
    folder, apart = tmp_path / "folder", tmp_path / "apart"
    folder.mkdir()
    apart.mkdir()

    def run(code):
        (folder / "program.py").write_text(code, encoding="utf-8")
        environment = os.environ | {"SEEN": "yes"}
        alone = subprocess.run(
            [sys.executable, *OPTIONS, "program.py"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return alone, run_preloaded(OPTIONS, "program.py", folder, environment, apart)

    return run


def test_it_has_the_folder_environment_and_name_that_it_has_alone_and_the_next_finds_no_trace(run):
    for _ in range(2):
        alone, preloaded = run(TELL)
        assert alone.returncode == preloaded.returncode == 0, preloaded.stderr
        assert preloaded.stdout == alone.stdout
        assert '"seen": "yes", "left": false' in preloaded.stdout


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("raise ValueError('told')", 1),
        ("import sys; print('said'); sys.exit(3)", 3),
        ("import warnings; warnings.warn('told')", 1),
        ("import warnings; warnings.warn('harmless')", 0),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -9),
        ("numpy", 1),
        ("import atexit; atexit.register(print, 'last')", 0),
    ],
)
def test_it_ends_and_complains_as_it_does_alone(run, code, status):
    alone, preloaded = run(code)
    assert alone.returncode == preloaded.returncode == status
    assert preloaded.stdout == alone.stdout
    assert preloaded.stderr.splitlines()[-1:] == alone.stderr.splitlines()[-1:]
