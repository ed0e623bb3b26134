"""The launcher serves one app, tuned, from anywhere, to nobody else."""

import inspect
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message

import psutil
import pytest
import streamlit.config
from streamlit.runtime.scriptrunner import script_runner

from app.middleware import content_security_policy, inline_script_hashes
from app.server import APP, server_config
from core.errors import SpecError
from core.lab import find_labs, load_lab
from core.remember import Remembered
from core.settings import Settings, read_settings
from core.warm_up import labs_to_warm_up


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(folder, home):
    port = free_port()
    variables = os.environ | {"GLASSROOM_HOME": str(home), "GLASSROOM_PORT": str(port)}
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"],
            cwd=folder, env=variables | {"PYTHONPATH": str(APP.parent)}, start_new_session=True,
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        wait_until_healthy(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_healthy(port, process, log) -> None:
    for _ in range(240):
        assert process.poll() is None, log.read_text()
        try:
            if get(f"http://127.0.0.1:{port}/_stcore/health").status == 200:
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail("the server did not answer within a minute")


@dataclass
class Answer:
    status: int
    headers: Message
    body: bytes


def get(url, **headers) -> Answer:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere")
    with served(folder, folder / "home") as running:
        yield running


def test_the_server_starts_from_another_directory_and_serves_the_first_page(server):
    page = get(server)
    assert page.status == 200
    assert b'<div id="root">' in page.body


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_glassroom/boot", "/no-such-page"])
def test_every_answer_carries_the_security_headers(server, path):
    headers = get(server + path).headers
    assert headers["Content-Security-Policy"] == content_security_policy(
        server.removeprefix("http://")
    )
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/_stcore/metrics", "/_glassroom/boot"])
def test_a_foreign_host_is_refused_on_every_path(server, path):
    assert get(server + path, Host="evil.example").status == 400


def test_a_second_server_on_the_same_port_says_so_and_ends(server):
    port = server.rpartition(":")[2]
    variables = os.environ | {"GLASSROOM_PORT": port, "PYTHONPATH": str(APP.parent)}
    second = subprocess.run(
        [sys.executable, "-m", "app.cli"],
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in second.stderr
    assert "GLASSROOM_PORT" in second.stderr


def test_first_views_that_need_no_watched_training_are_made_ready():
    ready = {lab.name for lab in labs_to_warm_up()}
    trained = {
        lab.name
        for lab in (load_lab(entry.name) for entry in find_labs())
        if lab.slow_part is not None and lab.slow_part(lab.spec()) is not None
    }
    assert ready
    assert ready | trained == {entry.name for entry in find_labs()}
    assert not ready & trained


WARM_UP_ONE = """
import core.warm_up
core.warm_up.labs_to_warm_up = lambda: [core.warm_up.load_lab("log-target")]
core.warm_up.main()
"""


def test_the_first_view_that_another_process_made_ready_is_found_without_training(
    own_home, monkeypatch
):
    lab = load_lab("log-target")
    said = subprocess.run(
        [sys.executable, "-c", WARM_UP_ONE],
        check=False,
        cwd=APP.parent,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert said.stdout == "log-target\n", said.stderr
    training = next(
        value
        for value in vars(inspect.getmodule(lab.run)).values()
        if isinstance(value, Remembered)
    )
    training.forget()
    monkeypatch.setattr(training, "_run_and_keep", None)  # to train would be an error now
    lab.run(lab.spec())


def test_what_makes_first_views_ready_ends_with_the_server(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSROOM_WARM_UP", "all")
    with served(tmp_path, tmp_path / "home") as address:
        port = int(address.rpartition(":")[2])
        server = next(
            psutil.Process(connection.pid)
            for connection in psutil.net_connections("tcp")
            if connection.laddr.port == port and connection.status == "LISTEN"
        )
        while not (found := warming_up(server)):
            time.sleep(0.05)
        server.kill()
        assert psutil.wait_procs(found, timeout=20)[1] == []


def warming_up(server):
    family = server.children(recursive=True)
    return [one for one in family if "core.warm_up" in one.cmdline()[-1:]]


def test_the_policy_names_no_host_that_could_end_it():
    from app.middleware import _own_host

    for host in (b"evil.example; script-src *", b"x y", b"", b"a" * 300, b"\xff"):
        assert _own_host({"headers": [(b"host", host)]}) == ""
    assert _own_host({"headers": [(b"host", b"[::1]:8501")]}) == "[::1]:8501"
    assert "ws://lab.example:8501 wss://lab.example:8501" in content_security_policy(
        "lab.example:8501"
    )


def test_the_policy_allows_only_this_server_and_streamlits_own_inline_script():
    policy = content_security_policy()
    assert "'unsafe-inline'" not in re.search(r"script-src [^;]*", policy).group()
    assert policy.count("'sha256-") == 1
    # Known value: the SHA-256 of the empty string in base 64.
    assert inline_script_hashes("<script></script>") == [
        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    ]


def test_every_option_that_we_set_exists_in_this_streamlit():
    known = streamlit.config._config_options_template
    assert set(server_config(Settings())) <= set(known)


def test_the_collection_after_each_run_is_off_and_the_option_still_does_it():
    """The option is hidden: if an update of Streamlit drops it, a class would wait for seconds."""
    assert server_config(Settings())["runner.postScriptGC"] is False
    assert 'get_option("runner.postScriptGC")' in inspect.getsource(script_runner)


def test_the_committed_options_never_trust_a_header_for_identity():
    text = (APP / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "trustedUserHeaders" not in tomllib.loads(text)["server"]


def test_settings_reach_the_server(monkeypatch):
    monkeypatch.setenv("GLASSROOM_PORT", "9001")
    monkeypatch.setenv("GLASSROOM_ALLOWED_HOSTS", "class.example, lab.example")
    monkeypatch.setenv("GLASSROOM_MAX_UPLOAD_MB", "7")
    config = server_config(read_settings())
    assert config["server.port"] == 9001
    assert config["server.maxUploadSize"] == 7
    assert {"class.example", "lab.example", "127.0.0.1"} <= set(config["server.allowedHosts"])


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("GLASSROOM_PORT", "abc", "GLASSROOM_PORT must be a whole number, got 'abc'"),
        ("GLASSROOM_PORT", "70000", "must lie between 1 and 65535, got 70000"),
        ("GLASSROOM_MAX_ROWS", "-1", "GLASSROOM_MAX_ROWS must be a positive whole number, got -1"),
    ],
)
def test_a_malformed_setting_is_named(monkeypatch, name, text, sentence):
    monkeypatch.setenv(name, text)
    with pytest.raises(SpecError, match=sentence):
        read_settings()
