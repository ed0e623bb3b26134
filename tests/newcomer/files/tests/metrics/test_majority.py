"""What the lesson on the majority teaches."""

import json
import subprocess
import sys

import pytest

from core.errors import SpecError
from core.metrics.majority import LAB, MajoritySpec, judge_majority, write_script


def test_always_saying_stay_is_90_percent_accurate_and_finds_nobody():
    result = judge_majority(MajoritySpec())
    assert (result.accuracy, result.recall) == (0.9, 0.0)


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_program_prints_the_numbers_of_the_page(preset, tmp_path):
    spec = MajoritySpec(**LAB.presets[preset])
    script, result = write_script(spec), judge_majority(spec)
    for name, content in {"majority.py": script.code.encode(), **script.files}.items():
        (tmp_path / name).write_bytes(content)
    run = subprocess.run(
        [sys.executable, "majority.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == {"accuracy": result.accuracy, "recall": result.recall}


def test_a_table_of_prices_is_refused_with_a_repair():
    with pytest.raises(SpecError, match=r"Two classes are needed, .* Try churn"):
        MajoritySpec(data="house_prices")
