"""One question of the last beat: asked, answered, explained, and asked again with other numbers."""

from urllib.parse import parse_qsl

import streamlit as st

from app.course import find_pages
from app.learner import recall, recall_all, record
from core import safe_text
from core.practice.attempt import (
    is_about,
    is_kept_without_its_question,
    name_attempt,
    write_attempt,
)
from core.practice.bank import load_misconceptions
from core.practice.draw import choose_variant, find_family, reopen_item, shuffled_options
from core.practice.grade import grade
from core.practice.rerun import is_quick, rerun
from core.practice.schema import Item, Misconception
from core.store import Event

DRAWN = "practice"
ANSWERED = "answer"
VARIED = "other numbers"


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


@st.fragment
def show_question(name: str, number: int, draw: str, seed: int | None) -> None:
    """Ask the item called `name`, or show how it was answered; `seed` is the variant of this draw."""
    varied = recall(VARIED, name)
    if varied and varied.body["draw"] == draw:
        seed = varied.body["seed"]
    item = reopen_item(name, seed, otherwise=seed_of(draw))
    if item is None:
        return
    event = recall(ANSWERED, name)
    with st.container(gap="small", key=f"item_{name}"):
        if event and is_kept_without_its_question(event.body, item, draw=draw, seed=seed):
            _show_kept(event, number)
            return
        st.markdown(f"**{number}.** {item.stem}")
        if item.code:
            st.code(item.code, language="python", wrap_lines=True)
        if event and is_about(event.body, item, draw):
            _show_verdict(item, str(event.body["answer"]), draw)
        else:
            _ask(item, draw)


def seed_of(draw: str) -> int:
    """Return the number by which everything in a draw is shuffled."""
    return int(draw[:8], 16)


def _ask(item: Item, draw: str) -> None:
    options = shuffled_options(item, seed=seed_of(draw))
    texts = {option.id: option.text for option in options}
    with st.form(f"form_{item.id}_{item.seed}", border=False):
        if options:
            answer = st.radio(
                "Your answer",
                list(texts),
                index=None,
                format_func=texts.__getitem__,
                label_visibility="collapsed",
            )
        else:
            unit = item.answer.unit if item.answer else None
            answer = st.text_input(f"Your answer, {unit}" if unit else "Your answer", width=240)
        sent = st.form_submit_button("Check")
    if not sent:
        return
    verdict = grade(item, answer or "")
    if verdict.state == "unreadable":
        st.warning(verdict.feedback, icon=":material/info:")
        return
    body = write_attempt(item, options, draw=draw, answer=str(answer), verdict=verdict)
    if record(ANSWERED, item.id, body, event_id=name_attempt(item, draw)):
        st.rerun(scope="fragment")


def _show_verdict(item: Item, answer: str, draw: str) -> None:
    verdict = grade(item, answer)
    said = next(
        (option.text for option in item.options if option.id == answer), safe_text.md(answer)
    )
    if verdict.state == "right":
        st.success(f"**Right.** {said}\n\n{verdict.feedback}", icon=":material/check:")
    else:
        belief = load_misconceptions().get(verdict.misconception or "")
        name = f" This is the belief “{belief.name}”." if belief else ""
        st.error(
            f"**Not this one.** You said: {said}\n\n{verdict.feedback}{name}\n\n"
            f"The answer is **{verdict.key}**.",
            icon=":material/close:",
        )
        if belief:
            _link_to_refutation(belief)
    st.markdown(item.explanation)
    with st.container(horizontal=True, gap="small", key=f"after_{item.id}"):
        if verdict.state == "wrong":
            _offer_other_numbers(item, draw)
        is_run_asked = is_quick(item) and st.button(
            "Run it", key=f"run_{item.id}", type="tertiary", icon=":material/play_arrow:"
        )
    if is_run_asked:
        _show_run(item)


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


def _show_run(item: Item) -> None:
    """Run the check here and now, and show what the answer rests on."""
    run = rerun(item)
    lines = [
        f"- {finding.what}: **{finding.value}**{' (the answer)' if finding.is_key else ''}"
        for finding in run.findings
    ]
    n = "The one statement" if run.n_claims == 1 else f"All {run.n_claims} statements"
    verdict = f"{n} behind this answer hold{'s' if run.n_claims == 1 else ''}."
    st.markdown("Run just now on this machine, it found:\n\n" + "\n".join(lines))
    st.caption(
        f"{verdict if run.holds else 'This does not confirm the answer. Please tell us.'} "
        f"`{item.check.function.replace(':', '.')}`, {run.milliseconds:.0f} ms"
    )


def _show_kept(event: Event, number: int) -> None:
    """Show an answer as it was given, to a question that has been changed since."""
    asked, answer = event.body["asked"], str(event.body["answer"])
    st.markdown(f"**{number}.** {asked['stem']}")
    if asked["code"]:
        st.code(asked["code"], language="python", wrap_lines=True)
    said = dict(asked["options"]).get(answer, safe_text.md(answer))
    is_right = event.body["state"] == "right"
    verdict = "Right." if is_right else "Not this one."
    key = "" if is_right else f"\n\nThe answer is **{asked['key']}**."
    (st.success if is_right else st.error)(
        f"**{verdict}** You said: {said}\n\n{asked['feedback']}{key}",
        icon=":material/check:" if is_right else ":material/close:",
    )
    st.caption("This question has been changed since you answered it. Here it is as it was.")


def _link_to_refutation(belief: Misconception) -> None:
    lab, _, query = belief.refuted_by.partition("?")
    for page in find_pages():
        if page.lesson.lab == lab:
            st.page_link(
                page.path,
                label="See this belief fail in the lab",
                icon=":material/experiment:",
                query_params=dict(parse_qsl(query)),
            )
