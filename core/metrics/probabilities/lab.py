"""Can you trust a probability? One trained model, its probabilities raw and calibrated, and what happened.

A model that says 90 % is calibrated if 90 % of such rows turn out positive. Whether it ranks well is
another question: calibration changes the probabilities and (nearly) leaves the ranking alone.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import get_args

import numpy as np
import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.probabilities.measures import Binning, compare_pairs, guessing_spread
from core.metrics.probabilities.models import (
    CALIBRATIONS,
    Calibration,
    CalibrationSpec,
    ScoreModel,
    calibrate_classifier,
    is_quick,
)
from core.metrics.probabilities.script import write_script
from core.metrics.probabilities.versions import judge_versions

MOST_BINS = 50
EIGHT_TRUTHS = (0, 0, 0, 0, 1, 1, 1, 1)
EIGHT_SCORES = (0.1, 0.2, 0.6, 0.3, 0.4, 0.7, 0.8, 0.9)
"""Small enough to compare every pair by hand."""


@dataclass(frozen=True, kw_only=True)
class ProbabilitySpec:
    """One model, one way to calibrate it, one way to look at it, one mistake to price."""

    data: str = "churn"
    """Name of a binary table: ``fraud``, ``churn``, ``breast_cancer`` or ``own-…``."""
    model: ScoreModel = "naive_bayes"
    calibration: Calibration = "raw"
    bins: Binning = "width"
    n_bins: int = 10
    given: float = 0.01
    """The probability that was given to what then happened: the price of one mistake."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.trained  # refuses unknown data, models and seeds
        require(
            self.calibration in CALIBRATIONS,
            f"The calibration is one of {', '.join(CALIBRATIONS)}, got {self.calibration!r}.",
        )
        require(
            self.bins in get_args(Binning),
            f"Bins have equal 'width' or equal 'count', got {self.bins!r}.",
        )
        require(
            2 <= self.n_bins <= MOST_BINS,
            f"A reliability diagram needs 2 to {MOST_BINS} bins, got {self.n_bins}. Try 10.",
        )
        require(
            0 < self.given <= 1,
            "What happened had a probability above 0 and up to 1, and the price of 0 would be "
            f"infinite; got {self.given:g}. Try 0.01.",
        )

    @property
    def trained(self) -> CalibrationSpec:
        """What has to be trained: the same for all bins and prices."""
        return CalibrationSpec(data=self.data, model=self.model, seed=self.seed)


@dataclass(frozen=True, eq=False)
class ProbabilityResult:
    """How the probabilities of one model compare with what happened to rows it never saw.

    Scalars without a prefix belong to the calibration in force (``spec.calibration``), those with
    ``raw_`` to the model as it is. `log_loss` is scikit-learn's: where `n_impossible` is above 0
    the true one is infinite.
    """

    spec: ProbabilitySpec
    row_noun: tuple[str, str]
    """One and many: ("customer", "customers"); so is the next."""
    positive_noun: tuple[str, str]
    n_train: int
    n_calibration: int
    n_positive_calibration: int
    n_test: int
    n_positive: int
    """Among the test rows."""
    base_rate: float
    """Share of positives among the test rows."""
    group_n: int
    """Of the raw scores: the rows of the highest bin worth asking about, what was said of them
    on average, the share that happened, and its 95 % interval."""
    group_said: float
    group_happened: float
    group_low: float
    group_high: float
    roc_auc: float
    roc_auc_labels: float
    """The same area when labels (score at or above 0.5) are handed in instead of scores."""
    roc_auc_reversed: float
    """And when 1 − score is handed in."""
    guessing_spread: float
    """Standard deviation of the area of scores that know nothing, on as many rows of each class."""
    log_loss: float
    n_impossible: int
    """Rows that happened although their probability was said to be exactly 0."""
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float
    ece: float
    """Expected calibration error, in the bins of the spec."""
    ece_if_honest: float
    """What it would be on average if each probability were true; 95 % stay below the next."""
    ece_if_honest_high: float
    n_distinct: int
    """Different scores among the test rows."""
    raw_roc_auc: float
    raw_log_loss: float
    raw_brier: float
    raw_ece: float
    raw_n_distinct: int
    base_rate_log_loss: float
    """Of always saying the base rate of the training rows; so are the next two."""
    base_rate_brier: float
    base_rate_ece: float
    mistake_loss: float
    """−ln of ``spec.given``."""
    mistake_added: float
    """What one such row brings to the mean over the test rows."""
    mistake_in_rows: float
    """So many average rows cost as much as this one."""
    versions: pd.DataFrame
    """One row per ``version`` ("raw", "sigmoid", "isotonic", "base_rate", and "truth" where the law
    is known): ``roc_auc``, ``roc_auc_labels``, ``roc_auc_reversed``, ``log_loss``,
    ``n_impossible``, ``brier``, its parts, ``ece``, ``ece_if_honest``, ``ece_if_honest_high``,
    ``n_distinct``, and 95 % bounds ``log_loss_low``, ``log_loss_high`` (NaN if
    infinite), ``brier_low``, ``brier_high``."""
    reliability_bins: pd.DataFrame
    """One row per version and bin with rows; see `tally_bins`."""
    dearest: pd.DataFrame
    """The rows that cost most log loss, for each calibration: ``version``, ``row`` (position in
    the table), ``positive``, ``score``, ``given`` (to what happened), ``loss``, ``share``."""
    calibration_map: pd.DataFrame
    """``version``, ``score`` (raw), ``calibrated``: what calibration makes of each score."""
    error_by_bins: pd.DataFrame
    """``version``, ``bins``, ``n_bins``, ``ece``: the calibration error in other bins."""
    pairs: pd.DataFrame
    """The eight points, each positive with each negative: ``scores`` ("scores" or "labels" were
    handed in), ``positive_score``, ``negative_score``, ``credit`` (1, ½ or 0)."""


def judge_probabilities(spec: ProbabilitySpec) -> ProbabilityResult:
    """Answer "can you trust the probabilities of this model, and what does calibrating change?".

    Trains and calibrates if that is not remembered; everything else takes milliseconds.
    Check by eye: naive Bayes on churn says far more than happens, Platt and isotonic do not, and
    Platt leaves the area under the ROC curve where it is.
    """
    judged = judge_versions(spec.trained, spec.bins, spec.n_bins)
    dataset, trained = load_dataset(spec.data), judged.trained
    here, raw, base = (judged.by_version[name] for name in (spec.calibration, "raw", "base_rate"))
    mistake_loss = abs(log(spec.given))  # not −0 for a probability of 1
    return ProbabilityResult(
        spec=spec,
        row_noun=dataset.row_noun,
        positive_noun=dataset.positive_noun or ("positive row", "positive rows"),
        n_train=trained.n_train,
        n_calibration=trained.n_calibration,
        n_positive_calibration=trained.n_positive_calibration,
        n_test=trained.n_test,
        n_positive=int(judged.positive.sum()),
        base_rate=float(judged.positive.mean()),
        **judged.group,
        **{name: here[name] for name in _OF_THE_VERSION},
        **{f"raw_{name}": raw[name] for name in _OF_THE_MODEL},
        **{f"base_rate_{name}": base[name] for name in ("log_loss", "brier", "ece")},
        guessing_spread=guessing_spread(judged.positive),
        mistake_loss=mistake_loss,
        mistake_added=mistake_loss / trained.n_test,
        mistake_in_rows=mistake_loss / here["log_loss"],
        versions=judged.versions.copy(deep=False),
        reliability_bins=judged.reliability.copy(deep=False),
        dearest=judged.dearest.copy(deep=False),
        calibration_map=judged.calibration_map.copy(deep=False),
        error_by_bins=judged.error_by_bins.copy(deep=False),
        pairs=_pair_eight_points().copy(deep=False),
    )


_OF_THE_VERSION = (
    "roc_auc", "roc_auc_labels", "roc_auc_reversed", "log_loss", "n_impossible", "brier",
    "reliability", "resolution", "uncertainty", "within_bins", "ece", "ece_if_honest",
    "ece_if_honest_high", "n_distinct",
)  # fmt: skip
_OF_THE_MODEL = ("roc_auc", "log_loss", "brier", "ece", "n_distinct")


@lru_cache(maxsize=1)
def _pair_eight_points() -> pd.DataFrame:
    positive, score = np.array(EIGHT_TRUTHS, dtype=bool), np.array(EIGHT_SCORES)
    tables = []
    for name, handed_in in (("scores", score), ("labels", (score >= 0.5).astype(np.float64))):
        pairs = compare_pairs(positive, handed_in)
        table = pd.DataFrame(
            {
                "scores": name,
                "positive_score": score[pairs["positive_row"]],
                "negative_score": score[pairs["negative_row"]],
                "credit": pairs["credit"],
            }
        )
        tables.append(table)
    return pd.concat(tables, ignore_index=True).astype({"scores": "str"})


def name_slow_part(spec: ProbabilitySpec) -> SlowPart | None:
    """Return the training that a view waits for; None if it takes no longer than a moment."""
    if is_quick(spec.trained):
        return None
    title = load_dataset(spec.data).title
    what = f"A model is being trained and calibrated on {title}, in a process of its own."
    return SlowPart(run=calibrate_classifier, spec=spec.trained, what=what)


LAB = Lab(
    name="probabilities",
    question="Can you trust a probability?",
    spec=ProbabilitySpec,
    run=judge_probabilities,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "platt": {"calibration": "sigmoid"},
        "fraud-isotonic": {"data": "fraud", "calibration": "isotonic", "bins": "count"},
        "few-rows": {"data": "breast_cancer", "model": "logistic", "calibration": "isotonic"},
        "platt-harms": {"model": "forest", "calibration": "sigmoid", "n_bins": 15},
        "yes-or-no": {"model": "tree", "given": 0.001},
    },
)
