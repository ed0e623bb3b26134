"""Lines that are really fitted again for each place to which one point is dragged."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import require
from core.metrics.regression.sample import POINTS, Point, Sample, check_choice, draw_sample
from core.remember import remembered

if TYPE_CHECKING:
    from sklearn.base import RegressorMixin

Fit = Literal["squares", "absolute", "huber"]
FITS: tuple[Fit, ...] = get_args(Fit)
Rule = Literal["squares", "absolute", "huber", "mean", "median"]
RULES: tuple[Rule, ...] = get_args(Rule)
"""The three lines, and the two constants that one could say without looking at x."""
METRICS = ("mae", "mse", "rmse", "medae", "mape", "r2")


@dataclass(frozen=True, kw_only=True)
class LinesSpec:
    """The rows that the lines learn from, and which of them is dragged."""

    data: str = "diabetes"
    point: Point = "edge"
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice(self.data, self.seed)
        require(
            self.point in POINTS,
            f"The dragged point is one of {', '.join(POINTS)}, got {self.point!r}.",
        )


@dataclass(frozen=True, eq=False)
class DraggedLines:
    """Every line for every place of the dragged point.

    Metrics are those on the rows that the line was fitted to, the dragged one included at the
    value it was dragged to; ``r2_unseen`` is on rows that nobody touched.
    """

    spec: LinesSpec
    feature: str
    low: float
    """Ends of the axis along which the point is dragged."""
    high: float
    n_unseen: int
    sample: pd.DataFrame
    """One row per point: ``row`` (in the table), ``x``, ``y`` (as observed), ``is_dragged``."""
    sweep: pd.DataFrame
    """One row per rule and place: ``rule``, ``place``, ``value``,
    ``intercept``, ``slope``, the scores of `METRICS`, ``r2_unseen``, and the dragged point's
    ``squared_share`` and ``absolute_share`` of all error. NaN is undefined."""


@remembered
def drag_points(spec: LinesSpec) -> DraggedLines:
    """Answer "what does one point do to a line and to its scores?", for all places at once.

    Each of the three lines and two constants is fitted anew at each of the 101 places of the
    point, by scikit-learn; so is every metric. About half a second.
    Check by eye: a least-squares line goes through the mean of x and y.
    """
    sample = draw_sample(spec.data, spec.seed)
    dragged = sample.find(spec.point)
    return DraggedLines(
        spec=spec,
        feature=sample.feature,
        low=sample.low,
        high=sample.high,
        n_unseen=len(sample.unseen_y),
        sample=pd.DataFrame(
            {
                "row": sample.rows,
                "x": sample.x,
                "y": sample.y,
                "is_dragged": np.arange(len(sample.x)) == dragged,
            }
        ),
        sweep=pd.concat([_sweep(sample, spec.point, rule) for rule in RULES], ignore_index=True),
    )


def build_line(rule: Rule) -> "RegressorMixin":
    """Return the untrained scikit-learn model of `rule`."""
    from sklearn.dummy import DummyRegressor
    from sklearn.linear_model import HuberRegressor, LinearRegression, QuantileRegressor

    models = {
        "squares": LinearRegression(),
        "absolute": QuantileRegressor(quantile=0.5, alpha=0),
        "huber": HuberRegressor(alpha=0, max_iter=1000),
        "mean": DummyRegressor(strategy="mean"),
        "median": DummyRegressor(strategy="median"),
    }
    return models[rule]


def _sweep(sample: Sample, point: Point, rule: Rule) -> pd.DataFrame:
    places, dragged = sample.places(point), sample.find(point)
    truth = np.repeat(sample.y[:, None], len(places), axis=1)
    truth[dragged] = places
    n = len(sample.x)
    said = _refit(sample, truth, rule)
    error = np.abs(truth - said[:n])
    return pd.DataFrame(
        {
            "rule": rule,
            "place": np.arange(len(places)),
            "value": places,
            "intercept": said[-2],
            "slope": said[-1] - said[-2],
            **measure_columns(truth, said[:n]),
            "r2_unseen": _r2(np.repeat(sample.unseen_y[:, None], len(places), axis=1), said[n:-2]),
            "squared_share": _share(error**2, dragged),
            "absolute_share": _share(error, dragged),
        }
    ).astype({"rule": "str"})


def _refit(sample: Sample, truth: NDArray[np.float64], rule: Rule) -> NDArray[np.float64]:
    """Fit once for each column of `truth`; say the sample, the unseen rows, and x = 0 and 1."""
    from sklearn.preprocessing import StandardScaler

    # Standardised once, because x never changes: the line is the same, the search for it quicker.
    scaler = StandardScaler().fit(sample.x[:, None])
    x = scaler.transform(sample.x[:, None])
    asked = scaler.transform(np.concatenate([sample.x, sample.unseen_x, [0.0, 1.0]])[:, None])
    model = build_line(rule)
    said: NDArray[np.float64] = np.column_stack(
        [model.fit(x, column).predict(asked) for column in truth.T]
    )
    return said


def measure_columns(
    truth: NDArray[np.float64], said: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Return the scores of `METRICS`, one for each column of `truth` and `said`.

    A true value of 0 leaves MAPE undefined (NaN): scikit-learn would divide by 2e-16 instead.
    """
    from sklearn import metrics

    raw = {"multioutput": "raw_values"}
    mape = metrics.mean_absolute_percentage_error(truth, said, **raw)
    return {
        "mae": metrics.mean_absolute_error(truth, said, **raw),
        "mse": metrics.mean_squared_error(truth, said, **raw),
        "rmse": metrics.root_mean_squared_error(truth, said, **raw),
        "medae": metrics.median_absolute_error(truth, said, **raw),
        "mape": np.where((truth == 0).any(axis=0), np.nan, mape),
        "r2": _r2(truth, said),
    }


def _r2(truth: NDArray[np.float64], said: NDArray[np.float64]) -> NDArray[np.float64]:
    from sklearn.metrics import r2_score

    return np.asarray(r2_score(truth, said, multioutput="raw_values"))


def _share(error: NDArray[np.float64], dragged: int) -> NDArray[np.float64]:
    total = error.sum(axis=0)
    unknown = np.full(total.shape, np.nan)
    return np.asarray(np.divide(error[dragged], total, out=unknown, where=total > 0))
