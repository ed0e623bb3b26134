"""How hard should a model be held back? One dial from weak to strong, on a real table and on a known truth.

On the real table each strength is trained and judged on rows that it has not seen. On a truth that we
made, the same dial shows what it trades: variance against bias.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from core.bias_variance.regularisation.brakes import BrakeName, find_brake
from core.bias_variance.regularisation.dial import DialSpec, turn_dial
from core.bias_variance.regularisation.held import HeldSpec, Rows, hold_back
from core.bias_variance.regularisation.script import write_script
from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.regression.lab import unit_of
from core.progress import report
from core.remember import remembered


@dataclass(frozen=True, kw_only=True)
class RegularisationSpec:
    """A table, one way to hold the model back, and how hard."""

    data: str = "diabetes"
    """Its target is a number or has two classes: ``diabetes``, ``house_prices``, ``churn``, ``own-…``."""
    brake: BrakeName = "lasso"
    hold: float = 0.5
    """Place on the dial: 0 is the weakest setting, 1 the strongest; moved to the nearest one."""
    rows: Rows = "few"
    is_scaled: bool = True
    """Whether numbers are brought to the same spread before the model sees them."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.both  # refuses unknown tables and brakes
        require(
            0 <= self.hold <= 1,
            f"The dial runs from 0 (weakest) to 1 (strongest), got {self.hold:g}. Try 0.5.",
        )

    @property
    def both(self) -> "BothSpec":
        """What is trained; the same for all places of the dial."""
        return BothSpec(
            held=HeldSpec(
                data=self.data,
                brake=self.brake,
                rows=self.rows,
                is_scaled=self.is_scaled,
                seed=self.seed,
            ),
            dial=DialSpec(brake=self.brake),
        )


@dataclass(frozen=True, kw_only=True)
class BothSpec:
    """The real table and the known truth."""

    held: HeldSpec
    dial: DialSpec


@dataclass(frozen=True, eq=False)
class Both:
    """Both trainings, done; see `Held` and `Dial` for the columns."""

    spec: BothSpec
    n_train: int
    n_validation: int
    n_test: int
    last_alpha: float
    noise: float
    path: pd.DataFrame
    coefficients: pd.DataFrame
    terms: pd.DataFrame
    fits: pd.DataFrame
    rows: pd.DataFrame


@remembered
def train_both(spec: BothSpec) -> Both:
    """Train every strength on the real table and on the known truth, once."""
    held = hold_back(spec.held)
    report(0.5, "The same dial on a truth that we know")
    dial = turn_dial(spec.dial)
    return Both(
        spec=spec,
        n_train=held.n_train,
        n_validation=held.n_validation,
        n_test=held.n_test,
        last_alpha=held.last_alpha,
        noise=dial.noise,
        path=held.path,
        coefficients=held.coefficients,
        terms=dial.terms,
        fits=dial.fits,
        rows=dial.rows,
    )


@dataclass(frozen=True, eq=False)
class RegularisationResult:
    """What the model at the handle does, and what the other strengths do.

    Errors are root mean squared errors in the unit of the target; for two classes, mean squared
    errors of the probability (Brier). NaN is undefined.
    """

    spec: RegularisationSpec
    brake_title: str
    knob: str
    row_noun: tuple[str, str]
    target: str
    unit: str
    is_binary: bool
    n_train: int
    n_validation: int
    n_test: int
    n_columns: int
    """Prepared columns that the model may use."""
    at: int
    """Place of the handle: a row number of `path` and of `terms`."""
    strength: float
    train_error: float
    validation_error: float
    validation_se: float
    size: int
    """Columns that count, or leaves, or trees."""
    bias2: float
    """On the known truth, at the same place of the dial."""
    variance: float
    last_alpha: float
    """Penalty from which on no column counts; NaN where there is none."""
    best_at: int
    """The place with the smallest validation error; of equals the strongest."""
    best_strength: float
    best_validation_error: float
    best_test_error: float
    weakest_train_error: float
    weakest_validation_error: float
    weakest_test_error: float
    strongest_validation_error: float
    weakest_variance: float
    strongest_variance: float
    weakest_bias2: float
    strongest_bias2: float
    truth_best_at: int
    """The place with the smallest sum on the known truth."""
    noise: float
    path: pd.DataFrame
    """As in `core.bias_variance.regularisation.held.Held`."""
    coefficients: pd.DataFrame
    terms: pd.DataFrame
    """As in `core.bias_variance.regularisation.dial.Dial`."""
    fits: pd.DataFrame
    rows: pd.DataFrame


def hold_model_back(spec: RegularisationSpec) -> RegularisationResult:
    """Answer "how hard should I hold this model back?".

    Check by eye: `weakest_train_error` is the smallest of all train errors, and a lasso at
    `last_alpha` or above has the size 0.
    """
    everywhere = _look_over(spec.both)
    at = round(spec.hold * (len(everywhere.places) - 1))
    here: dict[str, Any] = dict(everywhere.places[at])
    # Lazy copies: what one reader writes into a table never reaches another.
    tables: dict[str, Any] = {n: table.copy(deep=False) for n, table in everywhere.tables.items()}
    return RegularisationResult(spec=spec, at=at, **here, **everywhere.scalars, **tables)


@dataclass(frozen=True, eq=False)
class _Everywhere:
    """All of a `RegularisationResult` that is the same wherever the handle stands."""

    scalars: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    places: tuple[dict[str, Any], ...]


@cached(LRUCache(maxsize=32), lock=Lock())
def _look_over(spec: BothSpec) -> _Everywhere:
    both, dataset, brake = (
        train_both(spec),
        load_dataset(spec.held.data),
        find_brake(spec.held.brake),
    )
    scalars = {
        "brake_title": brake.title,
        "knob": brake.knob,
        "row_noun": dataset.row_noun,
        "target": str(dataset.target),
        "unit": "" if dataset.task == "binary" else unit_of(dataset, str(dataset.target)),
        "is_binary": dataset.task == "binary",
        "n_train": both.n_train,
        "n_validation": both.n_validation,
        "n_test": both.n_test,
        "n_columns": int(both.coefficients["column"].nunique()) or len(dataset.features),
        "last_alpha": both.last_alpha,
        "noise": both.noise,
        **_compare_ends(both),
    }
    names = ("strength", "train_error", "validation_error", "validation_se", "size")
    places = tuple(
        {
            **{name: row[name] for name in names},
            "bias2": float(terms["bias2"]),
            "variance": float(terms["variance"]),
        }
        for row, terms in zip(
            both.path.to_dict("records"), both.terms.to_dict("records"), strict=True
        )
    )
    tables = {
        name: getattr(both, name) for name in ("path", "coefficients", "terms", "fits", "rows")
    }
    return _Everywhere(scalars=scalars, tables=tables, places=places)


def _compare_ends(both: Both) -> dict[str, Any]:
    path, terms = both.path, both.terms
    errors = path["validation_error"].to_numpy()
    # Of equal errors the model that is held back hardest is the simplest.
    best = len(errors) - 1 - int(errors[::-1].argmin())
    return {
        "best_at": best,
        "best_strength": float(path["strength"].iloc[best]),
        "best_validation_error": float(errors[best]),
        "best_test_error": float(path["test_error"].iloc[best]),
        "strongest_validation_error": float(errors[-1]),
        **{
            f"weakest_{part}_error": float(path[f"{part}_error"].iloc[0])
            for part in ("train", "validation", "test")
        },
        **{
            f"{end}_{part}": float(terms[part].iloc[place])
            for end, place in (("weakest", 0), ("strongest", -1))
            for part in ("bias2", "variance")
        },
        "truth_best_at": int(terms["total"].argmin()),
    }


def name_slow_part(spec: RegularisationSpec) -> SlowPart | None:
    """Return the training that a view waits for.

    None for the view that the lesson opens with: the server makes it ready when it starts.
    """
    if spec.both == RegularisationSpec().both:
        return None
    title, brake = load_dataset(spec.data).title, find_brake(spec.brake)
    what = (
        f"{brake.title}: every strength is being trained on {title} and on a known truth, in a process of "
        "its own."
    )
    return SlowPart(run=train_both, spec=spec.both, what=what)


LAB = Lab(
    name="regularisation",
    question="How hard should I hold the model back?",
    spec=RegularisationSpec,
    run=hold_model_back,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "ridge": {"brake": "ridge", "hold": 0.484},
        "elastic-net": {"brake": "elastic_net", "data": "house_prices"},
        "unscaled": {"is_scaled": False, "hold": 0.29},
        "all-rows": {"rows": "all"},
        "depth": {"brake": "depth", "data": "house_prices", "rows": "all"},
        "leaf": {"brake": "leaf", "data": "churn"},
        "early-stopping": {"brake": "stopping", "hold": 0.692},
        "churn": {"data": "churn", "hold": 0.58},
    },
)
