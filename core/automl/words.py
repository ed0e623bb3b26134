"""What AutoML found, in sentences and lines for a terminal."""

from collections.abc import Iterator

from core.automl.run import Outcome
from core.automl.settings import LOWER_IS_BETTER
from core.automl.stopping import PATIENCE
from core.tables.wording import count, quote
from core.wording import significant

NAMES = {
    "log_loss": "log loss",
    "roc_auc": "AUC",
    "f1": "F1",
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
    "baseline": "baseline",
    "linear": "linear model",
    "tree": "small tree",
    "forest": "random forest",
    "extra_trees": "extra trees",
    "lightgbm": "LightGBM",
    "xgboost": "XGBoost",
    "blend": "blend",
}


def tell_outcome(outcome: Outcome) -> str:
    """Return the whole report, for a terminal of 100 columns."""
    return "\n".join(_lines(outcome))


def tell_task(outcome: Outcome) -> str:
    """Say what was predicted from what, and how it was judged."""
    ready, metric = outcome.ready, outcome.ready.metric
    what = (
        "a number"
        if ready.task == "regression"
        else f"one of {count(len(ready.classes), 'class', 'classes')}"
    )
    better = "less" if metric in LOWER_IS_BETTER else "more"
    return (
        f"{count(len(ready.rows), 'row')}, {count(len(ready.plan.columns), 'column')} to learn from. "
        f"{outcome.settings.target} is {what}; models are ranked by {NAMES[metric]}, and {better} is better."
    )


def tell_proposal(outcome: Outcome) -> str:
    """Say which model is proposed, and why not another."""
    finals = outcome.finals
    chosen, best = finals.chosen, finals.finalists[finals.best]
    name = NAMES[chosen.name]
    if finals.proposed == finals.best:
        simpler = finals.table.iloc[: finals.proposed]
        swinging = [NAMES[str(one)] for one in simpler["name"][simpler["is_tie"]]]
        why = "No simpler model is as good: each is behind by more than chance."
        if swinging:
            why = (
                f"By chance {' or '.join(swinging)} may be as good, but a model that is simpler still is "
                "better on average than that."
            )
        return f"Proposed: {name}. It has the best mean. {why if len(simpler) else ''}".rstrip()
    row = finals.table.iloc[finals.proposed]
    return (
        f"Proposed: {name}. {NAMES[best.name].capitalize()} has the better mean by "
        f"{significant(float(row['behind']))}, but that is within chance "
        f"({significant(float(row['low']))} to {significant(float(row['high']))}), and {name} is simpler."
    )


def tell_test(outcome: Outcome) -> str:
    """Say what the proposed model scored on the rows that nobody had looked at."""
    ready, metric = outcome.ready, outcome.ready.metric
    n_test = len(ready.places("test"))
    said = float(outcome.finals.table["mean"].iloc[outcome.finals.proposed])
    return (
        f"On the {n_test:,} untouched rows its {NAMES[metric]} is {significant(outcome.test[metric])}; "
        f"in the finals its mean was {significant(said)}."
    )


def tell_decision(outcome: Outcome) -> str:
    """Say from which chance on the proposed model says a class, and what that gains; empty without one."""
    decision, positive = outcome.decision, quote(str(outcome.ready.positive))
    if decision is None:
        return ""
    if decision.why_not:
        return f"It says {positive} from a chance of 1/2 on, {decision.why_not}."
    reach = f"{significant(decision.low)} to {significant(decision.high)}"
    if not decision.is_moved:
        return (
            f"It says {positive} from a chance of 1/2 on: {significant(decision.candidate)} instead would "
            f"change F1 by {significant(decision.gain)} ({reach}), which is within chance."
        )
    cut = significant(decision.threshold)
    f1 = [significant(outcome.test_decided["f1"]), significant(outcome.test["f1"])]
    return (
        f"It says {positive} from a chance of {cut} on, not of 1/2: in the finals F1 was "
        f"{significant(decision.f1_at_candidate)} instead of {significant(decision.f1_at_half)}, a gain of "
        f"{significant(decision.gain)} ({reach}). On the untouched rows it is {f1[0]} instead of {f1[1]}. "
        "Its chances are the same as before."
    )


def tell_cost(outcome: Outcome) -> str:
    """Say what it took, and whether a cap ended it."""
    cost = (
        f"{count(len(outcome.trials), 'trial')}, {outcome.finals.n_splits} splits in the finals, "
        f"{outcome.cpu_seconds:.0f} s of processor time in {outcome.wall_seconds:.0f} s."
    )
    stop = outcome.stop
    if stop is not None:
        chance = (
            f"{significant(stop.gained)}, and chance alone moves that by {significant(stop.noise)}"
            if stop.gained
            else "nothing"
        )
        cost += f" Tuning ended after {stop.n_tuned} trials: the last {PATIENCE} gained {chance}."
    if not outcome.capped:
        return cost
    cap = "processor time" if outcome.capped == "cpu_seconds" else "time by the clock"
    return f"{cost} The cap of {cap} ended the search, so another machine may get further."


def _lines(outcome: Outcome) -> Iterator[str]:
    metric = outcome.ready.metric
    yield tell_task(outcome)
    if outcome.alerts:
        yield "\nWhat to know first"
        yield from (f"  {alert.severity:<6}  {alert.sentence}" for alert in outcome.alerts)
    yield f"\nTrials by {NAMES[metric]}, best first, on rows that validate"
    for row in outcome.leaderboard().to_dict("records"):
        said = row["problem"] or significant(float(row[metric]))
        yield f"  {row['trial']:>3}  {NAMES[str(row['family'])]:<14} {said:<10} {row['params']}"
    yield f"\nFinals on {outcome.finals.n_splits} splits, the same for all, simplest first"
    for row in outcome.finals.table.to_dict("records"):
        gap = (
            "best mean"
            if row["behind"] == 0
            else f"behind by {significant(row['behind'])} "
            f"({significant(row['low'])} to {significant(row['high'])})"
        )
        tie = ", a tie" if row["is_tie"] and row["behind"] else ""
        yield f"  {NAMES[str(row['name'])]:<14} {significant(float(row['mean'])):<10} {gap}{tie}"
    closing = (tell_proposal, tell_test, tell_decision, tell_cost)
    yield "\n" + "\n".join(filter(None, (tell(outcome) for tell in closing)))
