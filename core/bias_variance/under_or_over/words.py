"""What the diagnosis lab says in words: the pair of errors, the verdict, the remedies."""

from typing import Any

import pandas as pd

from core.bias_variance.diagnosis import CLEAR, SLIGHT, STRONG
from core.bias_variance.under_or_over.lab import UnderOverResult, loss_of
from core.formula import Formula
from core.wording import THIN, count, percent

VERDICTS = {
    "over": "too free",
    "under": "too rigid",
    "balanced": "no fault",
}
REMEDY_NAMES = {
    "more_rows": "More rows",
    "simpler": "Bend less",
    "freer": "Bend more",
    "regularise": "Put a brake on it",
    "more_features": "More columns",
    "stop_early": "Stop early",
}
BELIEFS = {
    "more_rows": "More rows calm a nervous model, often slowly, and do nothing for a rigid one.",
    "simpler": "Bending less helps a model that follows chance, if it is moved far enough.",
    "freer": "Bending more helps only where the truth was out of reach before.",
    "regularise": "A brake helps a model that follows chance. A rigid one it makes more rigid.",
    "more_features": "New columns are new freedom: food for a rigid model, and for the nerves of another.",
    "stop_early": "Stopping early helps a model that goes on learning chance.",
    "none": "At least one of them changed more than chance alone would.",
}
SEVERITY_WORDS = {
    "none": "no",
    "unsure": "cannot tell",
    "slight": "slightly",
    "clear": "clearly",
    "strong": "strongly",
}
BASELINE_WORDS = {"none": "no", "slight": "in part", "clear": "almost", "strong": "yes"}


def say_setting(result: UnderOverResult, value: float) -> str:
    """Return a setting in words: "depth 3"."""
    return f"{result.label} {say_number(value)}"


def say_number(value: float) -> str:
    """Return a setting of a knob: "0.001", "100 000"."""
    return count(value) if value >= 1000 else f"{value:g}"


def say_error(result: UnderOverResult, value: float) -> str:
    """Return an error with its name: "RMSE 57.3 points", "4.5 % mistakes"."""
    return loss_of(result).name(value)


def tell_case(result: UnderOverResult) -> str:
    """Say what was trained on what, and what one would get without any model."""
    return (
        f"{result.model_title}, trained on {count(result.n_rows)} {result.row_noun[1]}, in "
        f"{result.spec.folds} folds dealt {result.spec.repeats} times. Always saying the same, without any "
        f"model, gives {say_error(result, result.baseline)}.{loss_of(result).meaning}"
    )


def tell_pair(result: UnderOverResult) -> str:
    """Say both errors, with the gap between them."""
    loss = loss_of(result)
    return (
        f"On rows it learnt from: {say_error(result, result.train)}. On new rows: "
        f"{say_error(result, result.validation)}. The gap is {loss.say_change(result.gap)}."
    )


def tell_verdict(result: UnderOverResult) -> str:
    """Say which way the model had better be moved, and what shows it."""
    here = say_setting(result, result.setting)
    best = say_setting(result, result.best_setting)
    gain = loss_of(result).say_change(result.best_validation - result.validation)
    if result.verdict == "over":
        return f"At {here} it bends too much: {best} changes the error on new rows by {gain}."
    if result.verdict == "under":
        return f"At {here} it bends too little: {best} changes the error on new rows by {gain}."
    return (
        f"At {here} no other setting is better by more than chance could make. What is left may be noise, "
        "or need another kind of model."
    )


def tell_gap_alone(result: UnderOverResult) -> str:
    """Say whether the gap does harm in this view."""
    loss = loss_of(result)
    if result.verdict == "over":
        return (
            f"Here the gap is {loss.say(result.gap)}, and a setting that bends less does better on new "
            "rows: this gap costs something."
        )
    return (
        f"Here the gap is {loss.say(result.gap)}, and no setting that bends less is clearly better on new "
        "rows: the gap alone is no illness."
    )


def tell_remedy(result: UnderOverResult) -> str:
    """Say which remedy helped most, with its interval."""
    applied = result.effects[result.effects["is_applicable"]]
    if applied.empty:
        return "No remedy could be applied here."
    top = applied.sort_values("gain", ascending=False).iloc[0]
    loss, name = loss_of(result), REMEDY_NAMES[str(top["remedy"])]
    said = f"{loss.say_change(-float(top['gain']))} ({_interval(result, top)})"
    if result.best_remedy == "none":
        return (
            f"No remedy helps by more than chance could make. The best was “{name}” ({top['what']}), which "
            f"changes the error by {said}."
        )
    if str(top["remedy"]) == result.best_remedy:
        return f"“{name}” helps most ({top['what']}): it changes the error on new rows by {said}."
    sure = applied[applied["remedy"] == result.best_remedy].iloc[0]
    return (
        f"“{REMEDY_NAMES[result.best_remedy]}” ({sure['what']}) is the best of which one can be sure: it "
        f"changes the error on new rows by {loss.say_change(-float(sure['gain']))} "
        f"({_interval(result, sure)}). “{name}” looked better, but varies too much."
    )


def tell_rows(result: UnderOverResult) -> str:
    """Say what the learning curve ends with."""
    last = result.findings[result.findings["code"] == "BV5"].iloc[0]
    if not last["is_applicable"]:
        return str(last["reason"])
    words = {
        "none": "At its end it shows no gain from rows.",
        "unsure": "It may still gain from rows; these splits cannot tell.",
    }
    return (
        f"{last['evidence']} {words.get(str(last['severity']), 'It is still gaining from rows.')}"
    )


def tabulate_findings(result: UnderOverResult) -> pd.DataFrame:
    """Return the six questions with what shows it, and the answers."""
    rows = result.findings.to_dict("records")
    return pd.DataFrame(
        {
            "Question": [f"{row['question']} {row['evidence'] or row['reason']}" for row in rows],
            "Answer": [_answer(row) for row in rows],
        }
    )


def _answer(row: dict[Any, Any]) -> str:
    words = BASELINE_WORDS if row["code"] == "BV4" else SEVERITY_WORDS
    return words[row["severity"]] if row["is_applicable"] else "does not apply"


def tell_grades() -> str:
    """Say where the grades of severity begin."""
    slight, clear, strong = (f"{100 * share:.0f}" for share in (SLIGHT, CLEAR, STRONG))
    return (
        "“Cannot tell” means: chance alone could have made the difference. A question that does not apply "
        f"says why. The grades begin at {slight}, {clear} and {strong}{THIN}% of the error of saying always "
        "the same; they are names for a dial, not laws."
    )


def tabulate_remedies(result: UnderOverResult) -> pd.DataFrame:
    """Return what each remedy did, or why it could not be applied."""
    loss, rows = loss_of(result), result.effects.to_dict("records")
    return pd.DataFrame(
        {
            "Remedy": [
                f"{REMEDY_NAMES[row['remedy']]}: {row['what']}"
                if row["is_applicable"]
                else f"{REMEDY_NAMES[row['remedy']]}. {row['reason']}"
                for row in rows
            ],
            f"Change of {loss.noun}": [
                f"{loss.say_change(-row['gain'])} ({_interval(result, row)})"
                if row["is_applicable"]
                else "does not apply"
                for row in rows
            ],
        }
    )


def gap_formula(result: UnderOverResult) -> Formula:
    """Return the gap as a share of the error without any model."""
    loss = loss_of(result)
    return Formula(
        name="gap as a degree",
        top="error on new rows − on old",
        bottom="error without a model",
        top_number=f"{loss.say(result.validation)} − {loss.say(result.train)}",
        bottom_number=loss.say(result.baseline),
        value=percent(result.gap / result.baseline, 0) if result.baseline > 0 else "undefined",
    )


def ask_remedy(result: UnderOverResult) -> str:
    """Return the question that is asked before anything is shown."""
    loss = loss_of(result)
    old, new, none = map(loss.say, (result.train, result.validation, result.baseline))
    learns = (
        f"{result.model_title}, {say_setting(result, result.setting)}, learns from "
        f"{count(result.n_rows)} {result.row_noun[1]}."
    )
    if loss.is_share:
        errs = (
            f"It gets {old} of these wrong, and {new} of new ones; always saying the same, {none}."
        )
    else:
        errs = (
            f"It misses by {old} on these and by {new} on new ones (RMSE, a typical error); always saying "
            f"the mean, by {none}."
        )
    return f"{learns} {errs} What will help it most on new ones?"


def list_options(result: UnderOverResult) -> dict[str, str]:
    """Return the remedies that can be applied here, and none of them."""
    applied = result.effects[result.effects["is_applicable"]]
    options = {
        row["remedy"]: f"{REMEDY_NAMES[row['remedy']]}: {row['what']}"
        for row in applied.to_dict("records")
    }
    return options | {"none": "None of these, by more than chance"}


def list_beliefs(result: UnderOverResult) -> dict[str, str]:
    """Return what one would have to believe to choose each option."""
    return {name: BELIEFS[name] for name in list_options(result)}


def _interval(result: UnderOverResult, row: Any) -> str:
    loss = loss_of(result)
    # A gain is a fall of the error, so the ends change places.
    ends = [loss.say_change(-float(row[end])) for end in ("high", "low")]
    if loss.is_share:
        ends = [end.replace(f"{THIN}points", "") for end in ends]
    return f"{ends[0]} to {ends[1]}"
