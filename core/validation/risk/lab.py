"""How far can you trust a cross-validation score? Estimates held against an error that is known.

With real data nobody knows the true error of a model. Here the rows come from a law, so the error of
every trained model on new rows is known exactly, and each estimate can be held against it.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from core.errors import require
from core.lab import Lab, SlowPart
from core.validation.risk.laws import Law, LawSpec
from core.validation.risk.own import NO_DEALINGS, NO_TABLE, OwnSpec, deal_own, summarise_own
from core.validation.risk.script import write_script
from core.validation.risk.sweep import INTERVALS, bound_error, sweep_folds
from core.validation.risk.trials import (
    N_SHOWN,
    Trials,
    TrialsSpec,
    estimate_risk,
    fold_counts,
)

MOST_ROWS_DRAWN = 480_000


@dataclass(frozen=True, kw_only=True)
class RiskSpec:
    """A law, a model, a number of folds, and which of the datasets is yours."""

    law: Law = "independent"
    """``independent`` rows; ``groups``: five rows of each person; ``drift``: the law turns in time."""
    n_rows: int = 60
    """Rows of each dataset: 30, 60, 120, 240, 480 or 960."""
    k: int = 5
    """Number of folds; moved to the nearest that deals the rows evenly."""
    mine: int = 1
    """Which of the first eight datasets is looked at closely."""
    distance: float = 2.0
    """Between the centres of the classes, in standard deviations of a class."""
    n_features: int = 10
    penalty: float = 1.0
    n_draws: int = 400
    own: str = NO_TABLE
    """A table with two classes (``own-…``) to hold beside the law; ``none``: no table."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.trials, self.table  # refuse unknown laws, sizes, seeds and tables
        require(
            2 <= self.k <= self.n_rows,
            f"There are 2 to {self.n_rows} folds for {self.n_rows} rows, got {self.k}. Choose in between.",
        )
        require(
            1 <= self.mine <= N_SHOWN,
            f"You may hold dataset 1 to {N_SHOWN}, got {self.mine}. Choose one of these.",
        )
        require(
            self.n_rows * self.n_draws <= MOST_ROWS_DRAWN,
            f"{self.n_draws} datasets of {self.n_rows} rows are too many for one sitting. "
            f"Draw at most {MOST_ROWS_DRAWN // self.n_rows}.",
        )

    @property
    def trials(self) -> TrialsSpec:
        """What is trained: the same for every k and every choice of yours."""
        law = LawSpec(
            law=self.law,
            n_rows=self.n_rows,
            n_features=self.n_features,
            distance=self.distance,
            seed=self.seed,
        )
        return TrialsSpec(law=law, penalty=self.penalty, n_draws=self.n_draws)

    @property
    def table(self) -> OwnSpec | None:
        """What is trained on a table of one's own; None without one."""
        if self.own == NO_TABLE:
            return None
        return OwnSpec(data=self.own, penalty=self.penalty, seed=self.seed)


@dataclass(frozen=True, eq=False)
class RiskResult:
    """Estimates beside the truth. All errors are shares of wrong answers, 0 to 1.

    "Between datasets" means: had other rows been drawn from the same law. 95 % intervals end in
    ``low`` and ``high``.
    """

    spec: RiskSpec
    n_draws: int
    at: int
    """Place of the handle: a row number of `sweep`."""
    k: int
    n_learn: int
    """Rows that each of the k models learns from."""
    best_error: float
    """What nobody can beat on new rows of this law."""
    truth: float
    """Mean true error of the models trained on all rows of a dataset."""
    estimate: float
    """Mean of the cross-validated error over all datasets."""
    bias: float
    """`estimate` minus `truth`: above 0 is too pessimistic."""
    bias_low: float
    bias_high: float
    rmse: float
    """Typical distance from estimate to true error."""
    fold_sd: float
    """Spread between the folds of one dataset: what is usually reported."""
    shuffle_sd: float
    """Spread between dealings of one dataset into folds."""
    data_sd: float
    """Spread between datasets: what is meant."""
    repeated_sd: float
    """What would be left of `data_sd` after endless repetition with new dealings."""
    correlation: float
    """Between estimate and true error over the datasets; NaN where one of them never changes."""
    naive_cover: float
    """Share of the datasets whose interval holds the true error; it should be 0.95."""
    corrected_cover: float
    counted_cover: float
    my_error: float
    """The same of one dataset, as its owner sees it; only `my_truth` is hidden from them."""
    my_truth: float
    my_fold_sd: float
    my_shuffle_sd: float
    my_naive_low: float
    my_naive_high: float
    my_corrected_low: float
    my_corrected_high: float
    my_counted_low: float
    my_counted_high: float
    own_n_rows: int
    """Rows used of the own table; 0 without one, and what is said of it is NaN then."""
    own_error: float
    own_fold_sd: float
    own_shuffle_sd: float
    own_corrected_low: float
    own_corrected_high: float
    own_guess_error: float
    """Of always saying the more frequent class."""
    sweep: pd.DataFrame
    """One row per k: ``k``, ``n_learn``, ``mean``, ``bias``, ``bias_low``, ``bias_high``, ``rmse``,
    ``fold_sd``, ``shuffle_sd``, ``data_sd``, ``repeated_sd``, ``correlation``, and for each kind of
    interval (naive, corrected, counted) ``…_cover``, ``…_cover_low``, ``…_cover_high``, ``…_width``."""
    strips: pd.DataFrame
    """One row per dot of the three spreads at this k: ``spread`` ("fold", "shuffle", "data"), ``error``."""
    misses: pd.DataFrame
    """One row per k and dataset, of the first 20: ``k``, ``draw``, ``miss`` (estimate minus truth)."""
    schemes: pd.DataFrame
    """See `core.validation.risk.trials.Trials.schemes`."""
    sizes: pd.DataFrame
    """See `core.validation.risk.trials.Trials.sizes`."""
    own: pd.DataFrame
    """See `core.validation.risk.own.OwnDealings.folds`; empty without a table."""


N_DOTS = 20
"""Datasets drawn as dots at each k."""


def measure_trust(spec: RiskSpec) -> RiskResult:
    """Answer "how far can you trust a cross-validation score?".

    Check by eye: at the largest k (one row a fold) `shuffle_sd` is 0.
    """
    trials, sweep = estimate_risk(spec.trials), sweep_folds(spec.trials)
    at = nearest_k(spec)
    row = sweep.iloc[at].to_dict()
    k = int(row["k"])
    mine, own = _look_at_mine(spec, k), deal_own(spec.table) if spec.table else None
    names: tuple[str, ...] = (
        "bias",
        "bias_low",
        "bias_high",
        "rmse",
        "fold_sd",
        "shuffle_sd",
        "data_sd",
    )
    names += ("repeated_sd", "correlation", *(f"{kind}_cover" for kind in INTERVALS))
    return RiskResult(
        spec=spec,
        n_draws=spec.n_draws,
        at=at,
        k=k,
        n_learn=int(row["n_learn"]),
        best_error=trials.best_error,
        truth=float(trials.truths["truth"].mean()),
        estimate=float(row["mean"]),
        **{name: float(row[name]) for name in names},
        **mine,
        own_n_rows=own.n_rows if own else 0,
        **summarise_own(own),
        own=(own.folds if own else NO_DEALINGS).copy(deep=False),
        # Lazy copies: what one reader writes into a table never reaches another.
        sweep=sweep.copy(deep=False),
        strips=_gather_strips(spec.trials, k, spec.mine).copy(deep=False),
        misses=_gather_misses(spec.trials).copy(deep=False),
        schemes=trials.schemes,
        sizes=trials.sizes,
    )


def nearest_k(spec: RiskSpec) -> int:
    """Return the place, among the numbers of folds that deal evenly, of the one nearest to k."""
    counts = fold_counts(spec.n_rows)
    return min(range(len(counts)), key=lambda place: abs(counts[place] - spec.k))


@cached(LRUCache(maxsize=32), lock=Lock())
def _gather_misses(spec: TrialsSpec) -> pd.DataFrame:
    trials = estimate_risk(spec)
    rows = trials.estimates[trials.estimates["draw"] < N_DOTS]
    truth = trials.truths["truth"].to_numpy()[rows["draw"]]
    return pd.DataFrame(
        {"k": rows["k"], "draw": rows["draw"], "miss": rows["error"] - truth}
    ).reset_index(drop=True)


@cached(LRUCache(maxsize=128), lock=Lock())
def _gather_strips(spec: TrialsSpec, k: int, mine: int) -> pd.DataFrame:
    trials = estimate_risk(spec)

    def errors(table: pd.DataFrame, draw: int | None) -> pd.Series:
        here = table["k"] == k if draw is None else (table["k"] == k) & (table["draw"] == draw)
        return table.loc[here, "error"]

    parts = {
        "fold": errors(trials.folds, mine - 1),
        "shuffle": errors(trials.shuffles, mine - 1),
        "data": errors(trials.estimates, None),
    }
    frames = [pd.DataFrame({"spread": name, "error": part}) for name, part in parts.items()]
    return pd.concat(frames, ignore_index=True).astype({"spread": "str"})


@cached(LRUCache(maxsize=128), key=lambda spec, k: (spec.trials, spec.mine, k), lock=Lock())
def _look_at_mine(spec: RiskSpec, k: int) -> dict[str, Any]:
    trials: Trials = estimate_risk(spec.trials)
    here = trials.estimates["k"] == k
    row = trials.estimates[here & (trials.estimates["draw"] == spec.mine - 1)].iloc[0]
    strips = _gather_strips(spec.trials, k, spec.mine)
    dealt = strips.loc[strips["spread"] == "shuffle", "error"]
    said: dict[str, Any] = {
        "my_error": float(row["error"]),
        "my_truth": float(trials.truths["truth"].iloc[spec.mine - 1]),
        "my_fold_sd": float(row["fold_sd"]),
        "my_shuffle_sd": float(dealt.std(ddof=1)),
    }
    for kind in INTERVALS:
        low, high = bound_error(kind, row["error"], row["fold_sd"], k, spec.n_rows)
        said |= {f"my_{kind}_low": float(low), f"my_{kind}_high": float(high)}
    return said


def name_slow_part(spec: RiskSpec) -> SlowPart | None:
    """Return the training that a view waits for; None for the law that the lesson opens with.

    The server makes that one ready when it starts. A table of one's own comes first.
    """
    if spec.table is not None and deal_own.recall(spec.table) is None:
        what = "A model is being trained on 100 parts of your table."
        return SlowPart(run=deal_own, spec=spec.table, what=what)
    if spec.trials == TrialsSpec():
        return None
    what = (
        f"{spec.n_draws} datasets of {spec.n_rows} rows are being drawn, and models are being trained on "
        "every part of each."
    )
    return SlowPart(run=estimate_risk, spec=spec.trials, what=what)


LAB = Lab(
    name="risk",
    question="How far can you trust a cross-validation score?",
    spec=RiskSpec,
    run=measure_trust,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "ten-folds": {"k": 10},
        "leave-one-out": {"n_rows": 30, "k": 30, "n_draws": 100},
        "people": {"law": "groups", "n_draws": 200},
        "drift": {"law": "drift", "k": 2, "n_draws": 200},
        "nothing-to-learn": {"distance": 0.0, "mine": 3, "n_draws": 200},
    },
)
