"""The race: its result against the surface and the libraries, its sentences, its picture, its program."""

import json
import subprocess
import sys

import numpy as np
import pytest

from core.errors import SpecError
from core.results import scalars_of
from core.search.race import words
from core.search.race.figures import plot_dealings, plot_missed
from core.search.race.lab import LAB, RaceSpec, race_on_surface
from core.search.race.runs import N_SEEDS, draw_cells, propose_cells
from core.search.race.stage import stage_json, stage_race
from core.search.run import run_search
from core.search.surface import SurfaceObjective, load_surface

VIEWS = {name: RaceSpec(**settings) for name, settings in LAB.presets.items()}


@pytest.fixture(scope="module", autouse=True)
def own_home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSROOM_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def home():
    """Keep the races of this module: they are the same for all tests of it."""


def race(**settings):
    return race_on_surface(RaceSpec(**settings))


def tried_by_search(surface, strategy, n_trials, seed):
    spec = surface.card.spec(strategy, n_trials, seed)
    result = run_search(spec, SurfaceObjective(surface))
    return [surface.cell_of(json.loads(text)) for text in result.trials["params"]]


@pytest.mark.parametrize("name", ["diabetes", "tumours"])
def test_the_draws_are_those_of_randomized_search_cv(name):
    surface = load_surface(name)
    assert draw_cells(surface, 12, 3) == tried_by_search(surface, "random", 12, 3)


@pytest.mark.parametrize("name", ["diabetes", "tumours"])
def test_tpes_trials_are_those_of_a_study_by_the_search_itself(name):
    surface = load_surface(name)
    assert propose_cells(surface, 16, 5) == tried_by_search(surface, "tpe", 16, 5)


@pytest.mark.parametrize("view", VIEWS)
def test_every_number_follows_from_the_trials(view):
    result = race_on_surface(VIEWS[view])
    surface, trials = load_surface(result.spec.surface), result.trials
    assert np.array_equal(surface.seen[trials["first"], trials["second"]], trials["score"])
    ends = trials.groupby(["strategy", "seed"])["score"].max()
    missed = surface.seen.max() - ends
    assert result.grid_missed == missed["grid", 0]
    assert len(missed["random"]) == len(missed["tpe"]) == N_SEEDS
    assert result.random_missed == pytest.approx(missed["random"].median())
    assert result.tpe_high == pytest.approx(missed["tpe"].quantile(0.9))
    assert result.random_beats_grid == (ends["random"] > ends["grid", 0]).sum()
    assert result.tpe_beats_random + result.random_beats_tpe <= N_SEEDS
    assert (trials["missed"] >= 0).all()
    assert result.fits == trials["fits"].max() == 5 * result.spec.n_trials
    middle = result.summary[result.summary["fits"] == result.fits].set_index("strategy")
    assert middle.loc["tpe", "median"] == pytest.approx(result.tpe_missed)


def test_a_grid_finds_the_best_of_its_own_crossings():
    result, surface = race(), load_surface("diabetes")
    assert result.grid_best == surface.seen[::5, ::5].max() < surface.best
    assert "lies 0.4764" in words.tell_grid_gap(result)


def test_random_search_does_not_always_beat_a_grid():
    result = race(surface="tumours", n_trials=9)
    assert result.random_beats_grid < N_SEEDS / 2
    assert result.grid_missed < result.random_missed
    assert words.find_answer(result) == "grid"


def test_where_one_setting_decides_random_search_beats_the_grid_in_most_races():
    result = race()
    assert result.random_beats_grid > 0.9 * N_SEEDS
    assert result.random_values > 3 * result.grid_values
    assert "Choose the tumours and 9 trials" in words.tell_grid_luck(result)
    surface = load_surface("diabetes")
    first, second = np.unravel_index(surface.seen.argmax(), surface.seen.shape)
    along_first, along_second = np.ptp(surface.seen[:, second]), np.ptp(surface.seen[first])
    assert along_first > 20 * along_second


def test_with_fewer_than_ten_trials_tpe_is_random_search():
    result = race(n_trials=9)
    cells = result.trials.set_index(["strategy", "seed", "trial"])[["first", "second"]]
    assert cells.loc["random"].equals(cells.loc["tpe"])
    assert "it *is* random search" in words.tell_tail(result)


def test_the_first_ten_trials_of_both_are_the_same_draws():
    trials = race().trials
    early = trials[trials["trial"] <= 10].set_index(["strategy", "seed", "trial"])[
        ["first", "second"]
    ]
    assert early.loc["random"].equals(early.loc["tpe"])


def test_bayesian_search_does_not_always_win():
    assert race(surface="tumours").random_beats_tpe > 5


def test_tpe_has_fewer_very_unlucky_races_where_it_has_time_to_learn():
    assert race().tpe_high < 0.2 * race().random_high


def test_dealing_the_folds_anew_names_other_best_cells():
    for surface in ("diabetes", "tumours"):
        result, known = race(surface=surface), load_surface(surface)
        means = known.scores.mean(axis=-1)
        winners = {int(means[:, :, dealing].argmax()) for dealing in range(5)}
        assert result.n_winners == len(winners) > 1
        assert f"**{result.n_winners} different cells**" in words.tell_noise(result)


def test_the_chosen_pairs_are_judged_by_dealings_on_which_nobody_searched():
    result, surface = race(), load_surface("diabetes")
    grid = result.trials[result.trials["strategy"] == "grid"]
    chosen = grid.loc[grid["score"].idxmax()]
    others = surface.scores[int(chosen["first"]), int(chosen["second"]), 1:]
    assert result.grid_elsewhere == pytest.approx(others.mean())
    assert "random search is ahead" in words.tell_elsewhere(result)


@pytest.mark.parametrize("view", VIEWS)
def test_the_picture_shows_the_trials_of_the_watched_race(view):
    result = race_on_surface(VIEWS[view])
    stage = stage_race(result)
    last = stage.lanes.steps[-1]
    for place, name in enumerate(("grid", "random", "tpe")):
        run = result.trials[(result.trials["strategy"] == name) & (result.trials["seed"] == 0)]
        cells = set(zip(run["first"], run["second"], strict=True))
        drawn = {
            (20 - line, column)
            for line, text in enumerate(last)
            for column, letter in enumerate(text[place * 23 : place * 23 + 21])
            if letter in "tnb"
        }
        assert drawn == cells
    assert stage_json(result) == stage.to_json()


@pytest.mark.parametrize("view", VIEWS)
def test_figures_and_sentences_can_be_made_of_every_view(view):
    result = race_on_surface(VIEWS[view])
    for figure in (plot_missed(result), plot_dealings(result)):
        assert len(figure.layout.title.text) < 44
        assert figure.layout.xaxis.title.text
    assert words.find_answer(result) in {"grid", "random", "tpe", "level"}
    assert len(words.tabulate_ends(result)) == 3
    assert words.missed_formula(result).value == f"{result.grid_missed:.5f}"
    assert words.fits_formula(result).value == str(result.fits)
    for tell in (words.tell_bet, words.tell_grid_luck, words.tell_values, words.tell_elsewhere):
        assert tell(result).endswith((".", "2012)."))


@pytest.mark.parametrize("view", ["default", "tumours-few"])
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(view, tmp_path):
    script, shown = LAB.script(VIEWS[view]), scalars_of(race_on_surface(VIEWS[view]))
    path = tmp_path / "program.py"
    path.write_text(script.code, encoding="utf-8")
    for name, content in script.files.items():
        (tmp_path / name).write_bytes(content)
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
    said = json.loads(done.stdout.splitlines()[-1])
    assert len(said) == 8
    for name, value in said.items():
        assert value == pytest.approx(shown[name], rel=1e-8, abs=1e-12), name


def test_a_race_that_cannot_be_is_explained():
    with pytest.raises(SpecError, match="There is no surface 'moon'"):
        RaceSpec(surface="moon")
    with pytest.raises(SpecError, match="The budget is one of 9, 25, 36, 121 trials, got 10"):
        RaceSpec(n_trials=10)
    with pytest.raises(SpecError, match="counted from 0 to 29, got 30"):
        RaceSpec(race=30)
    with pytest.raises(SpecError, match="Trials are counted from 1, got 0"):
        RaceSpec(at=0)


def test_a_place_beyond_the_last_trial_is_the_last_one():
    assert race(n_trials=9, at=40).at == 9
