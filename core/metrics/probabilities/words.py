"""What the probability lab says in words: formulas with numbers, tables, and what was seen."""

from math import isfinite

import pandas as pd

from core.metrics.probabilities.lab import ProbabilityResult
from core.metrics.probabilities.models import Calibration, ScoreModel
from core.wording import count, percent, percent_range, significant

MODEL_NAMES: dict[ScoreModel, str] = {
    "naive_bayes": "Naive Bayes",
    "logistic": "Logistic regression",
    "forest": "Random forest",
    "boosting": "Boosting",
    "tree": "Full-grown tree",
}
NAMES = {
    "raw": "as the model says it",
    "sigmoid": "Platt (sigmoid)",
    "isotonic": "isotonic",
    "base_rate": "always the base rate",
    "truth": "the true probabilities",
}
BIN_NOTE = "A bin holds the rows that were given nearly the same probability."
REPAIR_NOTE = "A calibration is learnt on rows of its own: which probability happened how often?"
SCORES_NOTE = (
    "In the table a higher ROC AUC is better, and of the others the lower: Explain says what they charge "
    "for. Brackets hold a 95 % interval."
)
MODEL_NOTE = (
    "Naive Bayes multiplies what each column says alone. Logistic regression adds up the columns, each with "
    "a weight. A forest lets many decision trees vote, boosting lets each mend the last. A full-grown tree "
    "asks on until it has no doubt left."
)
MAP_IN_WORDS = (
    "Raw score against calibrated score: a smooth curve for Platt, rising steps for isotonic."
)
PAIRS_IN_WORDS = "Sixteen pairs of a positive and a negative. By scores 15 count, by labels 12."
CALIBRATION_NAMES: dict[Calibration, str] = {
    "raw": "none",
    "sigmoid": "Platt",
    "isotonic": "Isotonic",
}


def say_points(share: float) -> str:
    """Return a distance between two shares: "11.3 points", meaning percentage points."""
    digits = 1 if share >= 0.00995 else 2 if share >= 0.00005 else 0
    return f"{100 * share:.{digits}f} points"


def tell_rows(result: ProbabilityResult) -> str:
    """Say which rows trained, calibrated and judged."""
    return (
        f"{MODEL_NAMES[result.spec.model]} learnt from {count(result.n_train)} {result.row_noun[1]} to give "
        f"each one a probability of being a {result.positive_noun[0]}. {count(result.n_calibration)} others "
        "served for a calibration, which mends such probabilities. Both are judged on "
        f"{count(result.n_test)} that neither has seen."
    )


def describe_reliability(result: ProbabilityResult) -> str:
    """Say what the diagram shows to those who do not see it."""
    counted = f"Reliability diagram with the count of {result.row_noun[1]} in every bin."
    return f"{counted} {tell_error(result)}"


def judge_group(result: ProbabilityResult) -> str:
    """Say whether the first question's group happened as "said", "less" or "more" often."""
    if result.group_said > result.group_high:
        return "less"
    return "more" if result.group_said < result.group_low else "said"


def tell_group(result: ProbabilityResult) -> str:
    """Say what happened to the rows of which the model was most certain."""
    hits = round(result.group_n * result.group_happened)
    name = result.positive_noun[0 if hits == 1 else 1]
    return (
        f"{count(hits)} of the {count(result.group_n)} really are {name}: "
        f"{percent(result.group_happened)}, where {percent(result.group_said)} was said. So few rows leave "
        f"room for {percent_range(result.group_low, result.group_high)}."
    )


def tell_error(result: ProbabilityResult) -> str:
    """Say how far said and happened lie apart, and whether chance alone could do that."""
    start = (
        f"Over the bins, what was said and what happened lie {say_points(result.ece)} apart on average: the "
        "expected calibration error. Perfectly honest probabilities would show "
        f"{say_points(result.ece_if_honest)} on {count(result.n_test)} rows by chance alone, and 19 times "
        f"out of 20 less than {say_points(result.ece_if_honest_high)}."
    )
    if result.ece_if_honest_high < 0.0005:
        start = start.partition(" Perfectly")[0]
        start += " Probabilities of nearly 0 and 1 leave chance no room: all should come true."
    if result.ece > result.ece_if_honest_high:
        return f"{start} This is more than chance explains easily."
    return f"{start} These rows give no reason to doubt the probabilities."


def tell_order(result: ProbabilityResult) -> str:
    """Say what calibration did to the ranking and to the scores of the probabilities."""
    if result.spec.calibration == "raw":
        return (
            f"The ranking is another matter: in {percent(result.roc_auc)} of all pairs of one "
            f"{result.positive_noun[0]} and one other, the {result.positive_noun[0]} got the higher score "
            f"(ROC AUC {result.roc_auc:.3f}). Choose Platt above: the probabilities change, the order stays."
        )
    change = (
        f"The Brier score went from {significant(result.raw_brier)} to {significant(result.brier)}, the ROC "
        f"AUC from {result.raw_roc_auc:.4f} to {result.roc_auc:.4f}."
    )
    if result.spec.calibration == "sigmoid":
        why = (
            "Platt's curve only rises, so it changes no pair of rows."
            if abs(result.roc_auc - result.raw_roc_auc) < 1e-12
            else "Platt's curve only rises; what moved are ties, where scores are rounded to one number."
        )
        return f"{change} {why}"
    return (
        f"{change} Isotonic calibration never turns a pair round, but its steps make ties, which count half: "
        f"{count(result.raw_n_distinct)} different scores became {count(result.n_distinct)}."
    )


def tell_impossible(result: ProbabilityResult) -> str:
    """Say what exact zeros cost; nothing to say is an empty text."""
    if result.n_impossible == 0:
        return ""
    what = result.row_noun[0 if result.n_impossible == 1 else 1]
    return (
        f"{count(result.n_impossible)} {what} turned out in a way that was given a probability of exactly 0. "
        "One such row makes the true log loss infinite. scikit-learn takes the smallest step of a computer's "
        f"numbers for 0, charges 36.04 for each row, and so prints {significant(result.log_loss)}."
    )


def tell_effect(result: ProbabilityResult) -> str:
    """Say what calibration did to the log loss: it may also harm."""
    losses = _log_losses(result)
    better = [name for name in ("sigmoid", "isotonic") if losses[name] < losses["raw"]]
    said = {name: _say_loss(losses[name]) for name in losses}
    both = f"{said['sigmoid']} after Platt and {said['isotonic']} after isotonic calibration"
    start = f"On these rows the log loss is {said['raw']} raw, {both}."
    if len(better) == 2:
        return f"{start} Both help here."
    if not better:
        return (
            f"{start} Neither helps here: a calibration is fitted too, on {count(result.n_calibration)} "
            f"rows with {count(result.n_positive_calibration)} {result.positive_noun[1]}, and may be wrong."
        )
    if losses["raw"] == max(losses["sigmoid"], losses["isotonic"]):
        name = "Platt" if better == ["sigmoid"] else "Isotonic calibration"
        return f"{start} {name} helps; the other still gives exact zeros that come true."
    return (
        f"{start} One helps and one harms: Platt's S-curve can have the wrong shape, and isotonic steps "
        f"learn too much from few rows (here {count(result.n_positive_calibration)} "
        f"{result.positive_noun[1]})."
    )


def tell_knowledge(result: ProbabilityResult) -> str:
    """Say why neither log loss nor calibration error alone is the answer."""
    by_version = result.versions.set_index("version")
    said = (
        f"Look at the base rate: it says the same for everyone, misses by "
        f"{say_points(result.base_rate_ece)}, and knows nothing (log loss "
        f"{significant(result.base_rate_log_loss)})."
    )
    if "truth" not in by_version.index:
        return said
    error, loss = (_number(by_version, "truth", column) for column in ("ece", "log_loss"))
    known = (
        f"{said} The true probabilities, which the generator of this table knows, miss by "
        f"{say_points(error)} on these rows, with a log loss of {significant(loss)}."
    )
    if error <= result.base_rate_ece:
        return known
    return f"{known} The calibration error alone would prefer the one that knows nothing."


def tell_bins(result: ProbabilityResult) -> str:
    """Say how the calibration error depends on the bins."""
    errors = {
        (row["bins"], row["n_bins"]): float(row["ece"])
        for row in result.error_by_bins.to_dict("records")
        if row["version"] == result.spec.calibration
    }
    if max(errors.values()) < 1.05 * min(errors.values()):
        return (
            f"With {count(result.n_distinct)} different scores the error is {say_points(result.ece)} in all "
            "the bins tried. As a rule it depends on them, so name the bins when you name it."
        )
    return (
        f"The error depends on the bins: {say_points(errors['width', 5])} with 5 bins of equal width, "
        f"{say_points(errors['width', 50])} with 50; {say_points(errors['count', 5])} and "
        f"{say_points(errors['count', 50])} with bins of equally many rows. Name the bins when you name it."
    )


def tell_reversed(result: ProbabilityResult) -> str:
    """Say what reversed scores and pure guessing would reach on these rows."""
    return (
        f"Reversed scores, 1 − p, turn this model's area of {result.roc_auc:.3f} into "
        f"{result.roc_auc_reversed:.3f}, with the same labels. And chance alone strays: scores that know "
        f"nothing miss 0.5 by {result.guessing_spread:.3f} as a rule (one standard deviation) with "
        f"{count(result.n_positive)} {result.positive_noun[1]} among {count(result.n_test)} rows."
    )


def tell_mistake(result: ProbabilityResult) -> str:
    """Say what one row costs, and what it adds to the mean."""
    if result.mistake_loss == 0:
        return "Certain and right: a probability of 1 for what happened costs nothing."
    brought = (
        f"One row whose true answer was given {significant(result.spec.given)} costs "
        f"{result.mistake_loss:.3f}. Over {count(result.n_test)} {result.row_noun[1]} it brings "
        f"{significant(result.mistake_added)} to the mean"
    )
    if result.n_impossible:
        return f"{brought}."
    return (
        f"{brought}, as much as {significant(result.mistake_in_rows)} average rows of this model."
    )


def _log_losses(result: ProbabilityResult) -> dict[str, float]:
    """Return the true log loss of each calibration: infinite where a zero came true."""
    return {
        str(row["version"]): float("inf") if row["n_impossible"] else float(row["log_loss"])
        for row in result.versions.to_dict("records")
        if row["version"] in CALIBRATION_NAMES
    }


def _say_loss(loss: float) -> str:
    return significant(loss) if isfinite(loss) else "infinite"


def _number(by_version: pd.DataFrame, version: str, column: str) -> float:
    return float(by_version[column].to_dict()[version])
