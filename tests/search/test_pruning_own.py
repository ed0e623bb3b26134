"""Pruning on a table that the learner brings: trained as at home, or refused with the reason."""

import numpy as np
import pytest

from core.datasets import load_dataset, store_own_dataset
from core.errors import SpecError
from core.results import scalars_of
from core.search.pruning import own
from core.search.pruning.curves import N_STEPS, draw_settings, load_curves
from core.search.pruning.lab import LAB, PruningSpec, name_slow_part, prune_searches
from core.search.pruning.make_curves import ask_pruner, train_curve
from core.search.pruning.stage import stage_json
from core.search.pruning.words import describe_trainings
from tests.take_home import compare, run_script

QUIET = ("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
HOSTILE = "x\"\\{0}'; <b>"


def store(table, task="binary", target="diagnosis", **more):
    return store_own_dataset(table, title="mine <b>", target=target, task=task, **more)


def tumours(n_rows):
    return load_dataset("breast_cancer").table.head(n_rows).copy()


@pytest.fixture(scope="module")
def name(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSROOM_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setattr(own, "MOST_ROWS", 130)
        patch.setattr("core.search.pruning.script.MOST_ROWS", 130)
        table = tumours(160).iloc[:, [0, 1, 2, 3, -1]]
        table = table.rename(columns={table.columns[0]: HOSTILE})
        table["kind"] = np.where(np.arange(160) % 3, "a", "b")
        yield store(table, target=str(load_dataset("breast_cancer").target)).name


@pytest.fixture(autouse=True)
def home():
    """Keep the trainings of this module: they are the same for all its tests."""


def test_an_own_table_is_trained_here_and_its_pruners_are_really_asked(name):
    known = load_curves(name)
    settings = draw_settings(known.card)
    assert train_curve(known.card, settings[7]) == known.losses[7].tolist()
    for pruner in ("median", "hyperband"):
        assert ask_pruner(pruner, known.losses[known.orders[2]]) == known.stops[pruner][2].tolist()
    assert known.losses.shape == (60, N_STEPS)


def test_the_program_of_an_own_table_says_the_numbers_of_the_page(name, tmp_path):
    spec = PruningSpec(curves=name, search=1)
    said = run_script(LAB.script(spec), tmp_path, filters=QUIET)
    needed = ("run_used", "run_best", "run_winner", "run_winner_steps", "run_killed")
    compare(said, scalars_of(prune_searches(spec)), needed=needed)


def test_a_view_of_an_own_table_waits_for_its_job_and_then_has_its_picture(name):
    spec = PruningSpec(curves=name)
    slow = name_slow_part(spec)
    assert slow.run is own.train_own_curves
    assert slow.spec == own.OwnCurvesSpec(data=name)
    assert name_slow_part(PruningSpec()) is None
    result = prune_searches(spec)
    assert result.title.startswith("mine <b>")
    assert describe_trainings(result).startswith("mine <b>: boosted trees.")
    assert stage_json(result)


def test_what_cannot_be_trained_is_refused_with_the_reason(new_home):
    target = str(load_dataset("breast_cancer").target)
    short = store(tumours(60), target=target)
    with pytest.raises(SpecError, match=r"Curves need at least 100 rows, and mine <b> has 60\."):
        PruningSpec(curves=short.name)
    one, two = (
        tumours(569).loc[lambda t, k=k: t[target] == k] for k in tumours(569)[target].unique()
    )
    rare = store(
        load_dataset("breast_cancer").table.loc[[*one.index[:9], *two.index[:150]]], target=target
    )
    with pytest.raises(SpecError, match=r"Each class needs at least 20 rows, and one .* has 9\."):
        PruningSpec(curves=rare.name)
    named = store(tumours(300).assign(name=[f"person {n}" for n in range(300)]), target=target)
    with pytest.raises(SpecError, match=r"A column is made for each word, at most 200 in all"):
        PruningSpec(curves=named.name)
    wine = load_dataset("wine").table
    many = store(wine, task="multiclass", target="cultivar")
    with pytest.raises(SpecError, match=r"tells two classes apart, and mine <b> is a multiclass"):
        PruningSpec(curves=many.name)
    with pytest.raises(SpecError, match=r"There are no curves 'moon'"):
        PruningSpec(curves="moon")
