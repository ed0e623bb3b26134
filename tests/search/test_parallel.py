"""Parallel search: its numbers against the library and by hand, its sentences, its picture, its items."""

import json
import math

import numpy as np
import pytest

from core.errors import SpecError
from core.jobs.pool import count_cores
from core.results import load_result, save_result, scalars_of
from core.search.parallel import checks, words
from core.search.parallel.figures import plot_law, plot_times
from core.search.parallel.lab import (
    LAB,
    ParallelSpec,
    count_learnt,
    count_worth,
    name_slow_part,
    search_in_parallel,
)
from core.search.parallel.measure import (
    Measured,
    MeasureSpec,
    fit_forest,
    loop_in_python,
    measure_machine,
)
from core.search.parallel.races import N_SEEDS, SIZES, RacesSpec, race_at_once, search_at_once
from core.search.parallel.speed import amdahl_ceiling, amdahl_speed, count_waves, wave_speed
from core.search.parallel.stage import stage_workers
from core.search.race.runs import draw_cells, propose_cells
from core.search.surface import load_surface

QUICK = MeasureSpec(repeats=1, loops=20_000, trees=1)


@pytest.fixture(scope="module", autouse=True)
def own_home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSROOM_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def home():
    """Keep the races of this module: they are the same for all tests of it."""


def view(**settings):
    return search_in_parallel(ParallelSpec(**settings))


@pytest.mark.parametrize("name", ["diabetes", "tumours"])
def test_one_at_a_time_is_the_tpe_of_the_race(name):
    surface = load_surface(name)
    assert search_at_once(surface, 16, 1, 5) == propose_cells(surface, 16, 5)


@pytest.mark.parametrize("name", ["diabetes", "tumours"])
def test_all_at_once_tpe_is_random_search_under_another_name(name):
    surface = load_surface(name)
    assert search_at_once(surface, 24, 24, 7) == draw_cells(surface, 24, 7)
    assert view(surface=name, workers=24).n_learnt == 0
    assert "random search under another name" in words.tell_learnt(view(surface=name, workers=24))


@pytest.mark.parametrize("surface", ["diabetes", "tumours"])
def test_every_number_follows_from_the_trials(surface):
    races = race_at_once(RacesSpec(surface=surface)).trials
    known = load_surface(surface)
    reached = races.groupby(["at_once", "seed"])[["first", "second"]].apply(
        lambda cells: known.seen[cells["first"], cells["second"]].max()
    )
    missed = known.seen.max() - reached
    alone = missed[1].to_numpy()
    by_trial = races[races["at_once"] == 1].groupby("trial")["missed"].mean().to_numpy()
    for size in SIZES:
        result, own = view(surface=surface, workers=size), missed[size].to_numpy()
        assert result.missed == pytest.approx(own.mean())
        assert result.more == pytest.approx((own - alone).mean(), abs=1e-15)
        assert result.n_farther == (own > alone).sum()
        assert result.n_closer == (own < alone).sum()
        assert result.waves == races.loc[races["at_once"] == size, "wave"].max()
        assert result.worth_speed == result.worth / result.waves
        if size > 1:
            before = by_trial[: result.worth - 1]
            assert (before > result.missed).all()
            assert result.worth == 24 or by_trial[result.worth - 1] <= result.missed
            assert result.worth_low <= result.worth <= result.worth_high
            from scipy.stats import ttest_rel

            span = ttest_rel(own, alone).confidence_interval()
            assert (result.more_low, result.more_high) == pytest.approx((span.low, span.high))
    assert (races["missed"] >= 0).all()
    assert len(races) == len(SIZES) * N_SEEDS * 24


def test_trials_of_a_round_know_nothing_of_each_other():
    surface = load_surface("diabetes")
    one, eight = (search_at_once(surface, 24, size, 3) for size in (1, 8))
    assert one[:10] == eight[:10]
    assert one[10:16] != eight[10:16]
    assert eight[:16] == draw_cells(surface, 16, 3)


def test_eight_workers_are_not_eight_times_faster_to_the_same_closeness():
    result = view()
    assert result.wave_speed == 8
    assert result.worth_speed < 8
    assert words.find_answer(result) == "most"
    assert f"**{words.times(result.worth_speed)} times** faster" in words.tell_worth(result)


def test_where_both_settings_matter_eight_at_once_lose_hardly_anything_here():
    result = view(surface="tumours")
    assert words.find_answer(result) == "all"
    assert result.more_low < 0 < result.more_high
    assert "cannot tell" in words.tell_difference(result)


def test_all_at_once_is_farther_by_more_than_chance_on_both_surfaces():
    for surface in ("diabetes", "tumours"):
        result = view(surface=surface, workers=24)
        assert result.more_low > 0
        assert result.worth > 12
        assert "more than chance" in words.tell_difference(result)


def test_one_worker_is_the_measure_of_the_others():
    result = view(workers=1)
    assert (result.waves, result.worth, result.more, result.idle) == (24, 24, 0.0, 0)
    assert "The other numbers of workers" in words.tell_worth(result)
    assert words.tell_difference(result) == ""


def test_fifty_trials_four_at_a_time_take_thirteen_rounds():
    assert count_waves(50, 4) == checks.run_waves(50, 4)["rounds"] == 13
    for trials in range(1, 40):
        for workers in range(1, 12):
            assert count_waves(trials, workers) == checks.run_waves(trials, workers)["rounds"]
            assert wave_speed(trials, workers) <= workers


def test_every_serial_part_has_a_ceiling():
    assert amdahl_speed(0.1, 10) == pytest.approx(1 / 0.19)
    assert amdahl_speed(0.1, 1e9) == pytest.approx(amdahl_ceiling(0.1)) == 10
    assert amdahl_speed(0.0, 7) == 7
    assert math.isinf(amdahl_ceiling(0.0))
    serial, shared = 30.0, 70.0
    assert amdahl_speed(0.3, 5) == pytest.approx((serial + shared) / (serial + shared / 5))
    assert "10 times" in words.tell_amdahl(view(serial=10))
    assert "no serial part" in words.tell_amdahl(view(serial=0))


@pytest.mark.parametrize(("trials", "at_once"), [(24, 1), (24, 2), (24, 4), (24, 8), (24, 24)])
def test_tpe_draws_until_ten_trials_are_finished(trials, at_once):
    assert count_learnt(trials, at_once) == checks.ask_tpe(trials, at_once)["learnt"]


def test_worth_is_the_first_trial_that_comes_as_close():
    assert count_worth(3.0, np.array([9.0, 5.0, 3.0, 1.0])) == 3
    assert count_worth(0.5, np.array([9.0, 5.0, 3.0, 1.0])) == 4


def test_told_in_order_the_same_seed_gives_the_same_trials_and_by_the_clock_not():
    assert checks.compare_orders() == {
        "same_when_told_in_order": 1,
        "same_when_told_by_the_clock": 0,
    }


def test_threads_that_loop_in_python_keep_one_core_busy():
    assert checks.count_cores_of_threads(4)["cores_used"] < 1.3


@pytest.fixture(scope="module")
def measured():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.search.parallel.measure.PATIENCE", 1e9)  # this machine may be busy
        return measure_machine(QUICK)


def test_a_measurement_says_where_it_was_made_and_how_busy_it_was(measured, tmp_path):
    assert measured.cores == count_cores()
    assert measured.workers >= 2
    assert "Python 3" in measured.machine
    assert list(measured.times.columns) == [
        "work", "way", "workers", "least", "middle", "faster",
    ]  # fmt: skip
    assert len(measured.times) == 6
    assert (measured.times["least"] > 0).all()
    assert (measured.times["middle"] >= measured.times["least"]).all()
    in_turn = measured.times[measured.times["way"] == "in turn"].set_index("work")["least"]
    for row in measured.times.to_dict("records"):
        assert row["faster"] == pytest.approx(in_turn[row["work"]] / row["least"])
    here = measured.engines.set_index("engine")
    assert list(here.index) == ["in turn", "loky", "threads", "dask", "spark"]
    assert (here.loc[["in turn", "loky", "threads"], "why_not"] == "").all()
    assert here.loc[here["why_not"] == "", ["ready", "per_task"]].notna().all(axis=None)
    assert measured.repeats == 1
    assert here.loc["loky", "ready"] > here.loc["in turn", "ready"]
    save_result(measured, tmp_path / "kept")
    kept = load_result(Measured, tmp_path / "kept")
    assert kept.times.equals(measured.times)


def test_on_a_very_busy_machine_fewer_rounds_and_engines_are_measured(monkeypatch):
    monkeypatch.setattr("core.search.parallel.measure.PATIENCE", 0.0)
    found = measure_machine.run_fresh(MeasureSpec(take=2, repeats=3, loops=1000, trees=1))
    assert found.repeats == 1
    assert set(found.engines["why_not"]) <= {"", "too busy to start it", "not installed here"}
    assert (found.engines["why_not"] == "too busy to start it").sum() >= 2


def test_a_measured_view_shows_what_was_measured(measured, monkeypatch):
    monkeypatch.setattr("core.search.parallel.lab.measure_machine", lambda _: measured)
    result = view(measured=1)
    assert result.is_measured
    assert result.cores == measured.cores
    faster = measured.times.set_index(["way", "work"])["faster"]
    assert result.threads_python == faster["threads", "python"]
    assert result.processes_forest == faster["processes", "forest"]
    assert len(words.tabulate_times(result)) == 6
    table = words.tabulate_engines(result)
    assert len(table) == 5
    assert measured.machine in words.tell_machine(result)
    assert "lock" in words.tell_threads(result)
    assert "first answer" in words.tell_engines(result)
    figure = plot_times(result)
    assert len(figure.layout.title.text) < 44
    assert len(figure.data) == 3
    assert scalars_of(result)["is_measured"] is True


def test_times_of_a_busy_machine_are_to_be_read_with_care(measured, monkeypatch):
    from dataclasses import replace

    for load, is_said in ((0.1, False), (measured.cores + 1.0, True)):
        told = replace(measured, load_before=load)
        monkeypatch.setattr("core.search.parallel.lab.measure_machine", lambda _, told=told: told)
        said = words.tell_threads(view(measured=1))
        assert ("read these times with care" in said) == is_said


def test_the_work_is_the_same_whoever_does_it(measured):
    assert loop_in_python(4) == 0 + 1 + 4 + 9
    assert fit_forest(1) == fit_forest(1) > 100


def test_a_view_waits_for_its_races_first_and_then_for_the_measurement(monkeypatch, tmp_path):
    assert name_slow_part(ParallelSpec()) is None
    with monkeypatch.context() as patch:  # a home where nothing was trained
        patch.setenv("GLASSROOM_HOME", str(tmp_path))
        race_at_once.forget()
        assert name_slow_part(ParallelSpec(n_trials=48)).run is race_at_once
    slow = name_slow_part(ParallelSpec(measured=2))
    assert (slow.run, slow.spec) == (measure_machine, MeasureSpec(take=2))


def test_the_picture_shows_each_trial_once_and_who_could_learn():
    result = view()
    stage = stage_workers(result)
    for size, lanes in zip(SIZES, stage.lanes.steps, strict=True):
        letters = "".join(lanes)
        assert letters.count("l") + letters.count("r") == 24
        assert letters.count("l") == count_learnt(24, size)
        assert max(len(lane.rstrip()) for lane in lanes) == count_waves(24, size)
    assert stage.handle.values == tuple(map(float, SIZES))
    assert json.loads(stage.to_json())


@pytest.mark.parametrize("name", LAB.presets)
def test_figures_and_sentences_can_be_made_of_every_view(name):
    if name == "long":
        pytest.skip("its races take long; the sentences are the same")
    result = view(**LAB.presets[name])
    figure = plot_law(result)
    assert len(figure.layout.title.text) < 44
    assert words.find_answer(result) in {"all", "most", "few"}
    assert len(words.tabulate_sizes(result)) == len(SIZES)
    for formula in (words.wave_formula, words.worth_formula, words.amdahl_formula):
        assert formula(result).value
    for tell in (words.tell_worth, words.tell_learnt, words.tell_waves, words.tell_amdahl):
        assert tell(result).endswith(".")


def test_a_view_that_cannot_be_is_explained():
    with pytest.raises(SpecError, match=r"There are races with 1, 2, 4, 8, 24 workers, got 5\."):
        ParallelSpec(workers=5)
    with pytest.raises(SpecError, match="The serial part is 0 to 50 percent, got 60"):
        ParallelSpec(serial=60)
    with pytest.raises(SpecError, match="The budget is one of 24, 48 trials, got 25"):
        ParallelSpec(n_trials=25)
    with pytest.raises(SpecError, match="There is no surface 'moon'"):
        ParallelSpec(surface="moon")
    with pytest.raises(SpecError, match="Measurements are counted from 0, got -1"):
        ParallelSpec(measured=-1)
    with pytest.raises(SpecError, match="Measurements are counted from 1, got 0"):
        MeasureSpec(take=0)
    with pytest.raises(SpecError, match="Repeat 1 to 9 times, got 0"):
        MeasureSpec(repeats=0)
    with pytest.raises(SpecError, match="There must be work to measure, got 0 loops and 1 trees"):
        MeasureSpec(loops=0, trees=1)
