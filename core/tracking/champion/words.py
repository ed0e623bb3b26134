"""What the lesson says in words: who is the champion, who answers, and whether the challenger is better."""

from typing import Any

import pandas as pd

from core.datasets import load_dataset
from core.formula import Formula
from core.tracking.champion.lab import ChampionResult
from core.tracking.champion.live import Asked
from core.tracking.champion.play import MOMENTS
from core.wording import count

NAMES = {
    "logistic": "logistic regression",
    "forest": "a forest of 40 trees",
    "tree": "one small tree",
    "neighbours": "the 15 nearest neighbours",
}
OPTIONS = {
    "first": "Version 1",
    "second": "Version 2",
    "nobody": "Nobody: no server runs",
    "error": "The server reports an error",
}
SHORT = {
    "train": "Trained",
    "register": "Registered",
    "crown": "Champion named",
    "serve": "Server started",
    "challenge": "Challenger comes",
    "promote": "Champion moved",
    "restart": "Server restarted",
    "rollback": "Moved back",
    "restart-again": "Restarted again",
}
"""Each moment in two words, for the control."""
ACTS = {
    "train": "A model is trained and logged in a run.",
    "register": "It is registered as version 1 of keeper.",
    "crown": "The alias champion points at version 1.",
    "serve": "A server is started on the champion.",
    "challenge": "Another model becomes version 2, with the alias challenger.",
    "promote": "The alias champion moves to version 2.",
    "restart": "The server is started anew.",
    "rollback": "Version 2 disappoints: the champion moves back to version 1.",
    "restart-again": "The server is started anew once more.",
}
WHY = {
    "train": "The model lies in its run. It has no name that others could ask for.",
    "register": "To register gives a model a name and a number. It starts nothing: nobody answers yet.",
    "crown": "A program that loads the champion now gets version 1. A server is still to be started.",
    "serve": "When it starts, the server looks up the alias once and loads what it finds.",
    "challenge": "A challenger can be tried beside the champion, and nobody who asks the champion notices.",
    "promote": (
        "The alias points elsewhere now. But the server looked it up when it started, and keeps what "
        "it loaded."
    ),
    "restart": "Started anew, the server looks the alias up again. Now version 2 answers.",
    "rollback": (
        "A rollback is one call: the alias moves back, no model is trained or copied. The server still "
        "holds what it loaded."
    ),
    "restart-again": "Both agree again, on version 1. Version 2 is still there, for whoever wants to look.",
}
REASONS = {
    "@champion": "By alias: whoever is the champion.",
    "/1": "By number: always this one.",
    "/2": "By number: always this one.",
    "/latest": "The newest, whether it was tried or not.",
    "": "Neither number nor alias, so it is taken for a model's own id.",
    "@nobody": "No such alias.",
    "/9": "No such version.",
    "/champion": "An alias needs @. After / a name is read as a stage.",
}


def find_answer(result: ChampionResult) -> str:
    """Return who answers at this moment, as one of `OPTIONS`."""
    if result.served is None:
        return "nobody" if result.status is None else "error"
    return "first" if result.served == 1 else "second"


def list_story(result: ChampionResult) -> list[str]:
    """Return what happened up to this moment, a sentence for each step."""
    return [ACTS[act] for act in MOMENTS[: result.spec.moment]]


def say_version(version: int | None) -> str:
    """Return "version 2", or "nobody"."""
    return "nobody" if version is None else f"version {version}"


def tell_answer(result: ChampionResult) -> str:
    """Say who is the champion and who answers."""
    if result.champion is None:
        return "There is no champion yet, and nobody answers."
    if result.served is None:
        return f"The champion is version {result.champion}, and nobody answers: no server runs."
    joint = "but" if result.is_behind else "and"
    answers = f"{joint} the server answers as version {result.served}"
    return f"The champion is version {result.champion}, {answers}."


def tell_row(result: ChampionResult) -> str:
    """Say what both say about the same row."""
    noun = load_dataset(result.spec.data).row_noun[0]
    if result.loaded_answer is None:
        return f"One {noun} is asked about at each moment. So far nobody can be asked."
    start = f"For the same {noun}, a program that loads the champion now gets {result.loaded_answer:.3f}"
    if result.served_answer is None:
        return f"{start}. That is version {result.loaded}."
    return (
        f"{start}, which is version {result.loaded}. A request over HTTP gets {result.served_answer:.3f}, "
        f"with status {result.status}: {say_version(result.served)}."
    )


def tell_why(result: ChampionResult) -> str:
    """Say what this moment teaches."""
    return WHY[result.act]


def tell_story(result: ChampionResult) -> str:
    """Say at how many moments the server was behind."""
    return (
        f"In the whole story the server is behind at {result.n_behind} of {len(MOMENTS)} moments: each time "
        "right after the alias moved, until it is started anew."
    )


def tell_duel(result: ChampionResult) -> str:
    """Say whether the challenger is better, as far as the held-back rows can tell."""
    one, many = result.auc_first, result.auc_second
    outcome = (
        "The interval lies above 0, so luck with these rows is an unlikely reason."
        if result.is_gain_clear
        else "The interval lies below 0: the challenger is worse."
        if result.gain_high < 0
        else "The interval holds 0, so luck with these rows may be all there is."
    )
    return (
        f"On {count(result.n_test)} rows that neither has seen, version 1 has a ROC AUC of {one:.3f} and "
        f"version 2 of {many:.3f}. The gain is {_signed(result.gain)}, with a 95 % interval from "
        f"{_signed(result.gain_low)} to {_signed(result.gain_high)}. {outcome} They put "
        f"{count(result.n_disagree)} rows on different sides of one half."
    )


def tell_addresses(result: ChampionResult) -> str:
    """Say how many addresses MLflow refuses."""
    return (
        f"Of {len(result.addresses)} addresses tried just now, MLflow refuses {result.n_refused}. "
        "An alias stands behind @, a number behind /."
    )


def tell_stages(result: ChampionResult) -> str:
    """Say what stages were, from a real move."""
    return (
        "Before aliases there were four stages: None, Staging, Production and Archived. We moved version 1 "
        f"just now: its stage went from {result.stage_before} to {result.stage_after}. Its status was "
        f"{result.version_status} all the time, because a status says only whether the version is "
        "registered completely. MLflow warns that stages will be removed."
    )


def tell_asked(asked: Asked) -> str:
    """Say who answered a real request."""
    after = f"after {asked.reply.ms:.0f} ms"
    if asked.answer is None:
        return f"Status {asked.reply.status} {after}: the server refuses this request."
    return f"Status {asked.reply.status} {after}: {say_version(asked.version)} answers {asked.answer:.3f}."


def gain_formula(result: ChampionResult) -> Formula:
    """Show what the challenger gains."""
    return Formula(
        name="gain",
        top="AUC of version 2 − AUC of version 1",
        top_number=f"{result.auc_second:.4f} − {result.auc_first:.4f}",
        value=_signed(result.gain, 4),
    )


def tabulate_story(result: ChampionResult) -> pd.DataFrame:
    """Return the log of the registry up to this moment."""
    rows: list[dict[Any, Any]] = result.moments.head(result.spec.moment).to_dict("records")
    return pd.DataFrame(
        [
            {
                "Moment": f"{row['moment']}. {ACTS[row['act']]}",
                "Champion": _name(row["champion"]),
                "Challenger": _name(row["challenger"]),
                "Server answers as": _name(row["served"]),
            }
            for row in rows
        ]
    )


def list_calls(result: ChampionResult) -> str:
    """Return the calls up to this moment, as they are typed."""
    calls = result.moments["call"].head(result.spec.moment)
    lines = [part for call in calls for part in call.split("; ")]
    return "\n".join(
        f"$ {line}" if line.startswith("mlflow models") else line.replace("; ", "\n")
        for line in lines
    )


def tabulate_versions(result: ChampionResult) -> pd.DataFrame:
    """Return both versions side by side."""
    rows: list[dict[Any, Any]] = result.versions.to_dict("records")
    return pd.DataFrame(
        [
            {
                "Version": f"version {row['version']}",
                "Model": NAMES[row["model"]],
                "ROC AUC": f"{row['roc_auc']:.4f}",
                "Says of this row": f"{row['answer']:.3f}",
            }
            for row in rows
        ]
    )


def tabulate_addresses(result: ChampionResult) -> pd.DataFrame:
    """Return the addresses, what MLflow does with them, and why."""
    rows: list[dict[Any, Any]] = result.addresses.to_dict("records")
    return pd.DataFrame(
        [
            {
                "Address": row["address"],
                "MLflow": "error" if row["is_refused"] else "loads it",
                "Why": REASONS[row["address"].removeprefix("models:/keeper")],
            }
            for row in rows
        ]
    )


def list_refusals(result: ChampionResult) -> str:
    """Return MLflow's own words on each refused address."""
    refused = result.addresses[result.addresses["is_refused"]]
    return "\n".join(
        f"{address}\n    {words}"
        for address, words in zip(refused["address"], refused["refusal"], strict=True)
    )


def _name(version: int) -> str:
    return f"version {version}" if version else "nobody"


def _signed(value: float, digits: int = 3) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")
