"""Get the result of a view: at once if it is quick or known, otherwise from a job that is watched.

Nothing that takes more than a moment is computed in the server process: it would make every other
learner wait. A job lives in a process of its own and goes on when the page is reloaded; the page finds
it again by what it computes.
"""

from threading import Lock
from typing import Any

import streamlit as st
from cachetools import LRUCache

from app.figure import show_figure
from app.learner import current_learner
from core import safe_text
from core.errors import SpecError
from core.jobs import JobStatus, abandon, active_jobs, cancel, find_job, submit
from core.lab import Lab, SlowPart, SoFar

SECONDS_BETWEEN_LOOKS = 0.5
MAX_VIEWS_IN_MEMORY = 256

_views: LRUCache[tuple[str, Any], Any] = LRUCache(MAX_VIEWS_IN_MEMORY)
_lock = Lock()


def obtain(lab: Lab[Any, Any], spec: Any) -> Any | None:
    """Return the result of `lab` for `spec`, or None while its training is still to be done.

    The same view gives the same object to every session, so that words and figures can be kept with
    it; a page only reads it.
    """
    with _lock:
        result = _views.get((lab.name, spec))
    if result is None and _slow_part(lab, spec) is None:
        result = lab.run(spec)
        with _lock:
            _views[lab.name, spec] = result
    return result


def forget_views() -> None:
    """Drop every result in memory, because a table that one may hold was removed."""
    with _lock:
        _views.clear()


def watch_training(lab: Lab[Any, Any], spec: Any, *, is_open: bool = True) -> None:
    """Start the training that `spec` waits for, or find it again, and show how far it is.

    What it has found so far is shown only if the lesson `is_open`: before a prediction it would give the
    answer away.
    """
    slow = _slow_part(lab, spec)
    if slow is None:
        st.rerun()
        return
    st.markdown(safe_text.md(slow.what))
    _give_way_to(slow.run, slow.spec)
    _poll(slow, is_open=is_open)


def _slow_part(lab: Lab[Any, Any], spec: Any) -> SlowPart | None:
    slow = lab.slow_part(spec) if lab.slow_part is not None else None
    return None if slow is None or slow.run.recall(slow.spec) is not None else slow


def _give_way_to(run: Any, spec: Any) -> None:
    """Stop what the last view was training for: the learner has moved on to this one."""
    wanted = find_job(run, spec, current_learner())
    for job in active_jobs(current_learner()):
        if wanted is None or job.id != wanted.id:
            abandon(job.id)


def _start(run: Any, spec: Any) -> None:
    """Begin, or say why not yet; the next look tries again."""
    try:
        submit(run, spec, owner=current_learner())
    except SpecError as obstacle:
        st.caption(safe_text.md(obstacle))


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _poll(slow: SlowPart, *, is_open: bool) -> None:
    run, spec = slow.run, slow.spec
    if run.recall(spec) is not None:
        st.rerun()
    status = find_job(run, spec, current_learner())
    so_far = slow.so_far() if slow.so_far is not None else None
    if status is None or status.state == "abandoned":
        # In a second tab this one gave way to, it waits its turn: else each would stop the other for ever.
        _start(run, spec)
    elif status.state in {"queued", "running"}:
        st.progress(status.fraction, text=_say(status))
        if st.button("Stop training", type="tertiary"):
            cancel(status.id)
    else:
        st.warning(safe_text.md(status.sentence), icon=":material/info:")
        if st.button(so_far.go_on if so_far is not None else "Train again"):
            _start(run, spec)
            st.rerun(scope="fragment")
    if so_far is not None and is_open:
        _show_so_far(so_far)


def _show_so_far(so_far: SoFar) -> None:
    st.markdown(safe_text.md_prose(so_far.sentence))
    if so_far.figure is not None:
        show_figure(so_far.figure, key="so_far", alt=so_far.sentence)


def _say(status: JobStatus) -> str:
    if status.state == "queued":
        return f"Waiting: {status.position} in the queue before this one."
    return f"{safe_text.md(status.message)} ({status.seconds:.0f} s)"
