"""Why is my price model too cheap? A model of the logarithm, turned back, and the factor it lacks.

A model trained on log prices aims at the mean log price. exp of that is close to the median price,
and where prices are skewed to the right the median lies below the mean.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.log_target.models import Model, Sees, TwinsSpec, is_quick, train_twins
from core.metrics.log_target.script import write_script
from core.metrics.regression.lab import unit_of

LOWEST, HIGHEST, N_FACTORS = 0.8, 1.3, 101
Z = 1.959964
"""97.5 % of a normal distribution lies below it."""
MOST_DRAWN = 200
DIRECT = ("bias", "rmse", "mae", "log_rmse")
Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LogTargetSpec:
    """One model, and the factor that its turned-back predictions are multiplied with."""

    data: str = "house_prices"
    """A table with a positive number to predict: ``house_prices``, ``diabetes``, ``own-…``."""
    model: Model = "linear"
    sees: Sees = "one"
    """All columns, or only the one that says most."""
    factor: float = 1.0
    """1 leaves exp(predicted log) as it is; moved to the nearest place of the handle."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.twins  # refuses unknown tables, models and seeds
        require(
            LOWEST <= self.factor <= HIGHEST,
            f"The factor lies between {LOWEST} and {HIGHEST}, got {self.factor:g}. "
            "1 leaves the predictions as they are.",
        )

    @property
    def twins(self) -> TwinsSpec:
        """The models behind the predictions; the same for all factors."""
        return TwinsSpec(data=self.data, model=self.model, sees=self.sees, seed=self.seed)


@dataclass(frozen=True, eq=False)
class LogTargetResult:
    """What each factor does to predictions of rows that the model has not seen.

    Errors are prediction minus truth, in the unit of the target: below 0 is too low. All scores
    are on the rows that neither model was trained on. NaN is undefined.
    """

    spec: LogTargetSpec
    row_noun: tuple[str, str]
    target: str
    unit: str
    columns: tuple[str, ...]
    n_train: int
    n_unseen: int
    mean_truth: float
    """Mean and median of the target over the unseen rows."""
    median_truth: float
    at: int
    """Place of the handle: a row number of `sweep`."""
    factor_used: float
    bias: float
    """Mean error, and its 95 % interval."""
    bias_low: float
    bias_high: float
    mae: float
    rmse: float
    log_rmse: float
    """RMSE between the logarithms of prediction and truth: no unit."""
    share_above: float
    """Share of rows whose true value lies above the prediction."""
    direct_bias: float
    """The same of the model without logarithm."""
    direct_rmse: float
    direct_mae: float
    direct_log_rmse: float
    n_direct_not_positive: int
    """Its predictions of 0 or less, which have no logarithm."""
    plain_bias: float
    """Mean error of exp alone, and after Duan's factor."""
    smeared_bias: float
    log_spread: float
    smearing: float
    """Duan's factor: mean of exp(residual) over the training rows."""
    normal_factor: float
    """exp(log_spread² / 2), right where residuals on the log scale are normal."""
    direct_fan: float
    """Spread of the errors in the dearest third of the predictions over that in the cheapest third."""
    log_fan: float
    """The same on the log scale."""
    sweep: pd.DataFrame
    """One row per factor: ``factor``, ``bias``, ``bias_low``, ``bias_high``, ``mae``, ``rmse``,
    ``log_rmse``, ``share_above``."""
    rules: pd.DataFrame
    """Four ways to predict: ``rule`` ("direct", "plain", "smeared", "normal"), ``factor``,
    ``bias``, ``bias_low``, ``bias_high``, ``mae``, ``rmse``, ``log_rmse``, ``share_above``."""
    drawn: pd.DataFrame
    """Unseen rows for the picture: ``said`` (exp of the predicted log), ``truth``."""
    residuals: pd.DataFrame
    """Unseen rows: ``direct``, ``direct_error``, ``log_said``, ``log_error`` (truth minus prediction)."""


def correct_log_target(spec: LogTargetSpec) -> LogTargetResult:
    """Answer "by how much is a model of the logarithm too low, and what puts it right?".

    Check by eye: `share_above` is near one half at factor 1.
    """
    everywhere = _look_over(spec.twins)
    # Lazy copies: what one reader writes into a table never reaches another.
    tables: dict[str, Any] = {n: table.copy(deep=False) for n, table in everywhere.tables.items()}
    at = int((tables["sweep"]["factor"] - spec.factor).abs().to_numpy().argmin())
    here: dict[str, Any] = dict(everywhere.places[at])
    return LogTargetResult(
        spec=spec,
        at=at,
        factor_used=here.pop("factor"),
        **here,
        **everywhere.scalars,
        **tables,
    )


@dataclass(frozen=True, eq=False)
class _Everywhere:
    """All of a `LogTargetResult` that is the same wherever the handle stands."""

    scalars: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    places: tuple[dict[str, float], ...]
    """The rows of the table ``sweep``."""


@cached(LRUCache(maxsize=32), lock=Lock())
def _look_over(spec: TwinsSpec) -> _Everywhere:
    twins, dataset = train_twins(spec), load_dataset(spec.data)
    truth, direct, log_said = twins.predictions[["truth", "direct", "log_said"]].to_numpy().T
    said, log_error = np.exp(log_said), np.log(truth) - log_said
    factors = np.round(np.linspace(LOWEST, HIGHEST, N_FACTORS), 3)
    sweep = pd.DataFrame({"factor": factors, **judge(truth, said[:, None] * factors)})
    normal = float(np.exp(twins.log_spread**2 / 2))
    factors_of = {"plain": 1.0, "smeared": twins.smearing, "normal": normal}
    rules = _judge_rules(truth, direct, said, factors_of)
    by_rule = rules.set_index("rule").to_dict("index")
    scalars = {
        "row_noun": dataset.row_noun,
        "target": str(dataset.target),
        "unit": unit_of(dataset, str(dataset.target)),
        "columns": twins.columns,
        "n_train": twins.n_train,
        "n_unseen": len(truth),
        "mean_truth": float(truth.mean()),
        "median_truth": float(np.median(truth)),
        **{f"direct_{name}": float(by_rule["direct"][name]) for name in DIRECT},
        "n_direct_not_positive": int((direct <= 0).sum()),
        "plain_bias": float(by_rule["plain"]["bias"]),
        "smeared_bias": float(by_rule["smeared"]["bias"]),
        "log_spread": twins.log_spread,
        "smearing": twins.smearing,
        "normal_factor": normal,
        "direct_fan": _fan(direct, truth - direct),
        "log_fan": _fan(said, log_error),
    }
    residuals = {
        "direct": direct,
        "direct_error": truth - direct,
        "log_said": log_said,
        "log_error": log_error,
    }
    tables = {
        "sweep": sweep,
        "rules": rules,
        "drawn": pd.DataFrame({"said": said, "truth": truth}).head(MOST_DRAWN),
        "residuals": pd.DataFrame(residuals),
    }
    places = [{str(k): float(v) for k, v in row.items()} for row in sweep.to_dict("records")]
    return _Everywhere(scalars=scalars, tables=tables, places=tuple(places))


def judge(truth: Numbers, said: Numbers) -> dict[str, Numbers]:
    """Return the scores of each column of `said` (rows × ways to predict) as predictions of `truth`.

    ``log_rmse`` is NaN where a prediction is 0 or less.
    """
    from sklearn import metrics

    n = len(truth)
    many = np.repeat(truth[:, None], said.shape[1], axis=1)
    error = said - many
    bias = error.mean(axis=0)
    reach = Z * error.std(axis=0, ddof=1) / n**0.5
    is_defined = (said > 0).all(axis=0)
    logs = np.log(np.where(said > 0, said, 1.0))
    raw = {"multioutput": "raw_values"}
    return {
        "bias": bias,
        "bias_low": bias - reach,
        "bias_high": bias + reach,
        "mae": metrics.mean_absolute_error(many, said, **raw),
        "rmse": metrics.root_mean_squared_error(many, said, **raw),
        "log_rmse": np.where(
            is_defined, metrics.root_mean_squared_error(np.log(many), logs, **raw), np.nan
        ),
        "share_above": (error < 0).mean(axis=0),
    }


def _judge_rules(
    truth: Numbers, direct: Numbers, plain: Numbers, factors: dict[str, float]
) -> pd.DataFrame:
    said = np.column_stack([direct, *(plain * factor for factor in factors.values())])
    table = pd.DataFrame({"rule": ["direct", *factors], **judge(truth, said)})
    table.insert(1, "factor", [np.nan, *factors.values()])
    return table.astype({"rule": "str"})


def _fan(said: Numbers, error: Numbers) -> float:
    low, high = np.quantile(said, [1 / 3, 2 / 3])
    spread = float(error[said <= low].std())
    return float(error[said >= high].std()) / spread if spread > 0 else float("nan")


def name_slow_part(spec: LogTargetSpec) -> SlowPart | None:
    """Return the training that a view waits for; None if it takes no longer than a moment."""
    if is_quick(spec.twins):
        return None
    title = load_dataset(spec.data).title
    what = f"A model is being trained twice on {title}, in a process of its own."
    return SlowPart(run=train_twins, spec=spec.twins, what=what)


LAB = Lab(
    name="log-target",
    question="Why is my price model too cheap?",
    spec=LogTargetSpec,
    run=correct_log_target,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "all-columns": {"sees": "all"},
        "corrected": {"factor": 1.055},
        "boosting": {"model": "boosting", "sees": "all"},
        "diabetes": {"data": "diabetes", "sees": "all"},
    },
)
