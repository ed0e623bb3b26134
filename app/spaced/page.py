"""The page of the review."""

import streamlit as st

from app.answered import link_to_refutation
from app.question import show_question
from app.spaced.rounds import (
    N_A_ROUND,
    Record,
    current_round,
    draw_due,
    draw_weak,
    is_finished,
    read_record,
    set_exam_day,
)
from app.spaced.taking import show_taking
from core.practice.bank import load_misconceptions
from core.practice.spaced.cards import forecast_load
from core.practice.spaced.weak import calibrate, find_beliefs
from core.practice.spaced.words import (
    tell_cards,
    tell_confidence,
    tell_due,
    tell_guesses,
    tell_load,
)
from core.store import Event

READING_WIDTH = 860
N_BELIEFS = 4


def show_review() -> None:
    """Show what is due, the round at hand, and what the record says."""
    now = read_record()
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=READING_WIDTH, gap="medium", key="review"),
    ):
        st.title(tell_due(len(now.due), len(now.cards)), anchor=False)
        st.markdown(
            "A question that you have answered comes back, with other numbers, shortly before you would "
            "forget it. Right answers make the wait longer, a wrong one makes it short again."
        )
        if not now.cards:
            st.markdown(
                "Answer some questions first, at the end of any lesson or in a mock exam. They will wait for "
                "you here."
            )
            return
        drawn = current_round()
        if drawn is not None and not is_finished(drawn):
            _show_round(drawn)
        else:
            _offer_rounds(now)
            if drawn is not None:
                with st.expander("The round that you have just finished"):
                    _show_questions(drawn)
        _show_memory(now)
        _show_weak_spots(now)
        show_taking()


def _offer_rounds(now: Record) -> None:
    beliefs = find_beliefs(now.answers)
    with st.container(horizontal=True, gap="small"):
        if now.due and st.button(
            f"Review {min(len(now.due), N_A_ROUND)} of them",
            type="primary",
            icon=":material/replay:",
        ):
            draw_due(now)
            st.rerun()
        if beliefs and st.button("Practise my weak spots", icon=":material/target:"):
            draw_weak(now)
            st.rerun()


def _show_round(drawn: Event) -> None:
    with st.container(key="card_round", gap="medium"):
        st.subheader("This round", anchor=False)
        _show_questions(drawn)
    if st.button("Done", type="primary"):
        if is_finished(drawn):
            st.rerun()
        else:
            st.warning("Some questions of this round still wait for an answer.")


def _show_questions(drawn: Event) -> None:
    seeds = drawn.body["seeds"]
    for number, name in enumerate(drawn.body["items"], start=1):
        show_question(name, number, drawn.id, seeds.get(name), asks_how_sure=True)


def _show_memory(now: Record) -> None:
    with st.container(key="card_memory", gap="small"):
        st.subheader("What you will remember", anchor=False)
        st.markdown(tell_cards(now.cards))
        st.markdown(tell_load(forecast_load(now.cards, now.today)))
        said = tell_guesses(now.guesses)
        if said:
            st.markdown(said)
        st.date_input(
            "The day of your exam (no question then waits longer than until the day before)",
            value=now.exam_on,
            min_value=now.today,
            key="review:exam_day",
            on_change=set_exam_day,
            width=320,
        )


def _show_weak_spots(now: Record) -> None:
    beliefs, lines = find_beliefs(now.answers), tell_confidence(calibrate(now.answers))
    if not beliefs and not lines:
        return
    with st.container(key="card_weak", gap="small"):
        if beliefs:
            st.subheader("Beliefs behind your wrong answers", anchor=False)
            known = load_misconceptions()
            for name, _ in beliefs[:N_BELIEFS]:
                if (belief := known.get(name)) is not None:
                    st.markdown(f"**{belief.name}.** {belief.sentence}")
                    link_to_refutation(belief)
        if lines:
            st.subheader("How sure you were, and how right", anchor=False)
            st.markdown("\n".join(f"- {line}" for line in lines))
            st.caption("In brackets: the 95 % interval of the share.")
