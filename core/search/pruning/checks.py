"""Runs that prove the practice items about pruning."""

from typing import Any

import numpy as np
import optuna
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401  # opens the next import
from sklearn.model_selection import HalvingGridSearchCV

from core.practice.family import Values
from core.practice.proof import Facts
from core.search.optuna_tools import quiet_optuna


def _study(losses: list[list[float]], pruner: Any, *, is_reporting: bool = True) -> list[int]:
    """Run a study whose trials have these losses, step by step; return the steps of each trial."""
    given: list[int] = []

    def objective(trial: Any) -> float:
        mine: list[float] = losses[trial.number]
        for step, loss in enumerate(mine, start=1):
            if is_reporting:
                trial.report(loss, step)
            if step < len(mine) and trial.should_prune():
                given.append(step)
                raise optuna.TrialPruned
        given.append(len(mine))
        return mine[-1]

    with quiet_optuna():
        study = optuna.create_study(direction="minimize", pruner=pruner)
        study.optimize(objective, n_trials=len(losses))
    return given


def count_steps(trials: int, steps: int, stopped: int, after: int) -> Facts:
    """Stop some of the trials of a study of Optuna's after `after` steps, and count the steps.

    The last `stopped` trials are worse than all before them, and a median pruner that waits so long stops
    them. Facts: ``made``, ``share`` (of all steps, in percent), ``saved`` (in percent), ``stopped_share``
    (of the trials, in percent). Check by eye: 10 of 20 stopped halfway make 75 %.
    """
    losses = [[1.0] * steps] * (trials - stopped) + [[2.0] * steps] * stopped
    pruner = optuna.pruners.MedianPruner(n_startup_trials=1, n_warmup_steps=after)
    made = sum(_study(losses, pruner))
    whole = trials * steps
    return {
        "made": made,
        "share": round(100 * made / whole, 1),
        "saved": round(100 - 100 * made / whole, 1),
        "stopped_share": round(100 * stopped / trials, 1),
    }


def draw_steps(rng: np.random.Generator) -> Values | None:
    """Draw how many trials are stopped after how many steps."""
    trials, steps = int(rng.choice([12, 16, 20])), int(rng.choice([5, 8, 10]))
    stopped, after = int(rng.integers(3, trials // 2)), int(rng.integers(1, steps // 2 + 1))
    whole = trials * steps
    made = whole - stopped * (steps - after)
    values = {
        "trials": trials,
        "steps": steps,
        "stopped": stopped,
        "after": after,
        "rest": trials - stopped,
        "made": made,
        "whole": whole,
        "saved": round(100 - 100 * made / whole, 1),
        "naive": round(100 * stopped / trials, 1),
    }
    return values if values["naive"] - values["saved"] > 1 else None


def count_rungs(candidates: int, factor: int) -> Facts:
    """Run scikit-learn's halving search until no more can be dropped, and count who is left.

    Facts: ``rounds``, ``first`` and ``second`` (settings of these rounds), ``halves`` (half of the
    candidates), ``dropped`` (after the first round). Check by eye: 12 candidates with factor 3 leave 4.
    """
    x, y = make_classification(n_samples=400, n_features=4, random_state=0)
    search = HalvingGridSearchCV(
        _Numbered(),
        {"number": list(range(candidates))},
        factor=factor,
        resource="n_samples",
        min_resources=12,
        cv=2,
        refit=False,
        random_state=0,
    ).fit(x, y)
    left = list(search.n_candidates_)
    return {
        "rounds": len(left),
        "second": left[1],
        "first": left[0],
        "halves": candidates // 2,
        "dropped": left[0] - left[1],
    }


class _Numbered(DummyClassifier):  # type: ignore[misc]  # untyped library
    """A model that learns nothing, with a number to tell settings apart."""

    def __init__(self, number: int = 0) -> None:
        super().__init__()
        self.number = number


def draw_rungs(rng: np.random.Generator) -> Values | None:
    """Draw how many settings a halving begins with, and which share goes on."""
    factor = int(rng.choice([3, 4, 5, 6]))
    candidates = factor * int(rng.integers(3, 13))
    return {
        "factor": factor,
        "candidates": candidates,
        "half": candidates // 2,
        "second": candidates // factor,
        "dropped": candidates - candidates // factor,
    }


def ask_median(losses: list[float], mine: float) -> Facts:
    """Let Optuna's median pruner judge a training at one step, after others that were there before.

    Facts: ``stopped`` (1 or 0), ``median`` and ``mean`` of the others' losses, ``best`` of them.
    Check by eye: a loss below the median goes on.
    """
    curves = [[loss, loss] for loss in losses] + [[mine, mine]]
    given = _study(curves, optuna.pruners.MedianPruner(n_startup_trials=len(losses)))
    return {
        "stopped": float(given[-1] < len(curves[-1])),
        "median": float(np.median(losses)),
        "mean": round(float(np.mean(losses)), 3),
        "best": min(losses),
    }


def draw_median(rng: np.random.Generator) -> Values | None:
    """Draw the losses of five trainings at one step."""
    losses = [round(float(v), 2) for v in rng.choice(np.arange(0.2, 1.2, 0.01), 5, replace=False)]
    median, mean = float(np.median(losses)), float(np.mean(losses))
    values = {
        "losses": losses,
        "said": ", ".join(f"{loss:.2f}" for loss in losses),
        "median": median,
        "mean": round(mean, 3),
        "best": min(losses),
        "above": round(median + 0.01, 2),
    }
    return values if abs(median - mean) > 0.03 and len(set(losses)) == 5 else None


def forget_to_report() -> Facts:
    """Run the same hopeless trials with and without ``report``, and count who is stopped.

    Facts: ``stopped`` (of 10 hopeless ones, with report), ``stopped_silent`` (without).
    """
    losses = [[1.0] * 5] * 10 + [[2.0] * 5] * 10
    spoken, silent = (
        sum(steps < 5 for steps in _study(losses, optuna.pruners.MedianPruner(), is_reporting=said))
        for said in (True, False)
    )
    return {"stopped": spoken, "stopped_silent": silent}
