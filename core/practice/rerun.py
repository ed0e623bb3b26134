"""Run the check of an answered item in front of the learner, and say what it found in words."""

import re
import time
from dataclasses import dataclass

from core.practice.bank import load_deployed
from core.practice.proof import Facts, prove
from core.practice.schema import Item
from core.wording import UNDEFINED, significant

LONGEST_S = 1.0
"""A check that takes longer is not run at a press of a button: the server has others to answer."""
WORDS = {
    "ari": "adjusted Rand index", "auc": "ROC AUC", "f1": "F1", "mae": "MAE", "mape": "MAPE", "mcc": "MCC",
    "mse": "MSE", "r2": "R²", "rmse": "RMSE",
}  # fmt: skip
"""Short names of facts as people write them."""


@dataclass(frozen=True)
class Finding:
    """One number that the run found."""

    what: str
    """In words: "macro recall"."""
    value: str
    is_key: bool
    """Whether it is the answer itself."""


@dataclass(frozen=True)
class Rerun:
    """What one run of a check found."""

    findings: tuple[Finding, ...]
    n_claims: int
    """Statements behind the answer that the run was held against."""
    holds: bool
    """Whether it confirmed every one of them."""
    milliseconds: float


def is_quick(item: Item) -> bool:
    """Return whether the check of `item` is known to be quick: it was timed when its lesson was built."""
    deployed = load_deployed(item)
    return deployed is not None and deployed.seconds <= LONGEST_S


def rerun(item: Item) -> Rerun:
    """Run the check of `item` now and return the facts that its answer rests on."""
    began = time.perf_counter()
    proof = prove(item)
    milliseconds = 1000 * (time.perf_counter() - began)
    key = item.check.expect[0] if item.check.kind == "key" else None
    findings = tuple(
        Finding(item.check.words.get(name) or _name(name), _say(value), name == key)
        for name, value in _facts_of(item, proof.facts).items()
    )
    return Rerun(findings, len(proof.claims), proof.stands, milliseconds)


def _facts_of(item: Item, facts: Facts) -> Facts:
    """Return the facts that the item speaks of, in its own order."""
    parts = (*item.options, *item.near_misses)
    said = [*item.check.expect, *(part.fact for part in parts if part.fact)]
    names = [name for sentence in said for name in re.findall(r"[a-z]\w*", sentence)]
    return {name: facts[name] for name in names if name in facts}


def _name(fact: str) -> str:
    return " ".join(WORDS.get(word, word) for word in fact.split("_"))


def _say(value: float | None) -> str:
    return UNDEFINED if value is None else significant(value, 4)
