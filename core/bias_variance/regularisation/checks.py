"""Runs that prove the practice items on holding models back, and draws of their numbers."""

import numpy as np
from sklearn.linear_model import Lasso, LinearRegression, Ridge

from core.bias_variance.regularisation.dial import DialSpec, turn_dial
from core.bias_variance.regularisation.held import HeldSpec, hold_back
from core.bias_variance.regularisation.lab import RegularisationSpec, hold_model_back
from core.practice.family import Values
from core.practice.proof import Facts

N_BUILT = 40
HALVINGS = 40
PRECISE = {"tol": 1e-14, "max_iter": 100_000}


def _lone_column(n_rows: int) -> np.ndarray:
    """Return a column of mean 0 and standard deviation 1."""
    return np.where(np.arange(n_rows) % 2 == 0, 1.0, -1.0)[:, None]


def hold_ridge(free: float, n_rows: int, alpha: float) -> Facts:
    """Fit ridge to one scaled column whose least-squares coefficient is `free`.

    Facts: ``held``, ``free``, ``subtracted`` (as a lasso would do it), ``share_lost`` of it.
    Check by eye: as much alpha as rows halves the coefficient.
    """
    x = _lone_column(n_rows)
    y = free * x[:, 0]
    return {
        "held": float(Ridge(alpha=alpha).fit(x, y).coef_[0]),
        "free": float(LinearRegression().fit(x, y).coef_[0]),
        "subtracted": free - alpha / n_rows,
        "zero": 0.0,
    }


def draw_ridge(rng: np.random.Generator) -> Values | None:
    """Draw a coefficient, rows and a penalty whose result has few digits."""
    n_rows = int(rng.choice([20, 30, 40, 50, 60, 80, 100]))
    alpha = int(rng.choice([1, 2, 3, 4]) * n_rows / rng.choice([1, 2, 4]))
    free = int(rng.integers(2, 13))
    held, subtracted = free * n_rows / (n_rows + alpha), free - alpha / n_rows
    if subtracted <= 0 or abs(held - subtracted) < 0.05:
        return None
    return {
        "free": free, "n_rows": n_rows, "alpha": alpha, "held": held, "subtracted": subtracted,
        "both": n_rows + alpha,
    }  # fmt: skip


def hold_lasso(free: float, alpha: float, n_rows: int = N_BUILT) -> Facts:
    """Fit a lasso to one scaled column whose least-squares coefficient is `free`.

    Facts: ``held``, ``free``, ``divided`` (as ridge with as many rows would do it).
    Check by eye: a coefficient smaller than alpha becomes exactly 0.
    """
    x = _lone_column(n_rows)
    y = free * x[:, 0]
    return {
        "held": float(Lasso(alpha=alpha, **PRECISE).fit(x, y).coef_[0]),
        "free": float(LinearRegression().fit(x, y).coef_[0]),
        "divided": free / (1 + alpha),
    }


def draw_lasso(rng: np.random.Generator) -> Values | None:
    """Draw a coefficient and a penalty; sometimes the penalty is the larger one."""
    free, alpha = int(rng.integers(4, 40)) / 4, int(rng.integers(1, 24)) / 4
    held, divided = max(free - alpha, 0.0), free / (1 + alpha)
    if abs(held - divided) < 0.05 or abs(held - free) < 0.05 or free == alpha:
        return None
    return {
        "free": free, "alpha": alpha, "held": held, "divided": divided, "is_gone": held == 0,
    }  # fmt: skip


def find_last_alpha(correlations: list[float]) -> Facts:
    """Fit lassos to unrelated scaled columns with these correlations, and search the last alpha.

    Facts: ``last_alpha`` (where the last coefficient reaches 0, by halving), ``largest_positive``,
    ``sum_of_all``.
    """
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(N_BUILT, len(correlations) + 1))
    columns = np.linalg.qr(raw - raw.mean(axis=0))[0] * N_BUILT**0.5
    rest = (1 - sum(value**2 for value in correlations)) ** 0.5
    x, y = columns[:, :-1], columns @ np.array([*correlations, rest])
    low, high = 1e-3, 2.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_empty = bool((Lasso(alpha=middle, **PRECISE).fit(x, y).coef_ == 0).all())
        low, high = (low, middle) if is_empty else (middle, high)
    return {
        "last_alpha": round(high, 6),
        "largest_positive": max(correlations),
        "sum_of_all": sum(abs(value) for value in correlations),
    }


def draw_correlations(rng: np.random.Generator) -> Values | None:
    """Draw three correlations; the strongest is negative."""
    strong, middle, weak = (int(r) / 100 for r in rng.integers((45, 20, 5), (75, 40, 18)))
    others = [middle, weak] if rng.random() < 0.5 else [weak, middle]
    place = int(rng.integers(3))
    values = [*others[:place], -strong, *others[place:]]
    if strong**2 + middle**2 + weak**2 > 0.9:
        return None
    return {
        "values": values, "last": strong, "largest": middle,
        "total": round(strong + middle + weak, 2),
    }  # fmt: skip


def compare_penalties() -> Facts:
    """Hold ten columns back with either penalty at its strongest.

    Facts: ``kept_by_ridge``, ``kept_by_lasso``, ``columns``.
    """
    kept = {
        brake: int(hold_back(HeldSpec(brake=brake)).path["size"].iloc[-1])
        for brake in ("ridge", "lasso")
    }
    return {
        "kept_by_ridge": kept["ridge"],
        "kept_by_lasso": kept["lasso"],
        "columns": hold_model_back(RegularisationSpec()).n_columns,
    }


def choose_by_train_rows() -> Facts:
    """Choose the strength by the train error and by the validation error.

    Facts: ``place_by_train`` (0 is the weakest), ``place_by_validation``, ``last_place``, and the
    validation errors of both, ``error_by_train`` and ``error_by_validation``.
    """
    path = hold_back(HeldSpec()).path
    by_train, by_validation = (
        int(path[f"{part}_error"].argmin()) for part in ("train", "validation")
    )
    errors = path["validation_error"]
    return {
        "place_by_train": by_train,
        "place_by_validation": by_validation,
        "last_place": len(path) - 1,
        "error_by_train": float(errors.iloc[by_train]),
        "error_by_validation": float(errors.iloc[by_validation]),
    }


def change_a_unit(alpha: float) -> Facts:
    """Fit a lasso to a distance in metres and to the same distance in kilometres.

    Facts: the coefficients ``in_metres`` and ``in_kilometres``, and without penalty
    ``free_in_metres`` and ``free_in_kilometres``.
    """
    rng = np.random.default_rng(3)
    metres = rng.uniform(0, 2000, size=(60, 1))
    y = 0.002 * metres[:, 0] + rng.normal(size=60)
    facts: dict[str, float | None] = {}
    for unit, x in (("metres", metres), ("kilometres", metres / 1000)):
        facts[f"in_{unit}"] = float(Lasso(alpha=alpha).fit(x, y).coef_[0])
        facts[f"free_in_{unit}"] = float(LinearRegression().fit(x, y).coef_[0])
    return facts


def stop_boosting_early() -> Facts:
    """Measure boosting on a known truth after all its trees and after the first 12.

    Facts: ``bias2_all``, ``bias2_early``, ``variance_all``, ``variance_early``.
    """
    terms = turn_dial(DialSpec(brake="stopping")).terms.set_index("strength")
    return {
        f"{part}_{when}": float(terms[part][trees])
        for part in ("bias2", "variance")
        for when, trees in (("all", 200.0), ("early", 12.0))
    }


def compare_rows() -> Facts:
    """Choose a lasso's strength for few rows and for all.

    Facts: ``alpha_few``, ``alpha_all``; ``gain_few``, ``gain_all`` (share of the validation error
    that holding back saves).
    """
    facts: dict[str, float | None] = {}
    for name, rows in (("few", "few"), ("all", "all")):
        found = hold_model_back(RegularisationSpec(rows=rows))  # type: ignore[arg-type]
        facts[f"alpha_{name}"] = found.best_strength
        facts[f"gain_{name}"] = 1 - found.best_validation_error / found.weakest_validation_error
    return facts
