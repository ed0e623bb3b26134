"""AutoML in one call, in the shape that people know: ``classify(table, target_col="y")``.

    from core.automl import classify
    summary = classify(table, target_col="churned", max_trials=12)
    summary.best_trial.load_model().predict_proba(table)

The budget is counted in trials, so the same call gives the same trials everywhere; minutes are a cap.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd

from core.automl.audit import Alert
from core.automl.blend import fit_blend
from core.automl.door import admit_table
from core.automl.meanings import judge_column
from core.automl.register import register_proposed
from core.automl.run import Outcome, run_automl
from core.automl.runs import LAB, KeptSearch, log_outcome, number_of, train_again
from core.automl.scores import gain_of
from core.automl.settings import FAMILIES, Family, Settings, Task
from core.errors import SpecError, require
from core.tracking.models import load_model

OF_SKLEARN: tuple[Family, ...] = tuple(name for name in FAMILIES[1:] if name != "lightgbm")
LATER = (
    "Forecasting comes later: a series wants splits by time and models of its own. Use regress with "
    "time_col for a table whose rows have a date."
)


@dataclass(frozen=True, kw_only=True, eq=False)
class TrialInfo:
    """One model of a search."""

    number: int
    family: str
    mlflow_run_id: str
    """Empty if the search was not kept."""
    notebook_path: str
    """Where its notebook lies among the files of its run; empty if it has none."""
    model_path: str
    """Address of its model, such as ``models:/m-…``; empty if only its params were kept."""
    metrics: Mapping[str, float]
    """``val_…`` and ``train_…``; ``test_…`` only of the proposed one."""
    params: Mapping[str, Any]
    """What differs from the settings that a family begins with."""
    duration: float
    """Seconds by the clock for its training on the rows that train."""
    preprocessors: tuple[tuple[str, str], ...]
    """Columns and what is done to them, in the order of the pipeline."""
    _outcome: Outcome = field(repr=False)
    _store: str = field(repr=False, default="")

    def load_model(self) -> Any:
        """Return the model, trained on all rows: from its run, or trained again by its params if it has none.

        It is an estimator of scikit-learn that takes the table as it comes.
        """
        if self.model_path:
            return load_model(self.model_path, store=self._store)
        return train_again(self._outcome, self.number)


@dataclass(frozen=True, kw_only=True, eq=False)
class AutoMLSummary:
    """What a search found, and where it was kept."""

    trials: tuple[TrialInfo, ...]
    """Best validation score first; a blend, which was only judged in the finals, comes last."""
    best_trial: TrialInfo
    """The proposed one: the simplest that chance alone could put above the best mean of the finals."""
    semantic_type_conversions: Mapping[str, str]
    """What each column that is written as something else was read as."""
    alerts: tuple[Alert, ...]
    outcome: Outcome = field(repr=False)
    kept: KeptSearch | None = field(repr=False)

    @property
    def experiment(self) -> Any:
        """MLflow's experiment that holds the runs; None if the search was not kept."""
        from core.tracking.store import open_client

        if self.kept is None:
            return None
        return open_client(self.kept.store).get_experiment_by_name(self.kept.experiment)

    @cached_property
    def metric_distribution(self) -> pd.Series:
        """How the trials' validation scores spread, as pandas describes numbers."""
        metric = self.outcome.ready.metric
        scores = pd.Series([trial.score for trial in self.outcome.trials], name=metric)
        return scores.describe()

    @cached_property
    def output_table(self) -> pd.DataFrame:
        """The untouched rows with what the proposed model, trained without them, says of each.

        Columns of their own: ``prediction``, and ``p(…)`` for each class. The test score can be worked out
        from them again.
        """
        outcome, ready = self.outcome, self.outcome.ready
        places = ready.places("test")
        learnt = ready.places("train", "validate")
        said = fit_blend(ready, outcome.trials, outcome.finals.chosen, learnt).predict(
            ready.rows.iloc[places]
        )
        table = ready.rows.iloc[places].copy()
        table[str(outcome.settings.target)] = ready.target.to_numpy()[places]
        if ready.task == "regression":
            return table.assign(prediction=said)
        table["prediction"] = np.array(ready.classes, dtype=object)[said.argmax(axis=1)]
        for place, label in enumerate(ready.classes):
            table[f"p({label})"] = said[:, place]
        return table

    def register(self, name: str) -> int:
        """Try the proposed model at the gate and register it as the next version of `name`.

        Raises
        ------
        SpecError
            If the search was not kept, or the model fails a check: the sentence says which.
        """
        require(
            self.kept is not None,
            "Only a kept model can be registered. Run the search with is_kept=True.",
        )
        assert self.kept is not None  # noqa: S101  for the type checker
        return register_proposed(self.outcome, self.kept, name)[0]


class Options(TypedDict, total=False):
    """What may be said of a search besides its target; each has a default in `Settings`."""

    primary_metric: str
    exclude_cols: Sequence[str]
    exclude_frameworks: Sequence[str]
    """``lightgbm``, ``sklearn`` (all of it but the baseline), or families such as ``forest``."""
    imputers: Mapping[str, Any]
    """``{"age": "mean"}`` or ``{"age": {"strategy": "mean"}}``."""
    time_col: str
    split_col: str
    group_col: str
    sample_weight_col: str
    max_trials: int
    max_splits: int
    cpu_seconds: float
    timeout_minutes: float
    seed: int
    experiment_name: str
    """Under which name MLflow keeps the runs."""
    is_kept: bool
    """Whether it keeps them; it does unless told otherwise."""


def classify(
    dataset: pd.DataFrame,
    *,
    target_col: str,
    pos_label: str | int | float | bool | None = None,
    **options: Unpack[Options],
) -> AutoMLSummary:
    """Answer "which class is it, by how simple a model?": search, finals, one look at the test.

    Parameters
    ----------
    dataset
        One row a case; the target may be words, numbers or truth values.
    target_col
        The column to predict.
    pos_label
        Of two classes, the one that precision, recall and F1 look for; the rarer one if none is named.
    options
        See `Options`. ``primary_metric`` is one of log_loss (if none is named), roc_auc, f1, accuracy,
        precision and recall.

    Raises
    ------
    SpecError
        If the table cannot be learnt from, or an option is unknown; the sentence says what would help.
    """
    table, target = admit_table(dataset), str(target_col)
    require(
        target in table.columns,
        f"The table has no column {target!r}. It has: {', '.join(table.columns[:12])}.",
    )
    n_classes = judge_column(table[target], target).n_distinct
    task: Task = "binary" if n_classes == 2 else "multiclass"
    return _search(table, target, task, pos_label=pos_label, **options)


def regress(dataset: pd.DataFrame, *, target_col: str, **options: Unpack[Options]) -> AutoMLSummary:
    """Answer "how much is it, by how simple a model?": search, finals, one look at the test.

    Parameters
    ----------
    dataset
        One row a case, with a target of numbers.
    target_col
        The column to predict.
    options
        See `Options`. ``primary_metric`` is one of rmse (if none is named), mae and r2.

    Raises
    ------
    SpecError
        If the table cannot be learnt from, or an option is unknown; the sentence says what would help.
    """
    return _search(dataset, str(target_col), "regression", **options)


def forecast(*_table: Any, **_options: Any) -> AutoMLSummary:
    """Raise a `SpecError` that says when forecasting comes."""
    raise SpecError(LATER)


def _search(
    dataset: pd.DataFrame,
    target: str,
    task: Task,
    *,
    experiment_name: str = LAB,
    is_kept: bool = True,
    exclude_cols: Sequence[str] = (),
    exclude_frameworks: Sequence[str] = (),
    imputers: Mapping[str, Any] | None = None,
    **options: Any,
) -> AutoMLSummary:
    known = set(Settings.__dataclass_fields__) - {"target", "task"}
    unknown = sorted(set(options) - known)
    require(
        not unknown,
        f"There is no option {', '.join(map(repr, unknown))}. There are: {', '.join(sorted(known))}.",
    )
    settings = Settings(
        target=target,
        task=task,
        exclude_cols=tuple(exclude_cols),
        exclude_frameworks=_read_families(exclude_frameworks),
        imputers=tuple((str(name), _read_imputer(how)) for name, how in (imputers or {}).items()),
        **{name: value for name, value in options.items() if value is not None},
    )
    outcome = run_automl(dataset, settings)
    kept = log_outcome(outcome, table=target, experiment=experiment_name) if is_kept else None
    return summarise(outcome, kept)


def summarise(outcome: Outcome, kept: KeptSearch | None = None) -> AutoMLSummary:
    """Return a finished search in the shape that people know."""
    ready = outcome.ready
    trials = [_describe(outcome, kept, number) for number in range(len(outcome.trials))]
    trials.sort(key=lambda one: _rank(ready.metric, one.metrics.get(f"val_{ready.metric}")))
    if any(len(one.members) > 1 for one in outcome.finals.finalists):
        trials.append(_describe(outcome, kept, len(outcome.trials)))
    proposed = number_of(outcome, outcome.finals.chosen)
    return AutoMLSummary(
        trials=tuple(trials),
        best_trial=next(one for one in trials if one.number == proposed),
        semantic_type_conversions={
            one.name: one.meaning for one in ready.meanings if one.is_converted
        },
        alerts=outcome.alerts,
        outcome=outcome,
        kept=kept,
    )


def _describe(outcome: Outcome, kept: KeptSearch | None, number: int) -> TrialInfo:
    is_blend = number == len(outcome.trials)
    proposed = number_of(outcome, outcome.finals.chosen)
    metrics: dict[str, float] = {}
    params: dict[str, Any] = {}
    if is_blend:
        blend = outcome.finals.finalists[-1]
        params = {f"weight of trial {place}": weight for place, weight in blend.members}
    else:
        trial = outcome.trials[number]
        params = dict(trial.params)
        metrics |= {f"val_{name}": score for name, score in trial.scores.items()}
        metrics |= {f"train_{name}": score for name, score in trial.train_scores.items()}
    if number == proposed:
        metrics |= {f"test_{name}": score for name, score in outcome.test.items()}
    return TrialInfo(
        number=number,
        family="blend" if is_blend else outcome.trials[number].family,
        mlflow_run_id=kept.runs[number] if kept else "",
        notebook_path="",
        model_path=kept.models.get(number, "") if kept else "",
        metrics=metrics,
        params=params,
        duration=0.0 if is_blend else outcome.trials[number].wall_seconds,
        preprocessors=_list_preprocessors(outcome),
        _outcome=outcome,
        _store=kept.store if kept else "",
    )


def _list_preprocessors(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    model, _ = outcome.model.models[0]
    steps = model.pipeline.named_steps["prepare"].transformers_
    return tuple(
        (", ".join([columns] if isinstance(columns, str) else columns), " ".join(str(how).split()))
        for _, how, columns in steps
        if how != "drop"
    )


def _rank(metric: str, score: float | None) -> float:
    return float("inf") if score is None or np.isnan(score) else -gain_of(metric, score)


def _read_families(names: Sequence[str]) -> tuple[Any, ...]:
    """Return families; ``sklearn`` stands for all of scikit-learn but the baseline."""
    found: list[str] = []
    for name in names:
        found += OF_SKLEARN if name == "sklearn" else (name,)
    return tuple(dict.fromkeys(found))


def _read_imputer(how: Any) -> Any:
    with contextlib.suppress(TypeError, KeyError):
        return how["strategy"]
    return how
