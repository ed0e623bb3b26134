"""What the lesson on many classes says in words: the findings, the report, the averages, the gaps."""

import re

import pandas as pd

from core.datasets import load_dataset
from core.formula import Formula
from core.metrics.classes.lab import ClassesResult, ClassesSpec
from core.safe_text import md, plain
from core.wording import THIN, UNDEFINED, count, percent, percent_range, significant

MODEL_NOTE = (
    "Nearest neighbours asks the rows that are most alike. Logistic regression adds up the columns, each "
    "with a weight. A decision tree asks one question after the other, and a forest lets many trees vote."
)
MARKS = "One mark is one split, the full one this split; the bars are their means."
MOST_ROWS = 15
"""Classes that a table in the text has room for; the worst are shown, all are in the tables."""
SMALLEST_CHANGE = 0.0005
"""Changes below are 0.0 points when rounded."""


def points(change: float) -> str:
    """Return a change of a share in percentage points: ``points(-0.046)`` is "−4.6 points"."""
    if abs(change) < SMALLEST_CHANGE:
        return f"0.0{THIN}points"
    return f"{'+' if change > 0 else '−'}{abs(100 * change):.1f}{THIN}points"


def unmarked(sentence: str) -> str:
    """Return a sentence of this module without Markdown, for those who hear the page."""
    return re.sub(r"\\(.)", r"\1", sentence.replace("**", ""))


def tell_training(result: ClassesResult) -> str:
    """Say on how many rows the model was trained and judged, as the second half of a sentence."""
    return (
        f"trained on {count(result.n_train)} {md(result.row_noun[1])}, judged on "
        f"{count(result.n_judged)} others."
    )


def tell_scores(result: ClassesResult) -> str:
    """Say how good the model is overall, beside what naming the biggest class reaches."""
    return (
        f"**{percent(result.accuracy)}** of the answers are right "
        f"({percent_range(result.accuracy_low, result.accuracy_high)} with 95{THIN}% confidence). "
        f"Always saying {md(result.majority_label)}, the biggest class, would be right for "
        f"{percent(result.majority_accuracy)}. Averaged over the classes, the model finds "
        f"**{percent(result.macro_recall)}** of each; always saying {md(result.majority_label)} finds "
        f"{percent(result.majority_macro_recall)}, which is 1 of {result.n_classes} classes."
    )


def tell_rarity(result: ClassesResult) -> str:
    """Say that one class is rare, if one was made so."""
    if result.rare_label is None:
        return "All classes are as common as they are in the data."
    left = f"{count(result.n_rare_rows)} of {count(result.n_rare_before)} rows"
    return f"Class {md(result.rare_label)} is rare: {left} were left in the table."


def tell_found(result: ClassesResult) -> str:
    """Say how much of the worst class is found."""
    return (
        f"It finds {count(result.n_worst_found)} of {count(result.n_worst)} of class "
        f"{md(result.worst_label)}: {percent(result.worst_recall, 0)}."
    )


def tell_worst(result: ClassesResult) -> str:
    """Say which class is found worst, and how sure that is."""
    worst = result.report[result.report["label"] == result.worst_label]
    low, high = float(worst["recall_low"].iloc[0]), float(worst["recall_high"].iloc[0])
    if result.n_worst_found == result.n_worst:
        return f"Every class is found completely, {count(result.n_judged)} of {count(result.n_judged)}."
    return (
        f"Worst found is **{md(result.worst_label)}: {count(result.n_worst_found)} of "
        f"{count(result.n_worst)}**. With {count(result.n_worst)} rows to judge by, its true recall may lie "
        f"anywhere in {percent_range(low, high)}."
    )


def tell_confusion(result: ClassesResult) -> str:
    """Name the most common confusion with its count."""
    if result.confused_truth is None:
        return (
            "No class is taken for another here. That is no proof of perfection: "
            f"{count(result.n_judged)} right answers in a row would not surprise us from a model that is "
            f"wrong up to {percent(1 - result.accuracy_low, 0)} of the time."
        )
    others = result.n_confusions_tied - 1
    also = f" ({count(others)} other pairs as often)" if others > 1 else ""
    also = " (one other pair as often)" if others == 1 else also
    return (
        f"Most often confused{also}: **{md(result.confused_truth)} is taken for "
        f"{md(result.confused_as)} in {count(result.n_confused)} of {count(result.n_confused_of)} cases**."
    )


def tell_mistakes(result: ClassesResult) -> str:
    """Say which wrong answers are drawn as images."""
    n_shown = result.pixels["mistake"].nunique()
    pairs = [
        f"a {md(truth)} read as {md(predicted)}"
        for truth, predicted in result.mistakes[["truth", "predicted"]].head(n_shown).to_numpy()
    ]
    return f"Images that were read wrongly: {', '.join(pairs)}."


def tell_change(result: ClassesResult) -> str:
    """Say what making one class rare did to each score, over all splits."""
    if result.rare_label is None:
        return ""
    label = md(result.rare_label)
    start = (
        f"Of {count(result.n_rare_before)} {md(result.row_noun[1])} of class {label} only "
        f"{count(result.n_rare_rows)} were left in the table. "
    )
    if result.n_rare_rows == result.n_rare_before:
        start = (
            f"Class {label} has only {count(result.n_rare_before)} rows, so all of them stayed. "
        )
    return start + (
        f"Over {result.n_splits} splits accuracy changed by {points(result.accuracy_change)} and macro F1 "
        f"by {points(result.macro_f1_change)}, while the model found {count(result.n_rare_found)} of "
        f"{count(result.n_rare_judged)} {md(result.row_noun[1])} of this class."
    )


def tell_two_f1s(result: ClassesResult) -> str:
    """Say that the mean of F1s is not the F1 of means, by this result's difference."""
    if result.n_never_predicted:
        return (
            "Some papers take the F1 of macro precision and macro recall instead. Here it has no value, "
            "because macro precision has none."
        )
    gap = result.f1_of_macro_means - result.macro_f1
    return (
        "Some papers call another number by the same name: the F1 of macro precision and macro recall. "
        f"Here that is {percent(result.f1_of_macro_means)}, against {percent(result.macro_f1)}: "
        f"a difference of {points(gap)}. It is never lower, so say which one you report."
    )


def tell_gaps(result: ClassesResult) -> str:
    """Say what is undefined here and what scikit-learn's choice makes of it; empty if nothing is."""
    if not result.n_never_predicted:
        return ""
    reason = result.undefined["reason"].iloc[0]
    others = result.n_never_predicted - 1
    also = f" So it is for {count(others)} more." if others else ""
    return (
        f"{md(reason)}{also} By itself scikit-learn puts 0 there and warns, and macro precision becomes "
        f"**{percent(result.macro_precision_zero)}**; with zero\\_division=1 it is "
        f"**{percent(result.macro_precision_one)}**, and left out of the mean "
        f"**{percent(result.macro_precision_left_out)}**. One model, three figures: say which you chose."
    )


def tabulate_report(result: ClassesResult) -> pd.DataFrame:
    """Return one line per class as people read it; of very many, those that are found worst."""
    report = result.report
    if len(report) > MOST_ROWS:
        report = report.nsmallest(MOST_ROWS, "recall")
    return pd.DataFrame(
        {
            "Class": [plain(label) for label in report["label"]],
            "Rows": [count(number) for number in report["n_true"]],
            "Precision": [percent(share, 0) for share in report["precision"]],
            "Recall": [percent(share, 0) for share in report["recall"]],
            "F1": [percent(share, 0) for share in report["f1"]],
            "AUC": [f"{area:.3f}" for area in report["roc_auc"]],
        }
    )


def tabulate_averages(result: ClassesResult) -> pd.DataFrame:
    """Return the three averages of precision, recall and F1."""
    averages = result.averages
    return pd.DataFrame(
        {
            "Average": averages["average"],
            **{
                name.capitalize(): [percent(share) for share in averages[name]]
                for name in ("precision", "recall", "f1")
            },
        }
    )


def micro_formula(result: ClassesResult) -> Formula:
    """Return micro F1, which is accuracy."""
    n_right = int(result.report["n_right"].sum())
    return Formula(
        name="micro F1",
        top="right answers",
        bottom="all answers",
        top_number=count(n_right),
        bottom_number=count(result.n_judged),
        value=percent(result.micro_f1),
    )


def macro_formula(result: ClassesResult) -> Formula:
    """Return macro F1 as the sum of the classes' F1s over their number."""
    return Formula(
        name="macro F1",
        top="sum of the F1s",
        bottom="classes",
        top_number=significant(float(result.report["f1"].sum()), 4),
        bottom_number=count(result.n_classes),
        value=percent(result.macro_f1),
    )


def kappa_formula(result: ClassesResult) -> Formula:
    """Return Cohen's kappa: what is right beyond chance, of what chance leaves."""
    agreed = result.report["n_true"] * result.report["n_predicted"]
    chance = float(agreed.sum()) / result.n_judged**2
    return Formula(
        name="kappa",
        top="accuracy − chance",
        bottom="1 − chance",
        top_number=f"{result.accuracy:.3f} − {chance:.3f}",
        bottom_number=f"1 − {chance:.3f}",
        value=f"{result.kappa:.3f}",
    )


def say_mcc(result: ClassesResult) -> str:
    """Return Matthews' correlation, or that it has no value."""
    return UNDEFINED if result.mcc != result.mcc else f"{result.mcc:.3f}"


def tell_areas(result: ClassesResult) -> str:
    """Compare what the ROC curve and the answers say of the class that is found worst."""
    worst = result.report[result.report["label"] == result.worst_label]
    area, label = float(worst["roc_auc"].iloc[0]), md(result.worst_label)
    return (
        f"The area under the curve of {label} is **{area:.3f}**: so often a {md(result.row_noun[0])} of this "
        f"class has a higher score for it than one of another class (ties count half). "
        f"The model answers {label} for {count(result.n_worst_found)} of {count(result.n_worst)} of them. "
        f"The mean over all classes, the macro average, is {result.macro_roc_auc:.3f}."
    )


def name_classes(spec: ClassesSpec) -> dict[str, str]:
    """Return what can be made rare: each class as a link names it, and as it is read.

    A name that this table does not know stands for its last class.
    """
    labels = [str(label) for label in load_dataset(spec.data).labels]
    if spec.rare not in labels:
        return {label: label for label in labels[:-1]} | {spec.rare: labels[-1]}
    return {label: label for label in labels}


def name_rows(spec: ClassesSpec) -> dict[int | None, str]:
    """Return how many rows of the rare class may stay, with the number of this view among them."""
    return {None: "all", 40: "40", 20: "20", 10: "10"} | (
        {spec.rare_rows: count(spec.rare_rows)} if spec.rare_rows else {}
    )
