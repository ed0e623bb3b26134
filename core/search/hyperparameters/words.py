"""What the lesson on parameters and hyperparameters says in words, with its numbers."""

import pandas as pd

from core.formula import Formula
from core.search.hyperparameters.lab import HyperparametersResult
from core.search.hyperparameters.quantities import N_QUANTITIES, QUANTITIES
from core.search.hyperparameters.sweep import KNOBS
from core.wording import count, significant

NBSP = "\u00a0"
KNOB_TITLES = {
    "depth": "Decision tree: depth",
    "neighbours": "Nearest neighbours: how many",
    "penalty": "Linear model with squares: penalty",
    "rounds": "Boosted trees: rounds",
}
SETTING_WORDS = {
    "depth": "depth {}",
    "neighbours": "{} neighbours",
    "penalty": "penalty {}",
    "rounds": "{} rounds",
}


def list_labels(result: HyperparametersResult) -> tuple[str, ...]:
    """Return what each of the numbers is, with its model, in the order of ``quantities``."""
    return tuple(
        f"{quantity.model_title}: {quantity.label.format(column=result.column)}"
        for quantity in QUANTITIES
    )


def say_setting(result: HyperparametersResult, setting: float, knob: str = "") -> str:
    """Return a setting with its name: "depth 4", "1 neighbour"."""
    words = SETTING_WORDS[knob or result.spec.knob].format(significant(setting))
    return words.rstrip("s") if setting == 1 and words.endswith("s") else words


def say_error(result: HyperparametersResult, error: float) -> str:
    """Return an error with the unit of the target, if it has one."""
    return f"{significant(error)} {result.unit}".strip()


def find_answer(result: HyperparametersResult) -> str:
    """Return which end of the knob the train rows choose: "rigid", "flexible" or "between"."""
    settings = result.errors.loc[result.errors["knob"] == result.spec.knob, "setting"].tolist()
    at = settings.index(result.by_train)
    return "flexible" if at == len(settings) - 1 else "rigid" if at == 0 else "between"


def list_ends(result: HyperparametersResult) -> dict[str, str]:
    """Return the options of the prediction: both ends of the knob, and between them."""
    settings = result.errors.loc[result.errors["knob"] == result.spec.knob, "setting"].tolist()
    rigid, flexible = (say_setting(result, settings[at]) for at in (0, -1))
    return {
        "rigid": f"{rigid}, the most rigid model",
        "between": "something in between",
        "flexible": f"{flexible}, the most flexible model",
    }


def tell_choice(result: HyperparametersResult) -> str:
    """Say what the train rows choose, and what that costs on other rows."""
    best = say_setting(result, result.by_validation)
    return (
        f"The {count(result.n_train)} training {result.row_noun[1]} like "
        f"{say_setting(result, result.by_train)} best: the error on them is "
        f"{say_error(result, result.train_at_train)}. On {count(result.n_validation)} "
        f"{result.row_noun[1]} that no fit has seen, it is "
        f"{say_error(result, result.validation_at_train)}; {best} has "
        f"{say_error(result, result.validation_at_validation)} there."
    )


def tell_all_knobs(result: HyperparametersResult) -> str:
    """Say what the train rows choose for all four knobs."""
    return (
        f"The train rows choose the most flexible setting for {count(result.n_flexible)} of "
        f"{count(result.n_knobs)} knobs, the validation rows for "
        f"{count(result.n_flexible_by_validation)}."
    )


def tell_sorting(result: HyperparametersResult) -> str:
    """Say how the learner sorted, and what the models say."""
    answered = sum(letter != "-" for letter in result.spec.sorting)
    start = (
        f"You sorted {count(result.n_right)} of {N_QUANTITIES} as the models do. "
        if answered
        else ""
    )
    return (
        f"{start}On other rows, {count(result.n_found_moved)} of the {count(result.n_found)} numbers that "
        f"a fit finds are others. Of the {count(result.n_chosen)} that somebody chose, "
        f"{count(result.n_chosen_moved) if result.n_chosen_moved else 'none'} moved."
    )


def tabulate_sorting(result: HyperparametersResult) -> pd.DataFrame:
    """Return each number with what it is, what the learner said, and its three values."""
    table = result.quantities
    columns: dict[str, object] = {
        "The number": [quantity.short for quantity in QUANTITIES],
        "It is": list(table["kind"]),
    }
    if any(letter != "-" for letter in result.spec.sorting):
        columns["You said"] = [
            f"{said or 'nothing'}{f'{NBSP}✓' if said == kind else ''}"
            for said, kind in zip(table["said"], table["kind"], strict=True)
        ]
    names = {
        "these_rows": "One half",
        "other_rows": "Other half",
        "other_settings": "Other settings",
    }
    for name, title in names.items():
        columns[title] = [significant(value).replace("-", "−") for value in table[name]]
    return pd.DataFrame(columns)


def tell_table(result: HyperparametersResult) -> str:
    """Say what the columns of the table are, and how scikit-learn calls the numbers."""
    names = {
        kind: ", ".join(f"`{name}`" for name in table["attribute"])
        for kind, table in result.quantities.groupby("kind")
    }
    return (
        "Each number is shown after training on one half of the rows, on the other half, and on the first "
        f"half again with other settings. scikit-learn calls the found ones {names['found']}, and the chosen "
        f"ones {names['chosen']}."
    )


def tabulate_choices(result: HyperparametersResult) -> pd.DataFrame:
    """Return what train and validation rows choose for each knob."""
    rows = result.choices.set_index("knob").loc[list(KNOBS)].reset_index()

    def say_all(chooser: str) -> list[str]:
        pairs = zip(rows[chooser].tolist(), rows["knob"].tolist(), strict=True)
        return [say_setting(result, float(setting), str(knob)) for setting, knob in pairs]

    return pd.DataFrame(
        {
            "Knob": [KNOB_TITLES[knob] for knob in rows["knob"]],
            "Train rows choose": say_all("by_train"),
            "Its error on other rows": [significant(e) for e in rows["validation_at_train"]],
            "Other rows choose": say_all("by_validation"),
            "Its error there": [significant(e) for e in rows["validation_at_validation"]],
        }
    )


def gap_formula(result: HyperparametersResult) -> Formula:
    """Show what following the train rows costs on rows that no fit has seen."""
    cost = result.validation_at_train - result.validation_at_validation
    return Formula(
        name="price of asking the train rows",
        top="error of their choice − error of the best choice",
        top_number=(
            f"{significant(result.validation_at_train, 4)} − "
            f"{significant(result.validation_at_validation, 4)}"
        ),
        value=say_error(result, cost),
    )


def tell_search(result: HyperparametersResult) -> str:
    """Say what a grid search found, and what it needed."""
    return (
        f"Here a grid search chose the penalty {significant(result.searched_penalty)} by itself, in "
        f"{count(result.n_search_fits)} fits: 6 penalties in 5 folds, and one last fit. It keeps rows aside "
        "each time, and asks them."
    )
