"""Stop the hopeless early: steps saved against the risk of stopping the training that would have won."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached
from scipy.stats import spearmanr

from core.errors import require
from core.lab import Lab, SlowPart
from core.search.pruning.curves import (
    N_POOL,
    N_SEARCHES,
    N_STEPS,
    N_TRIALS,
    PRUNERS,
    Curves,
    find_card,
    load_curves,
)
from core.search.pruning.own import OwnCurvesSpec, is_own, train_own_curves
from core.search.pruning.script import write_script


@dataclass(frozen=True, kw_only=True)
class PruningSpec:
    """Which trainings, who may stop them, and the search that is watched."""

    curves: str = "boosting"
    """``boosting`` (churn), ``network``, ``linear`` (digits), or an own table with two classes: ``own-…``."""
    pruner: str = "median"
    """``median``, ``patient`` (median after a third of the steps), ``halving`` or ``hyperband``."""
    at: int = 3
    """The step that is looked at, from 1 to 20."""
    search: int = 0
    """Which of the thirty searches is watched, from 0: the seed of its settings and their order."""

    def __post_init__(self) -> None:
        find_card(self.curves)  # refuses unknown curves and tables that cannot be trained
        require(
            self.pruner in PRUNERS,
            f"There is no pruner {self.pruner!r} here. There are: {', '.join(PRUNERS)}.",
        )
        require(
            1 <= self.at <= N_STEPS,
            f"Steps are counted from 1 to {N_STEPS}, got {self.at}. Try 3.",
        )
        require(
            0 <= self.search < N_SEARCHES,
            f"The searches are counted from 0 to {N_SEARCHES - 1}, got {self.search}. "
            "Choose one of them.",
        )


@dataclass(frozen=True, eq=False)
class PruningResult:
    """What was saved, and what it cost. The loss is the log loss on validation rows; lower is better.

    Those without ``run_`` are means or counts over the thirty searches of thirty trainings each.
    """

    spec: PruningSpec
    title: str
    rate_name: str
    unit: str
    per_step: int
    n_searches: int
    n_trials: int
    n_steps: int
    n_pool: int
    used: float
    """Share of all steps that were made."""
    used_low: float
    """Where the middle 80 % of the searches begin, and end."""
    used_high: float
    killed: int
    """Searches in which the training that would have ended best was stopped."""
    regret: float
    """Mean of the best loss that was reached minus the best that would have been."""
    regret_high: float
    """The same in an unlucky search, one in ten."""
    fewer: float
    """Trainings to the end that the same steps would have paid for."""
    fewer_missed: float
    """Share of searches whose winner is not among that many first trainings."""
    fewer_regret: float
    """Mean regret of these."""
    agreement: float
    """Rank correlation between the losses at step `at` and at the end; mean over the searches."""
    winner_place: float
    """Place at step `at` of the training that ends best, 1 is in front; mean over the searches."""
    winner_behind: int
    """Searches in which it is in the worse half at step `at`."""
    good_stopped: float
    """Share of the trainings with a setting of the best quarter at the end that was stopped."""
    slow_stopped: float
    """The same for the half of these settings with the smaller step size, and with the larger."""
    fast_stopped: float
    run_used: float
    """The same for the watched search alone."""
    run_killed: bool
    run_best: float
    """The best loss that was reached."""
    run_winner: float
    """The best loss that would have been reached."""
    run_winner_steps: int
    """Steps that the later winner was given."""
    run_winner_place: int
    """Its place at step `at`."""
    run_going: int
    """Trainings that still go on after step `at`."""
    pruners: pd.DataFrame
    """One row for each pruner: ``pruner``, ``used``, ``killed``, ``regret``, ``fewer_missed``,
    ``fewer_regret``."""
    trials: pd.DataFrame
    """One row for each search and training: ``search``, ``place``, ``setting``, ``rate``, ``steps``
    (given by the pruner), ``final`` (loss at the end, had it gone on)."""
    steps: pd.DataFrame
    """One row for each step: ``step``, ``agreement``, ``winner_place``, ``winner_behind``."""
    curves: pd.DataFrame
    """One row for each training of the watched search and step: ``place``, ``step``, ``loss``."""


def prune_searches(spec: PruningSpec) -> PruningResult:
    """Answer "how much does stopping early save, and how often does it stop the winner?".

    Check by eye: `used` lies between 1 / 20 and 1, and without a stopped winner the regret is 0.
    """
    known, steps = load_curves(spec.curves), _follow_winners(spec.curves)
    judged = {pruner: _judge(known, pruner) for pruner in PRUNERS}
    here, trials = judged[spec.pruner]
    there = steps.iloc[spec.at - 1]
    pruners = pd.DataFrame([{"pruner": name, **found} for name, (found, _) in judged.items()])
    return PruningResult(
        spec=spec,
        title=known.card.title,
        rate_name=known.card.rate,
        unit=known.card.unit,
        per_step=known.card.per_step,
        n_searches=N_SEARCHES,
        n_trials=N_TRIALS,
        n_steps=N_STEPS,
        n_pool=N_POOL,
        **here,
        agreement=float(there["agreement"]),
        winner_place=float(there["winner_place"]),
        winner_behind=int(there["winner_behind"]),
        **_compare_speeds(known, trials),
        **_watch(known, spec),
        pruners=pruners[["pruner", "used", "killed", "regret", "fewer_missed", "fewer_regret"]],
        trials=trials.copy(deep=False),
        steps=steps.copy(deep=False),
        curves=_list_curves(spec.curves, spec.search).copy(deep=False),
    )


def finals_of(known: Curves) -> Any:
    """Return the loss at the end of each training, by search and place."""
    return known.losses[known.orders, -1]


@cached(LRUCache(maxsize=16), key=lambda known, pruner: (known.card.name, pruner), lock=Lock())
def _judge(known: Curves, pruner: str) -> tuple[dict[str, Any], pd.DataFrame]:
    finals, given = finals_of(known), known.stops[pruner]
    best = finals.min(axis=1)
    reached = np.where(given == N_STEPS, finals, np.inf).min(axis=1)
    used, regret = given.sum(axis=1) / (N_TRIALS * N_STEPS), reached - best
    whole = np.maximum(given.sum(axis=1) // N_STEPS, 1)
    so_far = np.minimum.accumulate(finals, axis=1)[np.arange(N_SEARCHES), whole - 1]
    low, high = np.quantile(used, [0.1, 0.9]).tolist()
    found = {
        "used": float(used.mean()),
        "used_low": low,
        "used_high": high,
        "killed": int((regret > 0).sum()),
        "regret": float(regret.mean()),
        "regret_high": float(np.quantile(regret, 0.9)),
        "fewer": float(whole.mean()),
        "fewer_missed": float((so_far > best).mean()),
        "fewer_regret": float((so_far - best).mean()),
    }
    trials = pd.DataFrame(
        {
            "search": np.repeat(np.arange(N_SEARCHES), N_TRIALS),
            "place": np.tile(np.arange(1, N_TRIALS + 1), N_SEARCHES),
            "setting": known.orders.ravel(),
            "rate": known.rates[known.orders].ravel(),
            "steps": given.ravel(),
            "final": finals.ravel(),
        }
    )
    return found, trials


@cached(LRUCache(maxsize=8), lock=Lock())
def _follow_winners(name: str) -> pd.DataFrame:
    """Return for each step how well the order of the losses agrees with that at the end."""
    known = load_curves(name)
    losses, rows = known.losses[known.orders], []
    winners = losses[:, :, -1].argmin(axis=1)
    for step in range(N_STEPS):
        now = losses[:, :, step]
        places = (now < now[np.arange(N_SEARCHES), winners][:, None]).sum(axis=1) + 1
        agreement = [spearmanr(a, b).statistic for a, b in zip(now, losses[:, :, -1], strict=True)]
        behind = int((places > N_TRIALS / 2).sum())
        rows.append((step + 1, float(np.mean(agreement)), float(places.mean()), behind))
    return pd.DataFrame(rows, columns=["step", "agreement", "winner_place", "winner_behind"])


def _compare_speeds(known: Curves, trials: pd.DataFrame) -> dict[str, Any]:
    last = known.losses[:, -1]
    good = np.argsort(last, kind="stable")[: N_POOL // 4]
    found = trials[trials["setting"].isin(good)]
    is_slow = found["rate"] < float(np.median(known.rates[good]))
    stopped = found["steps"] < N_STEPS
    return {
        "good_stopped": float(stopped.mean()),
        "slow_stopped": float(stopped[is_slow].mean()),
        "fast_stopped": float(stopped[~is_slow].mean()),
    }


def _watch(known: Curves, spec: PruningSpec) -> dict[str, Any]:
    given = known.stops[spec.pruner][spec.search]
    losses = known.losses[known.orders[spec.search]]
    winner = int(losses[:, -1].argmin())
    now = losses[:, spec.at - 1]
    return {
        "run_used": float(given.sum() / (N_TRIALS * N_STEPS)),
        "run_killed": bool(given[winner] < N_STEPS),
        "run_best": float(losses[given == N_STEPS, -1].min()),
        "run_winner": float(losses[winner, -1]),
        "run_winner_steps": int(given[winner]),
        "run_winner_place": int((now < now[winner]).sum()) + 1,
        "run_going": int(((given > spec.at) | (given == N_STEPS)).sum()),
    }


@cached(LRUCache(maxsize=64), lock=Lock())
def _list_curves(name: str, search: int) -> pd.DataFrame:
    known = load_curves(name)
    return pd.DataFrame(
        {
            "place": np.repeat(np.arange(1, N_TRIALS + 1), N_STEPS),
            "step": np.tile(np.arange(1, N_STEPS + 1), N_TRIALS),
            "loss": known.losses[known.orders[search]].ravel(),
        }
    )


def name_slow_part(spec: PruningSpec) -> SlowPart | None:
    """Return the trainings that a view of an own table waits for; all others are known beforehand."""
    if not is_own(spec.curves):
        return None
    what = (
        f"{N_POOL} trainings of boosted trees on your table, each to its end, and then {N_SEARCHES} searches "
        "in which every pruner is asked."
    )
    return SlowPart(run=train_own_curves, spec=OwnCurvesSpec(data=spec.curves), what=what)


LAB = Lab(
    name="pruning",
    question="How much does stopping early save, and how often does it stop the winner?",
    spec=PruningSpec,
    run=prune_searches,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "patient": {"pruner": "patient"},
        "halving": {"pruner": "halving"},
        "hyperband": {"pruner": "hyperband"},
        "network": {"curves": "network"},
        "linear": {"curves": "linear"},
    },
)
