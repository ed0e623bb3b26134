"""Permutation importance: how much worse a trained model gets when a column is shuffled.

Breiman (2001), Random forests, section 10. scikit-learn's `permutation_importance` asks the whole pipeline
again for each shuffle. Here the rows are prepared once and the parts of a column are shuffled together,
which is the same thing, because each row is prepared by itself; so a group of columns can be shuffled, too.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from core.automl.explain.winner import Numbers, Winner

LEVEL = 0.95


def measure_error(winner: Winner, truth: NDArray[np.generic], said: Numbers) -> float:
    """Return how wrong `said` is; less is better. 1 − AUC for two classes, RMSE for a number.

    Check by eye: 0.5 for two classes and a model that says the same of all rows.
    """
    from sklearn.metrics import roc_auc_score, root_mean_squared_error

    if winner.bench.dataset.task == "regression":
        return float(root_mean_squared_error(truth, said))
    return 1.0 - float(roc_auc_score(truth, said))


def draw_orders(n_rows: int, n_repeats: int, seed: int) -> list[NDArray[np.int64]]:
    """Return the orders in which scikit-learn puts the rows of every column, each made of the one before."""
    first = np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1)
    chance = np.random.RandomState(first)
    order, rows, orders = np.arange(n_rows), np.arange(n_rows), []
    for _ in range(n_repeats):
        chance.shuffle(order)
        rows = rows[order]  # it shuffles the column that it has shuffled before
        orders.append(rows)
    return orders


def shuffle_groups(
    winner: Winner,
    rows: pd.DataFrame,
    truth: NDArray[np.generic],
    groups: Mapping[str, Sequence[str]],
    *,
    n_repeats: int,
    seed: int,
) -> pd.DataFrame:
    """Shuffle each group of columns, all its columns in the same order, and measure how the error rises.

    Returns one row a group and shuffle: ``group``, ``shuffle``, ``rise`` (in the unit of the error).
    Check by eye: a column that the model does not use has a rise of exactly 0.
    """
    prepared = winner.prepare(rows)
    before = measure_error(winner, truth, winner.say(prepared))
    orders = draw_orders(len(rows), n_repeats, seed)
    found = []
    for group, names in groups.items():
        parts = np.concatenate([winner.parts[name] for name in names])
        stacked = np.tile(prepared, (n_repeats, 1))
        shuffled = np.concatenate([prepared[np.ix_(order, parts)] for order in orders])
        stacked[:, parts] = shuffled
        said = winner.say(stacked).reshape(n_repeats, len(rows))
        found += [
            (group, number, measure_error(winner, truth, each) - before)
            for number, each in enumerate(said)
        ]
    table = pd.DataFrame(found, columns=["group", "shuffle", "rise"])
    return table.astype({"group": "str", "shuffle": "int64", "rise": "float64"})


def shuffle_each(winner: Winner, *, n_repeats: int, seed: int) -> pd.DataFrame:
    """Shuffle each column of the rows that judge."""
    bench = winner.bench
    return shuffle_groups(
        winner,
        bench.judged[list(winner.names)],
        bench.truth,
        {name: (name,) for name in winner.names},
        n_repeats=n_repeats,
        seed=seed,
    )


def sum_up(shuffles: pd.DataFrame) -> pd.DataFrame:
    """Return one row a group: ``group``, ``rise`` (mean), ``low``, ``high`` (95 % by Student's t).

    The interval says how sure the mean over shuffles is; that the rows were drawn by chance is not in it.
    """
    grouped = shuffles.groupby("group", sort=False)["rise"]
    table = pd.DataFrame(
        {"rise": grouped.mean(), "spread": grouped.std(ddof=1), "n": grouped.size()}
    ).reset_index()
    half = stats.t.ppf(0.5 + LEVEL / 2, table["n"] - 1) * table["spread"] / np.sqrt(table["n"])
    table["low"], table["high"] = table["rise"] - half, table["rise"] + half
    return table[["group", "rise", "low", "high"]]
