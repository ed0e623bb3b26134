"""What a search found, as long tidy tables."""

import numpy as np
import pandas as pd

from core.automl.attempt import mix
from core.automl.run import Outcome
from core.automl.scores import gain_of
from core.automl.table import ReadyTable
from core.automl.trial import score_metric

N_DRAWS = 200
"""Times that the untouched rows are drawn anew, for the interval of their score."""


def tabulate_finals(outcome: Outcome) -> pd.DataFrame:
    """Return the table of the finals, with what each finalist scored on the rows that validate."""
    ready, trials = outcome.ready, outcome.trials
    judge = ready.places("validate")
    scores = []
    for one in outcome.finals.finalists:
        said = [(trials[number].predicted, weight) for number, weight in one.members]
        known = [(predicted, weight) for predicted, weight in said if predicted is not None]
        scores.append(score_metric(ready, judge, mix(known)))
    table = outcome.finals.table.astype(
        {"name": "str", "is_tie": "bool", "is_proposed": "bool", "behind": "float64"}
    )
    table.insert(1, "validation", scores)
    return table


def draw_again(outcome: Outcome) -> tuple[float, float]:
    """Return where 95 % of the scores of the proposed model lie when the untouched rows are drawn anew."""
    ready, rng = outcome.ready, np.random.default_rng(outcome.settings.seed)
    rows = ready.places("test")
    drawn = rng.integers(0, len(rows), (N_DRAWS, len(rows)))
    scores = [score_metric(ready, rows[one], outcome.test_predicted[one]) for one in drawn]
    low, high = np.nanquantile(scores, [0.025, 0.975])
    return float(low), float(high)


def tabulate_trials(outcome: Outcome) -> pd.DataFrame:
    """Return one row a trial in their order, with the best score so far."""
    metric = outcome.ready.metric
    rows = [
        {
            "number": trial.number,
            "family": str(trial.family),
            "is_tuned": trial.is_tuned,
            "params": trial.told_params,
            "score": trial.score,
            "train_score": trial.train_scores.get(metric, float("nan")),
            "n_rows": trial.n_rows,
            "cpu_seconds": trial.cpu_seconds,
            "problem": trial.problem,
        }
        for trial in outcome.trials
    ]
    table = pd.DataFrame(rows)
    gains = table["score"].map(lambda score: gain_of(metric, score)).cummax()
    table.insert(6, "best_so_far", gains.map(lambda gain: gain_of(metric, gain)))
    return table


def tabulate_splits(outcome: Outcome) -> pd.DataFrame:
    """Return one row a finalist and split."""
    parts = [
        pd.DataFrame(
            {"name": one.name, "split": np.arange(1, len(one.scores) + 1), "score": one.scores}
        )
        for one in outcome.finals.finalists
    ]
    return pd.concat(parts, ignore_index=True).astype({"name": "str"})


def tabulate_alerts(outcome: Outcome) -> pd.DataFrame:
    """Return one row a warning."""
    names = ["kind", "severity", "column", "sentence"]
    rows = [[str(getattr(alert, name)) for name in names] for alert in outcome.alerts]
    return pd.DataFrame(rows, columns=names).astype("str")


def tabulate_columns(ready: ReadyTable) -> pd.DataFrame:
    """Return one row a column, with what it was taken for and why."""
    rows = [
        (one.name, str(one.meaning), one.reason, one.n_missing, one.n_distinct)
        for one in ready.meanings
    ]
    return pd.DataFrame(rows, columns=["name", "meaning", "reason", "n_missing", "n_distinct"])
