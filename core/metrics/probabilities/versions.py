"""One model's probabilities before and after calibration, side by side with what they could be at best."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import load_dataset
from core.metrics.probabilities.measures import (
    Binning,
    Bins,
    Happened,
    Scores,
    chance_given,
    decompose_brier,
    expected_calibration_error,
    log_losses,
    put_into_bins,
    simulate_honest_error,
    tally_bins,
)
from core.metrics.probabilities.models import (
    CALIBRATIONS,
    CalibratedScores,
    CalibrationSpec,
    calibrate_classifier,
)

BIN_NUMBERS = (5, 10, 15, 20, 30, 50)
N_DEAREST = 8
N_MAP_POINTS = 400
"""Most points of a curve from raw to calibrated scores."""
LEAST_OF_A_GROUP = 20
"""Rows that the group of the first question has at least, if any bin has as many."""
Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, eq=False)
class Judgement:
    """What the test rows say of every version; the tables are those of `ProbabilityResult`."""

    trained: CalibratedScores
    positive: Happened
    versions: pd.DataFrame
    reliability: pd.DataFrame
    dearest: pd.DataFrame
    calibration_map: pd.DataFrame
    error_by_bins: pd.DataFrame
    by_version: dict[str, dict[str, Any]]
    """The rows of `versions`, by name."""
    group: dict[str, Any]
    """The fields ``group_…`` of the result."""


@lru_cache(maxsize=32)
def judge_versions(spec: CalibrationSpec, binning: Binning, n_bins: int) -> Judgement:
    """Judge every version on the test rows; takes a tenth of a second, and is kept."""
    trained = calibrate_classifier(spec)
    positive = trained.scores["positive"].to_numpy()
    scores = _gather(trained)
    rows: list[dict[str, Any]] = []
    tallies = []
    for name, score in scores.items():
        bins = put_into_bins(score, binning, n_bins)
        rows.append({"version": name, **_measure(positive, score, bins, spec.seed)})
        tallies.append(tally_bins(positive, score, bins).assign(version=name))
    reliability = _version_first(pd.concat(tallies, ignore_index=True))
    return Judgement(
        trained=trained,
        positive=positive,
        versions=pd.DataFrame(rows),
        reliability=reliability,
        dearest=_version_first(_find_dearest(trained)),
        calibration_map=_version_first(_trace_maps(trained)),
        error_by_bins=_version_first(_vary_bins(positive, scores)),
        by_version={str(row["version"]): row for row in rows},
        group=_find_group(reliability),
    )


def _gather(trained: CalibratedScores) -> dict[str, Scores]:
    dataset = load_dataset(trained.spec.data)
    versions: dict[str, Scores] = {}
    for name in CALIBRATIONS:
        versions[name] = trained.scores[name].to_numpy()
    versions["base_rate"] = np.full(trained.n_test, trained.learned_base_rate)
    if dataset.know is not None:
        versions["truth"] = dataset.true_values()[trained.scores["row"].to_numpy()]
    return versions


def _measure(positive: Happened, score: Scores, bins: Bins, seed: int) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score

    losses, squares = log_losses(positive, score), (score - positive) ** 2
    honest, honest_high = simulate_honest_error(score, bins, seed)
    reach, reach_of_brier = (
        Z * float(values.std(ddof=1)) / len(score) ** 0.5 for values in (losses, squares)
    )
    parts = decompose_brier(positive, score, bins)
    log_loss = float(losses.mean())
    n_impossible = int((chance_given(positive, score) == 0).sum())
    if n_impossible:
        reach = float("nan")  # the true log loss is infinite, and no interval bounds it
    return {
        "roc_auc": float(roc_auc_score(positive, score)),
        "roc_auc_reversed": float(roc_auc_score(positive, 1 - score)),
        "roc_auc_labels": float(roc_auc_score(positive, score >= 0.5)),
        "log_loss": log_loss,
        "log_loss_low": max(log_loss - reach, 0 * reach),
        "log_loss_high": log_loss + reach,
        "n_impossible": n_impossible,
        **asdict(parts),
        "brier_low": max(parts.brier - reach_of_brier, 0.0),
        "brier_high": parts.brier + reach_of_brier,
        "ece": expected_calibration_error(positive, score, bins),
        "ece_if_honest": honest,
        "ece_if_honest_high": honest_high,
        "n_distinct": len(np.unique(score)),
    }


def _find_group(reliability: pd.DataFrame) -> dict[str, Any]:
    """Return the highest bin of the raw scores that has enough rows, or else the fullest."""
    bins = reliability[reliability["version"] == "raw"]
    large = bins[bins["n"] >= LEAST_OF_A_GROUP]
    group = (large if len(large) else bins.sort_values("n")).iloc[-1].to_dict()
    floats = {f"group_{name}": float(group[name]) for name in ("said", "happened", "low", "high")}
    return {"group_n": int(group["n"]), **floats}


def _find_dearest(trained: CalibratedScores) -> pd.DataFrame:
    """Return the rows that cost most, for each calibration."""
    tables = []
    positive = trained.scores["positive"].to_numpy()
    for name in CALIBRATIONS:
        score = trained.scores[name].to_numpy()
        losses = log_losses(positive, score)
        worst = np.argsort(-losses, kind="stable")[:N_DEAREST]
        tables.append(
            pd.DataFrame(
                {
                    "version": name,
                    "row": trained.scores["row"].to_numpy()[worst],
                    "positive": positive[worst],
                    "score": score[worst],
                    "given": chance_given(positive, score)[worst],
                    "loss": losses[worst],
                    "share": losses[worst] / losses.sum(),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _trace_maps(trained: CalibratedScores) -> pd.DataFrame:
    """Return what each calibration makes of the raw scores, in rising order."""
    raw = trained.scores["raw"].to_numpy()
    order = np.argsort(raw, kind="stable")
    # Evenly over the range of the scores, so that no long empty stretch is cut short.
    wanted = np.searchsorted(raw[order], np.linspace(0, raw.max(), N_MAP_POINTS))
    kept = order[np.unique(np.concatenate([[0], np.minimum(wanted, len(raw) - 1)]))]
    tables = [
        pd.DataFrame(
            {
                "version": name,
                "score": raw[kept],
                "calibrated": trained.scores[name].to_numpy()[kept],
            }
        )
        for name in CALIBRATIONS
    ]
    return pd.concat(tables, ignore_index=True)


def _vary_bins(positive: Happened, scores: dict[str, Scores]) -> pd.DataFrame:
    choices: tuple[Binning, ...] = ("width", "count")
    rows = [
        {
            "version": name,
            "bins": binning,
            "n_bins": n_bins,
            "ece": expected_calibration_error(
                positive, score, put_into_bins(score, binning, n_bins)
            ),
        }
        for name, score in scores.items()
        for binning in choices
        for n_bins in BIN_NUMBERS
    ]
    return pd.DataFrame(rows)


def _version_first(table: pd.DataFrame) -> pd.DataFrame:
    others = [name for name in table.columns if name != "version"]
    return table[["version", *others]].astype({"version": "str"})
