"""Leakage detective: one pipeline as found and mended, on the same rows, and the truth about both."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from core.errors import require
from core.lab import Lab, SlowPart
from core.progress import report
from core.remember import remembered
from core.validation.leakage.casebook import CASES
from core.validation.leakage.script import write_script
from core.validation.leakage.source import find_leak, load_case, read_steps

Case = Literal[
    "selection", "encoding", "oversampling", "duplicates", "groups", "time_order", "proxy", "tuning",
    "scaler",
]  # fmt: skip
Size = Literal["few", "usual", "many"]
SIZES: tuple[Size, ...] = get_args(Size)
FEWEST, MOST = 3, 50
LARGEST_SEED = 10**6
MEASURES = ("found_reported", "found_in_use", "mended_reported", "mended_in_use")


@dataclass(frozen=True, kw_only=True)
class RepeatsSpec:
    """One case, run on several draws of its rows."""

    case: Case = "selection"
    size: Size = "usual"
    n_repeats: int = 10
    seed: int = 0
    """Seed of the first draw; the next draws take the next whole numbers."""

    def __post_init__(self) -> None:
        require(self.case in CASES, f"A case is one of {', '.join(CASES)}, got {self.case!r}.")
        require(self.size in SIZES, f"The rows are few, usual or many, got {self.size!r}.")
        require(
            FEWEST <= self.n_repeats <= MOST,
            f"The spread needs {FEWEST} to {MOST} repeats, got {self.n_repeats}. Try 10.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )

    @property
    def n_rows(self) -> int:
        """How many rows are drawn (before half of the scanned digits are stored twice)."""
        return CASES[self.case].rows[SIZES.index(self.size)]


@dataclass(frozen=True, kw_only=True)
class LeakageSpec:
    """One case, and which of its two versions is looked at."""

    case: Case = "selection"
    is_mended: bool = False
    size: Size = "usual"
    """Few, usual or many rows; how many that is depends on the case."""
    n_repeats: int = 10
    """Draws of the rows, each with a run of both versions."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.repeats  # refuses unknown cases, sizes and seeds

    @property
    def repeats(self) -> RepeatsSpec:
        """What is trained: both versions, whichever is looked at."""
        return RepeatsSpec(case=self.case, size=self.size, n_repeats=self.n_repeats, seed=self.seed)


@dataclass(frozen=True, eq=False)
class Repeats:
    """All scores of one case, between 0 and 1.

    `scores` has one row per draw: ``seed``, then what was reported and what came true in use, of
    the pipeline as found and mended: ``found_reported``, ``found_in_use``, ``mended_reported``,
    ``mended_in_use``.
    """

    spec: RepeatsSpec
    scores: pd.DataFrame


@dataclass(frozen=True, eq=False)
class LeakageResult:
    """What a report said, what came true, and how far apart they are.

    All scores are means over the draws. A gap has a 95 % interval (Student's t over the draws,
    of differences within a draw, so that luck of the draw cancels).
    """

    spec: LeakageSpec
    n_rows: int
    n_repeats: int
    n_steps: int
    leak: int
    """Number of the step that leaks: the first that the mending changes."""
    found_reported: float
    found_in_use: float
    mended_reported: float
    mended_in_use: float
    found_gap: float
    """Reported minus in use, as found: how much too good the report is."""
    found_gap_low: float
    found_gap_high: float
    mended_gap: float
    mended_gap_low: float
    mended_gap_high: float
    fall: float
    """Reported as found minus reported mended: how far the score falls."""
    fall_low: float
    fall_high: float
    harm: float
    """In use mended minus in use as found: how much better the mended model really is."""
    harm_low: float
    harm_high: float
    is_costly: bool
    """Whether chance alone hardly explains the fall: its interval lies above 0."""
    repeats: pd.DataFrame
    """One row per draw and version: ``seed``, ``version`` ("found", "mended"), ``reported``,
    ``in_use``, ``gap``."""
    summary: pd.DataFrame
    """One row per score: ``version``, ``measure`` ("reported", "in_use"), ``mean``, ``lowest``,
    ``highest``."""
    steps: pd.DataFrame
    """One row per step as found: ``number``, ``step``, ``is_leak``."""


@remembered
def repeat_case(spec: RepeatsSpec) -> Repeats:
    """Draw rows, run both versions on them, and again.

    Answers "what does each version report, and what comes true?". Check by eye: the case
    ``selection`` has coin flips for a target, so in use every model is near 0.5.
    """
    module = load_case(spec.case)
    rows = []
    for done, seed in enumerate(range(spec.seed, spec.seed + spec.n_repeats)):
        report(done / spec.n_repeats, f"Draw {done + 1} of {spec.n_repeats}")
        table, later = module.draw(spec.n_rows, seed)
        found = module.as_found(table, later, seed)
        rows.append((seed, *found, *module.mended(table, later, seed)))
    scores = pd.DataFrame(rows, columns=["seed", *MEASURES])
    return Repeats(spec=spec, scores=scores.astype(dict.fromkeys(MEASURES, "float64")))


def investigate(spec: LeakageSpec) -> LeakageResult:
    """Answer "which step leaks, and how much does it flatter?".

    Trains both versions on every draw if that is not remembered.
    """
    scores = repeat_case(spec.repeats).scores
    leak = find_leak(spec.case)
    steps = read_steps(spec.case, "as_found")
    gaps = {
        "found_gap": scores["found_reported"] - scores["found_in_use"],
        "mended_gap": scores["mended_reported"] - scores["mended_in_use"],
        "fall": scores["found_reported"] - scores["mended_reported"],
        "harm": scores["mended_in_use"] - scores["found_in_use"],
    }
    bounds = {name: bound_mean(gap.to_numpy()) for name, gap in gaps.items()}
    return LeakageResult(
        spec=spec,
        n_rows=spec.repeats.n_rows,
        n_repeats=spec.n_repeats,
        n_steps=len(steps),
        leak=leak,
        **{name: float(scores[name].mean()) for name in MEASURES},
        **{name: float(gap.mean()) for name, gap in gaps.items()},
        **{f"{name}_low": low for name, (low, _high) in bounds.items()},
        **{f"{name}_high": high for name, (_low, high) in bounds.items()},
        is_costly=bounds["fall"][0] > 0,
        repeats=_stack(scores),
        summary=_summarise(scores),
        steps=pd.DataFrame(
            {
                "number": [step.number for step in steps],
                "step": [step.words for step in steps],
                "is_leak": [step.number == leak for step in steps],
            }
        ),
    )


def bound_mean(values: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of a mean by Student's t; no spread gives the mean twice.

    Check by eye: 0 and 2 have mean 1, standard error 1, and t = 12.7: from −11.7 to 13.7.
    """
    half = float(stats.t.ppf(0.975, len(values) - 1) * stats.sem(values))
    mean = float(values.mean())
    return mean - half, mean + half


def _stack(scores: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "seed": scores["seed"],
                "version": version,
                "reported": scores[f"{version}_reported"],
                "in_use": scores[f"{version}_in_use"],
            }
        )
        for version in ("found", "mended")
    ]
    stacked = pd.concat(parts, ignore_index=True)
    return stacked.assign(gap=stacked["reported"] - stacked["in_use"])


def _summarise(scores: pd.DataFrame) -> pd.DataFrame:
    lines = [
        {
            "version": name.partition("_")[0],
            "measure": name.partition("_")[2],
            "mean": float(scores[name].mean()),
            "lowest": float(scores[name].min()),
            "highest": float(scores[name].max()),
        }
        for name in MEASURES
    ]
    return pd.DataFrame(lines)


def name_slow_part(spec: LeakageSpec) -> SlowPart | None:
    """Return the training that a view waits for; None for the case that the lesson opens with."""
    if spec.repeats == RepeatsSpec():
        return None
    what = (
        f"The pipeline is being run as found and mended, on {spec.n_repeats} draws of "
        f"{spec.repeats.n_rows} rows: {CASES[spec.case].title}."
    )
    return SlowPart(run=repeat_case, spec=spec.repeats, what=what)


LAB = Lab(
    name="leakage",
    question="Which step of this pipeline leaks, and how much does it flatter?",
    spec=LeakageSpec,
    run=investigate,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "selection-mended": {"is_mended": True},
        "encoding": {"case": "encoding"},
        "oversampling": {"case": "oversampling"},
        "duplicates": {"case": "duplicates"},
        "groups": {"case": "groups"},
        "time": {"case": "time_order"},
        "proxy": {"case": "proxy"},
        "tuning": {"case": "tuning"},
        "scaler": {"case": "scaler"},
        "scaler-few-rows": {"case": "scaler", "size": "few"},
    },
)
