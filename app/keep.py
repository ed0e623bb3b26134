"""Keep the view in front of the learner as a run of MLflow, with what they predicted of it."""

from typing import Any

import streamlit as st

from app.course import find_pages
from app.learner import LOCAL, current_learner, recall
from app.link import Link
from app.predict import KIND, REOPENED, SKIPPED
from core import safe_text
from core.lab import Lab
from core.tracking.keep import (
    KeptView,
    find_kept,
    keep_view,
    name_place,
    write_command,
    write_search,
)

SECONDS_BETWEEN_LOOKS = 0.4
SEARCHING = "best-run"
"""The lab of the lesson on finding runs."""


@st.dialog("Keep this view as a run")
def show_keep(lab: Lab[Any, Any], link: Link[Any], result: Any) -> None:
    """Ask for it, show how far it is, and say where the run is to be found."""
    if current_learner() != LOCAL:
        st.markdown(
            "In a class nothing is kept as a run: the store of runs belongs to the whole computer, and "
            "everybody could read yours. Take the program under **Code** home instead, and log it there."
        )
        return
    st.markdown(
        f"A run of MLflow keeps the settings as params, the numbers as metrics, the tables, the program with "
        f"its data, and what you predicted. It is written {safe_text.md(name_place())}."
    )
    _watch(lab, link, result)


def read_prediction(page: str) -> dict[str, str]:
    """Return what the learner predicted last on `page`, as tags; empty if they did not."""
    event = recall(KIND, page)
    if event is None or event.body["choice"] in (SKIPPED, REOPENED) or "said" not in event.body:
        return {}
    body = event.body
    return {
        "asked": str(body["ask"]),
        "prediction": str(body["said"]),
        "confidence": str(body["sure"]),
        "was_right": "yes" if body["choice"] == body["answer"] else "no",
    }


def _watch(lab: Lab[Any, Any], link: Link[Any], result: Any) -> None:
    kept = find_kept(lab, link.spec, learner=current_learner())
    if kept is not None and kept.is_done and not kept.problem:
        _say_kept(lab, kept)
    elif kept is not None and not kept.is_done:
        _wait(lab, link)
    else:
        if kept is not None:
            st.warning(safe_text.md(kept.problem), icon=":material/info:")
        place = st.empty()
        if place.button("Keep it", type="primary", icon=":material/bookmark_add:"):
            place.empty()
            said = read_prediction(link.page)
            keep_view(lab, link.spec, result, learner=current_learner(), said=said)
            _wait(lab, link)


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _wait(lab: Lab[Any, Any], link: Link[Any]) -> None:
    kept = find_kept(lab, link.spec, learner=current_learner())
    if kept is None or not kept.is_done:
        st.caption("The run is being written. You may go on.")
    elif kept.problem:
        st.warning(safe_text.md(kept.problem), icon=":material/info:")
    else:
        _say_kept(lab, kept)


def _say_kept(lab: Lab[Any, Any], kept: KeptView) -> None:
    st.success(
        f"Kept as the run **{safe_text.md(kept.name)}** in the experiment **{safe_text.md(lab.name)}**.",
        icon=":material/check:",
    )
    st.markdown("Find it again with Python:")
    st.code(write_search(lab.name), language="python", wrap_lines=True)
    for page in find_pages():
        if page.lesson.lab == SEARCHING:
            st.page_link(page.path, label=page.lesson.title, icon=":material/search:")
    st.markdown("Or look at it on MLflow's own page. In a terminal:")
    st.code(write_command(), language="bash", wrap_lines=True)
    st.caption(f"Its id is {kept.run}.")
