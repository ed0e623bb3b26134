"""Runs that prove the practice items on TPE, and draws of their numbers."""

from collections.abc import Callable
from math import ceil, floor
from typing import Any

import numpy as np
import optuna
from optuna.samplers import TPESampler
from scipy.stats import binom

from core.practice.family import Values
from core.practice.proof import Facts
from core.search.inside_tpe.lab import InsideTPESpec, look_inside
from core.search.inside_tpe.objective import N_PLACES
from core.search.inside_tpe.recording import ListeningSampler

VALUES = np.linspace(0.0, 1.0, N_PLACES)


def _search(
    n_trials: int, n_startup: int, objective: Callable[[float], float]
) -> tuple[ListeningSampler, optuna.Study]:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = ListeningSampler(parameter="x", values=VALUES, seed=0, n_startup_trials=n_startup)
    study = optuna.create_study(sampler=sampler)
    study.optimize(
        lambda trial: objective(trial.suggest_float("x", 0.0, 1.0, step=0.01)), n_trials=n_trials
    )
    return sampler, study


def split_finished(n_finished: int) -> Facts:
    """Let Optuna choose one more trial after `n_finished`, and count its good and bad ones.

    Facts: ``good``, ``bad``, ``half``, ``rounded_down`` (a tenth). Check by eye: 10 have 1 good one.
    """
    sampler, _ = _search(n_finished + 1, n_finished, lambda x: (x - 0.3) ** 2)
    moment = sampler.moments[0]
    return {
        "good": len(moment.good),
        "bad": len(moment.bad),
        "half": n_finished // 2,
        "rounded_down": floor(n_finished / 10),
    }


def draw_finished(rng: np.random.Generator) -> Values | None:
    """Draw a number of finished trials that is no multiple of ten."""
    n_finished = int(rng.integers(11, 99))
    if n_finished % 10 == 0:
        return None
    return {
        "n": n_finished,
        "good": ceil(n_finished / 10),
        "bad": n_finished - ceil(n_finished / 10),
        "half": n_finished // 2,
        "down": floor(n_finished / 10),
    }


def count_chosen(n_trials: int, n_startup: int) -> Facts:
    """Run a study and count the trials that were chosen by densities.

    Facts: ``chosen``, ``all``, ``random``. Check by eye: of 30 with 10 random ones, 20.
    """
    sampler, study = _search(n_trials, n_startup, lambda x: (x - 0.3) ** 2)
    return {
        "chosen": len(sampler.moments),
        "all": len(study.trials),
        "random": len(study.trials) - len(sampler.moments),
    }


def draw_chosen(rng: np.random.Generator) -> Values | None:
    """Draw the trials of a study and how many random ones come first; the two parts differ."""
    n_startup, n_trials = int(rng.integers(5, 21)), int(rng.integers(25, 60))
    chosen = n_trials - n_startup
    if abs(chosen - n_startup) < 2:
        return None
    return {"n_trials": n_trials, "n_startup": n_startup, "chosen": chosen}


def propose(values: list[float], good: list[float], bad: list[float]) -> Facts:
    """Let Optuna's own comparison choose among candidates with these densities.

    Facts: ``proposed`` (a value), ``densest`` (largest good), ``rarest`` (smallest bad), ``last`` (the
    smallest ratio).
    """
    ratios = np.log(good) - np.log(bad)
    chosen = TPESampler._compare({"x": np.array(values)}, ratios)  # noqa: SLF001
    return {
        "proposed": float(chosen["x"]),
        "densest": values[int(np.argmax(good))],
        "rarest": values[int(np.argmin(bad))],
        "last": values[int(ratios.argmin())],
    }


def draw_candidates(rng: np.random.Generator) -> Values | None:
    """Draw four candidates: one has the largest ratio, another the largest good, a third the least bad."""
    values = sorted(int(v) for v in rng.choice(np.arange(5, 95, 5), size=4, replace=False))
    roles = {
        "proposed": (int(rng.integers(6, 9)), 2),
        "densest": (9, int(rng.integers(5, 8))),
        "rarest": (int(rng.integers(1, 3)), 1),
        "last": (int(rng.integers(1, 4)), int(rng.integers(8, 10))),
    }
    order = dict(zip(rng.permutation(list(roles)).tolist(), values, strict=True))
    places = {value: roles[name] for name, value in order.items()}
    ratios = {f"{name}_ratio": good / bad for name, (good, bad) in roles.items()}
    best_good, best_bad = roles["proposed"]
    return {
        "values": values,
        "good": [places[value][0] for value in values],
        "bad": [places[value][1] for value in values],
        **order,
        **ratios,
        "best_good": best_good,
        "best_bad": best_bad,
    }


def stretch_errors(factor: float) -> Facts:
    """Run a study, and run it again with every error raised to a power, so that only the order stays.

    Facts: ``same_trials``, ``same_densities`` (1 for yes), ``largest_change`` of an error.
    """
    plain, study = _search(20, 10, lambda x: abs(x - 0.3))
    bent, other = _search(20, 10, lambda x: abs(x - 0.3) ** factor)
    first, second = ([t.params["x"] for t in s.trials] for s in (study, other))
    is_same = all(
        np.allclose(a.log_good, b.log_good) and np.allclose(a.log_bad, b.log_bad)
        for a, b in zip(plain.moments, bent.moments, strict=True)
    )
    return {
        "same_trials": float(first == second),
        "same_densities": float(is_same),
        "largest_change": max(
            abs(a.values[0] - b.values[0]) for a, b in zip(study.trials, other.trials, strict=True)
        ),
    }


def name_parts() -> Facts:
    """Run one trial and look where Optuna keeps the setting and the error.

    Facts: ``parameter``, ``objective_value``, ``n_trials``, ``setting``, ``error``.
    """
    _, study = _search(1, 10, lambda x: (x - 0.3) ** 2 + 52)
    (trial,) = study.trials
    return {
        "setting": trial.params["x"],
        "error": (trial.params["x"] - 0.3) ** 2 + 52,
        "parameter": trial.params["x"],
        "objective_value": trial.values[0],
        "n_trials": len(study.trials),
    }


def race_random() -> Facts:
    """Say how often random search ends ahead of TPE, on the study that the lesson opens with.

    Facts: ``random_ahead``, ``level``, ``tpe_ahead`` (chances).
    """
    found = look_inside(InsideTPESpec())
    return {
        "random_ahead": found.random_ahead,
        "level": found.level,
        "tpe_ahead": 1 - found.random_ahead - found.level,
    }


def find_by_chance(n_values: int, n_fine: int, n_draws: int) -> Facts:
    """Say how likely random draws hit one of a few fine values at least once.

    Facts: ``chance``, ``added`` (draws × share), ``one_draw`` (the share), ``never``.
    Check by eye: 1 draw hits with the share itself.
    """
    share = n_fine / n_values
    return {
        "chance": float(binom.sf(0, n_draws, share)),
        "added": n_draws * share,
        "one_draw": share,
        "never": float(binom.pmf(0, n_draws, share)),
    }


def draw_chance(rng: np.random.Generator) -> Values | None:
    """Draw a share of fine values and a number of draws whose answers differ clearly."""
    n_values = int(rng.choice([50, 100, 200]))
    n_fine = int(rng.integers(2, 9)) * n_values // 50
    n_draws = int(rng.integers(4, 26))
    share = n_fine / n_values
    chance = 1 - (1 - share) ** n_draws
    wrong = (n_draws * share, share, 1 - chance)
    if n_draws * share > 0.95 or min(abs(chance - other) for other in wrong) < 0.05:
        return None
    if min(abs(a - b) for i, a in enumerate(wrong) for b in wrong[:i]) < 0.05:
        return None
    return {
        "n_values": n_values, "n_fine": n_fine, "n_draws": n_draws, "chance": chance,
        "added": wrong[0], "share": share, "never": wrong[2], "miss": 1 - share,
    }  # fmt: skip


def look_at_default_sampler() -> Facts:
    """Ask Optuna's default sampler how it treats two parameters, and running trials.

    Facts: ``is_tpe``, ``is_joint``, ``counts_running_as_bad`` (1 for yes).
    """
    study = optuna.create_study()
    sampler: Any = study.sampler
    is_tpe = isinstance(sampler, TPESampler)
    return {
        "is_tpe": float(is_tpe),
        "is_joint": float(is_tpe and sampler._is_multivariate(study)),  # noqa: SLF001
        "counts_running_as_bad": float(is_tpe and sampler._constant_liar),  # noqa: SLF001
    }
