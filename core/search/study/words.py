"""What the lesson on a study says in words, with the numbers of the learner's own study."""

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.formula import Formula
from core.search.study.lab import K, StudyResult
from core.search.study.progress import METRIC_WORDS, say_score
from core.wording import count, percent, significant

ENOUGH = 0.01
"""Of a score between 0 and 1: a gain that one would notice."""
SAME = 1e-12


def say_value(value: Any) -> str:
    """Return a value of a parameter as people write it: 0.0123, 12, balanced."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return significant(value).replace("-", "−") if is_number else str(value)


def say_metric(result: StudyResult) -> str:
    """Return the metric in words, with what it is a mean of."""
    return f"mean {METRIC_WORDS[result.metric]} over {K} folds"


def ask_gain(result: StudyResult) -> str:
    """Ask what the later trials will add; reveals nothing of what they found."""
    return (
        f"{result.model_title}, {result.data_title}: Optuna will try {count(result.n_trials)} settings and "
        f"learn from each. How much better will the best of all {count(result.n_trials)} trials be than "
        f"the best of the first {count(result.first_third)}, in {METRIC_WORDS[result.metric]}?"
    )


def list_gains(result: StudyResult) -> dict[str, str]:
    """Return the options of the prediction."""
    return {
        "none": f"Not at all: the best is among the first {count(result.first_third)}",
        "little": f"By up to {ENOUGH:g}",
        "much": f"By more than {ENOUGH:g}",
    }


def find_gain(result: StudyResult) -> str:
    """Return what the later trials added: "none", "little" or "much"."""
    if math.isnan(result.best_value):
        return "none"
    if math.isnan(result.best_at_third) or result.gain_after_third > ENOUGH:
        return "much"
    return "little" if result.gain_after_third > SAME else "none"


def tell_gain(result: StudyResult) -> str:
    """Say what stood after a third of the trials, and what the others added."""
    rest = result.n_trials - result.first_third
    if result.best_number is None:
        return "No trial was complete, so there is no best one."
    if math.isnan(result.best_at_third):
        return (
            f"None of the first {count(result.first_third)} trials was complete; the best in the end has "
            f"{say_score(result.best_value)}."
        )
    added = (
        "added nothing"
        if result.gain_after_third <= SAME
        else f"added {significant(result.gain_after_third, 2)}"
    )
    return (
        f"After {count(result.first_third)} trials the best had {say_score(result.best_at_third)}. The "
        f"other {count(rest)} {added}: trial {result.best_number} is the best of all, with "
        f"{say_score(result.best_value)}."
    )


def tell_study(result: StudyResult) -> str:
    """Say what the study tried and found."""
    ends = [f"{count(result.n_complete)} went to their end"]
    if result.n_pruned:
        ends.append(
            f"{count(result.n_pruned)} were stopped early, which saved "
            f"{percent(result.saved, 0)} of the work"
        )
    if result.n_failed:
        ends.append(f"{count(result.n_failed)} failed (“{result.problem}”)")
    if result.best_number is None:
        return f"Optuna tried {count(result.n_trials)} settings: {', '.join(ends)}. None could be judged."
    return (
        f"Optuna tried {count(result.n_trials)} settings; each is a trial. {_capital(', '.join(ends))}. "
        f"The best is trial {result.best_number}: "
        f"{say_best(result)}. Its {say_metric(result)} is {say_score(result.best_value)}."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def tell_test(result: StudyResult) -> str:
    """Say how good the winner is on rows that no trial saw, beside the library's own settings."""
    if result.best_number is None:
        return ""
    spread = (
        ""
        if math.isnan(result.test_low)
        else f" (drawn anew, 90 % of such rows give {say_score(result.test_low)} to "
        f"{say_score(result.test_high)})"
    )
    return (
        f"{count(result.n_test)} {result.row_noun[1]} were put aside before the search, and no trial saw "
        f"them. On them this setting has {say_score(result.test_score)}{spread}; with the library's own "
        f"settings the model has {say_score(result.default_test)} there."
    )


def list_terms(result: StudyResult) -> Mapping[str, str]:
    """Return Optuna's words, each with what it is in this study."""
    row = result.trials.iloc[result.best_number or 0]
    value = (
        "nothing, as no trial was complete"
        if result.best_number is None
        else say_best_value(result)
    )
    return {
        "Study": f"the whole search: {count(result.n_trials)} trials of one model on one table. A larger "
        "budget goes on with the same study, because TPE never asks how many are to come.",
        "Trial": f"one call of your function with one setting, such as number {int(row['number'])}; here up "
        f"to {K} models, one for each fold.",
        "Parameter": f"what is varied: {_say_setting(row)}.",
        "Objective value": f"what your function returns: {value}.",
        "Direction": "maximize, because more is better here. A loss would be minimized.",
    }


def say_best_value(result: StudyResult) -> str:
    """Return the best objective value and what it is: "0.532, the mean R² over 5 folds"."""
    return f"{say_score(result.best_value)}, the {say_metric(result)}"


def say_best(result: StudyResult) -> str:
    """Return the setting of the best trial: "C = 78.4, gamma = 0.0274"."""
    return (
        "" if result.best_number is None else _say_setting(result.trials.iloc[result.best_number])
    )


def _say_setting(row: "pd.Series[Any]") -> str:
    setting = json.loads(str(row["params"]))
    return ", ".join(f"{name} = {say_value(value)}" for name, value in setting.items())


def saved_formula(result: StudyResult) -> Formula:
    """Show what pruning saved of the work, in trainings of one fold."""
    return Formula(
        name="saved",
        top="all work − work done",
        top_number=f"{significant(result.full_cost, 4)} − {significant(result.cost, 4)}",
        bottom="all work",
        bottom_number=significant(result.full_cost, 4),
        value=percent(result.saved, 0),
    )


def tell_direction(result: StudyResult) -> str:
    """Say what the wrong direction would have called the best of these trials."""
    if result.worst_number is None:
        return f"A study that is told no direction will {result.default_direction}."
    return (
        f"A study that is told no direction will {result.default_direction}. It would have steered towards "
        f"low scores; of these trials it would call number {result.worst_number} the best, with "
        f"{say_score(result.worst_value)} instead of {say_score(result.best_value)}."
    )


def tell_old_calls(result: StudyResult) -> str:
    """Say what the old names of suggest calls do today."""
    runs = "still runs" if result.old_call_runs else "does not run"
    warned = f", with a {result.old_call_warning}" if result.old_call_warning else ""
    return (
        f"In Optuna {result.optuna_version}, which made this study, it {runs}{warned}. New code says "
        "suggest_float, with log=True for factors or step= for steps."
    )


def tell_log_zero(result: StudyResult) -> str:
    """Say what Optuna answers to a log scale that begins at 0."""
    return (
        f"It is refused: “{result.log_zero_error.replace('`', '')}” A factor of 0 leads nowhere, so begin "
        "at a small number such as 0.001."
    )


def tell_loss(result: StudyResult) -> str:
    """Say what is a parameter and what is the objective value, in the best trial."""
    if result.best_number is None:
        return "A parameter is what Optuna varies. What comes back is the objective value."
    return (
        f"In trial {result.best_number} the parameters are {say_best(result)}: Optuna chose them. The "
        f"objective value is {say_score(result.best_value)}: your function returned it."
    )


def tell_more_trials(result: StudyResult) -> str:
    """Say what more trials bring, from this study."""
    return (
        f"{tell_gain(result)} More trials can only keep or raise the best score that was seen, each new one "
        "with a smaller chance. The score on new rows may even fall, as the best of many is partly luck."
    )


def tell_pruner(result: StudyResult) -> str:
    """Say who may stop a trial in this study, and by which rule."""
    return _PRUNERS[result.spec.pruner]


_PRUNERS: Mapping[str, str] = {
    "median": "The median pruner stops a trial that is worse than half of the earlier ones were at the same "
    "step; the first five trials are never stopped.",
    "halving": "Successive halving lets only the best third of the trials pass each gate.",
    "hyperband": "Hyperband runs several successive halvings side by side, some strict and some patient.",
    "none": "Here nobody asks, so every trial goes to its end.",
}


def list_misconceptions(result: StudyResult) -> Mapping[str, str]:
    """Return common beliefs about Optuna, each with what this study says to it."""
    return {
        "More trials make the model better.": tell_more_trials(result),
        "Optuna knows that a score should be high.": tell_direction(result),
        "suggest_uniform is how a number is asked for.": tell_old_calls(result),
        "A log scale may begin at 0.": tell_log_zero(result),
    }
