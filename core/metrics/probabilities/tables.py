"""The small tables and the formulas of the probability lab, as people read them."""

import pandas as pd

from core.formula import Formula
from core.metrics.probabilities.lab import ProbabilityResult
from core.metrics.probabilities.words import NAMES, say_points
from core.wording import THIN, count, percent, significant


def formulas(result: ProbabilityResult) -> tuple[Formula, ...]:
    """Return log loss and Brier score with the sums of this view."""
    n = count(result.n_test)
    return (
        Formula(
            name="log loss, clipped" if result.n_impossible else "log loss",
            top="sum of prices",
            bottom="rows",
            top_number=count(round(result.log_loss * result.n_test, 1)),
            bottom_number=n,
            value=significant(result.log_loss),
        ),
        Formula(
            name="Brier score",
            top="sum of squares",
            bottom="rows",
            top_number=count(round(result.brier * result.n_test, 1)),
            bottom_number=n,
            value=significant(result.brier),
        ),
    )


def tabulate_parts(result: ProbabilityResult) -> pd.DataFrame:
    """Write the Brier score as the sum of its parts, with this view's numbers."""
    sign = "−" if result.within_bins < 0 else "+"
    parts = (
        ("Reliability: said what does not come true", f"{result.reliability:.4f}"),
        ("Resolution: earned by telling rows apart", f"−{THIN}{result.resolution:.4f}"),
        ("Uncertainty: always saying the base rate", f"+{THIN}{result.uncertainty:.4f}"),
        ("Different scores in one bin", f"{sign}{THIN}{abs(result.within_bins):.4f}"),
        ("Brier score", f"={THIN}{result.brier:.4f}"),
    )
    return pd.DataFrame(parts, columns=["Part", "Price"])


def tabulate_versions(result: ProbabilityResult) -> pd.DataFrame:
    """Return ``result.versions`` as people read it; ranges are 95 % intervals."""
    rows = result.versions.to_dict("records")
    return pd.DataFrame(
        {
            "Probabilities": [NAMES[row["version"]] for row in rows],
            "ROC AUC": [f"{row['roc_auc']:.3f}" for row in rows],
            "Log loss": [
                f"{row['log_loss']:.3f} ({row['log_loss_low']:.3f}–{row['log_loss_high']:.3f})"
                if row["n_impossible"] == 0
                else f"infinite (clipped: {row['log_loss']:.3f})"
                for row in rows
            ],
            "Brier": [f"{row['brier']:.4f}" for row in rows],
            "Calibration error": [say_points(row["ece"]) for row in rows],
        }
    )


def tabulate_dearest(result: ProbabilityResult) -> pd.DataFrame:
    """Return the rows that cost most, for the calibration in force."""
    table = result.dearest[result.dearest["version"] == result.spec.calibration]
    table = table[table["given"] < 1].head(5)
    rows = table.to_dict("records")
    return pd.DataFrame(
        {
            "Row": [str(row["row"]) for row in rows],
            f"{result.positive_noun[0].capitalize()}?": [
                "yes" if row["positive"] else "no" for row in rows
            ],
            "Said": [_say_probability(row["score"]) for row in rows],
            "Costs": ["infinite" if row["given"] == 0 else f"{row['loss']:.2f}" for row in rows],
            "Share": [
                "undefined" if result.n_impossible else percent(row["share"], 1) for row in rows
            ],
        }
    )


def _say_probability(score: float) -> str:
    if score in (0.0, 1.0):
        return f"exactly {score:g}"
    if score > 0.999:
        return f"1 − {significant(1 - score, 2)}"
    return significant(score, 2)
