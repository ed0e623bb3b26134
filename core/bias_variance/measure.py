"""Fit one family of models on many fresh samples of a known truth, and take the error apart; done once."""

from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.bias_variance.families import Family, FamilyName, find_family
from core.bias_variance.terms import Numbers, take_apart
from core.datasets.curves import Curve, load_curve
from core.errors import require
from core.progress import report
from core.remember import remembered

N_PLACES = 101
"""Places between 0 and 1 where predictions are compared with the truth."""
N_DRAWN = 30
"""Samples whose fits are kept to be drawn."""
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class SamplesSpec:
    """A truth, how noisily it is measured, and the models that learn from the measurements."""

    truth: str = "sine"
    """A known curve between 0 and 1; see `core.datasets.curves`."""
    noise: float = 0.3
    """Standard deviation of the noise; the curves lie between −1 and 1."""
    n_rows: int = 30
    """Measurements in a sample, evenly spaced."""
    family: FamilyName = "polynomial"
    n_samples: int = 200
    seed: int = 0

    def __post_init__(self) -> None:
        load_curve(self.truth)
        find_family(self.family)
        require(
            isfinite(self.noise) and 0 <= self.noise <= 2,
            f"Noise is a standard deviation between 0 and 2, got {self.noise:g}. The curves lie "
            "between −1 and 1, so 0.3 is much already.",
        )
        require(
            8 <= self.n_rows <= 500,
            f"A sample has 8 to 500 measurements here, got {self.n_rows}. Try 30.",
        )
        require(
            2 <= self.n_samples <= 1000,
            f"Variance needs at least 2 samples, and 1,000 are enough here; got {self.n_samples}. "
            "Try 200.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Where the error of each model comes from. Squared errors are in the squared unit of the curve.

    Every sample measures the truth at the same places with fresh noise. All terms are means over
    the places; `_se` is the Monte-Carlo standard error of the number before it.
    """

    spec: SamplesSpec
    noise: float
    """The variance of the noise, known exactly."""
    terms: pd.DataFrame
    """One row per setting of the knob, from rigid to nervous: ``setting``, ``bias2``, ``bias2_se``,
    ``variance``, ``variance_se``, ``noise``, ``total`` (their sum), ``total_se``; ``error`` and
    ``error_se`` (squared error on fresh noisy targets, by other samples: the audit), ``residual``
    (error minus total) and ``residual_se``; ``train_error`` (on the rows learnt from)."""
    fits: pd.DataFrame
    """The first `N_DRAWN` samples: ``setting``, ``sample`` (from 1), ``x``, ``y``."""
    means: pd.DataFrame
    """Over all samples: ``setting``, ``x``, ``truth``, ``mean``, ``spread`` (standard deviation)."""
    rows: pd.DataFrame
    """The measurements behind `fits`: ``sample``, ``x``, ``y``."""


@remembered
def measure_bias_variance(spec: SamplesSpec) -> Decomposition:
    """Answer "does this model miss because it is too rigid, too nervous, or because nobody could hit?".

    Source: Geman, Bienenstock and Doursat 1992, with the noise as a term of its own. The audit
    repeats everything with other samples and compares with noisy targets that no model has seen:
    its error must be bias² + variance + noise, up to chance. Check by eye: a polynomial of degree 0
    through evenly spaced points of the sine has no bias in its mean, 0, so its bias² is the
    sine's own mean square, ½.
    """
    family, curve = find_family(spec.family), load_curve(spec.truth)
    x = np.linspace(0, 1, spec.n_rows)
    places = (np.arange(N_PLACES) + 0.5) / N_PLACES
    truth = curve.true_value(places)
    drawing, auditing = (np.random.default_rng([spec.seed, stream]) for stream in (0, 1))
    targets, others = (_measure(curve, x, spec, rng) for rng in (drawing, auditing))
    settings = family.settings_for(spec.n_rows)
    terms, fits, means = [], [], []
    for at, setting in enumerate(settings):
        report(at / len(settings), f"{family.title}, {family.knob} {setting:g}")
        fit = partial(predict_all, family, setting, x=x, places=places, seed=spec.seed)
        predictions, fitted = fit(targets)
        audited, _ = fit(others)
        fresh = truth + spec.noise * auditing.standard_normal(audited.shape)
        errors = ((audited - fresh) ** 2).mean(axis=1)
        train_error = float(((fitted - targets) ** 2).mean())
        terms.append(
            {
                "setting": setting,
                **_row(predictions, truth, errors, spec),
                "train_error": train_error,
            }
        )
        fits.append(_list_fits(setting, places, predictions[:N_DRAWN]))
        means.append(_describe(setting, places, truth, predictions))
    report(1.0, "Done")
    return Decomposition(
        spec=spec,
        noise=spec.noise**2,
        terms=pd.DataFrame(terms),
        fits=pd.concat(fits, ignore_index=True),
        means=pd.concat(means, ignore_index=True),
        rows=_list_rows(x, targets[:N_DRAWN]),
    )


def predict_all(
    family: Family, setting: float, targets: Numbers, *, x: Numbers, places: Numbers, seed: int
) -> tuple[Numbers, Numbers]:
    """Return what the model of every sample says at `places`, and at its own rows.

    `targets` holds samples × rows. A family that is linear in y learns all samples in one fit, as
    one target each; the others are fitted one by one, each with a seed of its own.
    """
    rows, elsewhere = x[:, None], places[:, None]
    if family.is_linear_in_y:
        model = family.build(setting, seed).fit(rows, targets.T)
        return model.predict(elsewhere).T, model.predict(rows).T
    models = [
        family.build(setting, seed + at).fit(rows, sample) for at, sample in enumerate(targets)
    ]
    return (
        np.array([model.predict(elsewhere) for model in models]),
        np.array([model.predict(rows) for model in models]),
    )


def _measure(curve: Curve, x: Numbers, spec: SamplesSpec, rng: np.random.Generator) -> Numbers:
    noise: NDArray[np.float64] = rng.standard_normal((spec.n_samples, len(x)))
    return curve.true_value(x) + spec.noise * noise


def _row(
    predictions: Numbers, truth: Numbers, errors: Numbers, spec: SamplesSpec
) -> dict[str, Any]:
    terms = take_apart(predictions, truth)
    total, error = terms.excess + spec.noise**2, float(errors.mean())
    error_se = float(errors.std(ddof=1) / len(errors) ** 0.5)
    return {
        "bias2": terms.bias2,
        "bias2_se": terms.bias2_se,
        "variance": terms.variance,
        "variance_se": terms.variance_se,
        "noise": spec.noise**2,
        "total": total,
        "total_se": terms.excess_se,
        "error": error,
        "error_se": error_se,
        "residual": error - total,
        "residual_se": float(np.hypot(error_se, terms.excess_se)),
    }


def _list_fits(setting: float, places: Numbers, predictions: Numbers) -> pd.DataFrame:
    n_samples = len(predictions)
    return pd.DataFrame(
        {
            "setting": setting,
            "sample": np.repeat(np.arange(1, n_samples + 1), len(places)),
            "x": np.tile(places, n_samples),
            "y": predictions.ravel(),
        }
    )


def _describe(
    setting: float, places: Numbers, truth: Numbers, predictions: Numbers
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "setting": setting,
            "x": places,
            "truth": truth,
            "mean": predictions.mean(axis=0),
            "spread": predictions.std(axis=0, ddof=1),
        }
    )


def _list_rows(x: Numbers, targets: Numbers) -> pd.DataFrame:
    n_samples = len(targets)
    return pd.DataFrame(
        {
            "sample": np.repeat(np.arange(1, n_samples + 1), len(x)),
            "x": np.tile(x, n_samples),
            "y": targets.ravel(),
        }
    )
