"""A check that takes seconds runs in a job: the same numbers, found again at once."""

import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import SpecError
from core.practice.bank import load_items
from core.practice.rerun import is_quick, rerun
from core.practice.rerun_apart import ProofSpec, needs_job, prove_apart, spec_of, tell_wait

CHECKED = [item for item in load_items() if item.check]
SLOW = [item for item in CHECKED if needs_job(item)]
FASTEST = next(item for item in CHECKED if item.id == "read-printed-matrix")


def test_every_checked_item_can_be_run_in_the_server_or_in_a_job() -> None:
    assert [item.id for item in CHECKED if is_quick(item) == needs_job(item)] == []
    assert {tell_wait(item) for item in SLOW} <= {
        "a few seconds",
        "about ten seconds",
        "about half a minute",
    }


def test_an_item_without_a_check_has_no_run() -> None:
    assert not any(needs_job(item) for item in load_items() if item.check is None)


def test_apart_it_finds_what_it_finds_here_and_remembers_it() -> None:
    spec = spec_of(FASTEST)
    assert prove_apart.recall(spec) is None
    apart, here = prove_apart(spec).rerun, rerun(FASTEST)
    assert replace(apart, milliseconds=0.0) == replace(here, milliseconds=0.0)
    assert apart.holds
    prove_apart.forget()
    assert prove_apart.recall(spec).rerun == apart, "from the disk, as after a restart"


def test_a_run_belongs_to_one_version_of_the_item() -> None:
    gone = replace(spec_of(FASTEST), version=99)
    with pytest.raises(LookupError, match="no longer version 99"):
        prove_apart(gone)
    with pytest.raises(SpecError, match="at least 1"):
        ProofSpec(item=FASTEST.id, version=0)


def test_at_a_press_a_job_runs_it_and_the_page_shows_what_it_found(monkeypatch) -> None:
    def page(name: str) -> None:
        from app.prove import ask_for_run, show_run
        from core.practice.bank import load_items

        item = next(item for item in load_items() if item.id == name)
        if ask_for_run(item):
            show_run(item)

    # Nothing is quick enough today: so a cheap check takes the way of the slow ones.
    monkeypatch.setattr("core.practice.rerun.LONGEST_S", 0.0)
    app = AppTest.from_function(page, args=(FASTEST.id,), default_timeout=60).run()
    (button,) = app.button
    assert button.label == "Run it (a few seconds)"
    button.click().run()
    for _ in range(240):
        assert not app.exception
        said = "\n".join(str(part.value) for part in [*app.markdown, *app.caption])
        if "it found:" in said:
            break
        time.sleep(0.25)
        app.run()
    assert "84** (the answer)" in said
    assert "behind this answer hold" in said
    assert "Run just now" not in said
