"""A notebook on a page: it is read, taken home and proven by a job, and the badge says when."""

import io
import json
import time
import zipfile

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from core.automl.notebook import Cell, Notebook
from core.automl.notebook.kept import lay_aside, prove_kept, spec_of, tell_proof
from core.errors import SpecError
from core.jobs import cancel, find_job, submit

SAY = 'import json\nprint(json.dumps({"a": 0.5}))'


def little(name="little", source="x = 1", logged=0.5):
    cells = (
        Cell("about", "text", "# A little one"),
        Cell("first", "code", source),
        Cell("numbers", "code", SAY),
    )
    return Notebook(name, f"The *{name}* one", cells, {"data.csv": b"x\n1\n"}, "", {"a": logged})


def wait_for(spec, *states, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = find_job(prove_kept, spec, "local")
        if job is not None and job.state in states:
            return job
        time.sleep(0.1)
    pytest.fail(f"It did not become {states}.")


def show():
    """A page that is nothing but the little notebook."""
    from app.notebook_shown import show_notebook
    from core.automl.notebook import Cell, Notebook

    cells = (
        Cell("about", "text", "# A little one"),
        Cell("first", "code", "x = 1"),
        Cell("numbers", "code", 'import json\nprint(json.dumps({"a": 0.5}))'),
    )
    show_notebook(
        Notebook("little", "The *little* one", cells, {"data.csv": b"x\n1\n"}, "", {"a": 0.5})
    )


def test_a_notebook_is_read_and_proven_on_a_page(new_home):
    app = AppTest.from_function(show, default_timeout=60).run()
    assert not app.exception
    assert "The \\*little\\* one" in app.markdown[0].value
    assert "Nobody has run it here yet." in app.caption[0].value
    app.button(key="prove_little").click().run()
    assert not app.exception
    spec = spec_of(little())
    wait_for(spec, "done")
    app.run()
    badge = app.success[0].value
    assert "in a clean kernel, it gave back 1 logged number" in badge.replace("\\", "")
    assert not app.button(key="read_little").click().run().exception
    assert [code.value for code in app.code] == ["x = 1", SAY]
    assert list((new_home / "notebooks").iterdir()) == [], "its data stays nowhere"


def test_what_was_not_proven_says_why_and_can_be_tried_again(new_home):
    spec = lay_aside(little("away", logged=0.25))
    with pytest.raises(SpecError, match=r"Not proven. It says a = 0.5, and 0.25 was logged."):
        prove_kept(spec)
    assert prove_kept.recall(spec) is None
    with pytest.raises(SpecError, match="Ask for its proof once more"):
        prove_kept(spec)
    lay_aside(little("away", logged=0.25))
    submit(prove_kept, spec, owner="local")
    assert wait_for(spec, "refused").sentence.startswith("Not proven. It says a = 0.5")


def test_another_notebook_or_another_number_is_another_proof():
    names = {spec_of(one).notebook for one in (little(), little("b"), little(logged=0.25))}
    assert len(names) == 3
    assert spec_of(little()) == spec_of(little())


def test_the_badge_says_when_how_long_and_with_what():
    proof = prove_kept(lay_aside(little()))
    told = tell_proof(proof)
    assert told.startswith("Proven on ")
    assert "UTC, in " in told
    assert "It ran with Python 3" in told
    assert proof.worst == 0.0


def test_what_is_taken_home_is_the_notebook_its_program_its_data_and_the_numbers():
    with zipfile.ZipFile(io.BytesIO(little().zipped())) as archive:
        assert set(archive.namelist()) == {"little.ipynb", "little.py", "data.csv", "expected.json"}
        assert json.loads(archive.read("expected.json")) == {"a": 0.5}
    assert little().zipped() == little().zipped()


def test_a_proof_that_is_stopped_takes_its_kernel_along(tmp_path):
    mark = tmp_path / "pid"
    say = f"pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))"
    source = f"import os, pathlib, time\n{say}\ntime.sleep(300)"
    spec = lay_aside(little("long", source=source))
    job = submit(prove_kept, spec, owner="local")
    end = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()) and time.monotonic() < end:
        time.sleep(0.1)
    pid = int(mark.read_text())
    cancel(job.id)
    wait_for(spec, "cancelled")
    while time.monotonic() < end and psutil.pid_exists(pid):
        time.sleep(0.2)
    assert not psutil.pid_exists(pid)
