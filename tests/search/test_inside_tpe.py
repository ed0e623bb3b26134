"""The lesson on TPE: what is drawn is what Optuna computed, and every sentence of the page holds."""

import math
from dataclasses import replace

import numpy as np
import optuna
import pytest
from optuna.samplers import RandomSampler, TPESampler
from optuna.samplers._tpe.sampler import _split_trials, default_gamma
from scipy.stats import truncnorm

from core.errors import SpecError
from core.search.inside_tpe.figures import plot_race, plot_turn
from core.search.inside_tpe.lab import (
    LAB,
    MOST_PICKS,
    InsideTPESpec,
    find_widest_gap,
    look_inside,
    name_slow_part,
)
from core.search.inside_tpe.objective import KNOBS, N_PLACES, load_objective
from core.search.inside_tpe.stage import OUTSIDE, stage_json, stage_study
from core.search.inside_tpe.study import (
    N_TRIALS,
    StudySpec,
    find_random_quantile,
    run_study,
)
from core.search.inside_tpe.words import (
    find_answer,
    has_picks_left,
    list_places,
    list_terms,
    ratio_formula,
    say_place,
    split_formula,
    tell_choice,
    tell_end,
    tell_first,
    tell_race,
    tell_split,
    tell_turn,
    tell_widths,
)

optuna.logging.set_verbosity(optuna.logging.WARNING)
STUDIES = [StudySpec(), StudySpec(model="neighbours", seed=1)]
NAMES = ["gamma", "neighbours"]


def at(trial, **settings):
    return look_inside(InsideTPESpec(trial=trial, **settings))


def replay(spec, n_trials, sampler=None):
    """Run the study again with Optuna's untouched sampler, on the errors that were measured."""
    knob, record = KNOBS[spec.model], run_study(spec)
    errors = record.settings["error"].to_numpy()
    study = optuna.create_study(
        sampler=sampler or TPESampler(seed=spec.seed, n_startup_trials=spec.n_startup)
    )
    study.optimize(lambda trial: errors[knob.place(knob.suggest(trial))], n_trials=n_trials)
    return study, knob, record


# --- the truth behind the picture -------------------------------------------------------------------


@pytest.mark.parametrize("spec", STUDIES, ids=NAMES)
def test_listening_changes_nothing_the_plain_sampler_of_optuna_runs_the_same_study(spec):
    study, knob, record = replay(spec, N_TRIALS)
    parameters = [trial.params[knob.parameter] for trial in study.trials]
    assert parameters == pytest.approx(record.trials["parameter"].tolist())
    assert [trial.value for trial in study.trials] == record.trials["error"].tolist()


@pytest.mark.parametrize("spec", STUDIES, ids=NAMES)
def test_the_densities_drawn_are_those_of_optuna_at_every_step(spec):
    study, knob, record = replay(spec, N_TRIALS)
    space = {knob.parameter: knob.distribution}
    for trial in range(spec.n_startup + 1, N_TRIALS + 1):
        sampler = TPESampler(seed=99)
        known = study.trials[: trial - 1]
        parts = _split_trials(study, known, default_gamma(len(known)))
        drawn = record.densities[record.densities["trial"] == trial]
        for name, trials, is_good in zip(("good", "bad"), parts, (True, False), strict=True):
            estimator = sampler._build_parzen_estimator(study, space, trials, handle_below=is_good)
            said = np.exp(estimator.log_pdf({knob.parameter: knob.parameters}))
            assert drawn[name].to_numpy() == pytest.approx(said, rel=1e-9)
            sorted_out = record.groups[
                (record.groups["trial"] == trial) & (record.groups["is_good"] == is_good)
            ]
            assert sorted_out["earlier"].tolist() == [one.number + 1 for one in trials]


@pytest.mark.parametrize("spec", STUDIES, ids=NAMES)
def test_the_proposed_one_has_the_largest_ratio_of_optunas_own_candidates_at_every_step(spec):
    record = run_study(spec)
    densities = record.densities.set_index(["trial", "place"])
    for trial, candidates in record.candidates.groupby("trial"):
        assert len(candidates) == 24
        tried = record.trials.set_index("trial").loc[trial, "place"]
        best = candidates.loc[candidates["log_ratio"].idxmax()]
        assert best["place"] == tried
        assert candidates.loc[candidates["is_proposed"], "place"].tolist() == [tried]
        here = densities.loc[trial].loc[candidates["place"]]
        ratios = np.log(here["good"] / here["bad"]).to_numpy()
        assert candidates["log_ratio"].to_numpy() == pytest.approx(ratios, abs=1e-9)


def test_a_density_is_a_mean_of_cut_off_bells_one_at_each_trial_and_a_wide_one_in_the_middle():
    spec = STUDIES[0]
    study, knob, record = replay(spec, N_TRIALS)
    for trial in (11, 20, 30):
        known = study.trials[: trial - 1]
        _, bad = _split_trials(study, known, default_gamma(len(known)))
        estimator = TPESampler()._build_parzen_estimator(
            study, {knob.parameter: knob.distribution}, bad, handle_below=False
        )
        (bells,) = estimator._mixture_distribution.distributions
        weights = estimator._mixture_distribution.weights
        low, high = knob.low - knob.step / 2, knob.high + knob.step / 2
        places = [*(one.params[knob.parameter] for one in bad), (low + high) / 2]
        assert bells.mu == pytest.approx(places)
        assert bells.sigma[-1] == pytest.approx(high - low)
        edges = np.append(knob.parameters - knob.step / 2, high)
        shares = sum(
            weight
            * np.diff(truncnorm.cdf(edges, (low - mu) / sd, (high - mu) / sd, loc=mu, scale=sd))
            for weight, mu, sd in zip(weights, bells.mu, bells.sigma, strict=True)
        )
        drawn = record.densities.loc[record.densities["trial"] == trial, "bad"].to_numpy()
        assert drawn == pytest.approx(shares, rel=1e-6)


def test_both_densities_add_up_to_one_over_all_values():
    sums = run_study(StudySpec()).densities.groupby("trial")[["good", "bad"]].sum()
    assert sums.to_numpy() == pytest.approx(1.0, abs=1e-9)


def test_the_first_trials_are_those_of_random_search():
    spec = STUDIES[0]
    study, knob, record = replay(spec, spec.n_startup, RandomSampler(seed=spec.seed))
    random_ones = [trial.params[knob.parameter] for trial in study.trials]
    assert record.trials["parameter"].tolist()[: spec.n_startup] == pytest.approx(random_ones)
    assert record.trials["is_random"].sum() == spec.n_startup


def test_the_error_of_a_setting_is_that_of_a_model_trained_by_hand():
    from sklearn.svm import SVR

    record, rows = run_study(StudySpec()), load_objective("diabetes", "svm", 0)
    mean, spread = rows.y_train.mean(), rows.y_train.std()
    for place in (0, 52, 100):
        setting = record.settings["setting"].iloc[place]
        model = SVR(gamma=setting).fit(rows.x_train, (rows.y_train - mean) / spread)
        said = model.predict(rows.x_validation) * spread + mean
        rmse = math.sqrt(((said - rows.y_validation) ** 2).mean())
        assert record.settings["error"].iloc[place] == pytest.approx(rmse)


def test_quantiles_of_random_search_agree_with_many_random_searches():
    errors = run_study(StudySpec()).settings["error"].to_numpy()
    draws = np.random.default_rng(1).choice(errors, size=(20_000, 12)).min(axis=1)
    for share in (0.25, 0.5, 0.75):
        exact = find_random_quantile(errors, 12, share)
        assert (draws <= exact + 1e-9).mean() >= share - 0.02
        assert (draws < exact - 1e-9).mean() <= share + 0.02
    assert find_random_quantile(np.array([3.0, 1.0, 2.0]), 1, 0.5) == 2.0


def test_the_chance_that_random_search_ends_ahead_agrees_with_many_duels():
    result = at(30)
    errors = result.settings["error"].to_numpy()
    draws = np.random.default_rng(2).choice(errors, size=(20_000, N_TRIALS)).min(axis=1)
    reached = result.finals["regret"].to_numpy()[:, None] + result.best_error
    assert (draws < reached - 1e-9).mean() == pytest.approx(result.random_ahead, abs=0.01)
    assert (np.abs(draws - reached) < 1e-9).mean() == pytest.approx(result.level, abs=0.01)


# --- what the page teaches --------------------------------------------------------------------------


@pytest.mark.parametrize("trial", range(11, 31))
def test_the_best_tenth_of_the_finished_trials_is_good_rounded_up(trial):
    result = at(trial)
    assert result.n_good == math.ceil((trial - 1) / 10)
    assert result.n_good + result.n_bad == trial - 1
    good = result.groups.query("trial == @trial and is_good")["earlier"]
    errors = result.trials.set_index("trial")["error"]
    bad = result.groups.query("trial == @trial and not is_good")["earlier"]
    assert errors.loc[good].max() <= errors.loc[bad].min()


def test_before_ten_trials_are_done_tpe_draws_at_random():
    result = at(4)
    assert (result.n_good, result.n_bad) == (0, 0)
    assert math.isnan(result.ratio)
    assert "Trial 4 is random" in tell_split(result)
    assert ratio_formula(result) is None


def test_tpe_does_not_always_win_random_search_ends_ahead_in_some_duels():
    result = at(30)
    assert 0.05 < result.random_ahead < 0.2
    assert f"{100 * result.random_ahead:.1f}\u202f%" in tell_race(result)
    text = plot_race(result).layout.title.text
    assert f"{100 * result.random_ahead:.0f}" in text


def test_how_good_a_good_trial_was_does_not_move_the_densities():
    from core.search.inside_tpe.checks import stretch_errors

    facts = stretch_errors(3.0)
    assert facts["same_densities"] == facts["same_trials"] == 1
    assert facts["largest_change"] > 0.1


def test_tpe_likes_places_near_good_trials_and_places_far_from_bad_ones():
    after_start, later = at(11), at(22)
    assert find_answer(after_start) == "gap"
    assert after_start.error > after_start.best + 10
    assert later.error < later.best_error + 0.1


def test_the_good_density_is_wider_than_the_bad_one_because_few_trials_make_it():
    result = at(11)
    peaks = result.densities.query("trial == 11")[["good", "bad"]].max()
    assert peaks["good"] < 1.2 / N_PLACES
    assert peaks["bad"] > 1.5 / N_PLACES
    assert "1 trial and one very wide bell" in tell_widths(result)


def test_optuna_5_takes_one_joint_density_and_counts_running_trials_as_bad():
    result = at(11)
    assert result.is_joint
    assert result.counts_running_as_bad
    plain = TPESampler()
    assert plain._is_multivariate(optuna.create_study(sampler=plain))
    assert plain._constant_liar


def test_hyperopts_adaptive_search_is_tpe_too():
    hyperopt = pytest.importorskip("hyperopt")
    assert callable(hyperopt.tpe.suggest)
    assert callable(hyperopt.tpe.adaptive_parzen_normal)


def test_the_parameter_is_what_is_varied_and_the_objective_value_is_the_error():
    study, knob, _ = replay(STUDIES[0], 12)
    result = at(12)
    trial = study.trials[-1]
    assert knob.setting(trial.params[knob.parameter]) == pytest.approx(result.setting)
    assert trial.value == result.error
    for word in ("study", "trial", "parameter", "objective value"):
        assert f"**{word}**" in list_terms(result)


# --- your turn --------------------------------------------------------------------------------------


def test_a_turn_is_scored_like_tpe_after_as_many_trials():
    picks = (50, 45, 60)
    result = at(11, picks=picks)
    errors = result.settings["error"].to_numpy()
    start = errors[result.trials["place"].to_numpy()[:10]].min()
    assert result.your_regret == pytest.approx(min(start, *errors[list(picks)]) - errors.min())
    assert result.tpe_regret == pytest.approx(result.trials["best"].iloc[12] - errors.min())
    assert result.random_regret <= start - errors.min()
    assert result.picks["trial"].tolist() == [11, 12, 13]


def test_whoever_picks_the_best_value_is_ahead_and_nobody_is_below_zero():
    best = run_study(StudySpec()).best_place
    result = at(11, picks=(best,))
    assert result.your_regret == 0
    assert "You are ahead of TPE" in tell_turn(result)
    assert min(result.tpe_regret, result.random_regret) >= 0


def test_before_the_first_pick_all_three_stand_where_the_random_trials_ended():
    result = at(11)
    assert result.your_regret == result.tpe_regret == result.random_regret
    assert "Choose the next one" in tell_turn(result)


def test_the_errors_of_all_values_show_when_the_turn_is_over():
    unfinished, over = at(11, picks=(1,)), at(11, picks=(1,) * MOST_PICKS)
    names = [[trace.name for trace in plot_turn(result).data] for result in (unfinished, over)]
    assert names == [["random", "you"], ["every value", "random", "TPE", "you"]]
    assert has_picks_left(unfinished)
    assert not has_picks_left(over)
    assert len(list_places(over)) == N_PLACES


# --- the picture and the words ----------------------------------------------------------------------


def test_the_picture_shows_at_each_trial_only_what_was_known_then():
    result = at(11)
    scene = stage_study(result).scene
    dots = {cloud.label: cloud for cloud in scene.moving_dots}
    for step in range(N_TRIALS):
        shown = [len(dots[name].x[step]) for name in ("bad trial", "good trial")]
        assert sum(shown) == step
        assert len(dots["this trial: proposed, then trained"].x[step]) == 1
        is_random = step < 10
        assert all((line.y[step][0] == OUTSIDE) == is_random for line in scene.moving_lines)
        assert len(dots["candidate"].x[step]) == (0 if is_random else 23)


def test_the_hidden_errors_are_drawn_only_when_asked_for():
    labels = [
        {line.label for line in stage_study(at(11, truth=shown)).scene.still_lines}
        for shown in (False, True)
    ]
    assert not any("every value" in label for label in labels[0])
    assert any("every value" in label for label in labels[1])


def test_the_picture_is_the_same_wherever_the_handle_stands():
    assert stage_json(at(11)) == stage_json(at(30, picks=(3,)))
    stage = stage_study(at(11))
    assert stage.handle.values == tuple(range(1, 31))
    assert stage.numbers[0].texts[10] == "1 of 10"
    assert stage.numbers[0].texts[3] == "undefined"


def test_the_sentences_hold_the_numbers_of_the_view():
    result = at(13)
    assert "2 of 12" in tell_split(result)
    assert f"{result.ratio:.3g}" in tell_choice(result)
    assert "best of all 101 values" in tell_end(result)
    assert tell_first(result).endswith("into the widest stretch that no trial had touched.")
    formula = ratio_formula(result)
    shown = float(formula.top_number) / float(formula.bottom_number)
    assert shown == pytest.approx(float(formula.value), rel=2e-3)
    assert split_formula(result).value == "2"


def test_a_setting_is_said_with_its_name():
    assert say_place(at(11), 40) == "gamma 0.01"
    counted = at(11, model="neighbours", seed=1)
    assert [say_place(counted, place) for place in (0, 19)] == ["1 neighbour", "20 neighbours"]


def test_the_widest_gap_lies_between_neighbouring_trials_or_at_a_border():
    assert find_widest_gap((10, 90)) == (10, 90)
    assert find_widest_gap((60, 70, 80)) == (-1, 60)


# --- what cannot be had -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"trial": 31}, "The study has trials 1 to 30, got 31. Try 11"),
        ({"picks": (1,) * 7}, "You may choose 6 trials, got 7. Start anew"),
        ({"picks": (101,)}, "one of the places 0 to 100, got 101"),
        ({"n_startup": 1}, "TPE needs 2 to 20 random trials to begin with, got 1"),
        ({"data": "churn"}, "is a binary table. Choose a table whose target is a number"),
        ({"seed": -1}, "A seed lies between 0 and"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(settings, message):
    with pytest.raises(SpecError, match=message):
        InsideTPESpec(**settings)


def test_only_the_study_that_the_lesson_opens_with_is_run_outside_a_job():
    assert name_slow_part(InsideTPESpec(trial=30, picks=(4,))) is None
    slow = name_slow_part(replace(InsideTPESpec(), seed=1))
    assert "101 values of gamma are being trained" in slow.what
    assert set(LAB.presets) >= {"default", "your-turn", "boosting"}
