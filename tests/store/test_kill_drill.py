"""A process that stores events is killed at placed system calls; nothing confirmed may be lost.

strace ends the child with SIGKILL on entering the N-th call of one kind. Each home lives through
ten children, so that a kill also meets what earlier kills left behind. A killed process keeps
what the system has in its cache: this drill is about crashes, not about power cuts.
"""

import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from core.store import Store, check_file, open_store

CHILD = Path(__file__).with_name("appending_child.py")
KINDS = ("pwrite64", "fdatasync", "write", "ftruncate", "fsync", "rename", "unlink")
GOLDEN = (math.sqrt(5) - 1) / 2
LIVES_OF_A_HOME = 10
CALL = re.compile(r"^(\d+) +(\w+)\((.*)$", re.MULTILINE)
FILE = re.compile(r"/(glassroom\.(?:db[\w-]*|lock)|\.backup\.db)")
KILLED = re.compile(r"^(\d+) +\+\+\+ killed by SIGKILL", re.MULTILINE)


@dataclass
class Home:
    """One home and what is known about it from outside."""

    path: Path
    runs: list[str] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def live(self, run: str, strace: str, *options: str) -> tuple[int, str]:
        """Run one child to its end; return its exit code and strace's log."""
        self.path.parent.mkdir(exist_ok=True)
        log = self.path.with_name(f"{run}.log")
        command = [strace, "-f", "-y", "-o", str(log), *options, sys.executable, str(CHILD)]
        done = subprocess.run(
            [*command, str(self.path), run], capture_output=True, text=True, timeout=60, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        self.runs.append(run)
        whole_lines = done.stdout.split("\n")[:-1]
        assert not [line for line in whole_lines if line.startswith("REFUSED")], done.stdout
        self.confirmed.update(whole_lines)
        return done.returncode, log.read_text()

    def examine(self) -> int:
        """Reopen the store and assert that nothing is lost, torn or invented; count the events."""
        store = open_store(self.path)
        try:
            return self._examine(store)
        finally:
            store.close()

    def _examine(self, store: Store) -> int:
        report = store.check()
        assert report.is_ok, report
        events = store.events("local")
        stored = [event.id for event in events]
        assert len(set(stored)) == len(stored) == report.n_events
        self.lost = self.confirmed.difference(stored)
        assert not self.lost, f"lost although confirmed: {sorted(self.lost)}"
        for event in events:
            assert event.body == {"name": event.id, "text": event.id * 40}
        for run in self.runs:
            for lane in ("alone", "lane0", "lane1", "lane2", "after"):
                found = [event.id for event in events if event.subject == f"{run}.{lane}"]
                assert found == [f"{run}.{lane}-{i}" for i in range(len(found))]
        backup = self.path / "backup.db"
        assert not backup.exists() or check_file(backup).is_ok
        return report.n_events


def find_calls(log: str) -> dict[tuple[str, str], list[int]]:
    """Return, for each kind of call and file, which calls of their thread they were (from 1)."""
    seen: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], set[int]] = {}
    for thread, kind, rest in CALL.findall(log):
        seen[thread, kind] += 1
        found = FILE.search(rest)
        places.setdefault((kind, found[1] if found else "other"), set()).add(seen[thread, kind])
    return {place: sorted(numbers) for place, numbers in sorted(places.items())}


def place_kills(places: dict[tuple[str, str], list[int]]) -> Iterator[tuple[str, int]]:
    """Yield kind and number of the call to kill at: every kind and file in turn, evenly spread.

    Multiples of the golden ratio, taken modulo 1, fill an interval evenly however many are used.
    """
    for visit in count(1):
        for (kind, _), numbers in places.items():
            yield kind, numbers[int(len(numbers) * (visit * GOLDEN % 1))]


def run_calmly(strace: str, folder: Path) -> dict[tuple[str, str], list[int]]:
    """Let two undisturbed children run in one home and return the calls they make."""
    home = Home(folder / "calm")
    logs = [home.live(run, strace, "-e", "trace=" + ",".join(KINDS)) for run in ("one", "two")]
    assert [code for code, _ in logs] == [0, 0]
    assert home.examine() == len(home.confirmed) == 40
    first, second = (find_calls(log) for _, log in logs)
    return {place: first.get(place, []) + second.get(place, []) for place in {**first, **second}}


def kill_one(home: Home, strace: str, kind: str, n: int) -> tuple[str, str] | None:
    """Run a child that is killed at the `n`-th call of `kind` of any of its threads.

    Return the kind and the file of the call it died in, or None if it never came that far.
    """
    inject = ("-e", f"trace={kind}", "-e", f"inject={kind}:signal=KILL:when={n}")
    code, log = home.live(f"life{len(home.runs)}", strace, *inject)
    assert code in (0, -9), (kind, n, code)
    n_events = home.examine()
    assert n_events >= len(home.confirmed)
    if code == 0:
        return None
    died = KILLED.search(log)
    assert died, log
    _, last_kind, rest = CALL.findall(log[: died.start()])[-1]
    found = FILE.search(rest)
    return last_kind, found[1] if found else "other"


def run_drill(
    strace: str, folder: Path, n_kills: int, record: Callable[[str, object], None]
) -> tuple[Counter[tuple[str, str]], int]:
    """Kill `n_kills` children; count the kills by call and file, and the confirmed events."""
    plan = place_kills(run_calmly(strace, folder))
    kills: Counter[tuple[str, str]] = Counter()
    homes: list[Home] = []
    try:
        for attempt in count():
            # Threads share the work differently each time, so a late call is not always reached.
            assert attempt < 2 * n_kills, f"only {kills.total()} kills in {attempt} attempts"
            if attempt % LIVES_OF_A_HOME == 0:
                homes.append(Home(folder / f"home{len(homes)}" / "home"))
            kills.update(filter(None, [kill_one(homes[-1], strace, *next(plan))]))
            if kills.total() == n_kills:
                return kills, sum(len(home.confirmed) for home in homes)
    finally:
        record("kills", kills.total())
        record("events lost", sum(len(home.lost) for home in homes))
    raise AssertionError


def assert_spread(kills: Counter[tuple[str, str]], n_kills: int, n_confirmed: int) -> None:
    assert kills.total() == n_kills
    kinds: Counter[str] = Counter()
    for (kind, _), n in kills.items():
        kinds[kind] += n
    assert len([kind for kind in KINDS if kinds[kind] >= n_kills / 25]) >= 3, kinds
    files = {file for _, file in kills}
    assert {"glassroom.db", "glassroom.db-wal", ".backup.db"} <= files, kills
    assert n_confirmed > n_kills, "the children were killed before they had confirmed anything"


def test_f5_fifty_kills_lose_nothing_that_was_confirmed(
    strace: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    kills, n_confirmed = run_drill(strace, tmp_path, 50, record_property)
    assert_spread(kills, 50, n_confirmed)


def test_f5_a_kill_at_any_call_of_the_very_first_start_leaves_a_home_that_opens(
    strace: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    log = tmp_path / "start.log"
    start = "import sys; from pathlib import Path; from core.store import open_store; "
    start += "open_store(Path(sys.argv[1]))"
    trace = [strace, "-f", "-y", "-o", str(log), "-e", "trace=" + ",".join(KINDS)]
    command = [*trace, sys.executable, "-c", start, str(tmp_path / "calm")]
    subprocess.run(command, timeout=60, check=True)
    points = sorted(
        {(kind, n) for (kind, _), ns in find_calls(log.read_text()).items() for n in ns}
    )
    assert len({kind for kind, _ in points}) >= 5
    killed = []
    for kind, n in points:
        home = Home(tmp_path / f"{kind}{n}" / "home")
        killed.append(kill_one(home, strace, kind, n))
    assert None not in killed
    record_property("kills", len(killed))


@pytest.mark.full
def test_f5_a_thousand_kills_lose_nothing_that_was_confirmed(
    strace: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    kills, n_confirmed = run_drill(strace, tmp_path, 1000, record_property)
    assert_spread(kills, 1000, n_confirmed)


def test_the_drill_notices_a_lost_event(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.confirmed.add("confirmed-but-never-stored")
    with pytest.raises(AssertionError, match="lost although confirmed"):
        home.examine()
