"""What the inside lab says in words: a reason, a flip, and what came of it."""

from typing import Any

import pandas as pd

from core.automl.inside.lab import InsideResult
from core.automl.inside.trained import load_table
from core.automl.words import NAMES
from core.formula import Formula
from core.wording import count, percent, significant

SMALL = 0.01
"""Share of the score below which a change is small, whether or not it is beyond chance."""
MEANINGS = {
    "log_loss": "Log loss punishes confident mistakes; less is better, and always saying one half has 0.693.",
    "roc_auc": "AUC is 0.5 for guessing and 1 for a perfect order of the rows.",
    "accuracy": "Accuracy is the share of right answers.",
    "rmse": "RMSE is the usual size of an error, where large ones count more; less is better.",
    "mae": "MAE is the mean size of an error; less is better.",
}


DIFFERENTLY = {
    "fill": "Fill the gaps with another value",
    "flags": "Do not say where the gaps were",
    "as_numbers": "Leave numbers in text as words",
    "ids": "Learn from the rows’ own names too",
    "date_parts": "Of a date, tell the day alone",
    "dates_out": "Leave the dates out",
    "texts_out": "Leave the free text out",
    "fill_words": "Fill gaps in words with a usual word",
    "one_hot": "Tell each word by its mean answer",
    "rare": "Keep rare words apart",
    "target_encoding": "Give each of many words a column",
    "cross_fit": "Let a row see its own answer",
    "scaling": "Scale the numbers differently",
    "log_target": "Measure the target on another scale",
    "weights": "Weigh the classes differently",
    "setting": "Give the model another setting",
}
"""What each flip does, short enough for a phone."""


def say(score: float) -> str:
    """Write a score or a difference with its sign in a proper minus."""
    return significant(score).replace("-", "−")


def tell_start(result: InsideResult) -> str:
    """Say what AutoML was given, before anything is revealed."""
    rows = load_table(result.spec.data).row_noun[1]
    return f"AutoML prepared a table of {rows} and trained a {NAMES[result.spec.family]} on it."


def tell_task(result: InsideResult) -> str:
    """Say what was trained on what, and how it is judged."""
    return (
        f"AutoML turned the table into {count(result.n_columns_base)} columns of numbers and trained a "
        f"{NAMES[result.spec.family]} on them. That took {count(result.n_decisions)} decisions: how to fill "
        f"gaps, for example, or what to make of words. {count(result.n_flips)} of them were flipped, one at "
        f"a time, and trained on the same {result.spec.n_splits} splits of {count(result.n_rows)} rows. "
        f"{MEANINGS[result.metric]}"
    )


def tell_flip(result: InsideResult) -> str:
    """Say what the flip does to the score, and whether that is more than chance."""
    name = NAMES[result.metric]
    if result.gain == 0 and result.low == result.high:
        return (
            f"Flipped, the {name} is {say(result.score)} as before, on every split: the two pipelines say "
            "the same."
        )
    side = "better" if result.gain > 0 else "worse"
    said = (
        f"Flipped, the {name} is {say(result.score)} in place of {say(result.base)}: "
        f"{say(abs(result.gain))} {side}"
    )
    ends = f"95 % interval of the gain: {say(result.low)} to {say(result.high)}"
    if not result.is_clear:
        return f"{said}, which is no difference beyond chance ({ends})."
    if abs(result.gain) < SMALL * abs(result.base):
        return f"{said}. That is beyond chance, and too small to matter ({ends})."
    return f"{said}. That is beyond chance ({ends})."


def tell_all(result: InsideResult) -> str:
    """Say how many flips matter, and which moves the score most."""
    top = result.verdicts.iloc[0]
    n = result.n_clear
    clear = "none lies" if n == 0 else "one lies" if n == 1 else f"{count(n)} lie"
    return (
        f"Of {count(result.n_flips)} flips {clear} beyond chance. The largest change: “{top['what']}”, "
        f"flipped to “{top['alternative']}”, {say(float(top['gain']))}."
    )


def tell_cost(result: InsideResult) -> str:
    """Say what each side costs: columns that the model learns from, and seconds."""
    change = result.n_columns - result.n_columns_base
    columns = (
        f"{count(result.n_columns_base)} columns either way"
        if change == 0
        else f"{count(result.n_columns)} columns in place of {count(result.n_columns_base)}"
    )
    return (
        f"the model learns from {columns}; {result.cpu_flip:.2f} s of processor time for one training in "
        f"place of {result.cpu_base:.2f} s, measured once."
    )


def tell_not_found(result: InsideResult) -> str:
    """Say that the table does not have the decision that was asked for; empty if it has."""
    if result.was_found:
        return ""
    return "This table does not have the decision that was asked for. Shown is the one that matters most."


def tell_leak(result: InsideResult) -> str:
    """Say what a leak looks like on the rows that were learnt from, where this table has one to show."""
    found = result.verdicts[result.verdicts["flip"] == "cross_fit"]
    if not len(found):
        return "This table has no column with so many words; the repairs have one."
    ranking = {"regression": "RMSE"}.get(result.task, "log loss")
    leak: dict[Any, Any] = found.to_dict("records")[0]
    return (
        f"On the rows that the models learnt from, the {ranking} is {say(leak['train_score'])} with the own "
        f"answer and {say(leak['train_base'])} without. A leak looks good there, and nowhere else: on other "
        f"rows the {NAMES[result.metric]} is {say(leak['score'])} with it and {say(leak['base'])} without."
    )


def tell_chance(result: InsideResult) -> str:
    """Say how much the splits differ from one another, and how much less their differences do."""
    base, gain = result.splits["base"], result.splits["gain"]
    return (
        f"From split to split the score as planned runs from {say(float(base.min()))} to "
        f"{say(float(base.max()))}. The gain of the flip runs from {say(float(gain.min()))} to "
        f"{say(float(gain.max()))}: what makes a split hard falls on both pipelines, and drops out."
    )


def gain_formula(result: InsideResult) -> Formula:
    """Return the gain with the learner's own numbers."""
    first, second = ("planned", "flipped") if result.is_less_better else ("flipped", "planned")
    numbers = (result.base, result.score) if result.is_less_better else (result.score, result.base)
    return Formula(
        name="gain",
        top=f"{NAMES[result.metric]} {first} − {second}",
        top_number=" − ".join(say(one) for one in numbers),
        value=say(result.gain),
    )  # fmt: skip


def list_card(result: InsideResult) -> dict[str, str]:
    """Return the reason card of the decision looked at: what each part is about, and what it says."""
    return {
        result.what: f"{result.columns or 'the model'}.",
        "Done": f"{result.done}.",
        "Why": result.why,
        "Instead": f"{result.alternative}.",
        "Cost": tell_cost(result),
    }


def tabulate_decisions(result: InsideResult) -> pd.DataFrame:
    """Return every decision with its reason and what its flip changes."""
    gains = {row["flip"]: row for row in result.verdicts.to_dict("records")}
    return pd.DataFrame(
        [
            {
                "Decision": row["what"],
                "Done": row["done"],
                "Instead": row["alternative"] or "nothing worth a trial",
                "Gain of the flip": _say_gain(gains.get(row["flip"])),
            }
            for row in result.decisions.to_dict("records")
        ]
    )


def _say_gain(verdict: Any) -> str:
    if verdict is None:
        return "not tried"
    gain = significant(verdict["gain"], 2).replace("-", "−")
    return f"{gain}, beyond chance" if verdict["is_clear"] else gain


def name_rivals(result: InsideResult) -> list[str]:
    """Return the flip that moves the score most and up to three others, in the order of the decisions.

    The others are those that people bet on, and are taken whether or not they matter here.
    """
    top = str(result.verdicts["flip"].iloc[0])
    flips = [str(name) for name in result.decisions.loc[result.decisions["can_flip"], "flip"]]
    liked = (
        "scaling",
        "setting",
        "fill",
        "cross_fit",
        "weights",
        "texts_out",
        "one_hot",
        "log_target",
    )
    others = [name for name in (*liked, *flips) if name in flips and name != top]
    chosen = {top, *list(dict.fromkeys(others))[:3]}
    return [name for name in flips if name in chosen]


def tell_top(result: InsideResult) -> str:
    """Say which flip moved the score most, by how much, and how many others did so beyond chance."""
    top = result.verdicts.iloc[0]
    share = abs(float(top["gain"])) / abs(float(top["base"])) if top["base"] else float("nan")
    return (
        f"“{top['what']}” flipped moves the {NAMES[result.metric]} by {say(float(top['gain']))}, which is "
        f"{percent(share, 0)} of it. Beyond chance: {count(result.n_clear)} of {count(result.n_flips)} flips."
    )
