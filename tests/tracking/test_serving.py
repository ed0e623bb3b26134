"""A registered model answers over real HTTP, and no server of MLflow outlives whoever started it."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from core.errors import SpecError
from core.jobs.processes import find_survivors
from core.tracking import serving
from core.tracking.answering import answering
from core.tracking.models import load_function
from core.tracking.serving import (
    ask_model,
    is_serving_allowed,
    look_at,
    post,
    serve_model,
    serve_runs,
    stop,
    wait_for,
)

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
STARTER = """
import subprocess, sys, time
process = subprocess.Popen(
    [*{guard!r}, *{sleep!r}], stdin=subprocess.PIPE, start_new_session=True
)
print(process.pid, flush=True)
time.sleep(600)
"""


def wait_until(is_so, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def rows(kept):
    return kept.rows.head(3)


def test_a_registered_model_answers_through_mlflow_models_serve_and_a_bad_payload_gets_400(
    kept, rows
):
    first = serve_model("models:/tumours@champion", store=kept.uri)
    number = serving._servers["local", "model"].id
    try:
        again = serve_model("models:/tumours@champion", store=kept.uri)  # takes the first's place
        assert again.address != first.address
        assert find_survivors(number) == []
        server = wait_for("model")
        assert server.state == "ready", server.sentence
        said = ask_model(server, rows)
        assert (said.status, said.words) == (200, "")
        assert said.body["predictions"] == kept.model.predict(rows).tolist()
        bad = ask_model(server, rows.drop(columns=rows.columns[0]))
        assert bad.status == 400
        assert f"missing inputs ['{rows.columns[0]}']" in bad.words
        number = serving._servers["local", "model"].id
        assert len(find_survivors(number)) >= 2
    finally:
        stop("model")
    assert look_at("model") is None
    assert wait_until(lambda: find_survivors(number) == [])
    with pytest.raises(SpecError, match="does not answer"):
        ask_model(server, rows)


def test_in_this_process_the_same_program_gives_the_same_answers(kept, rows):
    with answering(load_function("models:/tumours@champion")) as server:
        said = server.ask(rows)
        bad = server.ask(rows.drop(columns=rows.columns[0]))
    assert said.body["predictions"] == kept.model.predict(rows).tolist()
    assert (bad.status, f"missing inputs ['{rows.columns[0]}']" in bad.words) == (400, True)
    with pytest.raises(SpecError, match="does not answer"):
        server.ask(rows)


def test_a_server_that_cannot_start_says_its_last_words(kept):
    serve_model("models:/tumours@nobody", store=kept.uri)
    server = wait_for("model")
    assert server.state == "ended"
    assert "nobody" in server.sentence
    stop("model")


@pytest.mark.full
def test_the_page_of_mlflow_shows_the_runs_of_the_store(kept):
    import mlflow

    serve_runs(kept.uri)
    try:
        server = wait_for("runs")
        assert server.state == "ready", server.sentence
        client = mlflow.MlflowClient(tracking_uri=server.address)
        assert client.get_run(kept.run).info.status == "FINISHED"
    finally:
        stop("runs")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_killed_the_server_of_the_classroom_leaves_no_orphan():
    code = STARTER.format(guard=serving.GUARD, sleep=SLEEP)
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    guard = psutil.Process(int(starter.stdout.readline()))
    assert "up" in starter.stdout.readline()
    family = [guard, *guard.children(recursive=True)]
    assert len(family) == 2
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    assert psutil.wait_procs(family, timeout=20)[1] == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_killed_the_guard_leaves_no_orphan_either(kept, monkeypatch):
    serve_model("models:/tumours@champion", store=kept.uri)
    running = serving._servers["local", "model"]
    assert wait_until(lambda: len(find_survivors(running.id)) >= 2)
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait()
    assert look_at("model").state == "ended"
    assert wait_until(lambda: find_survivors(running.id) == [])
    stop("model")


def test_a_server_that_nobody_stopped_ends_by_itself():
    command = [*serving.GUARD[:-1], "0.5", *SLEEP]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert guard.wait(20) == 0
    guard.stdin.close()
    guard.stdout.close()


@pytest.mark.parametrize(("name", "value"), [("MODE", "class"), ("ADDRESS", "0.0.0.0")])
def test_in_a_class_no_server_of_mlflow_is_started(name, value, monkeypatch):
    assert is_serving_allowed()
    monkeypatch.setenv(f"GLASSROOM_{name}", value)
    assert not is_serving_allowed()
    for start in (serve_runs, lambda store: serve_model("models:/any/1", store=store)):
        with pytest.raises(SpecError, match="asks nobody who they are, so in a class"):
            start("sqlite:///none.db")


def test_no_other_machine_is_asked():
    with pytest.raises(SpecError, match="Only servers of this machine"):
        post("http://example.org:80/invocations", {})
