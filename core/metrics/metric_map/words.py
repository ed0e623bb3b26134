"""What the map says in words: the experiment, who noticed it, and a card for each metric."""

from math import isfinite, isinf, isnan
from threading import Lock
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import Dataset, load_dataset
from core.formula import Formula
from core.metrics.metric_map.cards import CARDS
from core.metrics.metric_map.cases import TASKS, AnswersSpec, Group
from core.metrics.metric_map.experiments import experiments_of, find_experiment
from core.metrics.metric_map.lab import MetricMapResult, MetricMapSpec
from core.metrics.metric_map.measures import METRICS
from core.metrics.metric_map.names import join, name_metric, say_change, say_range, say_value
from core.metrics.metric_map.reasons import STORIES, Story
from core.wording import UNDEFINED, count

TABLES: dict[Group, dict[str, str]] = {
    "labels": {"churn": "Churn", "fraud": "Card fraud", "breast_cancer": "Breast cancer"},
    "scores": {"churn": "Churn", "fraud": "Card fraud", "breast_cancer": "Breast cancer"},
    "classes": {"digits": "Digits", "wine": "Wine", "iris": "Iris"},
    "numbers": {
        "diabetes": "Diabetes progression",
        "house_prices": "House prices",
        "delivery_times": "Delivery times",
    },
    "clusters": {"segments": "Customer segments", "iris": "Iris flowers", "wine": "Wine"},
}
FORMULA_WORDS = {
    "precision": ("precision", "found positives", "alarms"),
    "recall": ("recall", "found positives", "positives"),
    "roc_auc": ("ROC AUC", "pairs in the right order", "all pairs"),
    "brier": ("Brier", "sum of squared distances", "rows"),
    "micro_f1": ("micro F1", "right answers", "rows"),
    "macro_f1": ("macro F1", "sum of F1 of each class", "classes"),
    "mae": ("MAE", "sum of |error|", "rows"),
    "r2": ("1 − R²", "squared errors of the model", "squared errors of the mean"),
    "calinski_harabasz": ("CH", "between / (k − 1)", "inside / (n − k)"),
}
MODELS: dict[Group, str] = {
    "labels": "Logistic regression, asked for yes or no",
    "scores": "Logistic regression, asked for a probability",
    "classes": "Logistic regression",
    "numbers": "Linear regression",
    "clusters": "k-means",
}
MANNERS = {"returns": "returns {} without a word", "warns": "warns and returns {}"}


def story_of(result: MetricMapResult) -> Story:
    """Return the words of the experiment that was done."""
    return STORIES[result.spec.group, result.experiment]


def name_experiments(spec: MetricMapSpec) -> dict[str, str]:
    """Return what can be tried with this group, as a link names it, and as it is read.

    A name that this group does not know stands for its first experiment.
    """
    names = {test.name: STORIES[spec.group, test.name].title for test in experiments_of(spec.group)}
    if spec.experiment in names:
        return names
    first = find_experiment(spec.group, spec.experiment).name
    return {spec.experiment if name == first else name: text for name, text in names.items()}


def tell_task(result: MetricMapResult) -> str:
    """Say what a model was asked for, as the question begins; text of a person may be in it."""
    n, many = count(result.n_judged), result.row_noun[1]
    positives = (
        f"{count(result.n_positive)} of them are {_positives(load_dataset(result.spec.data))}."
    )
    return {
        "labels": f"A model said yes or no for {n} {many}. {positives}",
        "scores": f"A model gave a score to each of {n} {many}. {positives}",
        "classes": f"A model named the class of {n} {many}.",
        "numbers": f"A model predicted a number for {n} {many}.",
        "clusters": f"k-means divided {n} {many} into {result.n_clusters} clusters.",
    }[result.spec.group]


def tell_case(result: MetricMapResult) -> str:
    """Say which model answered for how many rows; text of a person may be in it."""
    dataset = load_dataset(result.spec.data)
    many = result.row_noun[1]
    model = MODELS[result.spec.group]
    if result.spec.group == "clusters":
        return (
            f"{model} divided {count(result.n_judged)} {many} into {result.n_clusters} clusters, each "
            "column on the scale of its standard deviation."
        )
    extra = ""
    if TASKS[result.spec.group] == "binary":
        extra = f" {count(result.n_positive)} of them are {_positives(dataset)}."
    return (
        f"{model}, learnt from {count(result.n_train)} {many} and answers for "
        f"{count(result.n_judged)} others.{extra}"
    )


def _positives(dataset: Dataset) -> str:
    return dataset.positive_noun[1] if dataset.positive_noun else "positive"


def tell_noticed(result: MetricMapResult) -> str:
    """Say which metrics stayed, which moved from where to where, and which have no value any more."""
    rows = result.changes.to_dict("records")
    stay = [name_metric(row["metric"]) for row in rows if row["state"] == "stays"]
    gone = [
        name_metric(row["metric"])
        for row in rows
        if row["state"] == "undefined" and not isnan(row["before"])
    ]
    never = [row for row in rows if row["state"] == "undefined" and isnan(row["before"])]
    moved = [_tell_move(row) for row in rows if row["state"] in ("moves", "infinite")]
    parts = []
    if stay:
        verb = "stays" if len(stay) == 1 else "stay"
        parts.append(f"**{_start(join(stay))} {verb} exactly where {_it(stay)}.**")
    if moved:
        parts.append(f"{_start('; '.join(moved))}.")
    if gone:
        verb = "has" if len(gone) == 1 else "have"
        parts.append(f"**{_start(join(gone))} {verb} no value any more.**")
    parts += [
        f"{_start(name_metric(row['metric']))} had no value before either: {row['before_reason']}."
        for row in never
    ]
    return " ".join(parts)


def _it(names: list[str]) -> str:
    return "it was" if len(names) == 1 else "they were"


def _start(text: str) -> str:
    return text[0].upper() + text[1:]


def _tell_move(row: dict[Any, Any]) -> str:
    before, after = say_change(row["before"], row["after"])
    name = name_metric(row["metric"])
    if isnan(row["before"]):
        return f"{name} had no value before, since {row['before_reason']}, and is {after} now"
    if isinf(row["after"]):
        return f"{name} goes from {before} to infinity"
    return f"{name} {'rises' if row['after'] > row['before'] else 'falls'} from {before} to {after}"


def tell_scikit_learn(row: dict[Any, Any]) -> str:
    """Say what scikit-learn does where a metric has no value."""
    if row["manner"] == "raises":
        return f"raises {row['message'].split(':')[0]}"
    printed = "NaN" if isnan(row["printed"]) else say_value(row["printed"])
    return MANNERS[row["manner"]].format(printed)


def tell_gaps(result: MetricMapResult, *, everywhere: bool = False) -> str:
    """Say where metrics have no value, why, and what scikit-learn does: as a list in Markdown.

    Of this experiment, or of all experiments of the group; empty if every metric has its value.
    """
    gaps = result.gaps
    if not everywhere:
        gaps = gaps[gaps["experiment"] == result.experiment]
    lines = []
    for row in gaps.to_dict("records"):
        where = f", {_title_of(result, row['experiment'])}" if everywhere else ""
        lines.append(
            f"- **{CARDS[row['metric']].title}**{where}: {row['reason']}. scikit-learn "
            f"{tell_scikit_learn(row)}."
        )
    return "\n".join(lines)


def _title_of(result: MetricMapResult, experiment: str) -> str:
    title = STORIES[result.spec.group, experiment].title
    return title[0].lower() + title[1:]


def formulas(result: MetricMapResult) -> tuple[Formula, ...]:
    """Return how one or two metrics come about, before and after."""
    rows = result.fractions.to_dict("records")
    order = [row["metric"] for row in rows]
    shown = []
    for row in sorted(rows, key=lambda row: order.index(row["metric"])):
        name, top, bottom = FORMULA_WORDS[row["metric"]]
        has_value = isfinite(row["top"]) and isfinite(row["bottom"]) and row["bottom"] != 0
        shown.append(
            Formula(
                name=f"{name}, {row['moment']}",
                top=top,
                bottom=bottom,
                top_number=say_value(row["top"]),
                bottom_number=say_value(row["bottom"]),
                value=say_value(row["top"] / row["bottom"]) if has_value else UNDEFINED,
            )
        )
    return tuple(shown)


def unmarked(sentence: str) -> str:
    """Return a sentence of this module without bold print, for those who hear the page."""
    return sentence.replace("**", "")


def _what_was_tried(result: MetricMapResult) -> AnswersSpec:
    return result.spec.answers


# The cards are the same for all experiments of a view, and cost as much as all its other words.
@cached(LRUCache(maxsize=32), key=_what_was_tried, lock=Lock())
def tabulate_map(result: MetricMapResult) -> pd.DataFrame:
    """Return one line for each metric of the group: what it answers, and its range."""
    names = result.reach["metric"].tolist()
    metrics = [METRICS[name] for name in names]
    return pd.DataFrame(
        {
            "Metric": [CARDS[name].title for name in names],
            "What it answers": [CARDS[name].question for name in names],
            "Range": [say_range(metric.low, metric.high) for metric in metrics],
            "Better": ["higher" if metric.is_higher_better else "lower" for metric in metrics],
        }
    )


def describe_metrics(result: MetricMapResult) -> dict[str, str]:
    """Return a card for each metric of the group, by its title.

    The cards are Markdown and hold no text of a person.
    """
    rows = result.reach.to_dict("records")
    return {CARDS[row["metric"]].title: _describe(result, row) for row in rows}


def _describe(result: MetricMapResult, row: dict[Any, Any]) -> str:
    metric, card = METRICS[row["metric"]], CARDS[row["metric"]]
    here = result.grid[result.grid["metric"] == metric.name]
    states = {
        state: [_title_of(result, name) for name in here.loc[here["state"] == state, "experiment"]]
        for state in ("stays", "undefined", "infinite")
    }
    better = "higher is better" if metric.is_higher_better else "lower is better"
    reached = f"{say_value(row['lowest'])} to {say_value(row['highest'])}"
    lines = [
        f"*{card.question}* {card.sees}\n",
        f"- **In scikit-learn:** `{metric.function}`",
        f"- **Needs:** {card.needs}.",
        f"- **Range:** {say_range(metric.low, metric.high)}; {better}. Reached on these rows: {reached}.",
        f"- **This model:** {say_value(here['before'].iloc[0])}. One that knows nothing: "
        + _say_ignorant(row),
        f"- **Cost:** {card.cost}",
        f"- **Stays put:** {join(states['stays']) if states['stays'] else 'in nothing that was tried'}.",
    ]
    lines += [
        f"- **{name}:** {join(states[state])}."
        for name, state in (("No value", "undefined"), ("Infinite", "infinite"))
        if states[state]
    ]
    return "\n".join(lines)


def _say_ignorant(row: dict[Any, Any]) -> str:
    value, low, high = row["ignorant"], row["ignorant_low"], row["ignorant_high"]
    if isnan(value) or low == high:
        return f"{say_value(value)}."
    texts = [
        f"{end:.2f}".replace("-", "−") if abs(end) < 1 else say_value(end)
        for end in (value, low, high)
    ]
    return f"{texts[0]} (by chance {texts[1]} to {texts[2]})."


def look_up(result: MetricMapResult, experiment: str, metric: str) -> tuple[str, str]:
    """Return the values before and after any experiment of the group, as texts."""
    grid = result.grid
    row = grid[(grid["experiment"] == experiment) & (grid["metric"] == metric)].iloc[0]
    return say_change(float(row["before"]), float(row["after"]))
