"""What the lesson says in words: what was sent, what came back, and what a signature is for."""

from typing import Any

import pandas as pd

from core.datasets import load_dataset
from core.formula import Formula
from core.tracking.flavour.lab import FlavourResult
from core.tracking.flavour.payloads import (
    EXTRA,
    PAYLOADS,
    Payload,
    find_columns,
    find_pair,
    list_payloads,
)
from core.wording import count, percent

SENT: dict[Payload, str] = {
    "same": "the rows as they are",
    "order": "other column order",
    "extra": "one column too many",
    "missing": "one column missing",
    "text": "a number as text",
    "whole": "whole for decimals",
    "gap": "one empty cell",
    "swapped": "two columns swapped",
}
WAYS = {
    "native": "scikit-learn itself",
    "unsigned": "pyfunc, no signature",
    "signed": "pyfunc, signature",
    "served": "over HTTP, signature",
}
ASKED = {
    "native": "It is loaded as scikit-learn loads it.",
    "unsigned": "It is loaded as a generic Python function (pyfunc). It was logged without a signature.",
    "signed": "It is loaded as a generic Python function (pyfunc). It was logged with its signature.",
    "served": "It was logged with its signature, and answers requests over HTTP.",
}
OPTIONS = {
    "same": "It answers, and rightly",
    "other": "It answers, but not what was meant",
    "refused": "It refuses with an error",
}
OUTCOMES = {"same": "answers", "other": "answers something else", "refused": "refuses"}
MADE_BY = {
    "save_model": "save_model",
    "log_model": "log_model",
    "register_model": "register_model",
    "set_registered_model_alias": "an alias",
    "a typing error": "a typing error",
}


def payloads_of(data: str, chosen: Payload = "same") -> dict[Payload, str]:
    """Return what can be sent to a model of this table, in words; also what is `chosen`, possible or not."""
    known = {*list_payloads(load_dataset(data)), chosen}
    return {name: SENT[name].capitalize() for name in PAYLOADS if name in known}


def say_payload(result: FlavourResult) -> str:
    """Say what is wrong with the rows, with the names of the columns."""
    dataset = load_dataset(result.spec.data)
    decimals, wholes = find_columns(dataset)
    pair = find_pair(dataset)
    said: dict[str, str] = {
        "same": "nothing is wrong with them",
        "order": "their columns come in the opposite order",
        "extra": f"a column {EXTRA} comes with them that the model has never seen",
        "missing": f"the column {dataset.features[0]} is missing",
        "text": f"the numbers of {''.join((*wholes, *decimals)[:1])} come as text, such as '57'",
        "whole": f"the decimals of {''.join(decimals[:1])} are whole this time: 50 and not 50.0",
        "gap": f"one cell of {''.join(wholes[:1])} is empty, a column that had whole numbers only",
        "swapped": f"the values of {' and '.join(pair)} are mixed up",
    }
    return said[result.spec.payload]


def find_answer(result: FlavourResult) -> str:
    """Return which of `OPTIONS` happened."""
    return result.outcome


def tell_outcome(result: FlavourResult) -> str:
    """Say what came back."""
    if result.is_refused:
        return f"The model refuses the rows: {result.kind}."
    if result.outcome == "same":
        return f"The model answers {result.answer:.3f} for the first row, as it should."
    return (
        f"The model answers {result.answer:.3f} for the first row. Meant was {result.meant_answer:.3f}, "
        "and nobody says a word."
    )


def tell_ways(result: FlavourResult) -> str:
    """Say how many payloads each way refuses."""
    return (
        f"Of {result.n_payloads} deliveries, scikit-learn itself refuses {result.n_refused_native}, the "
        f"generic function without a signature {result.n_refused_unsigned}, with a signature "
        f"{result.n_refused_signed}, and the server over HTTP {result.n_refused_served}."
    )


def tell_signature(result: FlavourResult) -> str:
    """Say what the signature holds, and what it cannot see."""
    return (
        f"This signature names {result.n_columns} columns with their types; {result.n_required} of them must "
        f"be there. It checks names and types, not sense: {result.n_silent} of {result.n_payloads} "
        "deliveries get a wrong answer without a word."
    )


def tell_http(result: FlavourResult) -> str:
    """Say why HTTP is more lenient."""
    return (
        "JSON knows only one kind of number and carries no types of columns. So the server turns each value "
        "into the type of the signature before it asks the model. In Python the types are there already, and "
        "MLflow refuses whatever it would have to guess. "
        f"Here HTTP refuses {result.n_refused_served}, and Python {result.n_refused_signed}."
    )


def tell_called(result: FlavourResult) -> str:
    """Say how many rows the custom model calls."""
    share = result.n_hits / result.n_called if result.n_called else None
    hits = (
        "" if share is None else f" {count(result.n_hits)} of these are right ({percent(share)})."
    )
    return (
        f"At a threshold of {result.spec.threshold:.1f} it calls {count(result.n_called)} of "
        f"{count(result.n_test)} rows.{hits} If the caller names no threshold, it calls "
        f"{count(result.default_called)}."
    )


def tell_addresses(result: FlavourResult) -> str:
    """Say that every address leads to the same model."""
    good = result.n_addresses - result.n_addresses_refused
    return (
        f"{good} addresses lead to the same answers here. To save writes a folder anywhere; to log keeps it "
        "with a run, in the store; to register gives it a name and a number."
    )


def tell_pickle(result: FlavourResult) -> str:
    """Say what the pickle would do."""
    return (
        f"A pickle is a list of orders. Here are {len(result.opcodes)}, and REDUCE calls a function of the "
        "writer's choice, here os.system with a command, before your program sees anything. We have read "
        f"it and not loaded it. skops reads the types first, and stops at one that is on nobody's list, such "
        f"as {result.strange_type}."
    )


def tell_judged(result: FlavourResult) -> str:
    """Say what MLflow measured by itself, if it was asked."""
    if result.n_judged is None:
        return (
            "`mlflow.models.evaluate` measures a model by itself: name the table, the target and the kind of "
            "task. It takes a few seconds."
        )
    return (
        f"`mlflow.models.evaluate` measured {result.n_judged} numbers by itself and kept {result.n_plots} "
        f"pictures in the run. Accuracy is {result.judged_accuracy:.3f}, ROC AUC {result.judged_roc_auc:.3f}."
    )


def hits_formula(result: FlavourResult) -> Formula | None:
    """Show which share of the called rows is right; None if nobody is called."""
    if not result.n_called:
        return None
    return Formula(
        name="calls that are right",
        top="sought rows among them",
        bottom="rows called",
        top_number=count(result.n_hits),
        bottom_number=count(result.n_called),
        value=percent(result.n_hits / result.n_called),
    )


def tabulate_tries(result: FlavourResult) -> pd.DataFrame:
    """Return what happens to each payload in each way."""
    table: dict[Any, Any] = result.tries.set_index(["payload", "way"])["outcome"].to_dict()
    payloads: list[Any] = list(dict.fromkeys(result.tries["payload"]))
    return pd.DataFrame(
        [
            {
                "Sent": SENT[payload],
                **{name: OUTCOMES[table[payload, way]] for way, name in WAYS.items()},
            }
            for payload in payloads
        ]
    )


def tabulate_signature(result: FlavourResult) -> pd.DataFrame:
    """Return the columns of the signature, at most ten."""
    table = result.signature.head(10)
    return pd.DataFrame(
        {
            "Column": table["name"],
            "Type": table["type"],
            "Must be there": ["yes" if must else "no" for must in table["is_required"]],
        }
    )


def tabulate_addresses(result: FlavourResult) -> pd.DataFrame:
    """Return each address, what made it, and what it gives."""
    table = result.addresses
    return pd.DataFrame(
        {
            "Made by": [MADE_BY[made_by] for made_by in table["made_by"]],
            "Address": table["address"],
            "Loading it": [
                "error" if outcome == "refused" else "the same answers"
                for outcome in table["outcome"]
            ],
        }
    )


def tabulate_opcodes(result: FlavourResult) -> pd.DataFrame:
    """Return the orders in the pickle."""
    table = result.opcodes
    return pd.DataFrame(
        {
            "Byte": [str(position) for position in table["position"]],
            "Order": table["opcode"],
            "With": [argument or "nothing" for argument in table["argument"]],
            "What it does": [meaning or "moves things about" for meaning in table["meaning"]],
        }
    )


def tabulate_metrics(result: FlavourResult) -> pd.DataFrame:
    """Return what MLflow measured."""
    return pd.DataFrame(
        {"Metric": result.metrics["name"], "Value": [f"{x:.4f}" for x in result.metrics["value"]]}
    )
