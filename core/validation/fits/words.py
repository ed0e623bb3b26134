"""What the fit counter says in words: the call, the rule with its numbers, the two answers, the price."""

from dataclasses import replace

import pandas as pd

from core.errors import SpecError
from core.formula import Formula
from core.validation.fits.lab import FitCountResult
from core.validation.fits.plan import (
    ALWAYS_REFIT,
    DRAWN,
    HALVINGS,
    SEARCHES,
    LedgerSpec,
    Prep,
    What,
)
from core.validation.fits.rule import Plan, count_by_rule, count_waves, plan_of
from core.wording import count, significant

CALLS: dict[What, str] = {
    "grid": "GridSearchCV",
    "random": "RandomizedSearchCV",
    "halving": "HalvingGridSearchCV",
    "halving_random": "HalvingRandomSearchCV",
    "nested": "cross_validate around GridSearchCV",
    "cross_validate": "cross_validate",
    "learning_curve": "learning_curve",
    "validation_curve": "validation_curve",
    "study": "a study of Optuna or Hyperopt",
    "spark_cv": "Spark’s CrossValidator",
    "spark_split": "Spark’s TrainValidationSplit",
}
NOUNS: dict[What, tuple[str, str]] = {
    "cross_validate": ("model", "models"),
    "learning_curve": ("size", "sizes"),
    "validation_curve": ("value", "values"),
    "study": ("trial", "trials"),
}
PREPS: dict[Prep, str] = {
    "inside": "inside the folds",
    "cached": "inside, with a cache (memory=)",
    "once": "once, before the folds",
}
N_WORKERS = 4
"""Trials at the same time, where the view itself has one after the other."""
LEAKS: dict[Prep, str] = {"inside": "no", "cached": "no", "once": "yes, if the step learns"}


def noun_of(what: What) -> tuple[str, str]:
    """Return what is fitted on every fold, one and many: "setting", "settings"."""
    return NOUNS.get(what, ("setting", "settings"))


def say_count(number: int, noun: tuple[str, str]) -> str:
    """Return a number with its noun: "1 trial", "3 trials"."""
    return f"{count(number)} {noun[number != 1]}"


def say_folds(number: int) -> str:
    """Return "1 fold", "3 folds"."""
    return say_count(number, ("fold", "folds"))


def tell_what_is_not_run(spec: LedgerSpec) -> str:
    """Say which library is not run here, and what is run in its place; empty if none."""
    if spec.what in ("spark_cv", "spark_split"):
        how = "a single split" if spec.what == "spark_split" else "the same folds"
        return (
            "Spark is not run here: it is counted by its documented rule. What really ran is the twin in "
            f"scikit-learn, GridSearchCV with {how} and refit=True."
        )
    if spec.what == "study":
        return (
            "Optuna itself ran this study. Hyperopt is not run here; with max_evals its fmin calls the "
            "objective as often. Pruning, which both can do and which was off, would make fewer fits."
        )
    return ""


def tell_remarks(result: FitCountResult) -> str:
    """Say what is not run here, and what scikit-learn warned of; empty if there is nothing to say."""
    warned = f"scikit-learn warned: {result.warning}" if result.warning else ""
    return " ".join(part for part in (tell_what_is_not_run(result.spec), warned) if part)


def count_formula(result: FitCountResult) -> Formula:
    """Return the rule with the numbers of this view."""
    words, numbers = _say_rule(plan_of(result.spec))
    return Formula(name="models", top=words, top_number=numbers, value=count(result.n_rule))


def _say_rule(plan: Plan) -> tuple[str, str]:
    """Return the rule of `plan` in words and in numbers."""
    rule, what, product = count_by_rule(plan), plan.what, _say_product(plan)
    k = rule.n_folds
    if what == "cross_validate":
        return "folds", str(k)
    if what == "nested":
        return "outer folds × (settings × folds + 1)", f"{rule.n_outer} × ({product} × {k} + 1)"
    words = {
        "halving": "candidates of all rounds",
        "halving_random": "candidates of all rounds",
        "random": "draws",
    }.get(what, noun_of(what)[1])
    if what in HALVINGS:
        product = f"({' + '.join(str(n) for n in rule.rounds)})"
    elif what in DRAWN:
        product = str(rule.rounds[0])
    folds = "1 split" if what == "spark_split" else "folds"
    last, plus = (" + last fit", " + 1") if rule.n_refits else ("", "")
    return f"{words} × {folds}{last}", f"{product} × {k}{plus}"


def _say_product(plan: Plan) -> str:
    product = " × ".join(str(size) for size in plan.sizes)
    if plan.extra:
        return f"({product} + {plan.extra})"
    return f"({product})" if len(plan.sizes) > 1 else product


def tell_run(result: FitCountResult) -> str:
    """Say what was run and how many models were counted."""
    rows = f"{count(result.n_rows)} {result.row_noun[1]}"
    models = say_count(result.n_fits, ("model", "models"))
    last = ""
    if result.n_refits == 1:
        last = f", and the best one once more on all {rows}"
    elif result.n_refits > 1:
        last = f", and the best one once more, in each of {result.n_outer} outer folds"
    were = "was" if result.n_fits == 1 else "were"
    return f"{_tell_tried(result)}{last}. {models} {were} counted while it ran."


def _tell_tried(result: FitCountResult) -> str:
    what, noun = result.spec.what, noun_of(result.spec.what)
    if what == "cross_validate":
        return f"One model was fitted for each of {say_folds(result.n_folds)}"
    each = "on one split" if result.n_folds == 1 else f"on {say_folds(result.n_folds)} each"
    tried = say_count(result.n_candidates, noun)
    tried += " was fitted" if result.n_candidates == 1 else " were fitted"
    if what in HALVINGS:
        rounds = say_count(result.n_rounds, ("round", "rounds"))
        return f"{tried} in the first of {rounds}, {each}"
    return f"{tried} {each}"


def tell_time(result: FitCountResult) -> str:
    """Say how long it took here, and what it would take with models of the learner's size."""
    spec = result.spec
    start = (
        f"All fits together took {significant(result.seconds, 2)} s here. If each took "
        f"{significant(spec.minutes)} minutes: {say_hours(result.machine_hours)} of work"
    )
    if spec.n_jobs > 1:
        start += (
            f", done in {say_hours(result.wall_hours)} by {spec.n_jobs} machines "
            f"({say_count(result.n_waves, ('round', 'rounds'))} of up to {spec.n_jobs} at a time)"
        )
    return f"{start}, and {say_cost(result.cost)} to pay at {say_cost(spec.price)} an hour."


def tell_tools(result: FitCountResult) -> str:
    """Say which tools of the table are not run here, and what a cluster makes of a study."""
    return (
        "Hyperopt and Spark are not run here: they are counted by their documented rules. A study gives you "
        f"the best settings, and you fit the final model yourself. {tell_rounds(result)}"
    )


def tell_rounds(result: FitCountResult) -> str:
    """Say in how many rounds a cluster gets through the trials of a study of this many draws."""
    n_trials = result.spec.n_iter
    at_once = result.spec.n_jobs if result.spec.n_jobs > 1 else N_WORKERS
    n_rounds = count_waves(replace(plan_of(result.spec, "study"), k=1), at_once)
    return (
        f"MlflowSparkStudy shares its trials out among n_jobs tasks of a Spark cluster: "
        f"{say_count(n_trials, ('trial', 'trials'))} among {at_once} are "
        f"{say_count(n_rounds, ('round', 'rounds'))}, if all last equally long. That saves hours and no fits."
    )


def say_hours(hours: float) -> str:
    """Return hours as people say them: "25 minutes", "1.6 hours", "3.2 days"."""
    if hours < 1:
        return f"{significant(60 * hours, 2)} minutes"
    return f"{significant(hours, 2)} hours" if hours < 48 else f"{significant(hours / 24, 2)} days"


def say_cost(cost: float) -> str:
    """Return an amount of money with two decimals below 100, none above."""
    return f"{cost:.2f}" if cost < 100 else count(round(cost))


def tell_answers(result: FitCountResult) -> str:
    """Say which two answers one may defend for this view, and which of them it makes."""
    spec, low, high = result.spec, result.n_without_last, result.n_with_last
    if spec.what == "nested":
        return (
            f"Without the last fit of each outer fold it is {count(low)}, with them {count(high)}. They "
            "always take place: the outer rows judge a model, and it must be fitted first."
        )
    if spec.what not in SEARCHES:
        return (
            f"Nothing is fitted at the end, so it is {count(low)}. If you then train the model that you will "
            f"use, that is number {count(high)}, and you make it yourself."
        )
    if spec.what in ALWAYS_REFIT:
        return (
            f"During the search {count(low)}, in total {count(high)}: Spark always fits the best setting "
            "once more on all rows, and has no switch for it."
        )
    here = "takes place" if result.n_refits else "is switched off (refit=False)"
    return (
        f"During the search {count(low)}, with the last fit {count(high)}. Here the last fit {here}, so "
        f"{count(result.n_fits)} is what was counted."
    )


def tabulate_tools(result: FitCountResult) -> pd.DataFrame:
    """Return the same lists, folds and draws in every tool: its rule, and the sum with its result."""
    rows = []
    for what, call in CALLS.items():
        try:
            plan = plan_of(result.spec, what)
        except SpecError:  # too few rows for halving
            continue
        words, numbers = _say_rule(plan)
        n_fits = count(count_by_rule(plan).n_fits)
        # A product that is broken in the middle cannot be read on a phone.
        here = numbers.replace(" ", "\u00a0")  # the result may stand below it
        rows.append({"Tool: its rule": f"{call}: {words}", "Models here": f"{here} = {n_fits}"})
    return pd.DataFrame(rows)


def tabulate_preparations(result: FitCountResult) -> pd.DataFrame:
    """Return how often each preparing step is fitted, by where it stands."""
    rows = []
    for prep, name in PREPS.items():
        if prep == "cached" and (
            result.spec.what in HALVINGS or result.spec.what == "learning_curve"
        ):
            continue
        rule = count_by_rule(replace(plan_of(result.spec), prep=prep))
        shown = " (shown)" if prep == result.spec.prep else ""
        rows.append(
            {
                "Where the steps stand": name + shown,
                "Fits of each step": count(rule.n_prep),
                "Models": count(rule.n_fits),
                "Leaks": LEAKS[prep],
            }
        )
    return pd.DataFrame(rows)


def tell_growth(result: FitCountResult) -> str:
    """Say what one more value, fold or parameter makes of the number."""
    growth = result.growth.set_index(["what", "more"])["n_fits"]
    now = count(result.n_rule)
    parts = []
    if "value" in growth.index:
        noun = "size" if result.spec.what == "learning_curve" else "value in the first list"
        parts.append(f"one more {noun} makes it {count(int(growth['value', 1]))}")
    if "fold" in growth.index:
        parts.append(f"one more fold {count(int(growth['fold', 1]))}")
    if "parameter" in growth.index:
        parts.append(
            f"one more parameter with 3 values {count(int(growth['parameter', 1]))}, and five of them "
            f"{count(int(growth['parameter', 5]))}"
        )
    text = f"From {now}, {', '.join(parts)}."
    if result.spec.what in DRAWN and result.n_space == 0:
        return f"{text} Draws do not multiply: their number is what you say it is."
    return text
