"""Four ways to ask one model, and what each says to rows with something wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import Dataset
from core.tracking.answering import Answering
from core.tracking.flavour.payloads import N_ROWS, list_payloads, make_payload
from core.tracking.flavour.words_of_mlflow import shorten

WAYS = ("native", "unsigned", "signed", "served")
SAME = 1e-9


@dataclass(frozen=True)
class Doors:
    """One trained model behind each of `WAYS`."""

    native: Any
    """As scikit-learn loads it."""
    unsigned: Any
    """As a generic function, logged without a signature."""
    signed: Any
    served: Answering


def try_payloads(dataset: Dataset, rows: pd.DataFrame, doors: Doors) -> pd.DataFrame:
    """Send every payload in every way.

    One row per payload and way: ``payload``, ``way``, ``outcome`` (``same`` answers as for the rows as they
    are meant, ``other`` answers, or ``refused``), ``answer`` (of the first row; nan if refused), ``status``
    (of HTTP, 0 elsewhere), ``kind`` of the error and ``words``, the error's own.
    """
    found = []
    askers: dict[str, Callable[[pd.DataFrame], Any]] = {
        "native": lambda sent: doors.native.predict_proba(sent)[:, 1],
        "unsigned": lambda sent: doors.unsigned.predict(sent)[:, 1],
        "signed": lambda sent: doors.signed.predict(sent)[:, 1],
    }
    for payload in list_payloads(dataset):
        meant, sent = make_payload(dataset, rows.head(N_ROWS), payload)
        expected = doors.native.predict_proba(meant)[:, 1]
        for way in WAYS:
            row = (
                _ask_server(doors.served, sent, expected)
                if way == "served"
                else _ask(askers[way], sent, expected)
            )
            found.append({"payload": payload, "way": way} | row)
    words = ("payload", "way", "outcome", "kind", "words")
    return pd.DataFrame(found).astype(dict.fromkeys(words, "str"))


def _ask(ask: Callable[[pd.DataFrame], Any], sent: pd.DataFrame, expected: Any) -> dict[str, Any]:
    try:
        said = ask(sent)
    except Exception as error:  # noqa: BLE001  whatever a library raises is what is taught here
        return _refuse(type(error).__name__, str(error), 0)
    return _compare(said, expected, 0)


def _ask_server(server: Answering, sent: pd.DataFrame, expected: Any) -> dict[str, Any]:
    reply = server.ask(sent)
    if reply.status != 200:
        return _refuse(f"HTTP {reply.status}", reply.words, reply.status)
    return _compare(np.array(reply.body["predictions"])[:, 1], expected, reply.status)


def _compare(said: Any, expected: Any, status: int) -> dict[str, Any]:
    outcome = "same" if np.allclose(said, expected, rtol=0, atol=SAME) else "other"
    return {
        "outcome": outcome, "answer": float(said[0]), "status": status, "kind": "", "words": "",
    }  # fmt: skip


def _refuse(kind: str, words: str, status: int) -> dict[str, Any]:
    return {
        "outcome": "refused", "answer": float("nan"), "status": status, "kind": kind,
        "words": shorten(words),
    }  # fmt: skip
