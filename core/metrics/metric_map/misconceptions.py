"""Common beliefs about each kind of metric, refuted with numbers of the very model on the page."""

from typing import NamedTuple

from core.metrics.metric_map.cases import Group
from core.metrics.metric_map.lab import MetricMapResult
from core.metrics.metric_map.words import look_up


class Belief(NamedTuple):
    """What many believe, and what is wrong with it."""

    belief: str
    answer: str


LIMITS: dict[Group, str] = {
    "labels": "All of these start from yes or no. Another threshold gives other answers, and other values. "
    "None of them knows what a mistake costs you: if you know it, count the cost itself.",
    "scores": "ROC AUC and average precision judge an order, log loss and Brier score judge probabilities. "
    "A model may be good at one and bad at the other, so say which one you need.",
    "classes": "With one true class and one answer for each row, micro F1 is accuracy. Where a row may have "
    "several classes, it is not.",
    "numbers": "Compare errors on one table and in one unit only. R² compares with the spread of these very "
    "rows, so the same model gets another R² where the rows vary less. A forecast is judged by the same "
    "numbers. They do not know which row came first, so choose later rows yourself.",
    "clusters": "All but ARI prefer round clusters of one size, as k-means does. ARI needs groups that "
    "somebody knows, and then one could have learnt them.",
}


def name_limits(result: MetricMapResult) -> str:
    """Return where the rules of this group break down."""
    return f"Where the rule breaks: {LIMITS[result.spec.group]}"


def name_misconceptions(result: MetricMapResult) -> list[Belief]:
    """Return common beliefs about the group, each with what this model's numbers say to it."""
    return {
        "labels": _of_labels,
        "scores": _of_scores,
        "classes": _of_classes,
        "numbers": _of_numbers,
        "clusters": _of_clusters,
    }[result.spec.group](result)


def _of_labels(result: MetricMapResult) -> list[Belief]:
    before, after = look_up(result, "easy_negatives", "accuracy")
    f1, other = look_up(result, "swap_classes", "f1")
    return [
        Belief(
            "The metric is higher, so the model is better.",
            f"Add easy negatives: accuracy goes from {before} to {after}, and the model is the same. A "
            "value belongs to a model and to the rows that it was judged on.",
        ),
        Belief(
            "F1 is the fair summary of both classes.",
            f"F1 here is {f1}. Call the other class positive, and it is {other}. It never counts a negative "
            "that was rightly left alone. Matthews' correlation does not care which class is called so.",
        ),
        Belief(
            "Logistic regression is a regression, so MAE and RMSE judge it.",
            "What is predicted decides, not the name of the model. It gives a class a probability, so it is "
            "judged as under “Scores”; a threshold makes a yes or no of it, and then as here.",
        ),
    ]


def _of_scores(result: MetricMapResult) -> list[Belief]:
    scores, labels = look_up(result, "yes_no", "roc_auc")
    _, reversed_area = look_up(result, "reverse", "roc_auc")
    return [
        Belief(
            "ROC AUC and log loss can be computed from the answers yes and no.",
            f"scikit-learn takes them without a word, and the result is another number: ROC AUC is {scores} "
            f"from the scores and {labels} from the answers. Give `predict_proba`, not `predict`.",
        ),
        Belief(
            "ROC AUC is the trade-off between two rates.",
            "The curve shows the trade-off. The area is one number: the share of pairs in the right order. "
            f"Reversed, this model has {reversed_area}.",
        ),
    ]


def _of_classes(result: MetricMapResult) -> list[Belief]:
    macro = look_up(result, "always_biggest", "macro_f1")[1]
    micro = look_up(result, "always_biggest", "micro_f1")[1]
    weighted = look_up(result, "always_biggest", "weighted_f1")[1]
    return [
        Belief(
            "F1 is one number.",
            "With several classes one has to say which average. For the answer that is always the biggest "
            f"class, micro F1 is {micro}, weighted F1 {weighted} and macro F1 {macro}.",
        )
    ]


def _of_numbers(result: MetricMapResult) -> list[Belief]:
    before, after = look_up(result, "one_error", "r2")
    return [
        Belief(
            "R² lies between 0 and 1.",
            f"That holds for least squares with an intercept on its own training rows. Here it is {before}, "
            f"and one huge error takes it to {after}. It has no lower end.",
        ),
        Belief(
            "RMSE is `mean_squared_error(…, squared=False)`.",
            "It was. The option is gone and scikit-learn raises a TypeError; the function is now "
            "`root_mean_squared_error`.",
        ),
    ]


def _of_clusters(result: MetricMapResult) -> list[Belief]:
    _, inertia = look_up(result, "one_each", "inertia")
    before, after = look_up(result, "every_twice", "inertia")
    return [
        Belief(
            "The lowest inertia is the best clustering.",
            f"Make every row a cluster, and inertia is {inertia}: nothing can be lower, and "
            "nothing was found.",
        ),
        Belief(
            "Inertia can be compared between tables.",
            f"Put every row in twice, and it goes from {before} to {after}. Columns in another unit change "
            "it as well.",
        ),
    ]
