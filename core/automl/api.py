"""AutoML in one call, in the shape that people know: ``classify(table, target_col="y")``.

    from core.automl import classify
    summary = classify(table, target_col="churned", max_trials=12)
    summary.best_trial.load_model().predict_proba(table)

The budget is counted in trials, so the same call gives the same trials everywhere; minutes are a cap.
"""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, Unpack

import pandas as pd

from core.automl.door import admit_table
from core.automl.meanings import judge_column
from core.automl.run import run_automl
from core.automl.runs import LAB, log_outcome
from core.automl.settings import FAMILIES, Family, Settings, Task
from core.automl.summary import AutoMLSummary, summarise
from core.errors import SpecError, require

OF_SKLEARN: tuple[Family, ...] = tuple(name for name in FAMILIES[1:] if name != "lightgbm")
LATER = (
    "Forecasting comes later: a series wants splits by time and models of its own. Use regress with "
    "time_col for a table whose rows have a date."
)


class Options(TypedDict, total=False):
    """What may be said of a search besides its target; each has a default in `Settings`."""

    primary_metric: str
    exclude_cols: Sequence[str]
    exclude_frameworks: Sequence[str]
    """``lightgbm``, ``xgboost``, ``sklearn`` (all of it but the baseline), or families such as ``forest``."""
    include_frameworks: Sequence[str]
    """The only ones to try besides the baseline, by the same names."""
    imputers: Mapping[str, Any]
    """``{"age": "mean"}`` or ``{"age": {"strategy": "mean"}}``."""
    time_col: str
    split_col: str
    group_col: str
    sample_weight_col: str
    imbalance: Literal["auto", "none", "weights", "threshold"]
    """What is done for a rare class; see `Settings`."""
    max_trials: int
    stop_early: bool
    """Whether tuning ends once it gains less than the noise."""
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
    include_frameworks: Sequence[str] = (),
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
        include_frameworks=_read_families(include_frameworks),
        imputers=tuple((str(name), _read_imputer(how)) for name, how in (imputers or {}).items()),
        **{name: value for name, value in options.items() if value is not None},
    )
    outcome = run_automl(dataset, settings)
    kept = log_outcome(outcome, table=target, experiment=experiment_name) if is_kept else None
    return summarise(outcome, kept)


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
