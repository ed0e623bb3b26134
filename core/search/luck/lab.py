"""The more you search, the luckier you get: how much of the best score is luck, and how to see it."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.errors import require
from core.lab import Lab, SlowPart
from core.search.luck.own import OwnPoolSpec, is_own, search_own_table
from core.search.luck.pools import (
    N_DEALINGS,
    N_SETTINGS,
    K,
    Pool,
    count_untouched,
    find_card,
    load_pool,
)
from core.search.luck.script import write_script

STEPS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 60, 80, 100)
"""Numbers of trials at which the handle stops."""


@dataclass(frozen=True, kw_only=True)
class LuckSpec:
    """Where the rows come from, and how many settings a search tries."""

    data: str = "tumours"
    """``tumours``, ``digits``, ``coins`` (the rows of the tumours, labels by a coin) or ``more-coins``
    (the same with four times the rows), or an own table with classes (``own-…``)."""
    n_trials: int = 30
    """Settings tried, 1 to 100; moved to the nearest step of the handle."""
    search: int = 0
    """Which of the 24 searches is watched, from 0: the seed of its rows and settings."""

    def __post_init__(self) -> None:
        find_card(self.data)  # refuses unknown tables and those that cannot be searched on
        require(
            1 <= self.n_trials <= N_SETTINGS,
            f"A search here tries 1 to {N_SETTINGS} settings, got {self.n_trials}. Try 30.",
        )
        require(
            0 <= self.search < N_DEALINGS,
            f"The searches are counted from 0 to {N_DEALINGS - 1}, got {self.search}. "
            "Choose one of them.",
        )


@dataclass(frozen=True, eq=False)
class LuckResult:
    """What the best of so many settings says of itself, and what it does on rows that nobody touched.

    All scores are accuracies from 0 to 1. Those without ``run_`` are means over the 24 searches.
    """

    spec: LuckSpec
    title: str
    is_noise: bool
    """Whether the labels are coin flips, so that every model is worth exactly one half."""
    n_searches: int
    n_settings: int
    n_rows: int
    """Rows that a search sees."""
    n_untouched: int
    """Rows that no search has seen."""
    n_trials: int
    at: int
    """Place of `n_trials` among the steps."""
    said: float
    """Cross-validation score of the best setting: what the search reports."""
    true: float
    """Score of that setting on the untouched rows, after training on all others."""
    nested: float
    """What nested cross-validation says of the whole search."""
    gap: float
    """Mean of said − true: the winner's curse."""
    gap_error: float
    """Standard error of that mean."""
    gap_low: float
    """Where the middle 80 % of the 24 gaps begin, and end."""
    gap_high: float
    flattered: int
    """Searches that say more than they show on untouched rows."""
    nested_gap: float
    """Mean of nested − true."""
    nested_error: float
    nested_low: float
    nested_high: float
    fits: int
    """Models that the search trains: settings × folds, and the last one on all rows."""
    nested_fits: int
    """Models that nested cross-validation trains: one whole search in each outer fold."""
    first_said: float
    """With one setting."""
    first_true: float
    first_gap: float
    first_gap_error: float
    last_said: float
    """With a hundred settings."""
    last_true: float
    last_gap: float
    last_nested_gap: float
    rise_said: float
    """How much the reported score rises from one setting to a hundred."""
    rise_true: float
    """How much the score on untouched rows rises."""
    best_possible: float
    """Mean score of the setting that is best on the untouched rows, of the settings tried."""
    run_said: float
    """The same for the watched search alone, which is what one person has."""
    run_true: float
    run_nested: float
    sweep: pd.DataFrame
    """One row for each step: ``n`` and all means above that change with it."""
    winners: pd.DataFrame
    """One row for each step and search: ``n``, ``search``, ``said``, ``true``, ``nested``."""
    settings: pd.DataFrame
    """One row for each setting of the watched search: ``setting`` (from 1), ``said``, ``true``."""


def search_and_look(spec: LuckSpec) -> LuckResult:
    """Answer "how much of the best score of a search is luck?".

    Check by eye: with coin flips `true` is 0.5 but for the luck of the untouched rows, and with one
    setting there is no choice, so `said` and `nested` are equal.
    """
    pool, card = load_pool(spec.data), find_card(spec.data)
    winners, sweep = _follow(spec.data)
    at = int(np.abs(np.log(np.array(STEPS) / spec.n_trials)).argmin())
    n = STEPS[at]
    here: dict[str, Any] = {str(k): float(v) for k, v in sweep.iloc[at].items() if k != "n"}
    here["flattered"] = int(here["flattered"])
    first, last = sweep.iloc[0], sweep.iloc[-1]
    run = winners[(winners["search"] == spec.search) & (winners["n"] == n)].iloc[0]
    return LuckResult(
        spec=spec,
        title=card.title,
        is_noise=card.is_noise,
        n_searches=N_DEALINGS,
        n_settings=N_SETTINGS,
        n_rows=card.n_rows,
        n_untouched=count_untouched(spec.data),
        n_trials=n,
        at=at,
        **here,
        **count_fits(n),
        first_said=float(first["said"]),
        first_true=float(first["true"]),
        first_gap=float(first["gap"]),
        first_gap_error=float(first["gap_error"]),
        last_said=float(last["said"]),
        last_true=float(last["true"]),
        last_gap=float(last["gap"]),
        last_nested_gap=float(last["nested_gap"]),
        rise_said=float(last["said"] - first["said"]),
        rise_true=float(last["true"] - first["true"]),
        run_said=float(run["said"]),
        run_true=float(run["true"]),
        run_nested=float(run["nested"]),
        sweep=sweep.copy(deep=False),
        winners=winners.copy(deep=False),
        settings=pd.DataFrame(
            {
                "setting": np.arange(1, N_SETTINGS + 1),
                "said": pool.cv[spec.search],
                "true": pool.test[spec.search],
            }
        ),
    )


def count_fits(n_trials: int, k: int = K) -> dict[str, int]:
    """Return the models of a search, and of nested cross-validation around it.

    Check by eye: 12 settings in 3 folds are 37 fits with the last one; nested in as many folds, 111.
    """
    fits = n_trials * k + 1
    return {"fits": fits, "nested_fits": k * fits}


def choose_settings(pool: Pool, n: int) -> tuple[Any, Any]:
    """Return the setting that each search chooses among its first `n`, plain and in each outer fold.

    Ties go to the setting that was tried first, as scikit-learn's searches do it.
    """
    return pool.cv[:, :n].argmax(axis=1), pool.inner[:, :n].argmax(axis=1)


@cached(LRUCache(maxsize=8), lock=Lock())
def _follow(data: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what each search says and shows at each step, and the means over the searches."""
    pool, parts = load_pool(data), []
    searches = np.arange(N_DEALINGS)
    for n in STEPS:
        chosen, inside = choose_settings(pool, n)
        outer = pool.folds[searches[:, None], inside, np.arange(K)]
        parts.append(
            pd.DataFrame(
                {
                    "n": n,
                    "search": searches,
                    "said": pool.cv[searches, chosen],
                    "true": pool.test[searches, chosen],
                    "nested": np.average(outer, axis=1),
                    "best_possible": pool.test[:, :n].max(axis=1),
                }
            )
        )
    winners = pd.concat(parts, ignore_index=True)
    return winners, _average(winners)


def _average(winners: pd.DataFrame) -> pd.DataFrame:
    table = winners.assign(
        gap=winners["said"] - winners["true"], nested_gap=winners["nested"] - winners["true"]
    )
    groups = table.groupby("n", sort=True)
    sweep = groups[["said", "true", "nested", "gap", "nested_gap", "best_possible"]].mean()
    root = np.sqrt(N_DEALINGS)
    for name, short in (("gap", "gap"), ("nested_gap", "nested")):
        sweep[f"{short}_error"] = groups[name].std() / root
        sweep[f"{short}_low"] = groups[name].quantile(0.1)
        sweep[f"{short}_high"] = groups[name].quantile(0.9)
    sweep["flattered"] = (table["gap"] > 0).groupby(table["n"]).sum()
    return sweep.reset_index()


def name_slow_part(spec: LuckSpec) -> SlowPart | None:
    """Return the searches that a view of an own table waits for; all others were run beforehand."""
    if not is_own(spec.data):
        return None
    what = (
        f"{N_DEALINGS} searches of {N_SETTINGS} decision trees on your table, each with its nested run: "
        "some 75,000 small trees."
    )
    return SlowPart(run=search_own_table, spec=OwnPoolSpec(data=spec.data), what=what)


LAB = Lab(
    name="luck",
    question="How much of the best score of a search is luck?",
    spec=LuckSpec,
    run=search_and_look,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "one-setting": {"n_trials": 1},
        "a-hundred": {"n_trials": 100},
        "coins": {"data": "coins", "n_trials": 100},
        "more-coins": {"data": "more-coins", "n_trials": 100},
        "digits": {"data": "digits", "n_trials": 50},
    },
)
