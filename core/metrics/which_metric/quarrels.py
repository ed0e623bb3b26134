"""What the search for quarrels says in words."""

from core.metrics.which_metric.examples import NONE
from core.metrics.which_metric.lab import WhichMetricResult
from core.metrics.which_metric.words import DISPUTES, MODELS, SIDES
from core.wording import THIN, count, percent, significant


def tell_search(result: WhichMetricResult) -> str:
    """Say how many pairs were tried, and how many of them the two metrics rank oppositely."""
    rows, n = result.row_noun[1], result.n_pairs
    share = percent(result.n_disagreeing / n, 0)
    start = (
        f"{count(result.n_splits)} times, other {count(result.n_learned)} {rows} were drawn to train all "
        f"{count(result.n_models)} models, and {count(result.n_half)} others judged every pair of them: "
        f"{count(n)} pairs. {DISPUTES[result.dispute]} disagree about {count(result.n_disagreeing)} ({share})."
    )
    if result.n_disagreeing == 0:
        return start
    if result.n_sure == 0:
        return (
            f"{start} Not one of these quarrels is beyond doubt: each time one of the two differences may be "
            "luck. Here it cannot be said that the two metrics want different models."
        )
    verb = "is" if result.n_sure == 1 else "are"
    return (
        f"{start} {count(result.n_sure)} of these quarrels {verb} beyond doubt: both differences have a "
        f"95{THIN}% interval without 0. So two honest metrics can want opposite models."
    )


def tell_example(result: WhichMetricResult) -> str:
    """Say what became of the pair that the search found, on the rows that did not find it."""
    if result.example == NONE:
        return "On the half of the rows that searches, no pair was found at all."
    pair = result.pairs.iloc[result.example]
    first, second = MODELS[str(pair["first"])], MODELS[str(pair["second"])]
    sides = SIDES[result.dispute]
    gaps = [
        f"{_say_gap(pair[f'gap_{side}'])} (95{THIN}% interval {_say_gap(pair[f'low_{side}'])} to "
        f"{_say_gap(pair[f'high_{side}'])})"
        for side in (1, 2)
    ]
    start = (
        f"The clearest one was found on the other half of the rows: {first} against {second}, split "
        f"{count(pair['split'])}. Judged here, {first} is better by {gaps[0]} in {sides[0]}"
    )
    verdict = str(pair["verdict"])
    if verdict == "agree":
        return f"{start}, and in {sides[1]} by {gaps[1]}. So what looked like a quarrel was luck."
    end = (
        "Both differences are beyond doubt."
        if verdict == "opposite"
        else "At least one of them may be luck."
    )
    return f"{start}, and in {sides[1]} it differs by {gaps[1]}: worse. {end}"


def tell_reason(result: WhichMetricResult) -> str:
    """Say why the two metrics of this dispute can want different models."""
    return _REASONS[result.dispute]


def _say_gap(gap: object) -> str:
    return significant(float(str(gap))).replace("-", "−")


_REASONS = {
    "f1_auc": (
        "F1 looks at one threshold, 0.5, and sees how many alarms a model dares to raise there. ROC AUC looks at "
        "the order of all scores and at no threshold. A model that orders badly but shouts early wins by F1. "
        "Under More, compare F1 at each model’s best threshold instead: most quarrels vanish."
    ),
    "best_f1_auc": (
        "Here each model got the threshold that was best for its F1 on the other half of the rows. What is left "
        "of the quarrel is about the order alone: F1 cares for the top of the list, ROC AUC for all of it."
    ),
    "log_loss_auc": (
        "Log loss reads the probabilities, ROC AUC only their order. A model that orders well and is far too sure "
        "of itself, as naive Bayes is, loses by log loss alone. Calibration repairs that."
    ),
    "rmse_mae": (
        "RMSE listens to the few large errors, MAE to all alike. A model that was trained on squared errors aims "
        "at the mean, one trained on absolute errors at the median; each is better at its own."
    ),
}
