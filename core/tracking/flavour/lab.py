"""Model, flavour, signature: what a packed model says to rows with something wrong."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.tracking.candidates import TableSpec
from core.tracking.flavour.judge import judge_model
from core.tracking.flavour.pack import pack_model
from core.tracking.flavour.payloads import PAYLOADS, Payload, refuse_foreign_payload
from core.tracking.flavour.risk import THRESHOLDS
from core.tracking.flavour.script import write_script
from core.tracking.flavour.ways import WAYS

Way = Literal["native", "unsigned", "signed", "served"]


@dataclass(frozen=True, kw_only=True)
class FlavourSpec:
    """A table, what is sent to the model of it, and through which door."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    payload: Payload = "whole"
    """What is wrong with the rows: columns in another ``order``, one ``extra``, one ``missing``, a number as
    ``text``, ``whole`` numbers for decimals, a ``gap`` among whole numbers, two columns ``swapped``; or the
    ``same`` rows as ever."""
    way: Way = "signed"
    """``native`` (scikit-learn's own), pyfunc ``unsigned`` or ``signed``, or ``served`` over HTTP."""
    threshold: float = 0.5
    """Above which probability the custom model says "call"; one of 0.1, 0.2, … 0.9."""
    judged: bool = False
    """Whether ``mlflow.models.evaluate`` judges the model, too."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.table  # refuses unknown tables and seeds
        require(
            self.payload in PAYLOADS,
            f"What is sent is one of {', '.join(PAYLOADS)}, got {self.payload!r}. Choose one.",
        )
        require(
            self.way in WAYS,
            f"A model is asked in one of the ways {', '.join(WAYS)}, got {self.way!r}. Choose one.",
        )
        require(
            self.threshold in THRESHOLDS,
            f"The threshold is one of 0.1, 0.2, … 0.9, got {self.threshold}. Choose one of them.",
        )

    @property
    def table(self) -> TableSpec:
        """What is trained and packed: the same whatever is sent."""
        return TableSpec(data=self.data, seed=self.seed)


@dataclass(frozen=True, eq=False)
class FlavourResult:
    """What was sent, what came back, and what MLflow keeps of the model."""

    spec: FlavourSpec
    outcome: str
    """``same`` answers as for the rows as they are meant, ``other`` answers, or ``refused``."""
    is_refused: bool
    kind: str
    """What kind of error it was; empty if none."""
    words: str
    """The error's own words."""
    answer: float | None
    """The probability said of the first row; None if the rows were refused."""
    meant_answer: float
    """What the model says of it as it is meant."""
    n_payloads: int
    n_refused_native: int
    """Payloads that are refused, by way of asking."""
    n_refused_unsigned: int
    n_refused_signed: int
    n_refused_served: int
    n_silent: int
    """Payloads to which the signed function gives other answers without a word."""
    n_columns: int
    n_required: int
    """Columns in the signature, and those that must be there."""
    n_addresses: int
    n_addresses_refused: int
    n_test: int
    n_called: int
    """Held-back rows that the custom model calls at this threshold."""
    n_hits: int
    """Rows of the sought class among them."""
    default_called: int
    """Rows called if nobody names a threshold."""
    refused_threshold: str
    n_calls_of_pickle: int
    """Functions that the pickle of the lesson would call while it is read."""
    judged_accuracy: float | None
    """What ``mlflow.models.evaluate`` measured; None if it was not asked."""
    judged_roc_auc: float | None
    n_judged: int | None
    """Metrics that it measured by itself."""
    n_plots: int | None
    mlmodel: str
    files: str
    strange_type: str
    """A type that skops finds before it loads."""
    tries: pd.DataFrame
    """See `core.tracking.flavour.ways.try_payloads`."""
    signature: pd.DataFrame
    addresses: pd.DataFrame
    thresholds: pd.DataFrame
    opcodes: pd.DataFrame
    metrics: pd.DataFrame
    """One row per metric of ``evaluate``: ``name``, ``value``; none if it was not asked."""


def send_rows(spec: FlavourSpec) -> FlavourResult:
    """Answer "what does this model say to rows with this wrong, asked in this way?".

    Check by eye: with a column missing, all four ways refuse.

    Raises
    ------
    SpecError
        The table has no column for what is sent. Not refused with the spec: the table and what is sent are
        chosen one after the other.
    """
    refuse_foreign_payload(load_dataset(spec.data), spec.payload)
    packed = pack_model(spec.table)
    tries = packed.tries
    of_payload = tries[tries["payload"] == spec.payload].set_index("way")
    row: dict[Any, Any] = of_payload.loc[spec.way].to_dict()
    refused = tries[tries["outcome"] == "refused"].groupby("way").size()
    called: dict[Any, Any] = packed.thresholds.set_index("threshold").loc[spec.threshold].to_dict()
    signed = tries[tries["way"] == "signed"]
    by_way: dict[Any, float] = of_payload["answer"].to_dict()
    as_ever: dict[Any, float] = (
        tries[tries["payload"] == "same"].set_index("way")["answer"].to_dict()
    )
    # Where whole numbers or a gap are sent, the rows that are meant differ from those of `same`.
    meant = (by_way if spec.payload in ("whole", "gap") else as_ever)["native"]
    counts: dict[str, Any] = {f"n_refused_{way}": int(refused.get(way, 0)) for way in WAYS}
    return FlavourResult(
        spec=spec,
        outcome=str(row["outcome"]),
        is_refused=bool(row["outcome"] == "refused"),
        kind=str(row["kind"]),
        words=str(row["words"]),
        answer=None if np.isnan(row["answer"]) else float(row["answer"]),
        meant_answer=float(meant),
        n_payloads=int(tries["payload"].nunique()),
        **counts,
        n_silent=int((signed["outcome"] == "other").sum()),
        n_columns=len(packed.signature),
        n_required=int(packed.signature["is_required"].sum()),
        n_addresses=len(packed.addresses),
        n_addresses_refused=int((packed.addresses["outcome"] == "refused").sum()),
        n_test=packed.n_test,
        n_called=int(called["n_called"]),
        n_hits=int(called["n_hits"]),
        default_called=packed.default_called,
        refused_threshold=packed.refused_threshold,
        n_calls_of_pickle=int((packed.opcodes["opcode"] == "REDUCE").sum()),
        **_judge(spec),
        mlmodel=packed.mlmodel,
        files=packed.files,
        strange_type=packed.untrusted,
        tries=tries,
        signature=packed.signature,
        addresses=packed.addresses,
        thresholds=packed.thresholds,
        opcodes=packed.opcodes,
    )


def _judge(spec: FlavourSpec) -> dict[str, Any]:
    if not spec.judged:
        nothing = pd.DataFrame({"name": [], "value": []}).astype(
            {"name": "str", "value": "float64"}
        )
        return {
            "judged_accuracy": None, "judged_roc_auc": None, "n_judged": None, "n_plots": None,
            "metrics": nothing,
        }  # fmt: skip
    found = judge_model(spec.table)
    values: dict[Any, float] = found.metrics.set_index("name")["value"].to_dict()
    return {
        "judged_accuracy": values["accuracy_score"],
        "judged_roc_auc": values["roc_auc"],
        "n_judged": len(values),
        "n_plots": len(found.plots.split(", ")),
        "metrics": found.metrics,
    }


def name_slow_part(spec: FlavourSpec) -> SlowPart | None:
    """Return what a view waits for; None for the model that the lesson opens with."""
    dataset = load_dataset(spec.data)
    refuse_foreign_payload(dataset, spec.payload)  # before anything is trained
    title = dataset.title
    if spec.table != TableSpec() and pack_model.recall(spec.table) is None:
        what = f"A model is being trained on {title}, packed by MLflow and asked in four ways."
        return SlowPart(run=pack_model, spec=spec.table, what=what)
    if spec.judged:
        what = f"MLflow is judging a model of {title}: metrics and pictures."
        return SlowPart(run=judge_model, spec=spec.table, what=what)
    return None


LAB = Lab(
    name="flavour",
    question="What does a packed model say to rows with something wrong?",
    spec=FlavourSpec,
    run=send_rows,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "over-http": {"payload": "gap", "way": "served", "threshold": 0.2},
        "judged": {
            "data": "breast_cancer", "payload": "missing", "way": "unsigned", "judged": True,
        },
    },
)  # fmt: skip
