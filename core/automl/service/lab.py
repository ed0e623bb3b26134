"""From best trial to a service: what one way of packing does with one odd delivery, and who is registered."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.automl.service.play import WAYS, Way, serve_proposal
from core.automl.service.script import write_script
from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.tracking.candidates import TableSpec

CHECKS = (
    "plain", "order", "extra", "alone", "missing", "whole", "text", "word", "unseen", "gap",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ServiceSpec:
    """A table, a way of packing the model, and what is sent to it."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    model: Way = "patched"
    """``pipeline`` (AutoML's), ``strict`` (the same with an inferred signature), ``dummies`` (a model on the
    columns of ``get_dummies``) or ``patched`` (the same, gaps filled with 0)."""
    check: str = "missing"
    """What is sent; a table without words has no ``unseen``, one without numbers no ``word``."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.table  # refuses unknown tables and seeds
        require(
            self.model in WAYS, f"The model is {', '.join(WAYS)}, got {self.model!r}. Choose one."
        )
        require(
            self.check in CHECKS,
            f"What is sent is {', '.join(CHECKS)}, got {self.check!r}. Choose one.",
        )

    @property
    def table(self) -> TableSpec:
        """What is searched, saved and tried: the same for every model and check."""
        return TableSpec(data=self.data, seed=self.seed)


@dataclass(frozen=True, eq=False)
class ServiceResult:
    """What came back, and what the gate decided. An answer is the probability of the class of `label`."""

    spec: ServiceSpec
    outcome: str
    """``same`` (the right answers), ``other`` (wrong ones), ``answers`` (some, where none is the right one),
    ``refuses`` (an error that names the column), ``unclear`` (another error), ``none`` (no such check)."""
    is_passed: bool
    is_silent: bool
    """Whether it answers where it should have refused, or answers wrong: nobody hears of it."""
    meant: float | None
    """What it should say of the first row; None where there is no right answer."""
    answer: float | None
    """What it says of the first row; None if it refuses."""
    label: str
    """The class whose probability is an answer, as the table writes it."""
    words: str
    """Of the error."""
    column: str
    """The column that is odd, or the first that is."""
    version: int | None
    """Its version in the registry; None if the gate kept it out."""
    refusal: str
    n_checks: int
    n_failed: int
    n_silent: int
    """Failed checks of which nobody hears."""
    n_failed_pipeline: int
    n_failed_strict: int
    n_failed_dummies: int
    n_failed_patched: int
    n_silent_patched: int
    family: str
    n_trials: int
    n_columns: int
    n_dummies: int
    n_dummies_alone: int
    finals_loss: float
    test_loss: float
    files: str
    signature: str
    checks: pd.DataFrame
    """See `core.automl.service.play.Play`, and ``is_silent``."""
    refusals: pd.DataFrame


def pass_gate(spec: ServiceSpec) -> ServiceResult:
    """Answer "what does this model do with this delivery, and would it be registered?".

    Check by eye: of AutoML's pipeline every check is passed, and its version is 1.
    """
    play = serve_proposal(spec.table)
    checks = play.checks.assign(
        is_silent=~play.checks["is_passed"]
        & play.checks["outcome"].isin(["same", "other", "answers"])
    )
    own = checks[checks["model"] == spec.model]
    found = own[own["check"] == spec.check]
    row = found.iloc[0] if len(found) else None
    registered: Any = play.refusals.set_index("model").loc[spec.model]
    failed = (~checks["is_passed"]).groupby(checks["model"]).sum()
    return ServiceResult(
        spec=spec,
        outcome="none" if row is None else str(row["outcome"]),
        is_passed=row is not None and bool(row["is_passed"]),
        is_silent=row is not None and bool(row["is_silent"]),
        meant=None if row is None else _number(row["meant"]),
        answer=None if row is None else _number(row["answer"]),
        label=play.label,
        words="" if row is None else str(row["words"]),
        column="" if row is None else str(row["column"]),
        version=int(registered["version"]) or None,
        refusal=str(registered["refusal"]),
        n_checks=len(own),
        n_failed=int(failed[spec.model]),
        n_silent=int(own["is_silent"].sum()),
        n_failed_pipeline=int(failed["pipeline"]),
        n_failed_strict=int(failed["strict"]),
        n_failed_dummies=int(failed["dummies"]),
        n_failed_patched=int(failed["patched"]),
        n_silent_patched=int(checks.loc[checks["model"] == "patched", "is_silent"].sum()),
        family=play.family,
        n_trials=play.n_trials,
        n_columns=play.n_columns,
        n_dummies=play.n_dummies,
        n_dummies_alone=play.n_dummies_alone,
        finals_loss=play.finals_loss,
        test_loss=play.test_loss,
        files=play.files,
        signature=play.signature,
        checks=checks,
        refusals=play.refusals,
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def name_slow_part(spec: ServiceSpec) -> SlowPart | None:
    """Return the search that a view waits for; None for that which the lesson opens with."""
    if spec.table == TableSpec():
        return None
    title = load_dataset(spec.data).title
    what = f"AutoML searches {title}, and four packed models are tried in a process of their own."
    return SlowPart(run=serve_proposal, spec=spec.table, what=what)


LAB = Lab(
    name="service",
    question="Does the best trial survive what a service is sent?",
    spec=ServiceSpec,
    run=pass_gate,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "one-row": {"model": "dummies", "check": "alone"},
        "whole-numbers": {"model": "strict", "check": "whole"},
        "pipeline": {"model": "pipeline", "check": "unseen"},
        "tumours": {"data": "breast_cancer", "check": "text"},
    },
)
