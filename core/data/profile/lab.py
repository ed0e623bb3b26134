"""What is in this table? Every column, every pair, one column and one pair looked at closely.

Pearson sees lines, Spearman sees what rises or falls, and both miss what does neither. One wrong row
can decide the first; it is dragged through all its places, and both are computed again at each.
"""

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from core.data.profile.pair import check_n_points, measure_pair
from core.data.profile.script import write_script
from core.data.profile.source import find_table
from core.data.profile.table import TableSpec, describe_table
from core.data.profile.view import choose_columns, read_column, read_pair
from core.errors import require
from core.lab import Lab, SlowPart

QUICK_CELLS = 100_000
"""Tables of at most so many cells, and `QUICK_COLUMNS`, are profiled in a fraction of a second."""
QUICK_COLUMNS = 15


@dataclass(frozen=True, kw_only=True)
class ProfileSpec:
    """One table, one of its columns, one of its pairs, and how far one point was dragged."""

    data: str = "raw_log"
    """A table of the course, ``raw_log``, ``curve-parabola`` and the like, or ``own-…``."""
    target: str | None = None
    """Column to predict; None for the table's own."""
    column: str | None = None
    """Column looked at closely; None for the target, or the first one."""
    x: str | None = None
    """Columns of numbers that are compared; None for the most instructive pair."""
    y: str | None = None
    n_points: int = 30
    """Rows in the live picture, the dragged one among them."""
    place: float = 0.85
    """Where it is dragged to, from 0 (bottom of the axis) to 1 (top); moved to the nearest place."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.table  # refuses unknown tables and seeds
        check_n_points(self.n_points)
        require(
            0 <= self.place <= 1,
            f"A place on the axis lies between 0 (bottom) and 1 (top), got {self.place:g}. "
            "Choose one between.",
        )

    @property
    def table(self) -> TableSpec:
        """What is described: the same for every column and pair."""
        return TableSpec(data=self.data, target=self.target, seed=self.seed)


@dataclass(frozen=True, eq=False)
class ProfileResult:
    """A table in brief, one column and one pair of it. NaN is undefined, and 0 is a number.

    Shares and correlations have no unit; all else has the unit of its column.
    """

    spec: ProfileSpec
    title: str
    row_noun: tuple[str, str]
    target: str | None
    is_number: bool
    """Whether the target is a quantity rather than a class."""
    n_rows: int
    n_columns: int
    n_missing: int
    n_copies: int
    n_used: int
    n_related: int
    n_skipped: int
    n_findings: int
    n_leaks: int
    """Columns that know the target."""
    unknown: tuple[str, ...]
    """Columns that were asked for and are not in this table, or hold no numbers."""
    column: str
    column_unit: str
    column_type: str
    column_missing: int
    gap_difference: float
    """How the target differs where the column is empty, with its 95 % interval."""
    gap_low: float
    gap_high: float
    column_distinct: int
    mean: float
    sd: float
    low: float
    q1: float
    median: float
    q3: float
    high: float
    skew: float
    fence_low: float
    fence_high: float
    sigma_low: float
    sigma_high: float
    n_fence: int | None
    """Values beyond the 1.5·IQR fences, and beyond mean ± 3 sd; None where the rule does not apply."""
    n_sigma: int | None
    rule_note: str
    x: str | None
    """The pair that is compared; None if the table has no two columns of numbers that vary."""
    y: str | None
    x_unit: str
    y_unit: str
    verdict: str
    """Which correlation can be believed; see `core.data.profile.relations.judge`."""
    n_pair: int
    pearson: float
    pearson_low: float
    pearson_high: float
    spearman: float
    spearman_low: float
    spearman_high: float
    shape: float
    inside: float
    covariance: float
    sd_x: float
    sd_y: float
    n_points: int
    """Points of the live picture; 0 if there is nothing to drag."""
    at: int
    at_observed: int
    value: float
    observed: float
    drag_low: float
    drag_high: float
    pearson_before: float
    """Correlations of the live points before one was dragged, with it at `value`, and at its worst."""
    spearman_before: float
    pearson_here: float
    spearman_here: float
    pearson_worst: float
    spearman_worst: float
    columns: pd.DataFrame
    levels: pd.DataFrame
    missing: pd.DataFrame
    classes: pd.DataFrame
    pairs: pd.DataFrame
    findings: pd.DataFrame
    scatter: pd.DataFrame
    slices: pd.DataFrame
    points: pd.DataFrame
    sweep: pd.DataFrame
    crowd: pd.DataFrame


@lru_cache(maxsize=32)
def profile_table(spec: ProfileSpec) -> ProfileResult:
    """Answer "what is in this table, what is wrong with it, and which columns go together?".

    Describes and compares what is not remembered; the rest takes milliseconds.
    Check by eye: with the point where it was observed, `pearson_here` is `pearson_before`.
    """
    table = describe_table(spec.table)
    pair_spec, unknown = choose_columns(spec, table)
    pair = None if pair_spec is None else measure_pair(pair_spec)
    dataset = find_table(spec.data)
    return ProfileResult(
        spec=spec,
        title=dataset.title,
        row_noun=dataset.row_noun,
        **{name: getattr(table, name) for name in _SHARED},
        n_findings=len(table.findings),
        n_leaks=int((table.findings["kind"] == "leak").sum()),
        unknown=unknown,
        **read_column(spec, table),
        **read_pair(spec, pair),
    )


_SHARED = (
    "target", "is_number", "n_rows", "n_columns", "n_missing", "n_copies", "n_used", "n_related",
    "n_skipped", "columns", "levels", "missing", "classes", "pairs", "findings",
)  # fmt: skip


def name_slow_part(spec: ProfileSpec) -> SlowPart | None:
    """Return the profile that a view of a large table waits for; None if it takes a moment only."""
    dataset = find_table(spec.data)
    n_columns = len(dataset.columns)
    if dataset.n_rows * n_columns <= QUICK_CELLS and n_columns <= QUICK_COLUMNS:
        return None
    what = f"{dataset.title}: every column is described, and every pair compared."
    slow = SlowPart(run=describe_table, spec=spec.table, what=what)
    table = describe_table.recall(spec.table)
    if table is None:
        return slow
    pair, _ = choose_columns(spec, table)
    what = f"{dataset.title}: one pair is drawn again and again."
    return slow if pair is None else SlowPart(run=measure_pair, spec=pair, what=what)


LAB = Lab(
    name="profile",
    question="What is in this table?",
    spec=ProfileSpec,
    run=profile_table,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: find_table(spec.data),
    presets={
        "default": {},
        "churn": {"data": "churn", "column": "satisfaction"},
        "houses": {"data": "house_prices", "column": "price_eur"},
        "deliveries": {"data": "delivery_times"},
        "segments": {"data": "segments"},
        "temperature": {"x": "temperature_c", "column": "bonus_points"},
        "parabola": {"data": "curve-parabola"},
        "iris": {"data": "iris", "column": "petal length (cm)"},
    },
)
