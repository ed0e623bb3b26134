"""Learning curves and validation curves of any model on any table, by scikit-learn's own functions."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.bias_variance.bands import Numbers, summarise
from core.bias_variance.curve_rows import Positions, choose_sizes, choose_values, open_rows
from core.bias_variance.scores import find_score
from core.bias_variance.table_models import (
    TableModelName,
    build_table_model,
    check_table_model,
)
from core.datasets import load_dataset
from core.errors import require
from core.progress import report
from core.remember import remembered

LARGEST_SEED = 2**31 - 1
FEWEST_ROWS, MOST_ROWS = 60, 5000


@dataclass(frozen=True, kw_only=True)
class CurveSpec:
    """A model, a table, and how scores are taken: the part that both curves share."""

    data: str = "diabetes"
    """Name of a table with a target: of the course, or ``own-…``."""
    model: TableModelName = "tree"
    """See `core.bias_variance.table_models`."""
    n_rows: int = 400
    """Rows drawn from the table, in the proportion of its classes; all, if it has fewer."""
    metric: str = ""
    """See `core.bias_variance.scores`; empty means accuracy for classes, RMSE for numbers."""
    folds: int = 5
    repeats: int = 2
    """How often the rows are dealt into folds anew."""
    seed: int = 0

    def __post_init__(self) -> None:
        dataset = load_dataset(self.data)
        check_table_model(dataset, self.model)
        find_score(dataset, self.metric, self.model)
        require(
            FEWEST_ROWS <= self.n_rows <= MOST_ROWS,
            f"Curves are measured on {FEWEST_ROWS} to {MOST_ROWS} rows, got {self.n_rows}. Try 400.",
        )
        require(
            2 <= self.folds <= 20,
            f"Cross-validation needs 2 to 20 folds, got {self.folds}. Try 5.",
        )
        require(
            1 <= self.repeats <= 20,
            f"The folds are dealt 1 to 20 times here, got {self.repeats}. Try 2.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, kw_only=True)
class LearningCurveSpec(CurveSpec):
    """How a score depends on the number of rows learnt from."""

    setting: float | None = None
    """The knob of the model; None is its default."""
    sizes: tuple[int, ...] = ()
    """Rows to learn from, increasing; empty means six sizes, spread by factors."""


@dataclass(frozen=True, kw_only=True)
class ValidationCurveSpec(CurveSpec):
    """How a score depends on one parameter of the model."""

    parameter: str = ""
    """A parameter of the model in scikit-learn's pipeline, as ``model__max_depth``; empty means the knob."""
    values: tuple[float, ...] = ()
    """The settings to try; empty means those of the knob, from rigid to nervous."""


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """Scores at each size; of ``metric``, in its own direction and unit."""

    spec: LearningCurveSpec
    metric: str
    is_higher_better: bool
    n_rows: int
    n_fits: int
    test_share: float
    """Rows judged on over rows to learn from, in one split: what widens the intervals."""
    scores: pd.DataFrame
    """One row per size and split: ``n_train``, ``repeat`` (from 1), ``fold`` (from 1), ``train``,
    ``validation``. NaN where the small part held one class only and nothing could be learnt."""
    summary: pd.DataFrame
    """One row per size and part ("train", "validation"): ``n_train``, ``part``, ``mean``, ``sd`` (between
    splits), ``low``, ``high`` (95 %, see `core.bias_variance.bands`), ``n_splits`` (with a score)."""


@dataclass(frozen=True, eq=False)
class ValidationCurve:
    """Scores at each value of the parameter; of ``metric``, in its own direction and unit."""

    spec: ValidationCurveSpec
    metric: str
    is_higher_better: bool
    parameter: str
    """As scikit-learn's pipeline calls it: ``model__max_depth``."""
    label: str
    """The parameter in a person's words: "depth"."""
    n_rows: int
    n_fits: int
    best: float
    """The value with the best mean validation score; the first of equals."""
    scores: pd.DataFrame
    """One row per value and split: ``value``, ``repeat`` and ``fold`` (from 1), ``train``, ``validation``."""
    summary: pd.DataFrame
    """One row per value and part ("train", "validation"): ``value``, ``part``, ``mean``, ``sd``, ``low``,
    ``high``, ``n_splits``; as in `LearningCurve.summary`."""


@remembered
def measure_learning_curve(spec: LearningCurveSpec) -> LearningCurve:
    """Answer "how does the score grow with the rows learnt from?", by scikit-learn's `learning_curve`.

    Within one split each part holds the smaller ones, and all are judged on the same rows.
    Check by eye: 10 sizes and 5 folds are 50 fits.

    Raises
    ------
    SpecError
        If a size cannot be cut out of the rows, or a class has fewer rows than there are folds.
    """
    from sklearn.model_selection import learning_curve

    rows = open_rows(spec.data, spec.n_rows, spec.seed)
    score = find_score(rows.dataset, spec.metric, spec.model)
    splits = rows.deal(spec.folds, spec.repeats, spec.seed)
    sizes = choose_sizes(rows, splits, spec.model, spec.setting, spec.sizes)
    pipeline = build_table_model(rows.dataset, spec.model, setting=spec.setting, seed=spec.seed)
    tables = []
    for repeat in range(spec.repeats):
        report(repeat / spec.repeats, f"Round {repeat + 1} of {spec.repeats}")
        with warnings.catch_warnings():
            # A small part may hold one class only; its score is then undefined, and counted as such.
            warnings.simplefilter("ignore")
            _, train, validation = learning_curve(
                pipeline, rows.inputs, rows.target, train_sizes=np.array(sizes),
                cv=splits[repeat * spec.folds : (repeat + 1) * spec.folds], scoring=score.scorer,
                shuffle=True, random_state=spec.seed + repeat,
            )  # fmt: skip
        sign = 1 if score.is_higher_better else -1
        tables.append(_list_scores("n_train", sizes, repeat, sign * train, sign * validation))
    scores, test_share = pd.concat(tables, ignore_index=True), _test_share(splits)
    report(1.0, "Done")
    return LearningCurve(
        spec=spec,
        metric=score.name,
        is_higher_better=score.is_higher_better,
        n_rows=len(rows.table),
        n_fits=len(sizes) * len(splits),
        test_share=test_share,
        scores=scores,
        summary=summarise(scores, "n_train", test_share),
    )


@remembered
def measure_validation_curve(spec: ValidationCurveSpec) -> ValidationCurve:
    """Answer "which setting serves new rows best?", by scikit-learn's `validation_curve`.

    Check by eye: the one nearest neighbour of a row learnt from is the row itself, so with
    1 neighbour every training score of distinct rows is perfect.

    Raises
    ------
    SpecError
        If the model has no such parameter, or a value cannot be learnt with.
    """
    from sklearn.model_selection import validation_curve

    rows = open_rows(spec.data, spec.n_rows, spec.seed)
    score = find_score(rows.dataset, spec.metric, spec.model)
    splits = rows.deal(spec.folds, spec.repeats, spec.seed)
    tuned = choose_values(rows, splits, spec.model, spec.parameter, spec.values)
    pipeline = build_table_model(rows.dataset, spec.model, seed=spec.seed)
    tables = []
    for repeat in range(spec.repeats):
        report(repeat / spec.repeats, f"Round {repeat + 1} of {spec.repeats}")
        train, validation = validation_curve(
            pipeline, rows.inputs, rows.target, param_name=tuned.parameter,
            param_range=list(tuned.values), scoring=score.scorer, error_score="raise",
            cv=splits[repeat * spec.folds : (repeat + 1) * spec.folds],
        )  # fmt: skip
        sign = 1 if score.is_higher_better else -1
        values = tuple(map(float, tuned.values))
        tables.append(_list_scores("value", values, repeat, sign * train, sign * validation))
    scores = pd.concat(tables, ignore_index=True)
    summary = summarise(scores, "value", _test_share(splits))
    report(1.0, "Done")
    return ValidationCurve(
        spec=spec,
        metric=score.name,
        is_higher_better=score.is_higher_better,
        parameter=tuned.parameter,
        label=tuned.label,
        n_rows=len(rows.table),
        n_fits=len(tuned.values) * len(splits),
        best=_find_best(summary, is_higher_better=score.is_higher_better),
        scores=scores,
        summary=summary,
    )


def _find_best(summary: pd.DataFrame, *, is_higher_better: bool) -> float:
    judged = summary[summary["part"] == "validation"]
    means = judged["mean"].to_numpy()
    at = int(means.argmax() if is_higher_better else means.argmin())
    return float(judged["value"].iloc[at])


def _list_scores(
    name: str, steps: tuple[float, ...], repeat: int, train: Numbers, validation: Numbers
) -> pd.DataFrame:
    """Return one row per step and split, from steps × splits as scikit-learn gives them."""
    n_steps, n_splits = train.shape
    return pd.DataFrame(
        {
            name: np.repeat(steps, n_splits),
            "repeat": repeat + 1,
            "fold": np.tile(np.arange(1, n_splits + 1), n_steps),
            "train": train.ravel(),
            "validation": validation.ravel(),
        }
    )


def _test_share(splits: list[tuple[Positions, Positions]]) -> float:
    return float(np.mean([len(test) / len(train) for train, test in splits]))
