"""The page of practice at the learner's level: one question after the other, from all that was chosen."""

import streamlit as st

from app.course import CHAPTERS, find_pages
from app.level.record import Standing, count_today, current_step, draw_step, read_standing
from app.question import show_question
from core.practice.bank import load_entries, load_misconceptions
from core.practice.level.choose import Pool, Scope, What, find_pool
from core.practice.level.words import tell_chapters, tell_level

READING_WIDTH = 860
N_BELIEFS = 3
WHATS: dict[What, str] = {
    "all": "Everything",
    "weak": "My weak spots",
    "chapter": "One chapter",
    "lesson": "One lesson",
}


def show_practice_run() -> None:
    """Show what is practised, the question at hand, and what the answers say."""
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=READING_WIDTH, gap="medium", key="run"),
    ):
        st.title("Practise at your level", anchor=False)
        st.markdown(
            "One question after the other, each about another lesson than the one before, and about as "
            "hard as you can just manage: you should know seven of ten."
        )
        standing = read_standing()
        scope = _choose_scope()
        _tell_pool(find_pool(scope, standing.answers, standing.level), scope)
        step = current_step()
        if step is not None:
            name = step.body["items"][0]
            with st.container(key="card_run", gap="medium"):
                show_question(
                    name,
                    count_today() or 1,
                    step.id,
                    step.body["seeds"].get(name),
                    asks_how_sure=True,
                )
        label = "Next question" if step else "First question"
        if st.button(
            label, type="secondary" if step else "primary", icon=":material/arrow_forward:"
        ):
            draw_step(scope, standing)
            st.rerun()
        _show_level(standing)


def _choose_scope() -> Scope:
    what = st.segmented_control(
        "What do you want to practise?", list(WHATS), default="all",
        format_func=WHATS.__getitem__, key="run:what", required=True,
    )  # fmt: skip
    titles = _titles_of_chapters() if what == "chapter" else _titles_of_lessons()
    if what not in {"chapter", "lesson"}:
        return Scope(what)
    name = st.selectbox(
        "Which one?", list(titles), format_func=titles.__getitem__, key=f"run:{what}"
    )
    return Scope(what, name)


def _titles_of_chapters() -> dict[str, str]:
    held = {entry.chapter for entry in load_entries()}
    return {chapter.folder: chapter.title for chapter in CHAPTERS if chapter.folder in held}


def _titles_of_lessons() -> dict[str, str]:
    held = {entry.lesson for entry in load_entries()}
    return {page.name: page.lesson.title for page in find_pages() if page.name in held}


def _tell_pool(pool: Pool, scope: Scope) -> None:
    if scope.what != "weak":
        return
    if pool.beliefs:
        known = load_misconceptions()
        names = [known[name].name for name in pool.beliefs[:N_BELIEFS] if name in known]
        st.markdown("About beliefs behind your recent wrong answers: " + "; ".join(names) + ".")
    elif pool.chapter:
        title = _titles_of_chapters().get(pool.chapter, pool.chapter)
        st.markdown(
            f"No wrong belief shows in your recent answers. Your level is lowest in {title}."
        )
    else:
        st.markdown("There are too few answers to tell your weak spots. Until then: everything.")


def _show_level(standing: Standing) -> None:
    with st.container(key="card_level", gap="small"):
        st.subheader("What your answers say", anchor=False)
        st.markdown(tell_level(standing.level))
        lines = tell_chapters(standing.level, _titles_of_chapters())
        if lines:
            st.markdown(
                "The same by chapter, the weakest first:\n\n"
                + "\n".join(f"- {line}" for line in lines)
            )
