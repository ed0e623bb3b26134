"""The rule: how many models a run will train, computed before anything is trained."""

from dataclasses import dataclass
from math import ceil, floor, log, prod

from core.errors import require
from core.validation.fits.plan import (
    ALWAYS_REFIT,
    DRAWN,
    HALVINGS,
    MOST_FITS,
    SEARCHES,
    LedgerSpec,
    Prep,
    What,
)
from core.validation.fits.rows import gather_rows


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The numbers that the count depends on, of any size: nothing is trained from a plan."""

    what: What
    sizes: tuple[int, ...]
    """Values of each parameter; for a learning curve the sizes of the training set."""
    extra: int = 0
    n_iter: int = 1
    is_listed: bool = True
    k: int = 3
    outer: int = 1
    factor: int = 3
    refits: bool = True
    prep: Prep = "none"
    n_rows: int = 0
    """Rows and classes matter to halving only."""
    n_classes: int = 0


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many models, and the sum that gives it."""

    n_space: int
    """Settings in the grid or lists; 0 where draws come from distributions."""
    rounds: tuple[int, ...]
    """Candidates of each round; one round unless halving."""
    n_folds: int
    n_outer: int
    """1 unless nested."""
    n_refits: int
    n_fits: int
    n_prep: int
    """Fits of each preparing step; 0 without preparation."""


def plan_of(spec: LedgerSpec, what: What | None = None) -> Plan:
    """Return the numbers of `spec` that the count depends on, or of its like in another tool.

    Raises `SpecError` if halving would begin with too few rows.
    """
    what = what or spec.what
    is_listed = spec.is_listed and what != "study"
    has_lists = what in SEARCHES and (what not in DRAWN or is_listed)
    n_rows, n_classes = _count_rows(spec) if what in HALVINGS else (0, 0)
    return Plan(
        what=what,
        sizes=_sizes_of(spec, what),
        extra=spec.extra if has_lists else 0,
        n_iter=spec.n_iter,
        is_listed=is_listed,
        k=1 if what == "spark_split" else spec.k if what == "study" else max(spec.k, 2),
        outer=spec.outer if what == "nested" else 1,
        factor=spec.factor,
        refits=what in ALWAYS_REFIT or (spec.refit and what in SEARCHES),
        prep=spec.prep,
        n_rows=n_rows,
        n_classes=n_classes,
    )


def _sizes_of(spec: LedgerSpec, what: What) -> tuple[int, ...]:
    """Return the lengths of the lists that are crossed."""
    if what == "learning_curve":
        return (spec.n_points,)
    if what == "validation_curve":
        return (spec.first,)
    if what in ("cross_validate", "study"):
        return (1,)
    return tuple(n for n in (spec.first, spec.second, spec.third) if n > 1) or (1,)


def _count_rows(spec: LedgerSpec) -> tuple[int, int]:
    rows = gather_rows(spec.data, spec.seed)
    needed = 2 * spec.k * rows.n_classes
    require(
        len(rows.y) >= needed,
        f"Halving begins with at least 2 rows for each fold and class, here {needed}, and there are "
        f"{len(rows.y)}. Take fewer folds.",
    )
    return len(rows.y), rows.n_classes


def require_runnable(spec: LedgerSpec) -> None:
    """Raise `SpecError` unless the settings fit together and one view may train so many models."""
    require(
        spec.k >= 2 or spec.what == "study",
        f"Cross-validation needs at least 2 folds, got {spec.k}. Only a trial may do with one split.",
    )
    require(
        spec.prep != "cached" or spec.what not in (*HALVINGS, "learning_curve"),
        "A cache saves work where the same training rows come back. Halving and learning curves "
        "change them all the time, and some coincide by chance. Choose another preparation.",
    )
    n_fits = count_by_rule(plan_of(spec)).n_fits
    require(
        n_fits <= MOST_FITS,
        f"This would train {n_fits:,} models, and one view trains at most {MOST_FITS:,}. Take fewer "
        "values, draws or folds.",
    )


def count_by_rule(plan: Plan) -> Count:
    """Answer "how many models will this train?" without training any.

    Sources: scikit-learn's user guide, sections 3.1 and 3.2 (tuning the hyper-parameters of an
    estimator, with successive halving in 3.2.3); Spark's ML tuning guide. Check by eye: lists of 2
    and 3 values, 3 folds and the last fit give (2 × 3) × 3 + 1 = 19.
    """
    n_space = prod(plan.sizes) + plan.extra
    n_candidates = n_space
    if plan.what in DRAWN:
        n_candidates = min(plan.n_iter, n_space) if plan.is_listed else plan.n_iter
    rounds = halve(n_candidates, plan) if plan.what in HALVINGS else (n_candidates,)
    n_refits = plan.outer * plan.refits
    n_in_folds = plan.outer * sum(rounds) * plan.k
    return Count(
        n_space=n_space if plan.is_listed or plan.what not in DRAWN else 0,
        rounds=rounds,
        n_folds=plan.k,
        n_outer=plan.outer,
        n_refits=n_refits,
        n_fits=n_in_folds + n_refits,
        n_prep=_count_preparations(plan, n_in_folds + n_refits),
    )


def count_waves(plan: Plan, n_jobs: int) -> int:
    """Answer "how many rounds of work, if `n_jobs` things run at a time and all last equally long?".

    A search hands out fits, a study whole trials with all their folds. A round of halving waits for
    the one before, the last fit for all, and the outer folds run one after the other; curves and
    cross-validations hand out fits too. Check by eye: 50 fits at 4 at a time are 13 rounds.
    """
    count = count_by_rule(plan)
    if plan.what == "study":
        return ceil(count.rounds[0] / n_jobs) * count.n_folds
    per_outer = sum(ceil(n * count.n_folds / n_jobs) for n in count.rounds)
    return count.n_outer * per_outer + count.n_refits


def halve(n_candidates: int, plan: Plan) -> tuple[int, ...]:
    """Return how many candidates each round of successive halving tries.

    scikit-learn's defaults with the rows as resource and ``min_resources="exhaust"``: as many
    rounds as it takes to leave fewer than `factor` candidates, if the rows allow it. Check by eye:
    6 candidates, factor 3: 6, then 2.
    """
    # The floor of a floating-point logarithm, as the library takes it: log(243) / log(3) is a hair
    # below 5 there, and one round falls away.
    needed = 1 + floor(log(n_candidates, plan.factor))
    smallest = max(2 * plan.k * plan.n_classes, plan.n_rows // plan.factor ** (needed - 1))
    possible = 1 + floor(log(max(plan.n_rows // smallest, 1), plan.factor))
    rounds = [n_candidates]
    for _ in range(min(needed, possible) - 1):
        rounds.append(ceil(rounds[-1] / plan.factor))
    return tuple(rounds)


def _count_preparations(plan: Plan, n_fits: int) -> int:
    """Return how often each preparing step is fitted."""
    if plan.prep == "inside":
        return n_fits
    if plan.prep == "once":
        return plan.outer
    if plan.prep == "cached":  # once for each distinct set of training rows
        return plan.outer * (plan.k + plan.refits)
    return 0
