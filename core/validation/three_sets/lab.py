"""Why three sets? Look often enough at one test set, and the best of many models shines there.

Models are chosen by the test rows, or by validation rows with the test rows looked at once. What each
is really worth is known from the law, or told by thousands of fresh rows.
"""

from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from core.errors import require
from core.lab import Lab, SlowPart
from core.validation.three_sets.laws import LAWS, N_COLUMNS, N_TRAIN, find_pool, uses_ranking
from core.validation.three_sets.peeks import MS, Peeks, PeekSpec, peek_often
from core.validation.three_sets.script import write_script
from core.validation.three_sets.tables import find_table
from core.validation.three_sets.theory import expect_best, spread_of_score


@dataclass(frozen=True, kw_only=True)
class ThreeSetsSpec:
    """Where the rows come from, how many judge, and how many models are looked at."""

    data: str = "noise"
    """``noise`` (labels are coin flips), ``signal`` (6 of 60 columns help a little), ``churn``, ``own-…``."""
    n_test: int = 100
    """Rows in the test set, and as many in the validation set."""
    m: int = 100
    """Models to choose from, 1 to 1,000; moved to the nearest that was tried."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.peek  # refuses unknown tables, sizes and seeds
        require(
            1 <= self.m <= MS[-1],
            f"One can look at 1 to {MS[-1]:,} models, got {self.m}. Choose a number between.",
        )

    @property
    def peek(self) -> PeekSpec:
        """What is trained: the same for every number of models."""
        return PeekSpec(data=self.data, n_test=self.n_test, seed=self.seed)


@dataclass(frozen=True, eq=False)
class ThreeSetsResult:
    """One number of models among all that were looked at. Means are over the runs.

    Scores are accuracies, or areas under the ROC curve where one class is rare; both from 0 to 1.
    """

    spec: ThreeSetsSpec
    metric: str
    n_train: int
    n_test: int
    n_columns: int
    n_runs: int
    m: int
    at: int
    """Place of `m` among those that were tried."""
    said: float
    """Chosen by the test rows: mean test score of the best model, and where 90 % of the runs lie."""
    said_low: float
    said_high: float
    true: float
    """What that model is really worth, on average."""
    optimism: float
    """Mean of said − true."""
    optimism_error: float
    """Standard error of that mean."""
    flattered: float
    """Share of runs in which it says more than is true."""
    blamed: float
    """Chosen by the validation rows: mean validation score of the best model."""
    judged: float
    """Its mean score on the test rows, which were looked at once."""
    judged_low: float
    judged_high: float
    judged_true: float
    judged_optimism: float
    judged_error: float
    expected: float
    """Expected best of so many independent guessers; NaN unless all labels are coin flips."""
    score_spread: float
    """Standard deviation of one accuracy of 0.5 on the test rows; NaN for areas."""
    run_said: float
    """The same for one run alone, which is what a person sees."""
    run_true: float
    run_blamed: float
    run_judged: float
    run_judged_true: float
    sweep: pd.DataFrame
    """One row per m: ``m`` and all of the above that change with it."""
    scores: pd.DataFrame
    """One row per model of the first run: ``model``, ``validation``, ``test``."""


def choose_by_peeking(spec: ThreeSetsSpec) -> ThreeSetsResult:
    """Answer "what is a test score worth that was used to choose?".

    Trains what is not remembered; the rest takes milliseconds.
    Check by eye: with one model `said` and `judged` are equal.
    """
    found = peek_often(spec.peek)
    sweep = _sweep(found)
    at = int(np.abs(np.log(sweep["m"] / spec.m)).argmin())
    here = {str(name): value for name, value in sweep.iloc[at].to_dict().items()}
    is_law = spec.data in LAWS
    values: dict[str, Any] = {name: float(value) for name, value in here.items()}
    values["m"] = int(here["m"])
    return ThreeSetsResult(
        spec=spec,
        metric="auc" if uses_ranking(spec.data) else "accuracy",
        n_train=N_TRAIN,
        n_test=spec.n_test,
        n_columns=N_COLUMNS if is_law else len(find_pool(spec.data).names),
        n_runs=int(found.runs["run"].max()) + 1,
        at=at,
        score_spread=spread_of_score(spec.n_test) if is_law else nan,
        **values,
        sweep=sweep,
        scores=found.scores,
    )


def _sweep(found: Peeks) -> pd.DataFrame:
    runs = found.runs.assign(
        optimism=found.runs["said"] - found.runs["true"],
        judged_optimism=found.runs["judged"] - found.runs["judged_true"],
    )
    groups = runs.groupby("m", sort=True)
    sweep = groups[
        ["said", "true", "optimism", "blamed", "judged", "judged_true", "judged_optimism"]
    ].mean()
    for name in ("said", "judged"):
        sweep[f"{name}_low"] = groups[name].quantile(0.05)
        sweep[f"{name}_high"] = groups[name].quantile(0.95)
    root = np.sqrt(groups.size())
    sweep["optimism_error"] = groups["optimism"].std() / root
    sweep["judged_error"] = groups["judged_optimism"].std() / root
    sweep["flattered"] = (runs["optimism"] > 0).groupby(runs["m"]).mean()
    is_noise = found.spec.data == "noise"
    sweep["expected"] = [expect_best(m, found.spec.n_test) if is_noise else nan for m in MS]
    one = runs[runs["run"] == 0].set_index("m")
    for name in ("said", "true", "blamed", "judged", "judged_true"):
        sweep[f"run_{name}"] = one[name]
    return sweep.reset_index()


def name_slow_part(spec: ThreeSetsSpec) -> SlowPart | None:
    """Return the training that a view waits for; None for the view that the lesson opens with."""
    if spec.peek == PeekSpec():
        return None
    what = f"A thousand models are being trained in each of many runs, on {N_TRAIN} rows each."
    return SlowPart(run=peek_often, spec=spec.peek, what=what)


LAB = Lab(
    name="three-sets",
    question="Why three sets?",
    spec=ThreeSetsSpec,
    run=choose_by_peeking,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: find_table(spec.data),
    presets={
        "default": {},
        "one-model": {"m": 1},
        "a-thousand": {"m": 1000, "n_test": 50},
        "many-rows": {"m": 1000, "n_test": 1000},
        "signal": {"data": "signal"},
        "churn": {"data": "churn", "n_test": 200, "m": 70},
    },
)
