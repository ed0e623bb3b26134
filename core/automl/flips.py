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
    """One row a pipeline: ``flip``, ``n_columns`` (that the model learns from), ``cpu_seconds`` (of one
    training with its preparation, measured once), ``problem`` (what the library said of it; mostly
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
    costs, reads = _weigh(ready, family, plans, target, rows)
    problems = {row["flip"]: row["problem"] for row in costs}
    lines: list[dict[str, Any]] = []
    splits = list(make_splits(ready, rows, settings))[: settings.max_splits]
    for at, (train, judge) in enumerate(splits):
        report(at / len(splits), f"Split {at + 1} of {len(splits)}: {len(plans)} pipelines")
        split = Split(target, train, judge)
        for name, (plan, params) in plans.items():
            if problems[name]:
                continue
            with expected_warnings():
                model, learnt, asked = split.fit(plan, family, params, reads[name])
                said = predict(model, asked, ready.task)
                recited = predict(model, learnt, ready.task)
            ranking, other = MEASURES[ready.task]
            by_heart = _measure(ready, ranking, target[train], recited, model)
            lines.extend(
                {
                    "flip": name,
                    "split": at + 1,
                    "metric": metric,
                    "score": _measure(ready, metric, target[judge], said, model),
                    "train_score": trained,
                }
                for metric, trained in ((ranking, by_heart), (other, math.nan))
            )
    return Flips(
        reasons=reasons,
        scores=pd.DataFrame(lines),
        costs=pd.DataFrame(costs),
        n_rows=len(rows),
        test_share=float(np.mean([len(judge) / len(train) for train, judge in splits])),
    )


def _weigh(
    ready: ReadyTable,
    family: Family,
    plans: Mapping[str, tuple[Plan, Mapping[str, Any]]],
    target: NDArray[Any],
    rows: NDArray[np.int64],
) -> tuple[list[dict[str, Any]], dict[str, pd.DataFrame]]:
    """Train each pipeline once as a whole; return what it costs, and the table as its first step reads it."""
    costs: list[dict[str, Any]] = []
    reads: dict[str, pd.DataFrame] = {}
    known: dict[str, pd.DataFrame] = {}
    for name, (plan, params) in plans.items():
        pipeline = build_pipeline(plan, family, params)
        intake: Intake = pipeline.named_steps["intake"]
        began = time.process_time()
        problem, n_columns = "", 0
        try:
            with expected_warnings():
                pipeline.fit(ready.rows.iloc[rows], target[rows])
                n_columns = int(pipeline[:-1].transform(ready.rows.iloc[:1]).shape[1])
        except (ValueError, ArithmeticError) as error:
            problem = first_line(error)
        seconds = time.process_time() - began
        costs.append(
            {"flip": name, "n_columns": n_columns, "cpu_seconds": seconds, "problem": problem}
        )
        key = repr(intake.get_params())
        if key not in known:
            known[key] = intake.fit(ready.rows).transform(ready.rows)
        reads[name] = known[key]
    return costs, reads


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
    codes = np.array([ready.classes.index(label) for label in truth.tolist()])
    if metric == "log_loss":
        return float(metrics.log_loss(codes, whole, labels=range(len(ready.classes))))
    if metric == "accuracy":
        return float((whole.argmax(axis=1) == codes).mean())
    place = ready.classes.index(ready.positive)
    hits = codes == place
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
