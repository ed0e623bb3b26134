"""One forest, asked at every depth: a tree that was cut is a tree that was never allowed to grow on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.bias_variance.terms import Numbers

NO_LIMIT = 0
"""The depth of a tree that grows until every leaf is pure."""


@contextmanager
def trusting_inputs() -> Iterator[None]:
    """Let scikit-learn trust parameters and numbers that we made: it checks them thousands of times here."""
    from sklearn import config_context

    with config_context(assume_finite=True, skip_parameter_validation=True):
        yield


def predict_at_depths(trees: list[Any], x: Numbers, depths: tuple[int, ...]) -> Numbers:
    """Return what each fitted tree would say if it had been grown to each depth only.

    A regression tree chooses a split without knowing how deep it may grow, so its upper part is the tree
    that ``max_depth`` gives. This holds with one column, where no two splits are equally good by name.

    Parameters
    ----------
    trees
        Fitted ``DecisionTreeRegressor``s without a limit, on one column.
    x
        Places, one column.
    depths
        Increasing; `NO_LIMIT` stands last.

    Returns
    -------
    Numbers
        Depths × trees × places. Check by eye: at depth 1 each tree says one of two values.
    """
    grown = [tree.tree_ for tree in trees]
    starts = np.cumsum([0] + [tree.node_count for tree in grown])[:-1]
    left, right = (
        np.concatenate(
            [_step(tree, name) + start for tree, start in zip(grown, starts, strict=True)]
        )
        for name in ("children_left", "children_right")
    )
    threshold = np.concatenate([tree.threshold for tree in grown])
    value = np.concatenate([tree.value[:, 0, 0] for tree in grown])
    at = np.repeat(starts[:, None], len(x), axis=1)
    places = x[:, 0].astype(np.float32).astype(np.float64)  # as scikit-learn sees them
    found = []
    deepest = max(tree.max_depth for tree in grown)
    limits = [deepest if depth == NO_LIMIT else depth for depth in depths]
    for step in range(1, max(limits) + 1):
        at = np.where(places <= threshold[at], left[at], right[at])
        found += [value[at]] * limits.count(step)
    return np.array(found)


def _step(tree: Any, name: str) -> NDArray[np.int64]:
    """Return where one step leads from each node; a leaf leads to itself."""
    child = getattr(tree, name)
    return np.where(child < 0, np.arange(tree.node_count), child).astype(np.int64)
