"""One case: a model at one setting, with everything that was trained to examine it."""

from dataclasses import dataclass

import pandas as pd

from core.bias_variance.bands import Numbers
from core.bias_variance.diagnosis import Evidence
from core.bias_variance.learning import (
    CurveSpec,
    LearningCurveSpec,
    ValidationCurveSpec,
    measure_learning_curve,
    measure_validation_curve,
)
from core.bias_variance.losses import find_loss
from core.bias_variance.remedies import RemediesSpec, try_remedies
from core.remember import remembered

LAST_BEND = 11
N_SIZES = 6


@dataclass(frozen=True, kw_only=True)
class CaseSpec(CurveSpec):
    """A table, a model, and where its knob stands."""

    n_rows: int = 220
    bend: int = LAST_BEND
    """Place of the knob, from 0 (rigid); a model with fewer places stands at its last one."""


@dataclass(frozen=True, eq=False)
class Case:
    """What was measured; scores are of ``metric``, losses are distances from its best value."""

    spec: CaseSpec
    metric: str
    label: str
    """The knob in words."""
    at: int
    """Place of the knob among the settings of `curve`."""
    n_rows: int
    n_fits: int
    test_share: float
    baseline: float
    """Loss of saying always the same, on new rows."""
    curve: pd.DataFrame
    """`ValidationCurve.scores` of all settings."""
    learning: pd.DataFrame
    """`LearningCurve.scores` at this setting."""
    effects: pd.DataFrame
    """`Remedies.effects` at this setting."""


@remembered
def examine_case(spec: CaseSpec) -> Case:
    """Answer "what ails this model?": its error at all settings, at all sizes, and after each remedy.

    Check by eye: the error at the present setting is the same in the curve and before the remedies.
    """
    same = {
        "data": spec.data, "model": spec.model, "n_rows": spec.n_rows, "metric": spec.metric,
        "folds": spec.folds, "repeats": spec.repeats, "seed": spec.seed,
    }  # fmt: skip
    curve = measure_validation_curve(ValidationCurveSpec(**same))  # type: ignore[arg-type]
    settings = curve.scores["value"].unique().tolist()
    at = min(spec.bend, len(settings) - 1)
    learning = measure_learning_curve(
        LearningCurveSpec(**same, setting=settings[at])  # type: ignore[arg-type]
    )
    remedies = try_remedies(RemediesSpec(**same, setting=settings[at]))  # type: ignore[arg-type]
    n_splits = spec.folds * spec.repeats
    n_applied = 1 + int(remedies.effects["is_applicable"].sum())
    return Case(
        spec=spec,
        metric=curve.metric,
        label=curve.label,
        at=at,
        n_rows=curve.n_rows,
        n_fits=curve.n_fits + learning.n_fits + n_applied * n_splits,
        test_share=learning.test_share,
        baseline=remedies.baseline,
        curve=curve.scores,
        learning=learning.scores,
        effects=remedies.effects,
    )


def collect_evidence(case: Case) -> Evidence:
    """Return what the diagnoses are made from."""
    loss = find_loss(case.metric)

    def losses(table: pd.DataFrame, by: str, part: str) -> Numbers:
        steps = table[by].nunique()
        pivot = table.pivot(index=["repeat", "fold"], columns=by, values=part)
        ordered = pivot[table[by].unique()].to_numpy(dtype=float).T
        return loss.of(ordered.reshape(steps, -1))

    return Evidence(
        loss=loss,
        baseline=case.baseline,
        settings=tuple(case.curve["value"].unique().tolist()),
        label=case.label,
        train=losses(case.curve, "value", "train"),
        validation=losses(case.curve, "value", "validation"),
        test_share=case.test_share,
        sizes=tuple(int(n) for n in case.learning["n_train"].unique()),
        by_size=losses(case.learning, "n_train", "validation"),
    )
