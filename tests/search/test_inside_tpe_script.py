"""The program to take home runs the same study and prints the numbers of the page."""

import json
import math
import subprocess
import sys

import pytest

from core.search.inside_tpe.lab import LAB, InsideTPESpec, look_inside


@pytest.mark.parametrize("name", LAB.presets)
def test_the_program_prints_the_numbers_of_the_page(name, tmp_path):
    spec = InsideTPESpec(**LAB.presets[name])
    script, result = LAB.script(spec), look_inside(spec)
    path = tmp_path / f"{script.name}.py"
    path.write_text(script.code, encoding="utf-8")
    for file, content in script.files.items():
        (tmp_path / file).write_bytes(content)
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["check", "--isolated", "--select", "E,F,I"],
        ["format", "--isolated", "--diff"],
    ):
        done = subprocess.run([*ruff, *command, path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    done = subprocess.run(
        [sys.executable, path], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = json.loads(done.stdout.splitlines()[-1])
    assert set(printed) == {"setting", "error", "best", "good", "bad", "ratio"}
    for key, value in printed.items():
        shown = getattr(result, key)
        assert math.isnan(shown) if value is None else shown == pytest.approx(value, rel=1e-6)
    assert "core" not in {
        line.split()[1].split(".")[0]
        for line in script.code.splitlines()
        if line.startswith(("import ", "from "))
    }
