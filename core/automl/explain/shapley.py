"""One prediction taken apart: SHAP values from the library shap, added up to one value a column."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from core.automl.explain.winner import (
    ModelSpec,
    Numbers,
    Winner,
    train_winner,
)
from core.errors import require
from core.progress import report
from core.remember import remembered

N_EXPLAINED = 80
"""Rows that judge of which each is taken apart."""
NO_SHAP = (
    "SHAP is not installed here: its compiler is no longer made for Macs with Intel processors. The other "
    "ways of explaining need nothing more."
)


@dataclass(frozen=True, kw_only=True)
class ShapleySpec(ModelSpec):
    """Whose predictions are taken apart."""


@dataclass(frozen=True, eq=False)
class Shapley:
    """What each column adds to each prediction.

    `values` has one row per explained row and column: ``row`` (its place among the rows that judge),
    ``column``, ``text`` (what stands in the cell), ``size`` (the same as a number from 0 to 1 by rank;
    NaN for words and gaps), ``value`` (what it adds, in `scale`). `rows` has one row per explained row:
    ``row``, ``truth``, ``prediction`` (as the model says it), ``output`` (in `scale`), ``off`` (what is left
    when base and values are taken from the output).
    """

    spec: ShapleySpec
    scale: str
    """``probability``, ``log odds``, or ``number``."""
    base: float
    """What the model says of the mean row that trained."""
    rows: pd.DataFrame
    values: pd.DataFrame


def is_installed() -> bool:
    """Say whether this machine has the library shap."""
    return find_spec("shap") is not None


@remembered
def explain_rows(spec: ShapleySpec) -> Shapley:
    """Take predictions apart into what each column adds.

    Answers "why did the model say this of this row?". A tree that does not know a column follows both ways of
    a split, weighted by the rows that trained (Lundberg and others 2020, path-dependent TreeSHAP); a
    linear model puts the mean of the rows that trained. Check by eye: base plus all values is the output.

    Raises
    ------
    SpecError
        If the library shap is not installed.
    """
    require(is_installed(), NO_SHAP)
    report(0.05, "Training the model")
    winner = train_winner(spec.data, spec.model, spec.seed)
    bench = winner.bench
    report(0.4, "Taking predictions apart")
    trained = winner.prepare(bench.rows.iloc[: bench.n_train])
    rows = bench.judged.head(N_EXPLAINED)
    prepared = winner.prepare(rows)
    base, parts = attribute(winner.pipeline[-1], trained, prepared)
    values = {name: parts[:, places].sum(axis=1) for name, places in winner.parts.items()}
    output = raw_output(winner.pipeline[-1], prepared)
    total = base + np.sum(list(values.values()), axis=0)
    return Shapley(
        spec=spec,
        scale=name_scale(winner),
        base=base,
        rows=pd.DataFrame(
            {
                "row": np.arange(len(rows)),
                "truth": bench.truth[: len(rows)].astype("float64"),
                "prediction": winner.say(prepared),
                "output": output,
                "off": output - total,
            }
        ),
        values=_tabulate(rows, values),
    )


def attribute(model: Any, trained: Numbers, rows: Numbers) -> tuple[float, Numbers]:
    """Return the base, and one value for each row and prepared part.

    Trees are not asked with background rows: that way the library compares in 32 bits, and where a row lies
    at a threshold the parts no longer add up.
    """
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library and its compiler warn on import
        import shap  # type: ignore[import-untyped]

        if hasattr(model, "coef_"):
            masker = shap.maskers.Independent(trained, max_samples=len(trained))
            explainer = shap.LinearExplainer(model, masker)
            values = explainer.shap_values(rows)
        else:
            explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
            # The library stops at a fixed distance, whatever the unit; `off` says how much is left.
            values = explainer.shap_values(rows, check_additivity=False)
        base = np.ravel(explainer.expected_value)
    found = np.asarray(values, dtype=np.float64)
    if found.ndim == 3:  # one layer for each class; the last is the one that is looked for
        found = found[:, :, -1]
    return float(base[-1]), found


def raw_output(model: Any, prepared: Numbers) -> Numbers:
    """Return what is taken apart: a probability (forest), log odds, or the number itself."""
    if not hasattr(model, "predict_proba"):
        return np.asarray(model.predict(prepared), dtype=np.float64)
    if hasattr(model, "coef_"):
        return np.asarray(model.decision_function(prepared), dtype=np.float64)
    if hasattr(model, "booster_"):
        return np.asarray(model.predict(prepared, raw_score=True), dtype=np.float64)
    return np.asarray(model.predict_proba(prepared)[:, 1], dtype=np.float64)


def name_scale(winner: Winner) -> str:
    """Return in what the parts of a prediction are counted."""
    if winner.bench.dataset.task == "regression":
        return "number"
    return "probability" if hasattr(winner.pipeline[-1], "estimators_") else "log odds"


def _tabulate(rows: pd.DataFrame, values: Mapping[str, Numbers]) -> pd.DataFrame:
    tables = []
    for name, added in values.items():
        cells = rows[name]
        is_number = pd.api.types.is_numeric_dtype(cells.dtype)
        size = cells.rank(pct=True) if is_number else pd.Series(np.nan, index=cells.index)
        tables.append(
            pd.DataFrame(
                {
                    "row": np.arange(len(rows)),
                    "column": name,
                    "text": [_write(cell) for cell in cells],
                    "size": size.to_numpy(dtype="float64"),
                    "value": added,
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    return table.astype({"row": "int64", "column": "str", "text": "str"})


def _write(cell: object) -> str:
    if pd.isna(cell):  # type: ignore[call-overload]
        return "empty"
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)
