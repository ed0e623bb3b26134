"""The program to take home climbs the same ladder and says the numbers of the page."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from take_home import ONE_THREAD, check_form, compare, run_script

from core.automl.worth.lab import LAB, WorthSpec, weigh_table
from core.datasets import store_own_dataset
from core.results import scalars_of

NEEDED = {
    "n_trials", "n_splits", "best", "proposed", "n_ties", "baseline", "mean", "behind", "behind_low",
    "behind_high", "test",
}  # fmt: skip
LONG = {"a-leak", "subscribers", "trees-win"}
USED = {"json", "lightgbm", "numpy", "optuna", "pandas", "scipy", "sklearn"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.full if name in LONG else [])
        for name in sorted(LAB.presets)
    ],
)
def test_the_program_prints_the_numbers_of_the_page(name, tmp_path):
    spec = WorthSpec(**LAB.presets[name])
    script, result = LAB.script(spec), weigh_table(spec)
    check_form(script, imports=USED)
    said = run_script(script, tmp_path, filters=("ignore",))
    compare(said, scalars_of(result), needed=NEEDED)
    assert said.keys() == NEEDED


def test_the_program_of_an_own_table_reads_dates_gaps_and_many_words(tmp_path):
    rng = np.random.default_rng(0)
    n = 160
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, n), unit="D")
    table = pd.DataFrame(
        {
            "when": days.strftime("%Y-%m-%d"),
            "place": rng.choice([f"town {i}" for i in range(36)], n),
            "kind": rng.choice(["NA", "x", None], n),
            "size": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        }
    )
    table["price"] = 3 * table["size"].fillna(0) + (table["kind"] == "x") + rng.normal(size=n)
    own = store_own_dataset(table, title="prices", task="regression", target="price")
    spec = WorthSpec(data=own.name)
    script, result = LAB.script(spec), weigh_table(spec)
    assert "intake.py" in script.files
    for name, content in {**script.files, "worth.py": script.code.encode()}.items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(  # beside its files, which an isolated program may not import
        [sys.executable, "worth.py"],
        cwd=tmp_path, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    compare(said, scalars_of(result), needed=NEEDED)
