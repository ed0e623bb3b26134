"""Run the check of an answered item in front of the learner, and say what it found in words."""

import re
import time
from dataclasses import dataclass

from core.practice.bank import load_deployed
from core.practice.numbers import MINUS
from core.practice.proof import Facts, prove
from core.practice.schema import Item
from core.wording import UNDEFINED, significant

LONGEST_S = 1.0
"""A check that takes longer is not run at a press of a button: the server has others to answer."""
LONGEST_APART_S = 3.0
"""The same for programs, which run in a process of their own."""
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
    function: str
    """What was run, as one would import it."""


def is_quick(item: Item) -> bool:
    """Return whether the check of `item` is known to be quick: it was timed when its lesson was built."""
    deployed = load_deployed(item)
    longest = LONGEST_S if item.bug is None else LONGEST_APART_S
    return item.check is not None and deployed is not None and deployed.seconds <= longest


def rerun(item: Item) -> Rerun:
    """Run the check of `item` now and return the facts that its answer rests on."""
    if item.check is None:
        message = f"{item.id} has no check to run."
        raise LookupError(message)
    words, function = item.check.words, item.check.function.replace(":", ".")
    began = time.perf_counter()
    proof = prove(item)
    milliseconds = 1000 * (time.perf_counter() - began)
    key = item.check.expect[0] if item.check.kind == "key" else None
    findings = tuple(
        Finding(words.get(name) or _name(name), _say(value), name == key)
        for name, value in _facts_of(item, proof.facts).items()
    )
    return Rerun(findings, len(proof.claims), proof.stands, milliseconds, function)


def _facts_of(item: Item, facts: Facts) -> Facts:
    """Return the facts that the item speaks of, in its own order."""
    groups = (item.options, item.near_misses, item.steps, item.pairs)
    of_parts = [part.fact for parts in groups for part in parts]
    claims = [
        *(item.check.expect if item.check else ()),
        *(item.bug.cured if item.bug else ()),
    ]
    said = [*claims, *(fact for fact in of_parts if fact)]
    names = [name for sentence in said for name in re.findall(r"[a-z]\w*", sentence)]
    return {name: facts[name] for name in names if name in facts}


def _name(fact: str) -> str:
    """Return the name in words: ``mean_f1_b`` is "mean F1 of B"."""
    *words, last = (WORDS.get(word, word) for word in fact.split("_"))
    return " ".join([*words, f"of {last.upper()}" if words and len(last) == 1 else last])


def _say(value: float | None) -> str:
    return UNDEFINED if value is None else significant(value, 4).replace("-", MINUS)
