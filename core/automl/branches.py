"""A fitted pipeline as a tree: which columns go through which steps, and how many come out."""

from typing import Any

import pandas as pd

from core.automl.intake import DATE_PARTS
from core.automl.pipelines import Plan
from core.wording import count

STEPS = {
    "SimpleImputer": "fill gaps",
    "StandardScaler": "scale",
    "OneHotEncoder": "a column a word",
    "TargetEncoder": "mean answer",
    "SeeingEncoder": "mean answer",
    "TfidfVectorizer": "count words",
}


def list_branches(pipeline: Any, plan: Plan) -> pd.DataFrame:
    """Return one row a branch of a fitted pipeline.

    ``columns`` (what goes in, in words), ``n_in`` (columns as the first step read them), ``steps`` (in words,
    in their order), ``n_out`` (columns that the model gets). Check by eye: `n_out` adds up to the columns
    of the model.
    """
    prepare = pipeline.named_steps["prepare"]
    rows = []
    for name, step, columns in prepare.transformers_:
        if step == "drop":
            continue
        names = [columns] if isinstance(columns, str) else list(columns)
        place = prepare.output_indices_[name]
        rows.append(
            {
                "columns": _say_columns(name, names, plan),
                "n_in": len(names),
                "steps": ", ".join(_say_steps(step)),
                "n_out": place.stop - place.start,
            }
        )
    return pd.DataFrame(rows)


def _say_columns(branch: str, names: list[str], plan: Plan) -> str:
    if branch.startswith("text"):
        return "1 text"
    if branch.startswith(("few", "many")):
        noun = "column of words" if len(names) == 1 else "columns of words"
        return f"{count(len(names))} {noun}"
    of_dates = {f"{name} {part}" for name in plan.dates for part in DATE_PARTS}
    n_dates = sum(name in of_dates for name in names)
    n_numbers = len(names) - n_dates
    said = [f"{count(n_numbers)} {'number' if n_numbers == 1 else 'numbers'}"] * bool(n_numbers)
    said += [f"{count(n_dates)} parts of dates"] * bool(n_dates)
    return ", ".join(said)


def _say_steps(step: Any) -> list[str]:
    parts = [one for _, one in step.steps] if hasattr(step, "steps") else [step]
    said = []
    for one in parts:
        said.append(STEPS[type(one).__name__])
        if getattr(one, "add_indicator", False):
            said.append("flag them")
    return said
