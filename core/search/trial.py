"""One trial, whatever tool asked for it, and the tables that many of them make."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from core.search.space import Params

State = Literal["complete", "pruned", "failed"]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One setting that was tried."""

    number: int
    """From 0, in the order of the search."""
    state: State
    params: Params
    scores: tuple[float, ...]
    """The score of each fold that was judged; of a pruned trial at its last step."""
    steps: tuple[tuple[int, float], ...] = ()
    """What was reported on the way: folds, rounds or epochs done, and the mean score then."""
    n_fits: int
    """Models begun."""
    cost: float
    """Work in whole trainings of one fold: a training stopped at half its rounds is half a one."""
    seconds: float
    rung: int = 0
    """The round of successive halving, from 0."""
    n_rows: int = 0
    """Rows that were dealt into folds."""
    problem: str = ""
    """Why it failed."""

    @property
    def value(self) -> float:
        """The mean score; nan if it failed."""
        return math.fsum(self.scores) / len(self.scores) if self.scores else math.nan

    @property
    def std(self) -> float:
        """The standard deviation over the folds (n in the denominator, as scikit-learn's searches)."""
        if not self.scores:
            return math.nan
        mean = self.value
        return math.sqrt(math.fsum((s - mean) ** 2 for s in self.scores) / len(self.scores))


def settle_rungs(trials: Sequence[Trial]) -> list[str]:
    """Return the state of each trial as the table shows it.

    In successive halving a trial on fewer rows than the last round is ``promoted`` if its setting was
    tried again on more rows, else ``pruned``; so only settings judged on the most rows are ``complete``.
    """
    last = max((trial.rung for trial in trials), default=0)
    survivors = [
        {_key(trial.params) for trial in trials if trial.rung == rung + 1} for rung in range(last)
    ]
    return [
        trial.state
        if trial.rung == last or trial.state == "failed"
        else ("promoted" if _key(trial.params) in survivors[trial.rung] else "pruned")
        for trial in trials
    ]


def tabulate_trials(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return one row for each trial.

    ``number``, ``state`` (complete, promoted, pruned, failed), ``value`` and ``std`` over the folds,
    ``n_fits``, ``cost`` (in whole trainings of a fold), ``cost_so_far``, ``seconds``, ``rung``,
    ``n_rows``, ``best_so_far`` (of complete trials; nan before the first) and ``params`` as JSON.
    """
    table = pd.DataFrame(
        {
            "number": pd.Series([t.number for t in trials], dtype="int64"),
            "state": pd.Series(settle_rungs(trials), dtype="str"),
            "value": pd.Series([t.value for t in trials], dtype="float64"),
            "std": pd.Series([t.std for t in trials], dtype="float64"),
            "n_fits": pd.Series([t.n_fits for t in trials], dtype="int64"),
            "cost": pd.Series([t.cost for t in trials], dtype="float64"),
            "seconds": pd.Series([t.seconds for t in trials], dtype="float64"),
            "rung": pd.Series([t.rung for t in trials], dtype="int64"),
            "n_rows": pd.Series([t.n_rows for t in trials], dtype="int64"),
            "problem": pd.Series([t.problem for t in trials], dtype="str"),
            "params": pd.Series([json.dumps(t.params) for t in trials], dtype="str"),
        }
    )
    table.insert(6, "cost_so_far", table["cost"].cumsum())
    complete = table["value"].where(table["state"] == "complete")
    table.insert(3, "best_so_far", complete.cummax().ffill())
    return table


def tabulate_params(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return one row for each trial and parameter.

    ``number``, ``name``, ``value`` (nan for words), ``text``.
    """
    rows = [
        (trial.number, name, _as_number(value), str(value))
        for trial in trials
        for name, value in trial.params.items()
    ]
    return _frame(rows, {"number": "int64", "name": "str", "value": "float64", "text": "str"})


def tabulate_folds(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return one row for each trial and fold: ``number``, ``fold`` (from 0), ``score``."""
    rows = [(t.number, fold, score) for t in trials for fold, score in enumerate(t.scores)]
    return _frame(rows, {"number": "int64", "fold": "int64", "score": "float64"})


def tabulate_steps(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return one row for each trial and step on its way: ``number``, ``step``, ``value``."""
    rows = [(t.number, step, value) for t in trials for step, value in t.steps]
    return _frame(rows, {"number": "int64", "step": "int64", "value": "float64"})


def _frame(rows: Sequence[tuple[Any, ...]], kinds: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _key(params: Params) -> str:
    return json.dumps(params, sort_keys=True)


def _as_number(value: Any) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else math.nan
