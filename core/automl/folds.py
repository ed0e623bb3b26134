"""Many pipelines of one table on the same split: what two of them prepare alike is prepared once.

A flipped decision changes one step of the preparation, and the others stay as they were. Each step of
a column transformer looks at its own columns only, so a step that was fitted on the same rows gives the same
columns, whoever asks.
"""

from collections.abc import Mapping
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl.pipelines import Plan, build_pipeline
from core.automl.settings import Family

Places = NDArray[np.int64]
SPARSE_BELOW = 0.3
"""The same share of filled cells at which scikit-learn's column transformer turns to sparse columns."""


class Split:
    """One split of the rows, and the steps that were fitted on it."""

    def __init__(self, target: NDArray[Any], train: Places, judge: Places) -> None:
        self.target, self.train, self.judge = target, train, judge
        self._steps: dict[str, tuple[Any, Any, Any]] = {}

    def fit(
        self, plan: Plan, family: Family, params: Mapping[str, Any], read: pd.DataFrame
    ) -> tuple[Any, Any, Any]:
        """Return the trained model, and the rows that train and that judge, prepared for a prediction.

        `read` is what the pipeline's first step, which learns nothing, makes of all rows.
        """
        pipeline = build_pipeline(plan, family, params)
        prepared = [
            self._prepare(step, columns, read)
            for _, step, columns in pipeline.named_steps["prepare"].transformers
        ]
        learnt, train, judge = (
            _stack([parts[side] for parts in prepared], [parts[0] for parts in prepared])
            for side in (0, 1, 2)
        )
        model = pipeline.named_steps["model"].fit(learnt, self.target[self.train])
        return model, train, judge

    def _prepare(self, step: Any, columns: Any, read: pd.DataFrame) -> tuple[Any, Any, Any]:
        key = str(joblib.hash((step, columns)))
        if key not in self._steps:
            chosen = read[columns]
            learnt = step.fit_transform(chosen.iloc[self.train], self.target[self.train])
            # A cross-fitted step tells the rows that it learns from otherwise than the same rows later.
            asked = (step.transform(chosen.iloc[places]) for places in (self.train, self.judge))
            self._steps[key] = learnt, *asked
        return self._steps[key]


def _stack(parts: list[Any], fitted: list[Any]) -> Any:
    """Put the columns of all steps side by side, sparse where scikit-learn would."""
    from scipy import sparse

    is_sparse = [sparse.issparse(part) for part in fitted]
    if any(is_sparse):
        n_cells = sum(part.shape[0] * part.shape[1] for part in fitted)
        n_filled = sum(part.nnz if sparse.issparse(part) else part.size for part in fitted)
        if n_filled < SPARSE_BELOW * n_cells:
            return sparse.hstack(parts).tocsr()
    return np.hstack([part.toarray() if sparse.issparse(part) else part for part in parts])
