"""The text of ``datasets/README.md``, written from the catalogue so that the two cannot differ."""

from collections.abc import Mapping

from core.datasets.catalogue import list_datasets
from core.datasets.curves import CURVES
from core.datasets.dataset import Column, Dataset

HEAD = """# The tables of the course

Real tables come with scikit-learn and are read from there. Generated tables lie here as CSV; they
were made by `python -m core.datasets.generate`, which makes them byte for byte again, and this
file with them. Because we made them, the truth behind them is known.

The folder `surfaces` holds no tables but scores: each pair of two settings of a model, judged by 5-fold
cross-validation in five dealings of the folds. `python -m core.search.make_surfaces` trains them anew.

Missing cells are empty. The first row holds the column names. The encoding is UTF-8.
"""
KINDS = {"numeric": "feature", "categorical": "feature (words)", "target": "target"}
MANY = 40
"""Tables with more columns of one unit are described by the first and the last of them."""


def render_readme(hashes: Mapping[str, str]) -> str:
    """Return the README; `hashes` holds the SHA-256 of each CSV by the name of its table."""
    sections = [_describe(dataset, hashes.get(dataset.name)) for dataset in list_datasets()]
    return "\n".join([HEAD, *sections, _describe_curves()])


def _describe(dataset: Dataset, sha256: str | None) -> str:
    lines = [
        f"## {dataset.title} (`{dataset.name}`)",
        "",
        f"- Rows: {dataset.n_rows:,} {dataset.row_noun[1]}",
        f"- Task: {dataset.task}",
        f"- Target: {_describe_target(dataset)}",
        f"- Source: {dataset.provenance}",
        f"- Licence: {dataset.licence}",
        f"- Truth: {dataset.truth}",
    ]
    if sha256 is not None:
        lines.append(f"- File: `{dataset.csv_name}`, SHA-256 `{sha256}`")
    lines += ["", "| column | meaning | unit | role | missing |", "|---|---|---|---|---|"]
    features = [column for column in dataset.columns if column.kind == "numeric"]
    if len(features) > MANY:
        first, last = features[0], features[-1]
        lines.append(_row(first, f"`{first.name}` … `{last.name}`", f"{first.meaning}, and so on"))
        rest = [column for column in dataset.columns if column.kind != "numeric"]
    else:
        rest = list(dataset.columns)
    lines += [_row(column, f"`{column.name}`", column.meaning) for column in rest]
    return "\n".join([*lines, ""])


def _describe_target(dataset: Dataset) -> str:
    if dataset.target is None:
        return f"none; the known groups are in `{dataset.truth_column}`"
    positive = f", positive class `{dataset.positive}`" if dataset.task == "binary" else ""
    return f"`{dataset.target}`{positive}"


def _row(column: Column, name: str, meaning: str) -> str:
    role = KINDS.get(column.kind, "truth, not a feature")
    return f"| {name} | {meaning} | {column.unit or ''} | {role} | {column.missing or ''} |"


def _describe_curves() -> str:
    lines = [
        "## Known curves",
        "",
        "Functions on the interval from 0 to 1, in `core/datasets/curves.py`; points are drawn when",
        "a lesson needs them, with normal noise of a chosen standard deviation.",
        "",
        "| curve | formula |",
        "|---|---|",
    ]
    lines += [f"| {curve.title} (`{curve.name}`) | ${curve.formula}$ |" for curve in CURVES]
    return "\n".join([*lines, ""])
