"""Runs behind the practice items on explaining a model; see `core.practice.proof`."""

from itertools import permutations

import numpy as np
import pandas as pd

from core.automl.explain.lab import explain_winner
from core.automl.explain.view import ExplainSpec, Look
from core.automl.explain.winner import Model
from core.practice.proof import Facts
from core.results import scalars_of


def run_view(
    data: str = "churn", model: Model = "forest", look: Look = "columns", column: str = ""
) -> Facts:
    """Run a view of the lesson.

    Facts: every number of `ExplainResult`; what is undefined is None. Check by eye: on churn the forest's own
    list puts noise high.
    """
    found = scalars_of(
        explain_winner(ExplainSpec(data=data, model=model, look=look, column=column))
    )
    numbers = {name: value for name, value in found.items() if not isinstance(value, str)}
    return {name: None if value != value else value for name, value in numbers.items()}  # noqa: PLR0124


def average_shuffles(before: float, after: list[float]) -> Facts:
    """Let scikit-learn's `permutation_importance` measure a column with these scores.

    A model is asked whose score is `before` as it is and then one of `after` for each shuffle. Facts:
    ``importance``, ``mean_after``, ``largest_fall``. Check by eye: 0.8, then 0.7 and 0.6: 0.15.
    """
    from sklearn.dummy import DummyClassifier
    from sklearn.inspection import permutation_importance

    scores = iter([before, *after])
    rows, target = np.arange(4.0).reshape(-1, 1), np.array([0, 1, 0, 1])
    found = permutation_importance(
        DummyClassifier().fit(rows, target),
        rows,
        target,
        scoring=lambda _model, _rows, _target: next(scores),
        n_repeats=len(after),
        random_state=0,
    )
    return {
        "importance": float(found.importances_mean[0]),
        "mean_after": before - float(found.importances_mean[0]),
        "largest_fall": float(found.importances.max()),
    }


def share_gain(first: int, second: int, both: int) -> Facts:
    """Play every order in which two columns become known, and average what the first one adds.

    Facts: ``value``, ``other`` (of the second column), ``alone``, ``last``, ``half``.
    Check by eye: what both add is shared out without a rest.
    """
    game = {
        frozenset(): 0.0,
        frozenset({"first"}): float(first),
        frozenset({"second"}): float(second),
        frozenset({"first", "second"}): float(both),
    }
    added: dict[str, list[float]] = {"first": [], "second": []}
    for order in permutations(added):
        known: frozenset[str] = frozenset()
        for name in order:
            added[name].append(game[known | {name}] - game[known])
            known |= {name}
    return {
        "value": float(np.mean(added["first"])),
        "other": float(np.mean(added["second"])),
        "alone": float(first),
        "last": float(both - second),
        "half": both / 2,
    }


def count_above(lows: list[float], means: list[float], noise: list[float]) -> Facts:
    """Count with pandas the columns whose interval lies above the noise.

    `noise` is the interval of the column of random numbers. Facts: ``n_above``, ``n_above_zero`` (interval
    above 0), ``n_means`` (only the mean lies above the noise).
    """
    table = pd.DataFrame({"low": lows, "mean": means})
    ceiling = max(0.0, *noise)
    return {
        "n_above": int(table["low"].gt(ceiling).sum()),
        "n_above_zero": int(table["low"].gt(0).sum()),
        "n_means": int(table["mean"].gt(ceiling).sum()),
    }
