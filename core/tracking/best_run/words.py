"""What the lesson says in words: what MLflow answered, what it refused, and where the best run stands."""

from typing import Any

import pandas as pd

from core.formula import Formula
from core.tracking.best_run.lab import LESS_IS_BETTER, BestRunResult
from core.tracking.session_store import name_run
from core.wording import count

METRIC_NAMES = {"roc_auc": "ROC AUC", "log_loss": "log loss", "accuracy": "accuracy"}
OPTIONS = {
    "best": "The best run",
    "worst": "The worst run",
    "neither": "A run that is neither",
    "nothing": "None: no run comes back",
    "refused": "None: MLflow refuses the query",
}
EXAMPLES: dict[str, tuple[str, str]] = {
    "All runs, no order": ("", ""),
    "Highest ROC AUC first": ("", "metrics.roc_auc DESC"),
    "Lowest log loss first": ("", "metrics.log_loss ASC"),
    "Highest log loss first": ("", "metrics.log_loss DESC"),
    "A metric without a direction": ("", "metrics.roc_auc"),
    "The best of the forests": ("params.model = 'forest'", "metrics.roc_auc DESC"),
    "Only what failed": ("attributes.status = 'FAILED'", ""),
    "A metric that nobody logged": ("metrics.auc > 0.7", ""),
    "A setting compared as a number": ("params.max_depth > '5'", ""),
    "Two models with OR": ("params.model = 'tree' OR params.model = 'forest'", ""),
}
"""Queries worth trying: filter and order by a name."""
REASONS = {
    "metrics.roc_auc > 0.7": "Metrics are numbers.",
    "metric.roc_auc > 0.7": "metric, metrics: both are read.",
    "metrics.auc > 0.7": "Nobody logged auc. That is no error.",
    "metrics.roc_auc > '0.7'": "A number in quotes is text.",
    "roc_auc > 0.7": "Without metrics. it is taken for an attribute.",
    "params.model = 'forest'": "Settings are text: in quotes.",
    "params.model = forest": "Text without quotes.",
    "params.max_depth = '5'": "Also a number is text here.",
    "params.max_depth = 5": "A setting is never compared with a number.",
    "params.max_depth > '5'": "Text has no larger and smaller.",
    "params.model LIKE '%ree'": "A % stands for any letters.",
    "params.model IN ('tree', 'forest')": "IN works for attributes only.",
    "params.model = 'tree' AND metrics.roc_auc > 0.7": "AND joins as many as you like.",
    "params.model = 'tree' OR params.model = 'forest'": "There is no OR: ask twice.",
    "attributes.status = 'FAILED'": "How a run ended.",
    "attributes.status = 'failed'": "Capitals count. That is no error.",
    "metrics.roc_auc DESC": "More is better: the best first.",
    "metrics.roc_auc": "Without a word it rises: the worst first.",
    "metrics.log_loss ASC": "Less is better: the best first.",
    "metrics.log_loss DESC": "The worst first.",
    "metrics.loss ASC": "Nobody logged loss: the newest first.",
    "log_loss ASC": "Without metrics. it is taken for an attribute.",
    "metrics.log_loss DOWN": "The directions are ASC and DESC.",
}


def say_value(value: float) -> str:
    """Return a score with four decimals, which tell these runs apart."""
    return f"{value:.4f}"


def find_answer(result: BestRunResult) -> str:
    """Return which of `OPTIONS` happened."""
    if result.is_refused:
        return "refused"
    if result.first is None:
        return "nothing"
    if result.is_first_best:
        return "best"
    return "worst" if result.is_first_worst else "neither"


def say_query(result: BestRunResult) -> str:
    """Return the query as one line of Python."""
    spec = result.spec
    parts = [f"filter_string={spec.where!r}"] if spec.where.strip() else []
    parts += [f"order_by=[{spec.order!r}]"] if spec.order.strip() else []
    return f"search_runs({', '.join(parts)})"


def write_client_code(result: BestRunResult) -> str:
    """Return the same query for the client, which wants ids and returns run objects."""
    spec = result.spec
    lines = [
        "client = mlflow.MlflowClient()",
        "runs = client.search_runs(",
        '    experiment_ids=["1"],',
    ]
    lines += [f"    filter_string={spec.where!r},"] if spec.where.strip() else []
    lines += [f"    order_by=[{spec.order!r}],"] if spec.order.strip() else []
    lines += [f"    max_results={spec.n_shown},", ")"]
    return "\n".join([*lines, *(["runs[0].data.metrics"] if result.n_shown else [])])


def tell_first(result: BestRunResult) -> str:
    """Say which run comes first, with its place among all, or why none does."""
    metric = METRIC_NAMES[result.metric]
    best = f"The best run is {name_run(result.best)}, with {metric} {say_value(result.best_value)}."
    if result.is_refused:
        return f"MLflow refuses this query. {best}"
    if result.first is None:
        return f"MLflow reads this query, and finds none of {result.n_runs} runs. {best}"
    if result.first_value is None:
        return f"First comes {name_run(result.first)}, which failed and has no {metric}. {best}"
    place = f"number {result.first_rank} of {result.n_runs - result.n_failed} by {metric}"
    start = f"First comes {name_run(result.first)}: {place}, with {say_value(result.first_value)}."
    return f"{start} It is the best run." if result.is_first_best else f"{start} {best}"


def tell_order(result: BestRunResult) -> str:
    """Say what the order did, and what it should have been."""
    spec, metric = result.spec, METRIC_NAMES[result.metric]
    right = "ASC" if result.metric in LESS_IS_BETTER else "DESC"
    advice = f'The best first is order_by=["metrics.{result.metric} {right}"].'
    if result.is_refused:
        return f"Its words are below. {advice}"
    if not spec.order.strip():
        return f"Nothing was said about the order, so the newest run comes first. {advice}"
    better = "less" if result.metric in LESS_IS_BETTER else "more"
    return f"Of {metric}, {better} is better. {advice}"


def tell_found(result: BestRunResult) -> str:
    """Say how many runs the filter let through and how many came back."""
    return f"{count(result.n_found)} of {result.n_runs} runs pass the filter, and {result.n_shown} came back."


def tell_clauses(result: BestRunResult) -> str:
    """Say how many of the collection were refused, and how many found nothing in silence."""
    return (
        f"Of {result.n_clauses} clauses put to MLflow just now, it refuses {result.n_clauses_refused} with "
        f"an error. {result.n_clauses_silent} more it reads, and finds nothing: a wrong name or a small "
        "letter gives no error."
    )


def tell_failed(result: BestRunResult) -> str:
    """Say where runs without the metric stand."""
    return (
        f"{result.n_failed} of {result.n_runs} trainings failed here and has no metric. In an order by a "
        "metric such runs come last, whichever the direction."
    )


def rank_formula(result: BestRunResult) -> Formula | None:
    """Show how far the first run is from the best; None if no finished run comes first."""
    if result.first_value is None:
        return None
    is_loss = result.metric in LESS_IS_BETTER
    sides = {"best run": result.best_value, "first run": result.first_value}
    names = sorted(sides, key=lambda name: name == "best run") if is_loss else list(sides)
    return Formula(
        name="what taking the first row costs",
        top=" − ".join(names),
        top_number=" − ".join(say_value(sides[name]) for name in names),
        value=f"{say_value(sides[names[0]] - sides[names[1]])} of {METRIC_NAMES[result.metric]}",
    )


def _in_one_piece(number: int) -> str:
    """Return the name of a run with a hyphen at which a narrow column does not break it."""
    return name_run(number).replace("-", "\u2011")


def tabulate_shown(result: BestRunResult) -> pd.DataFrame:
    """Return the runs that came back, in their order."""
    rows: list[dict[Any, Any]] = result.shown.to_dict("records")
    return pd.DataFrame(
        [
            {
                "Run": _in_one_piece(row["number"]),
                "Model": row["model"],
                **{
                    METRIC_NAMES[name]: say_value(row[name]) if row["rank"] else "none: it failed"
                    for name in dict.fromkeys((result.metric, "roc_auc", "log_loss"))
                },
                f"Place by {METRIC_NAMES[result.metric]}": str(row["rank"])
                if row["rank"]
                else "none",
            }
            for row in rows
        ]
    )


def tabulate_differences(result: BestRunResult) -> pd.DataFrame:
    """Return the settings in which the first and the best run differ, and nothing else."""
    table = result.differs
    first = "First run" if result.first is None else f"First: {_in_one_piece(result.first)}"
    return pd.DataFrame(
        {
            "Setting": table["name"],
            first: [value or "not a setting of it" for value in table["first"]],
            f"Best: {_in_one_piece(result.best)}": [
                value or "not a setting of it" for value in table["best"]
            ],
        }
    )


def tabulate_clauses(result: BestRunResult, kind: str) -> pd.DataFrame:
    """Return what MLflow says to each clause of the collection."""
    table = result.clauses[result.clauses["kind"] == kind]
    rows: list[dict[Any, Any]] = table.to_dict("records")
    return pd.DataFrame(
        [
            {
                "filter_string" if kind == "where" else "order_by": row["text"],
                "MLflow": _say_outcome(row),
                "Why": REASONS[row["text"]],
            }
            for row in rows
        ]
    )


def _say_outcome(row: dict[Any, Any]) -> str:
    if row["is_refused"]:
        return "error"
    if row["kind"] == "order":
        return f"{_in_one_piece(row['first'])} first"
    return "1 run" if row["n_found"] == 1 else f"{row['n_found']} runs"


def list_refusals(result: BestRunResult) -> list[str]:
    """Return MLflow's own words on each refused clause, shortened where they list every key."""
    refused = result.clauses[result.clauses["is_refused"]]
    return [
        f"{text}\n    {shorten(words)}"
        for text, words in zip(refused["text"], refused["refusal"], strict=True)
    ]


def shorten(words: str) -> str:
    """Return an error text up to 160 characters."""
    return words if len(words) <= 160 else f"{words[:159]}…"
