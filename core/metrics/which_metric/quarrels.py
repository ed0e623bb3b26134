"""What the search for quarrels between two metrics says in words."""

from functools import lru_cache

from core.metrics.which_metric.lab import WhichMetricResult
from core.metrics.which_metric.summaries import NONE
from core.metrics.which_metric.words import DISPUTES, MODELS
from core.wording import THIN, count, percent, significant

SIDES = {
    "f1_auc": ("F1", "ROC AUC"),
    "best_f1_auc": ("F1", "ROC AUC"),
    "log_loss_auc": ("log loss", "ROC AUC"),
    "rmse_mae": ("RMSE", "MAE"),
}


@lru_cache(maxsize=32)
def tell_search(result: WhichMetricResult) -> str:
    """Say how many pairs were tried, and how many of them the two metrics rank oppositely."""
    n, names = result.n_pairs, (DISPUTES | {"rmse_mae": "RMSE and MAE"})[result.dispute]
    start = (
        f"On {count(result.n_splits)} other splits all models were trained again, on "
        f"{count(result.n_learned)} {result.row_noun[1]} each, and every pair of them was judged on "
        f"{count(result.n_half)} others. Of {count(n)} pairs, {names} rank {count(result.n_disagreeing)} "
        f"oppositely ({percent(result.n_disagreeing / n, 0)})."
    )
    if result.n_disagreeing == 0:
        return start
    if result.n_sure == 0:
        return (
            f"{start} Not one of these quarrels is beyond doubt: each time one of the two differences may be "
            "luck. So it cannot be said here that the two metrics want different models."
        )
    verb = "is" if result.n_sure == 1 else "are"
    return (
        f"{start} {count(result.n_sure)} of these quarrels {verb} beyond doubt: both differences have a "
        f"95{THIN}% interval without 0. Two honest metrics can want opposite models."
    )


@lru_cache(maxsize=32)
def tell_example(result: WhichMetricResult) -> str:
    """Say what became of the pair that the search found, on the rows that did not find it."""
    if result.example == NONE:
        return "No pair stood out as an example."
    pair = result.pairs.iloc[result.example].to_dict()
    first, second = MODELS[pair["first"]], MODELS[pair["second"]]
    sides = SIDES[result.dispute]
    unit = f"{THIN}{result.target_unit}" if result.target_unit else ""
    gaps = [
        f"{_say_gap(abs(pair[f'gap_{side}']))}{unit} (95{THIN}% interval of the difference "
        f"{_say_gap(pair[f'low_{side}'])} to {_say_gap(pair[f'high_{side}'])})"
        for side in (1, 2)
    ]
    start = (
        f"The ring marks the clearest one of split {count(pair['split'])}, {first} against {second}. It was "
        f"found on rows that are not used here. By {sides[0]}, {first} is better by {gaps[0]}"
    )
    if pair["verdict"] == "agree":
        return f"{start}; by {sides[1]} too, by {gaps[1]}. So what looked like a quarrel was luck."
    end = (
        "Both differences are beyond doubt."
        if pair["verdict"] == "opposite"
        else "At least one of the two may be luck."
    )
    return f"{start}; by {sides[1]} it is worse by {gaps[1]}. {end}"


def tell_reason(result: WhichMetricResult) -> str:
    """Say why the two metrics of this dispute can want different models."""
    return _REASONS[result.dispute]


def _say_gap(gap: float) -> str:
    return significant(gap).replace("-", "−")


_REASONS = {
    "f1_auc": (
        "F1 looks at one threshold, 0.5, and at how many alarms a model dares to raise there. ROC AUC looks "
        "at the order of all scores and at no threshold. A model that orders badly but shouts early wins by "
        "F1. Under More, compare F1 at each model’s best threshold instead, and count the quarrels again."
    ),
    "best_f1_auc": (
        "Here each model got the threshold that was best for its F1 on rows that are not used here. What is "
        "left of the quarrel is about the order alone: F1 cares for the top of it, ROC AUC for all of it."
    ),
    "log_loss_auc": (
        "Log loss reads the probabilities, ROC AUC only their order. A model that orders well and is far too "
        "sure of itself, as naive Bayes is, loses by log loss alone. Calibration repairs that."
    ),
    "rmse_mae": (
        "RMSE listens to the few large errors, MAE to all alike. A model that learned from squared errors "
        "aims at the mean, one that learned from absolute errors at the median. Each is better at its own."
    ),
}
