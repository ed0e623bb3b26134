"""The store is made once whoever comes first, and a kill leaves nothing that looks as if it ran."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from core.store.errors import StoreError
from core.tracking.place import file_of, tracking_uri, uri_of
from core.tracking.reaper import ENDED, PROCESS, close_abandoned, is_gone, this_process
from core.tracking.store import forget_clients, make_store, open_client, writing

LOG_ONE = """
from core.tracking.store import open_client, writing
from core.tracking.log import find_experiment, log_batches, metrics_of
from core.tracking.place import tracking_uri
client = open_client()
for number in range(3):
    with writing(tracking_uri()):
        run = client.create_run(find_experiment(client, "race")).info.run_id
        log_batches(client, run, metrics_of({"number": number}), {"number": str(number)})
        client.set_terminated(run)
"""
HANG = """
import sys, time
from core.tracking.store import open_client, writing
from core.tracking.reaper import PROCESS, this_process
from core.tracking.log import find_experiment
from core.tracking.place import tracking_uri
client = open_client()
with writing(tracking_uri()):
    client.create_run(find_experiment(client, "killed"), tags={PROCESS: this_process()})
    print("begun", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def home(own_home, tmp_path, monkeypatch):
    """A new home, with the template that the session has made already."""
    template = next((own_home / "tracking").glob(".empty-mlflow-*.db"), None)
    folder = tmp_path / "new" / "tracking"
    folder.mkdir(parents=True)
    if template is not None:
        (folder / template.name).write_bytes(template.read_bytes())
    monkeypatch.setenv("GLASSROOM_HOME", str(folder.parent))
    yield folder.parent
    forget_clients()


def start(code, home):
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"GLASSROOM_HOME": str(home)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_four_workers_the_command_line_and_a_server_start_at_once_on_a_new_home(
    tmp_path, monkeypatch
):
    home = tmp_path / "brand-new"
    monkeypatch.setenv("GLASSROOM_HOME", str(home))
    cli = "from app.cli import main; raise SystemExit(main(['run', 'hyperparameters', '--log']))"
    processes = [start(LOG_ONE, home) for _ in range(4)] + [start(cli, home)]
    with serving(home, tmp_path / "server.txt") as (server, log):
        for process in processes:
            said, _ = process.communicate(timeout=900)
            assert process.returncode == 0, said
        until = time.monotonic() + 400
        while not list(
            (home / "tracking" / "lessons").glob("[!.]*.db")
        ):  # its first views are ready
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
    for told in (log, *(home / "logs").glob("*")):
        assert "Traceback" not in told.read_text()
        assert "could not be" not in told.read_text()
    client = open_client()
    runs = client.search_runs([client.get_experiment_by_name("race").experiment_id])
    assert len(runs) == 12
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert (
        len(client.search_runs([client.get_experiment_by_name("hyperparameters").experiment_id]))
        == 1
    )
    assert [path.name for path in (home / "tracking").glob("[!.]*.db")] == ["mlflow.db"]
    forget_clients()


@contextmanager
def serving(home, log):
    """Run a real ``glassroom serve`` that has every first view ready, the runs of the lessons too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as told:
        server = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"],
            env=os.environ
            | {"GLASSROOM_HOME": str(home), "GLASSROOM_PORT": str(port), "GLASSROOM_WARM_UP": "all"},
            stdout=told, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield server, log
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait(30)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_killed_in_mid_logging_a_run_does_not_stay_running(home):
    process = start(HANG, home)
    assert "begun" in process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    client = open_client()  # the next one that comes tidies up, and needs no lock of the dead
    run = client.search_runs([client.get_experiment_by_name("killed").experiment_id])[0]
    assert run.info.status == "KILLED"
    assert run.data.tags[ENDED] == "its process ended before the run was whole"


def test_a_run_of_a_living_process_or_of_another_machine_is_left_alone(home):
    client = open_client()
    alive = client.create_run("0", tags={PROCESS: this_process()}).info.run_id
    far = client.create_run("0", tags={PROCESS: "elsewhere 1 0.00"}).info.run_id
    foreign = client.create_run("0").info.run_id
    gone = client.create_run("0", tags={PROCESS: this_process().rsplit(" ", 1)[0] + " 1.00"})
    assert close_abandoned(client) == 1
    status = {run.info.run_id: run.info.status for run in client.search_runs(["0"])}
    assert status.pop(gone.info.run_id) == "KILLED"
    assert status == dict.fromkeys((alive, far, foreign), "RUNNING")
    assert not is_gone(this_process())


def test_the_store_lies_where_mlflow_is_told_to_look(home, monkeypatch):
    assert tracking_uri() == uri_of(home / "tracking" / "mlflow.db")
    other = home / "other.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri_of(other))
    open_client()
    assert other.exists()
    assert not (home / "tracking" / "mlflow.db").exists()
    assert file_of("postgresql://ada@localhost/runs") is None


def test_a_store_of_another_version_ends_in_a_sentence_with_the_repair(home):
    import apsw

    path = home / "tracking" / "mlflow.db"
    make_store(path)
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE alembic_version SET version_num = '451aebb31d03'")
    connection.close()
    with pytest.raises(StoreError, match=r"another version of MLflow.*mlflow db upgrade sqlite"):
        open_client()


def test_writers_of_one_machine_take_turns(home):
    path = home / "tracking" / "mlflow.db"
    make_store(path)
    code = f"""
import time
from core.tracking.store import writing
with writing({uri_of(path)!r}):
    print("mine", flush=True)
    time.sleep(1.0)
"""
    other = start(code, home)
    assert "mine" in other.stdout.readline()
    began = time.monotonic()
    with writing(uri_of(path)), writing(uri_of(path)):  # the right is held already
        waited = time.monotonic() - began
    other.communicate()
    assert waited > 0.5


def test_mlflow_is_not_loaded_before_it_is_needed_and_reports_to_nobody():
    code = (
        "import sys\n"
        "import core.tracking.store, core.tracking.log, core.tracking.models, core.tracking.find\n"
        "import core.tracking.best_run.lab\n"
        "assert 'mlflow' not in sys.modules\n"
        "from core.tracking.load import load_mlflow\n"
        "load_mlflow()\n"
        "from mlflow.telemetry.utils import is_telemetry_disabled\n"
        "assert is_telemetry_disabled()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
