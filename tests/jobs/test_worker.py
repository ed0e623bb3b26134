"""A worker calls experiments of core and nothing else, and limits itself."""

import subprocess
import sys
import time
from pathlib import Path

import misbehaving
import pytest

from core.jobs.folder import End, Job, Progress, read_record, write_record
from core.jobs.worker import import_run, write_news


@pytest.mark.parametrize(
    "function",
    [
        "os:system",
        "subprocess:run",
        "misbehaving:train",
        "core:settings",
        "core.settings:read_settings",
        "core.jobs.worker:subprocess",
        "core.settings:os.system",
        "corepulent.module:run",
        "core.remember",
        "",
    ],
)
def test_nothing_but_a_remembered_function_of_core_is_called(function):
    with pytest.raises(PermissionError, match=f"A job may not call '{function}'"):
        import_run(function, ("core.",))


def test_a_function_is_called_by_its_own_name_only(monkeypatch):
    monkeypatch.setattr(misbehaving, "other", misbehaving.train, raising=False)
    assert import_run("misbehaving:train", ("misbehaving",)) is misbehaving.train
    with pytest.raises(PermissionError, match="A job may not call 'misbehaving:other'"):
        import_run("misbehaving:other", ("misbehaving",))


@pytest.mark.parametrize("function", ["os:system", "misbehaving:train"])
def test_the_program_itself_keeps_the_rule(bench, function):
    job = Job(id="1", function=function, spec='"touch /tmp/x"', owner="o", entry="e", created=0.0)
    write_record(bench.home, job)
    command = [sys.executable, "-m", "core.jobs.worker", str(bench.home)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0
    assert read_record(bench.home, End).state == "failed"
    assert f"A job may not call '{function}'" in ended.stderr + ended.stdout


def test_an_unreadable_order_is_a_failure(bench):
    command = [sys.executable, "-m", "core.jobs.worker", str(bench.home)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert read_record(bench.home, End) == End(
        state="failed", sentence="The order of this training cannot be read."
    )


LIMITS = """
import resource, signal
from core.jobs.worker import limit_process
from core.settings import Settings
limit_process(Settings(job_seconds=50, job_memory_mb=3000))
for kind in ("CORE", "CPU", "FSIZE", "AS"):
    print(*resource.getrlimit(getattr(resource, "RLIMIT_" + kind)))
print(signal.getitimer(signal.ITIMER_REAL)[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="these limits are those of Linux")
def test_the_walls_stand_behind_the_watch():
    said = subprocess.run(
        [sys.executable, "-c", LIMITS], capture_output=True, text=True, check=True
    )
    *limits, alarm = said.stdout.splitlines()
    assert limits == ["0 0", "100 105", "200000000 200000000", "6000000000 6000000000"]
    assert 54 < float(alarm) <= 55


def test_news_are_written_at_most_ten_times_a_second(tmp_path):
    write = write_news(tmp_path)
    began = time.monotonic()
    seen = set()
    n_calls = 0
    while time.monotonic() - began < 0.55:
        n_calls += 1
        write(0.5, f"call {n_calls}")
        seen.add(read_record(tmp_path, Progress).message)
    assert 3 <= len(seen) <= 6 < n_calls
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]


def test_news_that_cannot_be_written_do_not_end_a_training(tmp_path):
    write_news(tmp_path / "gone")(0.5, "half")
    assert list(tmp_path.iterdir()) == []


def test_a_torn_or_absent_record_is_no_record(tmp_path):
    assert read_record(tmp_path, Progress) is None
    Path(tmp_path / "progress.json").write_bytes(b'{"fraction": 0.5, "mess\xff')
    assert read_record(tmp_path, Progress) is None
    write_record(tmp_path, Progress(fraction=0.5, message="é", at=1.0))
    assert read_record(tmp_path, Progress) == Progress(fraction=0.5, message="é", at=1.0)
