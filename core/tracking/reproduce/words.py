"""What the lesson says in words: what was kept, what came out, and why."""

import pandas as pd

from core.formula import Formula
from core.tracking.reproduce.lab import ReproduceResult
from core.tracking.reproduce.program import MLPROJECT, N_NEW, write_program
from core.wording import count

WHAT = ("seed", "data", "code", "environment")
YES_NO = {True: "the same", False: "not the same"}
DATA = {
    "churn": "Customers who leave",
    "breast_cancer": "Breast tumours",
    "fraud": "Card payments",
}
MODELS = {"forest": "Forest", "logistic": "Logistic regression", "network": "Neural network"}
A_MODEL = {"forest": "a forest", "logistic": "a logistic regression", "network": "a neural network"}
OPTIONS = {
    "same": "The same, to the last digit",
    "digits": "The same answers, but other last digits",
    "close": "The same answers, but visibly other probabilities",
    "other": "Other answers for some",
}
LAST_DIGITS = 1e-9
"""A gap below this is one of rounding, far below what anybody reads."""
LOST = {
    "seed": "another number",
    "data": f"{N_NEW} rows have come since",
    "code": "one setting was changed",
    "environment": "Python was started anew",
}
WHY = {
    "seed": "Another **seed** draws other rows and columns by chance while the model is trained.",
    "data": f"The **data** are not the same: {N_NEW} rows have come since. A table that grows is another "
    "table, even under the same name.",
    "code": "The **code** is not the same: somebody changed one setting of the model.",
    "environment": "The **environment** is everything around the program: versions, processor, settings of "
    "the system. Here it is Python's own hash seed, which is drawn anew at each start unless "
    "`PYTHONHASHSEED` is set. It decides the order of a set, and the program takes its columns from a set.",
}


def find_answer(result: ReproduceResult) -> str:
    """Return which of `OPTIONS` came out."""
    if result.is_same:
        return "same"
    if result.n_differ:
        return "other"
    return "digits" if result.largest_gap < LAST_DIGITS else "close"


def list_kept(result: ReproduceResult, *, is_kept: bool) -> list[str]:
    """Return which of seed, data, code and environment were kept, or were not."""
    found = result.ingredients
    return [str(what) for what in found.loc[found["is_kept"] == is_kept, "what"]]


def ask_for(result: ReproduceResult) -> str:
    """Ask what the second training will say."""
    kept = _join(list_kept(result, is_kept=True))
    lost = "; ".join(f"{what} ({LOST[what]})" for what in list_kept(result, is_kept=False))
    what = f"Kept: {kept or 'nothing'}. Not kept: {lost or 'nothing'}."
    model = A_MODEL[result.spec.model]
    return (
        f"You train {model} and note its answers for {result.n_rows} rows. A month later you train it again. "
        f"{what} What do you get for these rows?"
    )


def tell_outcome(result: ReproduceResult) -> str:
    """Say whether the two trainings agree."""
    answer = find_answer(result)
    scores = f"{result.score_then:.4f} then and {result.score_now:.4f} now"
    if answer == "same":
        return (
            f"All {result.n_rows} probabilities are the same to the last digit. ROC AUC: {scores}."
        )
    if answer == "digits":
        return (
            f"No answer changed, but {result.n_moved} of {result.n_rows} probabilities differ, by "
            f"{result.largest_gap:.0e} at most: the same sum, added up in another order."
        )
    changed = f"{result.n_differ} of {result.n_rows} rows get another answer" if result.n_differ else (
        f"{result.n_moved} of {result.n_rows} probabilities moved, though no answer changed"
    )  # fmt: skip
    return (
        f"Not the same: {changed}. The largest move is {result.largest_gap:.2f}. ROC AUC: {scores}."
    )


def tell_why(result: ReproduceResult) -> list[str]:
    """Say for each thing that was not kept what it does; one sentence if all were kept."""
    lost = list_kept(result, is_kept=False)
    if not lost:
        return [
            "Seed, data, code and environment were all the same, so nothing was left that could differ."
        ]
    said = [WHY[what] for what in lost]
    if result.is_same:
        said.append(
            "Yet here it made no difference: "
            + (
                "logistic regression draws nothing by chance, so its seed decides nothing."
                if lost == ["seed"] and result.spec.model == "logistic"
                else "nothing in this training depends on it."
            )
        )
    return said


def tell_project(result: ReproduceResult) -> str:
    """Say how the project's run ended."""
    if result.project_score is None:
        return "Switch on “As a project of MLflow” to have MLflow run this folder, with the settings of now."
    agrees = (
        "the same as by hand, to the last digit" if result.is_project_same else "not that by hand"
    )
    return (
        f"MLflow ran the folder with the param seed = {result.spec.seeds[1]}, and the run ended well. It "
        f"logged a ROC AUC of {result.project_score:.4f}: {agrees}. This is what the run keeps:"
    )


def changed_formula(result: ReproduceResult) -> Formula:
    """Show the share of rows that get another answer."""
    return Formula(
        name="answers that changed",
        top="rows with another answer",
        bottom="rows held back",
        top_number=count(result.n_differ),
        bottom_number=count(result.n_rows),
        value=f"{result.n_differ / result.n_rows:.1%}",
    )


def tabulate_ingredients(result: ReproduceResult) -> pd.DataFrame:
    """Return what went in, then and now; files by the first digits of their digest."""
    found = result.ingredients
    return pd.DataFrame(
        {
            "What": [str(what).capitalize() for what in found["what"]],
            "Then": found["then"].map(_shorten),
            "Now": found["now"].map(_shorten),
            "The same?": ["yes" if is_kept else "no" for is_kept in found["is_kept"]],
        }
    )


def _shorten(text: str) -> str:
    # The variable's name, twice in a row, pushes the last column off a phone.
    return text.replace("PYTHONHASHSEED=", "hash seed ")


def tabulate_kept(result: ReproduceResult) -> pd.DataFrame:
    """Return what MLflow kept of the project's run."""
    return pd.DataFrame(
        {
            "Kind": result.kept["kind"],
            "Name": result.kept["name"],
            "Value": result.kept["value"],
        }
    )


def project_of(result: ReproduceResult) -> str:
    """Return the MLproject file of this view."""
    return MLPROJECT.replace("PROGRAM", result.spec.programs[1])


def program_of(result: ReproduceResult) -> str:
    """Return the training program as it was."""
    return write_program(result.spec.model, is_changed=False)


def command_of(result: ReproduceResult) -> str:
    """Return how one types it on the command line."""
    return f"mlflow run . --env-manager local -P seed={result.spec.seeds[1]} -P data={result.spec.tables[1]}"


def _join(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
