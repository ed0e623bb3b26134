"""What is trained for one view: a learning curve on the known rows, and models with added ones."""

from dataclasses import dataclass

import pandas as pd

from core.bias_variance.doubling import AddedRowsSpec, measure_added_rows
from core.bias_variance.learning import CurveSpec, LearningCurveSpec, measure_learning_curve
from core.remember import remembered

FACTORS = (1.0, 1.25, 1.5, 1.75, 2.0)
"""Rows in the end over rows known."""
N_DRAWS = 6


@dataclass(frozen=True, kw_only=True)
class TrialSpec(CurveSpec):
    """A learning curve on the known rows, and the same model with added ones."""

    setting: float | None = None

    @property
    def curve(self) -> LearningCurveSpec:
        """The learning curve on the known rows."""
        return LearningCurveSpec(
            data=self.data, model=self.model, n_rows=self.n_rows, metric=self.metric,
            folds=self.folds, repeats=self.repeats, seed=self.seed, setting=self.setting,
        )  # fmt: skip

    @property
    def added(self) -> AddedRowsSpec:
        """The rows that are really added."""
        return AddedRowsSpec(
            data=self.data, model=self.model, n_rows=self.n_rows, metric=self.metric,
            factors=FACTORS, draws=N_DRAWS, seed=self.seed, setting=self.setting,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Trial:
    """Scores of the metric, on the known rows and with added ones."""

    spec: TrialSpec
    n_fits: int
    scores: pd.DataFrame
    """See `LearningCurve.scores`."""
    added: pd.DataFrame
    """See `core.bias_variance.doubling.AddedRows.scores`."""


@remembered
def run_trial(spec: TrialSpec) -> Trial:
    """Answer "what do more rows really bring?": train on parts of the known rows, then on added ones.

    Check by eye: the added rows begin with none, at the known rows themselves.
    """
    curve, added = measure_learning_curve(spec.curve), measure_added_rows(spec.added)
    n_fits = curve.n_fits + len(added.scores)
    return Trial(spec=spec, n_fits=n_fits, scores=curve.scores, added=added.scores)
