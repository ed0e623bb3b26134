"""The command line: ``python -m benchmarks [name …] [--seconds N]``."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from types import FrameType

from benchmarks.report import Report, in_words, pace_ms, write

NAMES = (
    "sweep", "resamples", "appends", "study_files", "cancels", "tracking", "automl", "cold_start",
    "drag", "websocket_load", "beside_searches", "queued_jobs", "class_load", "exam_load",
    "class_soak",
)  # fmt: skip
TIMED = frozenset({"drag", "websocket_load", "beside_searches", "queued_jobs"})
"""Benchmarks whose length can be chosen."""
LONG = frozenset({"class_soak"})
"""Benchmarks that run only when they are named: this one takes 20 minutes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that were named, or all of them; print and keep what they found."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure what Glassroom costs."
    )
    parser.add_argument("names", nargs="*", metavar="name", help=f"of: {', '.join(NAMES)}")
    parser.add_argument(
        "--seconds", type=float, default=15.0, help="length of each timed setting (15)"
    )
    parser.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="FILE:TARGET",
        help="a further table for automl, and its column to predict",
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(NAMES))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    if options.seconds <= 0:
        parser.error(f"--seconds must be more than 0, got {options.seconds:g}")
    # Servers are ended on the way out; a plain SIGTERM would leave them running.
    signal.signal(signal.SIGTERM, _leave)
    for name in options.names or [name for name in NAMES if name not in LONG]:
        start = time.perf_counter()
        before = pace_ms()
        report = _run(name, options.seconds, options.table)
        report = replace(report, pace_ms=(before, pace_ms()))
        kept = os.path.relpath(write(report))
        print(f"\n{in_words(report)}\n  ({time.perf_counter() - start:.0f} s, kept in {kept})")
    return 0


def _run(name: str, seconds: float, tables: Sequence[str]) -> Report:
    measure: Callable[..., Report] = import_module(f"benchmarks.{name}").measure
    if name == "automl":
        return measure(tables=tables)
    return measure(seconds=seconds) if name in TIMED else measure()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(143)


if __name__ == "__main__":
    sys.exit(main())
