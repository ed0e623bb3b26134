"""What the lesson on a study says in words, with the numbers of the learner's own study."""

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.formula import Formula
from core.search.study.lab import FEWEST_TO_READ, K, StudyResult
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
        "Study": f"the whole search: {count(result.n_trials)} trials of one model on one table.",
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


def find_obstacle(result: StudyResult) -> str:
    """Return why the picture cannot be drawn; empty if it can."""
    picture = result.spec.picture
    needed = {"history": 1, "intermediate": 0}.get(picture, FEWEST_TO_READ)
    if result.n_complete < needed:
        return (
            f"This picture needs at least {count(needed)} complete trials, and "
            f"{count(result.n_complete)} of {count(result.n_trials)} were complete. Allow more trials, or "
            "choose no pruner."
        )
    if needed == FEWEST_TO_READ and not result.top_parameter:
        return "Every trial had the same setting, so there is nothing to compare. Widen a range."
    if picture == "contour" and len(result.importances) < 2:
        return "A contour needs two parameters, and this space has one that varies."
    return ""


def best_tenth(result: StudyResult) -> list[int]:
    """Return the numbers of the best tenth of the complete trials, the best first; at least one."""
    complete = result.trials[result.trials["state"] == "complete"]
    ranked = complete.sort_values("value", ascending=False, kind="stable")
    return [int(n) for n in ranked["number"].head(math.ceil(len(complete) / 10))]


def top_range(result: StudyResult) -> str:
    """Return where the best tenth of the trials stand on the parameter that mattered most."""
    rows = result.params[
        result.params["number"].isin(best_tenth(result))
        & (result.params["name"] == result.top_parameter)
    ]
    if rows["value"].isna().any():
        return " or ".join(dict.fromkeys(rows["text"]))
    low, high = (say_value(float(end)) for end in (rows["value"].min(), rows["value"].max()))
    return low if low == high else f"{low} to {high}"


def two_weightiest(result: StudyResult) -> tuple[str, str]:
    """Return the names of the two parameters that mattered most."""
    first, second = result.importances["name"].head(2)
    return str(first), str(second)


def median_value(result: StudyResult) -> float:
    """Return the objective value that half of the complete trials reach or pass."""
    return float(result.trials.loc[result.trials["state"] == "complete", "value"].median())


def tell_picture(result: StudyResult) -> str:
    """Say how to read the picture, with the numbers of this study."""
    obstacle = find_obstacle(result)
    return (
        f"There is no picture: {obstacle}" if obstacle else _READINGS[result.spec.picture](result)
    )


def _read_history(result: StudyResult) -> str:
    return (
        "From left to right the trials in their order; the height of a dot is its objective value, and the "
        f"line is the best so far. {tell_gain(result)}"
    )


def _read_steps(result: StudyResult) -> str:
    by_step = "fold by fold" if result.n_steps == K else "every ten rounds"
    pruned = result.trials.loc[result.trials["state"] == "pruned", "number"]
    said = (
        f"Each line is one trial, its mean score told {by_step}. A line that ends early was stopped, because "
        "other trials were better at the same step."
    )
    if pruned.empty:
        return f"{said} Here all {count(result.n_complete)} complete trials went to their end."
    last = result.steps[result.steps["number"].isin(pruned)].groupby("number")["step"].max()
    first_step = int(result.steps["step"].min())
    n_first = int((last == first_step).sum())
    early = "all" if n_first == result.n_pruned else count(n_first)
    return (
        f"{said} Here {count(result.n_pruned)} were, {early} of them right after step {first_step}."
    )


def _read_parallel(result: StudyResult) -> str:
    n_best = len(best_tenth(result))
    which = "the best trial" if n_best == 1 else f"the best {count(n_best)}"
    return (
        "Each line is one trial: it starts at its objective value and passes each parameter at the value "
        f"that was tried. Green is {which} of {count(result.n_complete)}; on {result.top_parameter} they "
        f"pass {top_range(result)}."
    )


def _read_slice(result: StudyResult) -> str:
    return (
        "One box for each parameter: to the right its value, upwards the objective value, later trials in "
        f"blue. Where the top of the cloud is a hill, the parameter matters. The best tenth of the trials "
        f"have {result.top_parameter} {top_range(result)}. {tell_edge(result)}"
    )


def _read_contour(result: StudyResult) -> str:
    first, second = two_weightiest(result)
    return (
        f"A map of the two parameters that mattered most, {first} and {second}: darker is better. Only the "
        f"{count(result.n_complete)} dots were measured. The colour between them is drawn from one dot to "
        "the next, so do not trust a dark patch without dots."
    )


def _read_importances(result: StudyResult) -> str:
    return (
        "How differently the best tenth of the trials chose each parameter, as shares of 100 %. "
        f"Here {result.top_parameter} has {percent(result.top_share, 0)}. With only "
        f"{count(result.n_complete)} complete trials that is a rough number: when the trials are drawn anew, "
        f"it lies between {percent(result.top_low, 0)} and {percent(result.top_high, 0)} (the lines). It "
        "holds for these ranges only."
    )


def _read_edf(result: StudyResult) -> str:
    near = result.trials.loc[result.trials["state"] == "complete", "value"]
    n_near = int((near >= result.best_value - ENOUGH).sum())
    return (
        "The height says which share of the complete trials got at most the value below. Half of them got "
        f"{say_score(median_value(result))} or less. {count(n_near)} of {count(result.n_complete)} come "
        f"within {ENOUGH:g} of the best: the steeper the line at its right end, the easier a good setting is "
        "to find."
    )


_READINGS: Mapping[str, Any] = {
    "history": _read_history,
    "intermediate": _read_steps,
    "parallel": _read_parallel,
    "slice": _read_slice,
    "contour": _read_contour,
    "importances": _read_importances,
    "edf": _read_edf,
}


def tell_edge(result: StudyResult) -> str:
    """Say whether the best setting lies at the end of a range."""
    if result.best_number is None:
        return ""
    if not result.at_edge:
        return "The best setting lies inside all ranges."
    return (
        f"The best {result.at_edge} lies at the very end of its range. A better one may lie beyond: widen "
        "that range and search again."
    )


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
