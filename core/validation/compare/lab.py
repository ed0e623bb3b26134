"""Is A really better than B? Two trained models, four judges, and what each judge does with equals."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.validation.compare.equals import MOST_REPEATS, EqualsSpec, compare_equals
from core.validation.compare.judges import JUDGES, Verdict, judge_folds, judge_resamples, judge_rows
from core.validation.compare.pair import Model, Pair, PairSpec, compare_pair
from core.validation.compare.script import write_script


@dataclass(frozen=True, kw_only=True)
class CompareSpec:
    """Two models, a table, and how often the comparison is repeated."""

    data: str = "breast_cancer"
    a: Model = "logistic"
    b: Model = "neighbours"
    n_rows: int = 600
    """Rows drawn from the table; all of them, if it has fewer."""
    k: int = 5
    """Folds of each repeat: 2, 5 or 10."""
    repeats: int = 5
    """How often the rows are dealt into folds anew."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.pair  # refuses unknown tables, models and folds
        require(
            1 <= self.repeats <= MOST_REPEATS,
            f"A comparison is repeated 1 to {MOST_REPEATS} times here, got {self.repeats}. Try 10.",
        )

    @property
    def pair(self) -> PairSpec:
        """What is trained: the same for any number of repeats."""
        return PairSpec(
            data=self.data, a=self.a, b=self.b, n_rows=self.n_rows, k=self.k, seed=self.seed
        )

    @property
    def equals(self) -> EqualsSpec:
        """The comparisons of equals that show what each judge is worth."""
        return EqualsSpec(k=self.k)


@dataclass(frozen=True, eq=False)
class CompareResult:
    """How far apart A and B are, and what may be said about it.

    Differences are accuracy of A minus accuracy of B, as shares. Ends of 95 % intervals are called
    ``low`` and ``high``. A p of NaN means that there is nothing to judge by.
    """

    spec: CompareSpec
    row_noun: tuple[str, str]
    n_rows: int
    n_fits: int
    """Models trained so far: two for each fold of each repeat."""
    at: int
    """Place of the handle: a row number of `sweep`."""
    majority: float
    """Accuracy of always saying the more frequent class."""
    accuracy_a: float
    accuracy_b: float
    difference: float
    naive_low: float
    naive_high: float
    naive_p: float
    corrected_low: float
    corrected_high: float
    corrected_p: float
    only_a: int
    """Rows that A alone answered rightly in the first repeat."""
    only_b: int
    mcnemar_p: float
    bootstrap_low: float
    bootstrap_high: float
    naive_alarms: float
    """Share of comparisons of two equals in which the ordinary t-test announces a winner."""
    corrected_alarms: float
    mcnemar_alarms: float
    bootstrap_alarms: float
    flattery: float
    """How much better than it is the best of 20 equal models looks."""
    sweep: pd.DataFrame
    """One row per number of repeats: ``repeats``, ``a``, ``b``, ``difference``, and for naive and corrected
    ``…_low``, ``…_high``, ``…_p``, ``…_alarms``, ``…_alarms_low``, ``…_alarms_high``."""
    judges: pd.DataFrame
    """One row per judge: ``judge``, ``difference``, ``low``, ``high``, ``p``, ``alarms``, ``alarms_low``,
    ``alarms_high``."""
    folds: pd.DataFrame
    """See `core.validation.compare.pair.Pair.folds`."""
    alarms: pd.DataFrame
    """See `core.validation.compare.equals.Equals.alarms`."""
    winners: pd.DataFrame
    """See `core.validation.compare.equals.Equals.winners`."""


def compare_models(spec: CompareSpec) -> CompareResult:
    """Answer "is A really better than B?".

    Check by eye: with a model that has no chance of its own as A and as B, every difference is 0.
    """
    pair, equals = compare_pair(spec.pair), compare_equals(spec.equals)
    sweep, at = _sweep_repeats(spec.pair), spec.repeats - 1
    here = sweep.iloc[at].to_dict()
    judges = _call_judges(spec.pair, spec.repeats)
    said = {row["judge"]: row for row in judges.to_dict("records")}
    only_a, only_b = count_alone(pair)
    return CompareResult(
        spec=spec,
        row_noun=load_dataset(spec.data).row_noun,
        n_rows=pair.n_rows,
        n_fits=2 * spec.k * spec.repeats,
        at=at,
        majority=pair.n_majority / pair.n_rows,
        accuracy_a=float(here["a"]),
        accuracy_b=float(here["b"]),
        difference=float(here["difference"]),
        **{
            f"{judge}_{end}": float(here[f"{judge}_{end}"])
            for judge in ("naive", "corrected")
            for end in ("low", "high", "p")
        },
        only_a=only_a,
        only_b=only_b,
        mcnemar_p=float(said["mcnemar"]["p"]),
        bootstrap_low=float(said["bootstrap"]["low"]),
        bootstrap_high=float(said["bootstrap"]["high"]),
        **{f"{judge}_alarms": float(said[judge]["alarms"]) for judge in JUDGES},
        flattery=float(equals.winners["flattery"].iloc[-1]),
        # Lazy copies: what one reader writes into a table never reaches another.
        sweep=sweep.copy(deep=False),
        judges=judges.copy(deep=False),
        folds=pair.folds,
        alarms=equals.alarms,
        winners=equals.winners,
    )


def count_alone(pair: Pair) -> tuple[int, int]:
    """Return the rows that A alone, and that B alone, answers rightly in the first repeat."""
    a, b = (pair.answers[name].to_numpy() for name in ("a_right", "b_right"))
    return int((a & ~b).sum()), int((b & ~a).sum())


@cached(LRUCache(maxsize=64), lock=Lock())
def _sweep_repeats(spec: PairSpec) -> pd.DataFrame:
    folds, alarms = compare_pair(spec).folds, compare_equals(EqualsSpec(k=spec.k)).alarms
    by_place = {(row["judge"], row["repeats"]): row for row in alarms.to_dict("records")}
    lines = []
    for repeats in range(1, MOST_REPEATS + 1):
        some = folds[folds["repeat"] <= repeats]
        line: dict[str, Any] = {"repeats": repeats, "a": some["a"].mean(), "b": some["b"].mean()}
        for judge, verdict in judge_all_folds(some).items():
            place = by_place[judge, repeats]
            line |= {
                "difference": float(verdict.difference),
                f"{judge}_low": float(verdict.low),
                f"{judge}_high": float(verdict.high),
                f"{judge}_p": float(verdict.p),
                f"{judge}_alarms": float(place["share"]),
                f"{judge}_alarms_low": float(place["low"]),
                f"{judge}_alarms_high": float(place["high"]),
            }
        lines.append(line)
    return pd.DataFrame(lines)


def judge_all_folds(folds: pd.DataFrame) -> dict[str, Verdict]:
    """Return what the two judges of folds say."""
    differences = folds["difference"].to_numpy()
    test_share = float((folds["n_test"] / folds["n_train"]).mean())
    return {"naive": judge_folds(differences), "corrected": judge_folds(differences, test_share)}


@cached(LRUCache(maxsize=128), lock=Lock())
def _call_judges(spec: PairSpec, repeats: int) -> pd.DataFrame:
    pair = compare_pair(spec)
    only_a, only_b = count_alone(pair)
    verdicts = judge_all_folds(pair.folds[pair.folds["repeat"] <= repeats]) | {
        "mcnemar": judge_rows(only_a, only_b, pair.n_rows),
        "bootstrap": judge_resamples(
            only_a, only_b, pair.n_rows, np.random.default_rng([spec.seed, 1])
        ),
    }
    alarms = compare_equals(EqualsSpec(k=spec.k)).alarms
    some = alarms[alarms["repeats"] == repeats].to_dict("records")
    here = {row["judge"]: row for row in some}
    lines = [
        {
            "judge": judge,
            "difference": float(verdict.difference),
            "low": float(verdict.low),
            "high": float(verdict.high),
            "p": float(verdict.p),
            "alarms": float(here[judge]["share"]),
            "alarms_low": float(here[judge]["low"]),
            "alarms_high": float(here[judge]["high"]),
        }
        for judge, verdict in verdicts.items()
    ]
    return pd.DataFrame(lines).astype({"judge": "str"})


def name_slow_part(spec: CompareSpec) -> SlowPart | None:
    """Return the training that a view waits for, one part after the other.

    None for the view that the lesson opens with: the server makes it ready when it starts.
    """
    if spec.pair == CompareSpec().pair:
        return None
    if compare_equals.recall(spec.equals) is None:
        what = "Two models that are truly equal are being compared a thousand times."
        return SlowPart(run=compare_equals, spec=spec.equals, what=what)
    title = load_dataset(spec.data).title
    what = f"Both models are being trained on {spec.k * MOST_REPEATS} parts of {title}."
    return SlowPart(run=compare_pair, spec=spec.pair, what=what)


LAB = Lab(
    name="compare",
    question="Is A really better than B?",
    spec=CompareSpec,
    run=compare_models,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "once": {"repeats": 1},
        "ten-times": {"repeats": 10},
        "same-model": {"b": "logistic", "n_rows": 200},
        "twins": {"a": "forest", "b": "forest", "n_rows": 200, "repeats": 5},
        "churn": {"data": "churn", "b": "bayes", "k": 10, "repeats": 2},
    },
)
