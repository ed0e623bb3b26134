"""Run every search of every pool anew: ``python -m core.search.luck.make_pools`` (some minutes).

The files under ``datasets/luck`` come from here; a test trains a sample of their settings again, by
scikit-learn's own searches.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold
from sklearn.tree._criterion import Entropy, Gini
from sklearn.tree._splitter import BestSplitter
from sklearn.tree._tree import DepthFirstTreeBuilder, Tree

from core.remember import use_one_thread
from core.search.luck.pools import (
    CARDS,
    FOLDER,
    N_DEALINGS,
    N_SETTINGS,
    K,
    deal_rows,
    draw_settings,
    file_of,
)

Rows = NDArray[np.int64]


def judge_dealing(name: str, dealing: int, n_settings: int = N_SETTINGS) -> pd.DataFrame:
    """Train the first `n_settings` of one search, and of the five searches of its nested run.

    Returns one row for each setting: ``dealing``, ``setting``, ``fold_0`` to ``fold_4`` (scores of the
    plain search), ``inner_0`` to ``inner_4`` (means of the inner search without that fold), ``test``.
    """
    dealt = deal_rows(name, dealing)
    x, x_test = (np.ascontiguousarray(part, dtype=np.float32) for part in (dealt.x, dealt.x_test))
    every = np.arange(len(x))
    outer = split_rows(dealt.y, dealing)
    inner = [split_rows(dealt.y[train], dealing, train) for train, _ in outer]
    rows: list[dict[str, Any]] = []

    def score(params: dict[str, Any], train: Rows, held_x: Any, held_y: Any) -> float:
        votes = grow_tree(params, x[train], dealt.y[train]).predict(held_x)
        return float(np.mean(votes.reshape(len(held_x), -1).argmax(axis=1) == held_y))

    for setting, params in enumerate(draw_settings(dealing)[:n_settings]):
        row: dict[str, Any] = {"dealing": dealing, "setting": setting}
        for k, (train, held) in enumerate(outer):
            row[f"fold_{k}"] = score(params, train, x[held], dealt.y[held])
            within = [score(params, fit, x[by], dealt.y[by]) for fit, by in inner[k]]
            row[f"inner_{k}"] = float(np.average(within))
        rows.append(row | {"test": score(params, every, x_test, dealt.y_test)})
    return pd.DataFrame(rows).astype({"dealing": "int16", "setting": "int16"})


def grow_tree(params: Mapping[str, Any], x: Any, y: Any) -> Any:
    """Grow the tree that ``DecisionTreeClassifier(**params, random_state=0)`` grows on these rows.

    Its `fit` spends nine tenths of its time on looking at the input; with 300,000 trees to grow, this
    asks scikit-learn's own builder. `x` is of float32, and `y` holds every class from 0 to the last.
    """
    n_rows, n_columns = x.shape
    n_classes = np.array([int(y.max()) + 1], dtype=np.intp)
    leaf = int(params["min_samples_leaf"])
    criterion = {"gini": Gini, "entropy": Entropy}[params["criterion"]](1, n_classes)
    n_asked = max(1, int(params["max_features"] * n_columns))
    splitter = BestSplitter(criterion, n_asked, leaf, 0.0, np.random.RandomState(0), None)
    tree = Tree(n_columns, n_classes, 1)
    builder = DepthFirstTreeBuilder(
        splitter, max(2, 2 * leaf), leaf, 0.0, int(params["max_depth"]), 0.0
    )
    builder.build(tree, x, np.ascontiguousarray(y.reshape(n_rows, 1), dtype=np.float64))
    return tree


def split_rows(y: Any, seed: int, places: Rows | None = None) -> list[tuple[Rows, Rows]]:
    """Return the folds of a search on rows with labels `y`, as places in the table of all rows."""
    where = np.arange(len(y)) if places is None else places
    folds = StratifiedKFold(K, shuffle=True, random_state=seed).split(np.zeros(len(y)), y)
    return [(where[train], where[held]) for train, held in folds]


def write_pools(names: list[str], folder: Path = FOLDER) -> None:
    """Make the pools called `names` and write them to `folder`."""
    use_one_thread()
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        parts = [judge_dealing(name, dealing) for dealing in range(N_DEALINGS)]
        pd.concat(parts, ignore_index=True).to_parquet(file_of(name, folder), index=False)


if __name__ == "__main__":
    write_pools(sys.argv[1:] or list(CARDS))
