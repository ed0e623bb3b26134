"""Every cell of a surface was really trained; a search on it finds what it would find by training."""

import json

import numpy as np
import pytest

from core.errors import SpecError
from core.search.grids import grid_within
from core.search.make_surfaces import judge_cell, write_surfaces
from core.search.objective import TrainingObjective
from core.search.run import run_search
from core.search.surface import (
    FOLDER,
    N_DEALINGS,
    N_LEVELS,
    SURFACES,
    K,
    SurfaceObjective,
    load_surface,
)

STRATEGIES = ("grid", "random", "optuna_grid", "optuna_random", "tpe", "qmc", "cmaes")


def search_on(name, strategy, n_trials=25, seed=0):
    surface = load_surface(name)
    return run_search(surface.card.spec(strategy, n_trials, seed), SurfaceObjective(surface))


@pytest.mark.parametrize("name", SURFACES)
def test_a_sample_of_cells_is_trained_anew_and_gives_the_committed_scores(name):
    surface, rng = load_surface(name), np.random.default_rng(7)
    for first, second in rng.integers(0, N_LEVELS - 4, (4, 2)).tolist():
        dealing = int(rng.integers(N_DEALINGS))
        again = judge_cell(surface.card, first, second, dealing)
        np.testing.assert_allclose(surface.scores[first, second, dealing], again, atol=1e-9)


@pytest.mark.parametrize("name", SURFACES)
def test_a_surface_is_whole(name):
    scores = load_surface(name).scores
    assert scores.shape == (N_LEVELS, N_LEVELS, N_DEALINGS, K)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_runs_on_every_surface_at_equal_fits(name, strategy):
    result = search_on(name, strategy)
    assert result.n_trials == 25
    assert result.n_fits == 125
    assert result.best_value <= load_surface(name).best


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("n_trials", [9, 25, 36, 121])
def test_grid_search_cv_and_optunas_grid_find_the_same_best(name, n_trials):
    ours, optunas = (search_on(name, strategy, n_trials) for strategy in ("grid", "optuna_grid"))
    assert ours.n_trials == optunas.n_trials == n_trials
    assert ours.best_value == optunas.best_value
    best = [json.loads(r.trials["params"].iloc[r.best_number]) for r in (ours, optunas)]
    surface = load_surface(name)
    assert surface.seen[surface.cell_of(best[0])] == surface.seen[surface.cell_of(best[1])]


@pytest.mark.parametrize("name", SURFACES)
def test_grids_of_3_5_6_and_11_values_fall_on_cells(name):
    surface = load_surface(name)
    for side in (3, 5, 6, 11, 21):
        grid = grid_within(surface.card.space, side * side)
        for place, parameter in enumerate(surface.card.space):
            on_cells = surface.levels[place][:: 20 // (side - 1)]
            np.testing.assert_allclose(grid[parameter.name], on_cells, rtol=1e-9)


def test_a_search_on_the_surface_is_the_search_by_training():
    surface = load_surface("tumours")
    spec = surface.card.spec("grid", 4)
    trained, looked_up = run_search(spec, TrainingObjective(spec)), search_on("tumours", "grid", 4)
    np.testing.assert_allclose(trained.folds["score"], looked_up.folds["score"], atol=1e-9)
    assert list(trained.trials["params"]) == list(looked_up.trials["params"])


def test_the_whole_grid_finds_the_best_cell():
    assert search_on("diabetes", "grid", N_LEVELS**2).best_value == load_surface("diabetes").best


def test_a_cell_and_its_setting_name_each_other():
    surface = load_surface("tumours")
    assert surface.cell_of(surface.params_of(3, 17)) == (3, 17)
    assert surface.cell_of({"C": 1e-9, "gamma": 1e9}) == (0, 20)


def test_an_unknown_or_absent_surface_is_explained(monkeypatch, tmp_path):
    with pytest.raises(SpecError, match="There is no surface 'moon'"):
        load_surface("moon")
    monkeypatch.setattr("core.search.surface.FOLDER", tmp_path)
    load_surface.cache_clear()
    with pytest.raises(SpecError, match=r"Make them: python -m core\.search\.make_surfaces"):
        load_surface("tumours")
    load_surface.cache_clear()


def test_the_maker_writes_the_file_that_the_surface_reads(monkeypatch, tmp_path):
    monkeypatch.setattr(
        "core.search.make_surfaces.judge_cell", lambda card, first, second, dealing: (0.5,) * K
    )
    write_surfaces(["tumours"], tmp_path)
    assert (tmp_path / "tumours.parquet").is_file()
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.parquet" for name in SURFACES}
