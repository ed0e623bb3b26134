"""What the profile says, in sentences; the page escapes them, since they hold names that a person typed."""

from functools import lru_cache
from math import isfinite
from typing import Any

from core.data.profile.findings import KINDS
from core.data.profile.lab import ProfileResult
from core.safe_text import md_prose
from core.tables.wording import listing, quote
from core.wording import THIN, UNDEFINED, count, percent, significant

TITLES = {
    "leak": "Knows the target",
    "copies": "Copied rows",
    "twin": "Nearly the same column twice",
    "id-like": "Names the rows",
    "constant": "Never changes",
    "empty": "Empty column",
    "missing": "Empty cells",
    "rare": "Rare",
    "outliers": "Far-away values",
    "skew": "Long tail",
}
MANY = 2
"""From more findings of one kind than this, they are told together."""
TYPES = {"numeric": "numbers", "categorical": "words", "id-like": "names the rows"}


def say(number: float) -> str:
    """Return a correlation with two decimals and a real minus: ``say(-0.5)`` is "−0.50"."""
    if not isfinite(number):
        return UNDEFINED
    return f"{round(number, 2) + 0.0:.2f}".replace("-", "−")


def tenths(number: float) -> str:
    """Return a number with one decimal and a real minus."""
    return f"{round(number, 1) + 0.0:.1f}".replace("-", "−")


def amount(number: float, unit: str = "", digits: int = 3) -> str:
    """Return a quantity with its unit: "508 min"."""
    text = significant(number, digits).replace("-", "−")
    return f"{text}{THIN}{unit}" if unit and isfinite(number) else text


def tell_table(result: ProfileResult) -> str:
    """Say how large the table is and how much of it is empty or copied."""
    n_numbers = int(result.columns["is_number"].sum())
    n_cells = result.n_rows * result.n_columns
    empty = (
        f"{count(result.n_missing)} of {count(n_cells)} cells are empty "
        f"({percent(result.n_missing / n_cells)})"
        if result.n_missing
        else "no cell is empty"
    )
    copies = (
        f"{count(result.n_copies)} {'row repeats' if result.n_copies == 1 else 'rows repeat'} an earlier one"
        if result.n_copies
        else "no row is there twice"
    )
    alone = " No two columns of numbers vary, so nothing can be correlated." * (result.x is None)
    return (
        f"{count(result.n_rows)} {result.row_noun[1]}, {result.n_columns} columns: {n_numbers} of numbers, "
        f"{result.n_columns - n_numbers} of words. Here {empty}, and {copies}.{alone}"
    )


@lru_cache(maxsize=32)
def list_findings(result: ProfileResult) -> tuple[tuple[str, str], ...]:
    """Return a title and a sentence for each kind of finding, what spoils a model most first."""
    said = []
    for kind in KINDS:
        found = result.findings[result.findings["kind"] == kind]
        if len(found) > MANY:
            columns = found["column"].drop_duplicates().tolist()
            said.append((TITLES[kind], _merge(result, kind, columns)))
        else:
            said += [(TITLES[kind], sentence) for sentence in found["sentence"]]
    return tuple(said)


def write_findings(result: ProfileResult) -> str:
    """Return the findings as a list in Markdown, escaped."""
    lines = [f"- **{title}.** {md_prose(text)}" for title, text in list_findings(result)]
    return "\n".join(lines) or "Nothing suspicious was found."


def _merge(result: ProfileResult, kind: str, columns: list[str]) -> str:
    rows = result.columns.set_index("column")
    numbers = {"outliers": "n_fence", "missing": "n_missing", "skew": "skew"}
    if kind not in numbers:
        named = listing([quote(name) for name in columns])
        return f"This holds for {len(columns)} columns: {named}."
    ordered = sorted(columns, key=lambda name: -abs(float(rows[numbers[kind]][name])))
    if kind == "skew":
        shown = [f"{quote(name)} ({tenths(float(rows['skew'][name]))})" for name in ordered]
        return f"{len(columns)} columns have a skewness beyond ±2: {listing(shown)}."
    shown = [f"{quote(name)} ({count(rows[numbers[kind]][name])})" for name in ordered]
    if kind == "missing":
        return f"{len(columns)} columns have empty cells: {listing(shown)}."
    return (
        f"{len(columns)} columns have more values beyond the fences than normal data (0.7{THIN}%) "
        f"would: {listing(shown)}. Look at them before you judge them."
    )


def tell_column(result: ProfileResult) -> str:
    """Say what the chosen column holds and what lies far away in it."""
    name, unit = quote(result.column), result.column_unit
    start = f"Column {name} holds {TYPES.get(result.column_type, result.column_type)}: "
    start += f"{count(result.column_distinct)} different, "
    start += (
        f"{count(result.column_missing)} cells empty."
        if result.column_missing
        else "no cell empty."
    )
    if not isfinite(result.mean):
        return start
    middle = (
        f"The median is {amount(result.median, unit)}, the mean {amount(result.mean, unit)}, "
        f"the skewness {tenths(result.skew)}." if isfinite(result.skew)
        else f"The median is {amount(result.median, unit)}."
    )  # fmt: skip
    fence = (
        f"undefined by the fences ({result.rule_note})" if result.n_fence is None
        else f"{count(result.n_fence)} by the fences"
    )  # fmt: skip
    sigma = (
        "undefined by 3 standard deviations" if result.n_sigma is None
        else f"{count(result.n_sigma)} by 3 standard deviations"
    )  # fmt: skip
    return f"{start} {middle} Far away: {fence}, {sigma}."


def tell_balance(result: ProfileResult) -> str:
    """Say how the target is spread: shares of its classes, or its skewness."""
    if result.target is None:
        return "The table has no target. Choose one under More to see what goes along with it."
    name = quote(result.target)
    if result.is_number:
        row: Any = result.columns.set_index("column").loc[str(result.target)]
        return (
            f"The target {name} is a number with skewness {tenths(float(row['skew']))}: its mean is "
            f"{amount(float(row['mean']))}, its median {amount(float(row['median']))}."
        )
    first = result.classes.head(5)
    shown = [
        f"{quote(label)} {percent(share)} ({count(n)})"
        for label, share, n in zip(first["label"], first["share"], first["n_rows"], strict=True)
    ]
    said = listing(shown, len(result.classes))
    if _is_truth(result):
        return f"The known groups in {name} are {len(result.classes)}: {said}."
    return f"The target {name} has {len(result.classes)} classes: {said}."


def _is_truth(result: ProfileResult) -> bool:
    roles = result.columns.set_index("column")["role"]
    return bool(roles[str(result.target)] == "truth")


def tell_pair(result: ProfileResult) -> str:
    """Say both correlations of the pair with their intervals, and which can be believed."""
    if result.x is None:
        return "The table has no two columns of numbers that vary: there is nothing to correlate."
    pearson, spearman = (
        f"{name} {say(r)} (95{THIN}% interval {say(low)} to {say(high)})"
        for name, r, low, high in (
            ("Pearson", result.pearson, result.pearson_low, result.pearson_high),
            ("Spearman", result.spearman, result.spearman_low, result.spearman_high),
        )
    )
    start = f"{quote(result.x)} and {quote(str(result.y))}, {count(result.n_pair)} rows: "
    start += f"{pearson}, {spearman}."
    return f"{start} {tell_verdict(result)}"


def tell_verdict(result: ProfileResult) -> str:
    """Say in a sentence what the pair teaches."""
    return {
        "agree": "Both see the same relation.",
        "outliers": (
            "Few far-away values decide Pearson: without those beyond the fences it is "
            f"{say(result.inside)}. Spearman hardly notices them."
        ),
        "curved": (
            "They disagree, and not because of far-away values: the relation is no straight line, and "
            "Pearson measures only how well a straight line fits."
        ),
        "missed": (
            "Both miss most of it, because it neither only rises nor only falls. In any shape the "
            f"strength is {say(result.shape)}: cut one column into slices, and the middle of the other "
            "moves from slice to slice."
        ),
        "weak": f"Even in any shape there is hardly a relation (strength {say(result.shape)}).",
    }.get(result.verdict, "Undefined: one of the two never varies in these rows.")


def tell_extent(result: ProfileResult) -> str:
    """Say which rows and columns the comparison of pairs left out; empty if none."""
    said = []
    if result.n_used < result.n_rows:
        said.append(
            f"Pairs are compared on {count(result.n_used)} of the {count(result.n_rows)} rows, drawn "
            "by the seed."
        )
    if result.n_skipped:
        said.append(
            f"The {result.n_related} columns that go along with the target most closely are compared; "
            f"{result.n_skipped} are left out."
        )
    if result.unknown:
        said.append(
            f"Not in this table, or without numbers: {listing([quote(name) for name in result.unknown])}."
        )
    return " ".join(said)


def tell_stage(result: ProfileResult) -> str:
    """Say what can be dragged, or why nothing can."""
    if not result.n_points:
        return "There is no point to drag: too few rows, or hardly any different values."
    return (
        f"{result.n_points} of these {result.row_noun[1]}, none of them beyond the fences. Drag the orange "
        "point up and down: both correlations follow."
    )
