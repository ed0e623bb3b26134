"""What the lesson says in words: what came back, what the gate decided, and what stays a person's task."""

from typing import Any

import pandas as pd

from core.automl.service.lab import ServiceResult
from core.automl.service.live import Asked
from core.automl.words import NAMES
from core.datasets import load_dataset
from core.formula import Formula
from core.wording import significant

WAYS = {
    "pipeline": "AutoML's pipeline",
    "strict": "Strict signature",
    "dummies": "get_dummies",
    "patched": "get_dummies + zeros",
}
MADE = {
    "pipeline": (
        "It is AutoML's pipeline: its first step reads the columns by name, and each later step belongs to "
        "the model. Its signature names the columns and leaves the types to that first step."
    ),
    "strict": (
        "It is AutoML's pipeline, saved with the signature that MLflow infers from the table: each column "
        "has the type that it had there."
    ),
    "dummies": (
        "Its maker turned words into columns of 0 and 1 with `pd.get_dummies`, and saved that step in front "
        "of the model."
    ),
    "patched": (
        "Its maker turned words into columns of 0 and 1 with `pd.get_dummies`. One line in front of the "
        "model drops columns that are new and fills those that are missing with 0."
    ),
}
CHECKS = {
    "plain": "The rows as they are",
    "order": "Columns in another order",
    "extra": "A column too many",
    "alone": "One row alone",
    "missing": "A column missing",
    "whole": "Whole numbers as decimals",
    "text": "Numbers as text",
    "word": "A word for a number",
    "unseen": "A word never seen",
    "gap": "An empty cell",
}
SENT = {
    "plain": "forty rows of the table, as they are",
    "order": "the same rows with their columns in the opposite order",
    "extra": "the same rows with a column more, which it never saw",
    "alone": "one row alone",
    "missing": "rows without the column “{column}”",
    "whole": "rows in which whole numbers come as decimals, and decimals rounded as whole numbers",
    "text": "rows in which each number is written as text, as from a web form",
    "word": "rows in which the column “{column}” says “much” and no number",
    "unseen": "rows in which the column “{column}” holds a word that it never saw",
    "gap": "rows of which the first has an empty cell, in “{column}” for one",
}
WHY = {
    "plain": "A fresh process in another folder shows whether anything was left behind in the notebook.",
    "order": "A program may list columns in any order. A model must go by names.",
    "extra": "Tables grow. A new column is no reason to stop.",
    "alone": "A service is asked about one row at a time, a notebook about a whole table.",
    "missing": "Without a column there is no right answer, so the only honest one is an error that names it.",
    "whole": "JSON does not tell 3 from 3.0, and a column of decimals may hold whole numbers today.",
    "text": "Web forms and CSV files send numbers as text. Either they are read, or refused by name.",
    "word": "A word in a column of numbers is a mistake of the sender, who must hear of it.",
    "unseen": "New words come every month. An answer is expected, from what else is known of the row.",
    "gap": "Cells are empty in real life. What filled the gaps in training must travel with the model.",
}
OUTCOMES = {
    "same": "the right answers",
    "other": "wrong answers, no error",
    "answers": "an answer",
    "refuses": "an error that names it",
    "unclear": "another error",
    "none": "not tried",
}
OPTIONS = {
    "right": "A usable answer",
    "wrong": "A wrong answer, and no error",
    "named": "An error that names what is wrong",
    "unclear": "An error that does not",
}
_ANSWERS = {
    "same": "right", "answers": "right", "other": "wrong", "refuses": "named",
    "unclear": "unclear", "none": "right",
}  # fmt: skip


def find_answer(result: ServiceResult) -> str:
    """Return what came back, as one of `OPTIONS`."""
    return _ANSWERS[result.outcome]


def checks_of(data: str) -> dict[str, str]:
    """Return the checks that a table has, and how they are called: no new word where there are no words."""
    dataset, without = load_dataset(data), set()
    if not dataset.categorical_features:
        without.add("unseen")
    if not dataset.numeric_features:
        without |= {"whole", "text", "word"}
    return {name: title for name, title in CHECKS.items() if name not in without}


def say_sent(result: ServiceResult) -> str:
    """Say what is sent, with the column that is odd."""
    return SENT[result.spec.check].format(column=result.column)


def tell_outcome(result: ServiceResult) -> str:
    """Say what came back."""
    if result.outcome == "none":
        return "This table has no column for such a delivery, so it was not tried."
    noun = load_dataset(result.spec.data).row_noun[0]
    if result.answer is None:
        kind = "names the column" if result.outcome == "refuses" else "does not say what to mend"
        return f"The model refuses, with an error that {kind}."
    what = f"{load_dataset(result.spec.data).target} = {result.label}"
    said = f"For the first {noun} the model gives {what} a probability of {_chance(result.answer)}"
    if result.meant is None:
        return f"{said}. Nobody can know the right answer here; what counts is that there is one."
    if result.outcome == "same":
        return f"{said}, as it did before it was saved."
    return f"{said} where {_chance(result.meant)} is right, and no error is raised."


def tell_verdict(result: ServiceResult) -> str:
    """Say whether this check was passed, and why it is one."""
    if result.outcome == "none":
        return ""
    verdict = "That passes." if result.is_passed else "That fails."
    return f"{verdict} {WHY[result.spec.check]}"


def tell_gate(result: ServiceResult) -> str:
    """Say what the gate decided."""
    n = result.n_checks
    if result.version is not None:
        return f"This model passes all {n} checks and is registered as version {result.version}."
    silent = (
        f" At {result.n_silent} of these nobody would have heard of it: there was an answer."
        if result.n_silent
        else ""
    )
    return f"This model fails {result.n_failed} of {n} checks, so it is not registered.{silent}"


def tell_four(result: ServiceResult) -> str:
    """Say how the four ways of packing compare."""
    return (
        f"Of {result.n_checks} checks AutoML's pipeline fails {result.n_failed_pipeline}; with a strict "
        f"signature, inferred from the table, it fails {result.n_failed_strict}. "
        f"The model behind get_dummies fails {result.n_failed_dummies}, and {result.n_failed_patched} when "
        f"missing columns are filled with 0: {result.n_silent_patched} of them without an error."
    )


def tell_search(result: ServiceResult) -> str:
    """Say what the search found before the gate."""
    return (
        f"AutoML tried {result.n_trials} models here, the quickest ones, and proposes the "
        f"{NAMES[result.family]}. Its log loss is {significant(result.test_loss)} on rows that it never saw, "
        f"and {significant(result.finals_loss)} in the finals. A score says how good a model is on a table "
        "that was prepared for it. It says nothing about what a service is sent."
    )


def tell_dummies(result: ServiceResult) -> str:
    """Say what get_dummies makes of one row."""
    if result.n_dummies == result.n_columns:
        return f"This table has no words, so get_dummies leaves its {result.n_columns} columns as they are."
    return (
        f"On the whole table get_dummies makes {result.n_dummies} columns of {result.n_columns}. Of one "
        f"row alone it makes {result.n_dummies_alone}, because it knows only the words that it sees. An "
        "encoder that was fitted in the pipeline remembers the words of the training."
    )


def tell_files(result: ServiceResult) -> str:
    """Say what travels with the model."""
    n_files = len(result.files.split(", "))
    return (
        f"The model travels as a folder of {n_files} files. The model itself is a skops file, so nothing in "
        "it is run when it is read. With it goes the source of the pipeline's first step. So it loads where "
        "scikit-learn and MLflow are, without Glassroom; the gate's process makes sure of that."
    )


def tell_signature(result: ServiceResult) -> str:
    """Say what the signature holds."""
    return (
        f"The signature names {result.n_columns} columns. Each is required, and may be of any "
        "type: reading types is the task of the pipeline's first step."
    )


def tell_asked(asked: Asked) -> str:
    """Say what a real server answered, and how long it took."""
    after = f"after {asked.reply.ms:.0f} ms"
    if asked.answer is None:
        return f"Status {asked.reply.status} {after}: the request is refused."
    before = "" if asked.before is None else f" Before the change it was {_chance(asked.before)}."
    return f"Status {asked.reply.status} {after}: the answer is {_chance(asked.answer)}.{before}"


def tell_latency(asked: Asked) -> str:
    """Say how the times of a few requests spread."""
    return (
        f"{asked.n_timed} requests, one after another: half of them took at most {asked.ms_half:.0f} ms, the "
        f"slowest {asked.ms_most:.0f} ms."
    )


def passed_formula(result: ServiceResult) -> Formula:
    """Show the share of checks that this model passes."""
    passed = result.n_checks - result.n_failed
    return Formula(
        name="passed",
        top="checks passed",
        top_number=str(passed),
        bottom="checks tried",
        bottom_number=str(result.n_checks),
        value=f"{passed / result.n_checks:.2f}",
    )


def tabulate_checks(result: ServiceResult) -> pd.DataFrame:
    """Return every check, and what each of the four models made of it."""
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys(result.checks["check"]):
        found = result.checks[result.checks["check"] == name].set_index("model")
        row = {"Sent": CHECKS[name]}
        for way, title in WAYS.items():
            failed = "" if found.loc[way, "is_passed"] else " (fails)"
            row[title] = OUTCOMES[str(found.loc[way, "outcome"])] + failed
        rows.append(row)
    return pd.DataFrame(rows)


def tabulate_registry(result: ServiceResult) -> pd.DataFrame:
    """Return who was registered, and at what the others failed."""
    rows: list[dict[str, Any]] = []
    for row in result.refusals.to_dict("records"):
        registered = f"version {row['version']}" if row["version"] else "no"
        own = result.checks[(result.checks["model"] == row["model"]) & ~result.checks["is_passed"]]
        failed = ", ".join(CHECKS[name].lower() for name in own["check"])
        rows.append(
            {"Model": WAYS[row["model"]], "Registered": registered, "Fails": failed or "nothing"}
        )
    return pd.DataFrame(rows)


def _chance(value: float) -> str:
    return f"{value:.3f}"
