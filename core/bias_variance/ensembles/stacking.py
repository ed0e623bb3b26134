"""Stacking on one column, at every depth of its tree at once."""

from typing import Any

import numpy as np

from core.bias_variance.ensembles.trees import predict_at_depths
from core.bias_variance.terms import Numbers

K_NEIGHBOURS = 5
N_FOLDS = 5
BASES = ("tree", "neighbours", "line")
"""What is stacked; the tree has the depth of the handle."""


def predict_stacks(
    x: Numbers, targets: Numbers, places: Numbers, depths: tuple[int, ...], seed: int
) -> Numbers:
    """Return what a stack of a tree, five neighbours and a line says: depths × samples × places.

    Each stack is ``StackingRegressor(…, final_estimator=LinearRegression(), cv=KFold(5, shuffle=True,
    random_state=seed))`` with a tree of that depth and ``random_state=seed`` plus the number of the sample.
    The neighbours and the line learn all samples at once, and one tree serves all depths, so the
    samples must have the same rows. Every number equals that of scikit-learn.
    """
    from sklearn.model_selection import KFold

    folds = list(KFold(N_FOLDS, shuffle=True, random_state=seed).split(x))
    everything = np.arange(len(x))
    elsewhere = _predict_bases((x, targets), everything, places, depths, seed)
    held_out = np.empty((len(BASES), len(depths), len(targets), len(x)))
    for train, test in folds:
        held_out[..., test] = _predict_bases((x, targets), train, x[test], depths, seed)
    return np.array(
        [
            [
                _mix(held_out[:, depth, sample], target, elsewhere[:, depth, sample])
                for sample, target in enumerate(targets)
            ]
            for depth in range(len(depths))
        ]
    )


def _predict_bases(
    samples: tuple[Numbers, Numbers],
    train: Any,
    places: Numbers,
    depths: tuple[int, ...],
    seed: int,
) -> Numbers:
    """Return bases × depths × samples × places, learnt from the rows `train` of every sample."""
    from sklearn.linear_model import LinearRegression
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.tree import DecisionTreeRegressor

    x, targets = samples
    trees = [
        DecisionTreeRegressor(random_state=seed + sample).fit(x[train], target[train])
        for sample, target in enumerate(targets)
    ]
    others = [
        model.fit(x[train], targets[:, train].T).predict(places).T
        for model in (KNeighborsRegressor(K_NEIGHBOURS), LinearRegression())
    ]
    same = [np.broadcast_to(said, (len(depths), *said.shape)) for said in others]
    return np.stack([predict_at_depths(trees, places, depths), *same])


def _mix(held_out: Numbers, target: Numbers, elsewhere: Numbers) -> Numbers:
    from sklearn.linear_model import LinearRegression

    mixed: Numbers = LinearRegression().fit(held_out.T, target).predict(elsewhere.T)
    return mixed
