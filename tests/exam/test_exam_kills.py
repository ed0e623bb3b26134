"""F4: the server is killed at any moment of an exam; no confirmed answer is lost, the clock is right."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.practice.exam.clock import ServiceClock
from core.practice.exam.sitting import read_sitting
from core.store import open_store

CHILD = Path(__file__).with_name("answering_child.py")


def live(home, seconds):
    """Let a server live for so long and be killed; return what it had confirmed."""
    server = subprocess.Popen(
        [sys.executable, str(CHILD), str(home)], stdout=subprocess.PIPE, text=True
    )
    lines = [server.stdout.readline()]  # it has begun to confirm
    time.sleep(seconds)
    os.kill(server.pid, signal.SIGKILL)
    lines += server.communicate()[0].splitlines(keepends=True)
    return [line.split() for line in lines if line.endswith("\n")]


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.full)])
def test_f4_no_confirmed_answer_is_lost_and_the_clock_is_right_to_five_seconds(tmp_path, rounds):
    rng = random.Random(rounds)
    confirmed, last_clock = {}, 0.0
    for _ in range(rounds):
        lines = live(tmp_path, rng.uniform(0.05, 3.0))
        assert lines, "the server confirmed nothing"
        # Two answers to one question may be confirmed in the other order than they were stored.
        for person, number, said, _ in lines:
            confirmed.setdefault((person, int(number)), set()).add(said)
        readings = [float(line[3]) for line in lines]
        assert min(readings) >= last_clock - 5, "time was given back beyond one beat"
        last_clock = max(readings)
        kept = ServiceClock(tmp_path / "exam-clock").read()
        assert last_clock - 5 <= kept <= last_clock + 5
    store = open_store(tmp_path)
    try:
        stored = {}
        for event in store.everyone("exam answer"):
            key = (event.learner, event.body["number"])
            stored.setdefault(key, set()).add(event.body["answer"])
        for key, answers in confirmed.items():
            assert answers <= stored[key]
        for start in store.everyone("exam"):
            _, *rest = store.events(start.learner, None, start.subject)
            sitting = read_sitting(start, rest)
            assert sitting.latest <= last_clock + 5  # stored, and killed before it was confirmed
            for number, given in sitting.given.items():
                assert given.answer in stored[start.learner, number]
        assert store.check().is_ok
    finally:
        store.close()
