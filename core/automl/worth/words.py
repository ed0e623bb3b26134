"""What the lab of worth says in words: what was found, how sure that is, and what it cost."""

import pandas as pd

from core.automl.settings import LOWER_IS_BETTER
from core.automl.words import NAMES
from core.automl.worth.lab import WorthResult
from core.automl.worth.tables import LEAK
from core.wording import count, significant

MEANS = {
    "rmse": "the typical error (RMSE: the root of the mean squared error)",
    "mae": "the mean error (MAE)",
    "r2": "R²: the share of the ups and downs that the model explains",
    "roc_auc": "the AUC: how often, of two cases of different classes, the right one is ranked higher",
    "log_loss": "the log loss: how wrong the probabilities are, and confident mistakes count most",
    "accuracy": "the accuracy: the share of right answers",
}
METRICS = {
    "": "The usual one",
    "rmse": "Typical error (RMSE)",
    "mae": "Mean error (MAE)",
    "r2": "R²",
    "roc_auc": "AUC",
    "log_loss": "Log loss",
    "accuracy": "Accuracy",
}
PERFECT = {"rmse": 0.0, "mae": 0.0, "log_loss": 0.0, "r2": 1.0, "roc_auc": 1.0, "accuracy": 1.0}
KINDS = {
    "baseline": "baseline",
    "linear": "linear",
    "tree": "tree",
    "forest": "trees",
    "extra_trees": "trees",
    "lightgbm": "trees",
    "blend": "blend",
}
BETS = {
    "baseline": "The baseline: nothing can be learnt",
    "linear": "A linear model",
    "tree": "One small tree",
    "trees": "Many trees: a forest or LightGBM",
    "blend": "Only a blend of several models",
}
BELIEFS = {
    "baseline": "That would be so if the columns knew nothing of the target.",
    "linear": "That would be so if each column pushed the target up or down by itself, always by as much.",
    "tree": "That would be so if a handful of yes/no questions told nearly all.",
    "trees": "That would be so if curves, or columns that act together, told much more than straight lines.",
    "blend": "That would be so if different kinds of models made different mistakes, and many of them.",
}


def find_answer(result: WorthResult) -> str:
    """Return which kind of model is proposed."""
    return KINDS[result.proposed]


def ask_winner(result: WorthResult) -> str:
    """Ask for the bet on the kind of model; reveals nothing of what was found."""
    return (
        f"{count(result.n_rows)} {result.row_noun[1]}, {result.n_columns} columns, and “{result.target}” is "
        "to be predicted. A ladder of models is climbed, from one that looks at nothing to many trees. "
        "All are judged on the same rows. Which is the simplest that no other beats by more than chance?"
    )


def tell_answer(result: WorthResult) -> str:
    """Say which model is proposed and which has the best mean."""
    return f"Proposed is {the(result.proposed)}. {tell_proposal(result)}"


def name(model: str) -> str:
    """Return a rung in words: "linear model"."""
    return NAMES[model]


def the(model: str) -> str:
    """Return a rung with its article: "the linear model", and LightGBM, which has none."""
    return name(model) if model == "lightgbm" else f"the {name(model)}"


def capital(words: str) -> str:
    """Return the words as they begin a sentence."""
    return words[0].upper() + words[1:]


def say(score: float) -> str:
    """Return a score with three digits and a real minus."""
    return significant(score).replace("-", "−")


def say_range(low: float, high: float) -> str:
    """Return an interval: "−0.898 to 1.44"."""
    return f"{say(low)} to {say(high)}"


def tell_table(result: WorthResult) -> str:
    """Say what is predicted from what, and how models are judged."""
    what = {
        "regression": "a number",
        "binary": "one of two classes",
        "multiclass": "one of several classes",
    }[result.task]
    better = "less" if result.metric in LOWER_IS_BETTER else "more"
    sample = ""
    if result.n_rows < result.n_table:
        sample = f" (a sample of the {count(result.n_table)} in the table)"
    return (
        f"{count(result.n_rows)} {result.row_noun[1]}{sample} with {result.n_columns} columns to learn from. "
        f"“{result.target}” is {what}. Models are ranked by {MEANS[result.metric]}; {better} is better."
    )


def tell_audit(result: WorthResult) -> str:
    """Say what the audit found before any model was trained."""
    n_dangers = int((result.alerts["severity"] == "danger").sum())
    if result.alerts.empty:
        return "The audit, before any model was trained, found nothing to warn of."
    if not n_dangers:
        return "The audit, before any model was trained, found nothing dangerous, but this to know:"
    return "Danger. The audit, before any model was trained, found what can make every score a lie:"


def tell_price(result: WorthResult) -> str:
    """Say what the columns that seem to know the target are worth; empty if there are none."""
    if not result.leaks:
        return ""
    columns = ", ".join(f"“{column}”" for column in result.leaks)
    if not result.without_proposed:
        return f"All columns seem to know the target ({columns}), so there is nothing left to compare with."
    story = (
        " It counts calls with the desk that closes accounts, and only who has left has made them."
        if result.leaks == (LEAK,)
        else ""
    )
    return (
        f"The same search without {columns}: {say(result.without_test)} on the untouched "
        f"{result.row_noun[1]} ({say_range(result.without_low, result.without_high)}) in place of "
        f"{say(result.test)}.{story} Ask of each such column: is it known before the target is? If not, "
        "the lower score is the true worth of the table."
    )


def tell_proposal(result: WorthResult) -> str:
    """Say which model is proposed, why, and where the climbing may stop."""
    proposed, best = the(result.proposed), the(result.best)
    metric = NAMES[result.metric]
    start = f"Over {result.n_splits} splits {proposed} has a mean {metric} of {say(result.mean)}"
    if result.proposed == result.best:
        return f"{start}, the best of all{_tell_simpler(result)}"
    return (
        f"{start}. {capital(best)} is better by {say(result.behind)}, but chance alone could make that "
        f"({say_range(result.behind_low, result.behind_high)}). So the simpler one is proposed, and the stop "
        "line is drawn above it: further up nothing gains more than chance."
    )


def _tell_simpler(result: WorthResult) -> str:
    """Go on from the proposal that is best of all: what keeps every simpler model from being proposed."""
    if result.proposed == "baseline":
        return ": no column helps."
    swinging = simpler_ties(result)
    if not swinging:
        return ", and every simpler model is worse by more than chance."
    return (
        f". {capital(' and '.join(the(one) for one in swinging))} may be as good by chance alone, but a "
        "model that is simpler still is better on average."
    )


def simpler_ties(result: WorthResult) -> list[str]:
    """Return the finalists that are simpler than the proposed one and tie with the best all the same.

    They swing so much that nobody can tell, and a model that is simpler still beats them on average.
    """
    names = result.finals["name"].tolist()  # from simple to complex
    simpler = result.finals.iloc[: names.index(result.proposed)]
    return [str(one) for one in simpler["name"][simpler["is_tie"]]]


def tell_ties(result: WorthResult) -> str:
    """Say how many finalists cannot be told from the best."""
    ties = result.finals[result.finals["is_tie"] & (result.finals["name"] != result.best)]["name"]
    if ties.empty:
        return f"No other finalist ties with {the(result.best)}."
    return (
        f"With these rows nobody can tell {the(result.best)} from "
        f"{' or '.join(the(one) for one in ties)}: their intervals reach the line of the best."
    )


def tell_cost(result: WorthResult) -> str:
    """Say what it cost."""
    capped = " A cap ended the search early." if result.capped else ""
    return (
        f"{result.n_trials} models were tried, {result.n_tuned} of them with settings that the trials before "
        f"suggested (TPE). The finalists were judged on {result.n_splits} splits: "
        f"{count(result.n_fits)} trainings, {result.cpu_seconds:.0f}\u202fs of processor time.{capped}"
    )


def tell_test(result: WorthResult) -> str:
    """Say what the proposed model scored on the untouched rows, and compare with the bet."""
    said = (
        f"On {count(result.n_test)} untouched {result.row_noun[1]} {the(result.proposed)} scores "
        f"{say(result.test)}."
    )
    if result.test_low < result.test_high:
        between = say_range(result.test_low, result.test_high).replace(" to ", " and ")
        said += (
            f" Other rows would give another: of 100 drawings of these, 95 lie between {between}."
        )
    if not result.spec.bet:
        return said
    low, high = result.spec.bet
    is_right = low <= result.test <= high
    return (
        f"You bet on {say_range(low, high)}, and "
        f"{'so it is' if is_right else 'it lies ' + ('below' if result.test < low else 'above')}. {said}"
    )


def tabulate_judges(result: WorthResult) -> pd.DataFrame:
    """Return the three scores of the proposed model side by side."""
    return pd.DataFrame(
        {
            "Judged by": ["rows that validate", "splits of the finals", "untouched rows"],
            "Used for": ["choosing settings", "choosing the model", "nothing before"],
            f"{NAMES[result.metric]}, {name(result.proposed)}": [
                say(result.validation), say(result.mean), say(result.test),
            ],
        }
    )  # fmt: skip


def list_alerts(result: WorthResult) -> list[str]:
    """Return the warnings of the audit, the dangers first."""
    return result.alerts["sentence"].tolist()


def suggest_bet(result: WorthResult) -> tuple[float, float]:
    """Return the range from which a bet starts: from perfect to the baseline, which is no bet at all."""
    low, high = sorted((PERFECT[result.metric], result.baseline))
    return float(f"{low:.3g}"), float(f"{high:.3g}")
