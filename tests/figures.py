"""What a test run counted, kept in figures.json, and the line of the README that says it.

A drill hands over its counts with pytest's ``record_property``; a test named after a fault or threat
(``test_f17_…``, ``test_t4_…``) says by its end whether that was survived. ``pytest --figures`` keeps what
ran and leaves the rest as it was, so that long drills can be run one by one; ``make test-full`` keeps all.
"""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = Path(__file__).with_name("figures.json")
README = ROOT / "README.md"
BEGIN, END = "<!-- figures of the test run -->", "<!-- end of the figures -->"
NUMBER = re.compile(r"(?<=_)([ft]\d+)(?=_)")

SENTENCES = {
    "people": "load held: {people:,} people, {presses stored:,} presses within a second stored, the last "
    "one answered after {slowest press s:.1f} s",
    "minutes of a soak": "memory after {minutes of a soak:g} minutes of a class: {growth percent:+.0f} %",
    "kills": "kills: {kills:,}, confirmed events lost: {events lost:,}",
    "damages": "damaged records: {damages:,}, read otherwise than written: {damages missed:,}",
    "bad files": "bad tables, each read or refused in a sentence: {bad files:,} files, {mutated files:,} "
    "mutated, {made-up files:,} made up",
    "hostile texts": "hostile texts shown: {hostile texts:,}, came alive: {texts alive:,}",
    "takeovers tried": "takeovers tried: {takeovers tried:,}, succeeded: {takeovers:,}",
}
"""What must have been counted, and what is then said of it."""


def numbers_of(name):
    """Return the faults and threats in the name of a test: ``test_f38_f39_all`` gives f38 and f39."""
    head = re.match(r"test(_[ft]\d+)+_", name)
    return NUMBER.findall(head[0]) if head else []


class Figures:
    """Collects the reports of a run, by test function."""

    def __init__(self):
        self.of = {}

    def add(self, report):
        """Take in one phase of one test; of a test that did not run, nothing is said."""
        where, _, name = report.nodeid.split("[")[0].split("@")[0].rpartition("::")
        counts = dict(report.user_properties) if report.when == "call" else {}
        known = f"{where}::{name}" in self.of
        if report.skipped or not (numbers_of(name) or counts or known):
            return
        if report.passed and report.when != "call":
            return
        entry = self.of.setdefault(f"{where}::{name}", {"passed": 0, "failed": 0, "counts": {}})
        entry["passed" if report.passed else "failed"] += 1
        entry["on"] = f"{datetime.now(UTC):%Y-%m-%d}"
        for what, value in counts.items():
            entry["counts"][what] = entry["counts"].get(what, 0) + value

    def keep(self, path=KEPT):
        """Put what this run found into the file, beside what earlier runs found."""
        kept = read(path) | self.of
        text = json.dumps(dict(sorted(kept.items())), indent=1, sort_keys=True)
        path.write_text(f"{text}\n", encoding="utf-8")
        return kept


def read(path=KEPT):
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def survived(kept, letter):
    """Return how many faults (f) or threats (t) were survived, and how many were tried."""
    ends = {}
    for test, entry in kept.items():
        for number in numbers_of(test.rpartition("::")[2]):
            ends.setdefault(number, []).append(entry["failed"] == 0 and entry["passed"] > 0)
    tried = [all(good) for number, good in ends.items() if number[0] == letter]
    return sum(tried), len(tried)


def line(kept):
    """Return the figures as one line of the README; what was not measured is not said."""
    if not kept:
        return "No test run has kept its figures yet."
    counts, failed = Counter(), sum(entry["failed"] for entry in kept.values())
    for entry in kept.values():
        counts.update(entry["counts"])
    days = sorted(entry["on"] for entry in kept.values())
    span = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    parts = [f"Test runs of {span}, failed: {failed}"]
    for what, letter in (("faults survived", "f"), ("threats held off", "t")):
        good, tried = survived(kept, letter)
        parts += [f"{what}: {good} of {tried} tried"] * (tried > 0)
    parts += [words.format_map(counts) for counted, words in SENTENCES.items() if counts[counted]]
    return f"{' · '.join(parts)}."


def write_readme(kept, path=README):
    """Put the line between its two marks."""
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    path.write_text(f"{head}{BEGIN}\n{line(kept)}\n{END}{tail}", encoding="utf-8")


def line_in(readme):
    """Return what stands between the two marks."""
    return readme.partition(BEGIN)[2].partition(END)[0].strip()
