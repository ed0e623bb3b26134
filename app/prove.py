"""The button that runs what stands behind a key, and what the run found."""

import streamlit as st

from app.learner import current_learner
from core import safe_text
from core.errors import SpecError
from core.jobs import JobStatus, find_job, submit
from core.practice.rerun import Rerun, is_quick, rerun
from core.practice.rerun_apart import needs_job, prove_apart, spec_of, tell_wait
from core.practice.schema import Item

SECONDS_BETWEEN_LOOKS = 0.5


def ask_for_run(item: Item, *, label: str = "Run it", is_plain: bool = True) -> bool:
    """Offer to run the check of `item`; return whether this was asked for."""
    is_slow = needs_job(item)
    if not (is_slow or is_quick(item)):
        return False
    is_pressed = st.button(
        f"{label} ({tell_wait(item)})" if is_slow else label,
        key=f"run_{item.id}",
        type="tertiary" if is_plain else "secondary",
        icon=":material/play_arrow:",
    )
    if not is_slow:
        return is_pressed
    # A job is looked at again and again, so that it was asked for must be remembered.
    wanted = f"run_wanted:{item.id}:{item.seed}"
    st.session_state[wanted] = is_pressed or st.session_state.get(wanted, False)
    return bool(st.session_state[wanted])


def show_run(item: Item) -> None:
    """Run the check here and now, or in a job that is watched, and show what the answer rests on."""
    if is_quick(item):
        _tell(rerun(item), "Run just now on this machine, it found:")
        return
    found = prove_apart.recall(spec_of(item))
    if found is None:
        _watch(item)
    else:
        _tell(found.rerun, "Run on this machine, it found:")


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _watch(item: Item) -> None:
    spec, learner = spec_of(item), current_learner()
    if prove_apart.recall(spec) is not None:
        st.rerun()
    status = find_job(prove_apart, spec, learner)
    if status is None or status.state == "abandoned":
        try:
            submit(prove_apart, spec, owner=learner)
        except SpecError as obstacle:
            st.caption(safe_text.md(obstacle))
        else:
            st.caption("It begins.")
    elif status.state in {"queued", "running"}:
        st.caption(_say(status))
    else:
        st.warning(safe_text.md(status.sentence), icon=":material/info:")


def _say(status: JobStatus) -> str:
    if status.state == "queued":
        return f"Waiting: {status.position} in the queue before this one."
    return f"It runs in a process of its own ({status.seconds:.0f} s)."


def _tell(run: Rerun, lead: str) -> None:
    lines = [
        f"- {finding.what}: **{finding.value}**{' (the answer)' if finding.is_key else ''}"
        for finding in run.findings
    ]
    n = "The one statement" if run.n_claims == 1 else f"All {run.n_claims} statements"
    verdict = f"{n} behind this answer hold{'s' if run.n_claims == 1 else ''}."
    st.markdown(f"{lead}\n\n" + "\n".join(lines))
    st.caption(
        f"{verdict if run.holds else 'This does not confirm the answer. Please tell us.'} "
        f"`{run.function}`, {_tell_time(run.milliseconds)}"
    )


def _tell_time(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"
