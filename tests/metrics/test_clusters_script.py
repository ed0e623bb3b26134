"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.datasets import store_own_dataset
from core.metrics.clusters.lab import LAB, ClustersSpec, find_clusters
from core.metrics.clusters.rows import find_table
from core.metrics.clusters.script import write_script
from core.results import scalars_of

NEEDED = {"inertia", "silhouette", "ari", "knee_k", "gap_k", "n_misplaced"}
# kneed warns where it finds no knee; that is one of the answers.
QUIET = ["ignore::UserWarning:kneed.knee_locator"]


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = ClustersSpec(**LAB.presets[preset])
    said = run_script(write_script(spec), tmp_path, filters=QUIET)
    compare(said, scalars_of(find_clusters(spec)), needed=NEEDED)


def test_own_rows_with_hostile_names_gaps_and_too_many_rows_give_the_same_numbers_at_home(tmp_path):
    rng = np.random.default_rng(0)
    names = ["x'] ; print('hacked", 'f"{1/0}"\n']
    table = pd.DataFrame(np.where(rng.random((2100, 2)) < 0.01, np.nan, rng.normal(size=(2100, 2))))
    table.columns = names
    own = store_own_dataset(table.assign(word="a"), title="Own", task="clustering", target=None)
    spec = ClustersSpec(data=own.name, k=3)
    script = write_script(spec)
    # The first lines are enough: which rows take part.
    head = script.code.split("models =")[0]
    code = head + "print(json.dumps({'n_rows': len(rows), 'sum': float(abs(rows).sum())}))\n"
    said = run_script(type(script)(script.name, code, script.files), tmp_path)
    from core.metrics.clusters.rows import gather_rows

    rows = gather_rows(own.name, is_scaled=True, seed=0).scaled
    assert said == pytest.approx({"n_rows": len(rows), "sum": float(np.abs(rows).sum())})


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_is_short_tidy_and_uses_public_libraries_only(preset):
    spec = ClustersSpec(**LAB.presets[preset])
    script = write_script(spec)
    check_form(script, imports=PUBLIC | {"kneed"}, most_lines=100)
    assert script.needs == "pandas, scikit-learn and kneed"
    assert set(script.files) == {find_table(spec.data).csv_name}
