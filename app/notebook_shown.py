"""A notebook on a page: read it, take it home, and have it proven by a job that everybody can watch."""

import streamlit as st

from app.learner import current_learner
from core import safe_text
from core.automl.notebook import Notebook
from core.automl.notebook.kept import ProofSpec, lay_aside, prove_kept, spec_of, tell_proof
from core.errors import SpecError
from core.jobs import cancel, find_job, submit

SECONDS_BETWEEN_LOOKS = 0.5
ACTIVE = {"queued", "running"}


def show_notebook(notebook: Notebook) -> None:
    """Show a notebook with what can be done with it; one call for a lesson, inside a fragment or not.

    Its name tells it from others on the same page.
    """
    with st.container(border=True):
        st.markdown(f"**{safe_text.md(notebook.title)}**, as a notebook of public libraries alone.")
        row = st.container(horizontal=True)
        if row.button("Read it", icon=":material/menu_book:", key=f"read_{notebook.name}"):
            read_notebook(notebook)
        row.download_button(
            "Notebook, program and data",
            notebook.zipped,
            file_name=f"{notebook.name}.zip",
            mime="application/zip",
            icon=":material/download:",
            key=f"take_{notebook.name}",
            on_click="ignore",
        )
        _show_proof(notebook, spec_of(notebook))


@st.dialog("The notebook, cell by cell", width="large")
def read_notebook(notebook: Notebook) -> None:
    """Show every cell, as an editor of notebooks would."""
    for cell in notebook.cells:
        if cell.kind == "text":
            st.markdown(cell.source)
        else:
            st.code(cell.source, language="python", wrap_lines=True)


def _show_proof(notebook: Notebook, spec: ProofSpec) -> None:
    """Show the badge, or how far its making is, or the button that asks for it."""
    proof = prove_kept.recall(spec)
    if proof is not None:
        st.success(safe_text.md_prose(tell_proof(proof)), icon=":material/verified:")
        return
    job = find_job(prove_kept, spec, current_learner())
    if job is not None and job.state in ACTIVE:
        _watch(notebook, spec)
        return
    if job is not None and job.sentence:
        st.warning(safe_text.md_prose(job.sentence), icon=":material/info:")
    else:
        st.caption(
            "Nobody has run it here yet. A proof runs every cell from the top, in a process of its own, and "
            "compares the numbers that come out with those of this page."
        )
    if st.button("Prove it now", icon=":material/verified:", key=f"prove_{notebook.name}"):
        try:
            submit(prove_kept, lay_aside(notebook), owner=current_learner())
        except SpecError as obstacle:
            st.caption(safe_text.md_prose(str(obstacle)))
        else:
            st.rerun()


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _watch(notebook: Notebook, spec: ProofSpec) -> None:
    job = find_job(prove_kept, spec, current_learner())
    if job is None or job.state not in ACTIVE:
        st.rerun()
        return
    wait = f"Waiting: {job.position} in the queue before this one."
    news = f"{safe_text.md(job.message)} ({job.seconds:.0f} s)" if not job.position else wait
    st.progress(job.fraction, text=news)
    if st.button("Stop", type="tertiary", key=f"stop_{notebook.name}"):
        cancel(job.id)
