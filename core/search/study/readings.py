"""How to read each picture of a study, with the numbers of the learner's own study."""

import math
from collections.abc import Callable, Mapping

from core.search.study.lab import FEWEST_TO_READ, K, StudyResult
from core.search.study.progress import say_score
from core.search.study.words import ENOUGH, say_value, tell_gain
from core.wording import count, percent


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


_READINGS: Mapping[str, Callable[[StudyResult], str]] = {
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
