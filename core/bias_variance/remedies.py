"""Remedies for a model that errs, each really applied, and what each of them changed."""

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.bias_variance.bands import Numbers, describe_splits
from core.bias_variance.curve_rows import (
    CurveRows,
    Positions,
    Splits,
    check_value,
    count_columns,
    open_rows,
    refuse_value,
    targets_of,
)
from core.bias_variance.learning import CurveSpec
from core.bias_variance.losses import find_loss
from core.bias_variance.scores import SCORES, find_score
from core.bias_variance.table_models import build_table_model, find_table_model
from core.progress import report
from core.remember import remembered

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

REMEDIES = ("more_rows", "simpler", "freer", "regularise", "more_features", "stop_early")
MOST_PRODUCTS = 600
"""Columns after all squares and products were added."""
FEWEST_EXTRA = 0.25
"""Held-back rows needed to speak of more rows, as a share of those known."""


@dataclass(frozen=True, kw_only=True)
class RemediesSpec(CurveSpec):
    """A model at one setting of its knob."""

    setting: float | None = None
    """None is the default of the knob."""


@dataclass(frozen=True, eq=False)
class Remedies:
    """Losses (0 is perfect) on the same folds, with and without each remedy."""

    spec: RemediesSpec
    metric: str
    n_rows: int
    baseline: float
    """Mean loss on new rows of saying always the same: the most frequent class, or the mean."""
    train: float
    validation: float
    """Mean losses of the model as it is."""
    effects: pd.DataFrame
    """One row per remedy: ``remedy``, ``what`` (what was done), ``is_applicable``, ``reason`` (why not),
    ``train``, ``validation`` (mean losses), ``gain`` (by how much the loss on new rows fell, mean of the
    splits), ``low``, ``high`` (95 %, paired splits, see `core.bias_variance.bands`)."""


@dataclass(frozen=True, eq=False)
class _Plan:
    what: str
    pipeline: "Pipeline | None" = None
    reason: str = ""
    extra: Positions | None = None


@remembered
def try_remedies(spec: RemediesSpec) -> Remedies:
    """Answer "what would help this model?" by doing it, on the same folds.

    All models are judged on the same rows, so gains are paired. More rows means rows that were held
    back, added to each training part. Check by eye: a remedy that changes nothing gains 0.
    """
    rows = open_rows(spec.data, spec.n_rows, spec.seed)
    splits = rows.deal(spec.folds, spec.repeats, spec.seed)
    knob = find_table_model(spec.model).knob(rows.dataset.task)
    setting = knob.default if spec.setting is None else spec.setting
    check_value(rows, min(len(train) for train, _ in splits), spec.model, setting)
    metric = find_score(rows.dataset, spec.metric, spec.model).name
    model = build_table_model(rows.dataset, spec.model, setting=setting, seed=spec.seed)
    baseline = _measure(rows, splits, _build_baseline(rows), metric)
    train, validation = _measure(rows, splits, model, metric)
    share = float(np.mean([len(test) / len(learnt) for learnt, test in splits]))
    lines = []
    for done, (name, plan) in enumerate(plan_remedies(rows, spec, setting).items(), 1):
        report(done / (len(REMEDIES) + 1), f"Remedy {done} of {len(REMEDIES)}")
        line: dict[str, Any] = {
            "remedy": name, "what": plan.what, "is_applicable": not plan.reason,
            "reason": plan.reason, "train": np.nan, "validation": np.nan, "gain": np.nan,
            "low": np.nan, "high": np.nan,
        }  # fmt: skip
        if not plan.reason:
            better = _measure(rows, splits, plan.pipeline or model, metric, plan.extra)
            gain, _, low, high, _ = describe_splits(validation - better[1], share)
            line |= {
                "train": float(better[0].mean()), "validation": float(better[1].mean()),
                "gain": gain, "low": low, "high": high,
            }  # fmt: skip
        lines.append(line)
    report(1.0, "Done")
    return Remedies(
        spec=spec,
        metric=metric,
        n_rows=len(rows.table),
        baseline=float(baseline[1].mean()),
        train=float(train.mean()),
        validation=float(validation.mean()),
        effects=pd.DataFrame(lines).astype({"remedy": "str", "what": "str", "reason": "str"}),
    )


def plan_remedies(rows: CurveRows, spec: RemediesSpec, setting: float) -> dict[str, _Plan]:
    """Return what each remedy would do to the model, or why it cannot be applied."""
    model = find_table_model(spec.model)
    knob = model.knob(rows.dataset.task)

    def build(value: float) -> "Pipeline":
        return build_table_model(rows.dataset, spec.model, setting=value, seed=spec.seed)

    extra = find_extra(rows, spec)
    n_extra = len(extra)
    few = f"All but {n_extra} rows of this table are in use. Begin with fewer rows to see it."
    plans = {
        "more_rows": _Plan(f"{n_extra} more rows", extra=extra)
        if n_extra >= FEWEST_EXTRA * len(rows.table)
        else _Plan("more rows", reason=few)
    }
    for name, is_freer in (("simpler", False), ("freer", True)):
        value = move_knob(rows, spec, setting, is_freer=is_freer)
        end = "free" if is_freer else "rigid"
        plans[name] = (
            _Plan(f"{knob.label} {value:g} instead of {setting:g}", build(value))
            if value is not None
            else _Plan(knob.label, reason=f"The knob stands at its most {end} end.")
        )
    plans["regularise"] = _plan_brake(spec.model, build(setting), rows.dataset.task)
    plans["more_features"] = _plan_products(rows, spec.model, build(setting))
    plans["stop_early"] = (
        _Plan(
            "after 5 rounds without gain",
            build(setting).set_params(model__n_iter_no_change=5, model__validation_fraction=0.15),
        )
        if spec.model == "boosting"
        else _Plan(
            "stop early", reason="Only a model that learns in rounds can stop early: boosting."
        )
    )
    return plans


def move_knob(
    rows: CurveRows, spec: RemediesSpec, setting: float, *, is_freer: bool
) -> float | None:
    """Return the setting half-way to the free, or to the rigid, end of the knob; None at that end."""
    knob = find_table_model(spec.model).knob(rows.dataset.task)
    n_train = int(len(rows.table) * (1 - 1 / spec.folds))
    values = [v for v in knob.values if not refuse_value(rows, n_train, spec.model, v)]
    is_falling = values[0] > values[-1]
    ahead = [v for v in values if (v < setting) == is_falling and v != setting]
    behind = [v for v in values if (v > setting) == is_falling and v != setting]
    if is_freer:
        return ahead[(len(ahead) - 1) // 2] if ahead else None
    return behind[len(behind) // 2] if behind else None


def find_extra(rows: CurveRows, spec: RemediesSpec) -> Positions:
    """Return the places of held-back rows: as many as are known, if there are so many."""
    rest = np.setdiff1d(np.arange(rows.dataset.n_rows), rows.positions)
    if len(rest) <= len(rows.table):
        return rest
    return np.sort(np.random.default_rng([spec.seed, 5]).permutation(rest)[: len(rows.table)])


def _plan_brake(model: str, pipeline: "Pipeline", task: str) -> _Plan:
    from sklearn.linear_model import LogisticRegression, Ridge

    if model in ("tree", "forest"):
        return _Plan(
            "at least 10 rows in each leaf", pipeline.set_params(model__min_samples_leaf=10)
        )
    if model == "boosting":
        return _Plan("learning rate 0.05, not 0.2", pipeline.set_params(model__learning_rate=0.05))
    if model == "polynomial":
        if task == "regression":
            return _Plan("a penalty, α = 100", pipeline.set_params(model=Ridge(100.0)))
        held = LogisticRegression(C=0.01, max_iter=5000)
        return _Plan("a penalty, C = 0.01", pipeline.set_params(model=held))
    return _Plan("regularise", reason="The knob is its brake: see “bend less”.")


def _plan_products(rows: CurveRows, model: str, pipeline: "Pipeline") -> _Plan:
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    what = "products"
    n_columns = count_columns(rows)
    n_products = comb(n_columns + 2, 2) - 1
    if model == "polynomial":
        return _Plan(what, reason="The polynomial makes them already: its knob is their degree.")
    if n_products > MOST_PRODUCTS:
        return _Plan(
            what, reason=f"Products would make {n_products} columns of {n_columns}: too many here."
        )
    steps = [
        pipeline.steps[0],
        ("products", PolynomialFeatures(2, include_bias=False)),
        ("scale", StandardScaler()),
        pipeline.steps[-1],
    ]
    return _Plan(f"{what}, {n_products} instead of {n_columns}", Pipeline(steps))


def _build_baseline(rows: CurveRows) -> Any:
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyRegressor() if rows.dataset.task == "regression" else DummyClassifier()


def _measure(
    rows: CurveRows, splits: Splits, model: Any, metric: str, extra: Positions | None = None
) -> tuple[Numbers, Numbers]:
    """Return the losses on the rows learnt from, and on the others, one entry per split.

    The places `extra` of the whole table are added to each training part, and judge nothing.
    """
    from sklearn.model_selection import cross_validate

    table, target = rows.inputs, rows.target
    if extra is not None:
        both = np.concatenate([rows.positions, extra])
        table, target = rows.inputs_of(both), targets_of(rows.dataset)[both]
        added = np.arange(len(rows.table), len(both))
        splits = [(np.concatenate([train, added]), test) for train, test in splits]
    score = next(score for score in SCORES if score.name == metric)
    done = cross_validate(
        model, table, target, cv=splits, scoring=score.scorer, return_train_score=True,
        error_score="raise",
    )  # fmt: skip
    sign, loss = (1 if score.is_higher_better else -1), find_loss(metric)
    return loss.of(sign * done["train_score"]), loss.of(sign * done["test_score"])
