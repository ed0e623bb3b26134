"""The profile of a whole table: every column, every pair, and what is wrong."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.data.profile.columns import TOO_LARGE, describe_columns
from core.data.profile.findings import find_faults
from core.data.profile.missing import compare_missing
from core.data.profile.relations import Prepared, prepare_column, relate_columns
from core.data.profile.source import find_table
from core.datasets import Dataset
from core.errors import require
from core.remember import remembered
from core.tables.target import judge_target

LARGEST_SEED = 2**32 - 1
MOST_ROWS = 5_000
"""Pairs are compared on a random sample of a longer table."""
MOST_COLUMNS = 40
"""Of a wider table, the columns that go along with the target most closely are compared."""
MOST_LEVELS = 50
"""Words with more different values are told apart by nobody; they are left out of the pairs."""
INSTRUCTIVE = ("outliers", "curved", "missed", "agree", "weak")


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """One table, and which of its columns is the one to predict."""

    data: str = "raw_log"
    target: str | None = None
    """Another target than the table's own; a name that it does not have is passed over."""
    seed: int = 0

    def __post_init__(self) -> None:
        find_table(self.data)  # refuses unknown names
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class TableProfile:
    """Every column and every pair of one table. Shares run from 0 to 1; NaN is undefined."""

    spec: TableSpec
    target: str | None
    is_number: bool
    """Whether the target is a quantity rather than a class."""
    n_rows: int
    n_columns: int
    n_missing: int
    n_copies: int
    """Rows that repeat an earlier one in every cell."""
    n_used: int
    """Rows on which pairs were compared."""
    n_related: int
    """Columns that were compared."""
    n_skipped: int
    """Columns that could have been, and were not, because the table is too wide."""
    pair_x: str | None
    """The most instructive pair of numbers; None if there is none."""
    pair_y: str | None
    columns: pd.DataFrame
    levels: pd.DataFrame
    missing: pd.DataFrame
    classes: pd.DataFrame
    """``label``, ``n_rows``, ``share`` of each class of the target, commonest first; else empty."""
    pairs: pd.DataFrame
    """See `core.data.profile.relations.relate_columns`; strongest first."""
    findings: pd.DataFrame


@remembered
def describe_table(spec: TableSpec) -> TableProfile:
    """Answer "what is in this table, and what is wrong with it?".

    Columns are described on all rows, pairs on at most `MOST_ROWS` of them, drawn with the seed.
    Check by eye: the raw export has 1,215 rows, 15 of them copies, and 13 columns.
    """
    dataset = find_table(spec.data)
    table = dataset.table
    target, is_number = choose_target(dataset, table, spec.target)
    roles = {column.name: _role(column.kind) for column in dataset.columns}
    if target is not None and roles[target] != "truth":
        roles = {name: "feature" if role == "target" else role for name, role in roles.items()}
        roles[target] = "target"
    described = describe_columns(table, roles)
    columns, pairs, n_skipped = _compare(table, described.columns, target, is_number, spec.seed)
    classes = _count_classes(table, None if is_number else target)
    missing = compare_missing(
        table, target, is_number=is_number, positive=dataset.positive, seed=spec.seed
    )
    n_copies = int(table.duplicated().sum())
    findings = find_faults(
        table,
        columns=described.columns,
        pairs=pairs,
        missing=missing,
        classes=classes,
        levels=described.levels,
        target=target,
        n_copies=n_copies,
        noun=dataset.row_noun,
    )
    x, y = choose_pair(pairs, findings, target)
    return TableProfile(
        spec=spec,
        target=target,
        is_number=is_number,
        n_rows=len(table),
        n_columns=table.shape[1],
        n_missing=int(table.isna().sum().sum()),
        n_copies=n_copies,
        n_used=min(len(table), MOST_ROWS),
        n_related=len(columns),
        n_skipped=n_skipped,
        pair_x=x,
        pair_y=y,
        columns=described.columns,
        levels=described.levels,
        missing=missing,
        classes=classes,
        pairs=pairs,
        findings=findings,
    )


def draw_rows(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return all rows, or `MOST_ROWS` of them drawn without replacement, in the table's order."""
    if len(table) <= MOST_ROWS:
        return table
    chosen = np.random.default_rng(seed).choice(len(table), MOST_ROWS, replace=False)
    return table.iloc[np.sort(chosen)]


def choose_target(
    dataset: Dataset, table: pd.DataFrame, wanted: str | None
) -> tuple[str | None, bool]:
    """Return the target and whether it is a quantity: the wanted column, else the table's own.

    The wanted one is judged as an uploaded file's would be; what cannot be predicted raises
    `SpecError`. Known groups (the truth of a table for clustering) serve as target.
    """
    if wanted in table.columns and wanted != dataset.target:
        return wanted, judge_target(table, str(wanted)).task == "regression"
    return dataset.target or dataset.truth_column, dataset.task == "regression"


def choose_pair(
    pairs: pd.DataFrame, findings: pd.DataFrame, target: str | None
) -> tuple[str | None, str | None]:
    """Return the pair of numbers that teaches most: where Pearson errs, at best with the target.

    Leaks are passed over, as the target under another name.
    """
    leaks = findings.loc[findings["kind"] == "leak", "column"]
    shown = pairs[(pairs["kind"] == "numbers") & ~pairs["a"].isin(leaks) & ~pairs["b"].isin(leaks)]
    shown = shown[shown["verdict"].isin(INSTRUCTIVE)]
    if shown.empty:
        return None, None
    gap = (shown["pearson"] - shown["spearman"]).abs()
    shown = shown.assign(
        rank=[INSTRUCTIVE.index(verdict) for verdict in shown["verdict"]],
        is_apart=shown["b"] != target,
        size=-gap.where(shown["verdict"].isin(("outliers", "curved")), shown["strength"]),
    )
    first = shown.sort_values(["is_apart", "rank", "size"], kind="stable").iloc[0]
    if first["is_apart"] and target is not None and first["verdict"] in ("agree", "weak"):
        first = shown.sort_values(["rank", "size"], kind="stable").iloc[0]
    return str(first["a"]), str(first["b"])


def _role(kind: str) -> str:
    return kind if kind in ("target", "truth") else "feature"


def _compare(
    table: pd.DataFrame, columns: pd.DataFrame, target: str | None, is_number: bool, seed: int
) -> tuple[list[Prepared], pd.DataFrame, int]:
    """Return the compared columns, their pairs strongest first, and how many were left out."""
    rows = draw_rows(table, seed)
    prepared = []
    row: Any
    for row in columns.itertuples():
        name = str(row.column)
        is_class = name == target and not is_number
        if row.type not in ("numeric", "categorical") and name != target:
            continue
        if row.rule_note == TOO_LARGE:
            continue
        if (is_class or not row.is_number) and row.n_distinct > MOST_LEVELS:
            continue
        prepared.append(
            prepare_column(name, rows[name], is_number=bool(row.is_number) and not is_class)
        )
    kept = _choose_columns(prepared, target)
    pairs = relate_columns(kept, target).sort_values("strength", ascending=False, kind="stable")
    return kept, pairs.reset_index(drop=True), len(prepared) - len(kept)


def _choose_columns(prepared: list[Prepared], target: str | None) -> list[Prepared]:
    if len(prepared) <= MOST_COLUMNS:
        return prepared
    aims = [column for column in prepared if column.name == target]
    others = [column for column in prepared if column.name != target]
    strength = {column.name: 0.0 for column in others}
    for aim in aims:
        for column in others:
            found = relate_columns([column, aim], target)["strength"].iloc[0]
            strength[column.name] = float(np.nan_to_num(found))
    best = sorted(others, key=lambda column: -strength[column.name])[: MOST_COLUMNS - len(aims)]
    names = {column.name for column in (*best, *aims)}
    return [column for column in prepared if column.name in names]


def _count_classes(table: pd.DataFrame, target: str | None) -> pd.DataFrame:
    counts = table[target].value_counts() if target else pd.Series(dtype="int64")
    n = int(counts.sum())
    return pd.DataFrame(
        {
            "label": pd.Series([str(label) for label in counts.index], dtype="str"),
            "n_rows": pd.Series([int(size) for size in counts], dtype="int64"),
            "share": pd.Series([int(size) / n for size in counts], dtype="float64"),
        }
    )
