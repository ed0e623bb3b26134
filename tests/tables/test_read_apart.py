"""Threats T8 and T10: whatever is in a file, the server reads on; the same table comes out."""

import json
import shutil
import subprocess
import sys
import time

import pandas as pd
import psutil
import pytest

from core import read_apart
from core.errors import SpecError
from core.read_apart import read_table_apart
from core.tables import read_table

CSV = b"a;b;when\n1,5;x;2026-01-02\n2,5;;2026-01-03\n-0;y;2026-01-04\n" * 8


def misbehave(tmp_path, body):
    """A reader that does something else than to read."""
    path = tmp_path / "reader.py"
    path.write_text(
        "import sys\nfrom pathlib import Path\nfrom core.read_apart import limit_reader\n"
        f"folder = Path(sys.argv[1])\nlimit_reader()\n{body}\n"
    )
    return (sys.executable, str(path))


def test_a_table_read_apart_is_the_table_read_here():
    here, apart = read_table(CSV, "t.csv"), read_table_apart(CSV, "t.csv")
    pd.testing.assert_frame_equal(apart.table, here.table)
    pd.testing.assert_frame_equal(apart.columns, here.columns)
    for name in ("repairs", "warnings", "kind", "encoding", "separator", "decimal", "n_rows"):
        assert getattr(apart, name) == getattr(here, name)


def test_a_refusal_is_the_same_sentence():
    for content in (b"", b"\x89PNG\r\n\x1a\n" + bytes(50), b"a,b\n"):
        with pytest.raises(SpecError) as here:
            read_table(content, "t.csv")
        with pytest.raises(SpecError) as apart:
            read_table_apart(content, "t.csv")
        assert str(apart.value) == str(here.value)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("x = bytearray(3_500_000_000)", "broke the reader"),
        ("import os; os.abort()", "broke the reader"),
        ("(folder / 'reading.json').write_bytes(b'{')", "broke the reader"),
        ("(folder / 'big').open('wb').write(bytes(500_000_000))", "broke the reader"),
    ],
    ids=["memory", "crash", "half an answer", "a large file"],
)
def test_t8_a_file_that_breaks_the_reader_ends_in_a_sentence(tmp_path, body, sentence):
    with pytest.raises(SpecError, match=sentence):
        read_table_apart(CSV, "t.csv", command=misbehave(tmp_path, body))


def test_t8_a_reader_that_hangs_is_ended_with_its_children(tmp_path, monkeypatch):
    monkeypatch.setattr(read_apart, "SECONDS", 4)
    note = tmp_path / "child"
    body = (
        "import subprocess, time\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"Path({str(note)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)"
    )
    begin = time.monotonic()
    with pytest.raises(SpecError, match="took more than 4 seconds"):
        read_table_apart(CSV, "t.csv", command=misbehave(tmp_path, body))
    assert time.monotonic() - begin < 9
    child = int(note.read_text())
    for _ in range(50):
        if not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie":
            return
        time.sleep(0.1)
    pytest.fail("the child lives on")


def may_take_away_the_network():
    tried = [shutil.which("unshare") or "false", "--user", "--net", "true"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes the network away")
def test_t8_the_reader_has_no_secret_and_no_network(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSROOM_TEACHER_PHRASE", "correct horse battery")
    monkeypatch.setenv("SOME_TOKEN", "secret")
    monkeypatch.setenv("GLASSROOM_MAX_ROWS", "7")
    note = tmp_path / "seen"
    body = (
        "import json, os, socket\n"
        "names = sorted(os.environ)\n"
        "seen = [names, os.environ.get('GLASSROOM_MAX_ROWS'), len(socket.if_nameindex())]\n"
        f"Path({str(note)!r}).write_text(json.dumps(seen))"
    )
    with pytest.raises(SpecError, match="broke the reader"):
        read_table_apart(CSV, "t.csv", command=misbehave(tmp_path, body))
    names, rows, n_devices = json.loads(note.read_text())
    assert not {"GLASSROOM_TEACHER_PHRASE", "SOME_TOKEN"} & set(names)
    assert rows == "7"
    if may_take_away_the_network():
        assert n_devices == 1, "the loopback of its own, which is down"


def test_t10_a_pickle_is_refused_apart_too_and_never_opened(tmp_path):
    from hostile_files import pickled

    touched = tmp_path / "touched"
    with pytest.raises(SpecError, match="pickle"):
        read_table_apart(pickled(touched, 4), "table.csv")
    assert not touched.exists()


@pytest.mark.full
def test_t8_every_file_of_the_corpus_ends_apart_as_it_does_here(monkeypatch):
    from test_hostile_tables import CASES

    for case in CASES:
        for name, text in case.settings:
            monkeypatch.setenv(f"GLASSROOM_{name}", text)
        if any(name == "seconds" for name, _ in case.settings):
            continue  # a time limit that the other test shortens in this process
        content = case.build()
        here, apart = (outcome(reader, content, case) for reader in (read_table, read_table_apart))
        assert apart == here, case.name
        monkeypatch.undo()


def outcome(reader, content, case):
    try:
        reading = reader(content, case.file_name)
    except SpecError as error:
        return str(error)
    return reading.table.to_csv(), reading.columns.to_csv(), reading.repairs, reading.warnings
