"""The exam clock: it counts the time of running servers, whatever happens to clocks and processes."""

import os
import signal
import subprocess
import sys
import time

import pytest

from core.practice.exam.clock import SECONDS_BETWEEN_BEATS, ServiceClock, open_clock


class Machine:
    """A machine whose time since its start is set by the test."""

    def __init__(self):
        self.seconds = 1000.0

    def now(self):
        return self.seconds


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "exam-clock"


def test_it_counts_the_seconds_of_the_machine(machine, path):
    clock = ServiceClock(path, now=machine.now)
    began = clock.read()
    machine.seconds += 12.5
    assert clock.read() - began == pytest.approx(12.5)


def test_the_time_for_which_no_server_ran_is_given_back(machine, path):
    clock = ServiceClock(path, now=machine.now)
    machine.seconds += 100
    clock.beat()
    machine.seconds += 3600  # the server is away for an hour
    assert ServiceClock(path, now=machine.now).read() == pytest.approx(100, abs=1e-3)


def test_f9_after_a_reboot_it_goes_on_where_it_stopped(machine, path):
    clock = ServiceClock(path, now=machine.now)
    machine.seconds += 100
    clock.beat()
    machine.seconds = 5.0  # another boot counts from its own start
    clock = ServiceClock(path, now=machine.now)
    machine.seconds += 7
    assert clock.read() == pytest.approx(107, abs=1e-3)


@pytest.mark.parametrize("content", ["", "no number", "-5", "nan", "inf", "\x00\xff"])
def test_t7_a_lost_or_damaged_file_is_made_up_for_by_the_latest_answer(machine, path, content):
    path.write_text(content, encoding="latin-1")
    clock = ServiceClock(path, now=machine.now)
    assert clock.read(at_least=840.0) == 840.0
    machine.seconds += 3
    assert clock.read() == pytest.approx(843)
    assert clock.read(at_least=10.0) == pytest.approx(843), "and it never goes back"


def test_t7_f35_setting_the_wall_clock_changes_nothing(path, monkeypatch):
    clock = ServiceClock(path)
    before = clock.read()
    monkeypatch.setattr(time, "time", lambda: 4e9)
    monkeypatch.setattr(time, "time_ns", lambda: 4_000_000_000 * 10**9)
    assert 0 <= clock.read() - before < 60


def test_t7_two_pages_of_one_server_read_one_clock(tmp_path):
    assert open_clock(tmp_path) is open_clock(tmp_path)


SERVER = (
    "import sys, time, pathlib\n"
    "from core.practice.exam.clock import open_clock\n"
    "clock = open_clock(pathlib.Path(sys.argv[1]))\n"
    "while True: print(clock.read(), flush=True); time.sleep(0.05)\n"
)


def test_a_killed_server_gives_back_at_most_one_beat(tmp_path):
    for _ in range(2):
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        deadline = time.monotonic() + 3 * SECONDS_BETWEEN_BEATS + 1
        last = 0.0
        while time.monotonic() < deadline:
            last = float(server.stdout.readline())
        os.kill(server.pid, signal.SIGKILL)
        rest = server.communicate()[0].split()
        last = float(rest[-2]) if len(rest) > 1 else last
        kept = ServiceClock(tmp_path / "exam-clock").read()
        assert last - 5 <= kept <= last + 5
