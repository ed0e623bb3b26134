"""What comes of deciding otherwise: each decision of a pipeline flipped alone, on the same splits.

Whether a decision matters cannot be seen from one score of each side, because every score has chance in it.
Both pipelines are trained on the same splits, so that what makes a split easy falls on both.
"""

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl.finals import make_splits
from core.automl.folds import Split
from core.automl.intake import Intake
from core.automl.pipelines import Plan, build_pipeline
from core.automl.reasons import Reason, give_reasons
from core.automl.scores import Numbers, predict
from core.automl.settings import LOWER_IS_BETTER, Family, Settings
from core.automl.table import ReadyTable
from core.progress import report
from core.search.fit import expected_warnings, first_line
from core.validation.compare.judges import judge_folds

BASE = "as planned"
"""The name of the pipeline without a flip."""
MEASURES = {
    "binary": ("log_loss", "roc_auc"),
    "multiclass": ("log_loss", "accuracy"),
    "regression": ("rmse", "mae"),
}


@dataclass(frozen=True, eq=False)
class Flips:
    """What every flip did on every split."""

    reasons: tuple[Reason, ...]
    scores: pd.DataFrame
    """One row a pipeline, split and metric: ``flip`` (`BASE` for none), ``split`` (from 1), ``metric``,
    ``score`` (on the rows that judge), ``train_score`` (on the rows that it learnt from; only by the first
    metric of the task)."""
    costs: pd.DataFrame
    """One row a pipeline: ``flip``, ``n_columns`` (that the model learns from), ``cpu_seconds`` (of the
    first split: its rows prepared, and one training), ``problem`` (what the library said of it; mostly
    nothing)."""
    n_rows: int
    """Rows that the splits are made of."""
    test_share: float
    """Rows that judge over rows that train, as the interval needs it."""


def try_flips(ready: ReadyTable, family: Family, settings: Settings) -> Flips:
    """Train the pipeline of `family` as planned and with each decision flipped, on the same splits.

    Check by eye: flipping what changes nothing (the scale of a tree's numbers) gives the same scores.
    """
    reasons = give_reasons(ready, family)
    plans: dict[str, tuple[Plan, Mapping[str, Any]]] = {BASE: (ready.plan, {})}
    plans |= {one.name: (one.plan, one.params) for one in reasons if one.plan is not None}
    rows = ready.places("train", "validate")
    target = ready.target.to_numpy()
    if ready.task != "regression":
        target = np.array(target.tolist())
    truth, reads = _say_truth(ready), _read(ready, family, plans)
    costs: dict[str, dict[str, Any]] = {}
    lines: list[dict[str, Any]] = []
    splits = list(make_splits(ready, rows, settings))[: settings.max_splits]
    for at, (train, judge) in enumerate(splits):
        report(at / len(splits), f"Split {at + 1} of {len(splits)}: {len(plans)} pipelines")
        shared = Split(target, train, judge)
        for name, (plan, params) in plans.items():
            if at == 0:  # timed, so nothing is taken over from the others
                alone = Split(target, train, judge)
                fitted, costs[name] = _weigh(alone, plan, family, params, reads[name])
            elif not costs[name]["problem"]:
                with expected_warnings():
                    fitted = shared.fit(plan, family, params, reads[name])
            if costs[name]["problem"]:
                continue
            scores = _judge_one(ready, fitted, truth[train], truth[judge])
            lines.extend({"flip": name, "split": at + 1, **score} for score in scores)
    return Flips(
        reasons=reasons,
        scores=pd.DataFrame(lines),
        costs=pd.DataFrame([{"flip": name, **cost} for name, cost in costs.items()]),
        n_rows=len(rows),
        test_share=float(np.mean([len(judge) / len(train) for train, judge in splits])),
    )


def _read(
    ready: ReadyTable, family: Family, plans: Mapping[str, tuple[Plan, Mapping[str, Any]]]
) -> dict[str, pd.DataFrame]:
    """Return for each pipeline the table as its first step, which learns nothing, reads it."""
    reads: dict[str, pd.DataFrame] = {}
    known: dict[str, pd.DataFrame] = {}
    for name, (plan, params) in plans.items():
        intake: Intake = build_pipeline(plan, family, params).named_steps["intake"]
        key = repr(intake.get_params())
        if key not in known:
            known[key] = intake.fit(ready.rows).transform(ready.rows)
        reads[name] = known[key]
    return reads


def _weigh(
    split: Split, plan: Plan, family: Family, params: Mapping[str, Any], read: pd.DataFrame
) -> tuple[Any, dict[str, Any]]:
    """Train a pipeline, and return it with what it costs."""
    fitted, problem, n_columns = None, "", 0
    began = time.process_time()
    try:
        with expected_warnings():
            fitted = split.fit(plan, family, params, read)
            n_columns = int(fitted[1].shape[1])
    except (ValueError, ArithmeticError) as error:
        problem = first_line(error)
    seconds = time.process_time() - began
    return fitted, {"n_columns": n_columns, "cpu_seconds": seconds, "problem": problem}


def _judge_one(
    ready: ReadyTable, fitted: Any, learnt_truth: NDArray[Any], judge_truth: NDArray[Any]
) -> Iterator[dict[str, Any]]:
    """Yield the scores of a trained model, the ranking metric first."""
    model, learnt, asked = fitted
    with expected_warnings():
        said, recited = (predict(model, rows, ready.task) for rows in (asked, learnt))
    ranking, other = MEASURES[ready.task]
    by_heart = _measure(ready, ranking, learnt_truth, recited, model)
    for metric, trained in ((ranking, by_heart), (other, math.nan)):
        score = _measure(ready, metric, judge_truth, said, model)
        yield {"metric": metric, "score": score, "train_score": trained}


def _say_truth(ready: ReadyTable) -> NDArray[Any]:
    """Return the target: numbers as they are, classes as their places in `ready.classes`."""
    target = ready.target.to_numpy()
    if ready.task == "regression":
        return target
    return np.array([ready.classes.index(label) for label in target.tolist()])


def _measure(
    ready: ReadyTable, metric: str, truth: NDArray[Any], said: Numbers, model: Any
) -> float:
    from sklearn import metrics

    if metric == "rmse":
        return float(metrics.root_mean_squared_error(truth, said))
    if metric == "mae":
        return float(metrics.mean_absolute_error(truth, said))
    whole = np.zeros((len(said), len(ready.classes)))
    for column, label in enumerate(model.classes_):
        whole[:, ready.classes.index(label)] = said[:, column]
    if metric == "log_loss":
        return float(metrics.log_loss(truth, whole, labels=range(len(ready.classes))))
    if metric == "accuracy":
        return float((whole.argmax(axis=1) == truth).mean())
    place = ready.classes.index(ready.positive)
    hits = truth == place
    is_one_class = hits.all() or not hits.any()
    return math.nan if is_one_class else float(metrics.roc_auc_score(hits, whole[:, place]))


def judge_flips(flips: pd.DataFrame, metric: str, test_share: float) -> pd.DataFrame:
    """Return for each flip how much it helps, with the 95 % interval of Nadeau and Bengio (2003).

    `flips` is `Flips.scores`. One row a flip, in its order there: ``flip``, ``base`` and ``score`` (means
    over the splits), ``gain`` (above 0: the flip is better, whichever way the metric runs), ``low`` and
    ``high``, ``is_clear`` (the interval leaves out 0), ``train_base`` and ``train_score`` (on the rows that
    were learnt from, always by the first metric of the task).
    """
    chosen = flips[flips["metric"] == metric]
    wide = chosen.pivot(index="flip", columns="split", values="score")
    trained = flips.groupby("flip")["train_score"].mean()
    sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
    names = [name for name in chosen["flip"].unique() if name != BASE]
    return pd.DataFrame(list(_judge_each(wide, trained, sign, names, test_share)))


def _judge_each(
    wide: pd.DataFrame, trained: pd.Series, sign: float, names: list[str], test_share: float
) -> Iterator[dict[str, Any]]:
    base = wide.loc[BASE].to_numpy(dtype=np.float64)
    for name in names:
        score = wide.loc[name].to_numpy(dtype=np.float64)
        verdict = judge_folds(sign * (score - base), test_share)
        low, high = float(verdict.low), float(verdict.high)
        if np.ptp(score - base) == 0:  # a difference that never varies has no interval
            low = high = float(verdict.difference)
        yield {
            "flip": name,
            "base": float(base.mean()),
            "score": float(score.mean()),
            "gain": float(verdict.difference),
            "low": low,
            "high": high,
            "is_clear": bool(low > 0 or high < 0),
            "train_base": float(trained[BASE]),
            "train_score": float(trained[name]),
        }
