"""The stop line: tuning ends where its gain is under the noise, at the same trial on every machine."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.automl import Settings, run_automl
from core.automl.stopping import PATIENCE, find_stop, measure_noise
from core.automl.table import prepare_table
from core.automl.trial import Trial, score_places
from core.automl.words import tell_cost, tell_outcome

APART = ["cpu_seconds"]
ORDER = Settings(
    target="y", include_frameworks=("linear", "tree"), max_trials=17, max_splits=2, stop_early=True
)


def made(n_rows=300, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_rows, 3))
    y = x[:, 0] - x[:, 1] + rng.normal(scale=0.5, size=n_rows)
    return pd.DataFrame(x, columns=list("abc")).assign(y=y)


@pytest.fixture(scope="module")
def stopped():
    return run_automl(made(), ORDER)


@pytest.fixture(scope="module")
def ready():
    return prepare_table(made(1500), replace(ORDER, primary_metric="mae"))


def trial(ready, number, wrong, params=None):
    """A trial whose every prediction is `wrong` by so much, on top of a common error."""
    places = ready.places("validate")
    rng = np.random.default_rng(7)
    error = rng.normal(size=len(places))
    said = ready.target.to_numpy()[places] + np.sign(error) * (np.abs(error) + wrong)
    scores = score_places(ready, places, said)
    return Trial(
        number, "linear", params or {}, scores, {}, ready.metric, 0.0, 0.0, "", said, len(places)
    )


def test_a_search_that_gains_nothing_any_more_ends_and_says_so(stopped):
    assert stopped.stop is not None
    assert stopped.stop.n_tuned == sum(one.is_tuned for one in stopped.trials) >= PATIENCE
    assert len(stopped.trials) < ORDER.max_trials
    assert stopped.stop.gained <= stopped.stop.noise or stopped.stop.gained == 0
    assert f"Tuning ended after {stopped.stop.n_tuned} trials" in tell_cost(stopped)
    assert tell_cost(stopped) in tell_outcome(stopped)
    assert stopped.capped == ""


def test_until_it_stops_a_search_makes_the_trials_that_it_would_have_made(stopped):
    whole = run_automl(made(), replace(ORDER, stop_early=False))
    assert whole.stop is None
    assert len(whole.trials) == ORDER.max_trials
    assert "Tuning ended" not in tell_outcome(whole)
    for ours, theirs in zip(stopped.trials, whole.trials, strict=False):
        assert (ours.family, ours.params, ours.scores) == (
            theirs.family, theirs.params, theirs.scores,
        )  # fmt: skip


@pytest.mark.full
def test_two_workers_stop_at_the_same_trial(stopped):
    two = run_automl(made(), replace(ORDER, n_workers=2))
    assert two.stop == stopped.stop
    assert two.leaderboard().drop(columns=APART).equals(stopped.leaderboard().drop(columns=APART))
    assert two.finals.table.equals(stopped.finals.table)


def test_before_ten_tuned_trials_nothing_is_stopped_and_after_ten_in_vain_it_is(ready):
    ladder = [trial(ready, 0, 0.5)]
    tuned = [trial(ready, n, 0.6, {"alpha": n}) for n in range(1, PATIENCE + 1)]
    assert find_stop(ready, ladder + tuned[:-1], seed=0) is None
    stop = find_stop(ready, ladder + tuned, seed=0)
    assert (stop.n_tuned, stop.gained, stop.noise) == (PATIENCE, 0.0, 0.0)


def test_a_gain_above_the_noise_goes_on_and_one_below_it_stops(ready):
    ladder = [trial(ready, 0, 0.5)]
    worse = [trial(ready, n, 0.6, {"alpha": n}) for n in range(1, PATIENCE)]
    clear = trial(ready, PATIENCE, 0.3, {"alpha": 99})
    assert find_stop(ready, [*ladder, *worse, clear], seed=0) is None
    # Right by a hair in the mean, and far off now this way, now that way.
    places = ready.places("validate")
    off = np.random.default_rng(1).normal(scale=0.5, size=len(places))
    better = ladder[0].predicted - 1e-4
    said = np.where(np.arange(len(places)) % 2, better + off, better - off)
    luck = replace_said(ready, clear, said)
    gain = ladder[0].score - luck.score
    stop = find_stop(ready, [*ladder, *worse, luck], seed=0)
    assert stop is not None
    assert stop.gained == pytest.approx(max(gain, 0.0))
    assert stop.gained <= stop.noise


def replace_said(ready, one, said):
    return replace(one, predicted=said, scores=score_places(ready, ready.places("validate"), said))


def test_the_noise_of_a_mean_is_that_of_the_textbook(ready):
    """MAE is a mean over rows, so its difference has the standard error of a mean: sd / sqrt(n)."""
    one, places = trial(ready, 0, 0.5), ready.places("validate")
    off = np.random.default_rng(2).normal(scale=0.8, size=len(places))
    other = replace_said(ready, one, one.predicted + off)
    truth = ready.target.to_numpy()[places]
    rows = np.abs(one.predicted - truth) - np.abs(other.predicted - truth)
    by_hand = 1.959964 * rows.std(ddof=1) / np.sqrt(len(rows))
    assert measure_noise(ready, one, other, seed=0) == pytest.approx(by_hand, rel=0.25)


def test_a_noise_that_cannot_be_told_stops_nothing(ready):
    one = trial(ready, 0, 0.5)
    assert np.isnan(measure_noise(ready, one, replace(one, predicted=None), seed=0))
