"""Under or over? A model, its errors on old and new rows, six questions, and six remedies."""

from dataclasses import dataclass
from threading import Lock

import pandas as pd
from cachetools import LRUCache, cached

from core.bias_variance.bands import Numbers, describe_splits
from core.bias_variance.diagnosis import Evidence, diagnose, name_verdict
from core.bias_variance.losses import Loss, find_loss_on
from core.bias_variance.table_models import find_table_model
from core.bias_variance.under_or_over.case import (
    LAST_BEND,
    CaseSpec,
    collect_evidence,
    examine_case,
)
from core.bias_variance.under_or_over.script import write_script
from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart


@dataclass(frozen=True, kw_only=True)
class UnderOverSpec(CaseSpec):
    """A case: a table, a model, and how far it may bend."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            0 <= self.bend <= LAST_BEND,
            f"The knob has places 0 (rigid) to {LAST_BEND}, got {self.bend}. Choose one of them.",
        )

    @property
    def case(self) -> CaseSpec:
        """What is trained."""
        return CaseSpec(
            data=self.data, model=self.model, n_rows=self.n_rows, bend=self.bend, metric=self.metric,
            folds=self.folds, repeats=self.repeats, seed=self.seed,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class UnderOverResult:
    """What ails the model, and what helped. All errors are losses: 0 is perfect."""

    spec: UnderOverSpec
    metric: str
    row_noun: tuple[str, str]
    model_title: str
    label: str
    setting: float
    at: int
    """Place of the handle: a row number of `sweep`."""
    n_rows: int
    n_fits: int
    baseline: float
    train: float
    validation: float
    gap: float
    verdict: str
    """"over", "under" or "balanced"; see `core.bias_variance.diagnosis.name_verdict`."""
    best_setting: float
    best_validation: float
    best_remedy: str
    """The remedy with the largest mean gain that is more than chance could make; "none" if there is none."""
    best_gain: float
    """The largest mean gain of a remedy; NaN if none could be applied."""
    gain_of_rows: float
    """The mean gain of more rows; NaN if there are no more."""
    sweep: pd.DataFrame
    """One row per setting, rigid to nervous: ``setting``, ``train``, ``train_low``, ``train_high``,
    ``validation``, ``validation_low``, ``validation_high``, ``gap``, ``regret`` (validation minus the best
    setting's), ``verdict``."""
    findings: pd.DataFrame
    """See `core.bias_variance.diagnosis.diagnose`."""
    effects: pd.DataFrame
    """See `core.bias_variance.remedies.Remedies.effects`."""
    sizes: pd.DataFrame
    """The learning curve at this setting: ``n_train``, and columns as in `sweep` without the last two."""


def tell_under_from_over(spec: UnderOverSpec) -> UnderOverResult:
    """Answer "does this model bend too little or too much, and what would help it?".

    Check by eye: the gap is the error on new rows minus the error on the rows learnt from.
    """
    case = examine_case(spec.case)
    evidence, sweep = _open_evidence(spec.case), _sweep(spec.case)
    here, best = sweep.iloc[case.at], sweep.iloc[int(sweep["validation"].argmin())]
    helped = case.effects[case.effects["is_applicable"]].sort_values("gain", ascending=False)
    sure = helped[helped["low"] > 0]
    return UnderOverResult(
        spec=spec,
        metric=case.metric,
        row_noun=load_dataset(spec.data).row_noun,
        model_title=find_table_model(spec.model).title,
        label=case.label,
        setting=float(here["setting"]),
        at=case.at,
        n_rows=case.n_rows,
        n_fits=case.n_fits,
        baseline=case.baseline,
        train=float(here["train"]),
        validation=float(here["validation"]),
        gap=float(here["gap"]),
        verdict=str(here["verdict"]),
        best_setting=float(best["setting"]),
        best_validation=float(best["validation"]),
        best_remedy=str(sure["remedy"].iloc[0]) if len(sure) else "none",
        best_gain=float(helped["gain"].iloc[0]) if len(helped) else float("nan"),
        gain_of_rows=float(case.effects["gain"].iloc[0]),
        sweep=sweep.copy(deep=False),
        findings=diagnose(evidence, case.at).astype({"severity": "str"}),
        effects=case.effects,
        sizes=_summarise_sizes(spec.case).copy(deep=False),
    )


def loss_of(result: UnderOverResult) -> Loss:
    """Return how the errors of `result` are said."""
    return find_loss_on(result.spec.data, result.metric)


@cached(LRUCache(maxsize=64), lock=Lock())
def _open_evidence(spec: CaseSpec) -> Evidence:
    return collect_evidence(examine_case(spec))


@cached(LRUCache(maxsize=64), lock=Lock())
def _sweep(spec: CaseSpec) -> pd.DataFrame:
    evidence = _open_evidence(spec)
    lines = [
        {
            "setting": setting,
            **_describe(evidence, evidence.train[at], evidence.validation[at]),
            "verdict": name_verdict(evidence, at),
        }
        for at, setting in enumerate(evidence.settings)
    ]
    sweep = pd.DataFrame(lines).astype({"verdict": "str"})
    sweep.insert(len(sweep.columns) - 1, "regret", sweep["validation"] - sweep["validation"].min())
    return sweep


@cached(LRUCache(maxsize=64), lock=Lock())
def _summarise_sizes(spec: CaseSpec) -> pd.DataFrame:
    case, evidence = examine_case(spec), _open_evidence(spec)
    lines = []
    for n_train, some in case.learning.groupby("n_train"):
        train, validation = (evidence.loss.of(some[p].to_numpy()) for p in ("train", "validation"))
        lines.append({"n_train": n_train, **_describe(evidence, train, validation)})
    return pd.DataFrame(lines)


def _describe(evidence: Evidence, train: Numbers, validation: Numbers) -> dict[str, float]:
    line: dict[str, float] = {}
    for part, losses in (("train", train), ("validation", validation)):
        mean, _, low, high, _ = describe_splits(losses, evidence.test_share)
        line |= {part: mean, f"{part}_low": max(low, 0.0), f"{part}_high": high}
    return line | {"gap": line["validation"] - line["train"]}


def name_slow_part(spec: UnderOverSpec) -> SlowPart | None:
    """Return the training that a view waits for; None for the view that the lesson opens with."""
    if spec.case == UnderOverSpec().case:
        return None
    title = load_dataset(spec.data).title
    return SlowPart(
        run=examine_case,
        spec=spec.case,
        what=f"The model is being trained on {title}, with each setting and after each remedy.",
    )


LAB = Lab(
    name="under-or-over",
    question="Under or over?",
    spec=UnderOverSpec,
    run=tell_under_from_over,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "stump": {"bend": 0},
        "rigid-line": {"model": "ridge", "bend": 0},
        "noise-is-left": {"model": "ridge", "bend": 4},
        "grown-out-forest": {"data": "breast_cancer", "model": "forest"},
        "many-products": {"model": "polynomial", "bend": 1},
        "shallow-on-digits": {"data": "digits", "bend": 1},
        "boosted-too-long": {"data": "delivery_times", "model": "boosting", "bend": 8},
    },
)
