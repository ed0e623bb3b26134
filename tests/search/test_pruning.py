"""Pruning: its curves and Optuna's decisions on them, its laws, its sentences, its picture."""

import numpy as np
import optuna
import pytest
from scipy.stats import rankdata

from core.errors import SpecError
from core.search.pruning import words
from core.search.pruning.curves import (
    CARDS,
    FOLDER,
    N_SEARCHES,
    N_STEPS,
    N_TRIALS,
    PRUNERS,
    build_pruner,
    draw_settings,
    load_curves,
)
from core.search.pruning.figures import plot_price, plot_stopped
from core.search.pruning.lab import LAB, PruningSpec, prune_searches
from core.search.pruning.make_curves import ask_pruner, train_curve, write_curves
from core.search.pruning.stage import stage_json, stage_pruning

VIEWS = {name: PruningSpec(**settings) for name, settings in LAB.presets.items()}


def prune(**settings):
    return prune_searches(PruningSpec(**settings))


@pytest.mark.parametrize("name", CARDS)
def test_a_sample_of_curves_is_trained_anew_and_gives_the_committed_losses(name):
    known = load_curves(name)
    for setting in (7,):
        again = train_curve(known.card, draw_settings(known.card)[setting])
        np.testing.assert_allclose(known.losses[setting], again, rtol=1e-9)


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("pruner", PRUNERS)
def test_a_search_is_pruned_anew_by_optuna_and_gives_the_committed_steps(name, pruner):
    known = load_curves(name)
    again = ask_pruner(pruner, known.losses[known.orders[3]])
    assert known.stops[pruner][3].tolist() == again


@pytest.mark.parametrize("name", CARDS)
def test_the_median_pruner_stops_by_its_own_rule(name):
    """A second implementation: worse than the median of what came so far, from the sixth trial on."""
    known = load_curves(name)
    for search in range(N_SEARCHES):
        losses, given = known.losses[known.orders[search]], known.stops["median"][search]
        for trial in range(N_TRIALS):
            done = [t for t in range(trial) if given[t] == N_STEPS]
            assert given[trial] == _stop_by_median(losses, done, trial), (search, trial)


def _stop_by_median(losses, done, trial):
    """Optuna compares with trainings that were completed."""
    if len(done) < 5:
        return N_STEPS
    for step in range(N_STEPS - 1):
        if losses[trial, : step + 1].min() > np.median(losses[done, step]):
            return step + 1
    return N_STEPS


@pytest.mark.parametrize("name", CARDS)
def test_a_pool_is_whole(name):
    known = load_curves(name)
    assert np.isfinite(known.losses).all()
    assert (known.losses > 0).all()
    for given in known.stops.values():
        assert given.shape == (N_SEARCHES, N_TRIALS)
        assert given.min() >= 1
        assert given.max() == N_STEPS
        assert (given[:, 0] == N_STEPS).any()
    for order in known.orders:
        assert len(set(order.tolist())) == N_TRIALS


def test_the_maker_writes_the_files_that_the_lab_reads(monkeypatch, tmp_path):
    monkeypatch.setattr(
        "core.search.pruning.make_curves.train_curve",
        lambda card, params: np.linspace(1, 0.5, N_STEPS).tolist(),
    )
    monkeypatch.setattr("core.search.pruning.make_curves.N_SEARCHES", 1)
    write_curves(["linear"], tmp_path)
    files = {f"{name}-{part}.parquet" for name in CARDS for part in ("curves", "stops")}
    assert {path.name for path in FOLDER.iterdir()} == files
    assert {path.name for path in tmp_path.iterdir()} == {f for f in files if "linear" in f}


@pytest.mark.parametrize("view", VIEWS)
def test_every_number_follows_from_the_trainings(view):
    result = prune_searches(VIEWS[view])
    trials = result.trials
    whole = trials[trials["steps"] == N_STEPS]
    best = trials.groupby("search")["final"].min()
    regret = whole.groupby("search")["final"].min() - best
    assert result.used == pytest.approx(trials["steps"].sum() / (N_SEARCHES * N_TRIALS * N_STEPS))
    assert result.killed == (regret > 0).sum()
    assert result.regret == pytest.approx(regret.mean())
    assert result.regret_high == pytest.approx(regret.quantile(0.9))
    winners = trials.loc[trials.groupby("search")["final"].idxmin()]
    assert result.killed == (winners["steps"] < N_STEPS).sum()
    here = trials[trials["search"] == result.spec.search]
    assert result.run_used == pytest.approx(here["steps"].mean() / N_STEPS)
    assert result.run_winner == here["final"].min()
    missed = []
    for _, search in trials.groupby("search"):
        n_whole = search["steps"].sum() // N_STEPS
        missed.append(search["final"].iloc[: max(n_whole, 1)].min() - search["final"].min())
    assert result.fewer_regret == pytest.approx(np.mean(missed))
    assert result.fewer_missed == pytest.approx(np.mean(np.array(missed) > 0))


def test_the_agreement_is_a_correlation_of_ranks():
    result, known = prune(at=4), load_curves("boosting")
    found = []
    for order in known.orders:
        now, last = (rankdata(known.losses[order, step]) for step in (3, N_STEPS - 1))
        found.append(np.corrcoef(now, last)[0, 1])
    assert result.agreement == pytest.approx(np.mean(found))
    assert prune(at=N_STEPS).agreement == pytest.approx(1)
    assert prune(at=N_STEPS).winner_place == 1


def test_the_order_at_the_start_says_little_about_the_end_of_boosted_trees():
    early, late = prune(at=1), prune(at=10)
    assert early.agreement < 0.3
    assert late.agreement > 0.8
    assert early.winner_behind > N_SEARCHES / 2
    assert prune(curves="linear", at=1).agreement > 0.6
    assert "The order changes on the way" in words.tell_first(early)
    assert "mostly true" in words.tell_first(prune(curves="linear", at=1))


def test_the_default_pruner_loses_most_winners_of_the_boosted_trees_and_none_of_the_linear_model():
    assert prune().killed > N_SEARCHES / 2
    assert words.find_answer(prune()) == "many"
    assert prune(curves="linear").killed == 0
    assert words.find_answer(prune(curves="linear")) == "none"


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("pruner", PRUNERS)
def test_of_the_good_settings_the_slow_ones_are_stopped_most(name, pruner):
    result = prune(curves=name, pruner=pruner)
    assert result.slow_stopped > result.fast_stopped
    assert "takes slow for hopeless" in words.tell_slow(result)


@pytest.mark.parametrize("name", CARDS)
def test_waiting_loses_fewer_winners_and_saves_fewer_steps(name):
    hasty, patient = prune(curves=name), prune(curves=name, pruner="patient")
    assert patient.killed <= hasty.killed
    assert patient.used > hasty.used
    assert f"in {patient.killed} of 30 searches, not waiting in {hasty.killed}" in (
        words.tell_patience(patient)
    )


def test_stopping_early_is_mostly_a_better_use_of_the_steps_than_fewer_trainings():
    for name in CARDS:
        assert prune(curves=name).regret < prune(curves=name).fewer_regret
    halving = prune(pruner="halving")
    assert halving.regret > halving.fewer_regret
    assert "would have been the better use" in words.tell_fewer(halving)


def test_a_stopped_winner_need_not_cost_much():
    result = prune(curves="network")
    assert result.killed > 0
    assert result.regret < 0.01 * result.run_winner


def test_median_with_five_free_trials_is_optunas_default():
    assert isinstance(optuna.create_study().pruner, optuna.pruners.MedianPruner)
    known = load_curves("boosting")
    assert (known.stops["median"][:, :5] == N_STEPS).all()


def test_a_patient_pruner_stops_nobody_in_the_first_third():
    for name in CARDS:
        assert load_curves(name).stops["patient"].min() >= N_STEPS // 3


def test_halving_asks_after_1_3_and_9_steps():
    for name in CARDS:
        assert set(np.unique(load_curves(name).stops["halving"])) <= {1, 3, 9, N_STEPS}


def test_without_report_nothing_is_ever_stopped():
    study = optuna.create_study(pruner=build_pruner("median"))
    study.optimize(_silent, n_trials=12)
    assert len(study.get_trials(states=[optuna.trial.TrialState.COMPLETE])) == 12


def _silent(trial):
    if trial.should_prune():
        raise optuna.TrialPruned
    return float(trial.number)


@pytest.mark.parametrize("view", VIEWS)
def test_the_picture_shows_who_goes_on(view):
    result = prune_searches(VIEWS[view])
    stage = stage_pruning(result)
    stopped, going, winner = stage.scene.moving_dots
    given = result.trials.loc[result.trials["search"] == result.spec.search, "steps"].to_numpy()
    for at in range(N_STEPS):
        n_going = len(going.x[at]) + (winner.x[at][0] == at + 1)
        assert len(stopped.x[at]) + len(going.x[at]) + 1 == N_TRIALS
        assert set(going.x[at]) <= {at + 1.0}
        assert stage.numbers[0].texts[at] in (str(n_going), str(n_going - 1))
        assert int(stage.numbers[0].texts[at]) == ((given > at + 1) | (given == N_STEPS)).sum()
    assert len(stage.scene.moving_lines) == N_TRIALS - 1
    assert stage.scene.still_lines[0].y[-1] == pytest.approx(np.log10(result.run_winner))
    assert stage_json(result) == stage.to_json()


@pytest.mark.parametrize("view", VIEWS)
def test_figures_and_sentences_can_be_made_of_every_view(view):
    result = prune_searches(VIEWS[view])
    for figure in (plot_price(result), plot_stopped(result)):
        assert len(figure.layout.title.text) < 44
        assert figure.layout.xaxis.title.text
    assert words.find_answer(result) in {"none", "few", "some", "many"}
    assert words.used_formula(result).value == words.percent(result.run_used, 1)
    assert words.regret_formula(result).value == f"{result.run_best - result.run_winner:.4f}"
    assert len(words.tabulate_pruners(result)) == len(PRUNERS)
    for name in ("bet", "watched", "early", "first", "slow", "fewer", "small", "patience"):
        assert getattr(words, f"tell_{name}")(result).endswith(".")
    assert words.describe_trainings(result).endswith(".")


def test_a_search_that_cannot_be_is_explained():
    with pytest.raises(SpecError, match="There are no curves 'moon'"):
        PruningSpec(curves="moon")
    with pytest.raises(SpecError, match="There is no pruner 'axe' here"):
        PruningSpec(pruner="axe")
    with pytest.raises(SpecError, match="counted from 1 to 20, got 21"):
        PruningSpec(at=21)
    with pytest.raises(SpecError, match="counted from 0 to 29, got 30"):
        PruningSpec(search=30)


def test_absent_curves_are_explained(monkeypatch, tmp_path):
    monkeypatch.setattr("core.search.pruning.curves.FOLDER", tmp_path)
    load_curves.cache_clear()
    with pytest.raises(SpecError, match=r"Make them: python -m core\.search\.pruning\.make_curves"):
        load_curves("linear")
    load_curves.cache_clear()
