"""Why does the best model make mistakes? A known truth, many fresh samples, and the error taken apart.

One kind of model learns from 200 samples of the same truth. How far its mean lies from the truth
is bias; how far the single fits lie from their mean is variance; the rest nobody can hit.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from core.bias_variance.decomposition.mistakes import MistakesSpec, take_mistakes_apart
from core.bias_variance.decomposition.script import write_script
from core.bias_variance.families import FamilyName, find_family
from core.bias_variance.measure import Decomposition, SamplesSpec, measure_bias_variance
from core.datasets.curves import load_curve
from core.errors import require
from core.lab import Lab, SlowPart

QUICK = ("polynomial", "ridge", "neighbours")
"""Families of which one fit serves all samples."""
N_SAMPLES = {"forest": 60, "boosting": 60, "lasso": 100}
"""Where a fit takes long, fewer samples are drawn; the standard errors say what that costs."""
OFTEN = 200


@dataclass(frozen=True, kw_only=True)
class DecompositionSpec:
    """A truth, its noise, and a model that may bend more or less."""

    truth: str = "sine"
    """A known curve: ``line``, ``parabola``, ``sine``, ``ripples``, ``step`` or ``bump``."""
    family: FamilyName = "polynomial"
    noise: float = 0.3
    n_rows: int = 15
    bend: int = 1
    """How far the model may bend: 0 is the most rigid setting of its knob; a place beyond the last
    one is the last one."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.samples  # refuses unknown truths and families, and numbers out of range
        require(
            0 <= self.bend <= 50,
            f"Models are counted from 0, the most rigid one, got {self.bend}. Try 1.",
        )

    @property
    def samples(self) -> SamplesSpec:
        """What is measured; the same for all places of the handle."""
        return SamplesSpec(
            truth=self.truth,
            noise=self.noise,
            n_rows=self.n_rows,
            family=self.family,
            n_samples=N_SAMPLES.get(self.family, OFTEN),
            seed=self.seed,
        )


@dataclass(frozen=True, eq=False)
class DecompositionResult:
    """Where the error of the model at the handle comes from, and of all others of its family.

    Squared errors are in the squared unit of the curve; `_se` is the Monte-Carlo standard error.
    """

    spec: DecompositionSpec
    truth_title: str
    family_title: str
    knob: str
    """What the knob sets: "degree"."""
    n_samples: int
    at: int
    """Place of the handle: a row number of `terms`."""
    setting: float
    bias2: float
    bias2_se: float
    variance: float
    variance_se: float
    noise: float
    """The variance of the noise: what is left when model and truth agree."""
    total: float
    """bias² + variance + noise."""
    total_se: float
    error: float
    """Squared error on fresh noisy targets, by other samples."""
    error_se: float
    residual: float
    """error − total; chance alone makes it as large as a few `residual_se`."""
    residual_se: float
    train_error: float
    """Mean squared error on the rows that were learnt from."""
    best_setting: float
    """The setting with the smallest total, and that total."""
    best_total: float
    best_at: int
    least_train_setting: float
    """The setting with the smallest train error."""
    rigid_bias2: float
    """Of the most rigid setting, and of the most nervous one."""
    rigid_variance: float
    nervous_bias2: float
    nervous_variance: float
    worst_residual: float
    """The largest |residual| of all settings, in units of its own standard error."""
    stump_bias: float
    """Stumps on two classes above and below a diagonal, whatever the view: the share of rows on which most
    stumps are wrong; of mistakes that variance adds, and of those that it saves; and of all mistakes."""
    stump_harmed: float
    stump_helped: float
    stump_mistakes: float
    stump_trade: float
    """Correlation of false alarms and misses over samples, of stumps and of the deepest trees."""
    deep_trade: float
    terms: pd.DataFrame
    """One row per setting; see `core.bias_variance.measure.Decomposition.terms`."""
    fits: pd.DataFrame
    means: pd.DataFrame
    rows: pd.DataFrame
    """These three as in `core.bias_variance.measure.Decomposition`."""
    mistakes: pd.DataFrame
    """Trees on two classes; see `core.bias_variance.decomposition.mistakes.TreeMistakes.terms`."""


def decompose_error(spec: DecompositionSpec) -> DecompositionResult:
    """Answer "how much of this model's error is rigidity, how much is nerves, and how much is noise?".

    Check by eye: at every setting `total` is bias² + variance + noise, and `error` agrees with it
    within a few of its standard errors.
    """
    everywhere = _look_over(spec.samples)
    at = min(spec.bend, len(everywhere.places) - 1)
    here: dict[str, Any] = dict(everywhere.places[at])
    tables: dict[str, Any] = {n: table.copy(deep=False) for n, table in everywhere.tables.items()}
    return DecompositionResult(
        spec=spec, at=at, **here, **everywhere.scalars, **_read_mistakes(), **tables
    )


@dataclass(frozen=True, eq=False)
class _Everywhere:
    """All of a `DecompositionResult` that is the same wherever the handle stands."""

    scalars: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    places: tuple[dict[str, float], ...]
    """The rows of ``terms``."""


@cached(LRUCache(maxsize=32), lock=Lock())
def _look_over(spec: SamplesSpec) -> _Everywhere:
    found, family = measure_bias_variance(spec), find_family(spec.family)
    terms = found.terms
    places = tuple(
        {str(name): float(value) for name, value in row.items()} for row in terms.to_dict("records")
    )
    best = int(terms["total"].argmin())
    standardised = (terms["residual"] / terms["residual_se"]).abs()
    scalars = {
        "truth_title": load_curve(spec.truth).title,
        "family_title": family.title,
        "knob": family.knob,
        "n_samples": spec.n_samples,
        "best_setting": places[best]["setting"],
        "best_total": places[best]["total"],
        "best_at": best,
        "least_train_setting": places[int(terms["train_error"].argmin())]["setting"],
        "rigid_bias2": places[0]["bias2"],
        "rigid_variance": places[0]["variance"],
        "nervous_bias2": places[-1]["bias2"],
        "nervous_variance": places[-1]["variance"],
        "worst_residual": float(standardised.max()) if spec.noise > 0 else 0.0,
    }
    return _Everywhere(scalars=scalars, tables=_tables(found), places=places)


def _tables(found: Decomposition) -> dict[str, pd.DataFrame]:
    return {"terms": found.terms, "fits": found.fits, "means": found.means, "rows": found.rows}


def _read_mistakes() -> dict[str, Any]:
    terms = take_mistakes_apart(MistakesSpec()).terms
    stump = terms.iloc[0].to_dict()
    return {
        "stump_bias": float(stump["bias"]),
        "stump_harmed": float(stump["variance_harms"]),
        "stump_helped": float(stump["variance_helps"]),
        "stump_mistakes": float(stump["total"]),
        "stump_trade": float(stump["trade"]),
        "deep_trade": float(terms["trade"].iloc[-1]),
        "mistakes": terms,
    }


def name_slow_part(spec: DecompositionSpec) -> SlowPart | None:
    """Return the training that a view waits for; None if it takes no longer than a moment."""
    if spec.family in QUICK:
        return None
    samples, family = spec.samples, find_family(spec.family)
    n_fits = 2 * samples.n_samples * len(family.settings_for(spec.n_rows))
    what = f"{family.title}: {n_fits:,} models are being trained, in a process of their own."
    return SlowPart(run=measure_bias_variance, spec=samples, what=what)


LAB = Lab(
    name="bias-variance",
    question="Why does the best model make mistakes?",
    spec=DecompositionSpec,
    run=decompose_error,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "nervous": {"bend": 10},
        "more-rows": {"bend": 10, "n_rows": 200},
        "no-noise": {"noise": 0.0, "n_rows": 30, "bend": 5},
        "ripples": {"truth": "ripples", "n_rows": 30, "bend": 9},
        "neighbours": {"family": "neighbours", "n_rows": 30, "bend": 10},
        "ridge": {"family": "ridge", "bend": 6},
        "tree": {"family": "tree", "n_rows": 30, "bend": 9},
    },
)
