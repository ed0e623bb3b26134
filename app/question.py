"""One question of the last beat: asked, answered, explained, and asked again with other numbers."""

import streamlit as st

from app.answered import show_answered, show_kept
from app.asked import read_fields, show_fields, show_stem
from app.learner import recall, recall_all, record
from app.prove import ask_for_run, show_run
from core.practice.attempt import (
    is_about,
    is_kept_without_its_question,
    name_attempt,
    write_attempt,
)
from core.practice.draw import choose_variant, find_family, reopen_item, shuffled_options
from core.practice.exam.sitting import STARTED
from core.practice.grade import grade
from core.practice.schema import Item
from core.practice.spaced.answers import SURE

DRAWN = "practice"
ANSWERED = "answer"
VARIED = "other numbers"
REVIEWED = "review"
RUN = "practice run"


def met_variants(lesson: str) -> dict[str, list[int]]:
    """Return by item which variants of it the learner was asked in `lesson`, oldest first."""
    met: dict[str, list[int]] = {}
    for event in sorted(
        [*recall_all(DRAWN), *recall_all(VARIED)], key=lambda event: event.created_at
    ):
        if event.kind == VARIED:
            met.setdefault(event.subject, []).append(event.body["seed"])
        elif event.subject == lesson:
            for name, seed in event.body.get("seeds", {}).items():
                met.setdefault(name, []).append(seed)
    return met


def met_items() -> dict[str, list[int]]:
    """Return by item which variants this learner was asked anywhere, oldest first; 0 for no variant."""
    met: dict[str, list[int]] = {}
    events = [
        event for kind in (DRAWN, VARIED, REVIEWED, RUN, STARTED) for event in recall_all(kind)
    ]
    for event in sorted(events, key=lambda event: event.created_at):
        if event.kind == VARIED:
            met.setdefault(event.subject, []).append(event.body["seed"])
        elif event.kind in {DRAWN, REVIEWED, RUN}:
            for name in event.body["items"]:
                met.setdefault(name, []).append(event.body.get("seeds", {}).get(name, 0))
        else:
            for _, _, name, _, seed, _ in event.body["paper"]["questions"]:
                met.setdefault(name, []).append(seed or 0)
    return met


@st.fragment
def show_question(
    name: str, number: int, draw: str, seed: int | None, *, asks_how_sure: bool = False
) -> None:
    """Ask the item called `name`, or show how it was answered; `seed` is the variant of this draw.

    With `asks_how_sure` the learner says before the verdict how sure the answer is.
    """
    varied = recall(VARIED, name)
    if varied and varied.body["draw"] == draw:
        seed = varied.body["seed"]
    item = reopen_item(name, seed, otherwise=seed_of(draw))
    if item is None:
        return
    event = recall(ANSWERED, name)
    with st.container(gap="small", key=f"item_{name}"):
        if event and is_kept_without_its_question(event.body, item, draw=draw, seed=seed):
            asked = event.body["asked"]
            show_kept(
                {**asked, "stem": f"**{number}.** {asked['stem']}"},
                str(event.body["answer"]),
                is_right=event.body["state"] == "right",
                key=asked["key"],
                feedback=asked["feedback"],
            )
            return
        show_stem(item, key=f"{draw}:{item.id}:{item.seed}", lead=f"**{number}.** ")
        if event and is_about(event.body, item, draw):
            _show_verdict(item, str(event.body["answer"]), draw)
        else:
            _ask(item, draw, asks_how_sure=asks_how_sure)


def seed_of(draw: str) -> int:
    """Return the number by which everything in a draw is shuffled."""
    return int(draw[:8], 16)


def _ask(item: Item, draw: str, *, asks_how_sure: bool) -> None:
    options = shuffled_options(item, seed=seed_of(draw))
    key = f"said:{draw}:{item.id}:{item.seed}"
    with st.form(f"form_{item.id}_{item.seed}", border=False):
        show_fields(item, options, key=key)
        sure = None
        if asks_how_sure:
            sure = st.radio(
                "How sure are you?",
                list(SURE),
                index=None,
                format_func=SURE.__getitem__,
                horizontal=True,
            )
        sent = st.form_submit_button("Check")
    if not sent:
        return
    answer = read_fields(item, key=key)
    verdict = grade(item, answer)
    if verdict.state == "unreadable":
        st.warning(verdict.feedback, icon=":material/info:")
        return
    if asks_how_sure and sure is None:
        st.warning("Say how sure you are, then check.", icon=":material/info:")
        return
    body = write_attempt(item, options, draw=draw, answer=answer, verdict=verdict) | (
        {"sure": sure} if sure else {}
    )
    if record(ANSWERED, item.id, body, event_id=name_attempt(item, draw)):
        st.rerun(scope="fragment")


def _show_verdict(item: Item, answer: str, draw: str) -> None:
    show_answered(item, answer)
    with st.container(horizontal=True, gap="small", key=f"after_{item.id}"):
        if grade(item, answer).state == "wrong":
            _offer_other_numbers(item, draw)
        is_run_asked = ask_for_run(item)
    if is_run_asked:
        show_run(item)


def _offer_other_numbers(item: Item, draw: str) -> None:
    family = find_family(item.id)
    if family is None or not st.button(
        "Try it with other numbers", key=f"vary_{item.id}", icon=":material/autorenew:"
    ):
        return
    met = [*met_variants(item.lesson).get(item.id, []), item.seed or 0]
    other = choose_variant(family, seed=seed_of(draw), met=met)
    body = {"draw": draw, "seed": other.seed}
    # The id names the variant that was left, so that a double click moves on once.
    if record(VARIED, item.id, body, event_id=f"{name_attempt(item, draw)}:left"):
        st.rerun(scope="fragment")
