"""Every trial a run: a search logged as parent and children, its price, and a guess that is checked."""

import streamlit as st

from app.controls import choose, enter
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, show_parts, teach
from app.link import Link
from app.own_table import invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from core.safe_text import md_prose
from core.tracking.session import TABLES
from core.tracking.trials.figures import plot_price, plot_search
from core.tracking.trials.lab import TrialsResult, TrialsSpec
from core.tracking.trials.record import FEWEST_TRIALS, MOST_TRIALS
from core.tracking.trials.words import (
    GUESS_NAMES,
    OPTIONS,
    WAY_NAMES,
    draw_tree,
    find_answer,
    price_formula,
    tabulate_ways,
    tell_advice,
    tell_growth,
    tell_prediction,
    tell_price,
    tell_question,
    tell_runs,
    tell_statements,
    tell_storage,
    write_query,
)
from core.wording import count

LESSON = Lesson(
    order=4,
    title="How do I keep a whole search?",
    goal="A search trains many models. Learn to log it as one run with a child for each trial, what that "
    "costs, and how to check later whether you were right.",
    lab="trials",
    minutes=15,
)


def ask(result: TrialsResult) -> Question:
    return Question(
        ask=tell_question(result),
        options=OPTIONS,
        answer=find_answer(result),
        truth=md_prose(tell_runs(result)),
        beliefs={
            "one": "That would be so if a search were one training.",
            "trials": "That would be so if the search itself left nothing behind.",
            "both": "That would be so if something had made a run of the search, too.",
            "folds": "That would be so if each fold were logged on its own.",
        },
    )


def choose_settings(link: Link[TrialsSpec]) -> None:
    choose(link, "way", "How the search was logged", WAY_NAMES)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        choose(link, "guess", "When will the best trial come?", GUESS_NAMES)
        pick_data(link, TABLES, ("binary",))
    with st.popover("More", type="tertiary"):
        enter(link, "n_trials", "Trials", low=FEWEST_TRIALS, high=MOST_TRIALS, step=1)
        enter(link, "seed", "Seed: another search", low=0, step=1)
        invite_own_table(link, ("binary",))


def see(link: Link[TrialsSpec], result: TrialsResult) -> None:
    st.markdown(f"**{md_prose(tell_runs(result))}**")
    st.code(draw_tree(result), language=None)
    st.subheader("Were you right?", anchor=False)
    st.markdown(md_prose(tell_prediction(result)))
    show_figure(plot_search(result), key=link.key("search"), alt=tell_prediction(result))
    st.subheader("What logging costs", anchor=False)
    st.markdown(md_prose(tell_price(result)))
    show_figure(plot_price(result), key=link.key("price"), alt=tell_price(result))
    show_rows(tabulate_ways(result))


def explain(_link: Link[TrialsSpec], result: TrialsResult) -> None:
    st.subheader("One search, one parent", anchor=False)
    st.markdown(md_prose(tell_advice(result)))
    st.markdown("The trials of this search, the best first:")
    st.code(write_query(result), language="python", wrap_lines=True)
    show_formula(price_formula(result))
    parts = {
        "The price": _explain_price,
        "Optuna's callback": _explain_callback,
        "A guess as a tag": _explain_guess,
    }
    show_parts(parts, result)
    misconception(
        "A search is one training, so it is one run.",
        "Each trial is a training with settings and a score of its own. Kept as one run, all but the best "
        "are lost.",
    )
    misconception(
        "Logging costs nothing.",
        "It costs some milliseconds for each call. Beside a training of minutes that is nothing; beside one "
        "of milliseconds it is the most.",
    )
    st.caption(
        "Where the rule breaks down: these times are of this computer at that moment, with a store in a "
        "file. A store on a server adds the way through the network to every call."
    )


def _explain_price(result: TrialsResult) -> None:
    st.markdown(md_prose(tell_statements(result)))
    st.markdown(md_prose(f"{tell_growth(result)} {tell_storage(result)}"))
    st.markdown(
        "Each call of `log_param` or `log_metric` is a message of its own to the store, and each message "
        "some statements to the database. `log_batch` sends many in one. Here that saves little, for a "
        "trial has few numbers. Times and statements were taken by the program under **Code**, in a process "
        "of its own."
    )


def _explain_callback(result: TrialsResult) -> None:
    st.markdown(
        "Optuna has a callback that logs each trial, `MLflowCallback`, in a package of its own, "
        "`optuna-integration`. It names its experiment after the study and each run after its trial. It logs "
        "flat unless it gets `mlflow_kwargs={'nested': True}` and a run is open. The word is written in "
        "small letters. With a capital, `mlflow.start_run` itself is refused by Python:"
    )
    st.code(f"TypeError: {result.nested_error}", language=None, wrap_lines=True)
    st.markdown(
        "The callback is worse: it only looks for `nested`, and passes over what it does not know. Inside an "
        "open run, MLflow then stops the search at its first trial:"
    )
    st.code(result.callback_error, language=None, wrap_lines=True)
    st.markdown(
        f"Where no run is open, nobody says a word. The program tried that, too: {count(result.n_silent)} "
        "run without a parent. And the callback is going away, as Optuna says when it is made:"
    )
    st.code(f"FutureWarning: {result.callback_warning}", language=None, wrap_lines=True)


def _explain_guess(_result: TrialsResult) -> None:
    st.markdown(
        "Memory is kind: afterwards one has known it all along. A tag that was written before the search "
        "does not bend by itself. This finds every search of which you were wrong:"
    )
    st.code(
        "mlflow.search_runs(filter_string=\"tags.was_right = 'no'\")",
        language="python",
        wrap_lines=True,
    )
    st.markdown(
        "**Keep as a run**, among the tools of every lesson here, does the same with your predictions."
    )


if __name__ == "__main__":
    teach("trials", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
