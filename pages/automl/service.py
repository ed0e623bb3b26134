"""From best trial to a service: a gate before the registry, a real server, and what is left to you."""

import streamlit as st

from app.controls import enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.notebook_shown import show_notebook
from app.own_table import Tasks, invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from app.service import play_service
from app.serving import is_unfolded
from core.automl.service.careless import PATCHED
from core.automl.service.figures import plot_gate
from core.automl.service.lab import ServiceResult, ServiceSpec
from core.automl.service.live import write_champion
from core.automl.service.words import (
    MADE,
    OPTIONS,
    WAYS,
    checks_of,
    find_answer,
    passed_formula,
    say_sent,
    tabulate_checks,
    tabulate_registry,
    tell_dummies,
    tell_files,
    tell_four,
    tell_gate,
    tell_outcome,
    tell_search,
    tell_signature,
    tell_verdict,
)
from core.safe_text import md_prose

LESSON = Lesson(
    order=5,
    title="Is the best model ready to serve?",
    goal="A model won the search. Now other programs will send it rows that nobody prepared. Learn what to "
    "try before it is registered, how it is served, and what no search decides for you.",
    lab="service",
    minutes=15,
)

DATA = {
    "churn": "Customers who leave",
    "breast_cancer": "Breast tumours",
    "fraud": "Card payments",
}
TASKS: Tasks = ("binary",)


def ask(result: ServiceResult) -> Question:
    return Question(
        ask=(
            f"A model scores well and was saved. {MADE[result.spec.model]} Now a program loads it in a fresh "
            f"process and sends it {md_prose(say_sent(result))}. What comes back?"
        ),
        options=OPTIONS,
        answer=find_answer(result),
        truth=md_prose(f"{tell_outcome(result)} {tell_verdict(result)}"),
        beliefs={
            "right": "That would be so if what was learnt about the columns travelled with this model.",
            "wrong": "That would be so if something filled in what is odd here, and nothing checked it.",
            "named": "That would be so if the model compared what was sent with the columns it knows.",
            "unclear": "That would be so if the oddity broke something far inside the model.",
        },
    )


def choose_settings(link: Link[ServiceSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "model", "Model", WAYS)
        pick(link, "check", "What is sent", checks_of(link.spec.data))
        pick_data(link, DATA, TASKS)
    st.caption(MADE[link.spec.model])
    with st.container(horizontal=True, gap="medium"):
        with st.popover("More", type="tertiary"):
            enter(link, "seed", "Seed: other rows", low=0, step=1)
        invite_own_table(link, TASKS)


def see(link: Link[ServiceSpec], result: ServiceResult) -> None:
    st.markdown(f"**{md_prose(tell_outcome(result))}** {tell_verdict(result)}")
    if result.words:
        st.code(result.words, language=None, wrap_lines=True)
    st.markdown(md_prose(tell_gate(result)))
    show_figure(plot_gate(result), key=link.key("gate"), alt=tell_four(result))
    st.markdown(md_prose(tell_four(result)))
    with st.popover("The same as a table", type="tertiary"):
        show_rows(tabulate_checks(result))
    st.subheader("Who gets into the registry", anchor=False)
    show_rows(tabulate_registry(result))
    if is_unfolded("Read how it was made: its notebook", key=link.key("notebook")):
        show_notebook(write_champion(result.spec.table))
    if is_unfolded("Serve it, and send a row of your own", key=link.key("live")):
        play_service(result.spec.table, key=link.key("live"))


def explain(_link: Link[ServiceSpec], result: ServiceResult) -> None:
    st.subheader("A score is not a gate", anchor=False)
    st.markdown(md_prose(tell_search(result)))
    show_formula(passed_formula(result))
    st.markdown(
        "One failed check is enough to stay outside: the share only tells how far there is to go. The report "
        "is kept with the version in the registry, so whoever serves it can read what was tried."
    )
    st.subheader("Why a pipeline survives", anchor=False)
    st.markdown(md_prose(tell_dummies(result)))
    st.code(PATCHED, language="python", wrap_lines=True)
    st.markdown(
        "The line with `reindex` makes every error go away, and with them the warnings: a lost column "
        "becomes a column of zeros."
    )
    st.markdown(md_prose(f"{tell_files(result)} {tell_signature(result)}"))
    with st.popover("The files", type="tertiary"):
        st.code(result.files.replace(", ", "\n"), language=None)
    misconception(
        "The best model is ready to serve.",
        "Best is said of a score on prepared rows. Whether it survives a service is another question.",
    )
    misconception(
        "No error means a right answer.",
        "A filled gap answers without an error, and wrongly. The dangerous checks are the silent ones.",
    )
    misconception(
        "The stricter the signature, the safer.",
        "An inferred one also refuses harmless things, such as whole numbers where decimals stood.",
    )
    name_what_is_left()


def name_what_is_left() -> None:
    st.subheader("What AutoML did not do for you", anchor=False)
    st.markdown(
        "- **Deploy.** The search trains and keeps models. It registers nothing and starts no server: each "
        "of these is a step that you take.\n"
        "- **Decide.** Whether a probability of 0.3 means a call, and "
        "who pays for mistakes, no search knows.\n"
        "- **Watch.** Prices and people change. Somebody must compare what comes in with what was learnt, "
        "and train again."
    )
    st.code(
        "from core.automl import classify\n\n"
        'summary = classify(table, target_col="churned", max_trials=12)\n'
        "summary.best_trial.metrics       # its test score was looked at once\n"
        'summary.register("churn")        # through the gate, or refused with the reason',
        language="python",
        wrap_lines=True,
    )
    st.caption(
        "Where the rule breaks down: a gate tries what somebody thought of. It cannot see that a price comes "
        "in cents instead of euros: right name, right type, wrong meaning. Over HTTP, MLflow replaces the "
        "words of errors from inside a model by its own, so a sender may learn less than this page does."
    )


if __name__ == "__main__":
    teach("service", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
