"""How many models will this train? The count by rule, the count by really running it, and what it costs."""

from dataclasses import dataclass, fields, replace
from threading import Lock

import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.validation.fits.ledger import is_quick, run_fits
from core.validation.fits.plan import DRAWN, MOST_FITS, SEARCHES, LedgerSpec
from core.validation.fits.reading import read_ledger
from core.validation.fits.rule import Count, Plan, count_by_rule, count_waves, plan_of
from core.validation.fits.script import write_script

MOST_MORE = 5
"""Further values, folds or parameters that the growth chart adds."""
VALUES_OF_ANOTHER = 3
"""Values of each further parameter."""
MOST_JOBS = 64


@dataclass(frozen=True, kw_only=True)
class FitCountSpec(LedgerSpec):
    """What is fitted, and what a fit of the size that you have at work would cost."""

    minutes: float = 5.0
    """Minutes that one fit takes at work; here the models are small."""
    price: float = 2.0
    """Price of one machine for one hour, in your currency."""
    n_jobs: int = 1
    """Fits at the same time, one machine each."""
    fit: int | None = None
    """How many models are fitted in the picture; half of them if None, so that there is more to drag."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            0 < self.minutes <= 10_000,
            f"A fit takes more than 0 and at most 10,000 minutes, got {self.minutes:g}.",
        )
        require(
            0 <= self.price <= 1e6,
            f"An hour of a machine costs from 0 to 1,000,000, got {self.price:g}.",
        )
        require(
            1 <= self.n_jobs <= MOST_JOBS,
            f"From 1 to {MOST_JOBS} fits run at the same time, got {self.n_jobs}. Choose one between.",
        )
        require(
            self.fit is None or 0 <= self.fit <= MOST_FITS,
            f"From 0 to {MOST_FITS:,} models are fitted in the picture, got {self.fit}.",
        )
        require(
            self.model != "count",
            "A model that only counts learns nothing to look at. Choose tree or forest.",
        )

    @property
    def ledger(self) -> LedgerSpec:
        """What decides the run; the same whatever a fit costs."""
        return LedgerSpec(**{one.name: getattr(self, one.name) for one in fields(LedgerSpec)})


@dataclass(frozen=True, eq=False)
class FitCountResult:
    """How many models were fitted, how many should have been, and what they would cost.

    ``n_…`` are counts of calls of fit unless they say otherwise. Hours and cost are those of the
    learner's own models (`minutes` and `price` of the spec), not of the small ones trained here.
    """

    spec: FitCountSpec
    row_noun: tuple[str, str]
    n_rows: int
    n_fits: int
    """Models that were fitted: counted while scikit-learn ran."""
    n_rule: int
    """Models that the rule says."""
    n_without_last: int
    """The same rule without, and with, the last fit on all rows: the two answers of an exam."""
    n_with_last: int
    n_refits: int
    """Last fits that really took place."""
    n_space: int
    """Settings in the grid or the lists; 0 where draws come from distributions."""
    n_candidates: int
    """Settings that were tried; points of a curve."""
    n_folds: int
    n_outer: int
    n_rounds: int
    n_prep_fits: int
    """Fits of each preparing step, counted; 0 without preparation."""
    n_prep_rule: int
    n_calls: int
    """Calls of fit of all steps together."""
    n_forgets_folds: int
    """What comes out if each setting is fitted once."""
    n_adds_sizes: int
    """What comes out if the lists are added and not multiplied."""
    n_refit_flip: int
    """What comes out if the last fit is counted where it does not take place, or the reverse."""
    score: float
    """Mean accuracy on held-out rows, of the best setting where there is a choice."""
    seconds: float
    """Measured here, for all fits; differs from run to run."""
    warning: str
    n_waves: int
    """Rounds of work with `n_jobs` fits at a time."""
    machine_hours: float
    wall_hours: float
    cost: float
    at: int
    """Models that are fitted in the picture, from 0 to `n_fits`."""
    ledger: pd.DataFrame
    """One row per call of fit: see `core.validation.fits.ledger.FitLedger`."""
    models: pd.DataFrame
    """The rows of `ledger` that are models: ``number`` (from 1), ``candidate``, ``setting``,
    ``outer``, ``round``, ``fold``, ``is_refit``, ``n_rows``, ``n_held_out``, ``n_calls`` (so far,
    steps included), ``accuracy`` (on the rows held out), ``best`` (best mean accuracy of the settings
    that are through all folds, NaN before the first and where runs have rounds or outer folds or
    choose nothing), ``seconds`` (so far), ``cost`` (so far, at your prices)."""
    steps: pd.DataFrame
    """Calls of fit by step of the pipeline: ``step``, ``n_fits``, ``seconds``."""
    growth: pd.DataFrame
    """Models by rule if more is added: ``what`` ("value", "fold", "parameter"), ``more``, ``n_fits``."""


def count_fits(spec: FitCountSpec) -> FitCountResult:
    """Answer "how many models will this train, and what will it cost?".

    The rule counts before, the ledger while scikit-learn runs; a test holds them equal for every
    kind of run. Check by eye: the default, lists of 2 and 3 values with 3 folds and the last fit,
    gives 19.
    """
    run, dataset = run_fits(spec.ledger), load_dataset(spec.data)
    plan = plan_of(spec)
    rule = count_by_rule(plan)
    tables, counted = read_ledger(run)
    models = tables["models"].assign(
        cost=tables["models"]["number"] * spec.minutes / 60 * spec.price
    )
    n_waves = count_waves(plan, spec.n_jobs)
    return FitCountResult(
        spec=spec,
        row_noun=dataset.row_noun,
        n_rows=run.n_rows,
        **counted,
        **_count_otherwise(plan, rule),
        n_prep_rule=rule.n_prep,
        score=run.score,
        warning=run.warning,
        n_waves=n_waves,
        machine_hours=rule.n_fits * spec.minutes / 60,
        wall_hours=n_waves * spec.minutes / 60,
        cost=rule.n_fits * spec.minutes / 60 * spec.price,
        at=(len(models) + 1) // 2 if spec.fit is None else min(spec.fit, len(models)),
        ledger=run.fits,
        models=models,
        steps=tables["steps"].copy(deep=False),
        growth=_grow(plan),
    )


def _count_otherwise(plan: Plan, rule: Count) -> dict[str, int]:
    """Return the parts of the rule, and the numbers that common mistakes yield."""
    without = rule.n_fits - rule.n_refits
    with_last = without + rule.n_outer
    is_drawn = plan.what in DRAWN
    added = plan.n_iter if is_drawn else sum(plan.sizes) + plan.extra
    return {
        "n_rule": rule.n_fits,
        "n_without_last": without,
        "n_with_last": with_last,
        "n_space": rule.n_space,
        "n_candidates": rule.rounds[0],
        "n_folds": rule.n_folds,
        "n_outer": rule.n_outer,
        "n_rounds": len(rule.rounds),
        "n_forgets_folds": rule.n_outer * sum(rule.rounds) + rule.n_refits,
        "n_adds_sizes": rule.n_outer * added * rule.n_folds + rule.n_refits,
        "n_refit_flip": without if rule.n_refits else with_last,
    }


@cached(LRUCache(maxsize=128), lock=Lock())
def _grow(plan: Plan) -> pd.DataFrame:
    """Count models by rule as one thing grows; nothing is trained, so numbers may be large."""
    rows = []
    for more in range(MOST_MORE + 1):
        first, *rest = plan.sizes
        grown = {"fold": replace(plan, k=plan.k + more)}
        if plan.what == "spark_split":
            grown = {}
        has_lists = plan.what not in DRAWN or plan.is_listed
        if plan.what != "cross_validate" and has_lists:
            grown["value"] = replace(plan, sizes=(first + more, *rest))
        if plan.what in SEARCHES or plan.what == "study":
            another = (VALUES_OF_ANOTHER,) * more
            grown["parameter"] = replace(plan, sizes=(*plan.sizes, *another))
        rows += [
            {"what": what, "more": more, "n_fits": count_by_rule(one).n_fits}
            for what, one in grown.items()
        ]
    return (
        pd.DataFrame(rows).astype({"what": "str"}).sort_values(["what", "more"], ignore_index=True)
    )


def name_slow_part(spec: FitCountSpec) -> SlowPart | None:
    """Return the run that a view waits for; None if it takes no longer than a moment."""
    if is_quick(spec.ledger):
        return None
    n_fits = count_by_rule(plan_of(spec)).n_fits
    noun = "model is" if n_fits == 1 else "models are"
    what = f"{n_fits:,} {noun} being trained and counted, in a process of its own."
    return SlowPart(run=run_fits, spec=spec.ledger, what=what)


LAB = Lab(
    name="fit-count",
    question="How many models will this train?",
    spec=FitCountSpec,
    run=count_fits,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "thirteen": {"second": 2},
        "ninety": {"first": 3, "second": 2, "third": 3, "k": 5, "refit": False},
        "two-grids": {"extra": 4},
        "random-51": {"what": "random", "is_listed": False, "k": 5},
        "random-of-six": {"what": "random"},
        "halving": {"what": "halving", "first": 4, "second": 5},
        "halving-random": {"what": "halving_random", "is_listed": False, "n_iter": 20},
        "nested": {"what": "nested"},
        "five-folds": {"what": "cross_validate", "k": 5, "prep": "inside"},
        "learning-curve-50": {"what": "learning_curve", "n_points": 10, "k": 5},
        "validation-curve": {"what": "validation_curve", "first": 8},
        "study-50": {"what": "study", "n_iter": 50, "k": 1, "n_jobs": 4},
        "spark-21": {"what": "spark_cv", "second": 2, "k": 5},
        "spark-split": {"what": "spark_split"},
        "pipeline-inside": {"prep": "inside"},
        "pipeline-cached": {"prep": "cached"},
        "pipeline-once": {"prep": "once"},
    },
)
