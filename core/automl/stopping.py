"""When tuning is worth no more trials: the last ones together gained less than the noise of the rows.

What the last trials gained is what the next ones can be expected to gain at most, because each better model
is harder to beat. It is set against chance: how far the same gain would swing if other rows validated.
Nothing here looks at a clock, so a search stops at the same trial on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.automl.scores import gain_of
from core.automl.table import ReadyTable
from core.automl.trial import Trial, score_metric

PATIENCE = 10
"""Tuned trials that are looked back at; before there are so many nothing is stopped."""
N_RESAMPLES = 100
REACH = 1.959964
"""Standard errors in half of a 95 % interval."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Why tuning ended before its trials were used up."""

    n_tuned: int
    """Trials of TPE until then."""
    gained: float
    """What the last `PATIENCE` of them gained on the rows that validate; 0 if none was a new best."""
    noise: float
    """Half the 95 % interval of that gain, by drawing the rows that validate anew; 0 if there was none."""


def find_stop(ready: ReadyTable, trials: Sequence[Trial], seed: int) -> Stop | None:
    """Answer "is it worth tuning on?"; None says yes.

    Check by eye: ten tuned trials of which none beats what was there before are a reason to stop.
    """
    tuned = [place for place, trial in enumerate(trials) if trial.is_tuned]
    if len(tuned) < PATIENCE:
        return None
    before, after = _find_best(trials[: tuned[-PATIENCE]]), _find_best(trials)
    if before is None or after is None:
        return None
    if after is before:
        return Stop(n_tuned=len(tuned), gained=0.0, noise=0.0)
    gained = gain_of(ready.metric, after.score) - gain_of(ready.metric, before.score)
    noise = measure_noise(ready, before, after, seed)
    # A noise that cannot be told is nan, and stops nothing.
    return Stop(n_tuned=len(tuned), gained=gained, noise=noise) if gained < noise else None


def measure_noise(ready: ReadyTable, one: Trial, other: Trial, seed: int) -> float:
    """Return half the 95 % interval of the difference of two trials by a paired bootstrap of their rows."""
    places = ready.places("validate")
    if one.predicted is None or other.predicted is None:
        return float("nan")
    rng = np.random.default_rng(seed)
    differences = []
    for _ in range(N_RESAMPLES):
        drawn = rng.integers(len(places), size=len(places))
        ours, theirs = (
            score_metric(ready, places[drawn], trial.predicted[drawn])
            for trial in (one, other)
            if trial.predicted is not None
        )
        differences.append(ours - theirs)
    found = np.array(differences)
    found = found[np.isfinite(found)]  # a draw without a class has no AUC
    return float(REACH * found.std(ddof=1)) if len(found) > 1 else float("nan")


def _find_best(trials: Sequence[Trial]) -> Trial | None:
    sound = [one for one in trials if np.isfinite(one.score) and not one.is_sample]
    return max(sound, key=lambda one: gain_of(one.metric, one.score), default=None)
