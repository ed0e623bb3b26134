"""The gate before the registry: a saved model is tried where nothing of its making is left.

A score says how good a model is on a table that was prepared for it. A service gets single rows from programs
that nobody watched: columns in another order, numbers as text, words that are new. Each of these is sent to
the saved model in a fresh process in another folder; what is not put right must be refused by name.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl import gate_program
from core.errors import require
from core.remember import ONE_THREAD
from core.tracking.flavour.words_of_mlflow import shorten
from core.tracking.load import QUIET
from core.tracking.place import tracking_uri
from core.tracking.registry import register
from core.tracking.store import open_client, writing

Law = Literal["same", "answers", "refuses", "same or refuses"]
Outcome = Literal["same", "other", "answers", "refuses", "unclear"]
LAWS: Mapping[Law, tuple[Outcome, ...]] = {
    "same": ("same",),
    "answers": ("same", "other", "answers"),
    "refuses": ("refuses",),
    "same or refuses": ("same", "refuses"),
}
"""Which outcomes let a check pass."""
SAME = 1e-9
N_ROWS = 40
"""Rows that are sent at once: so many that most words of a table are among them."""
NEW_WORD, A_WORD = "never seen before", "much"
SECONDS = 300
REPORT = "gate.json"
TAG = "glassroom.gate"


@dataclass(frozen=True, eq=False)
class Case:
    """One delivery: what is sent, what it means, and what a sound model does."""

    name: str
    sent: pd.DataFrame
    meant: pd.DataFrame | None
    """The rows as they should be; None if no answer is the right one."""
    law: Law
    column: str = ""
    """The column that is odd; a refusal must name it."""


@dataclass(frozen=True, eq=False)
class GateReport:
    """What one saved model did at the gate."""

    checks: pd.DataFrame
    """One row a check: ``check``, ``law``, ``outcome``, ``is_passed``, ``meant`` and ``answer`` (of the first
    row: the last class's probability, or the number; nan without one), ``column``, ``words``."""
    seconds: float
    """To load the model in the fresh process."""

    @property
    def is_passed(self) -> bool:
        """Whether every check was passed."""
        return bool(self.checks["is_passed"].all())

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that were not passed."""
        return tuple(self.checks.loc[~self.checks["is_passed"], "check"])

    def to_json(self) -> str:
        """Return the report as it is kept beside a model."""
        checks = json.loads(self.checks.to_json(orient="records"))
        return json.dumps({"is_passed": self.is_passed, "seconds": self.seconds, "checks": checks})


def list_cases(
    rows: pd.DataFrame, *, numbers: Sequence[str], words: Sequence[str]
) -> tuple[Case, ...]:
    """Return what is sent, made from real `rows`; checks that need a kind of column are left out without it.

    `numbers` and `words` are the columns of `rows` that a model reads as such.
    Check by eye: a table with numbers and words gives ten cases.
    """
    rows = rows.reset_index(drop=True)
    first = [*numbers, *words, *rows.columns][0]
    cases = [
        Case("plain", rows, rows, "same"),
        Case("order", rows[list(rows.columns)[::-1]], rows, "same"),
        Case("extra", _put(rows, {"not of the model": 1}), rows, "same"),
        Case("alone", rows.head(1), rows.head(1), "same"),
        Case("missing", rows.drop(columns=first), rows, "refuses", first),
    ]
    if numbers:
        whole = [name for name in numbers if _is_whole_and_sound(rows[name])]
        meant = _put(rows, {name: rows[name].astype("float64").round() for name in whole})
        swapped = _put(rows, {name: _swap_kind(rows[name]) for name in whole})
        text = _put(rows, {name: _as_text(rows[name]) for name in numbers})
        if whole:
            cases.append(Case("whole", swapped, meant, "same", whole[0]))
        cases += [
            Case("text", text, rows, "same or refuses", numbers[0]),
            Case("word", _put(rows, {numbers[0]: A_WORD}), rows, "refuses", numbers[0]),
        ]
    if words:
        cases.append(Case("unseen", _put(rows, {words[0]: NEW_WORD}), None, "answers", words[0]))
    odd = [*numbers[:1], *words[:1]]
    if odd:
        empty = {name: rows[name].astype("object").where(rows.index != 0, None) for name in odd}
        cases.append(Case("gap", _put(rows, empty), None, "answers", first))
    return tuple(cases)


def try_models(
    models: Mapping[str, str], cases: Sequence[Case], said: Mapping[str, Mapping[str, Any]]
) -> dict[str, GateReport]:
    """Try saved models (name and place) with every case, in one fresh process; return a report of each.

    `said` has what each model answers to the rows as they are meant, by name of the case, as it was
    known before it was saved.

    Raises
    ------
    RuntimeError
        If the process ends without a report.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for case in cases:
            case.sent.to_parquet(folder / f"{case.name}.parquet")
        order = {"models": dict(models), "cases": [case.name for case in cases]}
        (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", gate_program.__file__, str(folder)],
            cwd=folder, env=_environment(), capture_output=True, text=True, timeout=SECONDS,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        report = folder / "report.json"
        if not report.is_file():
            message = (
                f"The process that tries the model ended without a report: {done.stderr[-400:]}"
            )
            raise RuntimeError(message)
        found = json.loads(report.read_text(encoding="utf-8"))
    return {name: _judge(found[name], cases, said[name]) for name in models}


def attach_report(run: str, report: GateReport, *, store: str | None = None) -> None:
    """Keep the report as an artifact and a tag of the model's run."""
    uri = store or tracking_uri()
    client = open_client(uri)
    with writing(uri):
        client.log_text(run, report.to_json(), REPORT)
        client.set_tag(run, TAG, _say(report))


def register_through_gate(
    address: str, name: str, report: GateReport, *, store: str | None = None
) -> int:
    """Register the model at `address` as the next version of `name`, with the report in its tags.

    Raises
    ------
    SpecError
        If a check was not passed: the sentence names the checks, and nothing is registered.
    """
    require(
        report.is_passed,
        f"Only a model that passes every check is registered, and this one fails: "
        f"{', '.join(report.failed)}. Mend it and try it again.",
    )
    outcomes = zip(report.checks["check"], report.checks["outcome"], strict=True)
    tags = {TAG: _say(report)} | {f"gate.{check}": str(outcome) for check, outcome in outcomes}
    return register(address, name, tags=tags, store=store)


def _judge(found: Any, cases: Sequence[Case], said: Mapping[str, Any]) -> GateReport:
    rows = []
    for case in cases:
        own = found["cases"].get(case.name, {"answers": None, "words": found["problem"]})
        expected = None if case.meant is None else _as_numbers(said[case.name])
        outcome = _name_outcome(own, expected, case.column)
        rows.append(
            {
                "check": case.name,
                "law": case.law,
                "outcome": outcome,
                "is_passed": outcome in LAWS[case.law],
                "meant": np.nan if expected is None else float(expected[0, -1]),
                "answer": np.nan if own["answers"] is None else float(own["answers"][0][-1]),
                "column": case.column,
                "words": shorten(own["words"]),
            }
        )
    texts = ("check", "law", "outcome", "column", "words")
    table = pd.DataFrame(rows).astype(dict.fromkeys(texts, "str"))
    return GateReport(table, float(found["seconds"]))


def _name_outcome(own: Any, expected: NDArray[np.float64] | None, column: str) -> Outcome:
    if own["answers"] is None:
        # A refusal that does not name what is wrong helps nobody.
        return "refuses" if column and _names(own["words"], column) else "unclear"
    answers = _as_numbers(own["answers"])
    if not np.isfinite(answers).all():
        return "unclear"
    if expected is None:
        return "answers"
    is_same = answers.shape == expected.shape and np.allclose(answers, expected, rtol=0, atol=SAME)
    return "same" if is_same else "other"


def _names(words: str, column: str) -> bool:
    """Return whether an error names a column: in quotes, in a list, or after the word column."""
    return re.search(rf"(?:['\"]|- |column ){re.escape(column)}(?!\w)", words) is not None


def _as_numbers(said: Any) -> NDArray[np.float64]:
    numbers = np.asarray(said, dtype=np.float64)
    return numbers.reshape(len(numbers), -1)


def _put(rows: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return `rows` with other columns; any text may be a name."""
    changed = rows.copy()
    for name, values in columns.items():
        changed[name] = values
    return changed


def _is_whole_and_sound(column: pd.Series) -> bool:
    """Return whether all cells are finite numbers, kept as numbers."""
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return False
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return bool((np.abs(values) < 2**53).all())


def _swap_kind(column: pd.Series) -> pd.Series:
    """Return whole numbers as decimals, and decimals rounded as whole numbers."""
    is_whole = pd.api.types.is_integer_dtype(column.dtype)
    rounded = column.astype("float64").round()
    return rounded if is_whole else rounded.astype("int64")


def _as_text(column: pd.Series) -> pd.Series:
    return column.astype("object").map(lambda cell: None if pd.isna(cell) else str(cell))


def _say(report: GateReport) -> str:
    n_passed = int(report.checks["is_passed"].sum())
    return f"{n_passed} of {len(report.checks)} checks passed"


def _environment() -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    return kept | QUIET | ONE_THREAD
