"""Faults F11, F16 and F17 at the start of a server, and the ways that class mode could be had by mistake."""

import os
import random
import re
import subprocess
import sys
import urllib.request

import pytest
from person import ROOT, Served, serving, session
from streamlit.testing.v1 import AppTest

from core.store import open_store

pytestmark = pytest.mark.xdist_group("class")


def fill(home, n=50):
    store = open_store(home)
    for place in range(n):
        store.append(learner="local", kind="answer", subject="s", body={"n": place, "t": "x" * 300})
    store.backup(home / "backups" / "2026-11-21T08-00-00Z.db")
    store.close()


def end_of(served):
    code = served.process.wait(60)
    return code, served.said()


def test_f11_a_second_server_on_a_home_refuses_with_the_number_of_the_first(tmp_path):
    with serving(tmp_path / "home", mode="self-study") as first:
        second = Served(tmp_path / "home", mode="self-study")
        code, said = end_of(second)
        assert code == 2
        assert f"(process {first.process.pid})" in said
        assert "Traceback" not in said
        assert first.ask("GET", "/_stcore/health").status == 200


def test_f17_a_damaged_record_stops_the_start_and_names_the_way_back(tmp_path):
    home = tmp_path / "home"
    fill(home)
    path = home / "glassroom.db"
    content = bytearray(path.read_bytes())
    start = 4096 * random.Random(3).randrange(2, len(content) // 4096)
    content[start : start + 4096] = bytes(4096)
    path.write_bytes(content)
    code, said = end_of(Served(home, mode="self-study"))
    assert code == 2
    assert "2026-11-21T08-00-00Z.db (50 events" in said
    assert "glassroom restore" in said
    assert path.read_bytes() == bytes(content)
    environment = os.environ | {"GLASSROOM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "app.cli", "restore"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    with serving(home, mode="self-study"):
        pass
    store = open_store(home)
    assert len(store.events("local")) == 50
    store.close()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_f16_a_read_only_home_is_said_at_the_start(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    code, said = end_of(Served(home, mode="self-study"))
    assert code == 2
    assert "cannot be" in said


def test_f16_a_home_that_is_a_file_is_said_at_the_start(tmp_path):
    (tmp_path / "home").write_text("no folder")
    code, said = end_of(Served(tmp_path / "home", mode="self-study"))
    assert code == 2
    assert "Check the permissions" in said
    assert "Traceback" not in said


def test_self_study_has_no_login_and_believes_no_header(tmp_path):
    with serving(tmp_path / "home", mode="self-study") as served:
        forged = {"X-Glassroom-Learner": "p123"}
        with session(served, headers=forged) as own:
            words = own.run("").words
            assert "A classroom with glass walls" in words
            assert "The class" not in words
            own.run("thresholds")
            own.press("Just show me")
        assert served.ask("GET", "/join").status == 200, "Streamlit's own page, not ours"
        assert "Room code" not in served.ask("GET", "/join").text
    store = open_store(served.home)
    assert store.events("p123") == ()
    assert len(store.events("local", "prediction")) == 1
    store.close()


def test_t17_a_class_is_served_with_a_key_that_only_its_owner_reads(tmp_path):
    with serving(tmp_path / "home") as served:
        for name in ("class.key", "glassroom.db", "glassroom.lock", "logs/server.jsonl"):
            assert (served.home / name).stat().st_mode & 0o077 == 0, name
        assert re.fullmatch(r"(\w{4}-){6}\w\w", served.teacher_word())
        assert served.teacher_word() not in served.said(), "the log of a server is read by many"
        with urllib.request.urlopen(f"http://{served.host}/join") as answer:
            assert "no-store" in answer.headers["Cache-Control"]
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_class_mode_without_the_launcher_lets_nobody_in(monkeypatch):
    """`streamlit run` with the setting for a class: there is no door, so there is no room either."""
    monkeypatch.setenv("GLASSROOM_MODE", "class")
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=60).run()
    assert "glassroom serve --class" in app.error[0].value
    assert not app.title
