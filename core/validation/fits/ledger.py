"""Run it and write down every fit: the instrumented truth of the lesson."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.remember import remembered
from core.validation.fits.plan import LedgerSpec
from core.validation.fits.rows import Rows, gather_rows
from core.validation.fits.rule import count_by_rule, plan_of, require_runnable

SECONDS_PER_FIT = {"count": 0.001, "tree": 0.004, "forest": 0.03}
QUICK_SECONDS = 0.4
"""What a page may wait for in the server process."""


@dataclass(frozen=True, eq=False)
class FitLedger:
    """Every call of fit of one run.

    `fits` has one row per call, in order: ``order`` (from 1), ``step`` ("model", or the preparing
    step "fill" or "scale"), ``candidate`` (from 1, in the order of their first fit; a point of a
    curve is one too), ``setting`` (in words), ``outer`` (outer fold, 0 if not nested), ``round``
    (of halving, from 1), ``fold`` (which rows judged it, from 1; 0 if none did or the rows of the
    outer fold), ``is_refit``, ``n_rows`` (learned from), ``n_held_out`` (rows that judged it),
    ``accuracy`` (on them, NaN where there are none), ``seconds`` (measured here, so it differs from
    machine to machine and run to run; everything else is the same each time).
    """

    spec: LedgerSpec
    n_rows: int
    score: float
    """Mean accuracy on held-out rows, of the best setting where there is a choice."""
    warning: str
    """What scikit-learn warned of, or ""."""
    fits: pd.DataFrame


@remembered
def run_fits(spec: LedgerSpec) -> FitLedger:
    """Run what `spec` says, once; see `count_run`."""
    return count_run(spec)


def count_run(spec: LedgerSpec) -> FitLedger:
    """Answer "how often was fit called, on what, and for whom?" by really running it."""
    from core.validation.fits.counting import Ledger, keep_ledger
    from core.validation.fits.searches import run_plan, tuned_names

    require_runnable(spec)
    rows, rule = gather_rows(spec.data, spec.seed), count_by_rule(plan_of(spec))
    ledger = Ledger(tuned=tuned_names(spec.model), n_expected=rule.n_fits)
    with keep_ledger(ledger):
        score, warning = run_plan(spec, rows)
    return FitLedger(
        spec=spec,
        n_rows=len(rows.y),
        score=score,
        warning=warning,
        fits=_tabulate(spec, rows, ledger.entries),
    )


def is_quick(spec: LedgerSpec) -> bool:
    """Say whether the run takes less than about half a second, so that a page may wait.

    Raises `SpecError` if the settings do not fit together.
    """
    require_runnable(spec)
    if spec.what == "study":  # a server does without Optuna
        return False
    rule = count_by_rule(plan_of(spec))
    seconds = rule.n_fits * SECONDS_PER_FIT[spec.model] + rule.n_prep * 0.008
    return seconds <= QUICK_SECONDS


def _tabulate(spec: LedgerSpec, rows: Rows, entries: list[Any]) -> pd.DataFrame:
    """Put numbers to candidates, folds and rounds; a preparing step belongs to the next model."""
    fold_of = _number_folds(spec, rows, {entry.outer for entry in entries})
    varied, is_curve = _find_varied(entries), spec.what == "learning_curve"
    candidates: dict[str, int] = {}
    n_seen: dict[tuple[int, int, int], int] = {}
    table = []
    for entry in entries:
        if entry.step != "model":
            table.append(_row(entry, varied))
            continue
        is_refit = not entry.held_out or entry.is_judged_outside
        what_it_is = f"{entry.settings}{entry.n_rows if is_curve else ''}"
        candidate = candidates.setdefault(what_it_is, len(candidates) + 1)
        fold = 0 if is_refit else fold_of[entry.outer][entry.held_out[0]]
        place = (entry.outer, candidate, fold)
        n_seen[place] = 0 if is_refit else n_seen.get(place, 0) + 1
        place_in_run = {"candidate": candidate, "round": n_seen[place], "fold": fold}
        table.append(_row(entry, varied) | place_in_run | {"is_refit": is_refit})
        if is_curve:  # the same settings each time: the size tells the points apart
            table[-1]["setting"] = f"{entry.n_rows} rows"
    fits = pd.DataFrame(table)
    if spec.prep == "once":
        fits["is_refit"] = fits["is_refit"].fillna(value=False)
    else:  # a step is fitted just before its model
        of_model = fits.where(fits["step"] == "model")
        for name in ("candidate", "setting", "round", "fold", "is_refit"):
            fits[name] = of_model[name].bfill()
    fits.insert(0, "order", range(1, len(fits) + 1))
    whole = {"candidate": "int64", "round": "int64", "fold": "int64", "is_refit": "bool"}
    return fits.astype({"step": "str", "setting": "str"} | whole)


def _find_varied(entries: list[Any]) -> list[str]:
    """Return the parameters of which more than one value was fitted."""
    models = [entry.settings for entry in entries if entry.step == "model"]
    return [name for name in models[0] if len({str(one[name]) for one in models}) > 1]


def _row(entry: Any, varied: list[str]) -> dict[str, Any]:
    words = ", ".join(
        f"{name} {_say(entry.settings[name])}" for name in varied if name in entry.settings
    )
    return {
        "step": entry.step,
        "candidate": 0,
        "setting": words if varied else "as it is",
        "outer": entry.outer,
        "round": 0,
        "fold": 0,
        "is_refit": None,
        "n_rows": entry.n_rows,
        "n_held_out": len(entry.held_out),
        "accuracy": entry.accuracy,
        "seconds": entry.seconds,
    }


def _say(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _number_folds(spec: LedgerSpec, rows: Rows, outers: set[int]) -> dict[int, dict[int, int]]:
    """Return for each outer fold (0: none) which inner fold each row judges."""
    from core.validation.fits.searches import build_splitter

    inner = build_splitter(spec, spec.k)
    everybody = list(range(len(rows.y)))
    parts = {0: everybody}
    if spec.what == "nested":
        outer_folds = build_splitter(spec, spec.outer).split(rows.x)
        parts = {n: train.tolist() for n, (train, _) in enumerate(outer_folds, start=1)}
    return {
        outer: {
            part[place]: fold
            for fold, (_, test) in enumerate(inner.split(part), start=1)
            for place in test
        }
        for outer, part in parts.items()
        if outer in outers
    }
