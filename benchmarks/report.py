"""What a benchmark found: tidy rows, the goal beside them, and how busy the machine was."""

import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent / "out"
N_STEPS = 300_000
"""Length of the piece of work that tells how fast the machine is just now."""

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Report:
    """One benchmark's numbers.

    `tables` maps a title to rows that all have the same keys. Each row holds ``load``: the machine's
    load average of the last minute (waiting and running processes) when the row was measured, because
    other programs on the machine make every wall-clock time longer.
    """

    name: str
    question: str
    goal: str
    """What we would like to see, in words; the reader compares."""
    tables: Mapping[str, Sequence[Row]]
    notes: Sequence[str] = ()
    """How the numbers came about, where a reader could be misled."""
    pace_ms: Sequence[float] = ()
    """What `pace_ms` said before and after: other machines on the same hardware make ours slower."""
    n_cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    python: str = field(default_factory=platform.python_version)
    measured_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat("T", "seconds"))


def machine_load() -> float:
    """Return the load average of the last minute."""
    return round(os.getloadavg()[0], 2)


def pace_ms() -> float:
    """Return the processor time of a fixed piece of Python, in milliseconds; the least of three.

    Times of two days compare only where this is alike. The load does not show it: on shared hardware the
    same work may take twice as long while our own machine has nothing else to do.
    """
    times = []
    for _ in range(3):
        start = time.process_time()
        words: dict[int, str] = {}
        for number in range(N_STEPS):
            words[number % 1000] = str(number)
        times.append(1000 * (time.process_time() - start))
    return round(min(times), 1)


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the smallest value that at least `percent` % of `values` do not exceed; None if there are none.

    It is always a value that was measured. Check by eye: of 1, 2, …, 20 the 95th percentile is 19.
    """
    if not values:
        return None
    ranked = sorted(values)
    place = -(-len(ranked) * percent // 100)
    return ranked[max(int(place), 1) - 1]


def rounded(value: float | None, digits: int = 1) -> float | None:
    """Round a number; nothing measured stays None."""
    return None if value is None else round(value, digits)


def write(report: Report, folder: Path = OUT) -> Path:
    """Write the report as JSON into `folder` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.name}.json"
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(asdict(report), indent=2) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def in_words(report: Report) -> str:
    """Return the report as text with aligned columns, as it is printed."""
    lines = [f"{report.name}: {report.question}", f"  goal: {report.goal}"]
    for title, rows in report.tables.items():
        lines += ["", f"  {title}", *(f"    {line}" for line in _align(rows))]
    lines += ["", *(f"  * {note}" for note in report.notes)]
    if report.pace_ms:
        paces = " and ".join(f"{pace:g}" for pace in report.pace_ms)
        lines.append(f"  * A fixed piece of Python took {paces} ms before and after.")
    return "\n".join(lines)


def _align(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return ["(nothing was measured)"]
    names = list(rows[0])
    cells = [names, *([_say(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    is_text = [isinstance(rows[0][name], str) for name in names]
    return [
        "  ".join(
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(line, widths, is_text, strict=True)
        ).rstrip()
        for line in cells
    ]


def _say(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
