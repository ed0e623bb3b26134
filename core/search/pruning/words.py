"""What the lab of pruning says in words: steps saved, winners stopped, and who is in danger."""

from typing import Any

import pandas as pd

from core.formula import Formula
from core.search.pruning.lab import PruningResult
from core.wording import count, percent, significant

NAMES = {
    "median": "Median",
    "patient": "Patient median",
    "halving": "Halving",
    "hyperband": "Hyperband",
}
RULES = {
    "median": "A training is stopped when its best loss so far is worse than the median of the earlier "
    "trainings at the same step. The first five are never stopped.",
    "patient": "The same rule as the median pruner, but nobody is stopped in the first third of the steps.",
    "halving": "After 1, 3 and 9 steps only the best third of those that came so far goes on.",
    "hyperband": "The trainings are dealt to groups. In each group a halving begins at another step, so "
    "that not all are judged after the first one.",
}
FEW, MANY = 0.1, 0.5
"""Shares of the searches up to which the stopped winners are ``few``, and from which they are ``many``."""


def find_answer(result: PruningResult) -> str:
    """Return in how many searches the winner is stopped: ``none``, ``few``, ``some``, ``many``."""
    share = result.killed / result.n_searches
    if result.killed == 0:
        return "none"
    if share <= FEW:
        return "few"
    return "some" if share < MANY else "many"


def say_loss(value: float) -> str:
    """Return a log loss, as it is read: 0.264."""
    return significant(value, 3)


def say_step(result: PruningResult, step: int) -> str:
    """Return "step 3 (45 rounds)", or "epoch 3"."""
    if result.per_step == 1:
        return f"{result.unit} {step}"
    return f"step {step} ({count(step * result.per_step)} {result.unit}s)"


def describe_trainings(result: PruningResult) -> str:
    """Say what is trained, how it is judged and what was known beforehand."""
    steps = (
        f"{result.n_steps} epochs"
        if result.per_step == 1
        else f"{result.n_steps} steps of {result.per_step} {result.unit}s"
    )
    return (
        f"{result.title}. Each line is one training with another setting. It runs for {steps}, and after "
        "each one the log loss says how far off its probabilities are on validation rows: lower is better. "
        f"All {result.n_pool} settings were trained to the end beforehand, so one knows what was stopped."
    )


def tell_bet(result: PruningResult) -> str:
    """Say how many winners were stopped and what was saved."""
    return (
        f"In {result.killed} of {result.n_searches} searches the training that would have ended best was "
        f"stopped. {percent(result.used, 0)} of the steps were made, {percent(1 - result.used, 0)} saved."
    )


def tell_watched(result: PruningResult) -> str:
    """Say what happened in the watched search."""
    used = (
        f"In search number {result.spec.search}, {percent(result.run_used, 0)} of the steps were made. Its "
        "later winner was "
    )
    if not result.run_killed:
        return f"{used}allowed to finish: loss {say_loss(result.run_winner)}."
    return (
        f"{used}stopped after {say_step(result, result.run_winner_steps)}. It would have ended at "
        f"{say_loss(result.run_winner)}; the best that was left ended at {say_loss(result.run_best)}."
    )


def tell_early(result: PruningResult) -> str:
    """Say what the order at the step that is looked at says about the end."""
    return (
        f"At {say_step(result, result.spec.at)} the order of the losses agrees with that at the end by "
        f"{significant(result.agreement, 2)} (rank correlation; 1 is the same order, 0 none). The "
        f"training that ends best stands at place {result.winner_place:.1f} of {result.n_trials} on average, "
        f"and in {result.winner_behind} of {result.n_searches} searches in the worse half."
    )


def tell_first(result: PruningResult) -> str:
    """Say what the order after the first step says about the end."""
    first = result.steps.iloc[0]
    place, behind = float(first["winner_place"]), int(first["winner_behind"])
    verdict = (
        "Here it is mostly true, and pruning is safe."
        if behind <= FEW * result.n_searches
        else "The order changes on the way."
    )
    return (
        f"After {say_step(result, 1)} the training that ends best stands at place {place:.1f} of "
        f"{result.n_trials} on average, and in {behind} of {result.n_searches} searches in the worse half. "
        f"{verdict}"
    )


def tell_slow(result: PruningResult) -> str:
    """Say how many good settings were stopped, and how many of the slow ones among them."""
    if result.slow_stopped > result.fast_stopped:
        verdict = "A small step size begins slowly, and the pruner takes slow for hopeless."
    else:
        verdict = "Here it is not the slow ones that are stopped most."
    return (
        f"Look at the settings that end in the best quarter. {percent(result.good_stopped, 0)} of their "
        f"trainings were stopped: of those with the smaller {result.rate_name} "
        f"{percent(result.slow_stopped, 0)}, of those with the larger {percent(result.fast_stopped, 0)}. "
        f"{verdict}"
    )


def tell_fewer(result: PruningResult) -> str:
    """Compare with the same steps spent on fewer trainings."""
    missed = round(result.fewer_missed * result.n_searches)
    verdict = (
        "Here stopping early is the better use of these steps."
        if result.regret < result.fewer_regret
        else "Here it would have been the better use of these steps."
    )
    return (
        f"The same steps pay for about {result.fewer:.0f} trainings to the end, out of {result.n_trials}. "
        f"Among so few, the winner is missing in {missed} searches, and the mean regret is "
        f"{significant(result.fewer_regret, 2)} instead of {significant(result.regret, 2)}. {verdict}"
    )


def tell_small(result: PruningResult) -> str:
    """Say how much a stopped winner costs."""
    if result.killed == 0:
        return "No winner was stopped here, so nothing was lost."
    return (
        f"A stopped winner need not cost much: the second best is often nearly as good. The mean regret is "
        f"{significant(result.regret, 2)}, and one search in ten loses {significant(result.regret_high, 2)} "
        "or more."
    )


def tell_patience(result: PruningResult) -> str:
    """Say what waiting changes, with both median pruners."""
    table: Any = result.pruners.set_index("pruner").to_dict("index")
    hasty, patient = table["median"], table["patient"]
    return (
        "Waiting for a third of the steps (`n_warmup_steps`) stops the winner in "
        f"{int(patient['killed'])} of {result.n_searches} searches, not waiting in {int(hasty['killed'])}. "
        f"It makes {percent(float(patient['used']), 0)} of the steps instead of "
        f"{percent(float(hasty['used']), 0)}."
    )


def used_formula(result: PruningResult) -> Formula:
    """Return the share of the steps that the watched search made."""
    whole = result.n_trials * result.n_steps
    return Formula(
        name="share of the steps made",
        top="steps given, all trainings",
        bottom="trainings × steps",
        top_number=count(round(result.run_used * whole)),
        bottom_number=f"{result.n_trials} × {result.n_steps}",
        value=percent(result.run_used, 1),
    )


def regret_formula(result: PruningResult) -> Formula:
    """Return what the watched search lost."""
    return Formula(
        name="regret",
        top="best loss reached − best loss that could be had",
        top_number=f"{result.run_best:.4f} − {result.run_winner:.4f}",
        value=f"{result.run_best - result.run_winner:.4f}",
    )


def tabulate_pruners(result: PruningResult) -> pd.DataFrame:
    """Return one row for each pruner, in words."""
    table = result.pruners
    return pd.DataFrame(
        {
            "pruner": [NAMES[name] for name in table["pruner"]],
            "steps made": [percent(used, 0) for used in table["used"]],
            "winner stopped": [f"{killed} of {result.n_searches}" for killed in table["killed"]],
            "mean regret": [significant(regret, 2) for regret in table["regret"]],
            "regret of fewer whole trainings": [significant(v, 2) for v in table["fewer_regret"]],
        }
    )
