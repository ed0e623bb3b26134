"""What each metric and each experiment means, in words; every sentence here has a test."""

from dataclasses import dataclass

from core.metrics.metric_map.cases import Group

GROUP_TITLES: dict[Group, str] = {
    "labels": "Yes or no",
    "scores": "Scores",
    "classes": "Many classes",
    "numbers": "Numbers",
    "clusters": "Clusters",
}


@dataclass(frozen=True)
class Card:
    """One metric in words."""

    title: str
    question: str
    """What it answers, as a person would ask."""
    needs: str
    cost: str
    """What it takes to be dear, and what to be free."""
    sees: str
    """What it looks at, and so why it notices or not."""


_ANSWERS = "the truth and an answer for each row"
_YES_NO = "the truth and a yes or no for each row"
_SCORES = "the truth and a score for each row; only the order of the scores counts"
_CHANCES = "the truth and a probability for each row"
_NUMBERS = "the true number and a predicted one for each row"
_DISTANCES = "distances between the rows, and no truth at all"

CARDS = {
    "accuracy": Card(
        "Accuracy", "What share of all answers is right?", _ANSWERS,
        "Every wrong answer costs the same, whichever class it hits.",
        "It counts right answers among all rows, so the biggest class speaks loudest.",
    ),
    "balanced_accuracy": Card(
        "Balanced accuracy", "What share of each class is found, averaged over the classes?", _ANSWERS,
        "A miss costs more, the rarer its class is.",
        "It takes the share found of each class by itself and gives every class one voice.",
    ),
    "precision": Card(
        "Precision", "Of all alarms, what share is right?", _YES_NO,
        "Only false alarms cost, as for a spam filter. A miss is free.",
        "It looks at the alarms, right ones and false ones together.",
    ),
    "recall": Card(
        "Recall", "Of all positives, what share is found?", _YES_NO,
        "Only misses cost, as in a first test for an illness. A false alarm is free.",
        "It looks at the positive rows and at nothing else.",
    ),
    "specificity": Card(
        "Specificity", "Of all negatives, what share is left alone?", _YES_NO,
        "Only false alarms cost, counted among the negatives. A miss is free.",
        "It looks at the negative rows and at nothing else.",
    ),
    "f1": Card(
        "F1", "Are both precision and recall high?", _YES_NO,
        "A miss costs 2/F1 − 1 false alarms: the more, the lower F1. A negative left alone earns nothing.",
        "It is the harmonic mean of precision and recall: close to the lower of the two.",
    ),
    "mcc": Card(
        "Matthews (MCC)", "How closely do answer and truth go together, beyond chance?", _YES_NO,
        "All four counts of the matrix matter, and both classes alike.",
        "It is the correlation of two columns of yes and no, so it needs both to vary.",
    ),
    "roc_auc": Card(
        "ROC AUC", "How often does a positive row get a higher score than a negative one?", _SCORES,
        "Every pair in the wrong order costs the same. How common positives are does not matter.",
        "It looks at pairs of a positive and a negative row, and only at which score is higher.",
    ),
    "average_precision": Card(
        "Average precision", "How pure are the alarms on the way to finding every positive?", _SCORES,
        "False alarms at the top of the list cost most. It reads like precision: rarer is harder.",
        "It is made of precisions, one each time that another positive is found.",
    ),
    "log_loss": Card(
        "Log loss", "How surprised is the model by what happened?", _CHANCES,
        "A sure mistake costs without limit. Bad calibration and lack of knowledge both cost.",
        "It takes the logarithm of the probability that was given to what happened.",
    ),
    "brier": Card(
        "Brier score", "How far are the probabilities from what happened?", _CHANCES,
        "A sure mistake costs 1, a doubtful one less. Calibration and knowledge both count.",
        "It squares the distance between the probability and 0 or 1.",
    ),
    "micro_f1": Card(
        "Micro F1", "Are precision and recall high, counted over all rows?", _ANSWERS,
        "Every wrong answer costs the same. With one answer for each row it is accuracy.",
        "It adds up the counts of all classes first, so each row has one voice.",
    ),
    "macro_f1": Card(
        "Macro F1", "Is F1 high for every class, rare ones too?", _ANSWERS,
        "A rare class costs as much as a common one.",
        "It takes F1 of each class, and the plain mean of them.",
    ),
    "weighted_f1": Card(
        "Weighted F1", "Is F1 high for the classes that are common?", _ANSWERS,
        "A class costs as much as it has rows.",
        "It takes F1 of each class and weighs it by its true rows.",
    ),
    "mae": Card(
        "MAE", "How far off is a prediction on average?", _NUMBERS,
        "An error twice as large costs twice as much, as with a delivery time.",
        "It takes the mean of the absolute errors, in the unit of the target.",
    ),
    "mse": Card(
        "MSE", "How large are the squared errors on average?", _NUMBERS,
        "An error twice as large costs four times as much.",
        "It squares each error, so its unit is the square of the target's.",
    ),
    "rmse": Card(
        "RMSE", "How far off is a prediction, if large errors count more?", _NUMBERS,
        "As MSE, but back in the unit of the target; common for prices.",
        "It is the root of the mean squared error, never below MAE.",
    ),
    "medae": Card(
        "MedAE", "How far off is the prediction in the middle?", _NUMBERS,
        "Half of the rows may be as wrong as they like, at no cost.",
        "It sorts the absolute errors and takes the one in the middle.",
    ),
    "mape": Card(
        "MAPE", "How far off is a prediction, as a share of the true value?", _NUMBERS,
        "The same error costs more where the true value is small.",
        "It divides each error by the true value.",
    ),
    "r2": Card(
        "R²", "How much better than the mean does the model predict?", _NUMBERS,
        "As MSE, measured against always saying the mean of these rows.",
        "It is 1 minus the model's squared errors over those of the mean.",
    ),
    "inertia": Card(
        "Inertia", "How tightly do the rows sit around the centre of their cluster?", _DISTANCES,
        "Distance from the centre costs its square. More clusters cost nothing.",
        "It adds up squared distances, over all rows and in the units of the columns.",
    ),
    "silhouette": Card(
        "Silhouette", "Is a row nearer to its own cluster than to the next one?", _DISTANCES,
        "Rows on the border cost, and long or nested clusters do.",
        "It compares two mean distances of each row: to its own cluster and to the next.",
    ),
    "davies_bouldin": Card(
        "Davies–Bouldin", "How wide are the clusters, compared with the gap to their worst neighbour?",
        _DISTANCES, "The worst neighbour of each cluster decides. Small is good.",
        "It is made of mean distances and their ratios.",
    ),
    "calinski_harabasz": Card(
        "Calinski–Harabasz (CH)", "How far apart are the clusters, compared with how wide they are?",
        _DISTANCES, "Spread inside the clusters costs; it grows with the number of rows.",
        "It divides the spread between clusters by the spread inside, each by its degrees of freedom.",
    ),
    "ari": Card(
        "Adjusted Rand (ARI)", "Do the clusters put the same rows together as the known groups do?",
        "the clusters and known groups, not the distances",
        "Every pair of rows that is put together or apart wrongly costs the same.",
        "It looks at pairs of rows: together or apart, in both divisions; 0 is chance.",
    ),
}  # fmt: skip

SHORT_TITLES = {
    "balanced_accuracy": "Balanced acc.", "mcc": "MCC", "average_precision": "Avg. precision",
    "brier": "Brier", "davies_bouldin": "Davies–B.", "calinski_harabasz": "Calinski–H.", "ari": "ARI",
}  # fmt: skip
